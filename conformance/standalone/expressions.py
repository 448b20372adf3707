"""How octets that depend on what the target sent are made: as a Python expression, found and proven by two plays.

Theory of operation: a case is played twice with the same tester and targets whose keys differ. Octets that are the same in
both plays are literals. Where they differ, they must be a value that the target chose (its transient key, the cookie), a
box that was sealed for such a key, or a stretch of what the target sent, perhaps with some bits turned, cut off or begun
late; the plaintext of a box is explained in the same way. An explanation holds for both plays to the octet, or there is
none: then `Unexplained` is raised, and no script is written that would send something else than the case did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST = 8
"""A stretch shorter than this could be alike by chance."""

MOST_TURNED = 2
"""Octets of a value that may have been turned; one with more is another value."""


class Unexplained(Exception):
    """These octets depend on the target in a way that no expression is known for."""


@dataclass(frozen=True)
class Pair:
    """The same octets in both plays."""

    left: bytes
    right: bytes

    @property
    def fixed(self) -> bool:
        """Whether they do not depend on the target."""
        return self.left == self.right


@dataclass(frozen=True)
class Value:
    """Something that the target chose, and the expression for it in a script."""

    octets: Pair
    source: str


@dataclass(frozen=True)
class Box:
    """A box as it was sealed, before anything was spoilt.

    Attributes:
        octets: the box.
        plaintext: what is in it.
        nonce: the whole nonce, prefix included.
        public: the receiver's public key; None for a box of one secret key.
        secret: the sender's secret key, or the one key.
    """

    octets: Pair
    plaintext: Pair
    nonce: bytes
    public: Pair | None
    secret: bytes


@dataclass(frozen=True)
class _Found:
    """A stretch of a known thing at a place."""

    thing: "Value | Box"
    begin: int
    length: int
    mask: bytes


def expression(octets: Pair, boxes: Sequence[Box], values: Sequence[Value]) -> str:
    """The Python expression for these octets.

    Args:
        boxes: every box that was sealed for the connection so far.
        values: everything that the target chose, what says more first.

    Raises:
        Unexplained: there is none.
    """
    if octets.fixed:
        return literal(octets.left)
    things: list[Value | Box] = [*values[:-1], *boxes, *values[-1:]]
    parts, at, plain = list[str](), 0, b""
    if len(octets.left) != len(octets.right):
        raise Unexplained("what is sent is not as long in both plays")
    while at < len(octets.left):
        found = None if octets.left[at] == octets.right[at] else _longest(octets, at, things)
        if found is None:
            if octets.left[at] != octets.right[at]:
                raise Unexplained(f"octet {at} of {len(octets.left)} depends on the target")
            plain += octets.left[at : at + 1]
            at += 1
            continue
        before = 0  # octets of it that happen to be the same in both plays
        source = found.thing.octets
        while before < min(found.begin, len(plain)) and plain[-1 - before] == source.left[found.begin - 1 - before]:
            if source.left[found.begin - 1 - before] != source.right[found.begin - 1 - before]:
                break
            before += 1
        plain = plain[: len(plain) - before]
        if plain:
            parts.append(literal(plain))
            plain = b""
        whole = _Found(found.thing, found.begin - before, found.length + before, bytes(before) + found.mask)
        parts.append(_cut(whole, boxes, values))
        at += found.length
    if plain:
        parts.append(literal(plain))
    return " + ".join(parts)


def _longest(octets: Pair, at: int, things: Sequence[Value | Box]) -> _Found | None:
    best: _Found | None = None
    for thing in things:
        for begin in range(len(thing.octets.left)):
            found = _alike(octets, at, thing, begin)
            if found.length >= LEAST and (best is None or found.length > best.length):
                best = found
    return best


def _alike(octets: Pair, at: int, thing: Value | Box, begin: int) -> _Found:
    """How far a thing goes at a place, some octets turned in the same way in both plays."""
    mask, turned = bytearray(), 0
    known = thing.octets
    limit = min(len(octets.left) - at, len(known.left) - begin, len(known.right) - begin)
    for number in range(limit):
        left = octets.left[at + number] ^ known.left[begin + number]
        right = octets.right[at + number] ^ known.right[begin + number]
        turned += bool(left)
        if left != right or turned > MOST_TURNED:
            break
        mask.append(left)
    while mask and mask[-1] and known.left[begin + len(mask) - 1] == known.right[begin + len(mask) - 1]:
        mask.pop()  # what is the same in both plays and another octet is not of this thing
    return _Found(thing, begin, len(mask), bytes(mask))


def _cut(found: _Found, boxes: Sequence[Box], values: Sequence[Value]) -> str:
    source, known = _source(found.thing, boxes, values), found.thing.octets
    if (found.begin, found.length) != (0, len(known.left)):
        end = found.begin + found.length
        source = f"({source})[{found.begin or ''}:{end if end < len(known.left) else ''}]"
    for number, bits in enumerate(found.mask):
        if bits:
            source = f"turned({source}, {number}, 0x{bits:02x})"
    return source


def _source(thing: Value | Box, boxes: Sequence[Box], values: Sequence[Value]) -> str:
    if isinstance(thing, Value):
        return thing.source
    inner = expression(thing.plaintext, [box for box in boxes if box is not thing], values)
    shown = next((at for at, octet in enumerate(thing.nonce) if not 32 <= octet < 127), len(thing.nonce))
    nonce = " + ".join(literal(part) for part in (thing.nonce[:shown], thing.nonce[shown:]) if part)
    if thing.public is None:
        return f"secret_box({inner}, nonce={nonce}, key={literal(thing.secret)})"
    public = expression(thing.public, (), values)
    return f"box({inner}, nonce={nonce}, to={public}, by={literal(thing.secret)})"


def literal(octets: bytes) -> str:
    """Octets as one reads them best: as text where they are, repetitions counted, else in hex."""
    if octets and all(32 <= octet < 127 for octet in octets):
        return repr(octets)
    parts = list(_runs(octets))
    return " + ".join(parts) if parts else 'b""'


def _runs(octets: bytes) -> Iterator[str]:
    """Long runs of one octet as a product, all else in hex."""
    at = begin = 0
    while at < len(octets):
        end = at
        while end < len(octets) and octets[end] == octets[at]:
            end += 1
        if end - at >= 24:
            if begin < at:
                yield f'fromhex("{octets[begin:at].hex()}")'
            yield f"bytes({end - at})" if octets[at] == 0 else f'fromhex("{octets[at]:02x}") * {end - at}'
            begin = end
        at = end
    if begin < len(octets):
        yield f'fromhex("{octets[begin:].hex()}")'


__all__ = ["Box", "Pair", "Unexplained", "Value", "expression", "literal"]
