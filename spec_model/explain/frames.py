"""Explain messages of several frames that mean something to a protocol: a request and a reply of ZAP, a message of a RADIO.

Where a grammar is asked for, octets are cut into frames and frames into messages, and each message is held against it.
Where none is, a message is told by what only ZAP has behind an empty frame: its version, and a status or a mechanism.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spec_model.explain.levels import breach_of, explain_command, explain_unfinished
from spec_model.explain.meanings import explained
from spec_model.explain.parts import Breach, Part
from spec_model.framing import LONG, MORE
from spec_model.grammar import zap
from spec_model.grammar.frame import FRAME, LARGEST_LONG
from spec_model.grammar.multipart import Misframed, Multipart, split_envelope

_STATUS_AT, _MECHANISM_AT, _LONGEST_MECHANISM = 3, 6, 20


class Body(NamedTuple):
    """The body of a frame, and where it starts."""

    offset: int
    octets: bytes


def explain_messages(message: Multipart, octets: bytes, name: str) -> tuple[Part, ...]:
    """Octets as messages of this grammar, one behind the other; what is no whole frame at the end stands for itself."""
    found: list[Part] = []
    bodies: list[Body] = []
    at = 0
    for flags, head, size in _heads(octets):
        bodies.append(Body(at + head, octets[at + head : at + head + size]))
        at += head + size
        if not flags & MORE:
            found.append(explain_message(message, bodies, name))
            bodies = []
    if bodies:
        whole = explain_message(message, bodies, name)
        found.append(Part(name, bodies[0].offset, whole.octets, meaning="more frames were to come", parts=whole.parts))
    if at < len(octets):
        found.append(explain_unfinished(FRAME, octets[at:], "no whole frame").at(at))
    return tuple(found)


def explain_message(message: Multipart, bodies: Sequence[Body], name: str) -> Part:
    """One message as a tree of its frames, by the names that the grammar gives them."""
    frames = [body.octets for body in bodies]
    start, whole = bodies[0].offset, b"".join(frames)
    try:
        fields = message.parse(frames)
    except Misframed as error:
        receiver, sender = error.rule
        parts = tuple(Part("frame", offset, octets, octets) for offset, octets in bodies)
        return Part(name, start, whole, broken=(Breach(sender, receiver, str(error)),), parts=parts)
    own = [id(rule) for inner in message.inside.values() for rule in inner.rules]
    broken: dict[str, list[Breach]] = {}
    for rule in message.broken(fields):
        if id(rule) not in own:  # those of a frame's own grammar are found where that is explained
            about = next((field for field in reversed(message.fields) if field in rule.spoil), "")
            broken.setdefault(about, []).append(breach_of(rule))
    named = zip(_names(message, frames), bodies, strict=True)
    return Part(name, start, whole, broken=tuple(broken.get("", ())), parts=tuple(_frames(message, named, broken)))


def recognised(bodies: Sequence[Body]) -> Part | None:
    """A message that is a request or a reply of ZAP by the look of it, explained; None for any other."""
    content = split_envelope([body.octets for body in bodies])[1]
    if content[1:2] != (zap.VERSION,):
        return None
    if len(content) == 1 + len(zap.REPLY.frames) and len(content[_STATUS_AT]) == 3 and content[_STATUS_AT].isdigit():
        return explain_message(zap.REPLY, bodies, zap.REPLY.name)
    mechanism = content[_MECHANISM_AT] if len(content) > _MECHANISM_AT else b""
    if mechanism.isalpha() and mechanism.isupper() and len(mechanism) <= _LONGEST_MECHANISM:
        return explain_message(zap.REQUEST, bodies, zap.REQUEST.name)
    return None


def _heads(octets: bytes) -> Iterator[tuple[int, int, int]]:
    """Flags, size of the head and size of the body of each whole frame."""
    at = 0
    while at < len(octets):
        head = 9 if octets[at] & LONG else 2
        size = int.from_bytes(octets[at + 1 : at + head], "big")
        if at + head > len(octets) or size > LARGEST_LONG or at + head + size > len(octets):
            return
        yield octets[at], head, size
        at += head + size


def _names(message: Multipart, frames: Sequence[bytes]) -> Iterator[str]:
    """The field of each frame."""
    if message.enveloped:
        envelope, frames = split_envelope(frames)
        yield from ("envelope" for _ in envelope)
        yield "delimiter"
        frames = frames[1:]
    yield from message.frames
    yield from (message.more for _ in frames[len(message.frames) :])


def _frames(message: Multipart, named: Iterable[tuple[str, Body]], broken: dict[str, list[Breach]]) -> Iterator[Part]:
    for field, (offset, octets) in named:
        inner = message.inside.get(field)
        below = explain_command(inner, octets) if inner is not None else Part(field, 0, octets)
        wrong = (*broken.pop(field, ()), *below.broken)  # where a field has several frames, at the first
        parts = tuple(part.at(offset) for part in below.parts)
        yield Part(field, offset, octets, octets, explained(message.name, field, octets), wrong, parts)
