"""Take one command apart, field by field: what `dissect` finds, and where it finds it.

The walk goes the same way as `spec_model.crypto.sealing.dissect`, level by level: the layout cuts the octets into fields,
the rules judge them, grammars inside and boxes that open are the next levels. `dissect` keeps the values; this keeps the
places, and hangs each broken rule at the field that it is about. Property tests prove that both find the same to be broken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from construct import ConstructError, Struct

from spec_model.crypto.boxes import Keyring, MissingKey, Unopened
from spec_model.crypto.sealing import nonce_octets
from spec_model.explain.meanings import explained
from spec_model.explain.parts import Breach, Part
from spec_model.grammar.command import Command, Fields, Malformed, Rule, Sealed
from spec_model.grammar.properties import PROPERTIES

Span = tuple[str, int, int, Any]
"""A field: its name, where it starts and ends, and its value."""


def explain_command(
    command: Command, octets: bytes, keys: Keyring | None = None, known: Fields | None = None, name: str = ""
) -> Part:
    """A command, or another thing with a grammar, as a tree of its fields.

    Args:
        octets: all of it.
        keys: opens the boxes whose keys it has.
        known: what the rules may compare with.
        name: what to call it; else it has the grammar's name.
    """
    try:
        fields = command.parse(octets)
    except Malformed:
        return _malformed(command, octets, name or command.name)
    if "properties" in fields:
        return Part(name or command.name, 0, octets, parts=tuple(_metadata(command, octets, fields, known or {})))
    if keys is not None and (command.learns or command.inside):
        keys = keys.snapshot()
        keys.learn_all({key: fields[field] for field, key in command.learns.items()})
    broken = _placed(command, command.broken(fields, known if keys is None else {**(known or {}), **keys.facts()}))
    below: dict[str, Part] = {}
    for field, inner in command.inside.items():
        below[field] = explain_command(inner, fields[field], keys, known)
        if keys is not None:
            learn(inner, below[field], keys)
    for field, box in command.boxes.items():
        below[field] = _box(box, nonce_octets(fields[box.nonce]), fields[field], keys, known)
    parts = tuple(
        _field(command, span, octets, broken.get(span[0], []), below.get(span[0])) for span in _spans(command, octets)
    )
    return Part(name or command.name, 0, octets, broken=tuple(broken.get("", ())), parts=parts)


def explain_unfinished(command: Command, octets: bytes, meaning: str, judged: Fields | None = None) -> Part:
    """The first octets of something that goes on: its fields as far as they go.

    Args:
        meaning: what is to be said of the whole.
        judged: fields that are taken for those that did not come yet, where the rules can be applied all the same.
    """
    spans = list(_spans(command, octets))
    broken = (
        _placed(command, command.broken({name: value for name, _, _, value in spans} | dict(judged))) if judged else {}
    )
    parts = [_field(command, span, octets, broken.get(span[0], ())) for span in spans]
    return Part(command.name, 0, octets, None, meaning, (), (*parts, *_left_over(parts, octets)))


def breach_of(rule: Rule) -> Breach:
    """A broken rule as a breach; its title is an example of what breaks it."""
    return Breach(rule.sender, rule.receiver, f"say, where {rule.title}")


def learn(inner: Command, part: Part, keys: Keyring, *, again: bool = False) -> None:
    """Learn the keys of an explained level and those inside, unless they are known already.

    Args:
        again: learn them even then.
    """
    for field, key in inner.teaches:
        found = part.find(field)
        if found is not None and isinstance(found.value, bytes) and (again or key not in keys):
            keys.learn(key, found.value)


def size_words(command: Command) -> str:
    """How many octets something may have, in words."""
    smallest, largest = command.size
    if smallest == largest:
        return f"{smallest} octets"
    return f"at least {smallest} octets" if largest is None else f"{smallest} to {largest} octets"


# --- one level ------------------------------------------------------------------------------------------------------


def _spans(command: Command, octets: bytes) -> Iterator[Span]:
    """Where the fields of one level are, up to the first that the octets are too few for."""
    start = 0
    for count, name in enumerate(command.fields, 1):
        stream = BytesIO(octets)
        try:
            value = Struct(*command.layout.subcons[:count]).parse_stream(stream)[name]
        except ConstructError:
            return
        yield name, start, stream.tell(), value
        start = stream.tell()


def _field(command: Command, span: Span, octets: bytes, broken: Sequence[Breach], below: Part | None = None) -> Part:
    name, start, end, value = span
    meaning = explained(command.name, name, value)
    if below is None:
        return Part(name, start, octets[start:end], value, meaning, tuple(broken))
    if name in command.boxes:
        meaning = f"{meaning}; {below.meaning}"
        parts = below.parts
    else:
        parts = tuple(part.at(start) for part in below.parts)
    return Part(name, start, octets[start:end], value, meaning, (*broken, *below.broken), parts)


def _malformed(command: Command, octets: bytes, name: str) -> Part:
    """What has another size than it can have: its fields as far as they go, and what is left."""
    receiver, sender = command.size_rule
    parts = [_field(command, span, octets, ()) for span in _spans(command, octets)]
    parts += _left_over(parts, octets)
    smallest, largest = command.size
    fits = smallest <= len(octets) <= (len(octets) if largest is None else largest)
    why = "a field breaks off, or octets are left over" if fits else f"it has {size_words(command)}"
    wrong = Breach(sender, receiver, f"{len(octets)} octets do not make it: {why}")
    return Part(name, 0, octets, broken=(wrong,), parts=tuple(parts))


def _left_over(parts: Sequence[Part], octets: bytes) -> Iterator[Part]:
    end = parts[-1].offset + len(parts[-1].octets) if parts else 0
    if end < len(octets):
        yield Part("left over", end, octets[end:], octets[end:], "makes no field")


def _placed(command: Command, rules: Iterable[Rule]) -> dict[str, list[Breach]]:
    """Broken rules by the field that each is about."""
    found: dict[str, list[Breach]] = {}
    for rule in rules:
        found.setdefault(_about(rule, command), []).append(breach_of(rule))
    return found


def _about(rule: Rule, command: Command) -> str:
    """The field that a rule is about: the last one that has to be spoilt to break it; empty for the whole level."""
    return next((name for name in reversed(command.fields) if name in rule.spoil), "")


# --- boxes ----------------------------------------------------------------------------------------------------------


def _box(box: Sealed, nonce: bytes, octets: bytes, keys: Keyring | None, known: Fields | None) -> Part:
    """What is to be said of a sealed field: how it was sealed, and its plaintext if it opens."""
    how = f"box of {box.sender}" if box.symmetric else f"box from {box.sender} to {box.receiver}"
    how = f"{how}, nonce prefix {box.prefix.decode()}"
    try:
        if keys is None:
            raise MissingKey(box.sender)
        plaintext = keys.open(box, nonce, octets)
    except MissingKey:
        return Part("", 0, b"", meaning=f"{how}; closed: {_missing(box)}")
    except Unopened:
        wrong = Breach(box.sends, box.requirement, "it does not open with the keys that are known")
        return Part("", 0, b"", meaning=how, broken=(wrong,))
    inner = explain_command(box.inner, plaintext, keys, known)
    opened = Part(inner.name, 0, plaintext, None, "the plaintext of the box", inner.broken, inner.parts, sealed=True)
    return Part("", 0, b"", meaning=f"{how}; opened", parts=(opened,))


def _missing(box: Sealed) -> str:
    if box.symmetric:
        return f"{box.sender} is not known"
    ours, theirs = f"{box.sender.lower()} with {box.receiver}", f"{box.receiver.lower()} with {box.sender}"
    return f"neither {ours} nor {theirs} is known"


# --- metadata -------------------------------------------------------------------------------------------------------


def _metadata(command: Command, octets: bytes, fields: Fields, known: Fields) -> Iterator[Part]:
    """Each property, and what comes behind the last one that is whole."""
    start = 0
    for entry in fields["properties"]:
        size = 1 + entry["name_size"] + 4 + entry["value_size"]
        broken = tuple(map(breach_of, command.broken({"properties": [entry], "excess": b""})))
        yield Part(
            "property", start, octets[start : start + size], broken=broken, parts=tuple(_property(entry, start, known))
        )
        start += size
    if start < len(octets):
        excess = octets[start:]
        broken = tuple(map(breach_of, command.broken({"properties": [], "excess": excess})))
        yield Part("excess", start, excess, excess, explained(command.name, "excess", excess), broken)


def _property(entry: Mapping[str, Any], start: int, known: Fields) -> Iterator[Part]:
    sizes = {"name_size": 1, "name": entry["name_size"], "value_size": 4, "value": entry["value_size"]}
    grammar = PROPERTIES.get(entry["name"].decode("ascii", "replace").lower())
    for name, size in sizes.items():
        value = entry[name]
        octets = value if isinstance(value, bytes) else value.to_bytes(size, "big")
        words, broken = explained("property", name, value), tuple[Breach, ...]()
        if name == "value" and grammar is not None:
            words = explained(grammar.name, "value", value)
            broken = tuple(map(breach_of, grammar.broken({"value": value}, known)))
        yield Part(name, start, octets, value, words, broken)
        start += size
