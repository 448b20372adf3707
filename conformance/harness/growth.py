"""Memory: what is repeated must not make the target's process grow without bound (oracle 6).

Theory of operation: the results of a run tell which kinds of stimulus it has put to a target: a peer that announces more
than it sends, one that leaves in the midst of a message, one that is refused. The first case of each kind, mechanism, role
and side stands for its kind: it is judged once its kind has been repeated with a burden large enough to be seen. A process
that is larger afterwards, by more than a share of what was sent and by more than noise, is suspect. A suspect is repeated
in rounds: only one that grows in every round is accused, since whoever keeps freed memory for the next time grows once.
Where nothing stands behind the target whose size could be asked for, or where its size says nothing (see `HEAPS` and `GO`),
nothing is repeated.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

import psutil

from conformance.api import Case, Delivery, accepts, expect, handshake, hang_up, octets, peer, send
from conformance.api.case import Side
from conformance.api.script import Step
from conformance.harness.application import ONE_PEER
from conformance.harness.verdict import Ending, Moment, Result, Verdict
from spec_model.framing import LONG, MORE
from spec_model.grammar.greeting import GREETING_SIZE

AGAIN = 4
"""How many times more often a kind is repeated in each round that confirms."""

ROUNDS = 5
"""How often it must grow, one time after the other: a collector of garbage lets a heap double now and then."""

HEAPS = frozenset({"java", "dotnet", "node"})
"""Machines that collect no garbage before a heap of any size is full: that such a process grows says nothing."""

GO = b"\xff Go buildinf:"
"""What stands in every program that Go has built: its heap may double before it is collected, and is given back late."""

AT_ONCE = 16
"""How many cases at once to begin with; one after the other in the rounds that confirm."""

BURDEN = 512 * 1024
"""Octets that one repetition makes the target hold, where the kind is one that can."""

NOISE = 2 * 1024 * 1024
"""Octets by which a process may be larger for reasons of its own."""

SHARE = 0.5
"""Which part of what was sent may stay."""

SETTLING = 1.0
"""Seconds that a process has to let go of what it holds."""

MUCH = 1 << 30
Entry = tuple[Case, Side]
Plays = Callable[[Iterable[Entry], int], Iterator[Result]]


@dataclass(frozen=True)
class Kind:
    """A kind of stimulus, and what is repeated for it.

    Attributes:
        title: what such a peer does.
        burden: what one peer puts to the target; None repeats the case itself.
        sends: octets of it.
        times: how often it is repeated to begin with.
    """

    title: str
    burden: Callable[[Case], Step] | None = None
    sends: int = 0
    times: int = 8

    def repetitions(self, case: Case, times: int) -> Iterator[Case]:
        """So many repetitions: the case itself, or one script in which one peer after the other comes to the same socket.

        The last peer of such a script is an ordinary one: when it is served, those before it have been seen to.
        """
        name = f"{case.id} repeated"
        if self.burden is None:
            yield from (replace(case, id=f"{name} {number}") for number in range(times))
            return
        peers = (
            (peer(f"peer {number}" if number else "first"), handshake(), self.burden(case), hang_up())
            for number in range(times)
        )
        script = (*(step for steps in peers for step in steps), peer("last"), expect(accepts()))
        yield replace(case, id=name, script=script, delivery=Delivery.WHOLE)


def _announce(case: Case) -> Step:
    return octets(bytes([LONG]) + MUCH.to_bytes(8, "big") + bytes(BURDEN))


def _leave_unfinished(case: Case) -> Step:
    if case.under_test.mechanism == "CURVE":
        return send("MESSAGE", flags=MORE, data=bytes(BURDEN))
    return octets(bytes([LONG | MORE]) + BURDEN.to_bytes(8, "big") + bytes(BURDEN))


ANNOUNCED = Kind("a frame that announces more than comes", _announce, BURDEN)
UNFINISHED = Kind("a message that is never finished", _leave_unfinished, BURDEN)
REFUSED = Kind("a peer that is refused", times=16)


def kind_of(result: Result) -> Kind | None:
    """The kind of stimulus that a case has put to the target, read from what was sent."""
    case = result.case
    wanted = case.under_test
    if not case.negative or case.timed or case.asks_handler or wanted.refuses_clients or wanted.socket_type in ONE_PEER:
        return None
    sent = [moment for moment in result.trace if moment.direction == "sent" and moment.peer == "first"]
    announced, more = _rest(b"".join(moment.octets for moment in sent)[GREETING_SIZE:])
    if announced >= 1 << 12:
        return ANNOUNCED
    if more or sent and sent[-1].what == "MESSAGE" and sent[-1].fields.get("flags", 0) & MORE:
        return UNFINISHED
    return REFUSED if result.ending in (Ending.CLOSED, Ending.RESET) else None


def _rest(stream: bytes) -> tuple[int, bool]:
    """How many octets are announced and not there, and whether the last whole message frame has more behind it."""
    at, more = 0, False
    while at + 9 <= len(stream) or at + 2 <= len(stream) and not stream[at] & LONG:
        head = 9 if stream[at] & LONG else 2
        size = int.from_bytes(stream[at + 1 : at + head], "big")
        if at + head + size > len(stream):
            return at + head + size - len(stream), more
        more = bool(stream[at] & MORE) if not stream[at] & 0x04 else more
        at += head + size
    return 0, more


class Growth:
    """Repeats what a run has done, and looks at the size of the target's processes; see the head of this module.

    Args:
        pids: the target's processes.
        plays: plays cases without oracles, so many at once.
    """

    def __init__(self, pids: Callable[[], Iterable[int]], plays: Plays) -> None:
        self._pids, self._plays = pids, plays
        self._held: dict[tuple[str, str, str, Side], tuple[Kind, Result]] = {}

    @property
    def held(self) -> tuple[Result, ...]:
        """Results that wait until their kind has been repeated."""
        return tuple(result for _, result in self._held.values())

    def takes(self, result: Result) -> bool:
        """Whether this result stands for its kind, and is held until `judged` gives it."""
        if result.verdict not in (Verdict.PASS, Verdict.INFO):
            return False
        kind = kind_of(result)
        if kind is None:
            return False
        under_test = result.case.under_test
        key = kind.title, under_test.mechanism, under_test.role, result.side
        if key in self._held or not can_be_weighed(self._pids()):
            return False
        self._held[key] = kind, result
        return True

    def judged(self) -> Iterator[Result]:
        """The results that were held, each after its kind was repeated."""
        while self._held:
            key, (kind, result) = next(iter(self._held.items()))
            judged = self._judge(kind, result)
            del self._held[key]
            yield judged

    def _judge(self, kind: Kind, result: Result) -> Result:
        if self._repeat(kind, result, kind.times, at_once=AT_ONCE).within:
            return result
        rounds: list[_Round] = []
        for _ in range(ROUNDS):
            rounds.append(self._repeat(kind, result, AGAIN * kind.times, at_once=1))
            if rounds[-1].within:
                return result
            if rounds[-1].died:
                break
        requirement, times = result.case.checks[0], f"{AGAIN * kind.times} times {kind.title}"
        figures = ", ".join(f"{one.grown / 2**20:.1f}" for one in rounds)
        saw = f"it grew in each of {ROUNDS} rounds of {times}"
        note = f"the target's processes grew by {figures} MiB, each time after {times}"
        if rounds[-1].died:
            saw = note = f"its process died of {times}"
        return replace(
            result,
            verdict=Verdict.FAIL,
            ending=Ending.CRASHED if rounds[-1].died else result.ending,
            requirement=requirement,
            reason=f"fails {requirement}: expected that memory does not grow without bound; {saw}",
            trace=(*result.trace, Moment(result.seconds, "", "note", note)),
            confirmed=True,
        )

    def _repeat(self, kind: Kind, result: Result, times: int, *, at_once: int) -> "_Round":
        """Repeat a kind so many times, and see what is left once the target's processes have settled."""
        pids, most = tuple(self._pids()), bound(kind, times)
        before = size_of(pids)
        entries = [(case, result.side) for case in kind.repetitions(result.case, times)]
        for _ in self._plays(entries, at_once):
            pass
        grown, until = size_of(pids) - before, monotonic() + SETTLING
        while grown > most and monotonic() < until:
            sleep(0.02)
            grown = size_of(pids) - before
        return _Round(grown, grown <= most and tuple(self._pids()) == pids, tuple(self._pids()) != pids)


