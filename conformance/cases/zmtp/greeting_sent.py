"""What the greeting of the target looks like (RFC 23 "Formal Grammar", "Version Negotiation", "Topology")."""

from collections.abc import Callable

from conformance.api import Case, Client, Known, Peer, Server, expect, holds, mechanism_octets, obeys, until

IDENTITY = b"conformance"


def greeting(known: Known, field: str) -> object:
    """A field of the target's greeting; None if it has not come."""
    return known.last("greeting").get(field)


def announces(mechanism: str) -> Callable[[Known], bool]:
    """Whether the target's greeting has exactly this mechanism."""
    return lambda known: greeting(known, "mechanism") == mechanism_octets(mechanism)


SIGNATURE = Case(
    title="the greeting starts with FF and has 7F as its tenth octet",
    checks=("23/greeting/signature",),
    under_test=Peer(),
    script=(until("greeting"), expect(obeys("greeting"))),
)

SIZE = Case(
    title="the greeting has 64 octets: the 65th begins a command frame",
    checks=("23/greeting/size", "23/connection/stages", "23/handshake/commands", "23/frame/layout"),
    under_test=Peer(),
    script=(
        until("READY"),
        expect(holds("octet 65 is 04 or 06", lambda known: known.raw[64:65] in (b"\x04", b"\x06"))),
    ),
)

MAJOR = Case(
    title="the major version is 3",
    checks=("23/greeting/version-major", "23/greeting/version", "23/greeting/own-version"),
    under_test=Peer(),
    script=(
        until("greeting"),
        expect(holds("the major version is 3", lambda known: greeting(known, "version_major") == 3)),
    ),
)

MINOR = Case(
    title="the minor version is that of a ZMTP that exists: 3.0 or 3.1",
    checks=("23/greeting/version-minor", "23/greeting/version"),
    under_test=Peer(),
    script=(
        until("greeting"),
        expect(holds("the minor version is 0 or 1", lambda known: greeting(known, "version_minor") in (0, 1))),
    ),
)

PADDING = Case(
    title="the padding is zero, or the length of an empty identity plus one",
    checks=("23/greeting/sends-padding", "23/legacy/identity-length", "23/greeting/padding-for-detection"),
    under_test=Peer(),
    script=(
        until("greeting"),
        expect(
            holds(
                "the padding is 0 or 1",
                lambda known: greeting(known, "padding") in (bytes(8), (1).to_bytes(8, "big")),
            )
        ),
    ),
    note="One is what a peer writes that is ready for ZMTP 1.0; see the next case.",
)

PADDING_WITH_IDENTITY = Case(
    title="the padding of a peer with an identity is zero, or the identity's length plus one",
    checks=("23/legacy/identity-length", "23/greeting/sends-padding"),
    under_test=Peer(identity=IDENTITY),
    script=(
        until("greeting"),
        expect(
            holds(
                "the padding is 0 or the identity's length plus one",
                lambda known: greeting(known, "padding") in (bytes(8), (len(IDENTITY) + 1).to_bytes(8, "big")),
            )
        ),
    ),
)

MECHANISM_CHARACTERS = Case(
    title="the mechanism consists of characters that a mechanism may have, and ends in zeros",
    checks=("23/greeting/mechanism-chars", "23/greeting/mechanism-padding", "23/greeting/mechanism"),
    under_test=Peer(),
    script=(until("greeting"), expect(obeys("greeting"))),
)

MECHANISM = {
    f"{name.lower()}_{target.role}": Case(
        title=f"a {name} {target.role} announces {name} and nothing else",
        checks=("23/mechanism/one", "23/greeting/mechanism", "23/greeting/mechanism-padding"),
        under_test=target,
        script=(
            until("greeting"),
            expect(holds(f"the mechanism is {name}, filled up with zeros", announces(name))),
        ),
    )
    for name, target in (("NULL", Peer()), ("CURVE", Server()), ("CURVE", Client()))
}

AS_SERVER_IS_ZERO = Case(
    title="as-server is zero with NULL, whoever binds",
    checks=("23/NULL/as-server", "23/as-server/zero", "23/greeting/as-server-value"),
    under_test=Peer(),
    script=(until("greeting"), expect(obeys("greeting"))),
)

AS_SERVER_OF_SERVER = Case(
    title="a CURVE server says in its greeting that it is the server",
    checks=("25/as-server/server", "23/as-server/role"),
    under_test=Server(sides=("binds", "connects")),
    script=(until("greeting"), expect(holds("as-server is 1", lambda known: greeting(known, "as_server") == 1))),
)

AS_SERVER_OF_CLIENT = Case(
    title="a CURVE client says in its greeting that it is not the server",
    checks=("25/as-server/client", "23/as-server/role"),
    under_test=Client(sides=("binds", "connects")),
    script=(until("greeting"), expect(holds("as-server is 0", lambda known: greeting(known, "as_server") == 0))),
)

FILLER = Case(
    title="the filler is 31 zeros",
    checks=("23/greeting/filler",),
    under_test=Peer(),
    script=(until("greeting"), expect(obeys("greeting"))),
)
