"""Runs a selection of cases against one target: calibration, controls, cases, confirmation.

Theory of operation: first the target's pace is measured, and patience is a generous multiple of it. Then all distinct
controls run side by side, then all cases whose control passed; those that need time come first. Whatever is not good is
played once more, alone and with more patience, before it counts: two plays that disagree are inconclusive. A target that
dies takes every case with it that was under way; each of them is then played alone, and only who kills it alone is blamed.
One whose process lives and serves nobody any more is ended, and that counts as a death (see `hanging`).

A target that answers nothing at all is not waited for over and over: where a plain handshake was not answered in all the
time that calibration gives it, nothing is played twice, and nobody is accused of silence. Where silence has been confirmed
alone a number of times without one exception, it is not the machine that is slow, and what else is silent is confirmed
side by side; who disagrees there is played alone all the same.
"""

import gc
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from conformance.api import Case
from conformance.api.case import Delivery, Side
from conformance.api.script import Accepts, Expect, Step, Until
from conformance.harness.application import RECEIVING
from conformance.harness.growth import Growth
from conformance.harness.hanging import SERVED_NOBODY, Probe, pool_of, speechless
from conformance.harness.player import Player, Settings
from conformance.harness.rehearsal import control_key, without_control
from conformance.harness.tcp import Behind, TcpWorld
from conformance.harness.verdict import BAD, Ending, Result, Verdict

WARM_UP = 24
"""Plays before the target's pace is measured: a target that is compiled while it runs is slow at first."""

CALIBRATION_PLAYS = 12
LEAST_PATIENCE = 0.25
GRACE = 1.0
"""Seconds within which a death of the target's process is held against the cases that had just ended."""

ALONE = 6.0
"""How many times more patience a case has when it is confirmed alone."""

SEVERAL = 5.0
"""Seconds beyond which that is no more patience than it had before."""

HANDSHAKE = 5.0
"""Seconds that a plain handshake may take when the target's pace is measured."""

SURE = 8
"""Silences that have to be confirmed alone, one after the other, before others are confirmed side by side."""

AT_ONCE = 8
"""How many of those are then played at once."""

SELDOM = (50_000, 20, 20)
"""When garbage is collected: looking for cycles as often as Python does by itself is a tenth of the work of a run."""

Selected = tuple[Case, Side]
Key = tuple[object, ...]


@dataclass(frozen=True)
class Plan:
    """How to run.

    Attributes:
        jobs: cases at once.
        seed: for the testers' randomness.
        slow: play cases that need real time to pass.
        patience: seconds after which silence is believed; None measures it.
        confirm: play what is not good again, alone.
        growth: repeat each kind of stimulus and see whether the target's processes grow.
    """

    jobs: int = 32
    seed: int = 0
    slow: bool = False
    patience: float | None = None
    confirm: bool = True
    growth: bool = True


