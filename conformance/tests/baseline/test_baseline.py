"""A baseline: its form, the reasons in it, and how results are held against it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conformance.baseline.compare import Baseline
from conformance.baseline.known import BaselineError, Deviation, Known, load, read
from conformance.baseline.reasons import stable
from conformance.baseline.update import update

TODAY = date(2026, 6, 1)
REASON = "fails 26/HELLO/padding: expected close; saw WELCOME after 3 ms"
ENTRY = f'verdict = "fail"\nreason = "{REASON}"\nwhy = "it does not look"\n'

SAME = (
    ("a duration", "expected close; saw WELCOME after 3 ms", "expected close; saw WELCOME after 250 ms"),
    ("seconds", "nothing for 1.5 s, and on", "nothing for 20 s, and on"),
    ("an endpoint", "refuses tcp://127.0.0.1:4711, twice", "refuses tcp://127.3.2.1:9, twice"),
    ("an address", "lost 127.0.0.1:4711", "lost 127.0.0.1:4712"),
    ("a port", "nobody on port 4711", "nobody on port 5"),
    ("a process", "pid 77 died at 0x7ffe01", "pid 6 died at 0x55aa01"),
    ("a key", f"cookie {bytes(range(128, 160))!r} instead", f"cookie {bytes(range(160, 192))!r} instead"),
    ("a key that is cut off", repr(bytes(range(128, 160)))[:60], repr(bytes(range(160, 192)))[:60]),
    ("what was copied", stable(REASON), REASON),
)
DIFFERENT = (
    ("another command", "saw WELCOME after 3 ms", "saw READY after 3 ms"),
    ("another requirement", "fails 26/HELLO/padding: x", "fails 26/HELLO/size: x"),
    ("a number that means something", "with the stream cut after 3 octets", "with the stream cut after 4 octets"),
    ("readable octets", "it got (b'one',)", "it got (b'two',)"),
)


@pytest.mark.parametrize(("left", "right"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_differs_from_run_to_run_does_not_count(left: str, right: str) -> None:
    """Both become the same text."""
    assert stable(left) == stable(right)


@pytest.mark.parametrize(("left", "right"), [row[1:] for row in DIFFERENT], ids=[row[0] for row in DIFFERENT])
def test_everything_else_counts(left: str, right: str) -> None:
    """They stay different."""
    assert stable(left) != stable(right)


REFUSED = (
    ("no TOML", '["a.b@binds"\n', "known.toml:1: "),
    ("no quotes", f"[a.b]\n{ENTRY}", "in quotes"),
    ("no side", f'["a.b"]\n{ENTRY}', 'known.toml:1: a.b: an entry is called ["case@binds"]'),
    (
        "an unknown field",
        f'# first\n\n["a.b@binds"]\n{ENTRY}because = "x"\n',
        "known.toml:3: a.b@binds: Object contains",
    ),
    (
        "a verdict that is none",
        f'["a.b@binds"]\n{ENTRY.replace("fail", "pass", 1)}',
        "known.toml:1: a.b@binds: Invalid enum",
    ),
    ("no reason", '["a.b@binds"]\nverdict = "fail"\nwhy = "x"\n', "known.toml:1: a.b@binds: Object missing"),
    (
        "an empty reason",
        '["a.b@binds"]\nverdict = "fail"\nreason = ""\nwhy = "x"\n',
        "known.toml:1: a.b@binds: Expected",
    ),
    ("a link that is none", f'["a.b@binds"]\n{ENTRY}link = "issue 5"\n', "known.toml:1: a.b@binds: Expected"),
    ("a date that is none", f'["a.b@binds"]\n{ENTRY}expires = "soon"\n', "known.toml:1: a.b@binds: "),
    (
        "no why",
        f'["a.b@binds"]\n{ENTRY}\n["c.d@binds"]\n{ENTRY.replace("it does not look", " ")}',
        "known.toml:6: c.d@binds",
    ),
    ("the same case twice", f'["a.b@binds"]\n{ENTRY}["a.b@binds"]\n{ENTRY}', "known.toml:5: "),
    ("no UTF-8", "# \udcff", "known.toml: "),
)


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_wrong_with_a_file_is_said_in_a_line_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    """File, line and entry."""
    path = tmp_path / "known.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(BaselineError) as refused:
        load(path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Is said so."""
    with pytest.raises(BaselineError, match=r"cannot read the baseline .*known\.toml: No such file"):
        load(tmp_path / "known.toml")


def case(verdict: str, reason: str = REASON, name: str = "a.b@binds") -> dict[str, Any]:
    """A result, as far as a baseline looks at it."""
    return {"id": name, "verdict": verdict, "reason": reason}


