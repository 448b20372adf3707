"""What a command is: a layout that can build anything, rules that say what is legal, freedoms that must be let pass.

One record serves everything that has a shape on the wire: the greeting, a frame, a command, and what lies inside a box.

- The **layout** is a construct `Struct`. It writes illegal values too.
- `legal` gives a value for each field that the sender does not choose.
- A **rule** is one requirement: `holds` tells a legal value from an illegal one, `spoil` is the smallest change that breaks
  it. `sender` names the requirement that the sender breaks, `receiver` the one that obliges the receiver to refuse; many
  rules bind only one of the two.
- A **freedom** is something unusual that a receiver has to let pass: `change` makes it, `strict` is what a receiver that
  polices too much would insist on.
- `inside` names the grammar of a field that has one, `boxes` the fields that are sealed.

Field names are unique within a command, inner levels included, so that a script can name any field of any depth.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from construct import Construct, ConstructError

from spec_model.grammar.codec import Codec, codec_of

Fields = Mapping[str, Any]
"""Field names and values: octets, or numbers where the layout says so."""


class Malformed(ValueError):
    """Octets that the layout cannot read: too short or too long for it.

    Attributes:
        requirement: the requirement about the size that they break.
    """

    def __init__(self, name: str, size: int, requirement: str) -> None:
        super().__init__(f"{size} octets do not make a {name}")
        self.requirement = requirement


@dataclass(frozen=True)
class Rule:
    """One thing that makes a value legal.

    Attributes:
        holds: true for a legal value. It gets the fields as attributes and what the reader knows as `known`.
        spoil: the smallest change of fields that breaks this rule and no other; a value may be a function of what the
            sender would have sent.
        sender: the requirement that a sender of such a value breaks, or empty.
        receiver: the requirement that a receiver breaks by accepting such a value, or empty.
        needs: names that must be known for the rule to be applicable.
        title: what a spoilt value looks like, for titles of faults and vectors.
    """

    holds: Callable[[Any], bool]
    spoil: Mapping[str, Any]
    sender: str = ""
    receiver: str = ""
    needs: tuple[str, ...] = ()
    title: str = ""

    @property
    def requirement(self) -> str:
        """The requirement to cite: the receiver's where there is one."""
        return self.receiver or self.sender

    def spoilt(self, natural: Fields) -> dict[str, Any]:
        """Fields that break this rule, made from legal ones."""
        return changed(natural, self.spoil)


def changed(natural: Fields, change: Mapping[str, Any]) -> dict[str, Any]:
    """The natural fields with some of them replaced; a function in `change` gets the natural value, or None."""
    return {**natural, **{n: v(natural.get(n)) if callable(v) else v for n, v in change.items()}}


@dataclass(frozen=True)
class Freedom:
    """One unusual thing that a receiver must let pass.

    Attributes:
        requirement: what obliges it.
        change: fields that make the value unusual and keep it legal.
        strict: false for such a value: what a receiver that polices too much would demand.
        title: what the unusual value looks like.
    """

    requirement: str
    change: Mapping[str, Any]
    strict: Callable[[Any], bool]
    title: str = ""


@dataclass(frozen=True)
class Sealed:
    """A field that holds a cryptographic box.

    Attributes:
        inner: grammar of the plaintext.
        sender: the key that seals, as RFC 26 names it: C, S, C', S', or K for the cookie key.
        receiver: the key that opens.
        prefix: the constant octets before the nonce on the wire; together 24 octets.
        nonce: the name of the field that holds the nonce.
        requirement: what a receiver breaks by accepting a box that does not open.
        sends: what a sender breaks by sending one.
    """

    inner: "Command"
    sender: str
    receiver: str
    prefix: bytes
    nonce: str
    requirement: str
    sends: str

    @cached_property
    def symmetric(self) -> bool:
        """Whether one secret key both seals and opens (the cookie)."""
        return self.sender == self.receiver


@dataclass(frozen=True)
class Command:
    """A command of a mechanism, or another thing with a shape on the wire; see the head of this module.

    Attributes:
        name: the RFC's name.
        layout: construct `Struct`; fields are octets or unsigned numbers.
        legal: values of the fields that are constant or have a natural default.
        size: (smallest, largest) number of octets; None for unbounded.
        size_rule: requirement that a receiver breaks by accepting another size, and the sender's.
        rules, freedoms, boxes, inside: see the head of this module.
        learns: fields that hold a key, and the key's name: what comes later may be sealed with it.
    """

    name: str
    layout: Construct
    legal: Fields = field(default_factory=dict)
    size: tuple[int, int | None] = (0, None)
    size_rule: tuple[str, str] = ("", "")
    rules: tuple[Rule, ...] = ()
    freedoms: tuple[Freedom, ...] = ()
    boxes: Mapping[str, Sealed] = field(default_factory=dict)
    inside: Mapping[str, "Command"] = field(default_factory=dict)
    learns: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields of this level, in the order of the wire."""
        return tuple(part.name for part in self.layout.subcons)

    @cached_property
    def _codec(self) -> Codec | None:
        return codec_of(self.layout)

    @cached_property
    def refusing(self) -> tuple[Rule, ...]:
        """The rules of this level for which a receiver refuses."""
        return tuple(rule for rule in self.rules if rule.receiver)

    @cached_property
    def teaches(self) -> tuple[tuple[str, str], ...]:
        """The fields of this level and those inside that hold a key, each with the key's name."""
        return tuple(entry for level in self.levels() for entry in level.learns.items())

    def build(self, fields: Fields) -> bytes:
        """The octets of these fields; a field that is not given has its legal value. Nothing is checked."""
        values = {**self.legal, **fields}
        if self._codec is not None and (built := self._codec.build(values)) is not None:
            return built
        octets: bytes = self.layout.build(values)
        return octets

    def parse(self, octets: bytes) -> dict[str, Any]:
        """The fields of these octets, unjudged.

        Raises:
            Malformed: the size is not one that the command can have, or octets are left over behind the last field.
        """
        smallest, largest = self.size
        fits = len(octets) >= smallest and (largest is None or len(octets) <= largest)
        if fits and self._codec is not None and (fields := self._codec.parse(octets)) is not None:
            return fields
        malformed = Malformed(self.name, len(octets), self.size_rule[0] or self.size_rule[1])
        if not fits:
            raise malformed
        stream = BytesIO(octets)
        try:
            parsed = self.layout.parse_stream(stream)
        except ConstructError:
            raise malformed from None
        if stream.read(1):
            raise malformed
        return {name: parsed[name] for name in self.fields}

    def broken(self, fields: Fields, known: Fields | None = None) -> tuple[Rule, ...]:
        """The rules of this level that these fields break.

        Args:
            fields: values of all fields of this level; more do no harm.
            known: what the reader knows besides: keys of the session, the last nonce. Rules that need more are left out.
        """
        if not self.rules:
            return ()
        known = known or {}
        view = SimpleNamespace(**fields, known=SimpleNamespace(**known))
        return tuple(
            [
                rule
                for rule in self.rules
                if (not rule.needs or all(name in known for name in rule.needs)) and not rule.holds(view)
            ]
        )

    def levels(self) -> Iterator["Command"]:
        """This grammar and every grammar inside it, outermost first."""
        yield self
        for sealed in self.boxes.values():
            yield from sealed.inner.levels()
        for inner in self.inside.values():
            yield from inner.levels()
