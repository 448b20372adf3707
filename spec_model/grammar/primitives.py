"""Building blocks of the layouts.

A layout must be able to express what is illegal, or nobody could test that it is refused. So a field of fixed size reads
exactly that many octets, and writes whatever it is given.
"""

from collections.abc import Callable
from typing import Any

from construct import Bytes, Container
from construct.core import stream_write


class Octets(Bytes):  # type: ignore[misc]  # construct is untyped
    """So many octets: reads exactly `length`, writes any value unchanged.

    Args:
        length: a number of octets, or a function of the fields before it.
    """

    def __init__(self, length: int | Callable[[Container], int]) -> None:
        super().__init__(length)

    def _build(self, obj: bytes, stream: Any, context: Container, path: str) -> bytes:
        stream_write(stream, obj, len(obj), path)
        return obj


def name_octets(name: str) -> bytes:
    """A command's name as it stands on the wire: its length in one octet, then its characters (RFC 23 command-name)."""
    return bytes([len(name)]) + name.encode("ascii")


NAME_CHARACTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+")
"""The octets that RFC 23 name-char lets a property name consist of."""

LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""The octets of ALPHA, of which command names consist (RFC 23 command-name-char)."""

VISIBLE = frozenset(range(0x21, 0x7F))
"""The octets of VCHAR (RFC 5234)."""
