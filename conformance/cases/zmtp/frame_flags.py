"""The flags octet of a frame: reserved bits, COMMAND, LONG, MORE (RFC 23 "Framing")."""

from conformance.api import (
    Case,
    Peer,
    accepts,
    delivers,
    either,
    expect,
    frame,
    handshake,
    holds,
    message,
    octets,
    rejects,
    send,
)

MORE, LONG, COMMAND = 0x01, 0x02, 0x04
PING = b"\x04PING\x00\x00context"

RESERVED = {
    f"bit_{bit}": Case(
        title=f"a message whose flags have bit {bit} set is delivered as it is, or refused",
        checks=("23/frame/reserved-bits", "23/message/body"),
        under_test=Peer(),
        script=(
            handshake(),
            octets(frame(1 << bit, b"reserved")),
            expect(either(delivers((b"reserved",)), rejects())),
        ),
        note="The sender must not set it; what a receiver does is left open, but it cannot have meant anything else.",
    )
    for bit in range(3, 8)
}

RESERVED_ON_READY = Case(
    title="a READY whose flags have a reserved bit set is taken or refused, not left alone",
    checks=("23/frame/reserved-bits",),
    under_test=Peer(),
    script=(send("READY", frame_flags=COMMAND | 0x80), expect(either(accepts(), rejects()))),
)

MORE_ON_READY = Case(
    title="a READY with MORE is taken or refused: what follows is no part of it",
    checks=("23/frame/more-on-command", "23/command/single-frame"),
    under_test=Peer(),
    script=(send("READY", frame_flags=COMMAND | MORE), expect(either(accepts(), rejects()))),
)

MORE_ON_PING = Case(
    title="a message behind a command with MORE is a message of its own",
    checks=("23/frame/more-on-command", "23/command/single-frame", "23/message/body"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(frame(COMMAND | MORE, PING) + frame(0, b"of its own")),
        expect(either(delivers((b"of its own",)), rejects())),
    ),
)

LONG_READY = Case(
    title="a READY in a long frame is as good as one in a short frame",
    checks=("23/command/accepts-either-size", "23/command/short-size"),
    under_test=Peer(),
    script=(send("READY", frame_flags=COMMAND | LONG), expect(accepts())),
    note="A short size is what a sender should choose; the grammar lets it have the other.",
)

LONG_PING = Case(
    title="a PING in a long frame is answered like one in a short frame",
    checks=("23/command/accepts-either-size", "37/PONG/answers-ping"),
    under_test=Peer(),
    script=(
        send("PING", context=b"long", frame_flags=COMMAND | LONG),
        expect(
            holds(
                "PONG comes, or the target announces 3.0, which has no PING",
                lambda known: (
                    b"long" in known.values("PONG", "context") or known.last("greeting").get("version_minor") == 0
                ),
            )
        ),
    ),
)

LOOKS_LIKE_COMMAND = {
    name: Case(
        title=f"a message whose body looks like {what} is a message",
        checks=("23/frame/command-bit", "37/commands/defined", "23/message/body"),
        under_test=Peer(),
        script=(message(body), message(body, b"behind"), expect(delivers((body,), (body, b"behind")))),
        note="Bit 2 of the flags makes a command, and nothing else does.",
    )
    for name, what, body in (
        ("ping", "a PING", PING),
        ("ready", "a READY", b"\x05READY"),
        ("error", "an ERROR", b"\x05ERROR\x00"),
        ("subscribe", "a subscription", b"\x01topic"),
        ("frame", "a frame", frame(COMMAND, b"\x05ERROR\x00")),
        ("greeting", "a greeting", b"\xff" + bytes(8) + b"\x7f\x03"),
    )
}

READY_AS_MESSAGE = Case(
    title="a READY in a message frame is refused, or taken for the READY that it looks like",
    checks=("23/frame/command-bit", "23/NULL/grammar"),
    under_test=Peer(),
    script=(send("READY", frame_flags=0), expect(either(rejects(), accepts()))),
    note="The sender breaks the framing; no sentence obliges the receiver of a handshake command to look at the bit.",
)
