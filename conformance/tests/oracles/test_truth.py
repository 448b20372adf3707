"""Truth: runs are compared, and what makes a run hard leaves nothing behind."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.cli.truth import Verdicts, differing
from conformance.harness.adversity import burners, stopping
from conformance.tests.cli.cli_launch import complaint, eventually

CASE = "curve.server_hello.first_padding_bit@binds"
SAME = {"a@binds": ("pass", "one"), "b@binds": ("fail", "closed after 3 ms")}

COMPARED: tuple[tuple[str, Verdicts, Verdicts, list[str]], ...] = (
    ("the same", SAME, SAME, []),
    ("another reason", SAME, {**SAME, "b@binds": ("fail", "closed after 9 ms")}, []),
    ("another verdict", SAME, {**SAME, "b@binds": ("inconclusive", "two plays disagree")}, ["b@binds"]),
    ("one less", SAME, {"a@binds": ("pass", "one")}, ["b@binds"]),
    ("one more", {"a@binds": ("pass", "one")}, SAME, ["b@binds"]),
)


@pytest.mark.parametrize(("left", "right", "unlike"), [row[1:] for row in COMPARED], ids=[row[0] for row in COMPARED])
def test_verdicts_are_compared_over_all_runs(
    left: Verdicts,
    right: Verdicts,
    unlike: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A verdict that differs in one run is named with what each run said, and is exit code 1."""
    assert [*differing({"run 1": left, "run 2": right})] == unlike
    came: Iterator[Verdicts] = iter((left, left, right))
    monkeypatch.setattr(sys.modules[differing.__module__], "_verdicts", lambda *arguments, **named: next(came))
    code = main(["truth", "reference", "--burners", "0", "--no-stopped"])
    assert code == (Exit.FAILS if unlike else Exit.CONFORMS)
    shown = capsys.readouterr().out
    assert all(name in shown for name in unlike)
    assert ("differ in 3 runs" in shown) == bool(unlike)


def test_a_target_that_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    """The reference, whatever is done to it."""
    assert main(["truth", "reference", CASE, "--runs", "1", "--burners", "1"]) == Exit.CONFORMS
    assert "ok: reference: 1 verdicts agree in 3 runs" in capsys.readouterr().out


def test_there_must_be_something_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    """One run alone agrees with itself."""
    assert main(["truth", "reference", CASE, "--runs", "1", "--burners", "0", "--no-stopped"]) == Exit.USAGE
    assert "nothing to compare" in complaint(capsys.readouterr().err)


@pytest.fixture
def sleeper() -> Iterator[psutil.Process]:
    """A process that waits."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        yield psutil.Process(process.pid)
        process.kill()


def test_the_target_is_stopped_and_goes_on(sleeper: psutil.Process) -> None:
    """Again and again while it lasts, and it runs in the end, whenever that is."""
    with stopping(lambda: (sleeper.pid,), 0.02):
        for _ in range(3):
            assert eventually(lambda: sleeper.status() == psutil.STATUS_STOPPED)
            assert eventually(lambda: sleeper.status() != psutil.STATUS_STOPPED)
        assert eventually(lambda: sleeper.status() == psutil.STATUS_STOPPED)
    assert sleeper.status() != psutil.STATUS_STOPPED


def test_who_is_gone_is_not_stopped(sleeper: psutil.Process) -> None:
    """A target may die meanwhile."""
    asked: list[int] = []

    def pids() -> tuple[int, ...]:
        asked.append(1)
        return (sleeper.pid, 2**22 + 1)

    with stopping(pids, 0.01):
        assert eventually(lambda: len(asked) > 3)


def test_burners_burn_and_are_gone() -> None:
    """As many as asked for, and none afterwards, even if what they burn beside fails."""
    us = psutil.Process()
    before = {child.pid for child in us.children()}
    ours: list[psutil.Process] = []
    with pytest.raises(RuntimeError), burners(2):
        ours += [child for child in us.children() if child.pid not in before]
        assert len(ours) == 2
        assert eventually(lambda: all(child.cpu_times().user > 0.05 for child in ours))
        raise RuntimeError
    assert not any(child.is_running() for child in ours)
