"""Ctrl-C, SIGTERM, a kill, a full disk: what was judged is on disk, and nobody is left behind."""

import json
import os
import resource
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.exits import Exit
from conformance.report import read_events
from conformance.tests.cli.cli_launch import alive, complaint, eventually, results, sick_target, start, zmtp


def stuck_run(directory: Path) -> "subprocess.Popen[str]":
    """A run that has judged something and now waits for an adapter that does not answer any more."""
    targets = sick_target(directory, "stall", 400, "sockets")
    options = ("--targets", str(targets), "--deadline", "60", "--jobs", "8")
    run = start("run", "sick", "null.*", *options, cwd=directory)
    if not eventually((directory / "ill").exists, 40):
        run.kill()
        raise AssertionError(run.communicate())
    return run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_in_good_order(number: signal.Signals, tmp_path: Path) -> None:
    """The reports are written, from what was judged."""
    run = stuck_run(tmp_path)
    run.send_signal(number)
    out, err = run.communicate(timeout=30)
    assert run.returncode == Exit.INTERRUPTED, err
    assert complaint(err) == "interrupted"
    assert not alive(tmp_path)
    reports = tmp_path / "reports/sick"
    judged = results(reports)
    assert judged["interrupted"]
    assert 0 < len(judged["cases"]) <= judged["planned"]
    assert {path.name for path in reports.iterdir()} > {"events.ndjson", "junit.xml", "index.html"}
    assert "sick 1" in out


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    """The watchdogs see to the adapters."""
    run = stuck_run(tmp_path)
    run.send_signal(signal.SIGINT)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=30)
    assert run.returncode == Exit.INTERRUPTED
    assert not alive(tmp_path)


def test_a_kill_leaves_the_events(tmp_path: Path) -> None:
    """Nothing can be done any more; the events are there, and count as an interrupted run."""
    targets = sick_target(tmp_path, "stall", 1_000_000)
    run = start("run", "sick", "--targets", str(targets), "--jobs", "1", cwd=tmp_path)
    events = tmp_path / "reports/sick/events.ndjson"
    come = eventually(lambda: events.exists() and events.read_bytes().count(b"\n") > 3, 40)
    run.kill()
    assert come, run.communicate()
    run.communicate(timeout=30)
    assert not alive(tmp_path)
    judged = read_events(tmp_path / "reports/sick/events.ndjson")
    assert judged["interrupted"]
    assert judged["cases"]


def test_a_signal_before_anything_is_judged(tmp_path: Path) -> None:
    """There is nothing to report."""
    targets = sick_target(tmp_path, "hang", 0)
    run = start("run", "sick", "--targets", str(targets), cwd=tmp_path)
    assert eventually(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text().endswith("\n"))
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=30)
    assert run.returncode == Exit.INTERRUPTED
    assert complaint(err) == "interrupted"
    assert not alive(tmp_path)
    assert not (tmp_path / "reports").exists()


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    """No case is played."""
    reports = tmp_path / "reports/reference"
    reports.mkdir(parents=True)
    (reports / "events.ndjson").symlink_to("/dev/full")
    ended = zmtp("run", "reference", "zmtp.heartbeat.*", cwd=tmp_path)
    assert ended.returncode == Exit.FAULT
    assert "No space left on device" in complaint(ended.stderr)


def test_a_disk_that_becomes_full(tmp_path: Path) -> None:
    """What was written stays readable, and older reports do not pass for those of this run."""
    reports = tmp_path / "reports/reference"
    reports.mkdir(parents=True)
    (reports / "index.html").write_text("of an older run")

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    ended = zmtp("run", "reference", "curve.server_hello.*", cwd=tmp_path, preexec_fn=little_room)
    assert ended.returncode == Exit.FAULT
    assert "cannot write" in complaint(ended.stderr)
    judged = read_events(reports / "events.ndjson")
    assert judged["interrupted"]
    assert judged["cases"]
    assert not (reports / "index.html").exists() or "of an older run" not in (reports / "index.html").read_text()


def test_events_are_lines_of_json(tmp_path: Path) -> None:
    """Each on its own, so that a tool can read along."""
    assert zmtp("run", "reference", "curve.server_hello.*", cwd=tmp_path).returncode == Exit.CONFORMS
    lines = (tmp_path / "reports/reference/events.ndjson").read_text().splitlines()
    events: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [event["event"] for event in (events[0], events[-1])] == ["header", "footer"]
    assert {event["event"] for event in events[1:-1]} == {"result"}
    assert os.path.getsize(tmp_path / "reports/reference/index.html") > 0
