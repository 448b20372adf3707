"""The frame codec of the hot path, by hand; property tests prove it equal to the grammar of `spec_model.grammar.frame`."""

from collections.abc import Iterator
from typing import NamedTuple

from spec_model.errors import RemoteProtocolError
from spec_model.grammar.frame import COMMAND, LARGEST_LONG, LARGEST_SHORT, LONG, MORE

__all__ = ["COMMAND", "LONG", "MORE", "Frame", "FrameReader", "encode"]


class Frame(NamedTuple):
    """A frame that was read: its flags octet as it came, and its body."""

    flags: int
    body: bytes


def encode(flags: int, body: bytes) -> bytes:
    """The octets of a frame. The size form follows from the body; a LONG flag that is given is kept."""
    if len(body) > LARGEST_SHORT or flags & LONG:
        return bytes((flags | LONG,)) + len(body).to_bytes(8, "big") + body
    return bytes((flags, len(body))) + body


class FrameReader:
    """Cuts a stream into frames. Octets that do not make a whole frame yet are kept."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> None:
        """Add octets of the stream."""
        self._buffer += octets

    @property
    def waiting(self) -> int:
        """How many octets are kept."""
        return len(self._buffer)

    def frames(self) -> Iterator[Frame]:
        """Yield each frame that is complete.

        Raises:
            RemoteProtocolError: a size is more than 2^63-1.
        """
        buffer, start = self._buffer, 0
        try:
            while len(buffer) - start >= 2:
                flags = buffer[start]
                if flags & LONG:
                    if len(buffer) - start < 9:
                        return
                    size, head = int.from_bytes(buffer[start + 1 : start + 9], "big"), 9
                    if size > LARGEST_LONG:
                        raise RemoteProtocolError("23/frame/long-size-limit", f"a frame of {size} octets")
                else:
                    size, head = buffer[start + 1], 2
                if len(buffer) - start < head + size:
                    return
                body = bytes(buffer[start + head : start + head + size])
                start += head + size
                yield Frame(flags, body)
        finally:
            del buffer[:start]
