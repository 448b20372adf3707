"""Frames have nothing to do with segments: a stream may be cut anywhere (RFC 23 "Framing")."""

from conformance.api import (
    Case,
    Delivery,
    Peer,
    delivers,
    either,
    expect,
    frame,
    handshake,
    message,
    octets,
    rejects,
    send,
    until,
    withhold,
)

MORE, LONG = 0x01, 0x02
READY = frame(4, b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER")

ALL_SHAPES = ((b"", b"short", b"x" * 255), (b"y" * 256, b""), (b"\x00\x01\x02\x03\x04\x05\x06\x07",))

OCTET_BY_OCTET = Case(
    title="short, long and empty frames that come octet by octet are put together again",
    checks=("23/frame/layout", "23/frame/long", "23/message/body"),
    under_test=Peer(),
    script=(*(message(*parts) for parts in ALL_SHAPES), expect(delivers(*ALL_SHAPES))),
    delivery=Delivery.OCTETS,
)

EVERY_SPLIT = Case(
    title="a long frame and an empty one are put together again wherever the stream is cut",
    checks=("23/frame/layout", "23/frame/long", "23/message/body"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(frame(MORE | LONG, b"long") + frame(0, b"")),
        expect(delivers((b"long", b""))),
    ),
    delivery=Delivery.SPLITS,
)

ONE_SEGMENT = Case(
    title="many frames in one segment are all taken, in order",
    checks=("23/message/body", "23/frame/layout", "23/message/order"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(
            frame(0, b"one")
            + frame(MORE, b"two")
            + frame(MORE | LONG, b"")
            + frame(0, b"of three parts")
            + frame(LONG, b"z" * 300)
            + frame(0, b"")
        ),
        expect(delivers((b"one",), (b"two", b"", b"of three parts"), (b"z" * 300,), (b"",))),
    ),
)

MANY_IN_ONE_SEGMENT = Case(
    title="two hundred messages in one segment are all taken, in order",
    checks=("23/message/body", "23/frame/layout", "23/message/order"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(b"".join(frame(0, b"%d" % number) for number in range(200))),
        expect(delivers(*((b"%d" % number,) for number in range(200)))),
    ),
)

BEHIND_READY = Case(
    title="a message in the same segment as READY is taken",
    checks=("23/message/body", "23/NULL/traffic-after-ready"),
    under_test=Peer(sides=("connects",)),
    script=(
        withhold(),
        send("greeting"),
        until("READY"),
        octets(READY + frame(0, b"close behind")),
        expect(delivers((b"close behind",))),
    ),
    note="The target's READY has come: whoever binds may send both at once by every reading of the text.",
)

BEHIND_READY_OF_3_0 = Case(
    title="a target that binds takes a message in the same segment as a READY of ZMTP 3.0",
    checks=("23/message/body", "23/NULL/traffic-after-ready"),
    under_test=Peer(sides=("binds",)),
    script=(
        withhold(),
        send("greeting", version_minor=0),
        octets(READY + frame(0, b"close behind")),
        expect(either(delivers((b"close behind",)), rejects())),
    ),
    note="RFC 23 lets messages follow one's own READY at once; who knows only ZMTP 3.1 may refuse the version.",
)
