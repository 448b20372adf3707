"""Which attack each check prevents: leave it out, and let the siege find one.

For each check the scenes are besieged in turn, the weakest attacker first, and the two recordings are given to the listener.
If nothing is found with one check left out, a second that stands behind it is left out too (`BEHIND`); if nothing is found
then either, the table says why (`reasons`). The proof sees to it that neither list says what is not so.
"""

from collections.abc import Sequence
from typing import NamedTuple

from spec_model.connection import Connection
from spec_model.faults.fault import Make
from spec_model.faults.specimens import CLIENT_KEYS
from spec_model.proof.attacker import SIDES, Recording
from spec_model.proof.checks import Check, without
from spec_model.proof.listener import reads, repeats, shows
from spec_model.proof.peer import Peer
from spec_model.proof.scene import SCENES, WIRE, Goal
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
    """

    left_out: tuple[str, ...]
    goal: Goal | None
    attacker: str
    how: str
    states: int
    transitions: int


def makes(left_out: Sequence[Check]) -> tuple[Make, Make]:
    """Client and server of which those that make these checks leave them out."""
    if all(check.both for check in left_out):
        return without(left_out), without(left_out)
    client = [check for check in left_out if not check.as_server]
    server = [check for check in left_out if check.as_server]
    return without(client) if client else Connection, without(server) if server else Connection


def find(left_out: Sequence[Check], known: dict[tuple[str, int], Peer] | None = None) -> Found:
    """Look for an attack on peers that leave out these checks."""
    names, players = tuple(check.id for check in left_out), makes(left_out)
    states = transitions = 0
    for scene in SCENES:
        done = Siege(scene, ONE, players, known=known).run(bool)
        states, transitions = states + done.states, transitions + done.transitions
        for goal, moves in done.attacks.items():
            return Found(names, goal, scene.name, told(moves), states, transitions)
    heard = listened(players)
    return Found(names, heard and heard[0], "listener" if heard else "", heard[1] if heard else "", states, transitions)


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
