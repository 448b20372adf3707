"""Commands that come to a server out of their turn (RFC 26 "High-level Grammar").

The grammar allows one order; a command in another counts as malformed. `frame_body` puts a command in another's place.
"""

from conformance.api import (
    Case,
    Delivery,
    Server,
    delivers,
    either,
    expect,
    frame,
    handshake,
    inject,
    octets,
    rejects,
    send,
    until,
    withhold,
)

SERVER = Server(sides=("binds", "connects"))
ORDER = ("26/handshake/order",)
NOT_HELLO = {
    "welcome": ("a WELCOME", b"\x07WELCOME" + bytes(160)),
    "initiate": ("an INITIATE", b"\x08INITIATE" + bytes(250)),
    "ready": ("a READY", b"\x05READY" + bytes(24)),
    "null_ready": ("a READY of NULL", b"\x05READY" + b"\x0bSocket-Type\x00\x00\x00\x06DEALER"),
    "message": ("a MESSAGE", b"\x07MESSAGE" + bytes(25)),
    "error": ("an ERROR", b"\x05ERROR\x00"),
    "ping": ("a PING", b"\x04PING\x00\x00"),
    "unknown": ("a command that nobody knows", b"\x05OLLEH" + bytes(194)),
    "nameless": ("a command without a name", b"\x00" + bytes(199)),
    "overlong_name": ("a command whose name goes beyond its end", b"\xffHELLO"),
}
"""What is not a HELLO: how to call it, and its octets."""

INSTEAD_OF_HELLO = {
    name: Case(
        title=f"{what} in the place of HELLO is rejected",
        checks=(*ORDER, "26/handshake/commands"),
        under_test=SERVER,
        script=(send("HELLO", frame_body=body), expect(rejects(before="WELCOME"))),
    )
    for name, (what, body) in NOT_HELLO.items()
}

INSTEAD_OF_INITIATE = {
    name: Case(
        title=f"{what} in the place of INITIATE is rejected",
        checks=(*ORDER, "26/handshake/commands"),
        under_test=SERVER,
        script=(send("INITIATE", frame_body=body), expect(rejects(before="READY"))),
    )
    for name, (what, body) in NOT_HELLO.items()
    if name != "initiate"
}

IN_TRAFFIC = {
    name: Case(
        title=f"{what} in the midst of traffic is rejected",
        checks=(*ORDER, "26/handshake/commands"),
        under_test=SERVER,
        script=(handshake(), octets(frame(0x04, body)), expect(rejects())),
        note="ZMTP 3.1 has commands in traffic, but CURVE carries them inside MESSAGE." if name == "ping" else "",
    )
    for name, (what, body) in NOT_HELLO.items()
    if name != "message"
}

MESSAGE_FRAME_FIRST = Case(
    title="a message frame in the place of HELLO is rejected",
    checks=(*ORDER, "23/NULL/no-message-before-ready"),
    under_test=SERVER,
    script=(send("HELLO", frame_body=b"in clear", frame_flags=0x00), expect(rejects(before="WELCOME"))),
)

MESSAGE_FRAME_SECOND = Case(
    title="a message frame in the place of INITIATE is rejected",
    checks=(*ORDER, "23/NULL/no-message-before-ready"),
    under_test=SERVER,
    script=(send("INITIATE", frame_body=b"in clear", frame_flags=0x00), expect(rejects(before="READY"))),
)

SECOND_HELLO = Case(
    title="a HELLO that comes again in the place of INITIATE is rejected",
    checks=(*ORDER, "26/box/replay"),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        octets(lambda known: dict(known.sent)["HELLO"]),
        expect(rejects(before="WELCOME")),
    ),
)

NEW_HELLO = Case(
    title="a HELLO with another key in the place of INITIATE is rejected",
    checks=ORDER,
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        inject("HELLO"),
        expect(rejects(before="WELCOME")),
    ),
)

MESSAGE_BEFORE_INITIATE = Case(
    title="a MESSAGE that is sealed well and comes before INITIATE is rejected and not delivered",
    checks=(*ORDER, "26/MESSAGE/after-ready"),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        inject("MESSAGE", data=b"too early"),
        expect(rejects()),
    ),
    note="The client has both transient keys after WELCOME, but nobody has vouched for it.",
    sensitive=True,
)

MESSAGE_BEHIND_INITIATE = Case(
    title="a MESSAGE close behind INITIATE is delivered, or ends the connection",
    checks=("26/MESSAGE/after-ready",),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        send("INITIATE"),
        inject("MESSAGE", data=b"close behind"),
        expect(either(delivers((b"close behind",)), rejects())),
    ),
    delivery=Delivery.TOGETHER,
    note="A client has to wait for READY; a server may have sent it before it sees the MESSAGE.",
)

HELLO_AGAIN_IN_TRAFFIC = Case(
    title="the HELLO of the connection that comes again in traffic is rejected",
    checks=(*ORDER, "26/box/replay"),
    under_test=SERVER,
    script=(handshake(), octets(lambda known: dict(known.sent)["HELLO"]), expect(rejects(before="WELCOME"))),
)

INITIATE_AGAIN = Case(
    title="the INITIATE of the connection that comes again in traffic is rejected",
    checks=(*ORDER, "26/box/replay", "26/cookie/expires"),
    under_test=SERVER,
    script=(handshake(), octets(lambda known: dict(known.sent)["INITIATE"]), expect(rejects())),
)
