"""What a handler is asked about a client (RFC 27 "Message Format"), with each mechanism."""

from conformance.api import (
    Case,
    Peer,
    Server,
    accepts,
    delivers,
    either,
    expect,
    handler_saw,
    message,
    metadata_octets,
    peer,
    send,
)

ASKING = {"null": Peer(), "plain": Server("PLAIN", sides=("binds", "connects")), "curve": Server()}
IDENTITY = b"\x01any\xff"
WITH_IDENTITY = metadata_octets([("Socket-Type", b"DEALER"), ("Identity", IDENTITY)])

LAYOUT = {
    name: Case(
        title=f"of a {target.mechanism} peer the handler is asked in the frames of version 1.0, in their order",
        checks=(
            "27/request/frames",
            "27/request/delimiter",
            "27/request/version",
            "27/request/all-frames-present",
            "27/request/strings",
            "27/request/mechanism-not-empty",
            "27/request/identity-size",
            "27/envelope/explicit",
            "27/envelope/req-delimiter",
            "27/envelope/dealer-delimiter",
            "27/architecture/dialogue",
            "27/server/socket",
        ),
        under_test=target,
        script=(expect(accepts()), expect(handler_saw(version=b"1.0"))),
    )
    for name, target in ASKING.items()
}

ONCE = {
    name: Case(
        title=f"of a {target.mechanism} peer the handler is asked once, however much follows",
        checks=("27/dialogue/one-request", "27/server/endpoint", "27/status/success"),
        under_test=target,
        script=(
            message(b"first"),
            message(b"second"),
            expect(delivers((b"first",), (b"second",))),
            expect(handler_saw()),
        ),
    )
    for name, target in ASKING.items()
}

EACH_CONNECTION = {
    name: Case(
        title=f"of each {target.mechanism} peer of a socket the handler is asked anew",
        checks=("27/dialogue/one-request", "27/server/several", "27/request/id"),
        under_test=target,
        script=(
            expect(accepts()),
            peer("second"),
            expect(accepts()),
            peer("third"),
            message(b"of the third"),
            expect(delivers((b"of the third",))),
            expect(handler_saw(times=3)),
        ),
        note="That the handler knew the address, the user or the key before is no reason not to ask.",
    )
    for name, target in ASKING.items()
}

DOMAIN = {
    name: Case(
        title=f"of a {target.mechanism} peer the handler is asked in the domain that the application gave",
        checks=("27/request/domain", "27/request/strings"),
        under_test=target,
        script=(expect(accepts()), expect(handler_saw())),
        note="Each case has a domain of its own; a request of another one is none of its.",
    )
    for name, target in ASKING.items()
}

ADDRESS = {
    name: Case(
        title=f"the address of a {target.mechanism} client is given in dotted form, without a port",
        checks=("27/request/address",),
        under_test=type(target)(**{**vars(target), "sides": ("binds",)}),
        script=(expect(accepts()), expect(handler_saw(address=b"127.0.0.1"))),
    )
    for name, target in ASKING.items()
}

ADDRESS_CONNECTED = Case(
    title="of a peer that a NULL socket connected to, the peer's address is given",
    checks=("27/request/address",),
    under_test=Peer(sides=("connects",)),
    script=(expect(accepts()), expect(handler_saw())),
    note="The rule of the format is what is judged: the listener's address is the tester's choice.",
)

NO_IDENTITY = {
    name: Case(
        title=f"for a {target.mechanism} peer without an Identity the frame is there and empty",
        checks=("27/request/identity", "27/request/all-frames-present"),
        under_test=target,
        script=(expect(accepts()), expect(handler_saw(identity=b""))),
    )
    for name, target in ASKING.items()
}

IDENTITY_WITH_CURVE = Case(
    title="the Identity in the metadata of a CURVE client is in the request",
    checks=("27/request/identity",),
    under_test=Server(),
    script=(send("INITIATE", metadata=WITH_IDENTITY), expect(accepts()), expect(handler_saw(identity=IDENTITY))),
    note="The server asks when it has INITIATE, and with it the metadata: it knows the Identity.",
)

IDENTITY_WITH_NULL = Case(
    title="the Identity in the READY of a NULL peer is in the request, or nothing is",
    checks=("27/request/identity",),
    under_test=Peer(),
    script=(
        send("READY", metadata=WITH_IDENTITY),
        expect(accepts()),
        expect(either(handler_saw(identity=IDENTITY), handler_saw(identity=b""))),
    ),
    note="A server may ask before READY has come, and then has nothing to say.",
)

OWN_ID_WITH_CURVE = Case(
    title="the identity in the request about a CURVE client is not the server's own",
    checks=("27/request/identity",),
    under_test=Server(identity=b"the server's own"),
    script=(expect(accepts()), expect(handler_saw(identity=b""))),
)

OWN_ID_WITH_NULL = Case(
    title="the identity in the request about a NULL peer is not the asking side's own",
    checks=("27/request/identity",),
    under_test=Peer(identity=b"the target's own"),
    script=(expect(accepts()), expect(handler_saw(identity=b""))),
)

OWN_ID_WITH_PLAIN = Case(
    title="the identity in the request about a PLAIN client is empty, or the server's own",
    checks=("27/request/identity",),
    under_test=Server("PLAIN", identity=b"the server's own"),
    script=(
        expect(accepts()),
        expect(either(handler_saw(identity=b""), handler_saw(identity=b"the server's own"))),
    ),
    note="The server asks before WELCOME, and the Identity of the client comes after it.",
)
