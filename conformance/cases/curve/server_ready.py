"""READY as a server sends it (RFC 26 "The READY Command")."""

from conformance.api import Case, Server, answers, expect, handshake, holds, obeys, send, until

SERVER = Server()

ANSWERS = Case(
    title="a server answers INITIATE with READY",
    checks=("26/READY/answers-initiate",),
    under_test=SERVER,
    script=(until("WELCOME"), send("INITIATE"), expect(answers("READY"))),
)

SIZE = Case(
    title="a READY has 30 octets and as many more as its metadata",
    checks=("26/READY/sends-size", "26/box/overhead"),
    under_test=SERVER,
    script=(
        expect(obeys("READY")),
        expect(
            holds(
                "the box has 16 octets more than the metadata",
                lambda known: len(known.last("READY")["box"]) == 16 + len(known.last("READY").get("metadata", b"")),
            )
        ),
    ),
)

BOX = Case(
    title="the box of a READY opens with S' and C' alone, and the nonce before it",
    checks=("26/READY/sends-box", "26/READY/sends-nonce", "26/keys/forward-secrecy", "26/READY/short-nonces"),
    under_test=SERVER,
    script=(expect(obeys("READY")),),
)

METADATA = Case(
    title="the metadata of a READY is a list of whole properties",
    checks=(
        "26/READY/sends-metadata",
        "26/metadata/sends-layout",
        "26/metadata/sends-name-size",
        "26/metadata/sends-name-char",
        "26/metadata/sends-value-size",
    ),
    under_test=SERVER,
    script=(expect(obeys("READY")),),
)

SOCKET_TYPE = Case(
    title="the metadata of a READY says the socket type",
    checks=("23/metadata/socket-type-sent", "23/handshake/metadata-last"),
    under_test=SERVER,
    script=(
        handshake(),
        expect(
            holds(
                "there is a Socket-Type of DEALER",
                lambda known: b"\x00\x00\x00\x06DEALER" in known.last("READY").get("metadata", b""),
            )
        ),
    ),
)

NAME = Case(
    title="a READY has a command frame, and starts with its name in capital letters, counted",
    checks=("26/command/name", "23/handshake/commands", "23/command/layout"),
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
