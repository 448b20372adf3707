"""The two pages about the catalogue have everything in it, and every ruling says which places it is about."""

from pathlib import Path

import pytest

from conformance.cli import coverage, main, rulings
from conformance.cli.exits import Exit
from conformance.harness.catalogue import cases
from spec_model.requirements import load

RULED = rulings.rulings(load().values())
PAGE = rulings.page(load().values())

PLACES = [
    ("26/HELLO/padding", ['RFC 26, "The HELLO Command"', "RFC 26, the grammar"]),
    ("23/greeting/padding", ['RFC 23, "Version Negotiation"', 'RFC 23, "Detecting ZMTP 1.0 and 2.0 Peers"']),
    ("23/as-server/no-significance", ['RFC 23, "Topology"', 'RFC 23, "The NULL Security Mechanism"']),
    ("15/greeting/revision", ['RFC 15, "Formal Grammar"', "RFC 23"]),
    ("41/SERVER/thread-safe", ['RFC 41, "Overall Goals of this Pattern"', 'RFC 37, "Thread-Safe Socket Types"']),
]


@pytest.mark.parametrize(("name", "wanted"), PLACES)
def test_a_ruling_names_its_places(name: str, wanted: list[str]) -> None:
    ruled = next(one for one in RULED if name in {entry.id for entry in one})
    assert set(wanted) <= set(rulings.places(ruled))


@pytest.mark.parametrize("ruled", RULED, ids=lambda ruled: ruled[0].id)
def test_a_ruling_names_two_places_or_says_what_one_lacks(ruled: rulings.Ruled) -> None:
    """A contradiction has two places; what has one is silent, ambiguous or judged in part, and says so.

    That a newer RFC repeats a sentence does not make it two.
    """
    assert len(rulings.places(ruled[:1])) > 1 or ruled[0].kind


def test_every_ruling_is_on_the_page_once_with_a_place() -> None:
    for ruled in RULED:
        assert PAGE.count(f"#### {ruled[0].id}: ") == 1
        assert rulings.places(ruled)[0]
        assert all(f"`{entry.id}`" in PAGE for entry in ruled[1:])
    assert {entry.id for one in RULED for entry in one} == {entry.id for entry in load().values() if entry.ruling}


def test_every_requirement_is_on_the_page_with_its_cases() -> None:
    checking = {name: [case.id for case in cases().values() if name in case.checks] for name in load()}
    page = coverage.page(load().values(), checking)
    assert all(page.count(f"\n| `{name}` |") == 1 for name in load())
    assert all(f"`{case}`" in page for case in cases())


def test_the_pages_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", "--write", str(tmp_path)]) == Exit.CONFORMS
    assert (tmp_path / "rulings.md").read_text() == PAGE
    assert (tmp_path / "requirements.md").read_text().startswith(f"<!-- {coverage.MADE} -->\n")
    assert main(["requirements", "--write", "/dev/null/x"]) == Exit.FAULT
    assert "cannot write /dev/null/x" in capsys.readouterr().err
