"""What a peer was told, held against the specification, and what it sealed.

A faulty peer judges by its own tables. Here a command of CURVE is judged once more, by those that nobody has changed:
whether it has the size that it must have, level by level, and whether a rule obliges a receiver to refuse it. That shows
what a peer took that it should not have, and what it still refused for another reason than the one that was left out.

What a peer sealed is laid open with the keys it sealed it with, to see whether two things have one key and one nonce.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from spec_model.connection import Outgoing
from spec_model.crypto.boxes import Keyring, MissingKey, Unopened
from spec_model.crypto.sealing import nonce_octets
from spec_model.events import CommandReceived
from spec_model.grammar.command import Command, Malformed
from spec_model.mechanisms import Null
from spec_model.tables import STANDARD

_AUTHENTICATOR = 16


class Weighed(NamedTuple):
    """A command that a peer was told.

    Attributes:
        name: of the command.
        octets: its body.
        breaches: the requirements that oblige a receiver to refuse it; nonces apart, which depend on what was before.
        short: whether octets are missing.
        client_transient: C' as it stands in a HELLO, empty for all else.
    """

    name: str
    octets: bytes
    breaches: tuple[str, ...]
    short: bool
    client_transient: bytes = b""


class Made(NamedTuple):
    """A box that a peer sealed: key and nonce, and what came of it."""

    key: bytes
    nonce: bytes
    box: bytes


def weigh(told: CommandReceived, mechanism: Null) -> Weighed:
    """Judge a command by the specification, whatever the peer itself made of it."""
    command = STANDARD.commands.get(mechanism.grammar(told.name, sending=False))
    if command is None or not mechanism.encrypts:
        return Weighed(told.name, told.octets, (), False)
    found = dict(_breaches(command, len(told.octets), told, mechanism.keys.facts()))
    transient = told.judged.fields.get("client_transient", b"")
    return Weighed(told.name, told.octets, tuple(found), any(found.values()), transient)


def _breaches(
    command: Command, size: int, told: CommandReceived, known: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """What is wrong with one level, then with those below it: the requirement, and whether octets are missing."""
    judged, (smallest, largest) = told.judged, command.size
    if size < smallest or largest is not None and size > largest:
        yield command.size_rule[0], size < smallest
    if judged.fields.keys() >= set(command.fields):
        yield from ((rule.receiver, False) for rule in command.broken(judged.fields, known) if rule.receiver)
    for name, inner in command.inside.items():
        if isinstance(octets := judged.fields.get(name), bytes):
            yield from _breaches(inner, len(octets), told, known)
    for name, box in command.boxes.items():
        if name in judged.opened:
            yield from _breaches(box.inner, len(judged.fields[name]) - _AUTHENTICATOR, told, known)


_sealed: dict[bytes, tuple[Made, ...]] = {}


def sealed(item: Outgoing, body: bytes) -> tuple[Made, ...]:
    """Every box of something that was sent, of all levels that its sender can open again."""
    if not item.grammar.startswith("CURVE/"):
        return ()
    if body not in _sealed:
        _sealed[body] = tuple(_boxes(item.tables.commands[item.grammar], body, item.keys))
    return _sealed[body]


def _boxes(command: Command, octets: bytes, keys: Keyring) -> Iterator[Made]:
    try:
        fields = command.parse(octets)
    except Malformed:
        return  # what a faulty peer makes
    for name, inner in command.inside.items():
        if inner.boxes:
            yield from _boxes(inner, fields[name], keys)
    for name, box in command.boxes.items():
        nonce = nonce_octets(fields[box.nonce])
        try:
            key = keys[box.sender] if box.symmetric else keys.between(box.sender, box.receiver)
            plaintext = keys.open(box, nonce, fields[name])
        except (KeyError, MissingKey, Unopened):
            continue  # a cookie that it hands on, or a box that a faulty peer seals in its own way
        yield Made(key, box.prefix + nonce, fields[name])
        yield from _boxes(box.inner, plaintext, keys)
