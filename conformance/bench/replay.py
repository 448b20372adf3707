"""Recorded plays once more with a bare socket loop: no peer, no parsing, no judgement.

Theory of operation: one thread, one selector, as many plays at once as the suite had. A play goes through its steps until
one cannot go on: octets that have not come, a reply that is not there. Nobody looks at what comes, it is counted. What a
target does otherwise than in the recording (a CURVE server refuses a cookie that it made for another connection, and closes)
ends the link, and the steps of a link that has ended are passed over. Where nothing comes at all the play is given up after
a moment; time in which every play stood still is taken out of the result, so that it does not flatter the suite.
"""

import json
import os
import selectors
import socket
import struct
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.bench.recording import (
    Accepting,
    Ask,
    Await,
    Dialling,
    Ending,
    Listening,
    Reading,
    Recording,
    Sending,
    Shutting,
    Step,
)

STALL = 0.25
"""Seconds after which a play in which nothing happens any more is given up."""

READ_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Replayed:
    """What a replay took.

    Attributes:
        seconds: wall time, without the time in which everything stood still.
        idle: that time.
        plays, octets: how many plays began, and how many octets were sent.
        cut_short: plays in which the target ended a link before the recording did.
        given_up: plays in which something did not come that had come in the recording.
    """

    seconds: float
    idle: float
    plays: int
    octets: int
    cut_short: int
    given_up: int


class Talker:
    """An adapter process, asked by hand: lines out, lines in, no schema.

    Args:
        command: how to start it.
        environment: what is added to ours.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env={**os.environ, **environment}, bufsize=0
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self.stdout = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._waiting: list[bytes] = []
        self._partial = b""
        self._asked = 0
        self.ask("hello", {})
        self.flush()
        while not self.replies():
            pass
        os.set_blocking(self.stdout, False)

    def ask(self, op: str, params: Mapping[str, Any]) -> int:
        """Ask with the next flush; the number comes back with the reply."""
        self._asked += 1
        self._waiting.append(json.dumps({"id": self._asked, "op": op, **params}).encode() + b"\n")
        return self._asked

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            octets = b"".join(self._waiting)
            self._waiting.clear()
            while octets:
                octets = octets[os.write(self._stdin, octets) :]

    def replies(self) -> list[dict[str, Any]]:
        """The replies that are there."""
        try:
            chunk = os.read(self.stdout, READ_AT_ONCE)
        except BlockingIOError:
            return []
        if not chunk:
            raise EOFError("the adapter has ended")
        *lines, self._partial = (self._partial + chunk).split(b"\n")
        return [json.loads(line) for line in lines]

    def stop(self) -> None:
        """End the process: it goes when its input ends."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(eq=False)
class _Link:
    socket: socket.socket
    came: int = 0
    over: bool = False


@dataclass(eq=False)
class _Play:
    steps: Sequence[Step]
    at: int = 0
    listeners: list[socket.socket] = field(default_factory=list)
    links: list[_Link | None] = field(default_factory=list)
    replies: dict[int, dict[str, Any]] = field(default_factory=dict)
    unsent: bytes = b""
    watched: socket.socket | None = None
    since: float = 0.0
    cut_short: bool = False


