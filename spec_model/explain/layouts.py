"""A grammar in words: its fields with their sizes and legal values, its rules, its freedoms, its boxes.

Everything is read out of the tables; the sizes out of construct's layouts. What lies inside a field, sealed or not, is a
level of its own, named by its own grammar.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from construct import Bytes, FormatField, GreedyRange, IfThenElse

from spec_model.explain.levels import size_words
from spec_model.explain.meanings import meaning
from spec_model.explain.parts import Value
from spec_model.grammar import COMMANDS, MESSAGES, SHAPES
from spec_model.grammar.command import Command, Freedom, Rule, Sealed
from spec_model.grammar.metadata import PROPERTY
from spec_model.grammar.multipart import Multipart


@dataclass(frozen=True)
class Field:
    """A field of a level.

    Attributes:
        size: in words: "32 octets", "the rest".
        legal: the value that it has where the sender does not choose; None where it does.
        inside: name of the level that lies inside, or empty.
        box: how it is sealed, or empty.
    """

    name: str
    size: str
    meaning: str
    legal: Value = None
    inside: str = ""
    box: str = ""


@dataclass(frozen=True)
class Clause:
    """Something that the grammar asks: a rule, the size, a box that must open, or a freedom.

    Attributes:
        what: what breaks it; for a freedom, what must be let pass.
        sender: the requirement that the sender breaks, or empty.
        receiver: the requirement that a receiver breaks by accepting it, for a freedom by refusing it; or empty.
        kind: "size", "rule", "box" or "freedom".
    """

    kind: str
    what: str
    sender: str = ""
    receiver: str = ""


@dataclass(frozen=True)
class Level:
    """One level of a grammar: fields that stand behind each other, and what is asked of them."""

    name: str
    size: str
    fields: tuple[Field, ...]
    clauses: tuple[Clause, ...]


def grammars() -> Mapping[str, Command | Multipart]:
    """Everything that has a shape, by its key."""
    return {**COMMANDS, **SHAPES, **MESSAGES}


def named(name: str, mechanism: str = "") -> tuple[str, ...]:
    """The keys that a name can stand for: a whole key, or a part of it.

    The case of letters does not count, nor what stands between words: "curve hello" is CURVE/HELLO. "HELLO" stands for
    all commands of that name, "CURVE" for all of that mechanism.

    Args:
        mechanism: only commands of this mechanism, of those that belong to one.
    """
    wanted, table = plain(name), grammars()
    whole = tuple(key for key in table if plain(key) == wanted)
    last = tuple(key for key in table if wanted == plain("".join(key.split("/")[1:2])))
    first = tuple(key for key in table if "/" in key and wanted == plain(key.split("/")[0]))
    found = whole or last or first
    return tuple(key for key in found if key.split("/")[0] == mechanism) or found


def plain(name: str) -> str:
    """A name as it is compared."""
    return re.sub(r"[ _-]", "/", name.strip().lower())


def levels(key: str) -> tuple[Level, ...]:
    """The levels of a grammar, outermost first, each once."""
    grammar = grammars()[key]
    if isinstance(grammar, Multipart):
        inner = [level for one in grammar.inside.values() for level in _levels(one)]
        return (_of_frames(grammar), *dict.fromkeys(inner))
    return tuple(dict.fromkeys(_levels(grammar)))


def _levels(grammar: Command) -> Iterator[Level]:
    for command in grammar.levels():
        yield Level(command.name, _size(command), tuple(_fields(command)), tuple(_clauses(command)))
        if "properties" in command.fields:
            fields = (
                Field(part.name, _octets(part.subcon), meaning("property", part.name)) for part in PROPERTY.subcons
            )
            yield Level("property", "5 octets, and name and value", tuple(fields), ())


def _size(command: Command) -> str:
    return "any number of octets" if command.size == (0, None) else size_words(command)


def _fields(command: Command) -> Iterator[Field]:
    for part in command.layout.subcons:
        box, inner = command.boxes.get(part.name), command.inside.get(part.name)
        inside = box.inner.name if box is not None else inner.name if inner is not None else ""
        if isinstance(part.subcon, GreedyRange):
            inside = "property"
        legal = command.legal.get(part.name)
        yield Field(
            part.name,
            _octets(part.subcon),
            meaning(command.name, part.name),
            legal if isinstance(legal, (int, bytes)) else None,
            inside,
            _sealing(box) if box is not None else "",
        )


def _octets(subcon: Any) -> str:
    """The size of a field, in words."""
    match subcon:
        case FormatField(length=1):
            return "1 octet, a number"
        case FormatField(length=length):
            return f"{length} octets, a number"
        case IfThenElse(thensubcon=FormatField(length=some), elsesubcon=FormatField(length=other)):
            return f"{other} octet or {some}, a number"
        case IfThenElse(thensubcon=some):
            return f"{_octets(some)}, or none at all"
        case Bytes(length=int(length)):
            return f"{length} octets"
        case Bytes(length=length):
            field = re.fullmatch(r"this\['(\w+)'\]", repr(length))
            return f"as many octets as {field[1]} says" if field else "as many octets as the fields before say"
        case GreedyRange():
            return "any number of them"
    return "the rest"


def _sealing(box: Sealed) -> str:
    keys = f"sealed with {box.sender}" if box.symmetric else f"sealed by {box.sender} for {box.receiver}"
    return f'{keys}; the nonce is "{box.prefix.decode()}" and {box.nonce}'


def _clauses(command: Command) -> Iterator[Clause]:
    receiver, sender = command.size_rule
    if receiver or sender:
        yield Clause("size", "it has another size, or a field breaks off", sender, receiver)
    yield from map(_rule, command.rules)
    for name, box in command.boxes.items():
        yield Clause("box", f"{name} does not open", box.sends, box.requirement)
    yield from map(_freedom, command.freedoms)


def _rule(rule: Rule) -> Clause:
    return Clause("rule", rule.title, rule.sender, rule.receiver)


def _freedom(freedom: Freedom) -> Clause:
    return Clause("freedom", freedom.title, "", freedom.requirement)


def _of_frames(message: Multipart) -> Level:
    fields = [
        Field(name, "1 frame", meaning(message.name, name), _legal(message, name), _inside(message, name))
        for name in message.fields
    ]
    many = {"envelope", message.more}
    fields = [Field(one.name, "any number of frames", one.meaning) if one.name in many else one for one in fields]
    clauses = [Clause("size", "it has another number of frames", *reversed(message.frames_rule))]
    if message.enveloped:
        clauses.append(Clause("size", "no empty frame ends the envelope", *reversed(message.delimiter_rule)))
    count = f"{len(message.frames)} frames{' or more' if message.more else ''}"
    size = f"{count} behind the envelope" if message.enveloped else count
    rules, freedoms = map(_rule, message.rules), map(_freedom, message.freedoms)
    return Level(message.name, size, tuple(fields), (*clauses, *rules, *freedoms))


def _legal(message: Multipart, name: str) -> Value:
    legal = message.legal.get(name)
    return legal if isinstance(legal, (int, bytes)) else None


def _inside(message: Multipart, name: str) -> str:
    inner = message.inside.get(name)
    return inner.name if inner is not None else ""
