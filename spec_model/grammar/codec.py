"""What construct does with a layout, done by hand: construct is good to read, and slow.

`codec_of` reads a layout and gives a codec for it if it is plain: octets of a fixed number, big-endian numbers, and at most
one field at the end that takes all the rest. A layout that is not plain may bring a codec of its own (the metadata's does);
else there is none, and construct does the work. A codec that cannot do something says so with None, and construct is asked
again: so whatever is odd is judged by one authority. Property tests prove that both say the same.
"""

import struct
from collections.abc import Mapping
from typing import Any, Protocol

from construct import Bytes, Construct, FormatField, GreedyBytes

_NUMBERS = {">B": 1, ">H": 2, ">L": 4, ">I": 4, ">Q": 8}
"""Sizes of the numbers that can be read, by construct's name of the format."""


class Codec(Protocol):
    """Reads and writes the octets of a layout."""

    def build(self, fields: Mapping[str, Any]) -> bytes | None:
        """The octets of these fields, or None: ask construct."""

    def parse(self, octets: bytes) -> dict[str, Any] | None:
        """The fields of these octets, or None: they do not fit, or construct has to say."""


class Plain:
    """The codec of a plain layout.

    Args:
        parts: name of each field and its size, in the order of the wire; the size is negative for a number.
        rest: name of the field that takes what is left, or empty.
    """

    def __init__(self, parts: tuple[tuple[str, int], ...], rest: str) -> None:
        letters = {-1: "B", -2: "H", -4: "I", -8: "Q"}
        self._head = struct.Struct(">" + "".join(letters.get(size) or f"{size}s" for _, size in parts))
        self._names = tuple(name for name, _ in parts)
        self._numbers = tuple((name, max(0, -size)) for name, size in parts) + (((rest, 0),) if rest else ())
        self._rest, self._size = rest, self._head.size

    def build(self, fields: Mapping[str, Any]) -> bytes | None:
        """The octets; octets are written as they are, however many."""
        try:
            return b"".join([fields[n].to_bytes(size, "big") if size else fields[n] for n, size in self._numbers])
        except (KeyError, TypeError, AttributeError, OverflowError):
            return None

    def parse(self, octets: bytes) -> dict[str, Any] | None:
        """The fields."""
        if len(octets) < self._size or len(octets) > self._size and not self._rest:
            return None
        fields = dict(zip(self._names, self._head.unpack_from(octets), strict=True))
        if self._rest:
            fields[self._rest] = octets[self._size :]
        return fields


def codec_of(layout: Construct) -> Codec | None:
    """The codec of a layout, or None: only construct can do it."""
    own: Codec | None = vars(layout).get("codec")
    if own is not None:
        return own
    parts: list[tuple[str, int]] = []
    rest = ""
    for part in layout.subcons:
        inner = getattr(part, "subcon", None)
        if rest:
            return None
        if inner is GreedyBytes:
            rest = part.name
        elif isinstance(inner, FormatField) and inner.fmtstr in _NUMBERS:
            parts.append((part.name, -_NUMBERS[inner.fmtstr]))
        elif isinstance(inner, Bytes) and isinstance(inner.length, int):
            parts.append((part.name, inner.length))
        else:
            return None
    return Plain(tuple(parts), rest)
