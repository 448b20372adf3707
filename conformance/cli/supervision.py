"""Adapters that hang, flood or print rubbish: each gets another chance, and the third time the run ends.

Theory of operation: this stands between the harness and its adapters and knows when each request ought to have been
answered. What is overdue is a fault like rubbish or a flood: the process is ended, whoever waited for it is told, and
the next request starts another one. A target that dies is not at fault in this sense, the runner finds who kills it;
but one that dies again and again before it has done anything at all cannot be judged.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from conformance.cli.exits import Exit, Stop
from conformance.harness.effects import AdapterFault, Answer, TargetDied
from conformance.harness.tcp import Adapters

MOST_FAULTS = 3
MOST_DEATHS = 5
FIRST_ANSWERS = 20
"""A target that gave so many answers before it died is one that works."""


class Hopeless(Stop):
    """The run ends: the adapter is at fault, or its target dies, again and again."""


class Supervised:
    """`Adapters`, watched; see the head of this module.

    Args:
        name: the target, for what is said of it.
        adapters: what is watched.
        seconds: how long an answer may take, beyond the time that the request itself grants.

    `faults` are those that there were, each in one line.
    """

    def __init__(self, name: str, adapters: Adapters, seconds: float) -> None:
        self._name, self._adapters, self._seconds = name, adapters, seconds
        self._due: dict[object, tuple[float, str, str]] = {}
        self._answers = self._deaths = 0
        self.faults: list[str] = []

    def post(self, pool: str, op: str, params: Mapping[str, Any], deliver: Callable[[Answer], None]) -> None:
        """Ask; note until when the answer is due."""
        key = object()

        def arrived(answer: Answer) -> None:
            self._due.pop(key, None)
            self._answers += 1
            deliver(answer)

        with self._counting():
            self._adapters.post(pool, op, params, arrived)  # which may have to start a process first
            self._due[key] = (time.monotonic() + self._seconds + params.get("timeout_ms", 0) / 1000, pool, op)

    def filenos(self) -> Iterable[int]:
        """The standard outputs of the adapters; an adapter that owes an answer for too long is ended."""
        with self._counting():
            if self._late():
                self._adapters.pump()  # it may be we who are late
            if late := self._late():
                pool, op = late
                self._adapters.process(pool).stop(0.0)
                with contextlib.suppress(AdapterFault):
                    self._adapters.pump()  # it learns that the process has gone
                raise AdapterFault(f"{self._name}: the adapter hangs: it has not answered {op} for {self._seconds:g} s")
            return self._adapters.filenos()

    def pump(self) -> None:
        """Deliver what came."""
        with self._counting():
            self._adapters.pump()

    def pids(self) -> Iterable[int]:
        """The adapter processes that run."""
        return self._adapters.pids()

    def options(self) -> Collection[str]:
        """The options that the target offers."""
        return self._adapters.options()

    def listen(self) -> tuple[socket.socket, str]:
        """A socket to which the target will be told to connect, and its endpoint."""
        return self._adapters.listen()

    def give_up(self, pool: str, why: str) -> None:
        """End the process of a pool that hangs; that counts as a death."""
        with self._counting():
            self._adapters.give_up(pool, f"{self._name}: {why}")

    def stop(self) -> None:
        """End every process."""
        self._adapters.stop()

    def _late(self) -> tuple[str, str] | None:
        """Pool and operation of a request whose answer is overdue."""
        now = time.monotonic()
        return next(((pool, op) for due, pool, op in self._due.values() if due < now), None)

    @contextlib.contextmanager
    def _counting(self) -> Iterator[None]:
        """Count faults and deaths; after one of them nobody waits for an answer any more."""
        try:
            yield
        except AdapterFault as fault:
            self._due.clear()
            self.faults.append(str(fault))
            if len(self.faults) >= MOST_FAULTS:
                raise Hopeless(
                    Exit.FAULT, f"given up after {MOST_FAULTS} faults of the adapter; the last: {fault}"
                ) from fault
            raise
        except TargetDied as death:
            self._due.clear()
            self._deaths += 1
            if self._deaths >= MOST_DEATHS and self._answers < FIRST_ANSWERS:
                text = (
                    f"given up: the target died {MOST_DEATHS} times before anything could be judged; the last: {death}"
                )
                raise Hopeless(Exit.UNREACHABLE, text) from death
            raise
