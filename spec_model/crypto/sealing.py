"""Build and take apart whole commands: grammar and boxes together, level by level.

`assemble` fills a command from the inside out: what a caller does not give has its natural value, a value given for a
sealed field is the plaintext, and what is to be spoilt is spoilt after sealing. `dissect` is the way back: it opens what the
keyring can open and says which rules are broken.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Any, Protocol

from spec_model.crypto.boxes import Keyring, MissingKey, Unopened
from spec_model.grammar.command import Command, Fields, Malformed, Sealed


class Alteration(Protocol):
    """Something done to one field of a command on its way out."""

    @property
    def field(self) -> str:
        """The field that it alters."""

    def reseal(self, box: Sealed, keys: Keyring) -> tuple[Sealed, Keyring]:
        """The box and the keys to seal with instead."""

    def spoil(self, octets: bytes) -> bytes:
        """The field's octets, altered after sealing."""


@dataclass(frozen=True)
class Dissected:
    """A command taken apart.

    Attributes:
        name: the grammar's name.
        fields: values of all fields that could be read, of all levels; sealed fields hold the box.
        broken: requirements that are broken by the sender and by whoever accepts it: (sender's, receiver's) pairs, either
            of which can be empty.
        opened: names of sealed fields that opened.
        unread: names of sealed fields for which the key is missing.
    """

    name: str
    fields: Fields
    broken: tuple[tuple[str, str], ...] = ()
    opened: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def refused(self) -> str:
        """The first requirement that obliges a receiver to refuse it, or empty."""
        return next((receiver for _, receiver in self.broken if receiver), "")

    @property
    def accused(self) -> tuple[str, ...]:
        """The requirements that the sender broke, each once."""
        return tuple(dict.fromkeys(sender for sender, _ in self.broken if sender))


Value = Any | Callable[[Any], Any]


def assemble(
    command: Command,
    natural: Fields,
    keys: Keyring,
    given: Mapping[str, Value] | None = None,
    alterations: Iterable[Alteration] = (),
) -> bytes:
    """The octets of a command.

    Args:
        natural: what the peer itself would send, of any level.
        keys: what the boxes are sealed with.
        given: values that replace the natural ones; a function gets the natural value. For a sealed field, the plaintext.
        alterations: what is spoilt after sealing, or sealed otherwise.

    Raises:
        MissingKey: a box is to be sealed with a key that is not known.
    """
    given, alterations = given or {}, tuple(alterations)
    values: dict[str, Any] = {}
    for name in command.fields:
        if name in command.inside and name not in natural:
            values[name] = assemble(command.inside[name], natural, keys, given, alterations)
        elif name not in command.boxes:
            values[name] = natural.get(name, command.legal.get(name))
        if name in given and name not in command.boxes:
            values[name] = given[name](values.get(name)) if callable(given[name]) else given[name]
    for name, box in command.boxes.items():
        plaintext = assemble(box.inner, natural, keys, given, alterations)
        if name in given:
            wanted = given[name]
            plaintext = wanted(plaintext) if callable(wanted) else bytes(wanted)
        ring = keys
        for alteration in alterations:
            if alteration.field == name:
                box, ring = alteration.reseal(box, ring)
        values[name] = ring.seal(box, nonce_octets(values[box.nonce]), plaintext)
    for alteration in alterations:
        octets = values.get(alteration.field)
        if isinstance(octets, bytes):
            values[alteration.field] = alteration.spoil(octets)
        elif octets is not None:  # a short nonce, sealed under one number and sent as another
            values[alteration.field] = int.from_bytes(alteration.spoil(nonce_octets(octets)), "big")
    return command.build({name: value for name, value in values.items() if value is not None})


