"""The READY that the target sends (RFC 23 "The NULL Security Mechanism", "Connection Metadata")."""

from collections.abc import Iterator

from conformance.api import (
    Case,
    Known,
    Peer,
    answers,
    app_sends,
    delivers,
    expect,
    holds,
    message,
    obeys,
    receives,
    send,
    until,
    withhold,
)

SOCKET_TYPES_OF_3_0 = frozenset(b"REQ REP DEALER ROUTER PUB XPUB SUB XSUB PUSH PULL PAIR".split())
SOCKET_TYPES_OF_3_1 = frozenset(b"CLIENT SERVER RADIO DISH SCATTER GATHER PEER CHANNEL".split())


def names(known: Known) -> list[bytes]:
    """The property names of the target's READY, in lower case, in order."""
    return [entry["name"].lower() for entry in known.last("READY").get("properties", ())]


def values(known: Known, name: bytes) -> Iterator[bytes]:
    """The values of a property in the target's READY."""
    for entry in known.last("READY").get("properties", ()):
        if entry["name"].lower() == name:
            yield entry["value"]


def readies(known: Known) -> int:
    """How often the target has sent READY."""
    return sum(name == "READY" for name, _ in known.received)


SENT = Case(
    title="a peer sends READY",
    checks=("23/NULL/ready-sent", "37/NULL/server-ready-sent", "23/handshake/commands", "23/connection/stages"),
    under_test=Peer(),
    script=(send("READY"), expect(holds("READY has come", lambda known: readies(known) > 0))),
)

UNASKED_WHEN_CONNECTING = Case(
    title="a peer that connected sends its READY before the other's has come",
    checks=("37/NULL/client-ready-sent", "23/NULL/ready-first", "37/NULL/sides"),
    under_test=Peer(sides=("connects",)),
    script=(withhold(), send("greeting"), expect(answers("READY"))),
)

UNASKED_WHEN_BINDING = Case(
    title="a peer of ZMTP 3.0 that bound sends its READY before the other's has come",
    checks=("23/NULL/ready-first",),
    under_test=Peer(sides=("binds",)),
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        expect(
            holds(
                "READY has come unasked, or the peer announces 3.1",
                lambda known: readies(known) > 0 or known.last("greeting").get("version_minor", 0) >= 1,
            )
        ),
    ),
    note="RFC 37 lets the side that binds wait for the client's READY; RFC 23 does not.",
)

ONCE = Case(
    title="a peer sends one READY, and no second one with its messages",
    checks=("23/connection/stages", "23/NULL/ready-sent"),
    under_test=Peer(),
    script=(
        message(b"there"),
        expect(delivers((b"there",))),
        app_sends(b"back"),
        expect(receives(b"back")),
        expect(holds("READY has come once", lambda known: readies(known) == 1)),
    ),
)

LAST_OF_HANDSHAKE = Case(
    title="between greeting and READY there is nothing, and no message comes before READY",
    checks=("23/handshake/metadata-last", "23/connection/stages", "23/NULL/ready-sent"),
    under_test=Peer(),
    script=(
        message(b"there"),
        expect(delivers((b"there",))),
        app_sends(b"back"),
        expect(receives(b"back")),
        expect(holds("the first frame is READY's", lambda known: [name for name, _ in known.flags[:1]] == ["READY"])),
    ),
)

NAME = Case(
    title="the command is called READY: five, then five upper-case letters",
    checks=("23/READY/name", "23/commands/visible-names", "23/command/name-size", "23/command/body"),
    under_test=Peer(),
    script=(until("READY"), expect(holds("READY has come", lambda known: b"\x05READY" in known.raw[64:80]))),
)

NAME_LETTERS = Case(
    title="the command's name consists of letters",
    checks=("23/command/name-chars", "23/READY/name"),
    under_test=Peer(),
    script=(until("READY"), expect(obeys("READY"))),
)

LAYOUT = Case(
    title="the properties of READY fill it exactly",
    checks=("23/READY/layout", "23/metadata/property"),
    under_test=Peer(),
    script=(until("READY"), expect(obeys("READY"))),
)

VALUE_SIZES = Case(
    title="no value of READY announces more than 2^31-1 octets",
    checks=("23/metadata/value-size", "23/READY/layout"),
    under_test=Peer(),
    script=(until("READY"), expect(obeys("READY"))),
)

NAME_SIZES = Case(
    title="every property of READY has a name",
    checks=("23/metadata/name-size",),
    under_test=Peer(),
    script=(until("READY"), expect(obeys("READY"))),
)

NAME_CHARACTERS = Case(
    title="property names of READY consist of letters, digits and the four signs",
    checks=("23/metadata/name-chars",),
    under_test=Peer(),
    script=(until("READY"), expect(obeys("READY"))),
)

NO_DUPLICATES = Case(
    title="READY names each property once",
    checks=("23/metadata/duplicate",),
    under_test=Peer(identity=b"conformance"),
    script=(
        until("READY"),
        expect(holds("no name comes twice", lambda known: len(set(names(known))) == len(names(known)))),
    ),
)

NO_NAMES_OF_APPLICATIONS = Case(
    title="READY has no property whose name starts with X-, unless the application asked for it",
    checks=("23/metadata/x-names",),
    under_test=Peer(),
    script=(
        until("READY"),
        expect(holds("no name starts with X-", lambda known: not any(name.startswith(b"x-") for name in names(known)))),
    ),
)

SOCKET_TYPE = Case(
    title="READY says which socket type the peer has",
    checks=("23/metadata/socket-type-sent",),
    under_test=Peer(),
    script=(
        until("READY"),
        expect(holds("Socket-Type is DEALER", lambda known: list(values(known, b"socket-type")) == [b"DEALER"])),
    ),
)

SOCKET_TYPE_NAME = Case(
    title="a Socket-Type is one of the names that the RFCs have, in upper case",
    checks=("23/socket-type/grammar",),
    under_test=Peer(socket_type="PAIR", tester_type="PAIR"),
    script=(
        until("READY"),
        expect(
            holds(
                "Socket-Type is a known name",
                lambda known: set(values(known, b"socket-type")) <= SOCKET_TYPES_OF_3_0 | SOCKET_TYPES_OF_3_1,
            )
        ),
    ),
)

IDENTITY = Case(
    title="the Identity in READY, where there is one, is the socket's own",
    checks=("23/identity/size", "23/metadata/identity-sent", "23/identity/announced"),
    under_test=Peer(identity=b"conformance", tester_type="ROUTER"),
    script=(
        until("READY"),
        expect(
            holds(
                "Identity is the socket's, empty, or not there",
                lambda known: list(values(known, b"identity")) in ([], [b""], [b"conformance"]),
            )
        ),
    ),
)
