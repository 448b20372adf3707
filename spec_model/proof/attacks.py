"""Which attack each check prevents: leave it out, and let the siege find one.

For each check the scenes are besieged in turn, the weakest attacker first, and the two recordings are given to the listener.
If no promise of CURVE is broken, the lesser goals are tried. If nothing at all is found, the check is redundant: what it
refuses is refused all the same, and the siege says by what. A second check that stands behind it is then left out too
(`BEHIND`), and both together must let in what neither does alone.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from spec_model.connection import Connection
from spec_model.faults.fault import Make
from spec_model.faults.specimens import CLIENT_KEYS
from spec_model.proof.attacker import SIDES, Recording
from spec_model.proof.checks import Check, without
from spec_model.proof.listener import reads, repeats, shows
from spec_model.proof.peer import Peer
from spec_model.proof.scene import INSIDER, LESSER, SCENES, THIEF, WIRE, Goal
from spec_model.proof.siege import Move, Siege
from spec_model.proof.walk import Bound

ONE = Bound(1, 1, ())
"""One message of each side: enough for every attack on a check."""


class Found(NamedTuple):
    """What an attacker reaches when some checks are left out.

    Attributes:
        left_out: ids of the checks.
        goal: what he reaches, or None.
        attacker: the scene, or "listener".
        how: what he does besides handing on, in words.
        states, transitions: how many were visited.
        refusals: if nothing is reached, what was cited when something was refused, by the requirement that it breaks.
    """

    left_out: tuple[str, ...]
    goal: Goal | None
    attacker: str
    how: str
    states: int
    transitions: int
    refusals: Mapping[str, Collection[str]] = MappingProxyType({})


def makes(left_out: Sequence[Check]) -> tuple[Make, Make]:
    """Client and server of which those that make these checks leave them out."""
    if all(check.both for check in left_out):
        return without(left_out), without(left_out)
    client = [check for check in left_out if not check.as_server]
    server = [check for check in left_out if check.as_server]
    return without(client) if client else Connection, without(server) if server else Connection


def find(
    left_out: Sequence[Check], known: dict[tuple[str, int], Peer] | None = None, only: Goal | None = None
) -> Found:
    """Look for an attack on peers that leave out these checks.

    Args:
        known: see `Siege`.
        only: the one goal that is of interest; any, if left out.
    """
    names, players = tuple(check.id for check in left_out), makes(left_out)
    states = transitions = 0
    refusals: dict[str, set[str]] = {}
    for lesser in (False, True) if only is None else (only in LESSER,):
        for scene in SCENES:
            if scene in (THIEF, INSIDER) and not any(check.as_server or check.both for check in left_out):
                continue  # a client is not besieged otherwise by an insider, and whoever has s can play S to it anyway
            done = Siege(scene, ONE, players, known=known, all_goals=lesser).run(partial(_enough, only))
            states, transitions = states + done.states, transitions + done.transitions
            for broken, cited in done.refusals.items():
                refusals.setdefault(broken, set()).update(cited)
            for goal, moves in done.attacks.items():
                if only in (None, goal):
                    return Found(names, goal, scene.name, told(moves), states, transitions)
        heard = None if lesser else listened(players)
        if heard and only in (None, heard[0]):
            return Found(names, heard[0], "listener", heard[1], states, transitions)
    return Found(names, None, "", "", states, transitions, refusals)


def _enough(only: Goal | None, attacks: Mapping[Goal, object]) -> bool:
    return only in attacks if only else bool(attacks)


def listened(players: tuple[Make, Make]) -> tuple[Goal, str] | None:
    """What the listener reaches against these peers, and how."""
    first, second = (Recording(WIRE.roles, players, f"{number} recorded") for number in ("first", "second"))
    if shows(first, CLIENT_KEYS.public):
        return Goal.IDENTIFY, "the client's permanent key stands in the open"
    if repeats(first):
        return Goal.READ, "two messages under one nonce give away what differs between them"
    if names := reads(first, second):
        return Goal.READ, f"after a theft of keys {' and '.join(names)} open"
    return None


def told(moves: Sequence[Move]) -> str:
    """The moves of an attack in words, but for what would have happened without the attacker."""
    words, came = list[str](), ([-1], [-1])
    for move in moves:
        how = "" if not move.plain else " again" if move.at in came[move.side] else ""
        if move.plain and move.at >= 0 and not how:
            how = _turn(move.at, came[move.side])
        if move.plain:
            came[move.side].append(move.at)
        if not move.plain or how:
            words.append(f"to the {SIDES[move.side]} {move.title}{how}")
    return "; ".join(words) or "nothing but hand on what is sent"


def _turn(at: int, came: Sequence[int]) -> str:
    """In what way it is not the turn of a thing of that number, where those have come; empty if it is."""
    if at < max(came):
        return ", late"
    skipped = at - 1 - max(came) - (max(came) == -1)  # the greeting may have come before the first move
    return " without what was sent before" if skipped > 0 else ""
