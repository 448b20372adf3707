"""What the players did on the wire, play by play, so that it can be done again without them.

Theory of operation: a player is a generator of effects, and `recorded` stands between one and its world: it passes every
effect on and notes those that leave a trace outside: connections made, octets sent, octets that had come before, and what
the adapter was asked so that there are sockets. Waiting that ended with nothing is noted as a timer, not as a step: a replay
never waits for silence.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.harness.effects import (
    Accept,
    AdapterFault,
    Connect,
    Effect,
    Listen,
    Pass,
    Post,
    Seen,
    Shut,
    TargetDied,
    Wait,
    Write,
)
from conformance.harness.runner import Runner
from conformance.harness.tcp import Behind, TcpWorld

ASKED_AGAIN = frozenset({"open", "connect", "close", "send", "zap"})
"""What a replay asks of the adapter too. `send` is there because the octets that it causes are waited for."""


@dataclass(frozen=True)
class Ask:
    """Ask the adapter and do not wait. Handles and endpoints are numbers: of the `Ask` that opened, of the listener."""

    number: int
    pool: str
    op: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Await:
    """Wait for the reply to an `Ask`."""

    number: int


@dataclass(frozen=True)
class Listening:
    """Listen, as the next listener."""


@dataclass(frozen=True)
class Accepting:
    """Wait for a connection, the next link."""

    listener: int


@dataclass(frozen=True)
class Dialling:
    """Connect to the socket that an `Ask` opened: the next link."""

    opened: int


@dataclass(frozen=True)
class Sending:
    """Send these segments."""

    link: int
    segments: tuple[bytes, ...]


@dataclass(frozen=True)
class Reading:
    """Read until so many octets have come on the link since it was made."""

    link: int
    total: int


@dataclass(frozen=True)
class Ending:
    """Read until the target ends the link."""

    link: int


@dataclass(frozen=True)
class Shutting:
    """Close a link."""

    link: int
    abort: bool


Step = Ask | Await | Listening | Accepting | Dialling | Sending | Reading | Ending | Shutting


@dataclass
class Recording:
    """One play.

    Attributes:
        name: id of the case and its side.
        steps: what to do again.
        timers: seconds of each wait that ended with nothing, and of each pause.
    """

    name: str
    steps: list[Step] = field(default_factory=list)
    timers: list[float] = field(default_factory=list)

    @property
    def octets(self) -> int:
        """How many octets were sent."""
        return sum(len(part) for step in self.steps if isinstance(step, Sending) for part in step.segments)


class _Notes:
    """Turns effects and their results into steps; see `Recording`."""

    def __init__(self, recording: Recording) -> None:
        self._steps, self._timers = recording.steps, recording.timers
        self._asked: dict[int, int] = {}
        self._opened: dict[str, int] = {}
        self._endpoints: dict[str, int] = {}
        self._came: list[int] = []

    def note(self, effect: Effect, result: Any) -> None:
        """An effect was performed."""
        match effect:
            case Post(op, params, pool) if op in ASKED_AGAIN:
                self._asked[result] = number = len(self._asked)
                known = {name: self._number_of(name, value) for name, value in params.items()}
                self._steps.append(Ask(number, pool, op, known))
            case Wait(link, ticket, seconds):
                self._waited(link, ticket, seconds, result)
            case Write(link, segments):
                self._steps.append(Sending(link, segments))
            case Connect(endpoint) if result is not None:
                self._steps.append(Dialling(self._opened[endpoint]))
                self._came.append(0)
            case Listen():
                _, endpoint = result
                self._endpoints[endpoint] = len(self._endpoints)
                self._steps.append(Listening())
            case Accept(listener, seconds) if result is None:
                self._timers.append(seconds)
            case Accept(listener, seconds):
                self._steps.append(Accepting(listener))
                self._came.append(0)
            case Shut(link, abort):
                self._steps.append(Shutting(link, abort))
            case Pass(seconds):
                self._timers.append(seconds)

    def _number_of(self, name: str, value: Any) -> Any:
        if name == "handle":
            return self._opened[value]
        return self._endpoints[value] if name == "endpoint" else value

    def _waited(self, link: int | None, ticket: int | None, seconds: float, seen: Any) -> None:
        if seen.seen is Seen.TIMEOUT:
            self._timers.append(seconds)
        elif seen.seen is Seen.OCTETS and link is not None:
            self._came[link] += len(seen.octets)
            self._steps.append(Reading(link, self._came[link]))
        elif seen.seen is Seen.REPLY and ticket in self._asked:
            for name in ("handle", "endpoint"):
                if name in seen.answer.fields:
                    self._opened[seen.answer.fields[name]] = self._asked[ticket]
            self._steps.append(Await(self._asked[ticket]))
        elif seen.seen in (Seen.CLOSED, Seen.RESET) and link is not None:
            self._steps.append(Ending(link))


def recorded(player: Generator[Effect, Any, Any], recording: Recording) -> Generator[Effect, Any, Any]:
    """The same player, noted down."""
    notes = _Notes(recording)
    try:
        effect = next(player)
        while True:
            try:
                result = yield effect
            except (TargetDied, AdapterFault) as fault:
                effect = player.throw(fault)
            else:
                notes.note(effect, result)
                effect = player.send(result)
    except StopIteration as done:
        return done.value


class _RecordingWorld(TcpWorld):
    """Runs players and records each."""

    def __init__(self, behind: Behind) -> None:
        super().__init__(behind)
        self.recordings: list[Recording] = []

    def run(self, players: Iterable[tuple[Any, Generator[Effect, Any, Any]]], jobs: int) -> Iterator[tuple[Any, Any]]:
        return super().run(map(self._record, players), jobs)

    def _record(self, entry: tuple[Any, Generator[Effect, Any, Any]]) -> tuple[Any, Generator[Effect, Any, Any]]:
        key, player = entry
        name = f"{key[0].id}@{key[1]}" if isinstance(key, tuple) else str(key)
        self.recordings.append(Recording(name))
        return key, recorded(player, self.recordings[-1])


class RecordingRunner(Runner):
    """A runner whose every play is recorded: calibration, controls, cases, confirmations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._world: _RecordingWorld = _RecordingWorld(self._behind)

    @property
    def recordings(self) -> list[Recording]:
        """Every play so far, in the order in which they began."""
        return self._world.recordings
