"""What somebody on the wire can put there: everything that was sent, whole, again, altered, spliced, sent back, and his own.

He is the wire: what he does not hand on is dropped, what he hands on later is reordered. What was sent he alters at every
field of its grammar, the fields inside boxes too, of which he knows the place though not the content. He has recorded an
earlier connection between the same permanent keys, and puts its fields into what is sent now. He has permanent and
transient keys of his own, knows all public keys, and seals with what he has; secrets can be given to him besides.

An `Act` is one thing that he can hand to a peer. `about` makes all acts out of one thing that was sent, `forged` those that
he makes himself out of what he learned, in `forger`.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from construct import SizeofError

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.faults.fault import Make
from spec_model.framing import COMMAND, LONG, MORE, encode
from spec_model.grammar.command import Command
from spec_model.proof.peer import Sent, sent
from spec_model.role import Role
from spec_model.tables import STANDARD

SIDES = ("client", "server")
_AUTHENTICATOR = 16


class Act(NamedTuple):
    """Octets that he hands to a peer.

    Attributes:
        title: what they are.
        octets: as they go over the wire.
        last: whether the transport ends behind them.
        plain: whether they are what a peer sent, unaltered.
    """

    title: str
    octets: bytes
    last: bool = False
    plain: bool = False


class Place(NamedTuple):
    """Where a field of a command stands: from which octet to which."""

    field: str
    start: int
    end: int


def places(command: Command, octets: bytes | None, size: int, start: int = 0) -> Iterator[Place]:
    """The places of all fields, inner ones too.

    Args:
        octets: the command, if it can be read; None for what is in a box.
        size: how many octets it has.
        start: where it begins.
    """
    fields = {} if octets is None else command.parse(octets)
    at = start
    for part in command.layout.subcons:
        try:
            length = part.sizeof()
        except (SizeofError, KeyError):
            value = fields.get(part.name)
            length = len(value) if isinstance(value, bytes) else start + size - at
        if length:
            yield Place(part.name, at, at + length)
        if part.name in command.boxes:
            yield Place(f"{part.name}'s authenticator", at, at + _AUTHENTICATOR)
            inner = command.boxes[part.name].inner
            yield from places(inner, None, length - _AUTHENTICATOR, at + _AUTHENTICATOR)
        elif part.name in command.inside and part.name != "metadata":
            yield from places(command.inside[part.name], None, length, at)
        at += length


class Recording:
    """A whole connection that he recorded: handshake and messages.

    Args:
        roles: of the peers, between the same permanent keys as those that he meets now.
        makes: the peers.
        seed: of their entropy.
    """

    def __init__(self, roles: tuple[Role, Role], makes: tuple[Make, Make], seed: str) -> None:
        peers = [make(role, Replayed(f"{seed} {side}")) for side, role, make in zip(SIDES, roles, makes, strict=True)]
        self.peers: tuple[Connection, Connection] = (peers[0], peers[1])
        self.sent: tuple[list[Sent], list[Sent]] = ([], [])
        self.crashed = False
        for peer in peers:
            peer.start()
        self._carry()
        for number in (1, 2):
            for side, peer in zip(SIDES, peers, strict=True):
                if peer.state == "traffic":
                    peer.send(f"recorded {side} {number}".encode())
        self._carry()

    def _carry(self) -> None:
        busy = True
        while busy:
            busy = False
            for side, peer in enumerate(self.peers):
                while (item := peer.outgoing()) is not None:
                    busy = True
                    self.sent[side].append(sent(item))
                    self.peers[1 - side].receive(item.encode())

    def find(self, side: int, name: str) -> Sent | None:
        """The first thing of that name that a side sent."""
        return next((one for one in self.sent[side] if one.name == name), None)

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Everything recorded, to be sent again."""
        return tuple(
            Act(f"the recorded {called(all_sent, number, side)}", one.octets)
            for side, all_sent in zip(SIDES, self.sent, strict=True)
            for number, one in enumerate(all_sent)
            if one.name != "greeting"
        )


def called(all_sent: Sequence[Sent], at: int, side: str) -> str:
    """What to call a thing that was sent: whose, its name, and its number if there are several of the name."""
    name = all_sent[at].name
    number = sum(one.name == name for one in all_sent[:at]) + 1
    return f"{side}'s {name}" + (f" {number}" if name == "message" or number > 1 else "")


def about(one: Sent, name: str, recorded: Sent | None = None) -> tuple[Act, ...]:
    """All that can be made of something that was sent; the first is to hand it on.

    Args:
        name: what to call it in titles.
        recorded: the same of another connection, whose fields are spliced in.
    """
    acts = [Act(name, one.octets, plain=True)]
    acts.append(Act(f"first half of {name}, and the end", one.octets[: len(one.octets) // 2], last=True))
    acts += _altered(one, name)
    if one.name == "greeting":
        return tuple(acts)
    head = _head(one)
    flags, body = one.octets[0], one.octets[head:]
    for bit, what in ((COMMAND, "the command bit"), (MORE, "MORE"), (0x08, "a reserved bit")):
        acts.append(Act(f"{name} with {what} of its frame flipped", bytes((flags ^ bit,)) + one.octets[1:]))
    cuts = {place.start for place in _places(one)[1:]} | {len(body) - 1}
    for size in sorted(cuts):
        acts.append(Act(f"{name} cut to {size} octets", encode(flags & ~LONG, body[:size])))
    acts.append(Act(f"{name} with an octet more", encode(flags & ~LONG, body + b"\x00")))
    if recorded:
        acts += _spliced(one, recorded, name)
    return (acts[0], *{act.octets: act for act in acts if act.octets != one.octets}.values())  # the innermost name wins


def _altered(one: Sent, name: str) -> Iterator[Act]:
    """A bit flipped at the beginning and at the end of each field."""
    head = _head(one)
    for place in _places(one):
        for at in dict.fromkeys((place.start, place.end - 1)):
            octets = bytearray(one.octets)
            octets[head + at] ^= 1
            which = "first" if at == place.start else "last"
            field = place.field.replace("_", " ")
            yield Act(f"{name} with a bit of the {which} octet of its {field} flipped", bytes(octets))


def _spliced(one: Sent, other: Sent, name: str) -> Iterator[Act]:
    """A field of what is sent now exchanged for that of what was recorded."""
    head, flags = _head(one), one.octets[0]
    ours, theirs = one.octets[head:], other.octets[_head(other) :]
    outer = [name for name in _grammar(one).fields if name != "name"] if one.item.grammar else []
    before = {place.field: place for place in _places(one)}
    then = {place.field: place for place in _places(other)}
    for field in outer:
        if field in before and field in then:
            here, there = before[field], then[field]
            octets = ours[: here.start] + theirs[there.start : there.end] + ours[here.end :]
            yield Act(f"{name} with the {field.replace('_', ' ')} of a recorded one", encode(flags & ~LONG, octets))


def _head(one: Sent) -> int:
    """How many octets of a frame stand before its body."""
    return 0 if one.name == "greeting" else 9 if one.octets[0] & LONG else 2


def _grammar(one: Sent) -> Command:
    return STANDARD.commands[one.item.grammar]


def _places(one: Sent) -> list[Place]:
    body = one.octets[_head(one) :]
    if not one.item.grammar:
        return [Place("body", 0, len(body))] if body else []
    return list(places(_grammar(one), body, len(body)))
