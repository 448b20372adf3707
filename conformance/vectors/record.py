"""The records of which a file of vectors is made, and how a test gets its id.

An id is a digest of kind, group type and canonical inputs: it depends on nothing else, so a comment can be improved without
a new id, and a test whose inputs change is another test. Ids that were published and are gone are kept in a list, and never
come back with another meaning.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from spec_model.crypto.sealing import Alteration

ID_DIGITS = 16
"""Hexadecimal digits of an id: 64 bits, so that some ten thousand tests have no two alike."""

Json = Any
"""A value that JSON has; octets are hexadecimal digits by then."""


@dataclass(frozen=True)
class Test:
    """One input and what a receiver makes of it.

    Attributes:
        comment: what is special about it, unique within its group.
        inputs: what the code under test is given; octets as `bytes`.
        result: valid, invalid or acceptable.
        sender: "legal", or "illegal" where nobody may send it, whatever a receiver does.
        requirements: what it is about; what is broken, where something is.
        reason: why the result is what it is.
        flags: names of notes.
        ruling: the requirement whose ruling makes it acceptable, or a house rule; empty for the others.
        expected: what the code under test gives, where it gives anything.
        play: how a tester sends the same in a session of its own, where that takes more than the octets: fields and
            alterations. It is not written to any file.
    """

    __test__ = False

    comment: str
    inputs: Mapping[str, Any]
    result: str
    sender: str = "legal"
    requirements: tuple[str, ...] = ()
    reason: str = ""
    flags: tuple[str, ...] = ()
    ruling: str = ""
    expected: Mapping[str, Any] | None = None
    play: tuple[Mapping[str, Any], tuple[Alteration, ...]] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Group:
    """Tests of one type.

    Attributes:
        type: says which inputs a test has, and what is to be done with them.
        comment: the same in words.
        given: what all tests of the group have in common, keys for example.
        tests: in canonical order.
    """

    type: str
    comment: str
    tests: tuple[Test, ...]
    given: Mapping[str, Any] = field(default_factory=dict)


def hexed(value: Any) -> Json:
    """The value with all octets as hexadecimal digits, all tuples as lists."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(name): hexed(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [hexed(one) for one in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} is nothing that a vector holds")


def id_of(kind: str, group: str, given: Json, inputs: Json) -> str:
    """The id of a test; see the head of this module."""
    text = json.dumps([kind, group, given, inputs], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]


def distinct(tests: Iterable[Test]) -> tuple[Test, ...]:
    """The tests without those whose inputs another one before has, in order.

    Raises:
        ValueError: two tests of different inputs say the same of themselves.
    """
    found: dict[str, Test] = {}
    said: dict[str, str] = {}
    for test in tests:
        inputs = json.dumps(hexed(test.inputs), sort_keys=True)
        if inputs in found:
            continue
        if said.setdefault(test.comment, inputs) != inputs:
            raise ValueError(f"two tests say: {test.comment}")
        found[inputs] = test
    return tuple(found.values())


def ids_of(document: Mapping[str, Any]) -> Sequence[str]:
    """The ids in a file, in order."""
    return [test["id"] for group in document["groups"] for test in group["tests"]]
