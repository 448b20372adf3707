"""The short nonces of the MESSAGE commands that a server receives (RFC 26 "The HELLO Command", its last paragraph)."""

from conformance.api import (
    Case,
    Server,
    accepts,
    app_sends,
    delivers,
    either,
    expect,
    frame,
    message,
    octets,
    receives,
    rejects,
    repeat,
    send,
)

SERVER = Server()

REPEATED = Case(
    title="a MESSAGE with the nonce of the one before ends the connection",
    checks=("26/MESSAGE/nonce-reuse", "26/MESSAGE/nonce-increments"),
    under_test=SERVER,
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        send("MESSAGE", nonce=lambda natural: natural - 1, data=b"second"),
        expect(rejects()),
    ),
)

REPLAYED = Case(
    title="a MESSAGE that comes a second time ends the connection and is delivered once only",
    checks=("26/MESSAGE/nonce-reuse", "26/box/replay", "23/message/once"),
    under_test=SERVER,
    script=(
        message(b"once"),
        expect(delivers((b"once",))),
        octets(lambda known: dict(known.sent)["message"]),
        expect(rejects()),
    ),
    sensitive=True,
)

OLDER_REPLAYED = Case(
    title="a MESSAGE that comes again after others ends the connection",
    checks=("26/MESSAGE/nonce-increments", "26/MESSAGE/nonce-reuse", "26/box/replay"),
    under_test=SERVER,
    script=(
        message(b"one"),
        message(b"two"),
        message(b"three"),
        expect(delivers((b"one",), (b"two",), (b"three",))),
        octets(lambda known: next(sent for name, sent in known.sent if name == "message")),
        expect(rejects()),
    ),
    sensitive=True,
)

LOWER = Case(
    title="a MESSAGE with a nonce that is lower than the last and was never used ends the connection",
    checks=("26/MESSAGE/nonce-increments",),
    under_test=SERVER,
    script=(
        send("MESSAGE", nonce=1000, data=b"far ahead"),
        expect(either(delivers((b"far ahead",)), rejects())),
        send("MESSAGE", nonce=999, data=b"back"),
        expect(rejects()),
    ),
    note="The gap before it may be refused too; that ends the connection just the same.",
)

LOWER_IN_NETWORK_ORDER = Case(
    title="a nonce that is lower in network order is lower, whatever its last octet",
    checks=("26/MESSAGE/nonce-increments", "26/short-nonce/octet-order"),
    under_test=SERVER,
    script=(
        send("MESSAGE", nonce=0x0200, data=b"ahead"),
        expect(either(delivers((b"ahead",)), rejects())),
        send("MESSAGE", nonce=0x01FF, data=b"back"),
        expect(rejects()),
    ),
)

ZERO = Case(
    title="a MESSAGE with nonce zero after others ends the connection",
    checks=("26/MESSAGE/nonce-increments",),
    under_test=SERVER,
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        send("MESSAGE", nonce=0, data=b"second"),
        expect(rejects()),
    ),
)

NONCE_OF_INITIATE = Case(
    title="a first MESSAGE with the nonce of INITIATE is delivered, or ends the connection",
    checks=("26/MESSAGE/nonce-above-handshake", "26/short-nonce/handshake-counts"),
    under_test=SERVER,
    script=(
        send("MESSAGE", nonce=2, data=b"as INITIATE"),
        expect(either(delivers((b"as INITIATE",)), rejects())),
    ),
    note="It is not said whether the handshake counts; other prefixes keep the boxes apart.",
)

GAP = Case(
    title="a MESSAGE whose nonce leaves some out is delivered, or ends the connection",
    checks=("26/MESSAGE/after-ready", "26/short-nonce/gaps"),
    under_test=SERVER,
    script=(
        send("MESSAGE", nonce=lambda natural: natural + 1000, data=b"ahead"),
        expect(either(delivers((b"ahead",)), rejects())),
    ),
)

LARGEST = Case(
    title="a MESSAGE with the largest nonce is delivered, or ends the connection",
    checks=("26/MESSAGE/after-ready", "26/short-nonce/gaps"),
    under_test=SERVER,
    script=(
        send("MESSAGE", nonce=2**64 - 1, data=b"last"),
        expect(either(delivers((b"last",)), rejects())),
    ),
)

AFTER_THE_LARGEST = Case(
    title="no MESSAGE is delivered whose nonce is not above the largest",
    checks=("26/MESSAGE/nonce-increments",),
    under_test=SERVER,
    script=(
        send("MESSAGE", nonce=2**64 - 1, data=b"last"),
        expect(either(delivers((b"last",)), rejects())),
        send("MESSAGE", nonce=3, data=b"over"),
        expect(rejects()),
    ),
)

THREE_HUNDRED = Case(
    title="300 messages arrive in order: their nonces grow in network order",
    checks=("26/MESSAGE/after-ready", "23/message/order", "23/message/once", "26/MESSAGE/payload"),
    under_test=SERVER,
    script=(
        repeat(300, lambda number: (message(b"number %d" % number),)),
        expect(delivers(*((b"number %d" % number,) for number in range(300)))),
    ),
    note="Behind 255 the first octet of a nonce that was written the other way round would go back to zero.",
)

REFLECTED = Case(
    title="a MESSAGE of the server that is sent back to it ends the connection and is not delivered",
    checks=("26/MESSAGE/nonce-prefix", "26/box/replay"),
    under_test=SERVER,
    script=(
        message(b"hello"),
        expect(delivers((b"hello",))),
        repeat(6, lambda number: (app_sends(b"mirror %d" % number), expect(receives(b"mirror %d" % number)))),
        octets(
            lambda known: frame(
                0x00,
                b"\x07MESSAGE" + known.last("MESSAGE")["nonce"].to_bytes(8, "big") + known.last("MESSAGE")["box"],
            )
        ),
        expect(rejects()),
    ),
    note="The keys are the same both ways; the prefix alone tells the directions apart. Its nonce is high enough.",
    sensitive=True,
)

MIXED_WITH_ANSWERS = Case(
    title="the nonces of the two directions are counted apart",
    checks=("26/MESSAGE/after-ready", "26/MESSAGE/payload"),
    under_test=SERVER,
    script=(
        repeat(5, lambda number: (app_sends(b"down %d" % number), expect(receives(b"down %d" % number)))),
        message(b"up"),
        expect(delivers((b"up",))),
        expect(accepts()),
    ),
)
