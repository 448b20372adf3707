"""What a message of several frames is: a name for each frame, rules for what they hold.

The counterpart of `Command` for messages whose frames mean something to a protocol: those of ZAP and of RADIO. A layout
is the names of the frames in order; one more name takes all frames behind them. A message that travels through proxies
has an envelope: any number of addresses, then an empty frame. Everything can be built, also what is illegal; rules say
what is legal, as they do for a command, and a frame with a shape of its own names the grammar of it in `inside`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from spec_model.grammar.command import Command, Fields, Freedom, Malformed, Rule

Frames = tuple[bytes, ...]
"""The bodies of the frames of one message, in order."""


class Misframed(Malformed):
    """Frames that the layout cannot read: too few or too many, or without an end of the envelope.

    Attributes:
        rule: the receiver's requirement and the sender's that they break; either can be empty.
    """

    def __init__(self, name: str, count: int, rule: tuple[str, str]) -> None:
        super().__init__(name, count, rule[0] or rule[1])
        self.args, self.rule = (f"{count} frames do not make a {name}",), rule


@dataclass(frozen=True)
class Multipart:
    """A message of several frames; see the head of this module.

    Attributes:
        name: for messages.
        frames: names of the frames, in order.
        legal: values of the frames that are constant or have a natural default.
        more: name of the field that holds all frames behind the last one, as a tuple; empty where none may follow.
        enveloped: whether addresses and an empty frame come before; then "envelope" (a tuple) and "delimiter" are
        fields too.
        frames_rule: requirement that a receiver breaks by accepting another number of frames, and the sender's.
        delimiter_rule: the same for a message without an empty frame behind its addresses.
        rules, freedoms: as for a command; octets are frames.
        inside: grammars of frames that have one.
    """

    name: str
    frames: tuple[str, ...]
    legal: Fields = field(default_factory=dict)
    more: str = ""
    enveloped: bool = False
    frames_rule: tuple[str, str] = ("", "")
    delimiter_rule: tuple[str, str] = ("", "")
    rules: tuple[Rule, ...] = ()
    freedoms: tuple[Freedom, ...] = ()
    inside: Mapping[str, Command] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields, in the order of the frames."""
        return (*(("envelope", "delimiter") * self.enveloped), *self.frames, *((self.more,) if self.more else ()))

    def build(self, fields: Fields) -> Frames:
        """The frames of these fields; a field that is not given has its legal value. Nothing is checked."""
        values = {"envelope": (), "delimiter": b"", self.more: (), **self.legal, **fields}
        built: list[bytes] = []
        for name in self.fields:
            value = values[name]
            built.extend(value if name in ("envelope", self.more) else (value,))
        return tuple(built)

    def parse(self, frames: Sequence[bytes]) -> dict[str, Any]:
        """The fields of these frames, unjudged.

        Raises:
            Misframed: there are too few frames or too many, or no empty frame ends the envelope.
        """
        fields: dict[str, Any] = {}
        if self.enveloped:
            fields["envelope"], frames = split_envelope(frames)
            if not frames:
                raise Misframed(self.name, len(fields["envelope"]), self.delimiter_rule)
            fields["delimiter"], frames = frames[0], frames[1:]
        if len(frames) < len(self.frames) or (len(frames) > len(self.frames) and not self.more):
            raise Misframed(self.name, len(frames), self.frames_rule)
        fields |= zip(self.frames, frames, strict=False)
        if self.more:
            fields[self.more] = tuple(frames[len(self.frames) :])
        return fields

    def broken(self, fields: Fields, known: Fields | None = None) -> tuple[Rule, ...]:
        """The rules that these fields break, those inside included; see `Command.broken`."""
        view = SimpleNamespace(**fields, known=SimpleNamespace(**(known or {})))
        found = [rule for rule in self.rules if set(rule.needs) <= set(known or {}) and not rule.holds(view)]
        for name, inner in self.inside.items():
            found += inner.broken(inner.parse(fields[name]), known)
        return tuple(found)


def split_envelope(frames: Sequence[bytes]) -> tuple[Frames, Frames]:
    """The addresses before the first empty frame, and what follows from that frame on; nothing where there is none."""
    for place, frame in enumerate(frames):
        if not frame:
            return tuple(frames[:place]), tuple(frames[place:])
    return tuple(frames), ()
