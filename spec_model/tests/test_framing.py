"""The hand-written frame codec is the frame grammar, only faster: whatever one builds or reads, the other does too."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_model.errors import RemoteProtocolError
from spec_model.framing import COMMAND, LONG, MORE, Frame, FrameReader, encode
from spec_model.grammar.command import Malformed
from spec_model.grammar.frame import FRAME

FAST = settings(max_examples=150, deadline=None, derandomize=True)

BODIES = st.binary(max_size=40) | st.sampled_from([bytes(254), bytes(255), bytes(256), b"x" * 70_000])
FRAMES = st.tuples(st.integers(0, 255), BODIES)

EXAMPLES = [
    # flags, body, octets on the wire (RFC 23 "Framing")
    ("an empty message", 0, b"", b"\x00\x00"),
    ("a short message", 0, b"hello", b"\x00\x05hello"),
    ("a part", MORE, b"hello", b"\x01\x05hello"),
    ("a command", COMMAND, b"\x04PING", b"\x04\x05\x04PING"),
    ("a body of 255", 0, bytes(255), b"\x00\xff" + bytes(255)),
    ("a body of 256", 0, bytes(256), b"\x02\x00\x00\x00\x00\x00\x00\x01\x00" + bytes(256)),
    ("a long part", MORE, bytes(256), b"\x03\x00\x00\x00\x00\x00\x00\x01\x00" + bytes(256)),
    ("a long command", COMMAND, bytes(256), b"\x06\x00\x00\x00\x00\x00\x00\x01\x00" + bytes(256)),
    ("a long frame with a small body", LONG, b"x", b"\x02\x00\x00\x00\x00\x00\x00\x00\x01x"),
]


def read_all(octets: bytes, *cuts: int) -> list[Frame]:
    """The frames that the codec reads when the octets come cut at these places."""
    reader, frames = FrameReader(), list[Frame]()
    places = [0, *sorted(cut % (len(octets) + 1) for cut in cuts), len(octets)]
    for start, stop in pairwise(places):
        reader.feed(octets[start:stop])
        frames.extend(reader.frames())
    return frames


def built(flags: int, body: bytes) -> bytes:
    """The octets of a frame as the grammar builds it."""
    return FRAME.build({"flags": flags | LONG * (len(body) > 255), "size": len(body), "body": body})


@pytest.mark.parametrize(("flags", "body", "octets"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_examples(flags: int, body: bytes, octets: bytes) -> None:
    assert encode(flags, body) == octets
    assert read_all(octets) == [Frame(octets[0], body)]


@FAST
@given(FRAMES)
def test_the_codec_builds_what_the_grammar_builds(frame: tuple[int, bytes]) -> None:
    assert encode(*frame) == built(*frame)


@FAST
@given(st.lists(FRAMES, max_size=6), st.lists(st.integers(0, 10**6), max_size=5))
def test_the_codec_reads_what_the_grammar_built_however_it_is_cut(
    frames: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    octets = b"".join(built(*frame) for frame in frames)
    assert read_all(octets, *cuts) == [Frame(flags | LONG * (len(body) > 255), body) for flags, body in frames]


@FAST
@given(st.binary(max_size=24) | FRAMES.map(lambda frame: built(*frame)))
def test_the_codec_reads_a_frame_where_the_grammar_does(octets: bytes) -> None:
    try:
        fields = FRAME.parse(octets)
    except Malformed:
        fields = {}
    try:
        found = read_all(octets)
    except RemoteProtocolError as error:
        assert error.requirement == "23/frame/long-size-limit"
        found = []
    if fields:
        assert found == [Frame(fields["flags"], fields["body"])]
    else:  # a piece of a frame, or several frames, or one with octets behind it
        assert b"".join(FRAME.build({**frame._asdict(), "size": len(frame.body)}) for frame in found) != octets or (
            len(found) != 1
        )


SIZE_LIMIT = [
    ("2^63 - 1", b"\x02\x7f" + b"\xff" * 7, False),
    ("2^63", b"\x02\x80" + bytes(7), True),
    ("2^64 - 1", b"\x02" + b"\xff" * 8, True),
    ("2^63 in a command", b"\x06\x80" + bytes(7), True),
    ("2^63, not whole yet", b"\x02\x80" + bytes(6), False),
]


@pytest.mark.parametrize(("octets", "refused"), [row[1:] for row in SIZE_LIMIT], ids=[row[0] for row in SIZE_LIMIT])
def test_the_size_limit(octets: bytes, refused: bool) -> None:
    reader = FrameReader()
    reader.feed(octets)
    if refused:
        with pytest.raises(RemoteProtocolError, match="23/frame/long-size-limit"):
            list(reader.frames())
    else:
        assert list(reader.frames()) == []
        assert reader.waiting == len(octets)


def test_a_frame_before_a_bad_one_is_not_lost() -> None:
    reader = FrameReader()
    reader.feed(b"\x00\x01a" + b"\x02" + b"\xff" * 8)
    frames = reader.frames()
    assert next(frames) == Frame(0, b"a")
    with pytest.raises(RemoteProtocolError):
        next(frames)
