"""The runner's judgement of results: what is confirmed alone, what side by side, and what is not accused at all."""

import socket
from collections.abc import Callable, Iterable, Iterator

import pytest

from conformance.api import Case
from conformance.harness.blackbox import Bound
from conformance.harness.catalogue import Selection, select
from conformance.harness.player import Settings
from conformance.harness.runner import SURE, Plan, Runner, Selected
from conformance.harness.verdict import Ending, Result, Verdict

POSITIVE = [
    (case, side)
    for case, side in select(Selection(patterns=("null.*",)))
    if side == "binds" and not case.negative and not case.timed
]


class Scripted(Runner):
    """A runner whose plays are told beforehand: `say` gets the case's place and whether it is played alone."""

    def __init__(self, say: Callable[[int, int], Result]) -> None:
        super().__init__(Bound("tcp://127.0.0.1:9"), Settings(), Plan(jobs=32))
        self._say = say
        self.played: list[tuple[str, int]] = []

    def _play(self, entries: Iterable[Selected], settings: Settings, jobs: int) -> Iterator[Result]:
        for case, _ in entries:
            self.played.append((case.id, jobs))
            yield self._say(next((n for n, (c, _) in enumerate(POSITIVE) if c.id == case.id), -1), jobs)

    def _alive(self, case: Case) -> bool:
        return True


def result(number: int, verdict: Verdict, ending: Ending = Ending.ANSWERED) -> Result:
    case, side = POSITIVE[number]
    return Result(case, side, verdict, ending, "why", case.checks[0], 0.001)


def run(say: Callable[[int, int], Result], many: int) -> tuple[Scripted, list[Result]]:
    runner = Scripted(say)
    return runner, list(runner.results(POSITIVE[:many]))


def test_a_failure_is_played_again_alone() -> None:
    runner, results = run(lambda number, jobs: result(number, Verdict.FAIL if number == 1 else Verdict.PASS), 3)
    assert [r.verdict for r in results] == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]
    assert results[2].confirmed and not results[0].confirmed
    assert (POSITIVE[1][0].id, 1) in runner.played


@pytest.mark.parametrize(
    ("first", "alone", "verdict"),
    [
        ((Verdict.FAIL, Ending.ANSWERED), (Verdict.PASS, Ending.ANSWERED), Verdict.INCONCLUSIVE),
        ((Verdict.FAIL, Ending.ANSWERED), (Verdict.WARN, Ending.ANSWERED), Verdict.INCONCLUSIVE),
        ((Verdict.FAIL, Ending.SILENT), (Verdict.PASS, Ending.ANSWERED), Verdict.PASS),
        ((Verdict.FAIL, Ending.CRASHED), (Verdict.PASS, Ending.ANSWERED), Verdict.PASS),
        ((Verdict.WARN, Ending.CLOSED), (Verdict.WARN, Ending.CLOSED), Verdict.WARN),
    ],
)
def test_two_plays_decide(first: tuple[Verdict, Ending], alone: tuple[Verdict, Ending], verdict: Verdict) -> None:
    def say(number: int, jobs: int) -> Result:
        return result(
            max(number, 0), *(alone if jobs == 1 and number == 0 else first if number == 0 else (Verdict.PASS,))
        )

    _, results = run(say, 2)
    assert results[-1].verdict is verdict and results[-1].confirmed == (verdict is not Verdict.INCONCLUSIVE)


def test_many_silences_are_confirmed_side_by_side_once_some_were_alone() -> None:
    many = SURE + 10
    runner, results = run(lambda number, jobs: result(max(number, 0), *_unless(number < 0, Ending.SILENT)), many)
    assert [r.verdict for r in results] == [Verdict.FAIL] * many and all(r.confirmed for r in results)
    again = [jobs for name, jobs in runner.played if name != "calibration"][many:]
    assert again[:SURE] == [1] * SURE and len(again) == many and 1 not in again[SURE:]


def test_who_is_silent_only_beside_others_is_played_alone_in_the_end() -> None:
    many, lively = SURE + 4, SURE + 2
    plays = []

    def say(number: int, jobs: int) -> Result:
        plays.append((number, jobs))
        if number == lively and plays.count((number, 8)) and jobs != 32:
            return result(number, Verdict.PASS)
        return result(max(number, 0), *_unless(number < 0, Ending.SILENT))

    _, results = run(say, many)
    assert (lively, 8) in plays and (lively, 1) in plays
    assert {r.case.id: r.verdict for r in results}[POSITIVE[lively][0].id] is Verdict.PASS
    assert sum(r.verdict is Verdict.FAIL for r in results) == many - 1


def test_a_target_that_answers_nothing_is_not_accused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.harness.runner.HANDSHAKE", 0.5)
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as hole:
        runner = Runner(Bound(f"tcp://127.0.0.1:{hole.getsockname()[1]}"), Settings(), Plan(jobs=32))
        results = list(runner.results(POSITIVE[:40]))
    assert {r.verdict for r in results} <= {Verdict.INCONCLUSIVE, Verdict.UNSUPPORTED, Verdict.INFO, Verdict.PASS}
    assert sum(r.verdict is Verdict.INCONCLUSIVE for r in results) > 10
    assert all("not even a plain handshake" in r.reason for r in results if r.verdict is Verdict.INCONCLUSIVE)


def _unless(good: bool, ending: Ending) -> tuple[Verdict, Ending]:
    return (Verdict.PASS, Ending.ANSWERED) if good else (Verdict.FAIL, ending)
