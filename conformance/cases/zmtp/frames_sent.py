"""What the frames of the target look like (RFC 23 "Framing", "Messages"; RFC 37 for what must wait)."""

from collections.abc import Callable

from conformance.api import (
    Case,
    Known,
    Peer,
    Server,
    app_sends,
    either,
    expect,
    handshake,
    holds,
    obeys,
    receives,
    repeat,
    send,
    until,
    waits,
    withhold,
)

MORE, LONG, COMMAND = 0x01, 0x02, 0x04


def body(size: int) -> bytes:
    """So many octets in which a shift or a hole would show."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def message_flags(known: Known) -> list[int]:
    """The flags of each message frame that the target sent."""
    return [flags for name, flags in known.flags if name == "message"]


def more_but_for_the_last(count: int) -> Callable[[Known], bool]:
    """Whether so many message frames came, all with MORE but the last."""
    return lambda known: [flags & MORE for flags in message_flags(known)] == [1] * (count - 1) + [0]


SIZES = {
    f"of_{size}": Case(
        title=f"a message of {size} octets goes out as it was given",
        checks=("23/message/clear-text-frames", "23/frame/short" if size < 256 else "23/frame/long", "23/frame/size"),
        under_test=Peer(),
        script=(handshake(), app_sends(body(size)), expect(receives(body(size)))),
    )
    for size in (0, 1, 127, 128, 255, 256, 257, 65536)
}

MULTIPART = {
    name: Case(
        title=f"a message of {what} goes out with MORE on all frames but the last",
        checks=("23/message/layout", "23/message/atomic-sending", "23/message/clear-text-frames"),
        under_test=Peer(),
        script=(
            handshake(),
            app_sends(*parts),
            expect(receives(*parts)),
            expect(holds("MORE is set on all frames but the last", more_but_for_the_last(len(parts)))),
        ),
    )
    for name, what, parts in (
        ("2", "two frames", (b"first", b"second")),
        ("empty", "three empty frames", (b"", b"", b"")),
        ("short_and_long", "short and long frames", (b"s", b"l" * 256, b"", b"l" * 5000)),
    )
}

ORDER = Case(
    title="three hundred messages of the application go out once each, in order",
    checks=("23/message/order", "23/message/once", "23/message/clear-text-frames"),
    under_test=Peer(),
    script=(
        handshake(),
        repeat(300, lambda number: (app_sends(b"%d" % number, b"x" * number),)),
        repeat(300, lambda number: (expect(receives(b"%d" % number, b"x" * number)),)),
    ),
)

RESERVED_BITS = Case(
    title="bits 7 to 3 of the flags are zero in commands and messages",
    checks=("23/frame/reserved-bits",),
    under_test=Peer(),
    script=(handshake(), app_sends(b"a", b"b" * 256), expect(receives(b"a", b"b" * 256)), expect(obeys("frame"))),
)

LONG_SIZES = Case(
    title="no size is greater than 2^63-1",
    checks=("23/frame/long-size-limit", "23/frame/layout"),
    under_test=Peer(),
    script=(handshake(), app_sends(b"b" * 256), expect(receives(b"b" * 256)), expect(obeys("frame"))),
)

COMMANDS_WITHOUT_MORE = Case(
    title="commands go out with COMMAND and without MORE",
    checks=("23/frame/more-on-command", "23/command/layout"),
    under_test=Peer(),
    script=(
        until("READY"),
        expect(obeys("frame")),
        expect(
            holds(
                "READY is a command frame",
                lambda known: dict(known.flags).get("READY", 0) & (COMMAND | MORE) == COMMAND,
            )
        ),
    ),
)

SHORT_COMMANDS = Case(
    title="a command of 255 octets or less goes out in a short frame",
    checks=("23/command/short-size",),
    under_test=Peer(),
    script=(until("READY"), expect(obeys("frame"))),
)

CLEAR_SIZE = Case(
    title="the size of a command is in clear, also where its body is encrypted",
    checks=("23/command/clear-size", "23/command/layout"),
    under_test=Server(),
    script=(
        until("WELCOME"),
        expect(
            holds(
                "WELCOME's frame says 168 octets behind the greeting",
                lambda known: known.raw[64:66] == b"\x04\xa8" or known.raw[64:73] == b"\x06" + (168).to_bytes(8, "big"),
            )
        ),
    ),
)

MESSAGES_WITHOUT_COMMAND = Case(
    title="messages go out without COMMAND",
    checks=("23/message/clear-text-frames", "23/message/layout"),
    under_test=Peer(),
    script=(
        handshake(),
        app_sends(b"\x04PING\x00\x00", b"second"),
        expect(receives(b"\x04PING\x00\x00", b"second")),
        expect(holds("two message frames came", lambda known: len(message_flags(known)) == 2)),
    ),
)

NOTHING_BEFORE_THE_END = Case(
    title="what the application sends early waits for the end of the handshake",
    checks=("37/NULL/client-waits", "23/connection/stages"),
    under_test=Peer(sides=("connects",)),
    script=(
        withhold(),
        send("greeting"),
        app_sends(b"early"),
        until("READY"),
        expect(
            either(
                holds("it announces ZMTP 3.0", lambda known: known.last("greeting").get("version_minor") == 0), waits()
            )
        ),
        send("READY"),
        expect(receives(b"early")),
    ),
    note="In ZMTP 3.0 messages may follow one's own READY at once.",
)
