"""Published bugs: each names cases that exist, and releases that can be had or a reason."""

from pathlib import Path

import pytest

from conformance.adapters.registry import Registry
from conformance.cli.history import _page, _seen
from conformance.harness.catalogue import Selection, select
from conformance.harness.verdict import Ending, Result, Verdict
from conformance.history import Bug, published

ENTRY = 'about = "a"\nlink = "l"\nimplementation = "libzmq"\ncases = ["c"]\n'


@pytest.mark.parametrize("bug", published(), ids=lambda bug: bug.name)
def test_each_names_cases_and_releases_that_exist(bug: Bug) -> None:
    assert all(select(Selection(patterns=(pattern,))) for pattern in bug.cases)
    assert bug.link.startswith("https://")
    assert bug.because or (bug.red and bug.green)
    assert [Registry.load().resolve(target).name for target in bug.releases] == list(bug.releases)


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (ENTRY, "because"),
        (ENTRY + 'red = ["1"]\ngreen = ["2"]\nbecause = "why"\n', "because"),
        (ENTRY + 'red = ["1"]\n', "because"),
        (ENTRY + 'because = "why"\ncolour = "red"\n', "colour"),
        ('about = "a"\n', "link"),
    ],
)
def test_an_entry_that_cannot_be_used(tmp_path: Path, entry: str, wrong: str) -> None:
    file = tmp_path / "published.toml"
    file.write_text(f'["CVE"]\n{entry}')
    with pytest.raises(ValueError, match=wrong):
        published(file)


def test_what_is_seen_is_said() -> None:
    case, side = select(Selection(patterns=("null.*",)))[0]

    def result(verdict: Verdict) -> Result:
        return Result(case, side, verdict, Ending.CRASHED, "why", case.checks[0])

    red, green, odd = result(Verdict.FAIL), result(Verdict.PASS), result(Verdict.ERROR)
    assert _seen([red, green], [red]) == f"red: 1 of 2 fail (crashed), such as {red.id}"
    assert _seen([green, green], []) == "green: none of 2 fails"
    assert _seen([green, odd], []) == "green: none of 2 fails, but there is error"
    page = _page([(published()[0], "libzmq@1", "seen", False)], Path("reports"))
    assert "| libzmq@1 | seen | NO |" in page and "--write reports" in page.splitlines()[0]
