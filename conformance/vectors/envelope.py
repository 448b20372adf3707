"""From groups to the document of a file, and from a document to its only text.

The text is canonical: fields in the order in which the envelope lists them, a line for each test, octets in small
hexadecimal digits. So two runs give the same octets, and a difference between two versions of a file is a difference
between tests.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conformance import __version__
from conformance.vectors import FORMAT
from conformance.vectors.notes import NOTES
from conformance.vectors.policy import ruling_text
from conformance.vectors.record import Group, Json, Test, hexed, id_of
from spec_model.requirements import RFC_TITLES, load

COMMAND = "zmtp-conformance vectors generate"
TEST_KEYS = (
    "All keys, secrets, passwords and nonces here are test data and public knowledge: never use them for anything else."
)
NOTHING_SECRET = "There is no key in this file."

ORDER = (
    "id",
    "comment",
    "flags",
    "requirements",
    "level",
    "inputs",
    "expected",
    "result",
    "sender",
    "reason",
    "ruling",
)
"""The fields of a test, in order."""

HEAD = ("format", "kind", "title", "generated", "specification", "keys", "notes", "rulings", "numberOfTests", "groups")
"""The fields of a document, in order."""


def document(kind: str, title: str, rfcs: Iterable[int], groups: Iterable[Group], *, keys: bool) -> dict[str, Json]:
    """The document of a kind."""
    written = [_group(kind, group) for group in groups]
    tests = [test for group in written for test in group["tests"]]
    flags = sorted({flag for test in tests for flag in test["flags"]})
    rulings = sorted({test["ruling"] for test in tests if "ruling" in test})
    return {
        **head(kind, title, rfcs, keys=keys),
        "notes": {flag: _note(flag) for flag in flags},
        "rulings": {name: ruling_text(name) for name in rulings},
        "numberOfTests": len(tests),
        "groups": written,
    }


def head(kind: str, title: str, rfcs: Iterable[int], *, keys: bool) -> dict[str, Json]:
    """The first fields of every document."""
    return {
        "format": FORMAT,
        "kind": kind,
        "title": title,
        "generated": {"by": f"zmtp-conformance {__version__}", "command": COMMAND, "edit": "Do not edit."},
        "specification": [{"rfc": rfc, "title": RFC_TITLES[rfc], "digest": digest_of(rfc)} for rfc in rfcs],
        "keys": TEST_KEYS if keys else NOTHING_SECRET,
    }


def digest_of(rfc: int) -> str:
    """A digest over the sentences of an RFC that the catalogue of requirements stands for: another text, another digest."""
    sentences = [f"{one.id} {' '.join(one.digests)}" for one in load().values() if one.rfc == rfc]
    return hashlib.sha256("\n".join(sentences).encode()).hexdigest()


def _note(flag: str) -> Json:
    note = NOTES[flag]
    return {"bugType": note.bug, "description": note.description, "effect": note.effect, "links": list(note.links)}


def _group(kind: str, group: Group) -> dict[str, Json]:
    given = hexed(group.given)
    tests = [_test(kind, group.type, given, test) for test in group.tests]
    return {"type": group.type, "comment": group.comment, "given": given, "tests": tests}


def _test(kind: str, group: str, given: Json, test: Test) -> dict[str, Json]:
    inputs = hexed(test.inputs)
    fields = {
        "id": id_of(kind, group, given, inputs),
        "comment": test.comment,
        "flags": list(test.flags),
        "requirements": list(test.requirements),
        "level": str(load()[test.requirements[0]].level),
        "inputs": inputs,
        "result": test.result,
        "sender": test.sender,
        "reason": test.reason,
        **({"expected": hexed(test.expected)} if test.expected is not None and test.result != "invalid" else {}),
        **({"ruling": test.ruling} if test.ruling else {}),
    }
    return {name: fields[name] for name in ORDER if name in fields}


def render(whole: Mapping[str, Any]) -> str:
    """The canonical text of a document: its lists of tests, steps or scripts have a line for each entry."""
    lines = [f"{_one(name)}: {_lines(name, value)}" for name, value in whole.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


LISTED = ("groups", "transcripts", "conversations", "ids")
"""Fields whose entries have lines of their own, as have the tests or steps in them."""


def _lines(name: str, value: Any) -> str:
    if name in LISTED and isinstance(value, Sequence):
        return "[\n" + ",\n".join(_entry(one) for one in value) + "\n]"
    return _one(value)


def _entry(value: Any) -> str:
    below = next((name for name in ("tests", "steps") if isinstance(value, Mapping) and name in value), "")
    if not below:
        return _one(value)
    parts = [f"{_one(name)}: {_one(one)}" for name, one in value.items() if name != below]
    steps = ",\n".join(map(_one, value[below]))
    return "{" + ", ".join([*parts, f"{_one(below)}: [\n{steps}\n]"]) + "}"


def _one(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)
