"""The check finds what is wrong with a file: each row spoils one thing, and names words of the complaint."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.tests.vectors.vector_folder import FOLDER
from conformance.vectors import store
from conformance.vectors.check import check
from conformance.vectors.envelope import render
from conformance.vectors.functions import apply, of_natural
from conformance.vectors.long import shortly

Spoil = Callable[[Any], None]


def first(whole: Any) -> Any:
    return whole["groups"][0]["tests"][0]


def _twice(whole: Any) -> None:
    whole["groups"][0]["tests"].append(dict(first(whole)))
    whole["numberOfTests"] += 1


SPOILT: tuple[tuple[str, Spoil, str], ...] = (
    ("an unknown property", lambda whole: first(whole).update(more=1), "schema"),
    ("a result of its own", lambda whole: first(whole).update(result="maybe"), "schema"),
    ("another result", lambda whole: first(whole).update(result="invalid"), "to the second reader"),
    ("another id", lambda whole: first(whole).update(id="0" * 16), "not that of its inputs"),
    ("other inputs", lambda whole: first(whole)["inputs"].update(octets="00"), "not that of its inputs"),
    ("a wrong count", lambda whole: whole.update(numberOfTests=1), "numberOfTests"),
    ("an unknown flag", lambda whole: first(whole)["flags"].append("Novel"), "flags and notes"),
    ("an unknown requirement", lambda whole: first(whole).update(requirements=["23/no/such"]), "is no requirement"),
    ("another level", lambda whole: first(whole).update(level="MAY"), "another level"),
    ("a ruling that is not needed", lambda whole: first(whole).update(ruling="23/frame/size"), "go together"),
    ("other octets out of it", lambda whole: first(whole)["expected"].update(body="ff"), "something else out of it"),
    ("a test twice", _twice, "same inputs"),
    ("another order", lambda whole: whole.update(format=whole.pop("format")), "canonical"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own with the vectors of frames, and their schema."""
    for name in ("frame.json", "schema/frame.json", "schema/retired.json", store.RETIRED):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((FOLDER / name).read_text())
    return tmp_path


def test_a_good_folder_is_good(folder: Path) -> None:
    assert check(folder, abnf=False).wrong == []


@pytest.mark.parametrize(("words", "spoil", "complaint"), SPOILT, ids=[row[0] for row in SPOILT])
def test_what_is_wrong_is_found(folder: Path, words: str, spoil: Spoil, complaint: str) -> None:
    path = folder / "frame.json"
    whole = json.loads(path.read_text())
    spoil(whole)
    path.write_text(render(whole))
    assert any(complaint in line for line in check(folder, abnf=False).wrong)


def test_text_that_is_not_canonical_is_found(folder: Path) -> None:
    path = folder / "frame.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert any("canonical" in line for line in check(folder, abnf=False).wrong)


def test_an_id_is_in_a_file_or_retired_and_never_both(folder: Path) -> None:
    whole = json.loads((folder / "frame.json").read_text())
    retired = json.loads((folder / store.RETIRED).read_text())
    retired["ids"] = [first(whole)["id"]]
    (folder / store.RETIRED).write_text(render(retired))
    assert any("was retired" in line for line in check(folder, abnf=False).wrong)
    assert first(whole)["id"] not in store.everything(folder)[store.RETIRED]


def test_an_id_that_is_gone_is_retired(folder: Path) -> None:
    path = folder / "frame.json"
    whole = json.loads(path.read_text())
    first(whole)["id"] = "0123456789abcdef"
    path.write_text(render(whole))
    assert "0123456789abcdef" in store.everything(folder)[store.RETIRED]


FUNCTIONS: tuple[tuple[str, Callable[[Any], Any], Any], ...] = (
    ("one less", lambda natural: natural - 1, {"naturalPlus": -1}),
    ("a bit more", lambda natural: natural | 8, {"naturalOr": 8}),
    ("something behind", lambda natural: natural + b"\x00", {"pieces": [{"from": 0, "to": None}, {"octets": "00"}]}),
    ("the beginning", lambda natural: natural[:32], {"pieces": [{"from": 0, "to": 32}]}),
    ("halves exchanged", lambda n: n[32:] + n[:32], {"pieces": [{"from": 32, "to": None}, {"from": 0, "to": 32}]}),
    (
        "a bit turned over",
        lambda n: bytes([n[0] ^ 1]) + n[1:],
        {"pieces": [{"from": 0, "to": 1, "xor": "01"}, {"from": 1, "to": None}]},
    ),
    ("its digest, which has no data form", lambda natural: bytes([sum(natural) % 256]), None),
    ("one that depends on the size", lambda natural: natural[: len(natural) // 2], None),
)


@pytest.mark.parametrize(("words", "function", "data"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS])
def test_a_function_is_data_or_nothing(words: str, function: Callable[[Any], Any], data: Any) -> None:
    assert of_natural(function) == data
    if data and "pieces" in data:
        assert apply(data["pieces"], b"natural" * 20) == function(b"natural" * 20)


LONG = (
    (b"short", {"octets": b"short".hex()}),
    (b"ab" * 100, {"octets": "6162", "repeatedTo": 200}),
    (b"\x01" + b"x" * 500, {"pieces": [{"octets": "01"}, {"octets": "78", "repeatedTo": 500}]}),
    (bytes(range(256)), {"octets": bytes(range(256)).hex()}),
)


@pytest.mark.parametrize(("octets", "data"), LONG)
def test_long_octets_are_told_shortly(octets: bytes, data: Any) -> None:
    assert shortly(octets) == data
