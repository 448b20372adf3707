"""A connection may end at any moment; the target lives on (RFC 23 "Overall Behavior", "Error Handling")."""

from conformance.api import (
    Case,
    Peer,
    accepts,
    delivers,
    expect,
    frame,
    handshake,
    hang_up,
    mechanism_octets,
    message,
    octets,
    peer,
    rejects,
    send,
    until,
    withhold,
)

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + mechanism_octets("NULL") + bytes(32)

MOMENTS = (
    ("at_once", "at once", (withhold(),)),
    ("after_one_octet", "after one octet", (withhold(), octets(GREETING[:1]))),
    ("after_signature", "after the signature", (withhold(), octets(GREETING[:10]))),
    ("in_greeting", "within the greeting", (withhold(), octets(GREETING[:40]))),
    ("after_greeting", "after the greeting", (withhold(), send("greeting"), until("greeting"))),
    ("in_ready", "within READY", (withhold(), send("greeting"), octets(b"\x04\x20\x05REA"))),
    ("after_ready", "after READY", (handshake(),)),
    ("in_size", "within the size of a frame", (handshake(), octets(b"\x02\x00\x00"))),
    ("in_body", "within the body of a frame", (handshake(), octets(frame(0, b"cut off")[:-1]))),
)

CLOSES = {
    name: Case(
        title=f"the next peer is served after one that closes {when}",
        checks=("23/connection/repeated", "23/close/temporary", "23/connection/close-anytime"),
        under_test=Peer(sides=("binds",)),
        script=(*steps, hang_up(), peer("second"), message(b"next"), expect(delivers((b"next",)))),
    )
    for name, when, steps in MOMENTS
}

RESETS = {
    name: Case(
        title=f"the next peer is served after one that resets the connection {when}",
        checks=("23/connection/repeated", "23/close/temporary", "23/connection/close-anytime"),
        under_test=Peer(sides=("binds",)),
        script=(*steps, hang_up(abort=True), peer("second"), message(b"next"), expect(delivers((b"next",)))),
    )
    for name, when, steps in MOMENTS
    if name in ("at_once", "after_greeting", "in_body")
}

RECONNECTS = {
    name: Case(
        title=f"a target that connected comes back when the other closes {when}",
        checks=("23/close/reconnect", "23/close/temporary"),
        under_test=Peer(sides=("connects",)),
        script=(*steps, hang_up(), peer("second"), expect(accepts())),
    )
    for name, when, steps in MOMENTS
    if name in ("at_once", "in_greeting", "after_greeting", "after_ready", "in_body")
}

SERVED_AFTER_RECONNECTING = Case(
    title="a target that comes back is as good as new",
    checks=("23/close/reconnect", "23/connection/repeated", "23/message/body"),
    under_test=Peer(sides=("connects",)),
    script=(
        message(b"before"),
        expect(delivers((b"before",))),
        hang_up(),
        peer("second"),
        message(b"after"),
        expect(delivers((b"after",))),
    ),
)

SEVERAL = Case(
    title="three peers are served beside each other, each in its own order",
    checks=("23/connection/repeated", "23/message/body"),
    under_test=Peer(sides=("binds",)),
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        peer("second"),
        message(b"second"),
        expect(delivers((b"second",))),
        peer("third"),
        message(b"third"),
        expect(delivers((b"third",))),
        peer("first"),
        message(b"first again"),
        expect(delivers((b"first again",))),
    ),
)

BYSTANDER = Case(
    title="a peer that is refused does not disturb one that was there before",
    checks=("23/connection/repeated", "23/NULL/grammar"),
    under_test=Peer(sides=("binds",)),
    script=(
        message(b"before"),
        expect(delivers((b"before",))),
        peer("offender"),
        send("READY", name=b"\x05OTHER", metadata=b""),
        expect(rejects()),
        peer("first"),
        message(b"after"),
        expect(delivers((b"after",))),
        expect(accepts()),
    ),
)
