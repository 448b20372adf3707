"""Clients whose credentials do not pass (RFC 24 "Implementation"): here the target refuses everybody."""

from conformance.api import (
    Case,
    Known,
    Server,
    answers,
    either,
    expect,
    frame,
    holds,
    metadata_octets,
    octets,
    peer,
    rejects,
    repeat,
    send,
    until,
    waits,
    withhold,
)

REFUSING = Server("PLAIN", refuses_clients=True)
HELLO = frame(0x04, b"\x05HELLO\x05admin\x06secret")
INITIATE = frame(0x04, b"\x08INITIATE" + metadata_octets([("Socket-Type", b"DEALER")]))


def refused(known: Known) -> bool:
    """Whether the target has sent a frame, and none that lets anybody in."""
    return bool(known.flags) and not {name for name, _ in known.received} & {"WELCOME", "READY"}


TURNED_AWAY = (
    expect(either(answers("ERROR"), rejects(before="WELCOME"))),
    expect(either(rejects(before="READY"), waits())),
    expect(
        holds(
            "no command came but ERROR",
            lambda known: {name for name, _ in known.received} <= {"greeting", "ERROR"},
        )
    ),
)
"""What a refused client sees: the prose has the server close, the grammar has ERROR in the place of WELCOME."""

CLOSED = Case(
    title="a client whose credentials do not pass gets ERROR or a close, and no WELCOME",
    checks=("24/HELLO/refused", "24/HELLO/checked", "24/ERROR/instead-of-welcome"),
    under_test=REFUSING,
    script=(send("HELLO"), *TURNED_AWAY),
)

ERROR = Case(
    title="an ERROR that refuses a client has a reason of visible characters, as long as it says",
    checks=("24/ERROR/layout", "23/ERROR/reason", "24/command/name"),
    under_test=REFUSING,
    script=(send("HELLO"), *TURNED_AWAY),
)

CREDENTIALS = {
    name: Case(
        title=f"a client with {what} is refused where nobody passes",
        checks=("24/HELLO/refused", "24/HELLO/checked", "24/HELLO/empty-credentials"),
        under_test=REFUSING,
        script=(
            send("HELLO", username_size=len(user), username=user, password_size=len(password), password=password),
            *TURNED_AWAY,
        ),
    )
    for name, what, user, password in (
        ("no_user", "an empty user name", b"", b"secret"),
        ("no_password", "an empty password", b"admin", b""),
        ("nothing", "an empty user name and password", b"", b""),
        ("longest", "the longest user name and password", b"u" * 255, b"p" * 255),
        ("null", "a user name that starts with a null octet", b"\x00admin", b"\x00secret"),
    )
}

DOES_NOT_WAIT = {
    name: Case(
        title=f"a client that does not pass is not let in by {what} close behind its HELLO",
        checks=("24/HELLO/refused", "24/handshake/no-skipping", "24/READY/answers-initiate"),
        under_test=REFUSING,
        script=(
            withhold(),
            send("greeting"),
            until("greeting"),
            octets(HELLO + stream),
            expect(
                either(holds("it answers, and neither by WELCOME nor by READY", refused), rejects(before="WELCOME"))
            ),
        ),
        note="A server may have to ask somebody about the credentials: what comes meanwhile must not get by.",
        sensitive=True,
    )
    for name, what, stream in (
        ("initiate", "an INITIATE", INITIATE),
        ("initiate_and_message", "an INITIATE and a message", INITIATE + frame(0x00, b"let me in")),
        ("message", "a message", frame(0x00, b"let me in")),
        ("hello", "another HELLO", HELLO),
    )
}

GOES_ON_REGARDLESS = Case(
    title="a client that was refused gets no READY for an INITIATE",
    checks=("24/HELLO/refused", "24/handshake/ends-with-error", "24/READY/answers-initiate"),
    under_test=REFUSING,
    script=(
        withhold(),
        send("greeting"),
        send("HELLO"),
        expect(either(answers("ERROR"), rejects(before="WELCOME"))),
        octets(INITIATE + frame(0x00, b"let me in")),
        *TURNED_AWAY[1:],
    ),
    sensitive=True,
)

AGAIN_AND_AGAIN = Case(
    title="a client whose credentials do not pass is refused every time",
    checks=("24/HELLO/refused", "23/connection/repeated"),
    under_test=REFUSING,
    script=(repeat(5, lambda number: (peer(f"try {number + 1}"), send("HELLO"), *TURNED_AWAY)),),
)
