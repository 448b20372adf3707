"""A target that lives and serves nobody any more: it is noticed, ended like a dead one, and only who hangs it is blamed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.cli.target import process_of, resolve
from conformance.harness.catalogue import Selection, cases, select
from conformance.harness.hanging import SERVED_NOBODY, Probe, speechless
from conformance.harness.player import Settings
from conformance.harness.rehearsal import IN_MEMORY, play
from conformance.harness.runner import Plan, Runner
from conformance.harness.tcp import Adapters, TcpWorld
from conformance.harness.verdict import Ending, Result, Verdict
from conformance.tests.cli.cli_launch import results
from spec_model.connection import Connection
from spec_model.faults import faults

FAULT = "harms.serves-nobody"
GUILTY = "curve.server_hello.first_padding_bit@binds"
INNOCENT = ("curve.server_handshake.accepted@binds", "zmtp.frames_sent.*@binds", "plain.server_sends.ready*@binds")


@pytest.fixture
def adapters() -> Iterator[Callable[[str], Adapters]]:
    """Adapters of a target, stopped in the end."""
    made: list[Adapters] = []

    def of(name: str) -> Adapters:
        def start() -> object:
            process = process_of(resolve(name))
            process.start()
            return process

        made.append(Adapters(start))  # type: ignore[arg-type]
        return made[-1]

    yield of
    for one in made:
        one.stop()


def test_in_memory_a_second_peer_tells() -> None:
    """The reference passes the same case."""
    case = cases()[GUILTY.partition("@")[0]]
    assert play(case, "binds", Connection, IN_MEMORY).verdict in (Verdict.PASS, Verdict.INFO)
    result = play(case, "binds", faults()[FAULT].make, IN_MEMORY)
    assert (result.verdict, speechless(result)) == (Verdict.FAIL, True), result.reason


def test_only_who_hangs_it_is_blamed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody beside it met silence; nobody else is red, and nobody is left in doubt."""
    arguments = [GUILTY, *INNOCENT, "--report-dir", str(tmp_path)]
    assert main(["run", f"faulty:{FAULT}", *arguments]) == Exit.FAILS
    judged = {case["id"]: case for case in results(tmp_path)["cases"]}
    capsys.readouterr()
    guilty = judged.pop(GUILTY)
    assert (guilty["verdict"], guilty["ending"], guilty["confirmed"]) == ("fail", "crashed", True)
    assert SERVED_NOBODY in guilty["reason"]
    assert len(judged) > 10
    assert {case["verdict"] for case in judged.values()} <= {"pass", "info"}, judged


def test_who_is_served_has_no_process_that_hangs(adapters: Callable[[str], Adapters]) -> None:
    """And a process that is given up counts as a death; the next request finds another."""
    behind = adapters("reference")
    world, probe = TcpWorld(behind), Probe("", 10.0)
    assert list(world.run([(probe, probe.play())], 1)) == [(probe, True)]
    (first,) = behind.pids()
    world.give_up("", SERVED_NOBODY)
    assert len(world.deaths) == 1
    assert list(world.run([(probe, probe.play())], 1)) == [(probe, True)]
    assert tuple(behind.pids()) != (first,)
    world.give_up("a pool without a process", SERVED_NOBODY)
    assert len(world.deaths) == 1


def test_a_target_that_is_only_silent_is_not_ended(adapters: Callable[[str], Adapters]) -> None:
    """It does not answer one thing, and serves whoever comes: the silence is judged, and the process stays."""
    behind = adapters("faulty:written.never-closes")
    runner = Runner(behind, Settings(), Plan(jobs=8, growth=False))
    judged = list(
        runner.results(
            select(Selection(patterns=("curve.server_hello.first_padding_bit", "curve.server_hello.lower_major")))
        )
    )
    assert any(speechless(result) and result.confirmed for result in judged), [result.reason for result in judged]
    assert not runner._world.deaths


ENDINGS = (
    (Verdict.FAIL, Ending.SILENT, True),
    (Verdict.INCONCLUSIVE, Ending.NONE, True),
    (Verdict.FAIL, Ending.ANSWERED, False),
    (Verdict.FAIL, Ending.CLOSED, False),
    (Verdict.FAIL, Ending.CRASHED, False),
    (Verdict.PASS, Ending.SILENT, False),
)


@pytest.mark.parametrize(("verdict", "ending", "asks"), ENDINGS)
def test_when_it_is_asked_whether_the_process_hangs(verdict: Verdict, ending: Ending, asks: bool) -> None:
    """Not where the target gave any sign of life."""
    case = cases()[GUILTY.partition("@")[0]]
    assert speechless(Result(case, "binds", verdict, ending, "why")) is asks
