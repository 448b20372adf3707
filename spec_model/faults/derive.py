"""Faults read out of the grammars: forget a rule, break a rule as a sender, police a freedom, believe a box
unopened.

A rule is a check, so a receiver without it is a faulty receiver ("accepts."). A rule says how to break it, so a
sender that always does is a faulty sender ("sends."). A freedom made into a rule is a receiver that is too strict
("polices."). Each is nothing but another `Tables`; a grammar inside another is changed in place, wherever it lies.

Whether a fault can be seen is found out, not believed: the spoilt specimen is judged by the changed grammar, and
what still refuses it is named in `because`. So is the end that a good value of the same command has anyway.

Ids are made of the kind, the grammar's key, the field that holds the inner grammar, the aspect of the requirement,
and the field that is spoilt where the aspect does not name it already. So an id depends on its own rule alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from construct import GreedyBytes, Struct

from spec_model.crypto.sealing import Reseal, Tamper
from spec_model.faults.fault import Fault, a, reading, slug
from spec_model.faults.specimens import Specimen, specimens
from spec_model.grammar.command import Command, Freedom, Rule
from spec_model.grammar.frame import COMMAND
from spec_model.machines import MACHINES
from spec_model.requirements import load
from spec_model.role import MECHANISMS
from spec_model.tables import STANDARD, Spoil, Tables

UNNEEDED_BOXES = ("signature", "vouch_box")
"""Boxes of which a careless server needs nothing to go on: it could leave them unopened."""

LENIENT = ("24/WELCOME/takes-empty", "24/READY/metadata", "26/READY/metadata")
"""Requirements whose ruling lets a client accept whatever breaks them."""

_BROKEN_WITH = {
    # Requirements that are broken together with another: one rule, one box, but several sentences.
    "26/MESSAGE/nonce-increments": ("26/MESSAGE/nonce-reuse", "26/box/replay"),
    "26/HELLO/signature": ("26/HELLO/client-key", "26/HELLO/nonce", "26/box/direction"),
    "26/vouch/box": ("26/vouch/nonce", "26/keys/public-half-is-not-enough", "26/box/direction"),
    "26/MESSAGE/sends-incrementing-nonces": ("26/short-nonce/handshake-counts",),
    "26/MESSAGE/reserved-flags": ("26/MESSAGE/command-flag",),
    "26/metadata/sends-layout": ("26/READY/sends-metadata",),
    "26/HELLO/sends-signature": ("26/HELLO/sends-client-key", "26/HELLO/sends-nonce"),
    "26/WELCOME/sends-box": ("26/WELCOME/sends-nonce",),
    "26/INITIATE/sends-box": ("26/INITIATE/sends-nonce",),
    "26/vouch/sends-box": ("26/vouch/sends-nonce",),
    "26/READY/sends-box": ("26/READY/sends-nonce", "26/keys/forward-secrecy"),
    "26/MESSAGE/sends-box": ("26/MESSAGE/sends-nonce-prefix", "26/keys/forward-secrecy"),
    "23/greeting/mechanism-padding": ("23/greeting/mechanism",),
    "23/greeting/version-major": ("23/greeting/version",),
    "23/command/name-size": ("23/command/body",),
}


@dataclass(frozen=True)
class Level:
    """One grammar of a command, or one inside it.

    Attributes:
        key: the outermost grammar's key in the tables.
        field: the field that holds this grammar; empty for the outermost.
        command: the grammar.
        change: puts another grammar in its place and returns the tables with it.
    """

    key: str
    field: str
    command: Command
    change: Callable[[Command], Tables]

    @property
    def name(self) -> str:
        """The outermost command's name, for titles."""
        name = self.key.removeprefix("traffic/").split("/")
        return name[1] if len(name) > 1 else name[0]


def levels(tables: Tables = STANDARD) -> Iterator[Level]:
    """Every level of every grammar of the tables, outermost first."""
    for key, command in tables.commands.items():

        def change(new: Command, key: str = key) -> Tables:
            return tables.with_command(key, new)

        yield from _levels(key, "", command, change)


def _levels(key: str, field: str, command: Command, change: Callable[[Command], Tables]) -> Iterator[Level]:
    yield Level(key, field, command, change)
    for name, sealed in command.boxes.items():

        def within(new: Command, name: str = name) -> Tables:
            boxes = {**command.boxes, name: replace(command.boxes[name], inner=new)}
            return change(replace(command, boxes=boxes))

        yield from _levels(key, name, sealed.inner, within)
    for name, inner in command.inside.items():

        def beside(new: Command, name: str = name) -> Tables:
            return change(replace(command, inside={**command.inside, name: new}))

        yield from _levels(key, name, inner, beside)


