"""A target without an adapter: a peer that listens somewhere, or one that connects to us.

Theory of operation: these stand where the adapters stand otherwise, and answer a case's `open` and `connect` with what
there is: the endpoint of a peer that has bound, or a listener of ours and, where there is one, a command that is started
once for each connection. Whatever else a case asks for is unsupported. Since nobody can configure such a peer for a case,
`fit` says beforehand which cases it can answer, and in which words it cannot.

A command runs in a process group of its own, and a watchdog ends that group should we be killed.
"""

import contextlib
import os
import re
import select
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.adapters.guard import Stderr, Watchdog
from conformance.api import Case
from conformance.api.case import Side, UnderTest, unrolled
from conformance.api.script import AppSends, Delivers, Either, Expect, Expectation, Ignores, Peer, Receives, Send
from conformance.harness.effects import Answer, TargetDied
from spec_model.patterns.compatibility import PEERS

GRACE_SECONDS = 1.0
"""How long a command may take to end itself once it is asked to."""

LONGEST_WAIT = 15.0
"""How long a connection may take at most: a player gives its `connect` 20 s."""

_LOCAL = "needs an adapter"
_SENDING_ONLY = frozenset({"PUSH", "PUB"})
_TYPE = re.compile(r"DEALER|dealer|[Ss]ocket[-_ ][Tt]ype")
_CRASHES = frozenset(
    {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE, -signal.SIGTRAP}
)


@dataclass(frozen=True)
class Outside:
    """What is known of a peer that is judged from outside.

    Attributes:
        side: whether it has bound or connects.
        mechanism: NULL or CURVE.
        as_server: its side of the handshake; None where the mechanism has none.
        socket_type: its socket type.
        several: whether it can be had to make more than one connection at once.
    """

    side: Side
    mechanism: str
    as_server: bool | None
    socket_type: str
    several: bool = True

    @property
    def role(self) -> str:
        """server, client or peer."""
        return UnderTest(self.mechanism, self.as_server).role


def fit(case: Case, side: Side, peer: Outside) -> Case | str:
    """The case as it is put to this peer, or why it cannot be."""
    under = case.under_test
    if side != peer.side:
        return f"is for a target that {side}; this one {peer.side}"
    if under.mechanism != peer.mechanism:
        return f"is about {under.mechanism}; this target speaks {peer.mechanism}"
    if under.as_server != peer.as_server:
        return f"is for a {under.role}; this target is a {peer.role}"
    if under.refuses_clients:
        return f"{_LOCAL} to have the target refuse its peers"
    if under.identity is not None:
        return f"{_LOCAL} to give the target an Identity"
    steps = tuple(unrolled(case.script))
    if any(isinstance(step, AppSends) or isinstance(step, Expect) and _asks_application(step.what) for step in steps):
        return f"{_LOCAL} to speak for the application behind the target"
    if not peer.several and any(isinstance(step, Peer) for step in steps):
        return "needs several connections at once; this target makes one"
    if under.socket_type == peer.socket_type:
        return case
    if (under.socket_type, under.tester_type) != ("DEALER", "DEALER"):
        return f"is for a {under.socket_type}; this target is a {peer.socket_type}"
    if _TYPE.search(" ".join((case.title, case.note, repr(steps), *case.checks))):
        return f"speaks of a DEALER; this target is a {peer.socket_type}"
    if peer.socket_type in _SENDING_ONLY and any(isinstance(step, Send) and step.name == "message" for step in steps):
        return f"sends a message; this target is a {peer.socket_type} and takes none"
    partners = PEERS[peer.socket_type]
    partner = "DEALER" if "DEALER" in partners else min(partners)
    return replace(case, under_test=replace(under, socket_type=peer.socket_type, tester_type=partner))


def _asks_application(what: Expectation) -> bool:
    if isinstance(what, Either):
        return any(map(_asks_application, what.outcomes))
    return isinstance(what, Delivers | Ignores | Receives)


