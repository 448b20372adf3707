"""The loop that keeps all sockets going and fulfils the requests that have to wait.

Theory of operation: one thread waits for stdin and for the notification descriptors (ZMQ_FD) of all sockets at once.
Such a descriptor only says that libzmq has news for the application's thread, so each that wakes gets its turn;
besides, every socket gets one at least every 10 ms, whether or not somebody asks for its messages. A request that
cannot be fulfilled at once waits in its socket's queue of its kind and is tried again at each turn until its deadline.
Sockets of the newer draft types have no descriptor; while one of them is open the loop turns every millisecond.
"""

import heapq
import itertools
import selectors
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from conformance.adapters.libzmq.sockets import FD, Socket
from conformance.adapters.libzmq.watch import Watch
from conformance.adapters.protocol import Failed, Request, Wire

SWEEP = 0.010  # seconds between two turns of a socket that nothing wakes
SWEEP_WITHOUT_FD = 0.001

Fields = Mapping[str, Any]


class Waiting:
    """A request that may have to wait.

    `attempt` returns the fields of its reply or None for not yet; `late` is asked for them when the time is up.
    """

    def __init__(self, request: Request, attempt: Callable[[], Fields | None], late: Callable[[], Fields]) -> None:
        self.id, self.attempt, self.late = request.id, attempt, late
        self.deadline = time.monotonic() + request.fields.get("timeout_ms", 0) / 1000
        self.done = False


class Entry:
    """An open socket and the requests that wait for it, in order of arrival for each kind."""

    def __init__(self, socket: Socket, handle: str) -> None:
        self.socket, self.handle = socket, handle
        self.watch: Watch | None = None
        self.sends: deque[Waiting] = deque()
        self.receives: deque[Waiting] = deque()
        self.events: deque[Waiting] = deque()
        self.queues = (self.sends, self.receives, self.events)


class Loop:
    """Turns for all sockets, deadlines for all requests."""

    def __init__(self, wire: Wire) -> None:
        self.entries: dict[str, Entry] = {}
        self._wire = wire
        self._selector = _selector(wire)
        self._deadlines: list[tuple[float, int, Entry, Waiting]] = []
        self._ticket = itertools.count()  # no two heap items are equal in their first two members
        self._without_fd = 0

    def run(self, answer: Callable[[Request], None]) -> None:
        """Serve until the wire closes."""
        swept = time.monotonic()
        while not self._wire.closed:
            for key, _ in self._selector.select(self._pause()):
                if key.fileobj is self._wire:
                    for request in self._wire.requests():
                        answer(request)
                else:
                    key.data()
            now = time.monotonic()
            if now - swept >= SWEEP or self._without_fd:
                swept = now
                for entry in tuple(self.entries.values()):
                    self.advance(entry)
            self._expire(now)

    def add(self, entry: Entry) -> None:
        """Give an open socket its turns from now on."""
        self.entries[entry.handle] = entry
        self.register(entry.socket, lambda: self.advance(entry))

    def remove(self, entry: Entry) -> None:
        """Forget a socket that is about to be closed; who waits for it is told so."""
        if self.entries.pop(entry.handle, None):
            self.unregister(entry.socket)
        for queue in entry.queues:
            for waiting in queue:
                waiting.done = True
                self._wire.error(waiting.id, "the socket was closed")
            queue.clear()

    def register(self, socket: Socket, turn: Callable[[], None]) -> None:
        """Call `turn` whenever libzmq has news for a socket."""
        fd = socket.get(FD)
        if fd >= 0:
            self._selector.register(fd, selectors.EVENT_READ, turn)
            socket.turn()
        else:
            self._without_fd += 1

    def unregister(self, socket: Socket) -> None:
        """No more turns for this socket; to be called before it is closed."""
        fd = socket.get(FD)
        if fd >= 0:
            self._selector.unregister(fd)
        else:
            self._without_fd -= 1

    def wait(self, entry: Entry, queue: deque[Waiting], waiting: Waiting) -> Fields | None:
        """Fulfil a request at once if it can be and is the first of its kind, else line it up."""
        if not queue:
            if (fields := waiting.attempt()) is not None:
                self.advance(entry)
                return fields
            if waiting.deadline <= time.monotonic():
                return waiting.late()
        queue.append(waiting)
        heapq.heappush(self._deadlines, (waiting.deadline, next(self._ticket), entry, waiting))
        return None

    def advance(self, entry: Entry) -> None:
        """Give a socket its turn, and then those who wait for it."""
        entry.socket.turn()
        for queue in entry.queues:
            while queue:
                try:
                    fields = queue[0].attempt()
                except Failed as reason:
                    self._wire.error(queue[0].id, str(reason))
                else:
                    if fields is None:
                        break
                    self._wire.ok(queue[0].id, fields)
                queue.popleft().done = True

    def _expire(self, now: float) -> None:
        """Answer those whose time has come with what there is."""
        while self._deadlines and (self._deadlines[0][0] <= now or self._deadlines[0][3].done):
            _, _, entry, waiting = heapq.heappop(self._deadlines)
            if waiting.done:
                continue
            waiting.done = True
            for queue in entry.queues:
                if waiting in queue:
                    queue.remove(waiting)
            try:
                self._wire.ok(waiting.id, waiting.late())
            except Failed as reason:
                self._wire.error(waiting.id, str(reason))

    def _pause(self) -> float | None:
        """How long the loop may sleep, in seconds; None as long as there is no socket that needs turns."""
        if not self.entries:
            return None
        pause = SWEEP_WITHOUT_FD if self._without_fd else SWEEP
        if self._deadlines:
            pause = min(pause, max(0.0, self._deadlines[0][0] - time.monotonic()))
        return pause


def _selector(wire: Wire) -> selectors.BaseSelector:
    """The fastest selector that takes our stdin: epoll refuses a file."""
    choices: tuple[type[selectors.BaseSelector], ...] = (selectors.DefaultSelector, selectors.PollSelector)
    for kind in choices:
        selector = kind()
        try:
            selector.register(wire, selectors.EVENT_READ)
        except PermissionError:
            selector.close()
        else:
            return selector
    raise SystemExit("stdin cannot be waited for")
