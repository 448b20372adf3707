"""Baselines on the command line: `run` beside one, and `baseline` with `update`."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.harness.catalogue import Selection, select
from conformance.harness.player import NEEDS_TIME
from conformance.tests.cli.cli_launch import complaint

CASE = "curve.server_hello.first_padding_bit"
FAULTY = "faulty:accepts.CURVE.HELLO.padding"
SEEN = "fails 26/HELLO/padding: expected close; saw WELCOME after N ms"
LISTED = f'["{CASE}@binds"]\nverdict = "fail"\nreason = "{SEEN}"\nwhy = "it was told not to look"\n'

RUNS = (
    ("as listed", FAULTY, LISTED, (), Exit.CONFORMS, "ok: baseline: 1 deviations as listed"),
    ("not listed", FAULTY, "", (), Exit.FAILS, "1 that are not listed"),
    ("passes", "reference", LISTED, (), Exit.FAILS, f"{CASE}@binds is listed as fail and comes to pass now"),
    ("fails otherwise", FAULTY, LISTED.replace("WELCOME", "READY"), (), Exit.FAILS, "with another reason"),
    ("expired", FAULTY, f"{LISTED}expires = 2020-01-01\n", (), Exit.FAILS, "was accepted until 2020-01-01"),
    ("of what is not selected", "reference", LISTED.replace("first", "no_such"), (), Exit.CONFORMS, "0 deviations as"),
    ("stops at no failure that is listed", FAULTY, LISTED, ("--fail-fast",), Exit.CONFORMS, "1 deviations as listed"),
)


@pytest.mark.parametrize(("target", "text", "more", "code", "said"), [r[1:] for r in RUNS], ids=[r[0] for r in RUNS])
def test_a_run_beside_a_baseline(
    target: str,
    text: str,
    more: tuple[str, ...],
    code: Exit,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 0 where the results are as listed, 1 with a line where not."""
    known = tmp_path / "known.toml"
    known.write_text(text)
    arguments = ["run", target, f"{CASE}@binds", "--baseline", str(known), "--report-dir", str(tmp_path / "reports")]
    assert main([*arguments, *more]) == code
    assert said in capsys.readouterr().out


def test_the_targets_own_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The registry names it; --no-baseline does without."""
    (tmp_path / "known.toml").write_text(LISTED)
    targets = tmp_path / "targets.toml"
    command = json.dumps([sys.executable, "-m", "conformance.adapters.reference", "--fault", FAULTY.split(":", 1)[1]])
    targets.write_text(
        f'[mine]\nabout = "a faulty one"\ncommand = {command}\nroles = ["bind", "connect"]\n'
        'mechanisms = ["NULL", "CURVE"]\nsocket_types = ["DEALER"]\nknown = "known.toml"\n'
    )
    common = ["--targets", str(targets), "--report-dir", str(tmp_path / "reports")]
    assert main(["run", "mine", f"{CASE}@binds", *common]) == Exit.CONFORMS
    assert main(["run", "mine", f"{CASE}@binds", "--no-baseline", *common]) == Exit.FAILS
    capsys.readouterr()
    assert main(["run", "mine", f"{CASE}@binds", "--json", *common]) == Exit.CONFORMS
    assert json.loads(capsys.readouterr().out)["baseline"] == {
        "matched": [f"{CASE}@binds"],
        "new": [],
        "complaints": [],
    }
    assert main(["baseline", "mine", "--targets", str(targets)]) == Exit.CONFORMS
    assert "it was told not to look" in capsys.readouterr().out
    both = ["--baseline", str(tmp_path / "known.toml"), "--no-baseline"]
    assert main(["run", "mine", *both, *common]) == Exit.USAGE


def test_a_baseline_that_nobody_has_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is refused before anything is played."""
    known = tmp_path / "known.toml"
    known.write_text(LISTED.replace("it was told not to look", ""))
    assert main(["run", FAULTY, f"{CASE}@binds", "--baseline", str(known)]) == Exit.USAGE
    assert complaint(capsys.readouterr().err).endswith(
        f"known.toml:1: {CASE}@binds: nobody has said why: fill in `why`"
    )


