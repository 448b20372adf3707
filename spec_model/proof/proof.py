"""All of it: the walks, the sieges, and the table of checks and attacks, with the bounds that are stated in the page.

    proof = prove()
    proof.faults()      what is not as it should be; nothing, if the proof holds

`prove(small=True)` does the same within smaller bounds and leaves out the table, which is the long part.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from spec_model.machines import MACHINES
from spec_model.proof.attacks import Found, find
from spec_model.proof.checks import Check, checks, with_zeros, without_gaps
from spec_model.proof.peer import Peer
from spec_model.proof.reasons import BEHIND, NOTES
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


Tell = Callable[[int, int, str], None]
"""Gets how much is done, of how much, and what comes next."""


class Line(NamedTuple):
    """One line of the table.

    Attributes:
        check: what is left out.
        alone: what is reached then.
        together: what is reached if the check behind it is left out too; None if there is none behind it.
        apart: the same goal, looked for with each of the two alone.
        note: what is to be said of a redundant check.
    """

    check: Check
    alone: Found
    together: Found | None = None
    apart: tuple[Found, ...] = ()
    note: str = ""

    @property
    def stands(self) -> Collection[str]:
        """The requirements by which what a redundant check refuses is refused all the same, as the siege has seen."""
        own = self.check.id.split(".", 2)[2] if self.check.early else self.check.requirement
        return sorted(set(self.alone.refusals.get(own, ())) - {"26/handshake/order"})

    @property
    def found(self) -> tuple[Found, ...]:
        """All that was looked for."""
        return (self.alone, *([self.together] if self.together else []), *self.apart)


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
        table = sum(found.states for line in self.table for found in line.found)
        return sum(done.states for _, done in self.walks) + sum(one.done.states for one in self.stands) + table

    @property
    def transitions(self) -> int:
        """All transitions that were tried."""
        table = sum(found.transitions for line in self.table for found in line.found)
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
    found: list[str] = []
    if line.alone.goal and line.note:
        found.append("an attack is found, and a note says why there is none")
    if not line.alone.goal and not line.stands and not line.note:
        found.append("no attack is found, and nothing that it refuses was ever tried")
    if line.together and not line.together.goal:
        found.append(f"no attack is found with {line.together.left_out[1]} left out too")
    found += [f"{one.left_out[0]} alone keeps off what both together let in" for one in line.apart if one.goal]
    return [f"{line.check.id}: {fault}" for fault in found]


def prove(small: bool = False, tell: Tell = lambda done, total, what: None) -> Proof:
    """Walk and besiege everything.

    Args:
        small: stay within smaller bounds, and leave the table out.
        tell: is told how far it is.
    """
    proof = Proof()
    bounds = (Bound(1),) if small else (Bound(2), COMMANDS)
    met = [(bound, pair) for bound in bounds for pair in pairs() if bound is bounds[0] or pair.meets]
    one, parts = (Bound(1, 1, ()), Bound(1, 3, ())) if small else (SMALL, PARTS)
    zeros, strict = with_zeros(), without_gaps()
    # Made when its turn comes: what a siege remembers is large.
    plan: list[tuple[str, list[Stand], Callable[[], Siege]]] = [
        (scene.name, proof.sieges, partial(Siege, scene, one, careful=True)) for scene in SCENES
    ]
    plan.append(("wire, missing keys are zeros", proof.sieges, partial(Siege, WIRE, one, (zeros, zeros))))
    if not small:
        whole = partial(Siege, WIRE, PING, careful=True, greeted=False)
        plan.append(("wire, from the greeting on", proof.sieges, whole))
    plan.append(("messages of several frames", proof.parts, partial(Siege, WIRE, parts, careful=True)))
    gapless = partial(Siege, WIRE, parts, (strict, strict))
    plan.append(("the same, where no nonce may be left out", proof.parts, gapless))
    every = {} if small else {check.id: check for check in checks()}
    total, done = len(met) + len(plan) + len(IN_CLEAR) + len(every), 0

    def next_is(what: str) -> None:
        nonlocal done
        tell(done, total, what)
        done += 1

    proof.meets = {pair.title: pair.meets for pair in pairs()}
    for bound, pair in met:
        next_is(pair.title)
        proof.walks.append((bound, walk(pair, bound)))
    for title, stands, besiege in plan:
        next_is(title)
        siege = besiege()
        stands.append(Stand(title, siege.bound, siege.run()))
    for scene in IN_CLEAR:
        next_is(scene.name)
        siege = Siege(scene, SMALL, careful=True, greeted=False)
        proof.clear.append(Stand(scene.name, SMALL, siege.run(lambda attacks: attacks.keys() >= IN_CLEAR_GOALS)))
    known: dict[tuple[str, int], Peer] = {}
    for name in every:
        next_is(name)
        proof.table.append(line_of(name, every, known))
    tell(total, total, "done")
    return proof


def line_of(name: str, every: Mapping[str, Check], known: dict[tuple[str, int], Peer]) -> Line:
    """Look for what one check prevents, among all of them."""
    check = every[name]
    alone, note = find([check], known), NOTES.get(name, "")
    if name not in BEHIND:
        return Line(check, alone, note=note)
    second, goal = BEHIND[name]
    apart = tuple(find([every[one]], known, goal) for one in (name, second))
    return Line(check, alone, find([check, every[second]], known, goal), apart, note)
