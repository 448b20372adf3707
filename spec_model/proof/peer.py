"""One peer as a process that branches: what it may be told next is tried on copies of a real `Connection`.

Nothing is abstracted from the peer: a `Node` is all that it has and all that it has said. Two histories that come to the
same node are walked on from once, and since connections draw their randomness from `Replayed` entropy, what follows from
a node is the same each time. So a step is computed once, however many states of the whole conversation the node is in.

Left out of a node are caches, and the other's greeting once it is taken: nothing reads it afterwards but the clocks, and no
clock runs here. Timers, and segments that hold less or more than a frame, are the business of other tests.
"""

from collections import deque
from collections.abc import Callable, Hashable
from types import FunctionType, MappingProxyType, MethodType
from typing import Any, NamedTuple

from spec_model.connection import Connection, Outgoing
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Replayed
from spec_model.errors import LocalProtocolError
from spec_model.events import CommandReceived, Event, Failed, MessageReceived, Ready, Rejected
from spec_model.faults.fault import Make
from spec_model.faults.specimens import TRAFFIC
from spec_model.framing import LONG, FrameReader
from spec_model.grammar.command import Command, Rule
from spec_model.grammar.curve import COMMAND as PAYLOAD_COMMAND
from spec_model.heartbeat import Heartbeat
from spec_model.machines import Machine
from spec_model.mechanisms import Null
from spec_model.proof.reactions import Step, explain
from spec_model.proof.weighed import Weighed, weigh
from spec_model.role import Role
from spec_model.tables import STANDARD, Tables

Parts = tuple[bytes, ...]
Act = Callable[[Connection], tuple[Event, ...]]

_LIVING = (Connection, Null, Heartbeat, FrameReader, Replayed)
_TABLES = (FunctionType, MappingProxyType, Role, Tables, Machine, Command, Rule)
_SHARED = (str, bytes, int, float, tuple, type(None), *_TABLES)
_KEYS = ("C", "c", "S", "s", "C'", "c'", "S'", "s'", "K")
_UNREAD = {"role", "tables", "peer_greeting", "_greeting", "settled"}
"""Attributes without a part in what a peer does next."""


class Sent(NamedTuple):
    """Something that a peer sent: its frame, or its greeting.

    Attributes:
        name: the command's name, inside a MESSAGE too; "message" for a frame of a message, "greeting".
        octets: as they go over the wire.
        item: what it was before it was encoded.
    """

    name: str
    octets: bytes
    item: Outgoing

    @property
    def body(self) -> bytes:
        """The octets without the head of the frame."""
        return self.octets[9 if self.octets[0] & LONG else 2 :] if self.name != "greeting" else self.octets


class Node:
    """A peer at some moment.

    Attributes:
        state: of its connection.
        sent: all that it sent so far.
        said: the messages that its application gave it.
        heard: the messages that its application was given.
        ready: what it learned of the other when the handshake was complete, or None.
        early: whether it delivered a message before that.
        amplified: whether it answered somebody whom it did not know with more octets than came from him.
        blamed: whether it was told of an ERROR in the clear when it knew already with whom it speaks.
        taken: the commands that it took, messages that are as they must be apart.
        usurped: whether its application was told of one client after another.
        asked: the commands of traffic that it sent of its own accord.
        came: the octets that came behind the greeting, as long as it does not know from whom.
        number: its number among the nodes of its peer.
    """

    __slots__ = (
        "_connection",
        "amplified",
        "asked",
        "blamed",
        "came",
        "early",
        "heard",
        "number",
        "ready",
        "said",
        "sent",
        "state",
        "taken",
        "usurped",
    )

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.state = connection.state
        self.sent: tuple[Sent, ...] = ()
        self.said: tuple[Parts, ...] = ()
        self.heard: tuple[Parts, ...] = ()
        self.ready: Ready | None = None
        self.early = self.amplified = self.blamed = self.usurped = False
        self.taken: tuple[Weighed, ...] = ()
        self.asked: tuple[str, ...] = ()
        self.came = self.number = 0

    @property
    def closed(self) -> bool:
        """Whether its connection is over."""
        return self.state == "closed"

    def key(self, name: str) -> bytes:
        """A key of its connection, by the RFC's name; empty if it has none of that name."""
        return self._connection.mechanism.keys.get(name) or b""

    @property
    def keys(self) -> Keyring:
        """All keys that it has."""
        return self._connection.mechanism.keys

    def history(self) -> Hashable:
        """What it said and heard."""
        octets = tuple(sent.octets for sent in self.sent)
        ready = self.ready and (*sorted(self.ready.metadata.items()), self.ready.client_key, self.ready.username)
        told = tuple((one.octets, one.breaches) for one in self.taken)
        marks = (self.early, self.amplified, self.blamed, self.usurped)
        return (octets, self.said, self.heard, ready, marks, told, self.asked)


