"""Every interleaving of two peers: what each sends, receives and closes, in any order, up to a bound.

The state of a conversation is the node of each peer and how much of what it sent has arrived. What is in flight arrives in
order. A peer's application may send so many messages and PINGs once the handshake is complete; either side may close at
any moment, and what is in flight to it is lost; the other notices at once or when it has read what was on its way.

In every state it is asked: whether both wait for ever, whether the end can still be reached, whether a message could be
sent or was delivered before the handshake was complete, and whether what was delivered is the beginning of what the other
sent, each message once. What each single step does is compared with the rows where it is computed, in `peer`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from spec_model.connection import Connection
from spec_model.faults.fault import Make
from spec_model.faults.specimens import roles
from spec_model.proof.peer import Node, Parts, Peer
from spec_model.role import MECHANISMS, Role


class Bound(NamedTuple):
    """How much an application may do: messages of each side, frames of each message, commands of each side in order."""

    messages: int = 2
    frames: int = 1
    commands: tuple[str, ...] = ("PING",)

    def message(self, side: int, number: int) -> Parts:
        """The message of that number, counted from 1; all are different."""
        whose = ("client", "server")[side]
        return tuple(f"{whose} {number}.{frame}".encode() for frame in range(1, self.frames + 1))


@dataclass(frozen=True)
class Pair:
    """Two peers that are to meet.

    Attributes:
        title: who they are.
        roles: the client, or the first of two equals, and the server.
        meets: whether they can come to traffic.
    """

    title: str
    roles: tuple[Role, Role]
    meets: bool = True


@dataclass
class Walked:
    """What came of a walk.

    Attributes:
        title: of the pair.
        states, transitions: how many were visited.
        nodes: how many nodes each peer has.
        rows: the rows that were taken.
        complaints: what must not be, each once.
        meets: whether both came to traffic in some state.
    """

    title: str
    states: int = 0
    transitions: int = 0
    nodes: tuple[int, int] = (0, 0)
    rows: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    meets: bool = False


class State(NamedTuple):
    """Both nodes, and how many of the things that each sent have arrived."""

    nodes: tuple[Node, Node]
    arrived: tuple[int, int]

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way to a peer that could take it, and nobody has closed alone."""
        closed = [node.closed for node in self.nodes]
        waiting = [len(node.sent) > came for node, came in zip(self.nodes, self.arrived, strict=True)]
        return closed[0] == closed[1] and not any(waiting[one] and not closed[1 - one] for one in (0, 1))

    @property
    def over(self) -> bool:
        """Whether both are where they may stay: in traffic, or closed."""
        return len({node.state for node in self.nodes}) == 1 and self.nodes[0].state in ("traffic", "closed")


def pairs() -> Iterator[Pair]:
    """Every client with every server, and those that are refused for what they are."""
    for first in MECHANISMS:
        for second in MECHANISMS:
            title = first if first == second else f"{first} client, {second} server"
            yield Pair(title, (roles(first)[0], roles(second)[1]), first == second)
    for mechanism in MECHANISMS:
        yield Pair(f"{mechanism}, socket types that do not go together", roles(mechanism, "PUSH", "PUB"), False)
    plain, curve = roles("PLAIN"), roles("CURVE")
    yield Pair("PLAIN, wrong password", (plain[0], replace(plain[1], credentials={b"admin": b"another"})), False)
    yield Pair("CURVE, client not admitted", (curve[0], replace(curve[1], allowed=frozenset())), False)
    yield Pair("CURVE, another server's key", (replace(curve[0], server_key=bytes(31) + b"\x09"), curve[1]), False)


USUAL = Bound()
"""The bound that the proof is stated for."""


def walk(pair: Pair, bound: Bound = USUAL, makes: tuple[Make, Make] = (Connection, Connection)) -> Walked:
    """Visit every state that two peers can come to."""
    peers = tuple(
        Peer(role, f"walk {side}", make) for side, (role, make) in enumerate(zip(pair.roles, makes, strict=True))
    )
    first = State((peers[0].start, peers[1].start), (0, 0))
    walked, waiting = Walked(pair.title), deque([first])
    before: dict[State, list[State]] = {first: []}
    while waiting:
        state = waiting.popleft()
        walked.complaints += _complaints(state)
        walked.meets = walked.meets or state.nodes[0].state == state.nodes[1].state == "traffic"
        for after, free in _steps(state, peers, bound):
            walked.transitions += 1
            if after not in before:
                before[after] = []
                waiting.append(after)
            if not free:
                before[after].append(state)
    walked.states, walked.nodes = len(before), (peers[0].nodes, peers[1].nodes)
    walked.complaints += [f"no way out of {_named(state)}" for state in _without_end(before)]
    for peer in peers:
        walked.rows |= peer.rows
        walked.complaints += peer.strange
    walked.complaints = list(dict.fromkeys(walked.complaints))
    return walked


def _steps(state: State, peers: tuple[Peer, ...], bound: Bound) -> Iterator[tuple[State, bool]]:
    """What can come next, and whether somebody has to want it: nobody has to send a message, or to close."""
    for side, (node, peer) in enumerate(zip(state.nodes, peers, strict=True)):
        other = state.nodes[1 - side]
        if node.closed:
            continue
        if state.arrived[1 - side] < len(other.sent):
            came = other.sent[state.arrived[1 - side]].octets
            yield _with(state, side, peer.receives(node, came), 1), False
        yield _with(state, side, peer.ends(node)), not other.closed  # it closes, or notices that the other did
        if node.state == "traffic" and len(node.said) < bound.messages:
            yield _with(state, side, peer.says(node, bound.message(side, len(node.said) + 1))), True
        if node.state == "traffic" and len(node.asked) < len(bound.commands):
            yield _with(state, side, peer.asks(node, bound.commands[len(node.asked)])), True


def _with(state: State, side: int, node: Node, came: int = 0) -> State:
    if side == 0:
        return State((node, state.nodes[1]), (state.arrived[0], state.arrived[1] + came))
    return State((state.nodes[0], node), (state.arrived[0] + came, state.arrived[1]))


def _complaints(state: State) -> Iterator[str]:
    if state.quiet and not state.over:
        yield f"both wait for ever in {_named(state)}"
    for side, node in enumerate(state.nodes):
        said = state.nodes[1 - side].said
        if node.heard != said[: len(node.heard)]:
            yield f"delivers {node.heard} where {said} was sent"
        if node.early:
            yield f"delivers a message before the handshake is complete, in {_named(state)}"


def _without_end(before: dict[State, list[State]]) -> Iterator[State]:
    """The states from which none in which both may stay is reached, unless somebody wants to close."""
    waiting = deque(state for state in before if state.over)
    good = set(waiting)
    while waiting:
        for earlier in before[waiting.popleft()]:
            if earlier not in good:
                good.add(earlier)
                waiting.append(earlier)
    return (state for state in before if state not in good)


def _named(state: State) -> str:
    return " and ".join(node.state for node in state.nodes)
