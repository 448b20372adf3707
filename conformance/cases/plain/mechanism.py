"""PLAIN meets another mechanism (RFC 23 "Authentication and Confidentiality", "Security Considerations")."""

from conformance.api import (
    Case,
    Client,
    Peer,
    Server,
    delivers,
    expect,
    frame,
    holds,
    mechanism_octets,
    message,
    metadata_octets,
    octets,
    peer,
    rejects,
    send,
    withhold,
)

SERVER, CLIENT = Server("PLAIN"), Client("PLAIN")
MATCH = ("23/greeting/mechanism-match", "23/mechanism/same-for-socket")
TYPE = metadata_octets([("Socket-Type", b"DEALER")])
READY = frame(0x04, b"\x05READY" + TYPE)
HELLO = frame(0x04, b"\x05HELLO\x05admin\x06secret")

OTHERS = {
    f"{target.role}_meets_{name}": Case(
        title=f"a PLAIN {target.role} closes on {what}",
        checks=(*MATCH, "23/security/weaker-mechanism"),
        under_test=target,
        script=(send("greeting", mechanism=mechanism), expect(rejects(before=before))),
        sensitive=True,
    )
    for target, before in ((SERVER, "WELCOME"), (CLIENT, "INITIATE"))
    for name, what, mechanism in (
        ("null", "the mechanism NULL", mechanism_octets("NULL")),
        ("curve", "the mechanism CURVE", mechanism_octets("CURVE")),
        ("unheard_of", "a mechanism that nobody knows", mechanism_octets("CONFORMANCE")),
        ("nothing", "a mechanism that is all zeros", bytes(20)),
        ("prefix", "the first four letters of its mechanism", mechanism_octets("PLAI")),
        ("longer", "its mechanism with a letter behind it", mechanism_octets("PLAINX")),
        ("lower_case", "its mechanism in small letters", mechanism_octets("plain")),
        ("blanks", "its mechanism filled up with blanks", b"PLAIN".ljust(20)),
        ("tail", "its mechanism with something behind the zeros", b"PLAIN".ljust(19, b"\x00") + b"X"),
    )
}

DOWNGRADE = {
    target.role: Case(
        title=f"a PLAIN {target.role} does not fall back to NULL for a peer that asks for it",
        checks=("23/security/weaker-mechanism", *MATCH),
        under_test=target,
        script=(
            withhold(),
            send("greeting", mechanism=mechanism_octets("NULL"), as_server=0),
            octets(READY + frame(0x00, b"too easy")),
            expect(rejects(before="READY")),
            expect(holds("no command came", lambda known: {n for n, _ in known.received} <= {"greeting", "HELLO"})),
            peer("second"),
            message(b"the proper way"),
            expect(delivers((b"the proper way",))),
        ),
        sensitive=True,
    )
    for target in (SERVER, Client("PLAIN", sides=("binds",)))
}

NULL_MEETS_HELLO = Case(
    title="a NULL peer closes on a client of PLAIN that sends its HELLO",
    checks=MATCH,
    under_test=Peer(sides=("binds",)),
    script=(
        withhold(),
        send("greeting", mechanism=mechanism_octets("PLAIN")),
        octets(HELLO),
        expect(rejects(before="WELCOME")),
    ),
)

NULL_MEETS_SERVER = Case(
    title="a NULL peer closes on a server of PLAIN, and hands it nothing",
    checks=MATCH,
    under_test=Peer(sides=("connects",)),
    script=(
        withhold(),
        send("greeting", mechanism=mechanism_octets("PLAIN"), as_server=1),
        expect(rejects(before="HELLO")),
    ),
)
