"""Are the files what they say? Schema, canonical text, ids, counts, flags, requirements, rulings; then everything a
second time.

Nothing here asks the tables that made the files: results are computed again by `reading`, transcripts are made again from
their secrets, and where the texts of the RFCs are at hand their ABNF is asked as well.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]

from conformance.vectors import oracle, store
from conformance.vectors.envelope import HEAD, ORDER, render
from conformance.vectors.reading import READERS
from conformance.vectors.reading.transcripts import replay
from conformance.vectors.record import id_of
from spec_model.requirements import load

Json = Any


@dataclass
class Report:
    """What was found.

    Attributes:
        counts: how much of everything there is, and how much was computed again.
        wrong: a line for each thing that is wrong.
        notes: what could not be asked, and why.
    """

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(folder: Path, *, abnf: bool = True) -> Report:
    """Check every file of a folder."""
    report = Report()
    documents: dict[str, Json] = {}
    for path in store.present(folder):
        name, text = str(path.relative_to(folder)), path.read_text()
        report.counts["files"] += 1
        report.counts["octets"] += len(text)
        try:
            whole = json.loads(text)
        except ValueError as error:
            report.wrong.append(f"{name}: no JSON: {error}")
            continue
        if path.parent.name != "schema":
            documents[name] = whole
            if render(whole) != text:
                report.wrong.append(f"{name}: not in canonical order")
    if not documents:
        report.wrong.append(f"{folder}: there are no vectors")
    for name, whole in documents.items():
        found = [*_schema(folder, name, whole), *_document(whole, report.counts)]
        report.wrong += [f"{name}: {line}" for line in found]
    report.wrong += _ids(documents, store.retired(folder))
    if abnf:
        opinion = oracle.ask(documents)
        report.counts.update({f"ABNF: {words}": count for words, count in opinion.counts.items()})
        report.wrong += [f"ABNF: {line}" for line in opinion.wrong]
        report.notes += [f"the RFCs' ABNF was not asked: {opinion.missing}"] if opinion.missing else []
    return report


def _schema(folder: Path, name: str, whole: Json) -> Iterator[str]:
    path = folder / "schema" / f"{Path(name).parent.name or Path(name).stem}.json"
    if not path.is_file():
        yield f"there is no schema/{path.name}"
        return
    for error in Draft202012Validator(json.loads(path.read_text())).iter_errors(whole):
        yield f"schema: {error.json_path}: {error.message[:200]}"


def _ids(documents: Mapping[str, Json], retired: list[str]) -> Iterator[str]:
    seen: Counter[str] = Counter(name for whole in documents.values() for name in store.ids_in(whole))
    yield from (f"the id {name} is used {count} times" for name, count in seen.items() if count > 1)
    yield from (f"the id {name} was retired" for name in retired if name in seen)


def _document(whole: Json, counts: Counter[str]) -> Iterator[str]:
    for specified in whole.get("specification", ()):
        if not any(one.rfc == specified["rfc"] for one in load().values()):
            yield f"there is no catalogue of RFC {specified['rfc']}"
    if "groups" in whole:
        yield from _tests(whole, counts)
    for transcript in whole.get("transcripts", ()):
        counts["transcripts"] += 1
        again = replay(transcript)
        counts["transcript steps made again"] += again.made
        counts["transcript boxes sealed again"] += again.boxes
        yield from (f"{transcript['id']} {transcript['comment']}: {line}" for line in again.wrong)
        yield from _cited(transcript)
    for conversation in whole.get("conversations", ()):
        counts["conversations"] += 1
        counts["conversations that are partly in words"] += bool(conversation["inWords"])
        yield from _cited(conversation)
    for name, entries in (("numberOfTranscripts", "transcripts"), ("numberOfConversations", "conversations")):
        if whole.get(name, 0) != len(whole.get(entries, ())):
            yield f"{name} is {whole.get(name)}, and there are {len(whole[entries])}"


def _cited(entry: Json) -> Iterator[str]:
    unknown = [name for name in entry["requirements"] if name not in load()]
    yield from (f"{entry['id']}: {name} is no requirement" for name in unknown)
    if not unknown and entry["level"] != load()[entry["requirements"][0]].level:
        yield f"{entry['id']}: {entry['requirements'][0]} has another level"


def _tests(whole: Json, counts: Counter[str]) -> Iterator[str]:
    if list(whole) != [name for name in HEAD if name in whole]:
        yield "the fields are not in canonical order"
    flags: set[str] = set()
    rulings: set[str] = set()
    number = 0
    for group in whole["groups"]:
        seen: set[str] = set()
        for test in group["tests"]:
            number += 1
            counts["tests"] += 1
            counts[test["result"]] += 1
            flags.update(test["flags"])
            rulings.update({test["ruling"]} if "ruling" in test else ())
            if id_of(whole["kind"], group["type"], group["given"], test["inputs"]) != test["id"]:
                yield f"{test['id']}: the id is not that of its inputs"
            if list(test) != [name for name in ORDER if name in test]:
                yield f"{test['id']}: the fields are not in canonical order"
            inputs = json.dumps(test["inputs"], sort_keys=True)
            if inputs in seen:
                yield f"{test['id']}: another test of its group has the same inputs"
            seen.add(inputs)
            if (test["result"] == "acceptable") != ("ruling" in test):
                yield f"{test['id']}: acceptable and a ruling go together"
            yield from _cited(test)
            yield from (f"{test['id']} {test['comment']}: {line}" for line in second_path(group, test))
            counts["results computed again"] += 1
    if number != whole["numberOfTests"]:
        yield f"numberOfTests is {whole['numberOfTests']}, and there are {number}"
    if flags != set(whole["notes"]):
        yield f"flags and notes differ: {sorted(flags ^ set(whole['notes']))}"
    if rulings != set(whole["rulings"]):
        yield f"rulings differ: {sorted(rulings ^ set(whole['rulings']))}"


def second_path(group: Json, test: Json) -> Iterator[str]:
    """What the independent reader says otherwise about one test."""
    try:
        found = READERS[group["type"]](test["inputs"], group["given"])
    except Exception as error:  # whatever a reader dies of: it could not read what it should
        yield f"the second reader fails: {error!r}"
        return
    if found.result != test["result"]:
        yield f"is {test['result']}, and {found.result} to the second reader: {found.wrong}"
    if found.sender != test["sender"]:
        yield f"its sender is {test['sender']}, and {found.sender} to the second reader"
    if len(found.wrong) > 1:
        yield f"more than one thing is wrong with it: {found.wrong}"
    for requirement, _, _ in found.wrong:
        if requirement and requirement not in test["requirements"]:
            yield f"breaks {requirement} to the second reader, and cites {test['requirements']}"
    if test["result"] == "valid" and "expected" in test and found.expected != test["expected"]:
        yield "the second reader gets something else out of it"
