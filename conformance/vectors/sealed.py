"""Tests of the commands of CURVE as their receiver reads them: with its keys, boxes opened, every level judged.

A candidate is what the sender would have sent with one thing changed: a field in the open, a field inside a box
(sealed again with the right keys), the octets of a box or nonce after sealing, the prefix or a key that it is sealed
with, or the size of the whole. The receiver's own reading says what is broken; what breaks two things is left out.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from conformance.vectors.metadata import candidates
from conformance.vectors.plainly import about, cuts, outcome, telling
from conformance.vectors.policy import one_thing
from conformance.vectors.record import Group, Test, distinct
from conformance.vectors.talk import Heard, curve_talk
from conformance.vectors.values import Variant
from spec_model.crypto.boxes import MissingKey
from spec_model.crypto.sealing import Alteration, Reseal, Tamper
from spec_model.grammar import COMMANDS
from spec_model.grammar.command import Command, Sealed

STRANGE = bytes(range(1, 33))
"""A secret key that nobody in these vectors has."""

Changed = tuple[Variant, Mapping[str, Any], tuple[Alteration, ...]]


def groups() -> Iterator[Group]:
    """One group for each command and direction."""
    heard, keys = curve_talk()
    seen: set[tuple[str, bool]] = set()
    for one in heard:
        if (one.item.grammar, one.from_server) not in seen:
            seen.add((one.item.grammar, one.from_server))
            given: dict[str, Any] = {"keys": keys, "receiver": "client" if one.from_server else "server"}
            if "last_nonce" in one.known:
                given["last_nonce"] = one.known["last_nonce"]
            sender = "the server" if one.from_server else "the client"
            yield Group(
                f"Curve{one.item.name.capitalize()}", f"{one.item.name} of {sender}.", distinct(_tests(one)), given
            )


def _tests(heard: Heard) -> Iterator[Test]:
    key = heard.item.grammar
    command = COMMANDS[key]
    yield from _one(heard, heard.item.body(), Variant("as the sender makes it", {}, "", ("Ordinary",)))
    natural = dict(heard.judge(heard.item.body()).fields)
    for change, given, alterations in _changes(command, natural):
        with suppress(MissingKey):  # at HELLO there is no S' yet to seal to
            octets = heard.item.body(given, alterations)
            for test in _one(heard, heard.item.body(given, alterations), change):
                yield replace(test, play=(given, alterations))
    for change, octets in cuts(command, heard.item.body()):
        yield from _one(heard, octets, change)


def _one(heard: Heard, octets: bytes, change: Variant) -> Iterator[Test]:
    judged = heard.judge(octets)
    if not one_thing(judged.broken):
        return
    key = heard.item.grammar
    expected: dict[str, Any] = {name: one for name, one in judged.fields.items() if isinstance(one, (bytes, int))}
    if "properties" in judged.fields:
        expected["properties"] = [{n: one[n] for n in ("name", "value")} for one in judged.fields["properties"]]
    # Whether the last nonce was higher is the group's affair; everything else is the command's.
    yield outcome(
        change.says, {"octets": octets}, judged.broken, key, change.flags, about(COMMANDS[key], change), expected
    )


def _changes(command: Command, natural: Mapping[str, Any]) -> Iterator[Changed]:
    yield from _of_level(command, natural)
    for name, box in command.boxes.items():
        yield from _of_box(name, box, natural)
        yield from _changes(box.inner, natural)
    for name, inner in command.inside.items():
        if name == "metadata":
            for rule in inner.rules:
                yield Variant(rule.title, {}, "metadata", ("BrokenRule",)), rule.spoil, ()
            for freedom in inner.freedoms:
                yield Variant(freedom.title, {}, freedom.requirement, ("Freedom",)), freedom.change, ()
            for says, octets, flags, aspect in candidates(b"\x00 !/@[`{~\x7f\x80\xff"):
                if len(octets) < 1000 and aspect != "layout":
                    yield Variant(says, {}, "metadata", flags), {"metadata": octets}, ()
        elif not _closed_to_sender(inner):
            yield from _changes(inner, natural)
        else:
            yield from _spoilt(name, natural[name])


def _closed_to_sender(inner: Command) -> bool:
    """Whether the sender of the whole only hands on what another one made: the cookie."""
    return any(box.symmetric for box in inner.boxes.values())


def _of_level(command: Command, natural: Mapping[str, Any]) -> Iterator[Changed]:
    for rule in command.rules:
        yield Variant(rule.title, {}, next(iter(rule.spoil)), ("BrokenRule",)), rule.spoil, ()
    for variant in telling(command, natural, None):
        yield variant, variant.given, ()


def _of_box(name: str, box: Sealed, natural: Mapping[str, Any]) -> Iterator[Changed]:
    yield from _spoilt(name, natural[name])
    for octets, says in ((b"X", "an X for its first octet"), (box.prefix[:1].lower(), "a small first letter")):
        prefix = octets + box.prefix[1:]
        yield (
            Variant(f"{name}: sealed with {says} of the nonce prefix", {}, name, ("NoncePrefix",)),
            {},
            (Reseal(name, prefix),),
        )
    for other in sorted(_prefixes() - {box.prefix}):
        if len(other) == len(box.prefix):
            said = other.decode("ascii")
            yield (
                Variant(f"{name}: sealed with the nonce prefix {said}", {}, name, ("NoncePrefix",)),
                {},
                (Reseal(name, other),),
            )
    if not box.symmetric:
        change = (Reseal(name, secret=STRANGE),)
        yield Variant(f"{name}: sealed with a stranger's secret key", {}, name, ("WrongKey",)), {}, change
        others = {"C'": "C", "C": "C'", "S": "S'", "S'": "S"}
        for role, key in (("sender", box.sender), ("receiver", box.receiver)):
            reseal = Reseal(name, sender=others[key]) if role == "sender" else Reseal(name, receiver=others[key])
            says = f"{name}: sealed between other keys, {others[key]} in the place of {key}"
            yield Variant(says, {}, name, ("WrongKey",)), {}, (reseal,)


def _prefixes() -> set[bytes]:
    return {box.prefix for command in COMMANDS.values() for level in command.levels() for box in level.boxes.values()}


def _spoilt(name: str, octets: bytes) -> Iterator[Changed]:
    """Bits of a box turned over: in its tag, at both sides of the tag's end, and at the end of all; and a box of zeros."""
    size = len(octets)
    for place in sorted({0, 15, 16, size // 2, size - 1} & set(range(size))):
        for bit in (0, 7):
            says = f"{name}: bit {bit} of octet {place + 1} of {size} turned over"
            yield Variant(says, {}, name, ("SingleBit",)), {}, (Tamper(name, flip=8 * place + bit),)
    yield Variant(f"{name}: all octets zero", {}, name, ("Boundary",)), {}, (Tamper(name, exchange=bytes(size)),)
