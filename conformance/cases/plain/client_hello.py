"""HELLO and INITIATE as a client sends them (RFC 24 "Implementation", `hello`, `initiate`)."""

from conformance.api import Case, Client, Known, delivers, expect, hang_up, holds, message, obeys, peer, until

CLIENT = Client("PLAIN")
NAMED = Client("PLAIN", tester_type="ROUTER", identity=b"conformance")
INITIATE_METADATA = (
    "24/INITIATE/sends-metadata",
    "23/metadata/name-size",
    "23/metadata/name-chars",
    "23/metadata/value-size",
)


def properties(known: Known) -> list[tuple[bytes, bytes]]:
    """Name, in lower case, and value of each property in the target's INITIATE."""
    return [(entry["name"].lower(), entry["value"]) for entry in known.last("INITIATE").get("properties", ())]


def credentials(known: Known) -> tuple[bytes, bytes]:
    """User name and password of the target's HELLO."""
    return known.last("HELLO").get("username", b""), known.last("HELLO").get("password", b"")


LAYOUT = Case(
    title="a HELLO is its name, the user name and the password, and nothing else",
    checks=("24/HELLO/sends-layout", "24/command/name"),
    under_test=CLIENT,
    script=(expect(obeys("HELLO")),),
)

USERNAME = Case(
    title="the user name in a HELLO consists of visible characters",
    checks=("24/HELLO/sends-username",),
    under_test=CLIENT,
    script=(expect(obeys("HELLO")),),
)

PASSWORD = Case(
    title="the password in a HELLO consists of visible characters",
    checks=("24/HELLO/sends-password",),
    under_test=CLIENT,
    script=(expect(obeys("HELLO")),),
)

CREDENTIALS = Case(
    title="a client sends the user name and the password that its application has set",
    checks=("24/HELLO/sends-username", "24/HELLO/sends-password"),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        expect(holds("neither of them is empty", lambda known: all(credentials(known)))),
    ),
)

THE_SAME_AGAIN = Case(
    title="a client that comes back has the same credentials",
    checks=("24/HELLO/sends-username", "24/HELLO/sends-password", "24/HELLO/first"),
    under_test=CLIENT,
    script=(
        message(b"before"),
        expect(delivers((b"before",))),
        hang_up(),
        peer("second"),
        until("HELLO"),
        expect(
            holds(
                "both HELLOs have one user name and one password",
                lambda known: credentials(known) == credentials(known.others["first"]),
            )
        ),
    ),
)

HELLO_FRAME = Case(
    title="a HELLO has a command frame, and starts with its name in capital letters, counted",
    checks=("24/command/size", "24/command/name", "24/command/name-case", "23/handshake/commands"),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        expect(
            holds(
                "it has its name, and a command frame",
                lambda known: (
                    known.last("HELLO")["name"] == b"\x05HELLO" and dict(known.flags)["HELLO"] in (0x04, 0x06)
                ),
            )
        ),
    ),
)

SHORT_FRAME = Case(
    title="a HELLO of 255 octets or less goes in a short frame",
    checks=("23/command/short-size", "24/command/size"),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        expect(
            holds(
                "its flags are 04, or it is longer",
                lambda known: dict(known.flags)["HELLO"] == 0x04 or sum(map(len, credentials(known))) > 247,
            )
        ),
    ),
)

INITIATE = Case(
    title="the metadata of an INITIATE is a list of whole properties that fills it",
    checks=INITIATE_METADATA,
    under_test=CLIENT,
    script=(expect(obeys("INITIATE")),),
)

INITIATE_FRAME = Case(
    title="an INITIATE has a command frame, and starts with its name in capital letters, counted",
    checks=("24/command/size", "24/command/name", "24/command/name-case"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "it has its name, and a command frame",
                lambda known: (
                    known.last("INITIATE")["name"] == b"\x08INITIATE" and dict(known.flags)["INITIATE"] in (0x04, 0x06)
                ),
            )
        ),
    ),
)

SOCKET_TYPE = Case(
    title="INITIATE says once which socket type the client has",
    checks=("23/metadata/socket-type-sent", "23/metadata/duplicate", "23/socket-type/grammar"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "there is one Socket-Type, DEALER",
                lambda known: [value for name, value in properties(known) if name == b"socket-type"] == [b"DEALER"],
            )
        ),
    ),
)

IDENTITY = Case(
    title="the Identity in INITIATE, where there is one, is the socket's own",
    checks=("23/identity/size", "23/metadata/identity-sent", "23/identity/announced"),
    under_test=NAMED,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "Identity is the socket's, empty, or not there",
                lambda known: (
                    [value for name, value in properties(known) if name == b"identity"] in ([], [b""], [b"conformance"])
                ),
            )
        ),
    ),
)

NO_NAMES_OF_APPLICATIONS = Case(
    title="INITIATE has no property whose name starts with X-",
    checks=("23/metadata/x-names",),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "no name starts with X-",
                lambda known: not any(name.startswith(b"x-") for name, _ in properties(known)),
            )
        ),
    ),
)
