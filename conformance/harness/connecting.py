"""A peer that connects to us, without an adapter: a command that we start, or one that somebody else has started.

Theory of operation: a case listens, and its `connect` is answered as soon as a connection can be accepted, so that the time
which a command takes to start is not held against it. With a fixed port, and with a peer that nobody starts, one case runs
at a time; what connected for an earlier case is cut off before the next one listens.
"""

import contextlib
import re
import select
import selectors
import socket
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.harness.blackbox import endpoint_of, listener_on, unsupported
from conformance.harness.effects import Answer, TargetDied
from conformance.harness.started import Started

LONGEST_WAIT = 15.0
"""How long a connection may take at most: a player gives its `connect` 20 s."""


class StaysAway(Exception):
    """The peer that connects by itself does not come any more; the text is one line."""


@dataclass
class _Wanted:
    """A connection that a case waits for."""

    listener: socket.socket
    run: Started | None
    deliver: Callable[[Answer], None]
    until: float


class Connecting:
    """A peer that connects to us: a command that is started once for each connection, or one that somebody else starts.

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
        self._fixed = listener_on(host, port)[0] if port or not self._command else None
        self._opened = 0
        self._runs: list[Started] = []
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
            deliver(unsupported(op))

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

    def pids(self) -> Iterable[int]:
        """None: a command runs for one connection only, so it cannot grow over several."""
        return ()

    def options(self) -> Collection[str]:
        """None: nobody can be asked for them."""
        return ()

    def listen(self) -> tuple[socket.socket, str]:
        """A listener: the fixed one, cleared of connections that belong to no case any more, or a new one."""
        if self._fixed is None:
            listener, endpoint = listener_on(self._host, 0)
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

    def give_up(self, pool: str, why: str) -> None:
        """Nothing to end: a command runs for one connection only."""

    def stop(self) -> None:
        """End every command, and listen no more."""
        for run in self._runs:
            run.told = True
            run.end()
        for run in self._runs:
            run.wait()
        self._sweep()
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
                run = Started(line, handle, endpoint)
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
        self._runs = [run for run in self._runs if not self._gone(run)]

    def _gone(self, run: Started) -> bool:
        """Whether a command has ended and left nothing; it may have done so just now, while its descriptor was watched."""
        fileno = run.fileno
        gone = run.gone()
        if gone and fileno >= 0 and fileno in self._selector.get_map():
            self._selector.unregister(fileno)
        return gone

    def _unwatch_ended(self) -> None:
        for run in self._runs:
            if run.fileno >= 0 and run.ended and run.fileno in self._selector.get_map():
                self._selector.unregister(run.fileno)