def derived() -> Iterator[Fault]:
    """Every fault that follows from the grammars."""
    for level in levels():
        for rule in level.command.rules:
            if rule.receiver:
                yield _accepts(level, rule)
        yield from _accepts_more(level)
        for freedom in level.command.freedoms:
            yield _polices(level, freedom)
        if level.key in ("frame", "command-body"):
            yield from _sends_around(level)
        else:
            for rule in level.command.rules:
                if rule.sender:
                    yield from _sends(level, rule)
            yield from _seals_badly(level)


# --- receivers ----------------------------------------------------------------------------------------------------


def _accepts(level: Level, rule: Rule) -> Fault:
    """A receiver that forgot a rule."""
    rules = tuple(kept for kept in level.command.rules if kept is not rule)
    tables = level.change(replace(level.command, rules=rules))
    return _receiver(
        _id("accepts", level, rule.receiver, rule.spoil),
        f"accepts {a(level.name)} though {rule.title}",
        rule.receiver,
        level,
        tables,
        {"given": rule.spoil},
    )


def _accepts_more(level: Level) -> Iterator[Fault]:
    """Receivers that let pass octets behind the end, and boxes that do not open."""
    smallest, largest = level.command.size
    # An inner grammar lies in a field that reads so many octets and no more: what is behind belongs to another field.
    if level.command.size_rule[0] and largest is not None and not level.field:
        last = level.command.fields[-1]
        yield _receiver(
            _id("accepts", level, "long", {}),
            f"accepts {a(level.name)} with more octets than it can have",
            level.command.size_rule[0],
            level,
            level.change(
                replace(
                    level.command,
                    layout=Struct(*level.command.layout.subcons, "excess" / GreedyBytes),
                    legal={**level.command.legal, "excess": b""},
                    size=(smallest, None),
                )
            ),
            {"alterations": (Tamper(last, extend=bytes(largest)),)},
        )
    for name, box in level.command.boxes.items():
        if name in UNNEEDED_BOXES:
            boxes = {kept: sealed for kept, sealed in level.command.boxes.items() if kept != name}
            inner = tuple(rule.receiver for rule in box.inner.rules if rule.receiver)
            yield _receiver(
                _id("accepts", replace(level, field=name), "unopened", {}),
                f"accepts {a(level.name)} whose {name.replace('_', ' ')} does not open",
                box.requirement,
                level,
                level.change(replace(level.command, boxes=boxes)),
                {"alterations": (Tamper(name, flip=0),)},
                more=inner,
            )


def _polices(level: Level, freedom: Freedom) -> Fault:
    """A receiver that refuses what it has to let pass."""
    rule = Rule(freedom.strict, freedom.change, receiver=freedom.requirement, title=freedom.title)
    tables = level.change(replace(level.command, rules=(*level.command.rules, rule)))
    mechanism, as_server = receiving(level.key)
    unusual = [one for one in _of(level.key) if _refuses(one, tables, {"given": freedom.change}) == freedom.requirement]
    if level.key == "greeting" and len({one.mechanism for one in unusual}) == 1:
        mechanism = unusual[0].mechanism
    because = "" if unusual or level.key == "frame" else "no command of the reference can be made unusual in this way"
    return Fault(
        _id("polices", level, freedom.requirement, freedom.change),
        f"refuses {a(level.name)} because {freedom.title}",
        (freedom.requirement,),
        mechanism,
        as_server,
        not because,
        because,
        reading(tables),
    )


def _receiver(
    name: str,
    title: str,
    requirement: str,
    level: Level,
    tables: Tables,
    spoilt: dict[str, Any],
    more: tuple[str, ...] = (),
) -> Fault:
    mechanism, as_server = receiving(level.key)
    if _is_of_ready(level):
        more = ("26/READY/metadata", *more)
    because = _why_not_accepted(level, requirement, tables, spoilt)
    return Fault(name, title, _with(requirement, *more), mechanism, as_server, not because, because, reading(tables))


def _why_not_accepted(level: Level, requirement: str, tables: Tables, spoilt: dict[str, Any]) -> str:
    """What hides that a receiver with these tables accepts the spoilt command; empty if nothing does."""
    name = level.key.split("/")[-1]
    ends = [row for machine in MACHINES.values() for row in machine.rows if row.on == name]
    if ends and all(row.then == "closed" for row in ends):
        return f"{a(name)} ends the connection whether it is well formed or not"
    covers = {_refuses(one, tables, spoilt) for one in _of(level.key)}
    if covers and "" not in covers:
        rest = sorted(covers)
        how = "another rule of the same requirement" if rest == [requirement] else " and ".join(rest)
        return f"{how} refuses what it lets pass"
    binding = "26/READY/metadata" if _is_of_ready(level) else requirement
    if binding in LENIENT and "accepts" in load()[binding].allows:
        return f"the ruling of {binding} lets a client accept it"
    return ""


def _is_of_ready(level: Level) -> bool:
    """Whether it is the metadata that a client judges: the rules are INITIATE's, another sentence binds it."""
    return level.key == "CURVE/READY" and level.field == "metadata"


