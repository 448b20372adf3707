"""A run from its command line to its exit code, reports and table."""

import json
import os
import pty
from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.cli.session import verdict_of
from conformance.report.results import VERDICTS
from conformance.tests.cli.cli_launch import complaint, results, start, zmtp

REPORTS = {"events.ndjson", "results.json", "junit.xml", "index.html", "summary.md"}
CASE = "curve.server_hello.first_padding_bit"


def test_a_target_that_conforms(tmp_path: Path) -> None:
    """Table, sentence, reports in the default place, exit code 0; results are an object with all that is asked for."""
    ended = zmtp("run", "reference", "curve.server_hello.*", cwd=tmp_path)
    assert ended.returncode == Exit.CONFORMS, ended.stderr
    assert "CURVE      server" in ended.stdout
    assert "Conforms in all 16 cases judged" in ended.stdout
    assert "\x1b" not in ended.stdout + ended.stderr
    reports = tmp_path / "reports/reference"
    assert {path.name for path in reports.iterdir()} == REPORTS
    judged = results(reports)
    assert judged["target"]["name"] == "reference"
    assert (judged["profile"], judged["planned"], judged["interrupted"]) == ("rfc", 16, False)
    assert sum(judged["summary"].values()) == len(judged["cases"]) == 16
    fields = {"id", "verdict", "ending", "checks", "level", "role", "mechanism", "reason", "replay"}
    assert all(fields <= case.keys() for case in judged["cases"])


def test_a_target_that_does_not(tmp_path: Path) -> None:
    """The failing case is shown with its title, what was expected and seen, and the line that plays it again."""
    fault = "faulty:accepts.CURVE.HELLO.padding"
    ended = zmtp("run", fault, f"{CASE}*", "--seed", "7", "--profile", "interop", cwd=tmp_path)
    assert ended.returncode == Exit.FAILS, ended.stderr
    replay = f"zmtp-conformance run {fault} --seed 7 --profile interop '{CASE}@binds'"
    for words in ("a HELLO whose padding starts with a one bit", "fails 26/HELLO/padding: expected close", replay):
        assert words in ended.stdout
    assert "Does not conform: 1 requirement broken, seen in 1 case" in ended.stdout
    judged = results(tmp_path / "reports/faulty-accepts.CURVE.HELLO.padding")
    assert (judged["seed"], judged["profile"], judged["selection"]) == (7, "interop", [f"{CASE}*"])
    (case,) = judged["cases"]
    assert (case["verdict"], case["confirmed"], case["requirement"]) == ("fail", True, "26/HELLO/padding")


def test_json_is_the_results_without_traces(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing else is on standard output."""
    assert main(["run", "reference", f"{CASE}@binds", "--json", "--report-dir", str(tmp_path)]) == Exit.CONFORMS
    shown = json.loads(capsys.readouterr().out)
    written = results(tmp_path)
    assert [case.pop("trace") for case in written["cases"]] != [[]]
    assert {Path(file).name for file in shown.pop("files")} == REPORTS
    assert shown == written


def test_selection(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Options narrow each other."""
    options = ["--requirement", "23/socket-type/*", "--mechanism", "null", "--side", "binds", "--role", "peer"]
    assert main(["run", "reference", *options, "--report-dir", str(tmp_path)]) == Exit.CONFORMS
    cases = results(tmp_path)["cases"]
    assert cases
    assert {(case["mechanism"], case["side"], case["role"]) for case in cases} == {("NULL", "binds", "peer")}
    assert all(any(name.startswith("23/socket-type/") for name in case["checks"]) for case in cases)
    capsys.readouterr()


def test_fail_fast(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The first confirmed failure ends the run."""
    arguments = ["run", "faulty:accepts.CURVE.HELLO.padding", "-r", "26/HELLO/padding", "--fail-fast"]
    assert main([*arguments, "--report-dir", str(tmp_path)]) == Exit.FAILS
    assert complaint(capsys.readouterr().err).startswith("stopped at the first failure, curve.server_hello")
    judged = results(tmp_path)
    assert judged["interrupted"]
    assert [case["confirmed"] for case in judged["cases"] if case["verdict"] == "fail"].count(True) == 1


def test_verbose_has_a_line_for_each_case(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With verdict, id and reason."""
    assert main(["run", "reference", f"{CASE}@binds", "-v", "--report-dir", str(tmp_path)]) == Exit.CONFORMS
    assert f"pass         {CASE}@binds: " in capsys.readouterr().err


@pytest.mark.parametrize("directory", ["", "conformance"])
def test_whatever_lies_around_is_not_imported(directory: str, tmp_path: Path) -> None:
    """A folder of the user's that is called as ours does not get in the way of the adapters."""
    (tmp_path / directory / "conformance" / "adapters").mkdir(parents=True)
    (tmp_path / directory / "conformance" / "__init__.py").write_text("raise SystemExit(9)")
    ended = zmtp("targets", "reference", "--json", cwd=tmp_path) if directory else None
    if ended is not None:
        assert (ended.returncode, json.loads(ended.stdout)[0]["ready"]) == (Exit.CONFORMS, True), ended.stderr


def test_a_terminal_gets_colour_and_a_bar(tmp_path: Path) -> None:
    """And a pipe gets none of it."""
    ours, theirs = pty.openpty()
    run = start("run", "reference", "curve.server_hello.*", cwd=tmp_path, stderr=theirs, env=_terminal())
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            shown += chunk
    except OSError:
        pass  # the other end is closed
    out, _ = run.communicate(timeout=30)
    os.close(ours)
    assert run.returncode == Exit.CONFORMS
    assert b"16/16" in shown
    assert b"\x1b[" in shown
    assert "\x1b" not in out


def _terminal() -> Mapping[str, str]:
    from conformance.tests.cli.cli_launch import PLAIN

    return {**PLAIN, "TERM": "xterm-256color"}


COUNTS = [
    # the counts that are not zero, exit code, exit code with --strict
    ({}, 5, 5),
    ({"pass": 1}, 0, 0),
    ({"info": 1}, 0, 0),
    ({"warn": 1}, 0, 1),
    ({"pass": 1, "warn": 1}, 0, 1),
    ({"pass": 1, "fail": 1}, 1, 1),
    ({"fail": 1, "inconclusive": 1}, 1, 1),
    ({"pass": 1, "inconclusive": 1, "unsupported": 1}, 0, 0),
    ({"inconclusive": 1}, 5, 5),
    ({"unsupported": 1}, 5, 5),
    ({"pass": 1, "error": 1}, 4, 4),
    ({"fail": 1, "error": 1}, 4, 4),
]


@pytest.mark.parametrize(("counts", "code", "strict"), COUNTS, ids=[str(row[0]) for row in COUNTS])
def test_exit_codes(counts: Mapping[str, int], code: int, strict: int) -> None:
    """What the counts of a complete run come to."""
    summary = {"summary": {verdict: counts.get(verdict, 0) for verdict in VERDICTS}}
    assert verdict_of(summary) == code
    assert verdict_of(summary, strict=True) == strict


def test_nothing_that_could_be_judged(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Only unsupported: exit code 5, and the reports say why."""
    assert main(["run", "reference", "curve.server_cookie.expired", "--report-dir", str(tmp_path)]) == Exit.NOTHING
    assert "Nothing was judged" in capsys.readouterr().out
    assert [case["verdict"] for case in results(tmp_path)["cases"]] == ["unsupported"]
