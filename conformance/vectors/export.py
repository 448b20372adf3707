"""Some of the vectors: those about an RFC, of a kind, with a result; a file that has none left is left out."""

import json
from pathlib import Path
from typing import Any

from conformance.vectors.envelope import render
from conformance.vectors.kinds import KINDS
from conformance.vectors.store import RETIRED, present

RESULTS = ("valid", "invalid", "acceptable")


def kinds() -> tuple[str, ...]:
    """What can be asked for."""
    return (*KINDS, "transcripts", "conversations")


def select(
    folder: Path, rfcs: tuple[int, ...], wanted: tuple[str, ...], results: tuple[str, ...]
) -> tuple[dict[str, str], int]:
    """The texts of the files with what fits, their schemas, and how many tests and other entries they have.

    Args:
        folder: where all vectors are.
        rfcs, wanted, results: what an entry has to be about; what is empty lets everything through.
    """
    texts: dict[str, str] = {}
    count = 0
    for path in present(folder):
        name = str(path.relative_to(folder))
        if path.parent.name == "schema" or name == RETIRED:
            continue
        whole = json.loads(path.read_text())
        if (wanted and whole["kind"] not in wanted) or not (left := _narrowed(whole, rfcs, results)):
            continue
        texts[name] = render(whole)
        texts[f"schema/{whole['kind']}.json"] = (folder / "schema" / f"{whole['kind']}.json").read_text()
        count += left
    return texts, count


def _narrowed(whole: dict[str, Any], rfcs: tuple[int, ...], results: tuple[str, ...]) -> int:
    """Take out what does not fit; returns how much is left."""

    def fits(entry: dict[str, Any]) -> bool:
        about = {int(name.split("/")[0]) for name in entry["requirements"]}
        return (not rfcs or bool(about & set(rfcs))) and (not results or entry.get("result") in results)

    for name, number in (("transcripts", "numberOfTranscripts"), ("conversations", "numberOfConversations")):
        if name in whole:
            whole[name] = [entry for entry in whole[name] if fits(entry)]
            whole[number] = len(whole[name])
            if "inWords" in whole:
                whole["inWords"] = [entry["name"] for entry in whole[name] if entry["inWords"]]
            return len(whole[name])
    for group in whole["groups"]:
        group["tests"] = [test for test in group["tests"] if fits(test)]
    whole["groups"] = [group for group in whole["groups"] if group["tests"]]
    tests = [test for group in whole["groups"] for test in group["tests"]]
    whole["numberOfTests"] = len(tests)
    whole["notes"] = {
        name: note for name, note in whole["notes"].items() if any(name in test["flags"] for test in tests)
    }
    whole["rulings"] = {
        name: words for name, words in whole["rulings"].items() if any(test.get("ruling") == name for test in tests)
    }
    return len(tests)