class Bound:
    """A peer that has bound: every case connects to its endpoint.

    Args:
        endpoint: `tcp://host:port`.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def post(self, pool: str, op: str, params: Mapping[str, Any], deliver: Callable[[Answer], None]) -> None:
        """Answer for the peer: its endpoint is all that there is."""
        if op == "open" and params["bind"]:
            deliver(Answer("ok", {"handle": "peer", "endpoint": self.endpoint}))
        else:
            deliver(Answer("ok") if op == "close" else _unsupported(op))

    def filenos(self) -> Iterable[int]:
        """Nothing to watch."""
        return ()

    def pump(self) -> None:
        """Nothing comes."""

    def listen(self) -> tuple[socket.socket, str]:
        """A listener to which nobody will connect."""
        return _listener("127.0.0.1", 0)

    def stop(self) -> None:
        """Nothing to end: the peer is not ours."""


class StaysAway(Exception):
    """The peer that connects by itself does not come any more; the text is one line."""


@dataclass
class _Wanted:
    """A connection that a case waits for."""

    listener: socket.socket
    run: "_Run | None"
    deliver: Callable[[Answer], None]
    until: float


class Connecting:
    """A peer that connects to us: a command that is started once for each connection, or one that somebody else starts.

    `connect` is answered as soon as the connection can be accepted, so that the time which a command takes to start is
    not held against it.

    Args:
        host, port: where we listen. With port 0 every case listens on a free port of its own.
        command: its words, in which {endpoint}, {host} and {port} are replaced; without any, a peer is waited for that
            connects again and again, and the port has to be a fixed one.
        others: further words that are replaced, by name.
        wait: how long a connection may take to come, in seconds.
    """

    def __init__(
        self,
        host: str,
        port: int,
        command: Iterable[str] = (),
        others: Mapping[str, str] | None = None,
        wait: float = 10.0,
    ) -> None:
        self._host, self._command, self._others = host, tuple(command), dict(others or {})
        self._wait = min(wait, LONGEST_WAIT)
        self._fixed = _listener(host, port)[0] if port or not self._command else None
        self._opened = 0
        self._runs: list[_Run] = []
        self._listeners: dict[str, socket.socket] = {}
        self._wanted: list[_Wanted] = []
        # One descriptor for all that can happen here: that of the selector itself.
        self._selector = selectors.DefaultSelector()

    @property
    def endpoint(self) -> str:
        """Where we listen, if the port is a fixed one."""
        return endpoint_of(self._fixed) if self._fixed is not None else ""

    @property
    def at_once(self) -> bool:
        """Whether cases can run beside each other: only where each has a port of its own."""
        return self._fixed is None

    def post(self, pool: str, op: str, params: Mapping[str, Any], deliver: Callable[[Answer], None]) -> None:
        """Answer for the peer; `connect` starts the command, `close` ends it. Raises TargetDied as `pump` does."""
        if op == "open" and params["bind"]:  # the runner's question whether the target lives
            self._sweep()
            for run in self._runs:
                run.wait()
        self._tell_deaths()
        if op == "open" and not params["bind"]:
            self._opened += 1
            deliver(Answer("ok", {"handle": f"peer {self._opened}"}))
        elif op == "connect":
            self._connect(params["handle"], params["endpoint"], deliver)
        elif op == "close":
            for run in self._runs:
                if run.handle == params["handle"]:
                    run.end()
            deliver(Answer("ok"))
        else:
            deliver(_unsupported(op))

    def filenos(self) -> Iterable[int]:
        """The one descriptor to watch; called often, so what is over is cleared away."""
        self._sweep()
        self._serve()
        return (self._selector.fileno(),)

    def pump(self) -> None:
        """Answer whose connection has come; raises TargetDied where a command died of a signal of its own making."""
        self._serve()
        self._tell_deaths()
        self._sweep()

    def listen(self) -> tuple[socket.socket, str]:
        """A listener: the fixed one, cleared of connections that belong to no case any more, or a new one."""
        if self._fixed is None:
            listener, endpoint = _listener(self._host, 0)
        else:
            self._fixed.setblocking(False)
            with contextlib.suppress(OSError):
                while True:
                    self._fixed.accept()[0].close()
            listener, endpoint = self._fixed.dup(), endpoint_of(self._fixed)
        self._sweep()
        self._listeners[endpoint] = listener
        return listener, endpoint

    def first_contact(self) -> str:
        """Wait for a first connection; empty if one came, else what is known about why none did."""
        answers: list[Answer] = []
        listener, endpoint = self.listen()
        with listener:
            self._connect("first", endpoint, answers.append)
            try:
                while not answers:
                    self._selector.select(0.1)
                    self._unwatch_ended()
                    self._serve()
            except StaysAway as reason:
                return str(reason)
            if answers[0].status != "ok":
                return answers[0].reason
            if select.select([listener], [], [], 0)[0]:
                listener.accept()[0].close()
                return ""
            said = next((run.last_words for run in self._runs if run.last_words), "")
            within = "" if any(run.failed for run in self._runs) else f" within {self._wait:g} s"
            return f"nothing connected to {endpoint}{within}{f': {said}' if said else ''}"

    def stop(self) -> None:
        """End every command, and listen no more."""
        for run in self._runs:
            run.told = True
            run.end()
        for run in self._runs:
            run.wait()
        self._runs.clear()
        self._wanted.clear()
        self._selector.close()
        if self._fixed is not None:
            self._fixed.close()

    def _connect(self, handle: str, endpoint: str, deliver: Callable[[Answer], None]) -> None:
        run = None
        if self._command:
            host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
            words = {"endpoint": endpoint, "host": host.strip("[]"), "port": port, **self._others}
            line = [re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), word) for word in self._command]
            try:
                run = _Run(line, handle, endpoint)
            except (OSError, ValueError) as error:
                deliver(Answer("error", {}, f"cannot run {line[0]}: {getattr(error, 'strerror', None) or error}"))
                return
            self._runs.append(run)
            if run.fileno >= 0:
                self._selector.register(run.fileno, selectors.EVENT_READ)
        listener = self._listeners[endpoint]
        self._selector.register(listener, selectors.EVENT_READ)
        self._wanted.append(_Wanted(listener, run, deliver, time.monotonic() + self._wait))

    def _tell_deaths(self) -> None:
        died = [run.died for run in self._runs if run.died]
        if died:
            for run in self._runs:
                run.told = True
                run.end()
            for wanted in list(self._wanted):
                self._drop(wanted)
            raise TargetDied(died[0])

    def _serve(self) -> None:
        """Answer each `connect` whose connection has come, or will not come."""
        ready = {key.fd for key, _ in self._selector.select(0)}
        now = time.monotonic()
        for wanted in list(self._wanted):
            there = wanted.listener.fileno() in ready
            over = now >= wanted.until or (wanted.run is not None and wanted.run.failed)
            if there or over or wanted.listener.fileno() < 0:
                self._drop(wanted)
                if over and not there and wanted.run is None:
                    raise StaysAway(f"no peer has connected to {self.endpoint} for {self._wait:g} s")
                wanted.deliver(Answer("ok"))

    def _drop(self, wanted: _Wanted) -> None:
        self._wanted.remove(wanted)
        self._selector.unregister(wanted.listener)

    def _sweep(self) -> None:
        """End the commands whose case is over, and forget those that have ended."""
        over = {endpoint for endpoint, listener in self._listeners.items() if listener.fileno() < 0}
        for run in self._runs:
            if run.endpoint in over:
                run.end()
        self._listeners = {end: listener for end, listener in self._listeners.items() if end not in over}
        self._unwatch_ended()
        self._runs = [run for run in self._runs if not run.gone()]

    def _unwatch_ended(self) -> None:
        for run in self._runs:
            if run.fileno >= 0 and run.ended and run.fileno in self._selector.get_map():
                self._selector.unregister(run.fileno)


class _Run:
    """One run of the command, for one connection; `told` says that its death is known."""

    def __init__(self, line: list[str], handle: str, endpoint: str) -> None:
        self.handle, self.endpoint = handle, endpoint
        self._process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        self._watchdog = Watchdog(self._process.pid)
        self._stderr = Stderr()
        assert self._process.stderr is not None
        self._stderr.drain(self._process.stderr)
        self._kill_at = 0.0
        self.told = False
        self.fileno = -1
        with contextlib.suppress(AttributeError, OSError):  # where there are no such descriptors, deadlines find it out
            self.fileno = os.pidfd_open(self._process.pid)

    @property
    def died(self) -> str:
        """How it crashed, if it did and nobody was told; none of our signals does that."""
        status = self._process.poll()
        if self.told or status not in _CRASHES:
            return ""
        return f"the command died of {signal.Signals(-status).name}{f': {self.last_words}' if self.last_words else ''}"

    @property
    def failed(self) -> bool:
        """Whether it has ended, and not well."""
        return bool(self._process.poll())

    @property
    def last_words(self) -> str:
        """The last line that it wrote to its standard error, or its exit status."""
        status = self._process.poll()
        self._stderr.settle(0.1)
        said = self._stderr.last_line()
        return said or (f"the command ended with status {status}" if status is not None else "")

    @property
    def ended(self) -> bool:
        """Whether the process has ended; `gone` may still have to clear up."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Ask it to end; `gone` sees to it that it does."""
        if not self._kill_at:
            self._kill_at = time.monotonic() + GRACE_SECONDS
            self._signal(signal.SIGTERM)

    def gone(self) -> bool:
        """Whether it has ended; what it leaves behind is ended with it."""
        if self._process.poll() is None:
            if self._kill_at and time.monotonic() >= self._kill_at:
                self._signal(signal.SIGKILL)
                self._process.wait()
            else:
                return False
        if self.died:
            return False  # until somebody is told
        self._signal(signal.SIGKILL)
        self._watchdog.dismiss()
        self._stderr.close()
        if self.fileno >= 0:
            os.close(self.fileno)
            self.fileno = -1
        return True

    def wait(self) -> None:
        """Wait until it has ended if it is asked to, at most for the grace."""
        if self._kill_at:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.0, self._kill_at - time.monotonic()))
            self._kill_at = min(self._kill_at, time.monotonic())
            self.gone()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def endpoint_of(listener: socket.socket) -> str:
    """The endpoint on which a socket listens."""
    host, port = listener.getsockname()[:2]
    return f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"


def _listener(host: str, port: int) -> tuple[socket.socket, str]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=128)
    return listener, endpoint_of(listener)


def _unsupported(op: str) -> Answer:
    return Answer("unsupported", {}, f"{_LOCAL} for {op}: the target is judged from outside")
