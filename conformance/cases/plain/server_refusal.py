"""Clients whose credentials do not pass (RFC 24 "Implementation"): here the target's authentication refuses everybody."""

from conformance.api import (
    Case,
    Server,
    either,
    expect,
    answers,
    frame,
    holds,
    metadata_octets,
    octets,
    peer,
    rejects,
    repeat,
    send,
    until,
    withhold,
)

REFUSING = Server("PLAIN", refuses_clients=True)
REFUSED = expect(rejects(before="WELCOME"))
HELLO = frame(0x04, b"\x05HELLO\x05admin\x06secret")
INITIATE = frame(0x04, b"\x08INITIATE" + metadata_octets([("Socket-Type", b"DEALER")]))
NOTHING_BUT_ERROR = expect(
    holds(
        "no command came but ERROR",
        lambda known: {name for name, _ in known.received} <= {"greeting", "ERROR"},
    )
)

CLOSED = Case(
    title="a client whose credentials do not pass gets no WELCOME, and the connection ends",
    checks=("24/HELLO/refused", "24/HELLO/checked", "23/handshake/failure-closes"),
    under_test=REFUSING,
    script=(send("HELLO"), REFUSED, NOTHING_BUT_ERROR),
)

ERROR = Case(
    title="a refusal is a close, or a proper ERROR and a close",
    checks=("24/ERROR/instead-of-welcome", "24/ERROR/layout", "23/ERROR/reason", "24/HELLO/refused"),
    under_test=REFUSING,
    script=(send("HELLO"), expect(either(answers("ERROR"), rejects(before="WELCOME"))), REFUSED),
    note="The prose has the server close, the grammar has ERROR in the place of WELCOME.",
)

CREDENTIALS = {
    name: Case(
        title=f"a client with {what} is refused where nobody passes",
        checks=("24/HELLO/refused", "24/HELLO/checked", "24/HELLO/empty-credentials"),
        under_test=REFUSING,
        script=(
            send("HELLO", username_size=len(user), username=user, password_size=len(password), password=password),
            REFUSED,
        ),
    )
    for name, what, user, password in (
        ("no_user", "an empty user name", b"", b"secret"),
        ("no_password", "an empty password", b"admin", b""),
        ("nothing", "an empty user name and password", b"", b""),
        ("longest", "the longest user name and password", b"u" * 255, b"p" * 255),
        ("null", "a user name that starts with a null octet", b"\x00admin", b"\x00secret"),
        ("high_bits", "a user name that is no ASCII", b"\x80\xff", b"\xfe\xff"),
    )
}

GOES_ON_REGARDLESS = {
    name: Case(
        title=f"a client that does not pass is not let in by {what} behind its HELLO",
        checks=("24/HELLO/refused", "24/handshake/no-skipping", "24/READY/answers-initiate"),
        under_test=REFUSING,
        script=(withhold(), send("greeting"), until("greeting"), octets(HELLO + stream), REFUSED, NOTHING_BUT_ERROR),
        sensitive=True,
    )
    for name, what, stream in (
        ("initiate", "an INITIATE", INITIATE),
        ("initiate_and_message", "an INITIATE and a message", INITIATE + frame(0x00, b"let me in")),
        ("message", "a message", frame(0x00, b"let me in")),
        ("hello", "another HELLO", HELLO),
    )
}

AGAIN_AND_AGAIN = Case(
    title="a client whose credentials do not pass is refused every time",
    checks=("24/HELLO/refused", "23/connection/repeated"),
    under_test=REFUSING,
    script=(repeat(5, lambda number: (peer(f"try {number + 1}"), send("HELLO"), REFUSED)),),
)
