"""`vectors`: what each of its commands does, says and returns."""

import json
import re
import shutil
from pathlib import Path

import pytest

from conformance.tests.cli.cli_launch import zmtp
from conformance.tests.vectors.vector_folder import FOLDER
from conformance.vectors.compare import deviations
from conformance.vectors.kinds import KINDS
from conformance.vectors.plays import Left, play

PATIENCE = 240


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The committed files, in a folder of their own."""
    shutil.copytree(FOLDER, tmp_path / "vectors", ignore=shutil.ignore_patterns("consumers"))
    return tmp_path


def test_generate_writes_what_is_committed_and_check_says_what_differs(copy: Path) -> None:
    path = copy / "vectors" / "frame.json"
    good = path.read_text()
    path.write_text(good.replace("One whole frame", "A frame"))
    (copy / "vectors" / "novel.json").write_text("{}")
    done = zmtp("vectors", "generate", "--check", cwd=copy, seconds=PATIENCE)
    assert done.returncode == 1
    assert "frame.json is not what the tables say" in done.stdout
    assert "novel.json is no file of ours" in done.stdout
    assert zmtp("vectors", "generate", cwd=copy, seconds=PATIENCE).returncode == 0
    assert path.read_text() == good
    assert not (copy / "vectors" / "novel.json").exists()


def test_check_of_an_empty_folder_fails(tmp_path: Path) -> None:
    done = zmtp("vectors", "check", "--folder", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert "there are no vectors" in done.stderr


def test_export_takes_what_fits_and_the_result_is_whole(copy: Path) -> None:
    line = ("vectors", "export", "--rfc", "26", "--kind", "box", "--kind", "transcripts", "--kind", "metadata", "out")
    done = zmtp(*line, cwd=copy, seconds=PATIENCE)
    assert done.returncode == 0
    written = {str(path.relative_to(copy / "out")) for path in (copy / "out").rglob("*.json")}
    schemas = {f"schema/{kind}.json" for kind in ("box", "metadata", "transcripts")}
    assert written == {"box.json", "metadata.json", "transcripts/curve.json", *schemas}
    whole = json.loads((copy / "out" / "metadata.json").read_text())
    tests = [test for group in whole["groups"] for test in group["tests"]]
    assert 0 < len(tests) == whole["numberOfTests"]
    assert all(any(name.startswith("26/") for name in test["requirements"]) for test in tests)
    assert zmtp("vectors", "check", "--no-abnf", "-f", "out", cwd=copy, seconds=PATIENCE).returncode == 0


BAD = (
    (("export", "--kind", "boxes", "out"), 2, "did you mean box"),
    (("export", "--result", "maybe", "out"), 2, "valid, invalid, acceptable"),
    (("export", "--rfc", "99", "out"), 5, "nothing in vectors fits"),
    (("compare", "libzmg"), 2, "libzmq"),
)


@pytest.mark.parametrize(("line", "code", "words"), BAD)
def test_what_cannot_be_done_is_said(copy: Path, line: tuple[str, ...], code: int, words: str) -> None:
    done = zmtp("vectors", *line, cwd=copy, seconds=PATIENCE)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr


COMPARED = (
    # target, exit code, how many tests at least agree, whether some deviate that nobody has listed
    ("libzmq", 0, 1500, False),
    ("reference", 0, 2000, False),
    ("faulty:accepts.CURVE.HELLO.padding", 1, 2000, True),
)


@pytest.mark.parametrize(("target", "code", "least", "unlisted"), COMPARED)
def test_a_real_implementation_agrees_or_is_listed(
    target: str, code: int, least: int, unlisted: bool, tmp_path: Path
) -> None:
    done = zmtp("vectors", "compare", target, "--jobs", "16", cwd=tmp_path, seconds=PATIENCE)
    assert done.returncode == code, done.stdout[-3000:] + done.stderr
    counts = re.search(r"(\d+) agree, (\d+) are listed deviations, (\d+) are not listed", done.stdout)
    assert counts is not None
    assert int(counts[1]) >= least
    assert bool(int(counts[3])) == unlisted
    assert ("NOT LISTED" in done.stdout) == unlisted


def test_every_vector_is_played_or_has_a_reason() -> None:
    played = 0
    for entry in KINDS.values():
        for group in entry.groups():
            for test in group.tests:
                made = play(group, test)
                assert not isinstance(made, Left) or made.because
                played += not isinstance(made, Left)
    assert played > 2000


def test_every_listed_deviation_says_why() -> None:
    assert all(one.why and one.requirement.count("/") == 2 for one in deviations("libzmq"))
    assert deviations("reference") == ()
