"""A stage for one socket: scripts of small steps play its peers and its application, in memory and without time.

Theory of operation: a script is a tuple of steps. A step does one thing (`attach`, `comes`, `sends`) or looks at one thing
(`wire`, `gets`, `nothing`) and raises AssertionError where the socket differs. A `Shape` says how a plain body looks at
the application and on the wire of a type, so that one script serves many types.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from spec_model.errors import LocalProtocolError
from spec_model.patterns.pattern import Item, Message, Outcome, Parts, Pattern, TrafficCommand

GROUP = b"g"


@dataclass
class Stage:
    """A socket, what it sent to each peer that nobody has looked at yet, and the peers that do not read."""

    socket: Pattern
    sent: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    stalled: set[str] = field(default_factory=set)
    present: set[str] = field(default_factory=set)

    def flush(self) -> None:
        """Take what the socket sends."""
        for peer, item in self.socket.outgoing(self.stalled):
            assert peer in self.present, f"{item} for {peer}, which is not connected"
            self.sent[str(peer)].append(item)


Step = Callable[[Stage], None]


# --- connections ------------------------------------------------------------------------------------------------------


def attach(
    peer: str, *, minor: int = 1, identity: bytes | None = None, dialled: bool = False, welcome: bool = True
) -> Step:
    """A connection completes its handshake; `welcome` is whether the peer takes part."""

    def step(stage: Stage) -> None:
        metadata: Mapping[str, bytes] = {} if identity is None else {"identity": identity}
        stage.present.add(peer)
        assert stage.socket.attached(peer, metadata, minor, outbound=dialled) is welcome

    return step


def dial(peer: str, routing_id: bytes | None = None) -> Step:
    """The application connects to an endpoint."""

    def step(stage: Stage) -> None:
        told = stage.socket.dialled(peer)
        assert routing_id is None or told == routing_id

    return step


def detach(peer: str) -> Step:
    """The connection is lost."""

    def step(stage: Stage) -> None:
        stage.flush()
        stage.present.discard(peer)
        stage.socket.detached(peer)

    return step


def close(peer: str) -> Step:
    """The application is done with a peer."""
    return lambda stage: stage.socket.closing(peer)


def stall(peer: str) -> Step:
    """The peer stops reading."""
    return lambda stage: stage.stalled.add(peer)


def resume(peer: str) -> Step:
    """The peer reads on."""
    return lambda stage: stage.stalled.discard(peer)


# --- peers ------------------------------------------------------------------------------------------------------------


def comes(peer: str, *parts: bytes) -> Step:
    """A message comes from a peer; the stage takes what the socket sends before."""

    def step(stage: Stage) -> None:
        stage.flush()
        stage.socket.received(peer, parts)

    return step


def command(peer: str, name: str, body: bytes) -> Step:
    """A command comes from a peer."""
    return lambda stage: stage.socket.commanded(peer, name, body)


def wire(peer: str, *expected: Parts | TrafficCommand) -> Step:
    """This and nothing else was sent to the peer since the last look: tuples are messages."""
    items = [item if isinstance(item, TrafficCommand) else Message(item) for item in expected]

    def step(stage: Stage) -> None:
        stage.flush()
        assert stage.sent.pop(peer, []) == items

    return step


def reads(peer: str, *, on: bool) -> Step:
    """Whether the socket reads on from the peer."""

    def step(stage: Stage) -> None:
        assert stage.socket.reads(peer) is on

    return step


# --- the application --------------------------------------------------------------------------------------------------


def sends(*parts: bytes, outcome: Outcome = Outcome.ACCEPTED, why: str = "") -> Step:
    """The application sends; anything but acceptance names a requirement."""

    def step(stage: Stage) -> None:
        sent = stage.socket.send(parts)
        assert sent.outcome is outcome
        assert bool(sent.requirement) is (outcome is not Outcome.ACCEPTED)
        assert not why or sent.requirement == why

    return step


def blocked(*parts: bytes) -> Step:
    """The application sends and would block."""
    return sends(*parts, outcome=Outcome.WOULD_BLOCK)


def dropped(*parts: bytes) -> Step:
    """The application sends, and nothing comes of it."""
    return sends(*parts, outcome=Outcome.DROPPED)


def refused(*parts: bytes, why: str = "") -> Step:
    """The application sends and gets an error."""
    return sends(*parts, outcome=Outcome.ERROR, why=why)


def gets(*parts: bytes) -> Step:
    """The application receives this."""

    def step(stage: Stage) -> None:
        assert stage.socket.receive() == parts

    return step


def nothing(stage: Stage) -> None:
    """The application finds no message, or is told that it never gets any."""
    try:
        assert stage.socket.receive() is None
    except LocalProtocolError as error:
        assert error.requirement.endswith("sends-only")


def not_now(stage: Stage) -> None:
    """The application is told that it is not its turn to receive."""
    try:
        stage.socket.receive()
    except LocalProtocolError as error:
        assert error.requirement.endswith("lock-step")
    else:
        raise AssertionError("it may receive")


def wants(topic: bytes) -> Step:
    """The application subscribes, or joins a group."""

    def step(stage: Stage) -> None:
        try:
            stage.socket.subscribe(topic)
        except TypeError:
            stage.socket.join(topic)

    return step


def leaves(topic: bytes) -> Step:
    """The application takes a subscription back, or leaves a group."""

    def step(stage: Stage) -> None:
        try:
            stage.socket.unsubscribe(topic)
        except TypeError:
            stage.socket.leave(topic)

    return step


# --- shapes -----------------------------------------------------------------------------------------------------------


def number(value: int) -> bytes:
    """A routing id."""
    return value.to_bytes(4, "big")


@dataclass(frozen=True)
class Shape:
    """How a plain body looks at a type. Peers are called a, b, c, and were attached in this order.

    Attributes:
        name: the type.
        out: the application's frames for a body that goes to a peer.
        sent: the frames on the wire.
        came: the frames on the wire of a body that comes from a peer.
        got: the application's frames of it.
        open: the steps that connect a peer so that messages pass; the second argument tells whether it is dialled.
    """

    name: str
    out: Callable[[str, bytes], Parts]
    sent: Callable[[bytes], Parts]
    came: Callable[[bytes], Parts]
    got: Callable[[str, bytes], Parts]
    open: Callable[[str, bool], tuple[Step, ...]]


def _plain(body: bytes) -> Parts:
    return (body,)


def _grouped(body: bytes) -> Parts:
    return (GROUP, body)


def _named(peer: str, body: bytes) -> Parts:
    return (peer.encode(), body)


def _numbered(peer: str, body: bytes) -> Parts:
    return (number(ord(peer) - ord("a") + 1), body)


def _addressed_to_nobody(peer: str, body: bytes) -> Parts:
    return (body,)


def _grouped_to_nobody(peer: str, body: bytes) -> Parts:
    return (GROUP, body)


def _connect(peer: str, dialled: bool) -> tuple[Step, ...]:
    return (*((dial(peer),) if dialled else ()), attach(peer, dialled=dialled))


def _with_identity(peer: str, dialled: bool) -> tuple[Step, ...]:
    return (*((dial(peer),) if dialled else ()), attach(peer, dialled=dialled, identity=peer.encode()))


def _heard(name: str, topic: bytes) -> Callable[[str, bool], tuple[Step, ...]]:
    """The peer asks for a topic as soon as it is there."""
    return lambda peer, dialled: (*_connect(peer, dialled), command(peer, name, topic))


def _asking(topic: bytes) -> Callable[[str, bool], tuple[Step, ...]]:
    """The application asks for a topic, and the request is out of the way."""

    def steps(peer: str, dialled: bool) -> tuple[Step, ...]:
        name = "JOIN" if topic == GROUP else "SUBSCRIBE"
        ask = (wants(topic),) if peer == "a" else ()
        return (*ask, *_connect(peer, dialled), wire(peer, TrafficCommand(name, topic)))

    return steps


def _shown(peer: str, dialled: bool) -> tuple[Step, ...]:
    """As for a PUB; the first request is shown, its equals are not."""
    return (*_heard("SUBSCRIBE", b"")(peer, dialled), *((gets(b"\x01"),) if peer == "a" else ()))


_SIMPLE = ("DEALER", "PUSH", "PULL", "PAIR", "CLIENT", "SCATTER", "GATHER", "CHANNEL")
_OF_PLAIN = {
    **{name: _connect for name in _SIMPLE},
    "PUB": _heard("SUBSCRIBE", b""),
    "XPUB": _shown,
    "SUB": _asking(b""),
    "XSUB": _asking(b""),
}

SHAPES: Mapping[str, Shape] = {
    **{
        name: Shape(name, _addressed_to_nobody, _plain, _plain, _addressed_to_nobody, opens)
        for name, opens in _OF_PLAIN.items()
    },
    "ROUTER": Shape("ROUTER", _named, _plain, _plain, _named, _with_identity),
    "SERVER": Shape("SERVER", _numbered, _plain, _plain, _numbered, _connect),
    "PEER": Shape("PEER", _numbered, _plain, _plain, _numbered, _connect),
    "RADIO": Shape("RADIO", _grouped_to_nobody, _grouped, _grouped, _grouped_to_nobody, _heard("JOIN", GROUP)),
    "DISH": Shape("DISH", _grouped_to_nobody, _grouped, _grouped, _grouped_to_nobody, _asking(GROUP)),
}
"""Every type but REQ and REP, whose messages have turns."""
