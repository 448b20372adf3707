"""The folder: which files there are, how they are written, and what has become of ids that are no longer in any.

`files` gives every file with its text; writing it twice gives the same, since nothing comes from outside the tables but
the list of retired ids. An id that was in the folder and is in no file any more is retired; since an id is made of the
inputs of its test, it can never come to mean anything else.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.report.files import write_whole
from conformance.vectors import conversations, transcripts
from conformance.vectors.envelope import COMMAND, document, render
from conformance.vectors.kinds import KINDS
from conformance.vectors.schema import schemas

RETIRED = "retired.json"
GENERATED = ("*.json", "schema/*.json", "transcripts/*.json", "conversations/*.json")
"""What belongs to the command in the folder; the rest is people's."""


def files() -> Iterator[tuple[str, str]]:
    """Name and text of every file, but the list of retired ids."""
    for kind, entry in KINDS.items():
        yield f"{kind}.json", render(document(kind, entry.title, entry.rfcs, entry.groups(), keys=entry.keys))
    for name, whole in transcripts.documents():
        yield f"transcripts/{name}.json", render(whole)
    for name, whole in conversations.documents():
        yield f"conversations/{name}.json", render(whole)
    for name, schema in schemas().items():
        yield f"schema/{name}.json", json.dumps(schema, indent=1) + "\n"


def everything(folder: Path) -> dict[str, str]:
    """Every file as it has to be, the list of retired ids included, for a folder as it is.

    An id that comes back is the same test again, since it is made of the inputs: it is taken off the list.
    """
    found = dict(files())
    before, ids = published(folder), {name for text in found.values() for name in ids_in(json.loads(text))}
    gone = sorted({*retired(folder), *before} - ids)
    made = {"command": COMMAND, "edit": "Do not edit."}
    return {**found, RETIRED: render({"generated": made, "ids": gone})}


def retired(folder: Path) -> list[str]:
    """The ids that are not to be used again."""
    path = folder / RETIRED
    return list(json.loads(path.read_text())["ids"]) if path.is_file() else []


def published(folder: Path) -> set[str]:
    """The ids in the files of a folder."""
    return {
        name
        for path in present(folder)
        if path.name != RETIRED and path.parent.name != "schema"
        for name in ids_in(json.loads(path.read_text()))
    }


def ids_in(whole: Mapping[str, Any]) -> Iterator[str]:
    """The ids in a document, in order."""
    for group in whole.get("groups", ()):
        for test in group["tests"]:
            yield test["id"]
    for name in ("transcripts", "conversations"):
        for entry in whole.get(name, ()):
            yield entry["id"]


def present(folder: Path) -> list[Path]:
    """The files in a folder that belong to the command."""
    return sorted(path for pattern in GENERATED for path in folder.glob(pattern))


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Write these files, where they differ from what is there.

    Raises:
        ReportError: one cannot be written.
    """
    for name, text in texts.items():
        path = folder / name
        if not path.is_file() or path.read_text() != text:
            write_whole(path, text.encode())


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write all files, and remove those that are no more.

    Raises:
        ReportError: one cannot be written.
    """
    write_all(folder, texts)
    for path in present(folder):
        if str(path.relative_to(folder)) not in texts:
            path.unlink()


def differences(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """What is not as it has to be, a line for each file."""
    lines = []
    for name, text in texts.items():
        path = folder / name
        if not path.is_file():
            lines.append(f"{name} is missing")
        elif path.read_text() != text:
            lines.append(f"{name} is not what the tables say")
    known = set(texts)
    lines += [
        f"{name} is no file of ours" for path in present(folder) if (name := str(path.relative_to(folder))) not in known
    ]
    return lines
