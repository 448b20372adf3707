"""The scripts of the cases as data, so that a harness in another language can play them.

A step is an object whose "do" or "expect" is the word of the script; what the step is about follows in the names of
our own records, and values are tagged: {"octets": ...}, {"text": ...}, a number, a list, or a function as data (see
`functions`). What has no data form, a statement about all that the target sent for example, is given in words; the
conversations in which that happens are listed by name at the head of the file, so that nobody takes them for playable
as they stand.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import groupby
from typing import Any

from conformance.api.case import Case, unrolled
from conformance.api.script import Either, Expect, Holds, Octets
from conformance.harness.catalogue import cases
from conformance.harness.keys import PASSWORD, TEST_KEYS, USERNAME
from conformance.vectors.envelope import head
from conformance.vectors.functions import of_known, of_natural
from conformance.vectors.long import shortly
from conformance.vectors.record import ID_DIGITS, Json
from spec_model.requirements import load

PEERS = {
    "client": {"publicKey": TEST_KEYS.client.public.hex(), "secretKey": TEST_KEYS.client.secret.hex()},
    "server": {"publicKey": TEST_KEYS.server.public.hex(), "secretKey": TEST_KEYS.server.secret.hex()},
    "username": USERNAME,
    "password": PASSWORD,
}
"""What both sides are configured with."""


class InWords(Exception):
    """Something has no data form; the message says what it is."""


def documents() -> Iterator[tuple[str, dict[str, Json]]]:
    """Each document and its name: one for each folder of cases."""
    for area, found in groupby(cases().values(), lambda case: case.id.split(".")[0]):
        entries = [conversation(case) for case in found]
        rfcs = sorted({int(name.split("/")[0]) for entry in entries for name in entry["requirements"]})
        words = [entry["name"] for entry in entries if entry["inWords"]]
        yield (
            area,
            {
                **head("conversations", f"The scripts of the cases about {area}", rfcs, keys=True),
                "peers": PEERS,
                "numberOfConversations": len(entries),
                "inWords": words,
                "conversations": entries,
            },
        )


def conversation(case: Case) -> dict[str, Json]:
    """One entry."""
    words: list[str] = []
    steps = [
        _times(step, len(list(same))) for step, same in groupby(_step(one, words) for one in unrolled(case.script))
    ]
    under_test = _record(case.under_test)
    text = json.dumps([case.id, under_test, steps, case.delivery], sort_keys=True)
    return {
        "id": hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS],
        "name": case.id,
        "comment": case.title,
        **({"note": case.note} if case.note else {}),
        "requirements": list(case.checks),
        "level": str(load()[case.checks[0]].level),
        "underTest": under_test,
        "delivery": str(case.delivery),
        "hasControl": case.negative,
        "inWords": list(dict.fromkeys(words)),
        "steps": steps,
    }


def _times(step: Json, times: int) -> Json:
    """A step that comes so many times."""
    return {**step, "times": times} if times > 1 else step


def _step(step: Any, words: list[str]) -> Json:
    if isinstance(step, Expect):
        return {"expect": _expectation(step.what, words)}
    if isinstance(step, Octets):
        return {"do": "octets", "octets": _octets(step, words)}
    return {"do": _word(step), **_record(step, words)}


def _expectation(what: Any, words: list[str]) -> Json:
    if isinstance(what, Either):
        return {"reaction": "either", "outcomes": [_expectation(one, words) for one in what.outcomes]}
    if isinstance(what, Holds) or hasattr(what, "statement"):
        words.append(what.statement)
        return {"reaction": _word(what), "statement": what.statement}
    return {"reaction": _word(what), **_record(what, words)}


def _octets(step: Octets, words: list[str]) -> Json:
    if isinstance(step.octets, bytes):
        return shortly(step.octets)
    found = of_known(step.octets)
    if found is None:
        words.append("octets that are computed from what was sent and received")
        return None
    return found


def _word(record: Any) -> str:
    name = type(record).__name__
    return name[0].lower() + name[1:]


def _record(record: Any, words: list[str] | None = None) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if isinstance(value, bool) or value not in ((), "", None) and value != {} or one.name in ("parts", "octets"):
            found[_camel(one.name)] = value_of(value, words if words is not None else [])
    return found


def _camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(word.capitalize() for word in more)


def value_of(value: Any, words: list[str]) -> Json:
    """A value as data; what has no data form becomes words."""
    if isinstance(value, bytes):
        return shortly(value)
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): value_of(one, words) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [value_of(one, words) for one in value]
    if is_dataclass(value):
        return {"do": _word(value), **_record(value, words)}
    if callable(value):
        found = of_natural(value)
        if found is None:
            words.append("a value that is computed from what the peer would have sent")
        return found
    return value
