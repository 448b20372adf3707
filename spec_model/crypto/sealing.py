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
from spec_model.crypto.by_hand import READERS, WRITERS
from spec_model.crypto.dissected import Dissected as Dissected  # who dissects gets it here
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
    if not given and not alterations:
        try:
            octets = WRITERS.get(id(command), _nobody)(natural, keys)
        except MissingKey:
            raise
        except (KeyError, TypeError, AttributeError, OverflowError, ValueError):
            octets = None  # fields that the reference does not choose
        return _assemble_naturally(command, natural, keys) if octets is None else octets
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


def _nobody(natural: Fields, keys: Keyring) -> bytes | None:
    """Writes what nobody writes by hand."""
    return None


def _assemble_naturally(command: Command, natural: Fields, keys: Keyring) -> bytes:
    """The same where nothing is altered, which is nearly always."""
    values: dict[str, Any] = {}
    for name in command.fields:
        value = natural.get(name)
        if value is not None:
            values[name] = value
        elif name in command.inside and name not in natural:
            values[name] = _assemble_naturally(command.inside[name], natural, keys)
    for name, box in command.boxes.items():
        nonce = values.get(box.nonce, command.legal.get(box.nonce))
        values[name] = keys.seal(box, nonce_octets(nonce), _assemble_naturally(box.inner, natural, keys))
    return command.build(values)


def dissect(command: Command, octets: bytes, keys: Keyring | None = None, known: Fields | None = None) -> Dissected:
    """Take a command apart, open its boxes and judge it by its rules.

    Args:
        octets: the whole command, name included.
        keys: opens the boxes whose keys it has; the others stay closed and are listed as `unread`.
        known: what the rules may compare with.
    """
    reader = READERS.get(id(command))
    if reader is not None and (judged := reader(octets, keys, known)) is not None:
        return judged
    return _dissect_by_grammar(command, octets, keys, known)


def _dissect_by_grammar(command: Command, octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected:
    """The same for any command, legal or not."""
    try:
        fields = command.parse(octets)
    except Malformed:
        sender, receiver = command.size_rule[1], command.size_rule[0]
        return Dissected(command.name, {}, ((sender, receiver),))
    if keys is not None and (command.learns or command.inside):
        keys = keys.snapshot()
        for name, key in command.learns.items():
            keys.learn(key, fields[name])
    broken: list[tuple[str, str]] = []
    if command.rules:
        facts = known if keys is None else {**(known or {}), **keys.facts()}
        broken = [(rule.sender, rule.receiver) for rule in command.broken(fields, facts)]
    if not command.inside and not command.boxes:
        return Dissected(command.name, fields, tuple(broken))
    opened, unread, whole = list[str](), list[str](), dict(fields)
    for name, inner in command.inside.items():
        below = _dissect_by_grammar(inner, fields[name], keys, known)
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
            _merge(_dissect_by_grammar(box.inner, plaintext, keys, known), whole, broken, opened, unread)
    return Dissected(command.name, whole, tuple(broken), tuple(opened), tuple(unread))


def nonce_octets(nonce: Any) -> bytes:
    """A nonce as it stands on the wire: a short one is a number of 8 octets in network order."""
    octets: bytes = nonce.to_bytes(8, "big") if isinstance(nonce, int) else nonce
    return octets


def _learn(inner: Command, fields: Fields, keys: Keyring) -> None:
    """Learn the keys of an inner level that could be read: a cookie's open the box that comes behind it."""
    for name, key in inner.teaches:
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