def beside(*, selected: frozenset[str] | None = None, today: date = TODAY, **entry: Any) -> Baseline:
    """A baseline of one entry."""
    fields = {"verdict": "fail", "reason": stable(REASON), "why": "it does not look", **entry}
    return Baseline(Known(Path("known.toml"), {"a.b@binds": Deviation(**fields)}), selected, today)


HELD: tuple[tuple[str, Baseline, list[dict[str, Any]], str], ...] = (
    ("as listed", beside(), [case("fail")], ""),
    ("a warning as listed", beside(verdict="warn"), [case("warn")], ""),
    ("passes", beside(), [case("pass")], "comes to pass now: take it out"),
    ("left free", beside(), [case("info")], "comes to info now"),
    ("skipped", beside(), [case("unsupported", "cannot send")], "comes to unsupported: cannot send"),
    ("inconclusive", beside(), [case("inconclusive")], "comes to inconclusive"),
    ("warns only", beside(), [case("warn")], "comes to warn"),
    ("fails otherwise", beside(), [case("fail", "fails 26/HELLO/padding: it crashed")], "with another reason"),
    ("not there any more", beside(), [], "was not played"),
    ("not selected", beside(selected=frozenset({"c.d@binds"})), [], ""),
    ("on its last day", beside(expires=TODAY), [case("fail")], ""),
    ("expired", beside(expires=date(2026, 5, 31)), [case("fail")], "was accepted until 2026-05-31"),
    ("expired and passes", beside(expires=date(2026, 5, 31)), [case("pass")], "was accepted until 2026-05-31"),
)


@pytest.mark.parametrize(("baseline", "cases", "said"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
def test_results_beside_a_baseline(baseline: Baseline, cases: list[dict[str, Any]], said: str) -> None:
    """What is not as listed is a complaint."""
    compared = baseline.compare(cases, strict=False)
    assert [name for name, _ in compared.complaints] == (["a.b@binds"] if said else [])
    assert all(said in wrong for _, wrong in compared.complaints)
    assert compared.holds == (not said)
    assert compared.matched == (("a.b@binds",) if cases and not said else ())
    if cases:
        assert baseline.expects(cases[0]) == (not said)


NEW = (
    ("a failure", case("fail", name="c.d@binds"), False, True),
    ("a warning", case("warn", name="c.d@binds"), False, False),
    ("a warning, strictly", case("warn", name="c.d@binds"), True, True),
    ("what passes", case("pass", name="c.d@binds"), True, False),
)


@pytest.mark.parametrize(("found", "strict", "new"), [row[1:] for row in NEW], ids=[row[0] for row in NEW])
def test_what_is_not_listed(found: dict[str, Any], strict: bool, new: bool) -> None:
    """Is new where it fails."""
    compared = beside().compare([case("fail"), found], strict=strict)
    assert (compared.new == ("c.d@binds",)) == new
    assert compared.holds != new


def test_a_run_that_ended_early_says_nothing_of_what_it_did_not_come_to() -> None:
    """Only a run that came to its end knows that a case is gone."""
    assert beside().compare([], strict=False, complete=False).holds


def test_update_keeps_the_words_of_humans(tmp_path: Path) -> None:
    """What is machine's changes, what is human's stays, what is over goes, what is new is unexplained."""
    path = tmp_path / "known.toml"
    path.write_text(
        "# by hand\n\n"
        f'["a.gone@binds"]\n{ENTRY}\n'
        f'["b.same@binds"]\n{ENTRY.replace("it does not look", "kept")}'
        'link = "https://example.org/1"\nexpires = 2031-01-01\n\n'
        f'["c.other@binds"]\n{ENTRY.replace("it does not look", "older")}'
    )
    found = [
        case("fail", f"{REASON} or so", "c.other@binds"),
        case("fail", REASON.replace("3 ms", "99 ms"), "b.same@binds"),
        case("pass", "", "a.gone@binds"),
        case("warn", "warns", "d.new@connects"),
    ]
    change = update(path, "target", found)
    assert (change.added, change.changed, change.removed) == (
        ("d.new@connects",),
        ("c.other@binds",),
        ("a.gone@binds",),
    )
    assert change.kept == 1
    entries = read(path).deviations
    assert [*entries] == ["b.same@binds", "c.other@binds", "d.new@connects"]
    assert entries["b.same@binds"] == Deviation("fail", REASON, "kept", "https://example.org/1", date(2031, 1, 1))
    assert (entries["c.other@binds"].why, entries["c.other@binds"].reason) == ("older", stable(f"{REASON} or so"))
    assert path.read_text().startswith("# by hand\n")
    with pytest.raises(BaselineError, match=r"d\.new@connects: nobody has said why"):
        load(path)
    path.write_text(path.read_text().replace('why = ""', 'why = "found out"'))
    assert Baseline(load(path), None, TODAY).compare(found, strict=True).holds
    again = update(path, "target", found)
    assert (again.added, again.changed, again.removed, again.kept) == ((), (), (), 3)