class Replay:
    """Replays recordings against one target; `run` can be called again and again.

    Args:
        command, environment: how to start the adapter; one process for each pool, started before the clock is.
        pools: the pools that the recordings need.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], pools: Iterable[str] = ("",)) -> None:
        self._talkers: dict[str, Talker] = {}
        self._selector = selectors.DefaultSelector()
        self._asking: dict[tuple[str, int], tuple[_Play, int]] = {}
        self._listened = 0
        self._runnable: deque[_Play] = deque()
        try:
            for pool in pools:
                self._talkers[pool] = Talker(command, environment)
                self._selector.register(self._talkers[pool].stdout, selectors.EVENT_READ, pool)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the adapters."""
        for talker in self._talkers.values():
            talker.stop()
        self._selector.close()

    def run(self, recordings: Sequence[Recording], jobs: int) -> Replayed:
        """Replay them all, so many at once."""
        coming = iter(recordings)
        active: set[_Play] = set()
        began = time.perf_counter()
        idle, given_up, cut_short = 0.0, 0, 0
        exhausted = False
        while active or not exhausted:
            while not exhausted and len(active) < jobs:
                recording = next(coming, None)
                if recording is None:
                    exhausted = True
                    break
                play = _Play(recording.steps)
                active.add(play)
                self._runnable.append(play)
            while self._runnable:
                play = self._runnable.popleft()
                if play in active and self._advance(play):
                    active.discard(play)
                    cut_short += play.cut_short
            for talker in self._talkers.values():
                talker.flush()
            if not active:
                continue
            asleep = time.perf_counter()
            ready = self._selector.select(STALL / 10)
            now = time.perf_counter()
            for key, _ in ready:
                if isinstance(key.data, _Play):
                    self._runnable.append(key.data)
                else:
                    self._take_replies(key.data)
            if not ready and not self._runnable:
                idle += now - asleep
                for play in [play for play in active if now - play.since > STALL]:
                    active.discard(play)
                    self._finish(play)
                    given_up += 1
        seconds = time.perf_counter() - began
        octets = sum(recording.octets for recording in recordings)
        return Replayed(seconds - idle, idle, len(recordings), octets, cut_short, given_up)

    def _take_replies(self, pool: str) -> None:
        for reply in self._talkers[pool].replies():
            play, number = self._asking.pop((pool, reply["id"]), (None, 0))
            if play is not None:
                play.replies[number] = reply
                self._runnable.append(play)

    def _advance(self, play: _Play) -> bool:
        """Go on as far as it goes; whether it is at its end."""
        if play.watched is not None:
            self._selector.unregister(play.watched)
            play.watched = None
        while play.at < len(play.steps):
            if not self._do(play, play.steps[play.at]):
                play.since = time.perf_counter()
                return False
            play.at += 1
        self._finish(play)
        return True

    def _finish(self, play: _Play) -> None:
        if play.watched is not None:
            self._selector.unregister(play.watched)
            play.watched = None
        for step in play.steps[play.at :]:
            if isinstance(step, Ask) and step.op == "close":
                self._ask(play, step)
        for link in play.links:
            if link is not None:
                link.socket.close()
        for listener in play.listeners:
            listener.close()

    # --- steps ----------------------------------------------------------------------------------------------------

    def _do(self, play: _Play, step: Step) -> bool:
        """One step; false if it has to wait."""
        match step:
            case Reading() | Ending():
                return self._read(play, step)
            case Sending(link, segments):
                return self._send(play, play.links[link], segments)
            case Ask():
                self._ask(play, step)
            case Await(number):
                return number in play.replies
            case Dialling(opened):
                host, _, port = play.replies[opened]["endpoint"].removeprefix("tcp://").rpartition(":")
                play.links.append(self._linked(socket.create_connection((host, int(port)))))
            case Listening():
                play.listeners.append(self._listener())
            case Accepting(listener):
                return self._accept(play, play.listeners[listener])
            case Shutting(number, abort):
                self._shut(play.links[number], abort=abort)
        return True

    def _ask(self, play: _Play, step: Ask) -> None:
        params = dict(step.params)
        if "handle" in params:
            opened = play.replies.get(params["handle"], {})
            if "handle" not in opened:
                return
            params["handle"] = opened["handle"]
        if "endpoint" in params:
            host, port = play.listeners[params["endpoint"]].getsockname()
            params["endpoint"] = f"tcp://{host}:{port}"
        number = self._talkers[step.pool].ask(step.op, params)
        if step.op not in ("close", "send"):
            self._asking[step.pool, number] = play, step.number
        elif step.op == "send":
            play.replies[step.number] = {}  # nobody waits for it

    def _listener(self) -> socket.socket:
        """Each has an address of its own, as in the suite: else a target that still reconnects finds a later play."""
        self._listened += 1
        own = f"127.{1 + self._listened // 62_500 % 250}.{self._listened // 250 % 250}.{1 + self._listened % 250}"
        try:
            made = socket.create_server((own, 0))
        except OSError:
            made = socket.create_server(("127.0.0.1", 0))
        made.setblocking(False)
        return made

    def _linked(self, made: socket.socket) -> _Link:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Link(made)

    def _accept(self, play: _Play, listener: socket.socket) -> bool:
        try:
            made, _ = listener.accept()
        except BlockingIOError:
            self._watch(play, listener, selectors.EVENT_READ)
            return False
        play.links.append(self._linked(made))
        return True

    def _send(self, play: _Play, link: _Link | None, segments: Sequence[bytes]) -> bool:
        if link is None or link.over:
            return True
        whole = len(segments) == 1
        for segment in (play.unsent,) if play.unsent else segments:
            try:
                sent = link.socket.send(segment)
            except BlockingIOError:
                sent = 0
            except OSError:
                play.unsent = b""
                return True  # its end is found when it is read
            if sent < len(segment):
                rest = segment[sent:]
                if not whole and not play.unsent:
                    rest += b"".join(segments[segments.index(segment) + 1 :])
                play.unsent = rest
                self._watch(play, link.socket, selectors.EVENT_WRITE)
                return False
        play.unsent = b""
        return True

    def _read(self, play: _Play, step: Reading | Ending) -> bool:
        link = play.links[step.link]
        if link is None:
            return True
        while not link.over and (isinstance(step, Ending) or link.came < step.total):
            try:
                octets = link.socket.recv(READ_AT_ONCE)
            except BlockingIOError:
                self._watch(play, link.socket, selectors.EVENT_READ)
                return False
            except OSError:
                octets = b""
            link.came += len(octets)
            link.over = not octets
        if isinstance(step, Reading) and link.came < step.total:
            play.cut_short = True
        return True

    def _watch(self, play: _Play, what: socket.socket, event: int) -> None:
        play.watched = what
        self._selector.register(what, event, play)

    def _shut(self, link: _Link | None, *, abort: bool) -> None:
        if link is None or link.socket.fileno() < 0:
            return
        if abort:
            link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.socket.close()
        link.over = True
