"""Tests of frames: single ones of every version, bodies of commands, and streams that hold several or break off."""

from collections.abc import Iterator

from conformance.vectors.plainly import LEGAL, outcome, tests_of
from conformance.vectors.policy import one_thing
from conformance.vectors.record import Group, Test, distinct
from conformance.vectors.values import EVERY
from spec_model.crypto.sealing import dissect
from spec_model.framing import FrameReader, encode
from spec_model.grammar.frame import COMMAND, COMMAND_BODY, FRAME, LONG
from spec_model.grammar.legacy import FRAME_1_0, FRAME_2_0

SIZES = (0, 1, 2, 127, 128, 254, 255, 256, 257, 1000)
LARGE = (32768, 65535, 65536)
"""Sizes at which 15 or 16 bits are too few: one frame of each is enough."""


def groups() -> Iterator[Group]:
    """A group for each version, one for the bodies of commands, one for streams."""
    yield Group("Frame", "One whole frame of ZMTP 3.", distinct(_frames()))
    naturals = {"a letter and data": {"name_size": 1, "name": b"A", "data": b"x"}}
    naturals |= {
        f"a name of {size} letters": {"name_size": size, "name": b"A" * size, "data": b""}
        for size in (2, 127, 128, 255)
    }
    body = tests_of("command-body", COMMAND_BODY, naturals)
    yield Group("CommandBody", "The body of a command: its name, counted by one octet, and data.", body)
    yield Group(
        "FrameStream",
        "Octets that came so far: the whole frames in them, and how many octets are left over.",
        distinct(_streams()),
    )
    twos = {
        f"a body of {size} octets": {"flags": 2 * (size > 255), "size": size, "body": b"x" * size}
        for size in (1, 0, 255, 256)
    }
    yield Group(
        "Frame20", "One whole frame of ZMTP 2.0.", tests_of("ZMTP 2.0/frame", FRAME_2_0, twos, extensible=False)
    )
    ones = {
        f"a body of {size} octets": {
            "length": min(size + 1, 255),
            "long_length": size + 1 if size > 253 else None,
            "flags": 0,
            "body": b"x" * size,
        }
        for size in (1, 0, 253, 254, 255)
    }
    yield Group(
        "Frame10", "One whole frame of ZMTP 1.0.", tests_of("ZMTP 1.0/frame", FRAME_1_0, ones, extensible=False)
    )


def _frames() -> Iterator[Test]:
    for size in SIZES:
        for flags in range(8):
            if size > 255 and not flags & LONG:
                continue
            body = (b"\x01A" + b"x" * (size - 2) if size > 1 else b"x" * size) if flags & COMMAND else b"x" * size
            yield from _frame(f"flags {flags:02x}, a body of {size} octets", flags, body, ("Boundary",))
    for size in LARGE:
        yield from _frame(f"flags 02, a body of {size} octets", LONG, b"x" * size, ("Boundary",))
    for flags in EVERY:
        if flags & 0xF8 == 0xF8 or (flags & 0xF8).bit_count() == 1:
            yield from _frame(f"flags {flags:02x}", flags, b"\x01Ax", ("ReservedBits",))
    for size in (2**63, 2**63 + 1, 2**64 - 2**32, 2**64 - 10, 2**64 - 1):
        octets = b"\x02" + size.to_bytes(8, "big")
        # No body comes: whatever a receiver does, it must not need one to know that the size is too large.
        rule = next(rule for rule in FRAME.rules if rule.sender == "23/frame/long-size-limit")
        yield outcome(
            f"a long size of {size}", {"octets": octets}, ((rule.sender, ""),), "frame", ("HugeSize",), (), None
        )


def _frame(says: str, flags: int, body: bytes, kinds: tuple[str, ...]) -> Iterator[Test]:
    size = len(body).to_bytes(8, "big") if flags & LONG else bytes([len(body)])
    octets = bytes([flags]) + size + body
    judged = dissect(FRAME, octets)
    if one_thing(judged.broken):
        expected = {"more": bool(flags & 1), "command": bool(flags & COMMAND), "body": body}
        about = "23/frame/empty" if not body else "23/frame/size"
        yield outcome(says, {"octets": octets}, judged.broken, "frame", kinds, (about,), expected)


def _streams() -> Iterator[Test]:
    short, long, empty = encode(0, b"short"), encode(0, b"l" * 300), encode(0, b"")
    command, more = encode(COMMAND, b"\x04PONG"), encode(1, b"more")
    whole = {
        "nothing": b"",
        "two frames": short + short,
        "three empty frames": empty * 3,
        "a message of three frames": more + more + short,
        "a long frame between two short ones": short + long + short,
        "a command between two messages": short + command + short,
        "two hundred frames": short * 200,
        "a short body with a long size, then another": b"\x02" + (5).to_bytes(8, "big") + b"short" + short,
    }
    for says, octets in whole.items():
        yield _stream(says, octets, ("Ordinary",))
    for name, octets in (("short", short), ("long", long), ("command", command)):
        for end in sorted({1, 2, 3, 8, 9, 10, len(octets) // 2, len(octets) - 1} & set(range(1, len(octets)))):
            yield _stream(f"a {name} frame, {end} of {len(octets)} octets", octets[:end], ("Truncated",))
            yield _stream(
                f"a whole frame, then a {name} one, {end} of {len(octets)} octets", more + octets[:end], ("Truncated",)
            )
    for size in (2**31 - 1, 2**31, 2**32, 2**40, 2**63 - 1):
        octets = b"\x02" + size.to_bytes(8, "big") + b"x"
        yield _stream(f"a frame that announces {size} octets, of which one came", octets, ("HugeSize",))


def _stream(says: str, octets: bytes, flags: tuple[str, ...]) -> Test:
    reader = FrameReader()
    reader.feed(octets)
    found = list(reader.frames())
    left = len(octets) - sum((9 if frame.flags & LONG else 2) + len(frame.body) for frame in found)
    expected = {"frames": [{"flags": frame.flags, "body": frame.body} for frame in found], "left": left}
    return Test(says, {"octets": octets}, "valid", "legal", ("23/frame/size",), LEGAL, flags, expected=expected)
