"""The memory transport: the reference or a faulty peer in this process, in virtual time, one script after the other."""

from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conformance.adapters.protocol import Failed, Request, Unsupported
from conformance.adapters.reference.target import Make, ReferenceTarget, Shape, Wire
from conformance.harness.effects import (
    Accept,
    Answer,
    Connect,
    Effect,
    Link,
    Listen,
    Listener,
    Now,
    Observation,
    Pass,
    Post,
    Seen,
    Shut,
    TargetDied,
    Ticket,
    Wait,
    Write,
)
from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.patterns.socket import pattern

WINDOW = 1 << 20
"""Octets that the tester may leave unread before the target's connection counts as stalled."""

Outcome = TypeVar("Outcome")


@dataclass
class _Pipe:
    """One connection: the target's wire, and what either side has sent that the other has not read.

    Attributes:
        unread: what the target has sent.
        unheard: segments that the tester has sent; an empty one is the end.
    """

    wire: Wire
    unread: bytearray = field(default_factory=bytearray)
    unheard: deque[bytes] = field(default_factory=deque)
    over: Seen | None = None
    shut: bool = False


class MemoryWorld:
    """Answers a player's effects with a `ReferenceTarget` in this process.

    Args:
        make: makes the target's connections; a faulty peer is another function than `Connection`.
        seed: for the target's randomness.
        shape: makes the patterns of its sockets; a faulty one is another function.
    """

    driven = True
    real_time = False

    def __init__(self, make: Make = Connection, seed: int = 0, shape: Shape = pattern) -> None:
        self._time = 0.0
        self._target = ReferenceTarget(self, self, Replayed(f"target {seed}"), make, shape)
        self._pipes: list[_Pipe] = []
        self._listeners: list[deque[tuple[str, str]]] = []
        self._dialling: list[tuple[float, str, str]] = []
        self._bound: dict[str, str] = {}
        self._answers: dict[int, Answer] = {}
        self._asked = 0

    def run(self, player: Generator[Effect, Any, Outcome]) -> Outcome:
        """Play a script to its end.

        Raises:
            TargetDied: the target raised an exception; the player got it first and did not handle it.
        """
        result: Any = None
        try:
            effect = next(player)
            while True:
                try:
                    result = self._perform(effect)
                except TargetDied as death:
                    effect = player.throw(death)
                else:
                    effect = player.send(result)
        except StopIteration as done:
            outcome: Outcome = done.value
            return outcome

    # --- effects --------------------------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Post(op, params, _):
                return self._post(op, params)
            case Wait():
                return self._wait(effect)
            case Listen():
                self._listeners.append(deque())
                number = len(self._listeners) - 1
                return Listener(number), f"tcp://127.0.0.1:{number + 1}"
            case Accept(listener, seconds):
                return self._accept(listener, seconds)
            case Connect(endpoint):
                handle = next((handle for handle, bound in self._bound.items() if bound == endpoint), None)
                return None if handle is None else self._pipe(handle)
            case Write(link, segments):
                return self._write(self._pipes[link], segments)
            case Shut(link):
                return self._shut(self._pipes[link])
            case Now():
                return self._time
            case Pass(seconds):
                until = self._time + seconds
                while self._time < until:
                    self._advance(until)
                return None

    def _post(self, op: str, params: Mapping[str, Any]) -> Ticket:
        self._asked += 1
        request = Request(self._asked, op, params)
        method = getattr(self._target, f"on_{op}", None)
        try:
            if method is None:
                raise Unsupported(f"the reference does not do {op}")
            fields = self._guard(method, request)
        except Unsupported as reason:
            self._answers[request.id] = Answer("unsupported", {}, str(reason))
        except Failed as reason:
            self._answers[request.id] = Answer("error", {}, str(reason))
        else:
            if fields is not None:
                self.ok(request.id, fields)
        self._turn()
        return Ticket(request.id)

    def _wait(self, effect: Wait) -> Observation:
        until = self._time + effect.seconds
        while True:
            if effect.link is not None:
                pipe = self._pipes[effect.link]
                if pipe.unread:
                    octets = bytes(pipe.unread)
                    pipe.unread.clear()
                    if pipe.wire.stalled:
                        self._turn()
                    return Observation(Seen.OCTETS, octets)
                if pipe.over is not None:
                    return Observation(pipe.over)
            if effect.ticket is not None and effect.ticket in self._answers:
                return Observation(Seen.REPLY, answer=self._answers.pop(effect.ticket))
            if self._time >= until:
                return Observation(Seen.TIMEOUT)
            self._advance(until)

    def _accept(self, listener: Listener, seconds: float) -> Link | None:
        until = self._time + seconds
        while not self._listeners[listener]:
            if self._time >= until:
                return None
            self._advance(until)
        handle, endpoint = self._listeners[listener].popleft()
        return self._pipe(handle, endpoint)

    def _pipe(self, handle: str, endpoint: str = "") -> Link:
        self._pipes.append(_Pipe(self._guard(self._target.accepted, handle, endpoint)))
        self._turn()
        return Link(len(self._pipes) - 1)

    def _write(self, pipe: _Pipe, segments: tuple[bytes, ...]) -> None:
        for segment in segments:
            if pipe.over is None and segment:
                pipe.unheard.append(segment)
                self._turn()

    def _shut(self, pipe: _Pipe) -> None:
        if not pipe.shut:
            pipe.shut = True
            if pipe.over is None:
                pipe.unheard.append(b"")
            self._turn()

    # --- time and the target's side -------------------------------------------------------------------------------

    def _advance(self, until: float) -> None:
        """Go to the next moment at which anything can happen, or to `until`."""
        coming = [due for due, _, _ in self._dialling] + list(self._target.deadlines())
        self._time = min([until, *(due for due in coming if due > self._time)])
        self._turn()

    def _turn(self) -> None:
        for due, handle, endpoint in list(self._dialling):
            if due <= self._time:
                self._dialling.remove((due, handle, endpoint))
                number = int(endpoint.rsplit(":", 1)[1]) - 1
                if number < len(self._listeners):
                    self._listeners[number].append((handle, endpoint))
        more = True
        while more:
            moved = any([self._hear(pipe) for pipe in self._pipes if pipe.unheard])
            self._guard(self._target.tick)
            for pipe in self._pipes:
                if pipe.over is None:
                    pipe.unread += self._guard(self._target.to_send, pipe.wire)
                    pipe.wire.stalled = len(pipe.unread) >= WINDOW
                    if self._target.finished(pipe.wire):
                        pipe.over = Seen.CLOSED
                        self._guard(self._target.lost, pipe.wire)
            more = moved and any(pipe.unheard for pipe in self._pipes)

    def _hear(self, pipe: _Pipe) -> bool:
        """Hand the target the next segment of a connection, if it reads; whether it did."""
        if pipe.over is not None or not self._target.reads(pipe.wire):
            return False
        segment = pipe.unheard.popleft()
        if segment:
            self._guard(self._target.received, pipe.wire, segment)
        else:
            pipe.over = Seen.CLOSED
            self._guard(self._target.lost, pipe.wire)
        return True

    def _guard(self, call: Any, *arguments: Any) -> Any:
        """Call the target; whatever it raises beside a refusal is its death."""
        try:
            return call(*arguments)
        except (Unsupported, Failed):
            raise
        except Exception as death:
            raise TargetDied(f"the target raised {type(death).__name__}: {death}") from death

    # --- what the target calls (Network and Replies) ----------------------------------------------------------------

    def bind(self, handle: str) -> str:
        """Listen for a socket of the target."""
        self._bound[handle] = f"tcp://127.0.0.1:{10_000 + len(self._bound)}"
        return self._bound[handle]

    def unbind(self, handle: str) -> None:
        """A socket of the target listens no more."""
        self._bound.pop(handle, None)

    def idle(self, handle: str) -> bool:
        """Whether the target's side of every connection of a socket has gone out: it does so at once."""
        return not any(pipe.wire.stalled for pipe in self._pipes if pipe.wire.socket.handle == handle)

    def dial(self, handle: str, endpoint: str, after: float) -> None:
        """Connect a socket of the target to the tester."""
        self._dialling.append((self._time + after, handle, endpoint))

    def release(self, handle: str) -> None:
        """The target closed a socket."""
        self._dialling = [entry for entry in self._dialling if entry[1] != handle]
        for waiting in self._listeners:
            for entry in [entry for entry in waiting if entry[0] == handle]:
                waiting.remove(entry)
        for pipe in self._pipes:
            if pipe.wire.socket.handle == handle and pipe.over is None:
                pipe.unread += self._guard(self._target.to_send, pipe.wire)
                pipe.over = Seen.CLOSED

    def now(self) -> float:
        """Virtual seconds since the world began."""
        return self._time

    def ok(self, id: int, fields: Mapping[str, Any] | None = None) -> None:
        """A request was fulfilled."""
        self._answers[id] = Answer("ok", fields or {})

    def error(self, id: int | None, reason: str) -> None:
        """A request failed."""
        if id is not None:
            self._answers[id] = Answer("error", {}, reason)
