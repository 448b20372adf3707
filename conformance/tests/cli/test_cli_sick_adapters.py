"""Adapters that die, hang, flood or print rubbish end the run in good order: one line, the exit code, nobody left."""

from pathlib import Path

import pytest

from conformance.cli.exits import Exit
from conformance.report import read_events
from conformance.tests.cli.cli_launch import alive, complaint, results, sick_target, zmtp

CASES = "curve.server_hello.*"
AT_ONCE = [
    # illness, after so many requests, exit code, what the line says
    ("die", 0, Exit.UNREACHABLE, "the adapter did not start: exit status 7"),
    ("die", 1, Exit.UNREACHABLE, "the adapter crashed: exit status 7"),
    ("hang", 1, Exit.FAULT, "has not answered open"),
    ("flood", 1, Exit.FAULT, "writes a line of more than"),
    ("rubbish", 0, Exit.FAULT, "wrote rubbish: not JSON: 'this is no JSON'"),
    ("rubbish", 1, Exit.FAULT, "wrote rubbish"),
]
ALWAYS = [
    ("die", 3, Exit.UNREACHABLE, "the target died 5 times before anything could be judged"),
    ("hang", 3, Exit.FAULT, "given up after 3 faults of the adapter"),
    ("rubbish", 3, Exit.FAULT, "given up after 3 faults of the adapter"),
]
NOW_AND_THEN = [("hang", Exit.FAULT), ("rubbish", Exit.FAULT), ("stall", Exit.FAULT)]


@pytest.mark.parametrize(("illness", "after", "code", "words"), AT_ONCE)
def test_ill_from_the_start(illness: str, after: int, code: Exit, words: str, tmp_path: Path) -> None:
    """Nothing is begun."""
    targets = sick_target(tmp_path, illness, after)
    ended = zmtp("run", "sick", CASES, "--targets", str(targets), "--deadline", "0.5", cwd=tmp_path)
    assert ended.returncode == code
    assert words in complaint(ended.stderr)
    assert not alive(tmp_path)
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(("illness", "after", "code", "words"), ALWAYS)
def test_ill_again_and_again(illness: str, after: int, code: Exit, words: str, tmp_path: Path) -> None:
    """The run is given up, and its reports are complete as far as they go."""
    targets = sick_target(tmp_path, illness, after)
    ended = zmtp("run", "sick", CASES, "--targets", str(targets), "--deadline", "0.5", cwd=tmp_path)
    assert ended.returncode == code
    assert words in complaint(ended.stderr)
    assert not alive(tmp_path)
    assert results(tmp_path / "reports/sick")["interrupted"]


@pytest.mark.parametrize(("illness", "code"), NOW_AND_THEN)
def test_ill_after_a_while(illness: str, code: Exit, tmp_path: Path) -> None:
    """What is judged before and after counts; the exit code says that the adapter is at fault."""
    targets = sick_target(tmp_path, illness, 25, "sockets")
    options = ("--targets", str(targets), "--deadline", "0.5", "--jobs", "2")
    ended = zmtp("run", "sick", CASES, *options, cwd=tmp_path)
    assert ended.returncode == code, ended.stderr
    assert "adapter" in complaint(ended.stderr)
    assert not alive(tmp_path)
    judged = results(tmp_path / "reports/sick")
    assert judged["summary"]["pass"] > 0
    assert read_events(tmp_path / "reports/sick/events.ndjson") == judged