class Peer:
    """One peer and all nodes of it that were visited.

    Args:
        role: what it is.
        seed: of its entropy.
        make: makes the connection: the reference, or a faulty one.
        careful: whether each reaction is compared with the tables.
        watched: whether what it takes is weighed.

    Attributes:
        start: the node in which it has sent its greeting.
        steps: how many steps were computed.
        strange: reactions that no row explains, and other things that a peer must never do.
        rows: keys of the rows that were taken.
        refusals: the requirements that it cited when it refused something, by the requirement that this breaks, and by
            the state and the command's name.
    """

    def __init__(
        self, role: Role, seed: str, make: Make = Connection, careful: bool = True, watched: bool = True
    ) -> None:
        self.role, self.careful, self.watched = role, careful, watched
        self.steps = 0
        self.strange: list[str] = []
        self.rows: set[str] = set()
        self.refusals: dict[str, set[str]] = {}
        self._nodes: dict[Hashable, Node] = {}
        self._after: dict[tuple[int, Hashable], Node] = {}
        fresh = Node(make(role, Replayed(seed)))
        fresh.state, fresh.number = "open", -1
        self.start = self._step(fresh, lambda connection: connection.start())

    @property
    def nodes(self) -> int:
        """How many different nodes were visited."""
        return len(self._nodes)

    def receives(self, node: Node, octets: bytes, last: bool = False) -> Node:
        """Octets come; the transport may end behind them."""

        def act(connection: Connection) -> tuple[Event, ...]:
            events = connection.receive(octets)
            return (*events, *connection.end()) if last else events

        return self._once(node, (octets, last), act, len(octets))

    def says(self, node: Node, parts: Parts) -> Node:
        """Its application sends a message."""

        def act(connection: Connection) -> tuple[Event, ...]:
            connection.send(*parts)
            return ()

        return self._once(node, parts, act, said=(parts,))

    def asks(self, node: Node, name: str) -> Node:
        """It sends a command of traffic, such as PING."""

        def act(connection: Connection) -> tuple[Event, ...]:
            connection.send_command(name, TRAFFIC[name])
            return ()

        return self._once(node, name, act, asked=(name,))

    def ends(self, node: Node) -> Node:
        """The transport ends, whoever closed it."""
        return self._once(node, "end", lambda connection: connection.end())

    def _once(
        self,
        node: Node,
        what: Hashable,
        act: Act,
        came: int = 0,
        said: tuple[Parts, ...] = (),
        asked: tuple[str, ...] = (),
    ) -> Node:
        known = self._after.get((node.number, what))
        if known is None:
            known = self._after[node.number, what] = self._step(node, act, came, said, asked)
        return known

    def _step(
        self, node: Node, act: Act, came: int = 0, said: tuple[Parts, ...] = (), asked: tuple[str, ...] = ()
    ) -> Node:
        self.steps += 1
        connection = twin(node._connection)
        try:
            events = act(connection)
            spoken = tuple(sent(item) for item in iter(connection.outgoing, None))
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as crash:
            if self.careful:
                raise
            events, spoken = (Rejected("", f"dies of {crash!r}"),), ()  # a faulty peer stumbles over what it took
            connection.end()
        after = Node(connection)
        after.sent, after.said, after.asked = node.sent + spoken, node.said + said, node.asked + asked
        after.heard, after.ready, after.early = node.heard, node.ready, node.early
        after.blamed, after.usurped = node.blamed, node.usurped
        for event in events:
            if isinstance(event, MessageReceived):
                after.heard += (event.parts,)
                after.early = after.early or after.ready is None
            elif isinstance(event, Ready):
                known = after.ready is not None and after.ready.client_key != event.client_key
                after.ready, after.usurped = event, after.usurped or known
        self._compare(node, after, came)
        after.taken = node.taken
        if self.watched and connection.mechanism.encrypts:
            self._watch(node, after, events)
        if self.careful:
            step = Step(node.state, events, tuple(one.name for one in spoken), after.state, bool(said or asked))
            explained = explain(step, STANDARD, connection.mechanism.machine)
            self.strange += explained.complaints
            self.rows |= explained.rows
        key = (after.history(), "closed" if after.closed else (after.came, frozen(connection)))
        if key not in self._nodes:
            after.number = len(self._nodes)
            self._nodes[key] = after
            if self.careful and after.state != "traffic" and _may_send(connection):
                self.strange.append(f"lets its application send in state {after.state}")
        return self._nodes[key]

    def _watch(self, before: Node, after: Node, events: tuple[Event, ...]) -> None:
        """Hold what came against the specification."""
        refusal = next((told.requirement for told in events if isinstance(told, Rejected)), "")
        for told in events:
            if isinstance(told, CommandReceived) and not told.inside:
                weighed = weigh(told, after._connection.mechanism)
                if refusal:
                    for reason in (*weighed.breaches, f"{before.state}.{told.name}"):
                        self.refusals.setdefault(reason, set()).add(refusal)
                elif weighed.breaches or told.name != "MESSAGE":
                    after.taken += (weighed,)
                    after.blamed = before.ready is not None and any(isinstance(one, Failed) for one in events)

    def _compare(self, before: Node, after: Node, came: int) -> None:
        """Compare what a server that does not know the other yet gave with what it got, greetings apart."""
        after.amplified = before.amplified
        if self.role.as_server and before.state not in ("open", "expect-greeting") and after.ready is None:
            given = sum(len(one.octets) for one in after.sent[1:])
            after.amplified = after.amplified or given > before.came + came
            after.came = 0 if after.closed else before.came + came


