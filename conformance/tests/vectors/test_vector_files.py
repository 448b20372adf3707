"""The committed vectors are what the tables say, everything in them is computed a second time, and every rule has
negatives."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.tests.vectors.vector_folder import FOLDER
from conformance.vectors import store
from conformance.vectors.check import check, second_path
from conformance.vectors.kinds import KINDS
from conformance.vectors.notes import NOTES
from conformance.vectors.reading import READERS
from conformance.vectors.shapes import SHAPES as GROUPS
from spec_model.grammar import COMMANDS, MESSAGES, SHAPES
from spec_model.grammar.command import Command
from spec_model.grammar.multipart import Multipart

LARGEST = 25_000_000


@cache
def documents() -> Mapping[str, Any]:
    return {
        str(path.relative_to(FOLDER)): json.loads(path.read_text())
        for path in store.present(FOLDER)
        if path.parent.name != "schema"
    }


def every_test() -> Iterator[tuple[Any, Any]]:
    for whole in documents().values():
        for group in whole.get("groups", ()):
            yield from ((group, test) for test in group["tests"])


def test_the_files_are_what_the_tables_say() -> None:
    """Else: zmtp-conformance vectors generate."""
    assert store.differences(FOLDER, store.everything(FOLDER)) == []


def test_generating_twice_gives_the_same(tmp_path: Path) -> None:
    texts = dict(store.files())
    store.write(tmp_path, texts)
    assert dict(store.files()) == texts
    assert store.differences(tmp_path, texts) == []


def test_everything_holds_a_second_time() -> None:
    report = check(FOLDER)
    assert report.wrong == []
    assert report.counts["results computed again"] == report.counts["tests"] >= 2000
    assert report.counts["octets"] < LARGEST


def test_there_are_valid_invalid_and_acceptable_ones_of_every_kind() -> None:
    for kind in KINDS:
        results = Counter(test["result"] for group in documents()[f"{kind}.json"]["groups"] for test in group["tests"])
        # What binds the sender alone makes no invalid ones, and a box opens or does not.
        missing = {"null": {"invalid"}, "traffic": {"invalid"}, "box": {"acceptable"}}.get(kind, set())
        assert set(results) == {"valid", "invalid", "acceptable"} - missing, kind


def rules() -> Iterator[tuple[str, str, str]]:
    """Every rule of every grammar: where it is, its requirement, what breaks it."""
    shapes: dict[str, Command | Multipart] = {**COMMANDS, **SHAPES, **MESSAGES}
    for key, shape in shapes.items():
        levels: list[Command | Multipart] = list(shape.levels()) if isinstance(shape, Command) else [shape]
        levels += shape.inside.values() if isinstance(shape, Multipart) else ()
        for level in levels:
            for rule in level.rules:
                yield key, rule.receiver, rule.sender


@cache
def broken() -> Counter[str]:
    """How many tests of which a sender or a receiver has to be ashamed cite each requirement."""
    return Counter(
        name
        for _, test in every_test()
        if test["result"] == "invalid" or test["sender"] == "illegal"
        for name in test["requirements"]
    )


SPOKEN_OF_ELSEWHERE = {"23/socket-type/grammar"}
"""A rule that needs to know which version a peer announced; the tests of socket types are by version."""


@pytest.mark.parametrize(("key", "receiver", "sender"), sorted(set(rules())))
def test_every_rule_has_its_negatives(key: str, receiver: str, sender: str) -> None:
    assert broken()[sender or receiver] >= 1, f"nothing breaks {sender or receiver} of {key}"


def test_every_type_of_group_has_a_reader_a_shape_and_is_there() -> None:
    there = {group["type"] for group, _ in every_test()}
    assert there == set(READERS) == set(GROUPS)


def test_every_note_is_used() -> None:
    assert {flag for _, test in every_test() for flag in test["flags"]} == set(NOTES)


def test_the_second_path_disagrees_with_a_result_that_is_wrong() -> None:
    """Each test, told to have another result, is found out."""
    for group, test in every_test():
        if group["type"] not in ("Subscriptions", "Groups") or test["result"] != "acceptable":
            other = "invalid" if test["result"] == "valid" else "valid"
            assert list(second_path(group, {**test, "result": other})), test["id"]


def test_no_conversation_is_in_words_without_being_listed() -> None:
    for name, whole in documents().items():
        if name.startswith("conversations/"):
            assert whole["inWords"] == [one["name"] for one in whole["conversations"] if one["inWords"]]
            assert len(whole["inWords"]) < len(whole["conversations"])
