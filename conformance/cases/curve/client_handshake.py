"""The whole handshake with a client under test, as it should be (RFC 26 "Overall Operation", "General Design")."""

from conformance.api import (
    Case,
    Client,
    Delivery,
    accepts,
    answers,
    app_sends,
    delivers,
    expect,
    handshake,
    hang_up,
    holds,
    message,
    obeys,
    peer,
    receives,
    reconnects,
    send,
    until,
    waits,
    withhold,
)

CLIENT = Client()
EITHER_WAY = Client(sides=("binds", "connects"))
BINDING = Client(sides=("binds",))

ACCEPTED = Case(
    title="a sound handshake with the server that the client knows leads to traffic",
    checks=(
        "26/READY/answers-initiate",
        "26/INITIATE/answers-welcome",
        "26/HELLO/first",
        "26/MESSAGE/after-ready",
        "25/handshake/curvezmq",
        "25/MESSAGE/takes-frame",
        "25/handshake/client-begins",
    ),
    under_test=EITHER_WAY,
    script=(expect(accepts()),),
)

OCTET_BY_OCTET = Case(
    title="a handshake whose octets come one by one leads to traffic",
    checks=("26/READY/answers-initiate", "26/INITIATE/answers-welcome", "23/greeting/expects-whole"),
    under_test=EITHER_WAY,
    script=(message(b"piece", b"by", b"piece"), expect(delivers((b"piece", b"by", b"piece")))),
    delivery=Delivery.OCTETS,
)

EVERY_SPLIT = Case(
    title="a handshake that is cut in two at any octet leads to traffic",
    checks=("26/READY/answers-initiate", "26/INITIATE/answers-welcome", "23/greeting/expects-whole"),
    under_test=CLIENT,
    script=(message(b"cut", b"in two"), expect(delivers((b"cut", b"in two")))),
    delivery=Delivery.SPLITS,
)

BOTH_WAYS = Case(
    title="messages go both ways once READY is out, in any mixture",
    checks=("26/MESSAGE/after-ready", "26/MESSAGE/payload", "26/MESSAGE/client-may-send"),
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

CLIENT_BINDS = Case(
    title="a client of the mechanism that binds gets through to a server that connects",
    checks=("23/topology/either-direction", "26/INITIATE/answers-welcome"),
    under_test=BINDING,
    script=(
        message(b"turned round"),
        expect(delivers((b"turned round",))),
        app_sends(b"too"),
        expect(receives(b"too")),
    ),
)

BINDING_CLIENT_SPEAKS_FIRST = Case(
    title="a client that binds sends HELLO to whom connects",
    checks=("26/HELLO/first", "23/topology/either-direction"),
    under_test=BINDING,
    script=(withhold(), send("greeting"), expect(answers("HELLO"))),
)

SPEAKS_FIRST = Case(
    title="a client sends HELLO without waiting for anything but the greeting",
    checks=("26/HELLO/first",),
    under_test=CLIENT,
    script=(withhold(), send("greeting"), expect(answers("HELLO"))),
)

WAITS_FOR_WELCOME = Case(
    title="a client says nothing between HELLO and WELCOME",
    checks=("26/handshake/order", "26/INITIATE/answers-welcome"),
    under_test=CLIENT,
    script=(until("HELLO"), withhold(), expect(waits()), send("WELCOME"), expect(answers("INITIATE"))),
)

WAITS_FOR_READY = Case(
    title="a client says nothing between INITIATE and READY",
    checks=("26/handshake/order", "26/MESSAGE/client-waits-for-ready"),
    under_test=CLIENT,
    script=(until("INITIATE"), withhold(), expect(waits()), send("READY"), message(b"on"), expect(delivers((b"on",)))),
)

MESSAGE_BEHIND_READY = Case(
    title="a message that the application gave early leaves after READY, not before",
    checks=(
        "26/MESSAGE/client-waits-for-ready",
        "23/connection/stages",
        "25/handshake/nothing-before-the-end",
    ),
    under_test=CLIENT,
    script=(
        app_sends(b"early"),
        expect(answers("HELLO")),
        expect(answers("INITIATE")),
        expect(receives(b"early")),
        expect(
            holds(
                "nothing of it came before INITIATE",
                lambda known: [name for name, _ in known.received] == ["greeting", "HELLO", "INITIATE", "MESSAGE"],
            )
        ),
    ),
)

NO_SERVER = Case(
    title="a client that announces ZMTP 3.0 says in its greeting that it is no server",
    checks=("23/as-server/role",),
    under_test=CLIENT,
    script=(
        until("greeting"),
        expect(
            holds(
                "as-server is 0, or the version is 3.1 or higher",
                lambda known: known.last("greeting")["as_server"] == 0 or known.last("greeting")["version_minor"] >= 1,
            )
        ),
    ),
    note="RFC 37 keeps the field and leaves the sentence out.",
)

COMES_BACK = Case(
    title="a client whose connection ends without an ERROR may come back, and is served",
    checks=("23/close/reconnect", "26/reconnect/soft-error", "26/handshake/silent-close"),
    under_test=CLIENT,
    script=(until("INITIATE"), hang_up(), expect(reconnects())),
)

COMES_BACK_FROM_TRAFFIC = Case(
    title="a client that was in traffic and lost its connection makes a new handshake",
    checks=("23/close/temporary", "23/close/reconnect", "26/reconnect/soft-error"),
    under_test=CLIENT,
    script=(
        message(b"before"),
        expect(delivers((b"before",))),
        hang_up(),
        peer("second"),
        handshake(),
        expect(obeys("INITIATE")),
    ),
)