class Runner:
    """Runs cases against one target; `results` can be taken as they come.

    `unfinished` gives those that were judged and are not final: what is known of them if the run ends early.

    Args:
        behind: what stands behind the target.
        settings: how to play; patience is measured unless the plan gives it.
        plan: how to run.
        replay: the command line that plays one case again.
    """

    def __init__(
        self, behind: Behind, settings: Settings, plan: Plan, replay: Callable[[str], str] = lambda _: ""
    ) -> None:
        self._world = TcpWorld(behind)
        self._behind, self._plan, self._replay = behind, plan, replay
        self._settings = replace(settings, seed=plan.seed, slow=plan.slow)
        self.patience = plan.patience or LEAST_PATIENCE
        self._suspects: list[Result] = []
        self._held: deque[tuple[float, Result]] = deque()
        self._growth = Growth(behind.pids, self._repeat)
        self._mute = False  # a plain handshake was not answered
        self._silences = 0  # silent when played alone, one after the other
        self._beside: set[tuple[str, Side]] = set()
        self._may_hang = False  # it is ours, and it was well once

    def results(self, selected: Iterable[Selected]) -> Iterator[Result]:
        """Run the cases; yields each result as soon as it is final."""
        before = gc.get_threshold()
        gc.set_threshold(*SELDOM)
        try:
            for result in self._results(selected):
                if not (self._plan.growth and self._growth.takes(result)):
                    yield result
            yield from self._growth.judged()
        finally:
            gc.set_threshold(*before)

    def _results(self, selected: Iterable[Selected]) -> Iterator[Result]:
        # What takes longest comes first, so that there is something beside it: timers, then the same again at every split.
        wanted = sorted(selected, key=lambda entry: (not entry[0].timed, entry[0].delivery is not Delivery.SPLITS))
        pace = self._calibrate(wanted)
        self.patience = self._plan.patience or max(LEAST_PATIENCE, pace)
        self._may_hang = self._settings.driven and not self._mute
        narrow = "send_buffer" in self._behind.options()
        self._settings = replace(self._settings, patience=self.patience, narrow=narrow)
        keys = [control_key(case, side) if case.negative else None for case, side in wanted]
        controls = self._controls(wanted, keys)
        ready: list[Selected] = []
        for (case, side), key in zip(wanted, keys, strict=True):
            control = controls.get(key) if key is not None else None
            if control is None or control.verdict is Verdict.PASS:
                ready.append((case, side))
            else:
                yield self._final(without_control(case, side, control))
        self._suspects.clear()
        for result, doubtful in self._judged(ready):
            if self._mute and _silent(result):
                yield self._final(_unanswered(result))
            elif self._plan.confirm and (result.verdict in BAD or doubtful):
                self._suspects.append(result)
            else:
                yield self._final(result)
        yield from self._confirmations()

    def _confirmations(self) -> Iterator[Result]:
        while self._suspects:
            if self._silences >= SURE and (agreed := self._side_by_side()):
                for suspect, second in agreed:
                    self._suspects.remove(suspect)
                    yield self._final(replace(second, confirmed=True))
            if self._suspects:
                first = self._suspects[0]
                result = self._final(self._confirmed(first))
                if first.ending in (Ending.SILENT, Ending.CRASHED) and result.ending is Ending.SILENT:
                    self._silences += 1
                elif first.ending is not Ending.CRASHED:  # who met another's crash says nothing about silence
                    self._silences = 0
                self._suspects.pop(0)
                yield result

    def _side_by_side(self) -> list[tuple[Result, Result]]:
        """Suspects whose silence agreed when they were played again, several at once, with their second plays."""
        silent = {(first.case.id, first.side): first for first in self._suspects if first.ending is Ending.SILENT}
        silent = {key: first for key, first in silent.items() if key not in self._beside}
        self._beside |= silent.keys()  # who did not agree there is played alone, and not once more beside others
        entries = [(first.case, first.side) for first in silent.values()]
        before = len(self._world.deaths)
        plays = list(self._play(entries, self._patient(), min(AT_ONCE, self._plan.jobs)))
        if len(self._world.deaths) > before:
            return []
        pairs = ((silent[second.case.id, second.side], second) for second in plays)
        agreed = [(a, b) for a, b in pairs if (a.verdict, a.ending) == (b.verdict, b.ending)]
        # Whoever did not get as far as its stimulus may have been kept waiting by those beside it.
        return [(a, b) for a, b in agreed if b.verdict is not Verdict.INCONCLUSIVE]

    def unfinished(self) -> tuple[Result, ...]:
        """Results that wait to be confirmed, or until they are old enough."""
        waiting = (*self._suspects, *(result for _, result in self._held))
        return (*self._growth.held, *map(self._final, waiting))

    def _controls(self, wanted: Iterable[Selected], keys: Iterable[Key | None]) -> dict[Key, Result]:
        distinct: dict[Key, Selected] = {}
        for (case, side), key in zip(wanted, keys, strict=True):
            if key is not None and key not in distinct:
                distinct[key] = (case.control(), side)
        key_of = {id(case): key for key, (case, _) in distinct.items()}
        found = {key_of[id(r.case)]: r for r in self._play(distinct.values(), self._settings, self._plan.jobs)}
        for key, result in found.items():
            if result.verdict in BAD and self._plan.confirm and not self._mute:
                found[key] = next(iter(self._play([(result.case, result.side)], self._patient(), 1)))
        return found

    def _judged(self, ready: Iterable[Selected]) -> Iterator[tuple[Result, bool]]:
        """The results of the cases, each once it is old enough that a death of the target can be told from its close.

        Doubtful is a result that ended shortly before the target's process was found dead, or with it: what looked like a
        close may have been the crash, of this case or of any other.
        """
        held = self._held
        held.clear()

        def released(until: float) -> Iterator[tuple[Result, bool]]:
            while held and held[0][0] <= until:
                ended, result = held.popleft()
                doubtful = any(abs(death - ended) <= GRACE for death in self._world.deaths)
                if doubtful:
                    result = replace(result, ending=Ending.CRASHED)
                yield result, doubtful

        for result in self._play(ready, self._settings, self._plan.jobs):
            now = time.monotonic()
            held.append((now, result))
            yield from released(now - GRACE)
        if held:
            self._alive(held[-1][1].case)
        yield from released(time.monotonic())

    def _play(self, entries: Iterable[Selected], settings: Settings, jobs: int) -> Iterator[Result]:
        players = (((case, side), Player(case, side, settings).play()) for case, side in entries)
        kept: dict[str, list[Result]] = {}
        for key, outcome in self._world.run(players, jobs):
            if isinstance(key, Probe):
                if not outcome:
                    self._world.give_up(key.pool, SERVED_NOBODY)
                yield from kept.pop(key.pool)
            elif self._may_hang and speechless(outcome):
                pool = pool_of(outcome.case, settings)
                if pool not in kept:
                    kept[pool] = []
                    probe = Probe(pool, self._patient().patience)
                    self._world.join(probe, probe.play())
                kept[pool].append(outcome)
            else:
                yield outcome

    def _repeat(self, entries: Iterable[Selected], jobs: int) -> Iterator[Result]:
        """Play cases whose results nobody judges: without oracles."""
        return self._play(entries, replace(self._settings, witness=False), jobs)

    def _patient(self) -> Settings:
        return replace(self._settings, patience=max(self.patience, min(self.patience * ALONE, SEVERAL)))

    def _confirmed(self, first: Result) -> Result:
        """Play a suspect again, alone; a crash is believed only if it happens alone."""
        before = len(self._world.deaths)
        second = next(iter(self._play([(first.case, first.side)], self._patient(), 1)))
        if len(self._world.deaths) > before and speechless(
            second
        ):  # the process may have hung before it came to this case
            before = len(self._world.deaths)
            second = next(iter(self._play([(first.case, first.side)], self._patient(), 1)))
        died, hung = "the target's process died of it", len(self._world.deaths) > before and speechless(second)
        # A death can be seen in the same breath as the close, when nobody is left to be told of it.
        if second.ending is not Ending.CRASHED and (len(self._world.deaths) > before or not self._alive(first.case)):
            second = replace(
                second,
                verdict=Verdict.FAIL,
                ending=Ending.CRASHED,
                requirement=second.requirement or second.case.checks[0],
                reason=f"fails {second.case.checks[0]}: {SERVED_NOBODY if hung else died}",
            )
        # Silence beside many others, or a crash that any of them may have caused, is a suspicion: the play alone decides.
        if second.verdict is first.verdict or first.ending in (Ending.CRASHED, Ending.SILENT):
            return replace(second, confirmed=True)
        return replace(
            second,
            verdict=Verdict.INCONCLUSIVE,
            reason=f"two plays disagree: {first.verdict} ({first.reason}), alone {second.verdict} ({second.reason})",
        )

    def _alive(self, case: Case) -> bool:
        """Whether the target's process still serves peers; a death that is seen late belongs to the case before."""
        before = len(self._world.deaths)
        probe = Probe(pool_of(case, self._settings), self._patient().patience)
        nothing = Player(replace(case, script=(), delivery=Delivery.WHOLE), "binds", self._patient())
        for _, served in self._world.run([(probe, probe.play() if self._settings.driven else nothing.play())], 1):
            if served is False:
                self._world.give_up(probe.pool, SERVED_NOBODY)
        return len(self._world.deaths) == before

    def _calibrate(self, wanted: list[Selected]) -> float:
        """Fifty times the slowest but one of some plain handshakes with a message, in seconds.

        One that is slower than all others had to wait for the machine, not for the target, and would be waited for in
        every silence. Where one is not answered, one of each other kind is tried: if none is answered, the target is mute.
        """
        handshakes: dict[tuple[str, str, Side], Selected] = {}  # one of each kind
        for case, side in wanted:
            if not case.under_test.refuses_clients:
                done: Step = Expect(Accepts()) if case.under_test.socket_type in RECEIVING else Until("traffic")
                plain = Case("a plain handshake", case.checks, case.under_test, (done,), id="calibration")
                handshakes.setdefault((case.under_test.mechanism, case.under_test.role, side), (plain, side))
        if not handshakes:
            return 0.0
        settings, seconds = replace(self._settings, patience=HANDSHAKE), list[float]()
        measured, *others = handshakes.values()
        for result in self._play([measured] * (WARM_UP + CALIBRATION_PLAYS), settings, 1):
            seconds.append(result.seconds)
            if _silent(result):
                self._mute = all(map(_silent, self._play(others, settings, len(others) or 1)))
                break
        else:
            del seconds[:WARM_UP]
        return 50 * sorted(seconds)[-2] if len(seconds) > 1 else 0.0

    def _final(self, result: Result) -> Result:
        return replace(result, replay=self._replay(result.id))


def _silent(result: Result) -> bool:
    return result.verdict in BAD and result.ending is Ending.SILENT


def _unanswered(result: Result) -> Result:
    reason = f"the target answers nothing, not even a plain handshake within {HANDSHAKE:g} s: {result.reason}"
    return replace(result, verdict=Verdict.INCONCLUSIVE, reason=reason)
