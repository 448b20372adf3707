"""`machines` prints every pair of state and event, and writes tables and pictures that say how they were made."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.cli.machines import MADE, everything
from conformance.diagrams import svg

NAMES = sorted(everything())
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    machine = everything()[name]
    assert main(["machines", name]) == Exit.CONFORMS
    lines = capsys.readouterr().out.splitlines()[2:]
    pairs = list(machine.pairs())
    assert len(lines) == len(pairs)
    for line, (state, event, row) in zip(lines, pairs, strict=True):
        assert line.startswith(state) and event in line
        assert line.endswith(row.requirement if row else machine.otherwise)


def test_all_are_printed_without_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["machines"]) == Exit.CONFORMS
    printed = capsys.readouterr().out
    assert all(f"{name}: starts in" in printed for name in NAMES)
    assert main(["machines", "--json"]) == Exit.CONFORMS
    assert sorted(entry["name"] for entry in json.loads(capsys.readouterr().out)) == NAMES


def test_a_misspelt_name_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["machines", "curve_serve"]) == Exit.USAGE
    printed = capsys.readouterr().err
    assert "did you mean curve_server" in printed and printed.count("\n") == 1


def test_files_say_how_they_were_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["machines", "--write", str(tmp_path)]) == Exit.CONFORMS
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == sorted(f"{name}.{end}" for name in NAMES for end in ("md", "dot", "svg"))
    assert all(MADE in file.read_text().splitlines()[0] for file in files)
    for picture in tmp_path.glob("*.svg"):
        assert ElementTree.parse(picture).getroot().tag == f"{SVG}svg"


def test_a_directory_that_cannot_be_written_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["machines", "null", "--write", "/dev/null/x"]) == Exit.FAULT
    assert "cannot write /dev/null/x" in capsys.readouterr().err


def test_what_draws_is_asked_for_when_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "conformance.diagrams", None)
    assert main(["machines", "--write", str(tmp_path)]) == Exit.USAGE
    assert "pip install 'zmtp-conformance[diagrams]'" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_shows_every_state_and_every_row(name: str) -> None:
    machine = everything()[name]
    drawn = ElementTree.fromstring(svg(machine, "made by a test"))
    texts = [text.text or "" for text in drawn.iter(f"{SVG}text")]
    states = [text.text for text in drawn.iter(f"{SVG}text") if text.get("class") == "state"]
    assert sorted(map(str, states)) == sorted(machine.states)
    for row in machine.rows:
        assert (f"{row.on} / {row.do}" if row.do else row.on) in texts and row.requirement in texts


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_over_anything(name: str) -> None:
    """Texts keep apart from each other, and all of them are inside the picture."""
    drawn = ElementTree.fromstring(svg(everything()[name], "made by a test"))
    left, top, width, height = map(float, str(drawn.get("viewBox")).split())
    boxes = []
    for text in drawn.iter(f"{SVG}text"):
        x, y = float(str(text.get("x"))), float(str(text.get("y")))
        boxes.append((x, y - 11, x + 7.2 * len(text.text or ""), y + 3))
    for x1, y1, x2, y2 in boxes:
        assert left <= x1 and x2 <= left + width and top <= y1 and y2 <= top + height
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)


def test_the_same_table_gives_the_same_picture() -> None:
    """Whatever order Python's sets have: files that are committed are compared."""
    code = "from conformance.diagrams import svg; from spec_model.machines.legacy import LEGACY; print(svg(LEGACY, ''))"
    made = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
