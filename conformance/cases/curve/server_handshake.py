"""The whole handshake with a server under test, as it should be (RFC 26 "Overall Operation", "General Design")."""

from conformance.api import (
    Case,
    Delivery,
    Server,
    accepts,
    answers,
    app_sends,
    delivers,
    expect,
    holds,
    message,
    peer,
    receives,
    send,
    until,
    waits,
    withhold,
)

SERVER = Server()
EITHER_WAY = Server(sides=("binds", "connects"))
CONNECTING = Server(sides=("connects",))

ACCEPTED = Case(
    title="a sound handshake of a client that nobody knows leads to traffic",
    checks=(
        "26/keys/any-client",
        "26/WELCOME/answers-hello",
        "26/READY/answers-initiate",
        "26/MESSAGE/after-ready",
        "25/handshake/curvezmq",
        "25/MESSAGE/takes-frame",
    ),
    under_test=EITHER_WAY,
    script=(expect(accepts()),),
)

OCTET_BY_OCTET = Case(
    title="a handshake whose octets come one by one leads to traffic",
    checks=("26/READY/answers-initiate", "26/WELCOME/answers-hello", "23/greeting/expects-whole"),
    under_test=EITHER_WAY,
    script=(message(b"piece", b"by", b"piece"), expect(delivers((b"piece", b"by", b"piece")))),
    delivery=Delivery.OCTETS,
)

EVERY_SPLIT = Case(
    title="a handshake that is cut in two at any octet leads to traffic",
    checks=("26/READY/answers-initiate", "26/WELCOME/answers-hello", "23/greeting/expects-whole"),
    under_test=SERVER,
    script=(message(b"cut", b"in two"), expect(delivers((b"cut", b"in two")))),
    delivery=Delivery.SPLITS,
)

BOTH_WAYS = Case(
    title="messages go both ways once READY is out, in any mixture",
    checks=("26/MESSAGE/after-ready", "26/MESSAGE/payload"),
    under_test=EITHER_WAY,
    script=(
        message(b"one"),
        expect(delivers((b"one",))),
        app_sends(b"two"),
        expect(receives(b"two")),
        app_sends(b"three"),
        expect(receives(b"three")),
        message(b"four"),
        message(b"five"),
        expect(delivers((b"four",), (b"five",))),
    ),
)

SERVER_CONNECTS = Case(
    title="a server of the mechanism that connects gets through to a client that binds",
    checks=("23/topology/either-direction", "26/READY/answers-initiate"),
    under_test=CONNECTING,
    script=(
        message(b"turned round"),
        expect(delivers((b"turned round",))),
        app_sends(b"too"),
        expect(receives(b"too")),
    ),
)

CONNECTING_SERVER_WAITS = Case(
    title="a server that connects leaves the first command to the client",
    checks=("26/HELLO/first", "23/topology/either-direction"),
    under_test=CONNECTING,
    script=(withhold(), send("greeting"), until("greeting"), expect(waits())),
)

SPEAKS_SECOND = Case(
    title="a server says nothing of the mechanism before HELLO",
    checks=("26/HELLO/first", "26/handshake/order"),
    under_test=SERVER,
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        expect(waits()),
        send("HELLO"),
        expect(answers("WELCOME")),
    ),
)

WAITS_FOR_INITIATE = Case(
    title="a server says nothing between WELCOME and INITIATE",
    checks=("26/handshake/order", "26/READY/answers-initiate"),
    under_test=SERVER,
    script=(
        withhold(),
        send("greeting"),
        send("HELLO"),
        until("WELCOME"),
        expect(waits()),
        send("INITIATE"),
        expect(answers("READY")),
    ),
)

AS_SERVER = Case(
    title="a server that announces ZMTP 3.0 says in its greeting that it is one",
    checks=("23/as-server/role",),
    under_test=SERVER,
    script=(
        until("greeting"),
        expect(
            holds(
                "as-server is 1, or the version is 3.1 or higher",
                lambda known: known.last("greeting")["as_server"] == 1 or known.last("greeting")["version_minor"] >= 1,
            )
        ),
    ),
    note="RFC 37 keeps the field and leaves the sentence out.",
)

TWO_CLIENTS = Case(
    title="two clients are served beside each other, each with its own keys",
    checks=("26/keys/any-client", "23/connection/repeated"),
    under_test=SERVER,
    script=(
        message(b"from the first"),
        expect(delivers((b"from the first",))),
        peer("second"),
        message(b"from the second"),
        expect(delivers((b"from the second",))),
        peer("first"),
        message(b"again from the first"),
        expect(delivers((b"again from the first",))),
    ),
)

MESSAGE_BEHIND_READY = Case(
    title="a message that the application gave early leaves after READY, not before",
    checks=(
        "26/MESSAGE/server-waits-for-ready",
        "23/connection/stages",
        "25/handshake/nothing-before-the-end",
    ),
    under_test=CONNECTING,
    script=(
        app_sends(b"early"),
        withhold(),
        send("greeting"),
        send("HELLO"),
        expect(answers("WELCOME")),
        send("INITIATE"),
        expect(answers("READY")),
        expect(receives(b"early")),
    ),
    note="A server that connects has a queue for its peer before the handshake; one that binds has not.",
)
