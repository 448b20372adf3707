"""What is worth trying in a field: the boundaries of numbers and sizes, bits at both ends, octets on both sides of a class.

Theory of operation: `variants` reads the layout of a grammar and yields changes of one field at a time, each with words for
it. Nothing here knows what is legal: who asks has the grammar judge each change, and keeps what is legal or breaks exactly
one rule.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from construct import Bytes, Construct, FormatField, GreedyBytes

from spec_model.grammar.command import Command, Fields

SIZES = (0, 1, 2, 15, 16, 17, 31, 32, 33, 127, 128, 254, 255, 256, 257, 1000)
"""Numbers of octets on both sides of the limits that the RFCs and implementations have."""

EDGES = bytes.fromhex("00011f2021222526292a2b2c2d2e2f303940415a5b5e5f60617a7b7e7f80ff")
"""Octets on both sides of every class that the grammars know: digits, letters, visible characters, ASCII."""

KEY_SIZES = (32,)
"""Sizes of fields that hold a key: one of all zeros is of small order, and libraries differ in what they do with it."""

EVERY = bytes(range(256))


@dataclass(frozen=True)
class Variant:
    """One change.

    Attributes:
        says: what it is, in words.
        given: the fields that replace natural ones.
        field: the field that it is about.
        flags: names of the notes that explain why it is worth a test.
    """

    says: str
    given: Mapping[str, Any]
    field: str
    flags: tuple[str, ...] = ()


def variants(command: Command, natural: Fields, alphabets: Mapping[str, bytes] | None = None) -> Iterator[Variant]:
    """Changes of each field of this level.

    Args:
        natural: the fields of a legal value.
        alphabets: for a field of text, the octets that are tried in it one by one.
    """
    for part in command.layout.subcons:
        name, value = part.name, natural.get(part.name, command.legal.get(part.name))
        if name in command.inside or name in command.boxes or (name == "name" and name in command.legal):
            continue  # another name makes another command, which is the business of whoever expects this one
        if isinstance(value, int) and (size := number_size(part.subcon)):
            yield from numbers(name, value, size)
        elif isinstance(value, bytes) and isinstance(getattr(part.subcon, "length", None), int):
            yield from places(name, value)
        elif isinstance(value, bytes):
            count = count_of(command, name)
            yield from sizes(name, value, count)
            for octet in (alphabets or {}).get(name, EDGES):
                yield holding(name, octet, count)


def number_size(layout: Construct) -> int:
    """How many octets a number has; 8 where that depends on another field, 0 for what is no number."""
    if isinstance(layout, FormatField):
        return int(layout.length)
    return 0 if layout is GreedyBytes or isinstance(layout, Bytes) else 8


def count_of(command: Command, name: str) -> str:
    """The field that counts this one, or empty."""
    return next((one for one in (f"{name}_size", "size") if one in command.fields and name != one), "")


def numbers(name: str, natural: int, size: int) -> Iterator[Variant]:
    """Numbers next to the natural one, at the ends, and with each bit of the natural one turned over."""
    largest = 256**size - 1
    tried = [0, 1, 2, 3, 127, 128, 254, 255, 256, 2**31 - 1, 2**31, 2**63 - 1, 2**63, largest, natural - 1, natural + 1]
    for bit in range(8) if size == 1 else ():
        value = natural ^ 1 << bit
        yield Variant(f"{name} is {value}: bit {bit} turned over", {name: value}, name, ("SingleBit",))
    for value in sorted(set(tried)):
        if 0 <= value <= largest and value != natural and (size > 1 or (value ^ natural).bit_count() > 1):
            yield Variant(f"{name} is {value}", {name: value}, name, ("Number",))


def places(name: str, natural: bytes) -> Iterator[Variant]:
    """A bit turned over at both ends, in the middle, and on both sides of what is easily miscounted."""
    size = len(natural)
    for place in sorted({0, 1, size // 2, size - 3, size - 2, size - 1} & set(range(size))):
        for bit in (0, 7):
            octet = natural[place] ^ 1 << bit
            changed = natural[:place] + bytes([octet]) + natural[place + 1 :]
            says = f"{name}: octet {place + 1} of {size} is {octet:02x}, not {natural[place]:02x}"
            yield Variant(says, {name: changed}, name, ("SingleBit",))
    for octet in (0x00, 0xFF) if size not in KEY_SIZES else ():
        if natural != bytes([octet]) * size:
            yield Variant(f"{name}: all octets are {octet:02x}", {name: bytes([octet]) * size}, name, ("Boundary",))


def sizes(name: str, natural: bytes, count: str, tried: Iterable[int] = SIZES) -> Iterator[Variant]:
    """Values of every size worth trying, and sizes that lie by one."""
    for size in tried:
        yield Variant(f"{name} has {size} octets", counted(name, b"a" * size, count), name, ("Size",))
    if count and natural:
        for says, told in (("one too many", len(natural) + 1), ("one too few", len(natural) - 1)):
            yield Variant(f"{count} says {says}", {name: natural, count: told}, count, ("LyingSize",))


def holding(name: str, octet: int, count: str) -> Variant:
    """A short value with this octet in it."""
    value = b"a" + bytes([octet]) + b"b"
    return Variant(f"{name} holds the octet {octet:02x}", counted(name, value, count), name, ("Characters",))


def counted(name: str, value: bytes, count: str) -> dict[str, Any]:
    """The value, and what counts it, as far as one octet can."""
    return {name: value, **({count: len(value)} if count and (count == "size" or len(value) < 256) else {})}