def _refuses(specimen: Specimen, tables: Tables, spoilt: dict[str, Any]) -> str:
    """The requirement by which a receiver with these tables refuses the spoilt specimen, or empty."""
    return specimen.judge(tables.commands[specimen.item.grammar], **spoilt).refused


# --- senders ------------------------------------------------------------------------------------------------------


def _sends(level: Level, rule: Rule) -> Iterator[Fault]:
    """A sender that always breaks a rule."""
    seen = [one for one in _of(level.key) if rule.sender in one.judge(given=rule.spoil).accused]
    mechanism, as_server = sending(level.key)
    if level.key == "greeting" and len({one.mechanism for one in seen}) == 1:
        mechanism = seen[0].mechanism
    because = "" if seen else "no specimen that is spoilt in this way is known to be wrong"
    yield Fault(
        _id("sends", level, rule.sender, rule.spoil),
        f"sends {a(level.name)} in which {rule.title}",
        _with(rule.sender),
        mechanism,
        as_server,
        not because,
        because,
        reading(STANDARD.with_spoil(level.key, Spoil(given=rule.spoil))),
    )


def _seals_badly(level: Level) -> Iterator[Fault]:
    """Senders whose boxes do not open, and senders whose boxes are sealed under another prefix."""
    mechanism, as_server = sending(level.key)
    for name, box in level.command.boxes.items():
        if box.symmetric:
            continue  # only who made a cookie opens it
        prefix = b"X" + box.prefix[1:]
        for aspect, title, alteration in (
            ("unopenable", "does not open", Tamper(name, flip=0)),
            ("prefix", "is sealed under another nonce prefix", Reseal(name, prefix=prefix)),
        ):
            yield Fault(
                _id("sends", replace(level, field=name), aspect, {}),
                f"sends {a(level.name)} whose {name.replace('_', ' ')} {title}",
                _with(box.sends),
                mechanism,
                as_server,
                True,
                "",
                reading(STANDARD.with_spoil(level.key, Spoil(alterations=(alteration,)))),
            )


def _sends_around(level: Level) -> Iterator[Fault]:
    """Senders whose frames, or whose commands' names, break a rule: one fault for commands and one for messages."""
    commands = tuple(dict.fromkeys(one.item.grammar for one in specimens() if one.item.flags & COMMAND))
    messages = ("message", "CURVE/MESSAGE/C", "CURVE/MESSAGE/S")
    for rule in level.command.rules:
        if not rule.sender:
            continue
        for whose, keys in (("commands", commands), ("messages", messages)):
            if level.key == "frame":
                flags = rule.spoil["flags"](0)
                if whose == "messages" and flags & COMMAND:
                    continue  # it would turn the message into a command
                spoil = Spoil(frame=rule.spoil)
            else:
                if whose == "messages":
                    continue  # only commands have names
                spoil = Spoil(given={"name": bytes([rule.spoil["name_size"]]) + rule.spoil["name"]})
            tables = STANDARD
            for key in keys:
                tables = tables.with_spoil(key, spoil)
            frame = "frames of " if level.key == "frame" else ""
            yield Fault(
                f"{_id('sends', level, rule.sender, {})}.{whose}",
                f"sends {frame}{whose} in which {rule.title}",
                _with(rule.sender),
                "",
                None,
                True,
                "",
                reading(tables),
            )


# --- who sends and who receives what ------------------------------------------------------------------------------


def receiving(key: str) -> tuple[str, bool | None]:
    """Mechanism and side that receive commands of this grammar; empty and None for any and both."""
    mechanism, side = sending(key)
    return mechanism, None if side is None else not side


def sending(key: str) -> tuple[str, bool | None]:
    """Mechanism and side that send commands of this grammar; empty and None for any and both."""
    mechanism = key.split("/")[0] if key.split("/")[0] in MECHANISMS else ""
    sides = {one.as_server for one in _of(key)} if mechanism not in ("", "NULL") else set()
    return mechanism, sides.pop() if len(sides) == 1 else None


def _of(key: str) -> list[Specimen]:
    return [specimen for specimen in specimens() if specimen.item.grammar == key]


# --- ids ----------------------------------------------------------------------------------------------------------


def _id(kind: str, level: Level, requirement: str, spoil: Any) -> str:
    aspect = slug(requirement.split("/")[-1].removeprefix("sends-"))
    parts = [kind, level.key.replace("/", "."), level.field.replace("_", "-"), aspect]
    fields = [slug(name) for name in spoil]
    if fields and not any(name in part for name in fields for part in parts):
        parts.append(fields[0])
    return ".".join(dict.fromkeys(filter(None, parts)))


def _with(requirement: str, *more: str) -> tuple[str, ...]:
    """A requirement and what is broken with it, each once."""
    return tuple(dict.fromkeys((requirement, *_BROKEN_WITH.get(requirement, ()), *more)))
