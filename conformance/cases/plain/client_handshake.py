"""The whole handshake with a client under test, as it should be (RFC 24 "Implementation")."""

from conformance.api import (
    Case,
    Client,
    Delivery,
    accepts,
    answers,
    app_sends,
    delivers,
    either,
    expect,
    frame,
    handshake,
    hang_up,
    holds,
    message,
    metadata_octets,
    obeys,
    octets,
    peer,
    receives,
    reconnects,
    rejects,
    send,
    until,
    waits,
    withhold,
)

CLIENT = Client("PLAIN")
EITHER_WAY = Client("PLAIN", sides=("binds", "connects"))
BINDING = Client("PLAIN", sides=("binds",))
READY = frame(0x04, b"\x05READY" + metadata_octets([("Socket-Type", b"DEALER")]))

ACCEPTED = Case(
    title="a sound handshake with a server that lets the client in leads to traffic",
    checks=("24/INITIATE/answers-welcome", "24/HELLO/first", "24/message/after-ready"),
    under_test=EITHER_WAY,
    script=(expect(accepts()),),
)

IN_ORDER = Case(
    title="a client sends HELLO, then INITIATE, and neither twice",
    checks=("24/HELLO/first", "24/INITIATE/answers-welcome", "24/handshake/order", "23/handshake/commands"),
    under_test=CLIENT,
    script=(
        withhold(),
        send("greeting"),
        expect(answers("HELLO")),
        send("WELCOME"),
        expect(answers("INITIATE")),
        send("READY"),
        message(b"there"),
        expect(delivers((b"there",))),
        app_sends(b"back"),
        expect(receives(b"back")),
        expect(
            holds(
                "the frames are HELLO, INITIATE and the message",
                lambda known: [name for name, _ in known.flags] == ["HELLO", "INITIATE", "message"],
            )
        ),
    ),
)

OCTET_BY_OCTET = Case(
    title="a client gets to traffic in a handshake whose octets come one by one",
    checks=("24/message/after-ready", "24/INITIATE/answers-welcome", "23/greeting/expects-whole"),
    under_test=EITHER_WAY,
    script=(message(b"piece", b"by", b"piece"), expect(delivers((b"piece", b"by", b"piece")))),
    delivery=Delivery.OCTETS,
)

EVERY_SPLIT = Case(
    title="a client gets to traffic in a handshake that is cut in two at any octet",
    checks=("24/message/after-ready", "24/INITIATE/answers-welcome", "23/greeting/expects-whole"),
    under_test=CLIENT,
    script=(message(b"cut", b"in two"), expect(delivers((b"cut", b"in two")))),
    delivery=Delivery.SPLITS,
)

BOTH_WAYS = Case(
    title="a client sends and receives messages in any mixture once READY is out",
    checks=("24/message/after-ready", "24/message/client-may-send", "23/message/body"),
    under_test=EITHER_WAY,
    script=(
        message(b"one"),
        expect(delivers((b"one",))),
        app_sends(b"two"),
        expect(receives(b"two")),
        app_sends(b"three", b"", b"parts"),
        expect(receives(b"three", b"", b"parts")),
        message(b"four"),
        message(b"five", b""),
        expect(delivers((b"four",), (b"five", b""))),
    ),
)

NO_SERVER = Case(
    title="a client says in its greeting that it is no server",
    checks=("24/as-server/client",),
    under_test=CLIENT,
    script=(until("greeting"), expect(holds("as-server is 0", lambda known: known.last("greeting")["as_server"] == 0))),
)

NO_SERVER_WHEN_BINDING = Case(
    title="a client that binds says in its greeting that it is no server",
    checks=("24/as-server/client", "24/as-server/independent-of-connecting"),
    under_test=BINDING,
    script=(until("greeting"), expect(holds("as-server is 0", lambda known: known.last("greeting")["as_server"] == 0))),
)

CLIENT_BINDS = Case(
    title="a client of the mechanism that binds gets through to a server that connects",
    checks=("24/as-server/independent-of-connecting", "23/topology/either-direction", "24/INITIATE/answers-welcome"),
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
    checks=("24/HELLO/first", "24/as-server/independent-of-connecting"),
    under_test=BINDING,
    script=(withhold(), send("greeting"), expect(answers("HELLO"))),
)

SPEAKS_FIRST = Case(
    title="a client sends HELLO without waiting for anything but the greeting",
    checks=("24/HELLO/first",),
    under_test=CLIENT,
    script=(withhold(), send("greeting"), expect(answers("HELLO"))),
)

WAITS_FOR_WELCOME = Case(
    title="a client says nothing between HELLO and WELCOME",
    checks=("24/handshake/order", "24/INITIATE/answers-welcome"),
    under_test=CLIENT,
    script=(until("HELLO"), withhold(), expect(waits()), send("WELCOME"), expect(answers("INITIATE"))),
)

WAITS_FOR_READY = Case(
    title="a client says nothing between INITIATE and READY",
    checks=("24/handshake/order", "24/message/client-waits-for-ready"),
    under_test=CLIENT,
    script=(until("INITIATE"), withhold(), expect(waits()), send("READY"), message(b"on"), expect(delivers((b"on",)))),
)

EARLY_MESSAGE_WAITS = Case(
    title="a message that the client's application gave early leaves after READY, not before",
    checks=("24/message/client-waits-for-ready", "24/message/client-may-send", "23/connection/stages"),
    under_test=CLIENT,
    script=(
        app_sends(b"early"),
        until("INITIATE"),
        withhold(),
        expect(waits()),
        send("READY"),
        expect(receives(b"early")),
        expect(
            holds(
                "the frames are HELLO, INITIATE and the message",
                lambda known: [name for name, _ in known.flags] == ["HELLO", "INITIATE", "message"],
            )
        ),
    ),
)

MESSAGE_WITH_READY = Case(
    title="a message in one segment with READY is delivered",
    checks=("24/message/after-ready", "24/message/server-may-send"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        withhold(),
        octets(READY + frame(0x00, b"together")),
        expect(delivers((b"together",))),
    ),
)

SAME_ROLE = Case(
    title="two clients come to no handshake: the one under test closes or waits",
    checks=("24/as-server/same-role", "24/handshake/order"),
    under_test=CLIENT,
    script=(
        withhold(),
        send("greeting", as_server=0),
        until("greeting"),
        octets(frame(0x04, b"\x05HELLO\x05admin\x06secret")),
        expect(either(rejects(before="INITIATE"), waits())),
        expect(holds("no INITIATE came", lambda known: all(name != "INITIATE" for name, _ in known.received))),
    ),
)

COMES_BACK = Case(
    title="a client whose connection ends without an ERROR comes back",
    checks=("23/close/reconnect", "23/close/temporary"),
    under_test=CLIENT,
    script=(until("HELLO"), hang_up(), expect(reconnects())),
)

COMES_BACK_FROM_TRAFFIC = Case(
    title="a client that was in traffic and lost its connection makes a new handshake",
    checks=("23/close/reconnect", "23/connection/repeated", "24/HELLO/first"),
    under_test=CLIENT,
    script=(
        message(b"before"),
        expect(delivers((b"before",))),
        hang_up(),
        peer("second"),
        handshake(),
        expect(obeys("INITIATE")),
        message(b"after"),
        expect(delivers((b"after",))),
    ),
)