def dissect(command: Command, octets: bytes, keys: Keyring | None = None, known: Fields | None = None) -> Dissected:
    """Take a command apart, open its boxes and judge it by its rules.

    Args:
        octets: the whole command, name included.
        keys: opens the boxes whose keys it has; the others stay closed and are listed as `unread`.
        known: what the rules may compare with.
    """
    try:
        fields = command.parse(octets)
    except Malformed:
        sender, receiver = command.size_rule[1], command.size_rule[0]
        return Dissected(command.name, {}, ((sender, receiver),))
    if keys is not None and (command.learns or command.inside):
        keys = keys.snapshot()
        for name, key in command.learns.items():
            keys.learn(key, fields[name])
    facts = {**(known or {}), **(keys.facts() if keys is not None else {})}
    broken = [(rule.sender, rule.receiver) for rule in command.broken(fields, facts)]
    opened, unread, whole = list[str](), list[str](), dict(fields)
    for name, inner in command.inside.items():
        below = dissect(inner, fields[name], keys, known)
        _merge(below, whole, broken, opened, unread)
        if keys is not None:
            _learn(inner, whole, keys)
    for name, box in command.boxes.items():
        try:
            if keys is None:
                raise MissingKey(box.sender)
            plaintext = keys.open(box, nonce_octets(fields[box.nonce]), fields[name])
        except MissingKey:
            unread.append(name)
        except Unopened:
            broken.append((box.sends, box.requirement))
        else:
            opened.append(name)
            _merge(dissect(box.inner, plaintext, keys, known), whole, broken, opened, unread)
    return Dissected(command.name, whole, tuple(broken), tuple(opened), tuple(unread))


def nonce_octets(nonce: int | bytes) -> bytes:
    """A nonce as it stands on the wire: a short one is a number of 8 octets in network order."""
    return nonce.to_bytes(8, "big") if isinstance(nonce, int) else nonce


def _learn(inner: Command, fields: Fields, keys: Keyring) -> None:
    """Learn the keys of an inner level that could be read: a cookie's open the box that comes behind it."""
    for level in inner.levels():
        for name, key in level.learns.items():
            if name in fields and key not in keys:
                keys.learn(key, fields[name])


def _merge(
    below: Dissected, whole: dict[str, Any], broken: list[tuple[str, str]], opened: list[str], unread: list[str]
) -> None:
    whole.update(below.fields)
    broken.extend(below.broken)
    opened.extend(below.opened)
    unread.extend(below.unread)


@dataclass(frozen=True)
class Tamper:
    """Spoil a field after sealing: flip bits, cut octets off, add some, or put others in their place.

    Attributes:
        field: the field to spoil.
        flip: number of the bit to flip, 0 being the lowest bit of the first octet; negative counts from the last octet.
        cut: octets to take off the end.
        extend: octets to add at the end.
        exchange: octets to put in its place.
    """

    field: str
    flip: int | None = None
    cut: int = 0
    extend: bytes = b""
    exchange: bytes | None = None

    def reseal(self, box: Sealed, keys: Keyring) -> tuple[Sealed, Keyring]:
        """Nothing: the box is sealed as it should be."""
        return box, keys

    def spoil(self, octets: bytes) -> bytes:
        """The altered octets."""
        spoilt = bytearray(octets if self.exchange is None else self.exchange)
        if self.flip is not None:
            spoilt[self.flip // 8] ^= 1 << self.flip % 8
        return bytes(spoilt[: len(spoilt) - self.cut]) + self.extend


@dataclass(frozen=True)
class Reseal:
    """Seal a box in another way: another prefix, or between keys that are not the right ones.

    Attributes:
        field: the sealed field.
        prefix: the nonce prefix to use instead.
        secret: the sender's secret key to use instead, 32 octets.
        sender, receiver: other keys of the session to seal between, as RFC 26 names them: "C" in the place of "C'".
    """

    field: str
    prefix: bytes | None = None
    secret: bytes = attribute(default=b"", repr=False)
    sender: str = ""
    receiver: str = ""

    def reseal(self, box: Sealed, keys: Keyring) -> tuple[Sealed, Keyring]:
        """The box with its other prefix and a ring with the other key."""
        ring = keys.snapshot()
        prefix = box.prefix if self.prefix is None else self.prefix
        box = replace(box, prefix=prefix, sender=self.sender or box.sender, receiver=self.receiver or box.receiver)
        if self.secret:
            ring.learn(box.sender.lower(), self.secret)
        return box, ring

    def spoil(self, octets: bytes) -> bytes:
        """Nothing: it was sealed otherwise already."""
        return octets
