"""The TCP transport: many players at once against real sockets, in one thread with one selector.

Theory of operation: every player is a task that waits for at most one thing: octets on a link, a connection, a reply of the
adapter, a moment. Sockets are read only while their player waits, so a flooding target fills its own buffers and not ours.
When a deadline comes, the socket is looked at once more before silence is believed: a busy tester is not a silent target.

If the target's process dies, every task gets `TargetDied`; who is to blame is found by playing each alone (see `runner`).
"""

import errno
import heapq
import selectors
import socket
import struct
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance.adapters.errors import AdapterCrashed, AdapterError
from conformance.adapters.process import AdapterProcess
from conformance.harness.application import CONVENIENCES, NARROW
from conformance.harness.effects import (
    Accept,
    AdapterFault,
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

READ_AT_ONCE = 1 << 18
CONNECT_SECONDS = 5.0
_PENDING = object()


class Behind(Protocol):
    """What stands behind the target: an adapter, or nothing."""

    def post(self, pool: str, op: str, params: Mapping[str, Any], deliver: Callable[[Answer], None]) -> None:
        """Ask, and deliver the answer now or later."""

    def filenos(self) -> Iterable[int]:
        """Descriptors that become readable when an answer comes. Called before each wait, so held requests go out."""

    def pump(self) -> None:
        """Take in what came; raises TargetDied or AdapterFault."""

    def pids(self) -> Iterable[int]:
        """The processes of the target, as far as they are ours."""

    def options(self) -> Collection[str]:
        """The options that the target offers; none where nobody can be asked for them."""

    def listen(self) -> tuple[socket.socket, str]:
        """A socket to which the target will be told to connect, and its endpoint."""

    def give_up(self, pool: str, why: str) -> None:
        """End the process of a pool that hangs, as if it had died; raises TargetDied, or does nothing if none is ours."""

    def stop(self) -> None:
        """End every process."""


class Adapters:
    """The adapter processes of one target: one for each pool, started when they are first needed.

    Args:
        start: makes and starts a process.
    """

    def __init__(self, start: Callable[[], AdapterProcess]) -> None:
        self._start = start
        self._processes: dict[str, AdapterProcess] = {}
        self._waiting: dict[tuple[str, int], Callable[[Answer], None]] = {}
        self.restarts = 0
        self._listened = 0

    def process(self, pool: str = "") -> AdapterProcess:
        """The running process of a pool.

        Raises:
            AdapterError: it cannot be started.
        """
        if pool not in self._processes:
            self._processes[pool] = self._start()
            self._processes[pool].hold()
        return self._processes[pool]

    def post(self, pool: str, op: str, params: Mapping[str, Any], deliver: Callable[[Answer], None]) -> None:
        """Ask the process of a pool."""
        try:
            process = self.process(pool)
            number = process.post(op, **(offered(process, params) if op == "open" else params))
        except AdapterError as fault:
            self._fail(pool, fault)
        else:
            self._waiting[pool, number] = deliver

    def filenos(self) -> Iterable[int]:
        """The standard outputs; requests that were held back until now are sent first."""
        for pool, process in list(self._processes.items()):
            try:
                process.flush()
            except AdapterError as fault:
                self._fail(pool, fault)
        return [process.fileno() for process in self._processes.values()]

    def pump(self) -> None:
        """Deliver the replies that came."""
        for pool, process in list(self._processes.items()):
            try:
                replies = process.pump()
            except AdapterError as fault:
                self._fail(pool, fault)
            for reply in replies:
                deliver = self._waiting.pop((pool, reply.id or 0), None)
                if deliver is not None:
                    deliver(Answer(reply.status, reply.fields, reply.reason))

    def pids(self) -> Iterable[int]:
        """The adapter processes that run."""
        return [process.pid for process in self._processes.values() if process.alive]

    def options(self) -> Collection[str]:
        """Those of an adapter process that runs."""
        said = (process.hello for process in self._processes.values())
        return next((hello.fields["options"] for hello in said if hello is not None), ())

    def _fail(self, pool: str, fault: AdapterError) -> None:
        process = self._processes.pop(pool, None)
        if process is not None:
            process.stop()
        self._waiting = {key: value for key, value in self._waiting.items() if key[0] != pool}
        self.restarts += 1
        if isinstance(fault, AdapterCrashed):
            raise TargetDied(str(fault)) from fault
        raise AdapterFault(str(fault)) from fault

    def listen(self) -> tuple[socket.socket, str]:
        """A listener on a free port of the loopback interface.

        Each has a loopback address of its own where the system has more than one: a socket of an earlier case that still
        tries to reconnect must not find its old port in new hands.
        """
        self._listened += 1
        own = f"127.{1 + self._listened // 62_500 % 250}.{self._listened // 250 % 250}.{1 + self._listened % 250}"
        for address in (own, "127.0.0.1"):
            try:
                listener = socket.create_server((address, 0))
            except OSError:
                continue
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            return listener, f"tcp://{address}:{listener.getsockname()[1]}"
        raise AdapterFault("no port of the loopback interface can be listened on")

    def give_up(self, pool: str, why: str) -> None:
        """End a process that hangs; the next request for its pool starts another."""
        if pool in self._processes:
            self._processes[pool].stop(0.0)
            self._fail(pool, AdapterCrashed(why))

    def stop(self) -> None:
        """Stop all processes."""
        for process in self._processes.values():
            process.stop()
        self._processes.clear()


def offered(process: AdapterProcess, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `open` is asked for, without the conveniences that the target does not offer; whatever else it lacks it says."""
    claimed = process.hello.fields["options"] if process.hello else ()
    options = params.get("options", {})
    return {
        **params,
        "options": {name: options[name] for name in options if name in claimed or name not in OPTIONAL},
    }


@dataclass(eq=False)
class _Link:
    """One connection.

    Attributes:
        unsent: waits for the socket to take it.
        reading: its player waits for octets.
        watched: the events for which the selector knows it; it may look for octets longer than its player does.
    """

    socket: socket.socket
    task: "_Task"
    unsent: bytearray = field(default_factory=bytearray)
    over: Seen | None = None
    reading: bool = False
    watched: int = 0


@dataclass(eq=False)
class _Task:
    """One player, and what it waits for."""

    key: Any
    player: Generator[Effect, Any, Any]
    links: list[_Link] = field(default_factory=list)
    listeners: list[socket.socket] = field(default_factory=list)
    waiting: Effect | None = None
    watching: _Link | socket.socket | None = None
    deadline: float = 0.0
    turn: int = 0
    answers: dict[int, Answer] = field(default_factory=dict)
    asked: int = 0


class TcpWorld:
    """Runs players against a target over TCP.

    Args:
        behind: the adapters, or what stands in for them.
    """

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        self._selector = selectors.DefaultSelector()
        self._deadlines: list[tuple[float, int, _Task, int]] = []
        self._counter = 0
        self._done: list[tuple[Any, Any]] = []
        self._tasks: set[_Task] = set()
        self._runnable: list[tuple[_Task, Any]] = []
        self.deaths: list[float] = []

    def run(self, players: Iterable[tuple[Any, Generator[Effect, Any, Any]]], jobs: int) -> Iterator[tuple[Any, Any]]:
        """Run players, so many at once; yields key and outcome of each as it ends."""
        coming = iter(players)
        exhausted = False
        try:
            while True:
                while not exhausted and len(self._tasks) < jobs:
                    entry = next(coming, None)
                    if entry is None:
                        exhausted = True
                        break
                    task = _Task(*entry)
                    self._tasks.add(task)
                    self._resume(task, None)
                self._drain()
                while self._done:
                    yield self._done.pop(0)
                if exhausted and not self._tasks:
                    return
                if self._tasks:
                    self._turn()
        finally:
            for task in list(self._tasks):
                self._finish(task)

    def join(self, key: Any, player: Generator[Effect, Any, Any]) -> None:
        """Run one more player beside those that run already; for whoever takes what `run` yields, meanwhile."""
        task = _Task(key, player)
        self._tasks.add(task)
        self._resume(task, None)

    def give_up(self, pool: str, why: str) -> None:
        """The process of a pool hangs: end it, and tell everybody that it died."""
        self._guarded(lambda: self.behind.give_up(pool, why))

    # --- the loop -------------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._watch_adapters()
        now = time.monotonic()
        while self._deadlines and self._stale(self._deadlines[0]):
            heapq.heappop(self._deadlines)
        timeout = max(0.0, self._deadlines[0][0] - now) if self._deadlines else 1.0
        ready = self._selector.select(min(timeout, 1.0))
        for key, mask in ready:
            if key.data is None:
                self._guarded(self.behind.pump)
                continue
            if mask & selectors.EVENT_WRITE:
                self._push(key.data)
            link = key.data if isinstance(key.data, _Link) else None
            if link is not None and not link.reading:
                self._sync(link)  # octets for which nobody waits stay where they are
                continue
            task = key.data if link is None else link.task
            if mask & selectors.EVENT_READ and task in self._tasks:
                self._look(task, expired=False)
        self._drain()
        now = time.monotonic()
        while self._deadlines and self._deadlines[0][0] <= now:
            entry = heapq.heappop(self._deadlines)
            if not self._stale(entry):
                self._guarded(self.behind.pump)
                self._drain()
                if not self._stale(entry):
                    self._look(entry[2], expired=True)
                    self._drain()

    def _stale(self, entry: tuple[float, int, _Task, int]) -> bool:
        return entry[2] not in self._tasks or entry[2].turn != entry[3]

    def _drain(self) -> None:
        while self._runnable:
            task, value = self._runnable.pop(0)
            if task in self._tasks:
                self._resume(task, value)

    def _watch_adapters(self) -> None:
        wanted: set[int] = set()
        self._guarded(lambda: wanted.update(self.behind.filenos()))
        watched = {fd for fd, key in self._selector.get_map().items() if key.data is None}
        for fd in watched - wanted:
            self._selector.unregister(fd)
        for fd in wanted - watched:
            self._register(fd, selectors.EVENT_READ, None)

    def _after(self, fault: TargetDied | AdapterFault) -> None:
        """Forget the descriptors of the process that is gone, before others get their numbers."""
        if isinstance(fault, TargetDied):
            self.deaths.append(time.monotonic())
        for fd in [fd for fd, key in self._selector.get_map().items() if key.data is None]:
            self._selector.unregister(fd)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except (TargetDied, AdapterFault) as fault:
            self._after(fault)
            for task in list(self._tasks):
                self._resume(task, None, fault)

    def _resume(self, task: _Task, value: Any, fault: Exception | None = None) -> None:
        """Let a player go on until it has to wait or ends."""
        task.turn += 1
        self._unwatch(task)
        try:
            while True:
                effect = task.player.throw(fault) if fault is not None else task.player.send(value)
                fault = None
                try:
                    value = self._perform(task, effect)
                except (TargetDied, AdapterFault) as death:
                    self._after(death)
                    for other in list(self._tasks - {task}):
                        self._resume(other, None, death)
                    fault, value = death, None
                if value is _PENDING:
                    return
        except StopIteration as done:
            self._finish(task)
            self._done.append((task.key, done.value))

    # --- effects --------------------------------------------------------------------------------------------------

    def _perform(self, task: _Task, effect: Effect) -> Any:
        match effect:  # what is asked most often comes first
            case Now():
                return time.monotonic()
            case Wait() | Accept():
                return self._wait(task, effect)
            case Write():
                return self._write(task.links[effect.link], effect.segments)
            case Post():
                return self._post(task, effect.op, effect.params, effect.pool)
            case Shut():
                return self._shut(task.links[effect.link], abort=effect.abort)
            case Connect():
                return self._connect(task, effect.endpoint)
            case Listen():
                listener, endpoint = self.behind.listen()
                listener.setblocking(False)
                task.listeners.append(listener)
                return Listener(len(task.listeners) - 1), endpoint
            case Pass():
                return self._suspend(task, effect, effect.seconds)

    def _post(self, task: _Task, op: str, params: Mapping[str, Any], pool: str) -> Ticket:
        task.asked += 1
        number = task.asked

        def deliver(answer: Answer) -> None:
            task.answers[number] = answer
            if isinstance(task.waiting, Wait) and task.waiting.ticket == number:
                task.waiting = None
                self._runnable.append((task, Observation(Seen.REPLY, answer=task.answers.pop(number))))

        self.behind.post(pool, op, params, deliver)
        return Ticket(number)

    def _wait(self, task: _Task, effect: Wait | Accept) -> Any:
        found = self._glance(task, effect)
        if found is not None:
            return found
        return self._suspend(task, effect, effect.seconds)

    def _suspend(self, task: _Task, effect: Wait | Accept | Pass, seconds: float) -> object:
        task.waiting = effect
        task.deadline = time.monotonic() + seconds
        self._counter += 1
        heapq.heappush(self._deadlines, (task.deadline, self._counter, task, task.turn))
        if isinstance(effect, Wait) and effect.link is not None and task.links[effect.link].over is None:
            task.watching = task.links[effect.link]
            task.watching.reading = True
            if not task.watching.watched & selectors.EVENT_READ:
                self._sync(task.watching)
        elif isinstance(effect, Accept):
            task.watching = task.listeners[effect.listener]
            self._register(task.watching, selectors.EVENT_READ, task)
        return _PENDING

    def _glance(self, task: _Task, effect: Wait | Accept) -> Any:
        """What there is already, without waiting; None if nothing."""
        if isinstance(effect, Accept):
            return self._accept(task, effect)
        if effect.link is not None:
            seen = _read(task.links[effect.link])
            if seen is not None:
                return seen
        if effect.ticket is not None and effect.ticket in task.answers:
            return Observation(Seen.REPLY, answer=task.answers.pop(effect.ticket))
        return None

    def _look(self, task: _Task, *, expired: bool) -> None:
        """Something may have come for this task, or its time is over."""
        effect = task.waiting
        if effect is None:
            return
        found = self._glance(task, effect) if isinstance(effect, (Wait, Accept)) else None
        if found is None and expired:
            found = Observation(Seen.TIMEOUT) if isinstance(effect, Wait) else _NOTHING
        if found is not None:
            task.waiting = None
            self._resume(task, None if found is _NOTHING else found)

    def _accept(self, task: _Task, effect: Accept) -> Link | None:
        try:
            made, _ = task.listeners[effect.listener].accept()
        except OSError:
            return None
        return self._adopt(task, made)

    def _connect(self, task: _Task, endpoint: str) -> Link | None:
        host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
        try:
            made = _connected(host.strip("[]"), int(port))
        except OSError:
            return None
        return self._adopt(task, made)

    def _adopt(self, task: _Task, made: socket.socket) -> Link:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task.links.append(_Link(made, task))
        return Link(len(task.links) - 1)

    def _write(self, link: _Link, segments: tuple[bytes, ...]) -> None:
        for segment in segments:
            if link.unsent or link.over is not None:
                link.unsent += segment
                continue
            try:
                sent = link.socket.send(segment)
            except BlockingIOError:
                sent = 0
            except OSError:
                return  # the end of the connection is found when it is read
            link.unsent += segment[sent:]  # nothing, nearly always
        if link.over is None and link.unsent:
            self._sync(link)

    def _push(self, link: _Link) -> None:
        try:
            sent = link.socket.send(link.unsent)
            del link.unsent[:sent]
        except BlockingIOError:
            return
        except OSError:
            link.unsent.clear()
        self._sync(link)

    # --- watching -------------------------------------------------------------------------------------------------

    def _sync(self, link: _Link) -> None:
        """Watch a link for exactly what is wanted of it now."""
        mask = (selectors.EVENT_READ if link.reading else 0) | (selectors.EVENT_WRITE if link.unsent else 0)
        if mask == link.watched:
            return
        if not link.watched:
            self._register(link.socket, mask, link)
        elif not mask:
            self._selector.unregister(link.socket)
        else:
            self._selector.modify(link.socket, mask, link)
        link.watched = mask

    def _register(self, what: socket.socket | int, mask: int, data: object) -> None:
        """Watch a descriptor; its number may be one that a process which is gone took with it unseen."""
        fd = what if isinstance(what, int) else what.fileno()
        if fd in self._selector.get_map():
            self._selector.unregister(fd)
        self._selector.register(what, mask, data)

    def _unwatch(self, task: _Task) -> None:
        watched, task.watching = task.watching, None
        if isinstance(watched, _Link):
            watched.reading = False  # the selector is told when octets come that nobody waits for: most often none do
        elif watched is not None:
            self._selector.unregister(watched)

    def _shut(self, link: _Link, *, abort: bool) -> None:
        if link.socket.fileno() >= 0:
            link.unsent.clear()
            link.reading = False
            self._sync(link)
            _close(link, abort=abort)

    def _finish(self, task: _Task) -> None:
        self._tasks.discard(task)
        self._unwatch(task)
        task.player.close()
        for link in task.links:
            self._shut(link, abort=False)
        for listener in task.listeners:
            listener.close()


_NOTHING = object()


OPTIONAL = {*CONVENIENCES, *(name for options in NARROW.values() for name in options)}
RECEIVE_BUFFER = 65_536
"""Octets that the operating system holds for the tester: megabytes, as it likes, would hide that a queue is full."""


def _connected(host: str, port: int) -> socket.socket:
    if not host.replace(".", "").isdigit():
        return socket.create_connection((host, port), timeout=CONNECT_SECONDS)
    made = socket.socket()  # an address needs no resolver
    try:
        made.settimeout(CONNECT_SECONDS)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        made.connect((host, port))
    except OSError:
        made.close()
        raise
    return made


def _read(link: _Link) -> Observation | None:
    if link.over is not None:
        return Observation(link.over)
    try:
        octets = link.socket.recv(READ_AT_ONCE)
    except BlockingIOError:
        return None
    except OSError as lost:
        link.over = Seen.RESET if lost.errno in (errno.ECONNRESET, errno.EPIPE) else Seen.CLOSED
        return Observation(link.over)
    if octets:
        return Observation(Seen.OCTETS, octets)
    link.over = Seen.CLOSED
    return Observation(Seen.CLOSED)


def _close(link: _Link, *, abort: bool) -> None:
    try:
        if abort:
            link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            while link.socket.recv(READ_AT_ONCE):
                pass  # unread input would turn our FIN into a RST
    except OSError:
        pass
    link.over = link.over or Seen.CLOSED
    link.socket.close()