def _may_send(connection: Connection) -> bool:
    try:
        twin(connection).send(b"")
    except LocalProtocolError:
        return False
    return True


def sent(item: Outgoing) -> Sent:
    """What a peer sends, by the name of what is in it."""
    name = item.name
    if name == "MESSAGE":
        data: bytes = item.natural["data"]
        name = data[1 : 1 + data[0]].decode() if item.natural["flags"] & PAYLOAD_COMMAND else "message"
    return Sent(name, item.encode(), item)


def twin(connection: Connection) -> Connection:
    """A copy of a connection that goes its own way."""
    copy: Connection = _twin(connection, {})
    return copy


def _twin(value: Any, made: dict[int, Any]) -> Any:
    if id(value) in made:
        return made[id(value)]
    copy = made[id(value)] = object.__new__(type(value))
    inside, parts, known = copy.__dict__, vars(value), _COPIERS
    inside.update(parts)
    for name, part in parts.items():
        kind = type(part)
        if kind in _CONTAINERS:
            inside[name] = part.copy()  # what a connection keeps there is frozen
            continue
        copier = known[kind] if kind in known else _copier(kind)
        if copier is not None:
            inside[name] = copier(part, made)
    return copy


def _bound(method: Any, made: dict[int, Any]) -> Any:
    return MethodType(method.__func__, _twin(method.__self__, made))


Copier = Callable[[Any, dict[int, Any]], Any]

_CONTAINERS = frozenset({bytearray, list, dict, set, deque})

_COPIERS: dict[type, Copier | None] = {}
"""How a part of a connection is copied, by its type; None for what is shared."""


def _copier(kind: type) -> Copier | None:
    ways: tuple[tuple[tuple[type, ...], Copier | None], ...] = (
        (_SHARED, None),
        ((Keyring,), lambda part, made: part.snapshot()),
        ((MethodType,), _bound),
        (_LIVING, _twin),
    )
    for kinds, copier in ways:
        if issubclass(kind, kinds):
            _COPIERS[kind] = copier
            return copier
    raise TypeError(f"how to copy a {kind.__name__} is not known")


def frozen(value: Any) -> Hashable:
    """All that is in a connection, as something to compare."""
    if isinstance(value, bytes | str | int | float | None):
        return value
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, list | tuple | deque):
        return tuple(map(frozen, value))
    if isinstance(value, dict):
        return frozenset((name, frozen(part)) for name, part in value.items())
    if isinstance(value, Keyring):
        return tuple(map(value.get, _KEYS))
    if isinstance(value, _LIVING):
        parts = vars(value).items()
        return tuple((n, frozen(p)) for n, p in parts if n not in _UNREAD and not isinstance(p, MethodType))
    if isinstance(value, _TABLES):
        return id(value)
    raise TypeError(f"how to compare a {type(value).__name__} is not known")
