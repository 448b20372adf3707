"""Which peers are let in by their socket type (RFC 23 "The Socket-Type Property")."""

from conformance.api import (
    Case,
    Peer,
    accepts,
    either,
    expect,
    holds,
    metadata_octets,
    rejects,
    send,
)

INCOMPATIBLE = {
    name.lower(): Case(
        title=f"a DEALER refuses a peer that is a {name}",
        checks=("23/socket-type/enforced",),
        under_test=Peer(),
        script=(send("READY", metadata=metadata_octets([("Socket-Type", name.encode())])), expect(rejects())),
    )
    for name in ("REQ", "PUB", "XPUB", "SUB", "XSUB", "PUSH", "PULL", "PAIR", "CLIENT", "PEER")
}

UNKNOWN = {
    name: Case(
        title=f"a peer whose socket type is {what} is refused",
        checks=("23/socket-type/enforced",),
        under_test=Peer(),
        script=(send("READY", metadata=metadata_octets([("Socket-Type", value)])), expect(rejects())),
    )
    for name, what, value in (
        ("name", "one that nobody knows", b"BOGUS"),
        ("nothing", "no letter at all", b""),
        ("prefix", "the beginning of a known one", b"DEALE"),
        ("longer", "a known one with something behind it", b"DEALERS"),
        ("zero_behind", "a known one with a zero behind it", b"DEALER\x00"),
        ("blank_behind", "a known one with a blank behind it", b"DEALER "),
        ("long", "3,000 octets long", b"DEALER" * 500),
        ("no_ascii", "no ASCII", b"\xff\xfe\x00\x80"),
    )
}

LOWER_CASE = Case(
    title="a peer whose socket type is in small letters is served or refused, not left alone",
    checks=("23/socket-type/grammar",),
    under_test=Peer(),
    script=(
        send("READY", metadata=metadata_octets([("Socket-Type", b"dealer")])),
        expect(either(accepts(), rejects())),
    ),
    note="The names are quoted strings of ABNF, which match either case; senders use upper case.",
)

COMPATIBLE = {
    name.lower(): Case(
        title=f"a DEALER serves a peer that is a {name}",
        checks=("23/socket-type/legal-accepted",),
        under_test=Peer(),
        script=(send("READY", metadata=metadata_octets([("Socket-Type", name.encode())])), expect(accepts())),
    )
    for name in ("REP", "ROUTER")
}

PIPELINE = Case(
    title="a PULL serves a PUSH",
    checks=("23/socket-type/legal-accepted",),
    under_test=Peer(socket_type="PULL", tester_type="PUSH"),
    script=(expect(accepts()),),
)

PIPELINE_REFUSES = {
    name.lower(): Case(
        title=f"a PULL refuses a peer that is a {name}",
        checks=("23/socket-type/enforced",),
        under_test=Peer(socket_type="PULL", tester_type="PUSH"),
        script=(send("READY", metadata=metadata_octets([("Socket-Type", name.encode())])), expect(rejects())),
    )
    for name in ("PULL", "PUB", "DEALER")
}

PAIR = Case(
    title="a PAIR serves a PAIR",
    checks=("23/socket-type/legal-accepted",),
    under_test=Peer(socket_type="PAIR", tester_type="PAIR"),
    script=(expect(accepts()),),
)

PAIR_REFUSES = {
    name.lower(): Case(
        title=f"a PAIR refuses a peer that is a {name}",
        checks=("23/socket-type/enforced",),
        under_test=Peer(socket_type="PAIR", tester_type="PAIR"),
        script=(send("READY", metadata=metadata_octets([("Socket-Type", name.encode())])), expect(rejects())),
    )
    for name in ("DEALER", "REQ", "CHANNEL")
}

MISSING = {
    name: Case(
        title=f"a peer whose READY has {what} is served or refused, not left alone",
        checks=("23/metadata/socket-type-sent", "23/READY/layout"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata), expect(either(accepts(), rejects()))),
        note="A peer should say its socket type; without it there is nothing to hold against it.",
    )
    for name, what, metadata in (
        ("everything", "no property at all", b""),
        ("socket_type", "properties but no Socket-Type", metadata_octets([("Identity", b"me"), ("X-Any", b"")])),
    )
}

ERROR_FIRST = Case(
    title="whoever refuses a socket type says so with ERROR before it closes",
    checks=("23/socket-type/error-then-disconnect", "23/socket-type/enforced"),
    under_test=Peer(),
    script=(
        send("READY", metadata=metadata_octets([("Socket-Type", b"PUB")])),
        expect(rejects()),
        expect(
            holds("an ERROR came before the close", lambda known: any(name == "ERROR" for name, _ in known.received))
        ),
    ),
)
