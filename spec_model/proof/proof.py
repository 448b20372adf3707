"""All of it: the walks, the sieges, and the table of checks and attacks, with the bounds that are stated in the page.

    proof = prove()
    proof.faults()      what is not as it should be; nothing, if the proof holds

`prove(small=True)` does the same within smaller bounds and leaves out the table, which is the long part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from spec_model.machines import MACHINES
from spec_model.proof.attacks import Found, find
from spec_model.proof.checks import Check, checks, without_gaps
from spec_model.proof.peer import Peer
from spec_model.proof.reasons import BEHIND, NO_ATTACK
from spec_model.proof.scene import IN_CLEAR, SCENES, WIRE, Goal
from spec_model.proof.siege import SMALL, Besieged, Siege
from spec_model.proof.walk import Bound, Walked, pairs, walk

COMMANDS = Bound(0, 1, ("SUBSCRIBE", "CANCEL", "JOIN", "LEAVE", "PING"))
"""No message, but each command of traffic once."""

PING = Bound(1, 1, ("PING",))
PARTS = Bound(2, 2, ())
"""Two messages of each side, of two frames each."""

TIMED = ("heartbeat", "lifetime", "legacy")
"""Machines that no walk steps: there is no clock in them, and the reference speaks no older version."""

IN_CLEAR_GOALS = frozenset({Goal.FORGE, Goal.REPLAY, Goal.REORDER, Goal.METADATA, Goal.CLIENT, Goal.SERVER})
"""What an attacker reaches where nothing is sealed: everything that there is to be reached."""


class Stand(NamedTuple):
    """One siege, with its bound and what it is about."""

    title: str
    bound: Bound
    done: Besieged


class Line(NamedTuple):
    """One line of the table: a check, what is found without it, what without it and another, and why nothing is found."""

    check: Check
    alone: Found
    together: Found | None
    why: str


@dataclass
class Proof:
    """What came of everything.

    Attributes:
        walks: of each pair of peers.
        sieges: of CURVE, where nothing may be reached.
        parts: of messages of several frames: of the reference, and of peers that take no gap in the nonces.
        clear: of the mechanisms in clear, where everything is reached.
        table: a line for each check.
    """

    walks: list[tuple[Bound, Walked]] = field(default_factory=list)
    sieges: list[Stand] = field(default_factory=list)
    parts: list[Stand] = field(default_factory=list)
    clear: list[Stand] = field(default_factory=list)
    table: list[Line] = field(default_factory=list)
    meets: Mapping[str, bool] = field(default_factory=dict)

    @property
    def states(self) -> int:
        """All states that were visited."""
        table = sum(found.states for line in self.table for found in (line.alone, line.together) if found)
        return sum(done.states for _, done in self.walks) + sum(one.done.states for one in self.stands) + table

    @property
    def transitions(self) -> int:
        """All transitions that were tried."""
        table = sum(found.transitions for line in self.table for found in (line.alone, line.together) if found)
        return (
            sum(done.transitions for _, done in self.walks) + sum(one.done.transitions for one in self.stands) + table
        )

    @property
    def stands(self) -> tuple[Stand, ...]:
        """All sieges."""
        return (*self.sieges, *self.parts, *self.clear)

    @property
    def rows(self) -> frozenset[str]:
        """Every row that was taken somewhere."""
        walked = [done.rows for _, done in self.walks] + [one.done.rows for one in self.stands]
        return frozenset().union(*walked)

    def untaken(self) -> tuple[str, ...]:
        """The rows that were taken nowhere, clocks apart."""
        named = (f"{m.name}: {row.key}" for m in MACHINES.values() if m.name not in TIMED for row in m.rows)
        return tuple(name for name in named if name not in self.rows)

    def faults(self) -> list[str]:
        """What is not as it should be."""
        found = [f"{done.title}: {complaint}" for _, done in self.walks for complaint in done.complaints]
        found += [
            f"{done.title}: {'never comes' if self.meets[done.title] else 'comes'} to traffic"
            for bound, done in self.walks
            if done.meets != self.meets[done.title]
        ]
        found += [f"{one.title}: {complaint}" for one in self.stands for complaint in one.done.strange]
        for one in self.sieges:
            found += [f"{one.title}: the attacker can {goal}" for goal in one.done.attacks]
        for one in self.parts[1:]:
            found += [f"{one.title}: the attacker can {goal}" for goal in one.done.attacks]
        for one in self.parts[:1]:
            found += [] if one.done.attacks else [f"{one.title}: no attack, though the page speaks of one"]
        for one in self.clear:
            lost = IN_CLEAR_GOALS - one.done.attacks.keys()
            found += [f"{one.title}: the attacker cannot {goal}" for goal in lost]
        for line in self.table:
            found += wrong(line)
        return found + [f"{row} is never taken" for row in self.untaken()] if self.table else found


def wrong(line: Line) -> list[str]:
    """What is wrong with a line of the table."""
    if line.alone.goal:
        return [f"{line.check.id}: an attack is found, and a reason given why there is none"] if line.why else []
    if not line.why:
        return [f"{line.check.id}: no attack is found, and no reason given"]
    if line.together and not line.together.goal:
        return [f"{line.check.id}: no attack is found with {line.together.left_out[1]} left out too"]
    return []


def prove(small: bool = False) -> Proof:
    """Walk and besiege everything.

    Args:
        small: stay within smaller bounds, and leave the table out.
    """
    proof = Proof()
    bounds = (Bound(1),) if small else (Bound(2), COMMANDS)
    proof.meets = {pair.title: pair.meets for pair in pairs()}
    proof.walks = [
        (bound, walk(pair, bound)) for bound in bounds for pair in pairs() if bound is bounds[0] or pair.meets
    ]
    one = Bound(1, 1, ()) if small else SMALL
    for scene in SCENES:
        proof.sieges.append(_besiege(scene.name, Siege(scene, one, careful=True)))
    if not small:
        proof.sieges.append(_besiege("wire, from the greeting on", Siege(WIRE, PING, careful=True, greeted=False)))
    parts = Bound(1, 3, ()) if small else PARTS
    proof.parts.append(_besiege("messages of several frames", Siege(WIRE, parts, careful=True)))
    strict = without_gaps()
    proof.parts.append(_besiege("the same, where no nonce may be left out", Siege(WIRE, parts, (strict, strict))))
    for scene in IN_CLEAR:
        siege = Siege(scene, SMALL, careful=True, greeted=False)
        proof.clear.append(Stand(scene.name, SMALL, siege.run(lambda attacks: attacks.keys() >= IN_CLEAR_GOALS)))
    if not small:
        proof.table = table()
    return proof


def _besiege(title: str, siege: Siege) -> Stand:
    return Stand(title, siege.bound, siege.run())


def table() -> list[Line]:
    """A line for each check."""
    known: dict[tuple[str, int], Peer] = {}
    every = {check.id: check for check in checks()}
    lines: list[Line] = []
    for name, check in every.items():
        behind = BEHIND.get(name)
        together = find([check, every[behind]], known) if behind else None
        lines.append(Line(check, find([check], known), together, NO_ATTACK.get(name, "")))
    return lines
