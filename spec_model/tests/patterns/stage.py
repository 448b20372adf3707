"""A stage for one socket: scripts of small steps play its peers and its application, in memory and without time.

Theory of operation: a script is a tuple of steps. A step does one thing (`attach`, `comes`, `sends`) or looks at one
thing (`wire`, `gets`, `nothing`) and raises AssertionError where the socket differs.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from spec_model.errors import LocalProtocolError
from spec_model.patterns.pattern import Item, Message, Outcome, Parts, Pattern, TrafficCommand


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


def answer(stage: Stage) -> Parts | LocalProtocolError | None:
    """What the application gets: a message, nothing, or an error."""
    try:
        return stage.socket.receive()
    except LocalProtocolError as error:
        return error


def gets(*parts: bytes) -> Step:
    """The application receives this."""

    def step(stage: Stage) -> None:
        assert answer(stage) == parts

    return step


def nothing(stage: Stage) -> None:
    """The application finds no message, or is told that it never gets any."""
    read = answer(stage)
    assert read is None or getattr(read, "requirement", "").endswith("sends-only")


def not_now(stage: Stage) -> None:
    """The application is told that it is not its turn to receive."""
    assert getattr(answer(stage), "requirement", "").endswith("lock-step")


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


def number(value: int) -> bytes:
    """A routing id."""
    return value.to_bytes(4, "big")
