"""Tests of a grammar whose octets lie open: every rule spoilt, every freedom taken, every boundary of every field.

One pipe for all of them: a candidate is built, judged by the grammar as the reference judges it, and kept if it is legal or
breaks exactly one rule. What breaks two rules at once would tell nobody which of them an implementation checks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from construct import ConstructError

from conformance.vectors.policy import Judgement, Pairs, judge_all, one_thing
from conformance.vectors.record import Test, distinct
from conformance.vectors.values import Variant, variants
from spec_model.crypto.sealing import dissect
from spec_model.grammar.command import Command, Fields
from spec_model.requirements import load

LEGAL = "Every rule of the grammar holds."


def tests_of(
    key: str,
    command: Command,
    naturals: Mapping[str, Fields],
    *,
    known: Fields | None = None,
    alphabets: Mapping[str, bytes] | None = None,
    more: Callable[[Fields], Iterable[Variant]] = lambda _: (),
    extensible: bool = True,
) -> tuple[Test, ...]:
    """All tests of one grammar.

    Args:
        key: its key in the tables.
        naturals: legal specimens, by words for them; the first is the one that is varied in every way.
        known: what the rules may compare with.
        alphabets: see `variants`.
        more: further changes.
        extensible: whether the size of the octets is the grammar's business, and not that of whoever reads a stream.
    """
    found: list[Test] = []
    for number, (words, natural) in enumerate(naturals.items()):
        found += _one(command, command.build(natural), words, known, key)
        if number:
            continue
        for change in (*ruled(command, natural), *telling(command, natural, known, alphabets), *more(natural)):
            if (octets := written(command, natural, change)) is not None:
                found += _one(command, octets, change.says, known, key, change)
        for change, octets in cuts(command, command.build(natural)) if extensible else ():
            found += _one(command, octets, change.says, known, key, change)
    return distinct(found)


def telling(
    command: Command, natural: Fields, known: Fields | None, alphabets: Mapping[str, bytes] | None = None
) -> Iterator[Variant]:
    """The variants, but single octets and sizes only where it matters which they are: see `edges`."""
    rows: dict[tuple[str, str], list[Variant]] = {}
    for change in variants(command, natural, alphabets):
        if change.flags in ROWS:
            rows.setdefault((change.field, change.flags[0]), []).append(change)
        else:
            yield change
    for row in rows.values():
        built = [(one, octets) for one in row if (octets := written(command, natural, one)) is not None]
        judged = [dissect(command, octets, None, known).broken for _, octets in built]
        yield from (replace(one, flags=flag_of(one)) for one in edges([one for one, _ in built], judged))


def written(command: Command, natural: Fields, change: Variant) -> bytes | None:
    """The octets of a change; None for what the layout cannot write, such as a size that its octet cannot hold."""
    try:
        return command.build({**natural, **change.given})
    except ConstructError:
        return None


ROWS = (("Characters",), ("Size",), ("Number",))
"""Flags of changes that stand in rows, in ascending order."""


def flag_of(change: Variant) -> tuple[str, ...]:
    """The note to which a change of a row leads."""
    return ("Boundary",) if change.flags == ("Number",) else change.flags


ALWAYS = (
    "has 0 octets",
    "has 1 octets",
    "127 octets",
    "128 octets",
    "255 octets",
    "256 octets",
    "octet 00",
    "octet 80",
)
"""Ends of the descriptions of what is worth a test wherever the limits are: signs and sizes of machine numbers."""


def edges(row: Sequence[Variant], outcomes: Sequence[Pairs]) -> Iterator[Variant]:
    """Of changes in ascending order those on both sides of every change of the outcome, and both ends."""
    for place, change in enumerate(row):
        around = outcomes[max(0, place - 1) : place + 2]
        if place in (0, len(row) - 1) or any(one != outcomes[place] for one in around) or change.says.endswith(ALWAYS):
            yield change


def ruled(command: Command, natural: Fields) -> Iterator[Variant]:
    """The spoil of each rule and the change of each freedom of this level."""
    for rule in command.rules:
        spoilt = rule.spoilt(natural)
        yield Variant(rule.title, spoilt, next(iter(rule.spoil)), ("BrokenRule",))
    for freedom in command.freedoms:
        change = {n: v(natural.get(n)) if callable(v) else v for n, v in freedom.change.items()}
        yield Variant(freedom.title, change, freedom.requirement, ("Freedom",))


def cuts(command: Command, octets: bytes) -> Iterator[tuple[Variant, bytes]]:
    """The octets broken off at both sides of every field, and with some behind the end."""
    edges = {0, 1, len(octets) - 1}
    place = 0
    for part in command.layout.subcons:
        size = getattr(part.subcon, "length", 0)
        place += size if isinstance(size, int) else 0
        edges |= {place - 1, place, place + 1}
    for edge in sorted(edges):
        if 0 <= edge < len(octets):
            yield Variant(f"broken off after {edge} of {len(octets)} octets", {}, "", ("Truncated",)), octets[:edge]
    for extra in (1, 256):
        yield Variant(f"{extra} more octets behind the end", {}, "", ("Overlong",)), octets + bytes(extra)


def _one(
    command: Command, octets: bytes, says: str, known: Fields | None, key: str, change: Variant | None = None
) -> Iterator[Test]:
    judged = dissect(command, octets, None, known)
    if not one_thing(judged.broken):
        return
    flags = change.flags if change is not None else ("Ordinary",)
    expected = {name: value for name, value in judged.fields.items() if plain(value)}
    yield outcome(says, {"octets": octets}, judged.broken, key, flags, about(command, change), expected)


def plain(value: Any) -> bool:
    """Whether a field is octets or a number."""
    return isinstance(value, (bytes, int))


def outcome(
    says: str,
    inputs: Mapping[str, Any],
    broken: Pairs,
    key: str,
    flags: tuple[str, ...],
    concerned: tuple[str, ...],
    expected: Mapping[str, Any] | None,
) -> Test:
    """A test whose result follows from what is broken: nothing, or one thing."""
    if not broken or broken == (("", ""),):
        reason = load()[concerned[0]].gist if flags == ("Freedom",) else LEGAL
        return Test(says, inputs, "valid", "legal", concerned, reason, flags, expected=expected)
    return breach(says, inputs, judge_all(broken, key), flags)


def breach(says: str, inputs: Mapping[str, Any], found: Judgement, flags: tuple[str, ...]) -> Test:
    """A test in which something is wrong."""
    reason = load()[found.requirements[0]].gist
    return Test(says, inputs, found.result, found.sender, found.requirements, reason, flags, found.ruling)


def about(command: Command, change: Variant | None) -> tuple[str, ...]:
    """What a legal value is about: the freedom it takes, or the rules that look at what was changed."""
    if change is not None and change.field in load():
        return (change.field,)
    levels = list(command.levels())
    field = change.field if change is not None else ""
    named = [rule.requirement for level in levels for rule in level.rules if field in rule.spoil]
    sizes = [level.size_rule[0] or level.size_rule[1] for level in levels if not field or field in level.fields]
    rules = [rule.requirement for level in levels for rule in level.rules]
    return tuple(dict.fromkeys(filter(None, named or sizes or rules[:1]))) or tuple(rules[:1])