class _Round(NamedTuple):
    """What came of a round.

    Attributes:
        grown: octets by which the processes are larger.
        within: they are not larger than they may be, and the same.
        died: one of them is not there any more.
    """

    grown: int
    within: bool
    died: bool


def bound(kind: Kind, times: int) -> int:
    """By how much a process may be larger after so many repetitions."""
    return max(NOISE, int(SHARE * kind.sends * times))


def can_be_weighed(pids: Iterable[int]) -> bool:
    """Whether there are processes, and their size tells what they hold."""
    found = tuple(_processes(pids))
    try:
        return bool(found) and not any(process.name() in HEAPS or _built_by_go(process.exe()) for process in found)
    except psutil.Error:
        return False


@cache
def _built_by_go(program: str) -> bool:
    try:
        return GO in Path(program).read_bytes()
    except OSError:
        return False


def _processes(pids: Iterable[int]) -> Iterator[psutil.Process]:
    """These processes and their children, as far as they are there."""
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            yield from (process, *process.children(recursive=True))


def size_of(pids: Iterable[int]) -> int:
    """Octets of memory that these processes and their children have in use; one that is gone has none."""
    total = 0
    for process in _processes(pids):
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total


__all__ = ["Growth", "bound", "can_be_weighed", "kind_of", "size_of"]
