"""The frame codec of the hot path, by hand; property tests prove it equal to the grammar of `spec_model.grammar.frame`."""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from spec_model.errors import RemoteProtocolError
from spec_model.grammar.frame import COMMAND, LARGEST_LONG, LARGEST_SHORT, LONG, MORE

__all__ = ["COMMAND", "LONG", "MORE", "Frame", "FrameReader", "encode"]


class Frame(NamedTuple):
    """A frame that was read: its flags octet as it came, and its body."""

    flags: int
    body: bytes


_SHORT, _LONG = Struct(">BB").pack, Struct(">BQ").pack
_frame = tuple.__new__  # what Frame(...) does, without its detour


def encode(flags: int, body: bytes) -> bytes:
    """The octets of a frame. The size form follows from the body; a LONG flag that is given is kept."""
    if len(body) > LARGEST_SHORT or flags & LONG:
        return _LONG(flags | LONG, len(body)) + body
    return _SHORT(flags, len(body)) + body


class FrameReader:
    """Cuts a stream into frames. Octets that do not make a whole frame yet are kept."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._fresh = b""  # came when nothing was kept: most often whole frames, which need no copy

    @property
    def _buffer(self) -> bytearray:
        """All octets that are kept."""
        if self._fresh:
            self._kept += self._fresh
            self._fresh = b""
        return self._kept

    def feed(self, octets: bytes) -> None:
        """Add octets of the stream."""
        if self._kept or self._fresh:
            self._buffer.extend(octets)
        else:
            self._fresh = bytes(octets)

    @property
    def waiting(self) -> int:
        """How many octets are kept."""
        return len(self._kept) + len(self._fresh)

    def frames(self) -> Iterator[Frame]:
        """Yield each frame that is complete.

        Raises:
            RemoteProtocolError: a size is more than 2^63-1.
        """
        if self._fresh:
            octets, self._fresh = self._fresh, b""
        elif self._whole():
            octets = bytes(self._kept)
            self._kept.clear()
        else:
            return  # without a copy of what can be a large part of a large frame
        start, have = 0, len(octets)
        try:
            while have - start >= 2:
                flags = octets[start]
                if flags & LONG:
                    body = start + 9
                    if have < body:
                        return
                    size = int.from_bytes(octets[start + 1 : body], "big")
                    if size > LARGEST_LONG:
                        raise RemoteProtocolError("23/frame/long-size-limit", f"a frame of {size} octets")
                else:
                    size, body = octets[start + 1], start + 2
                if have - body < size:
                    return
                start = body + size
                yield _frame(Frame, (flags, octets[body:start]))
        finally:
            if start < have:
                self._buffer[:0] = octets[start:]

    def _whole(self) -> bool:
        """Whether there is something to say of the first frame: it is complete, or too large."""
        kept = self._kept
        if len(kept) < 2 or kept[0] & LONG and len(kept) < 9:
            return False
        size = int.from_bytes(kept[1:9], "big") + 9 if kept[0] & LONG else kept[1] + 2
        return len(kept) >= size or size > LARGEST_LONG