def full_run(target: str = "mine") -> dict[str, Any]:
    """The results of a run that played everything; one case fails."""
    cases = []
    for case, side in select(Selection()):
        fails = f"{case.id}@{side}" == f"{CASE}@binds"
        cases.append(
            {
                "id": f"{case.id}@{side}",
                "case": case.id,
                "verdict": "fail" if fails else "pass",
                "ending": "answered",
                "level": "SHALL",
                "role": case.under_test.role,
                "side": side,
                "mechanism": case.under_test.mechanism,
                "checks": list(case.checks),
                "requirement": case.checks[0],
                "reason": SEEN.replace("N ms", "4 ms") if fails else case.title,
                "title": case.title,
                "note": "",
                "seconds": 0.0,
                "noticed": [],
                "confirmed": fails,
                "replay": "",
                "sensitive": False,
                "trace": [],
            }
        )
    return {
        "format": 1,
        "generator": {"name": "zmtp-conformance", "version": "0"},
        "target": {"name": target, "version": "1", "details": {}},
        "profile": "rfc",
        "seed": 0,
        "selection": [],
        "planned": len(cases),
        "started": "2026-01-01T00:00:00Z",
        "finished": "2026-01-01T00:01:00Z",
        "interrupted": False,
        "published": False,
        "cases": cases,
    }


def one(run: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The run with other fields in its last case."""
    run["cases"][-1].update(fields)
    return run


def short(run: dict[str, Any]) -> dict[str, Any]:
    """The run without its last case."""
    run["cases"].pop()
    return run


PARTIAL = (
    ("interrupted", full_run() | {"interrupted": True}, Exit.FAILS, "it was cut short"),
    ("a selection", full_run() | {"selection": ["null.*"]}, Exit.FAILS, "it played a selection only: null.*"),
    ("a case less", short(full_run()), Exit.FAILS, "its cases are not all that there are"),
    ("without the slow ones", one(full_run(), verdict="unsupported", reason=NEEDS_TIME), Exit.FAILS, "are not all"),
    ("inconclusive", one(full_run(), verdict="inconclusive"), Exit.FAILS, "1 cases are inconclusive"),
    ("in error", one(full_run(), verdict="error"), Exit.FAILS, "1 cases are error"),
    ("of another target", full_run("other"), Exit.USAGE, "is a run of other, not of reference"),
    ("full", full_run(), Exit.CONFORMS, ""),
)


@pytest.mark.parametrize(("run", "code", "said"), [row[1:] for row in PARTIAL], ids=[row[0] for row in PARTIAL])
def test_update_wants_a_full_run(
    run: dict[str, Any], code: Exit, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is partial is refused and nothing is written; what is full becomes a baseline."""
    counts: dict[str, int] = dict.fromkeys(("pass", "fail", "warn", "info", "unsupported", "inconclusive", "error"), 0)
    for case in run["cases"]:
        counts[case["verdict"]] += 1
    name = "reference" if run["target"]["name"] == "mine" else run["target"]["name"]
    recorded, known = tmp_path / "results.json", tmp_path / "known.toml"
    recorded.write_text(json.dumps({**run, "summary": counts, "target": {**run["target"], "name": name}}))
    assert main(["baseline", "update", "reference", "--from", str(recorded), "--baseline", str(known)]) == code
    shown = capsys.readouterr()
    if said:
        assert said in complaint(shown.err)
        assert not known.exists()
    else:
        assert "1 new" in shown.out
        assert f'["{CASE}@binds"]\nverdict = "fail"\nreason = "{SEEN}"\nwhy = ""' in known.read_text()


def test_update_wants_to_know_where(capsys: pytest.CaptureFixture[str]) -> None:
    """A target without a baseline has no place for one."""
    assert main(["baseline", "update", FAULTY]) == Exit.USAGE
    assert "say where it goes" in complaint(capsys.readouterr().err)
