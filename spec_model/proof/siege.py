"""The walk of two peers with the attacker between them: whatever he can hand to either of them is tried, in any order.

He is the wire, so there is nothing in flight: the state is the node of each peer, and what he has to hand follows from it
(`attacker`, `forger`). A peer's application may send its messages and commands as in `walk`; the transport may end at any
moment. A state in which he has reached a goal is not walked on from. The walk is breadth first, so the first attack that is
found is one of the shortest; its moves are kept.

Nothing is cut off but by the bound of what the applications send, and by what he can make at all: one alteration of one
thing at a time, one recorded connection, one transient key of his own. What he hands over is a whole frame, or the beginning
of one and the end of the transport: a frame that never ends swallows what comes behind it, which is no more than dropping
that. If no goal is reached, it is because there was none to be found within that.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from spec_model.connection import Connection
from spec_model.faults.fault import Make
from spec_model.proof.attacker import SIDES, Act, Recording, about, called
from spec_model.proof.forger import Forger
from spec_model.proof.peer import Node, Peer, Sent
from spec_model.proof.scene import WIRE, Goal, Scene, lesser, reached
from spec_model.proof.walk import Bound

SMALL = Bound(2, 1, ())
"""Two messages of each side and nothing else: what finds every attack that a check prevents."""

MANY = 200_000
"""States; a siege that comes to more has lost its way."""

_HANDSHAKE, _MOST, _OFTEN = ("HELLO", "WELCOME", "INITIATE", "READY"), 3, 2
"""A peer that has sent more commands of the handshake than that, or one of them more often, is left alone; the reference
never sends as many."""


class Move(NamedTuple):
    """A move of an attack.

    Attributes:
        side: to whom.
        title: what.
        plain: whether it is unaltered and comes from the other peer, or the peer does it by itself.
        at: its number among the things that the other sent; -1 for all else.
    """

    side: int
    title: str
    plain: bool = False
    at: int = -1


@dataclass
class Besieged:
    """What came of a siege.

    Attributes:
        scene: where.
        states, transitions: how many were visited; one that hands over what changes nothing counts as well.
        attacks: the moves of the first attack on each goal that was reached.
        strange: reactions of the peers that no row explains.
        rows: the rows that were taken.
        refusals: by the requirement that was broken, those that were cited when it was refused.
        gaps: whether a message was delivered and one before it was not.
    """

    scene: Scene
    states: int = 0
    transitions: int = 0
    attacks: dict[Goal, tuple[Move, ...]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)
    refusals: dict[str, set[str]] = field(default_factory=dict)
    gaps: bool = False


Pairing = tuple[Node, Node]


class Siege:
    """One siege; `run` it.

    Args:
        scene: where.
        bound: what the applications send.
        makes: client and server.
        careful: whether every reaction is compared with the tables.
        greeted: whether to begin when both have the other's greeting, instead of before.
        known: references of earlier sieges, and what they did: a step is not computed again.
        all_goals: whether the lesser goals count too.
    """

    def __init__(
        self,
        scene: Scene = WIRE,
        bound: Bound = SMALL,
        makes: tuple[Make, Make] = (Connection, Connection),
        careful: bool = False,
        greeted: bool = True,
        known: dict[tuple[str, int], Peer] | None = None,
        all_goals: bool = True,
    ) -> None:
        self.scene, self.bound = scene, bound
        self.all_goals = all_goals and scene.mechanism == "CURVE"
        known = {} if known is None else known
        peers: list[Peer] = []
        for side, make in enumerate(makes):
            peer = known.get((scene.name, side)) if make is Connection else None
            watched = all_goals or make is Connection
            peer = peer or Peer(scene.roles[side], f"live {SIDES[side]}", make, careful, watched)
            if make is Connection:
                known[scene.name, side] = peer
            peers.append(peer)
        self.peers = (peers[0], peers[1])
        # Whoever calls the attacker's server has called S before: the recording is of that.
        self.recording = Recording((WIRE if scene.mechanism == "CURVE" else scene).roles, makes, "recorded")
        self._forger = Forger(scene)
        self._at_once = self._forger.at_once()
        self._about: dict[tuple[int, bytes], tuple[Act, ...]] = {}
        self._outcomes: dict[tuple[int, int, object], tuple[int, tuple[tuple[Node, Act], ...]]] = {}
        first, second = self.peers[0].start, self.peers[1].start
        if greeted:
            first, second = (
                self.peers[0].receives(first, second.sent[0].octets),
                self.peers[1].receives(second, first.sent[0].octets),
            )
        self.start: Pairing = (first, second)

    def run(self, enough: Callable[[Mapping[Goal, object]], bool] = lambda attacks: False) -> Besieged:
        """Walk everywhere, or until there are enough attacks; `bool` is content with the first.

        Raises:
            RuntimeError: there is no end of states: the bound does not bound the peers.
        """
        done = Besieged(self.scene)
        came: dict[Pairing, tuple[Pairing, Move] | None] = {self.start: None}
        waiting = deque([self.start])
        while waiting and not enough(done.attacks):
            now = waiting.popleft()
            done.gaps = done.gaps or _gap(now[0], now[1]) or _gap(now[1], now[0])
            if goal := self._reached(*now):
                done.attacks.setdefault(goal, _moves(came, now))
                continue
            for side in (0, 1):
                if now[side].closed or _lost(now[side]):
                    continue
                for node, move, count in self._next(now, side):
                    done.transitions += count
                    after = (node, now[1]) if side == 0 else (now[0], node)
                    if after not in came:
                        came[after] = (now, move)
                        waiting.append(after)
            if len(came) > MANY:
                raise RuntimeError(f"more than {MANY} states in scene {self.scene.name}")
        done.states = len(came)
        for peer in self.peers:
            done.strange += peer.strange
            done.rows |= peer.rows
            for broken, cited in peer.refusals.items():
                done.refusals.setdefault(broken, set()).update(cited)
        return done

    def _reached(self, client: Node, server: Node) -> Goal | None:
        goal = reached(self.scene, client, server, self.recording)
        return goal or (lesser(self.scene, client, server, self.recording) if self.all_goals else None)

    def _next(self, now: Pairing, side: int) -> Iterator[tuple[Node, Move, int]]:
        """The nodes that a side can come to, with the move that brings it there and how many moves do."""
        node, peer = now[side], self.peers[side]
        yield peer.ends(node), Move(side, "the end"), 1
        if node.state == "traffic":
            if len(node.said) < self.bound.messages:
                number = len(node.said) + 1
                yield peer.says(node, self.bound.message(side, number)), Move(side, f"sends message {number}", True), 1
            if len(node.asked) < len(self.bound.commands):
                name = self.bound.commands[len(node.asked)]
                yield peer.asks(node, name), Move(side, f"sends {name}", True), 1
        groups: list[tuple[object, tuple[Act, ...], int]] = []
        for sender in (1 - side, side):
            for at, one in enumerate(now[sender].sent):
                if one.name != "greeting" or node.state == "expect-greeting":
                    acts = self._made(sender, now[sender].sent, at)
                    groups.append(((sender, one.octets), acts, at if sender != side else -1))
        groups += [("recorded", self.recording.acts, -1), ("at once", self._at_once, -1)]
        if self.scene.mechanism == "CURVE":
            forged = self._forger.to_server(*now) if side else self._forger.to_client(*now)
            groups.append((id(forged), forged, -1))
        for key, acts, at in groups:
            count, outcomes = self._outcome(side, node, key, acts)
            for number, (after, act) in enumerate(outcomes):
                yield after, Move(side, act.title, act.plain and at >= 0, at), 0 if number else count

    def _made(self, sender: int, sent: tuple[Sent, ...], at: int) -> tuple[Act, ...]:
        key = (sender, sent[at].octets)
        if key not in self._about:
            recorded = self.recording.find(sender, sent[at].name)
            self._about[key] = about(sent[at], called(sent, at, SIDES[sender]), recorded)
        return self._about[key]

    def _outcome(
        self, side: int, node: Node, key: object, acts: tuple[Act, ...]
    ) -> tuple[int, tuple[tuple[Node, Act], ...]]:
        """How many acts there are, and the different nodes that they lead to, each with one act that does."""
        known = self._outcomes.get((side, node.number, key))
        if known is None:
            found: dict[int, tuple[Node, Act]] = {}
            for act in acts:
                after = self.peers[side].receives(node, act.octets, act.last)
                if after is not node:
                    found.setdefault(after.number, (after, act))
            known = self._outcomes[side, node.number, key] = (len(acts), tuple(found.values()))
        return known


def _lost(node: Node) -> bool:
    """Whether a peer goes on with its handshake for ever."""
    sent = [one.name for one in node.sent if one.name in _HANDSHAKE]
    return len(sent) > _MOST or any(sent.count(name) > _OFTEN for name in _HANDSHAKE)


def _moves(came: dict[Pairing, tuple[Pairing, Move] | None], last: Pairing) -> tuple[Move, ...]:
    moves: list[Move] = []
    while (step := came[last]) is not None:
        last, move = step
        moves.append(move)
    return tuple(reversed(moves))


def _gap(hearer: Node, speaker: Node) -> bool:
    return any(message not in hearer.heard for message in speaker.said[: _last(hearer, speaker)])


def _last(hearer: Node, speaker: Node) -> int:
    """How many messages were sent up to the last one that was delivered."""
    return max((number for number, message in enumerate(speaker.said) if message in hearer.heard), default=0)
