"""The whole handshake with a server under test, as it should be (RFC 24 "Implementation")."""

from conformance.api import (
    Case,
    Delivery,
    Server,
    accepts,
    answers,
    app_sends,
    delivers,
    either,
    expect,
    frame,
    handshake,
    holds,
    message,
    metadata_octets,
    octets,
    peer,
    receives,
    rejects,
    send,
    until,
    waits,
    withhold,
)

SERVER = Server("PLAIN")
EITHER_WAY = Server("PLAIN", sides=("binds", "connects"))
CONNECTING = Server("PLAIN", sides=("connects",))
HELLO = frame(0x04, b"\x05HELLO\x05admin\x06secret")
INITIATE = frame(0x04, b"\x08INITIATE" + metadata_octets([("Socket-Type", b"DEALER")]))

ACCEPTED = Case(
    title="a sound handshake with credentials that pass leads to traffic",
    checks=("24/WELCOME/answers-hello", "24/READY/answers-initiate", "24/message/after-ready"),
    under_test=EITHER_WAY,
    script=(expect(accepts()),),
)

ONE_ANSWER_EACH = Case(
    title="HELLO is answered by WELCOME, INITIATE by READY, and neither by anything else",
    checks=("24/WELCOME/answers-hello", "24/READY/answers-initiate", "24/handshake/order", "23/handshake/commands"),
    under_test=SERVER,
    script=(
        withhold(),
        send("greeting"),
        send("HELLO"),
        expect(answers("WELCOME")),
        send("INITIATE"),
        expect(answers("READY")),
        expect(
            holds(
                "greeting, WELCOME and READY came once each",
                lambda known: [name for name, _ in known.received] == ["greeting", "WELCOME", "READY"],
            )
        ),
    ),
)

OCTET_BY_OCTET = Case(
    title="a server gets to traffic in a handshake whose octets come one by one",
    checks=("24/READY/answers-initiate", "24/WELCOME/answers-hello", "23/greeting/expects-whole"),
    under_test=EITHER_WAY,
    script=(message(b"piece", b"by", b"piece"), expect(delivers((b"piece", b"by", b"piece")))),
    delivery=Delivery.OCTETS,
)

EVERY_SPLIT = Case(
    title="a server gets to traffic in a handshake that is cut in two at any octet",
    checks=("24/READY/answers-initiate", "24/WELCOME/answers-hello", "23/greeting/expects-whole"),
    under_test=SERVER,
    script=(message(b"cut", b"in two"), expect(delivers((b"cut", b"in two")))),
    delivery=Delivery.SPLITS,
)

BOTH_WAYS = Case(
    title="a server sends and receives messages in any mixture once READY is out",
    checks=("24/message/after-ready", "24/message/server-may-send", "23/message/body"),
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

TWO_CLIENTS = Case(
    title="two clients with the same credentials are served beside each other",
    checks=("24/goals/independent-identity", "23/connection/repeated", "24/WELCOME/answers-hello"),
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

AS_SERVER = Case(
    title="a server says in its greeting that it is one",
    checks=("24/as-server/server",),
    under_test=SERVER,
    script=(until("greeting"), expect(holds("as-server is 1", lambda known: known.last("greeting")["as_server"] == 1))),
    note="RFC 37 leaves out what the field means; with PLAIN it tells client and server apart in any minor version.",
)

AS_SERVER_WHEN_CONNECTING = Case(
    title="a server that connects says in its greeting that it is one",
    checks=("24/as-server/server", "24/as-server/independent-of-connecting"),
    under_test=CONNECTING,
    script=(until("greeting"), expect(holds("as-server is 1", lambda known: known.last("greeting")["as_server"] == 1))),
)

SERVER_CONNECTS = Case(
    title="a server of the mechanism that connects gets through to a client that binds",
    checks=("24/as-server/independent-of-connecting", "23/topology/either-direction", "24/READY/answers-initiate"),
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
    checks=("24/HELLO/server-waits", "24/as-server/independent-of-connecting"),
    under_test=CONNECTING,
    script=(withhold(), send("greeting"), until("greeting"), expect(waits())),
)

SPEAKS_SECOND = Case(
    title="a server says nothing of the mechanism before HELLO",
    checks=("24/HELLO/server-waits", "24/WELCOME/answers-hello"),
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
    checks=("24/handshake/order", "24/READY/answers-initiate"),
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

EARLY_MESSAGE_WAITS = Case(
    title="a message that the server's application gave early leaves after READY, not before",
    checks=("24/message/server-waits-for-ready", "23/connection/stages"),
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

PIPELINED = Case(
    title="an INITIATE that did not wait for WELCOME is answered or refused, not left alone",
    checks=("24/READY/answers-initiate", "24/handshake/order"),
    under_test=SERVER,
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        octets(HELLO + INITIATE),
        expect(either(answers("WELCOME"), rejects())),
        expect(either(answers("READY"), rejects())),
    ),
    note="A client ought to wait; a server that reads the two in turn cannot see that it did not.",
)

MESSAGE_BEHIND_INITIATE = Case(
    title="a message close behind INITIATE is delivered, or ends the connection",
    checks=("24/message/client-waits-for-ready",),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        send("INITIATE"),
        octets(frame(0x00, b"close behind")),
        expect(either(delivers((b"close behind",)), rejects())),
    ),
    delivery=Delivery.TOGETHER,
    note="A client has to wait for READY; a server may have sent it before it sees the message.",
)

SAME_ROLE = Case(
    title="two servers come to no handshake: the one under test closes or waits",
    checks=("24/as-server/same-role", "24/HELLO/server-waits"),
    under_test=SERVER,
    script=(
        withhold(),
        send("greeting", as_server=1),
        until("greeting"),
        expect(either(rejects(before="WELCOME"), waits())),
        expect(
            holds(
                "no command came but ERROR",
                lambda known: {name for name, _ in known.received} <= {"greeting", "ERROR"},
            )
        ),
    ),
)

HANDSHAKE_IS_OVER = Case(
    title="after READY nothing more of the handshake comes, with or without messages",
    checks=("24/handshake/order", "24/message/after-ready"),
    under_test=SERVER,
    script=(
        handshake(),
        message(b"there"),
        expect(delivers((b"there",))),
        app_sends(b"back"),
        expect(receives(b"back")),
        expect(
            holds(
                "the frames are WELCOME, READY and the message",
                lambda known: [name for name, _ in known.flags] == ["WELCOME", "READY", "message"],
            )
        ),
    ),
)
