"""The suite against a bare replay of the same octets, in turn, in one run.

One run of the suite is recorded (see `recording`); then the suite and the replay of that record (see `replay`) take turns.
What the suite may take besides is the longest timer that a case could not avoid, and one start of the target's process:
that of the first adapter process, and those that other pools need, are part of its time and not of the replay's.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from conformance.adapters.process import AdapterProcess
from conformance.bench.recording import Ask, Recording, RecordingRunner
from conformance.bench.replay import Replay, Replayed
from conformance.bench.timing import Times
from conformance.harness.runner import Plan, Runner, Selected
from conformance.harness.stage import Settings
from conformance.harness.tcp import Adapters

REACH = 3.0


@dataclass(frozen=True)
class Figures:
    """What was measured, in seconds where nothing else is said.

    Attributes:
        suite, replay: wall times, one for each round.
        timer: the longest time that a case had to wait for nothing, its confirmation included.
        timer_of: the case that had to.
        start: one start of the target's process.
        cases, plays, octets: how many cases ran, how many plays were replayed, how many octets they sent.
        cut_short: plays in which the target did otherwise than in the record, in the last round: CURVE, mostly.
        given_up: plays in which the replay waited in vain, in the last round.
        verdicts: how often each verdict was given, in the last round.
    """

    suite: Times
    replay: Times
    timer: float
    timer_of: str
    start: float
    cases: int
    plays: int
    octets: int
    cut_short: int
    given_up: int
    verdicts: Mapping[str, int]

    @property
    def ratio(self) -> float:
        """How many times longer the suite takes than the replay."""
        return self.suite.median / self.replay.median

    @property
    def allowed(self) -> float:
        """What the suite may take."""
        return REACH * self.replay.median + self.timer + self.start

    @property
    def reached(self) -> bool:
        """Whether it takes no more."""
        return self.suite.median <= self.allowed


def measure(
    command: Sequence[str],
    environment: Mapping[str, str],
    selected: Sequence[Selected],
    *,
    repeat: int,
    jobs: int,
    told: Callable[[str], None],
) -> Figures:
    """Run suite and replay in turn, so many times, after one recorded run.

    Args:
        command, environment: how to start the target's adapter.
        told: gets a line about what is done now.

    Raises:
        AdapterError: the adapter does not start.
    """
    starts: list[float] = []

    def start() -> AdapterProcess:
        began = time.perf_counter()
        process = AdapterProcess(command, environment=environment)
        try:
            process.start()
        except BaseException:
            process.stop()
            raise
        starts.append(time.perf_counter() - began)
        return process

    def play(kind: type[Runner]) -> tuple[float, Runner, Counter[str]]:
        began = time.perf_counter()
        adapters = Adapters(start)
        try:
            adapters.process()
            runner = kind(adapters, Settings(), Plan(jobs=jobs))
            verdicts = Counter(result.verdict.value for result in runner.results(selected))
            return time.perf_counter() - began, runner, verdicts
        finally:
            adapters.stop()

    told("recording one run of the suite")
    _, recorder, verdicts = play(RecordingRunner)
    assert isinstance(recorder, RecordingRunner)
    recordings = recorder.recordings
    pools = {step.pool for recording in recordings for step in recording.steps if isinstance(step, Ask)} or {""}
    suites: list[float] = []
    replays: list[Replayed] = []
    for number in range(repeat):
        told(f"round {number + 1} of {repeat}")
        spent, _, verdicts = play(Runner)
        suites.append(spent)
        replay = Replay(command, environment, pools)
        try:
            replays.append(replay.run(recordings, jobs))
        finally:
            replay.stop()
    timer, timer_of = longest_timer(recordings)
    last = replays[-1]
    return Figures(
        suite=Times(tuple(suites)),
        replay=Times(tuple(replayed.seconds for replayed in replays)),
        timer=timer,
        timer_of=timer_of,
        start=Times(tuple(starts)).median,
        cases=len(selected),
        plays=last.plays,
        octets=last.octets,
        cut_short=last.cut_short,
        given_up=last.given_up,
        verdicts=verdicts,
    )


def longest_timer(recordings: Sequence[Recording]) -> tuple[float, str]:
    """How long one case waited for nothing in all its plays together, and which case that is."""
    waited: defaultdict[str, float] = defaultdict(float)
    for recording in recordings:
        waited[recording.name] += sum(recording.timers)
    name, seconds = max(waited.items(), key=lambda entry: entry[1], default=("", 0.0))
    return seconds, name if seconds else ""
