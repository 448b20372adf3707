"""`check_adapter`: the honest adapter passes every check, and each check catches those who lie about what it proves."""

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import conformance
from conformance.adapters.check import CHECKS, Finding, check_adapter
from conformance.tests.adapters.liars import LIES

ENVIRONMENT = {"PYTHONPATH": str(Path(conformance.__file__).parents[1])}
ROWS = [(check, number) for check, liars in LIES.items() for number in range(len(liars))]


def judge(row: tuple[str, int]) -> list[Finding]:
    check, number = row
    command = [sys.executable, "-m", "conformance.tests.adapters.liars", check, str(number)]
    return check_adapter(command, environment=ENVIRONMENT, deadline_seconds=0.6, checks={check: CHECKS[check]})


@pytest.fixture(scope="module")
def verdicts() -> Mapping[tuple[str, int], list[Finding]]:
    """All liars judged side by side: most of the time is waiting for what they do not do."""
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(ROWS, pool.map(judge, ROWS), strict=True))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {LIES[row[0]][row[1]].__name__}")
def test_each_liar_is_caught(verdicts: Mapping[tuple[str, int], list[Finding]], row: tuple[str, int]) -> None:
    (finding,) = verdicts[row]
    assert (finding.name, finding.verdict) == (row[0], "failed"), finding.line


def test_every_check_catches_somebody() -> None:
    assert LIES.keys() == CHECKS.keys()


def test_libzmq_is_honest() -> None:
    findings = check_adapter([sys.executable, "-m", "conformance.adapters.libzmq"], environment=ENVIRONMENT)
    assert [finding.name for finding in findings] == list(CHECKS)
    assert [finding for finding in findings if finding.verdict == "failed"] == []
    assert all(finding.line and "\n" not in finding.line for finding in findings)


def test_what_does_not_start_is_one_finding() -> None:
    (finding,) = check_adapter(["/no/such/adapter"])
    assert (finding.name, finding.verdict) == ("starts", "failed")
    assert "cannot run '/no/such/adapter'" in finding.line
