"""What octets are once they have been explained: a tree of parts, each with its place, its name and its meaning.

A part is a field of a grammar, or something made of fields: a frame, a command, the plaintext of a box. Its `offset` counts
from the first octet that was given; inside a box it counts from the first octet of the plaintext, for those octets are
nowhere on the wire. What is broken hangs at the field that breaks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

Value = int | bytes | None
"""What a field holds: a number or octets, as its layout says; nothing where a part is made of parts."""


@dataclass(frozen=True)
class Breach:
    """A requirement that is broken.

    Attributes:
        sender: what the sender broke, or empty.
        receiver: what a receiver breaks by accepting it, or empty.
        what: what is wrong, in words.
    """

    sender: str
    receiver: str
    what: str

    @property
    def requirement(self) -> str:
        """The one to cite: the sender's where there is one, for it is the sender's octets that are looked at."""
        return self.sender or self.receiver


@dataclass(frozen=True)
class Part:
    """Some of the octets, explained; see the head of this module.

    Attributes:
        name: the grammar's name for it.
        offset: where it starts.
        octets: what it is.
        value: the same as the layout reads it.
        meaning: what it stands for, in words; what a peer chose is not repeated here.
        broken: what is wrong with it.
        parts: what it is made of, in the order of the wire.
        sealed: whether it is the plaintext of a box, where offsets start again.
    """

    name: str
    offset: int
    octets: bytes
    value: Value = None
    meaning: str = ""
    broken: tuple[Breach, ...] = ()
    parts: tuple["Part", ...] = ()
    sealed: bool = False

    def walk(self, depth: int = 0) -> Iterator[tuple[int, "Part"]]:
        """This part and all parts of it, in order, each with its depth."""
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)

    def breaches(self, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Breach]]:
        """Everything that is broken, each with where: the names on the way from here."""
        here = (*path, self.name)
        for breach in self.broken:
            yield " > ".join(here), breach
        for part in self.parts:
            yield from part.breaches(here)

    def find(self, name: str) -> "Part | None":
        """The first part of that name, this one included."""
        return next((part for _, part in self.walk() if part.name == name), None)

    def at(self, offset: int) -> "Part":
        """The same part of octets that start elsewhere. What is in boxes stays where it is."""
        if not offset:
            return self
        parts = tuple(part if part.sealed else part.at(offset) for part in self.parts)
        return replace(self, offset=self.offset + offset, parts=parts)

    def grafted(self, name: str, child: "Part") -> "Part":
        """The same with one part more, at the end of the first part of that name."""
        if self.name == name:
            return replace(self, parts=(*self.parts, child))
        for number, part in enumerate(self.parts):
            if part.find(name) is not None:
                grown = part.grafted(name, child)
                return replace(self, parts=(*self.parts[:number], grown, *self.parts[number + 1 :]))
        return self
