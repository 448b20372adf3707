"""WELCOME, READY and ERROR as a server sends them (RFC 24 "Implementation")."""

from conformance.api import (
    Case,
    Known,
    Server,
    answers,
    either,
    expect,
    handshake,
    holds,
    metadata_octets,
    obeys,
    rejects,
    send,
    until,
)

SERVER = Server("PLAIN")
READY_METADATA = (
    "24/READY/sends-metadata",
    "23/metadata/name-size",
    "23/metadata/name-chars",
    "23/metadata/value-size",
)


def properties(known: Known) -> list[tuple[bytes, bytes]]:
    """Name, in lower case, and value of each property in the target's READY."""
    return [(entry["name"].lower(), entry["value"]) for entry in known.last("READY").get("properties", ())]


WELCOME = Case(
    title="a WELCOME is its name and nothing more",
    checks=("24/WELCOME/empty", "24/command/name"),
    under_test=SERVER,
    script=(
        expect(obeys("WELCOME")),
        expect(holds("it is called WELCOME", lambda known: b"\x08\x07WELCOME" in known.raw)),
    ),
)

WELCOME_FRAME = Case(
    title="a WELCOME has a command frame, and starts with its name in capital letters, counted",
    checks=("24/command/size", "24/command/name", "24/command/name-case", "23/handshake/commands"),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        expect(
            holds(
                "it has its name, and a command frame",
                lambda known: (
                    known.last("WELCOME")["name"] == b"\x07WELCOME" and dict(known.flags)["WELCOME"] in (0x04, 0x06)
                ),
            )
        ),
    ),
)

SHORT_FRAME = Case(
    title="a WELCOME, which has eight octets, goes in a short frame",
    checks=("23/command/short-size", "24/command/size"),
    under_test=SERVER,
    script=(until("WELCOME"), expect(holds("its flags are 04", lambda known: dict(known.flags)["WELCOME"] == 0x04))),
)

READY = Case(
    title="the metadata of a READY is a list of whole properties that fills it",
    checks=READY_METADATA,
    under_test=SERVER,
    script=(expect(obeys("READY")),),
)

READY_FRAME = Case(
    title="a READY has a command frame, and starts with its name in capital letters, counted",
    checks=("24/command/name", "24/command/size", "24/command/name-case", "23/handshake/commands"),
    under_test=SERVER,
    script=(
        handshake(),
        expect(
            holds(
                "it has its name, and a command frame",
                lambda known: (
                    known.last("READY")["name"] == b"\x05READY" and dict(known.flags)["READY"] in (0x04, 0x06)
                ),
            )
        ),
    ),
)

SOCKET_TYPE = Case(
    title="READY says once which socket type the server has",
    checks=("23/metadata/socket-type-sent", "23/metadata/duplicate", "23/socket-type/grammar"),
    under_test=SERVER,
    script=(
        handshake(),
        expect(
            holds(
                "there is one Socket-Type, DEALER",
                lambda known: [value for name, value in properties(known) if name == b"socket-type"] == [b"DEALER"],
            )
        ),
    ),
)

NO_NAMES_OF_APPLICATIONS = Case(
    title="READY has no property whose name starts with X-",
    checks=("23/metadata/x-names",),
    under_test=SERVER,
    script=(
        handshake(),
        expect(
            holds(
                "no name starts with X-",
                lambda known: not any(name.startswith(b"x-") for name, _ in properties(known)),
            )
        ),
    ),
)

ERROR_FOR_INITIATE = {
    name: Case(
        title=f"an INITIATE with {what} is answered by a proper ERROR or a close",
        checks=(requirement, "24/ERROR/instead-of-ready", "24/ERROR/layout", "23/ERROR/reason"),
        under_test=SERVER,
        script=(send("INITIATE", metadata=metadata), expect(either(answers("ERROR"), rejects()))),
    )
    for name, what, requirement, metadata in (
        (
            "wrong_socket_type",
            "a wrong socket type",
            "23/socket-type/enforced",
            metadata_octets([("Socket-Type", b"PUB")]),
        ),
        ("broken", "broken metadata", "24/INITIATE/metadata", b"\x0bSocket-Type\x00\x00\x00\x06DEAL"),
    )
}
