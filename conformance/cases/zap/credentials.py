"""What a handler learns of a client's mechanism and credentials (RFC 27 "The NULL Mechanism" and the two behind it)."""

from conformance.api import Case, Known, Peer, Server, accepts, expect, handler_saw, send


def own(known: Known) -> tuple[bytes, ...]:
    """What the tester authenticated itself with."""
    return known.credentials


NULL = Case(
    title="a request for NULL ends with the mechanism: no credentials follow, not an empty frame either",
    checks=("27/NULL/credentials", "27/NULL/mechanism", "27/request/mechanism", "27/NULL/filter"),
    under_test=Peer(),
    script=(expect(accepts()), expect(handler_saw(mechanism=b"NULL", credentials=()))),
)

PLAIN = Case(
    title="a request for PLAIN ends with user name and password, in this order",
    checks=("27/PLAIN/credentials", "27/PLAIN/mechanism", "27/request/mechanism", "27/request/credentials"),
    under_test=Server("PLAIN", sides=("binds", "connects")),
    script=(expect(accepts()), expect(handler_saw(mechanism=b"PLAIN", credentials=own))),
)

PLAIN_OCTETS = {
    name: Case(
        title=f"{what} come to the handler octet for octet",
        checks=("27/PLAIN/credentials", "27/request/credentials"),
        under_test=Server("PLAIN"),
        script=(
            send("HELLO", username_size=len(user), username=user, password_size=len(password), password=password),
            expect(accepts()),
            expect(handler_saw(credentials=(user, password))),
        ),
    )
    for name, what, user, password in (
        ("empty", "an empty user name and password", b"", b""),
        ("no_user", "a password without a user name", b"", b"secret"),
        ("no_password", "a user name without a password", b"admin", b""),
        ("longest", "a user name and a password of 255 octets", b"u" * 255, b"p" * 255),
        ("zeros", "a user name and a password with zeros in them", b"\x00ad\x00min", b"se\x00cret\x00"),
        ("binary", "a user name and a password that are no text", bytes(range(128, 256)), b"\xff\xfe\x0a\x0d"),
        ("equal", "a user name and a password that are equal", b"same", b"same"),
    )
}

CURVE = Case(
    title="a request for CURVE ends with the client's permanent key, 32 octets",
    checks=("27/CURVE/credentials", "27/CURVE/mechanism", "27/request/mechanism", "27/request/credentials"),
    under_test=Server(sides=("binds", "connects")),
    script=(expect(accepts()), expect(handler_saw(mechanism=b"CURVE", credentials=own))),
    note="Neither the transient key nor the text of Z85.",
)
