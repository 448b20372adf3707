"""The suite against a bare replay of the same octets, in turn, in one run.

One run of the suite is recorded (see `recording`); then the suite and the replay of that record (see `replay`) take turns.
What the suite may take besides is the longest timer that a case could not avoid, and one start of the target's process.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conformance.adapters.process import AdapterProcess
from conformance.adapters.registry import Target
from conformance.bench.recording import Ask, RecordingRunner
from conformance.bench.replay import Replay
from conformance.harness.runner import Plan, Runner, Selected
from conformance.harness.stage import Settings
from conformance.harness.tcp import Adapters

REACH = 3.0


@dataclass(frozen=True)
class Figures:
    """What was measured, in seconds where nothing else is said.

    Attributes:
        suite, replay: wall times, one for each round.
        timer: the longest time that a case had to wait for nothing.
        start: one start of the target's process.
        cases, plays, octets: how many cases ran, how many plays were replayed, how many octets they sent.
    """

    suite: tuple[float, ...]
    replay: tuple[float, ...]
    timer: float
    start: float
    cases: int
    plays: int
    octets: int

    @property
    def allowed(self) -> float:
        """What the suite may take."""
        return REACH * statistics.median(self.replay) + self.timer + self.start

    @property
    def reached(self) -> bool:
        """Whether it takes no more."""
        return statistics.median(self.suite) <= self.allowed


def measure(
    target: Target, selected: Sequence[Selected], *, repeat: int, jobs: int, told: Callable[[str], None]
) -> Figures:
    """Run suite and replay in turn, so many times, after one recorded run."""
    plan = Plan(jobs=jobs)
    starts: list[float] = []

    def start() -> AdapterProcess:
        began = time.perf_counter()
        process = AdapterProcess(target.command, environment=target.environment, name=target.name)
        process.start()
        starts.append(time.perf_counter() - began)
        return process

    def play(kind: type[Runner]) -> tuple[float, Runner]:
        adapters = Adapters(start)
        try:
            adapters.process()
            runner = kind(adapters, Settings(), plan)
            began = time.perf_counter()
            for _ in runner.results(selected):
                pass
            return time.perf_counter() - began, runner
        finally:
            adapters.stop()

    told("recording one run of the suite")
    _, recorder = play(RecordingRunner)
    assert isinstance(recorder, RecordingRunner)
    recordings = recorder.recordings
    pools = {step.pool for recording in recordings for step in recording.steps if isinstance(step, Ask)}
    suites, replays, octets = [], [], 0
    for number in range(repeat):
        told(f"round {number + 1} of {repeat}")
        suites.append(play(Runner)[0])
        replay = Replay(target.command, target.environment, pools or {""})
        try:
            replayed = replay.run(recordings, jobs)
        finally:
            replay.stop()
        replays.append(replayed.seconds)
        octets = replayed.octets
    timer = max((timer for recording in recordings for timer in recording.timers), default=0.0)
    return Figures(
        tuple(suites), tuple(replays), timer, statistics.median(starts), len(selected), len(recordings), octets
    )
