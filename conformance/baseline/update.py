"""Write a baseline from the results of a full run; what humans wrote into the one that was there stays.

Verdict and reason are the machine's, `why`, `link`, `expires` and comments are the human's. A new entry gets an empty `why`,
which no run accepts: somebody has to find out that the target is at fault, and say so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from conformance.baseline.known import BaselineError, read
from conformance.baseline.reasons import stable
from conformance.report import ReportError
from conformance.report.files import write_whole

UNEXPLAINED = 'say why this is the target\'s fault; an empty "why" is refused'


@dataclass(frozen=True)
class Change:
    """What an update did to a baseline.

    Attributes:
        added: entries that nobody has explained yet.
        changed: entries whose verdict or reason is another now; their `why` may not fit any more.
        removed: entries of cases that do not deviate any more.
        kept: number of entries that stay as they were.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int


def update(path: Path, target: str, cases: Iterable[Mapping[str, Any]]) -> Change:
    """Write the baseline anew.

    Args:
        path: where; what is there is kept as far as it is still true.
        target: its name, for the first line of a new file.
        cases: the results of a full run, as results.json has them.

    Raises:
        BaselineError: what is there is no baseline, or it cannot be written.
    """
    found = {case["id"]: case for case in cases if case["verdict"] in ("fail", "warn")}
    document = _document(path, target)
    added, changed, kept = [], [], 0
    removed = [name for name in document if name not in found]
    for name in removed:
        document.remove(name)
    for name, case in sorted(found.items()):
        verdict, reason = case["verdict"], stable(case["reason"])
        entry: Any = document.get(name)
        if entry is None:
            document.add(name, _entry(verdict, reason))
            added.append(name)
        elif (str(entry["verdict"]), stable(str(entry["reason"]))) != (verdict, reason):
            entry["verdict"], entry["reason"] = verdict, reason
            changed.append(name)
        else:
            kept += 1
    try:
        write_whole(path, tomlkit.dumps(document).encode())
    except ReportError as error:
        raise BaselineError(str(error)) from None
    read(path)
    return Change(tuple(added), tuple(changed), tuple(removed), kept)


def _document(path: Path, target: str) -> tomlkit.TOMLDocument:
    if path.exists():
        read(path)  # which says what is wrong better than a parser does
        try:
            return tomlkit.parse(path.read_text(encoding="utf-8"))
        except TOMLKitError as error:
            raise BaselineError(f"{path}: {error}") from None
    document = tomlkit.document()
    document.add(tomlkit.comment(f"Accepted deviations of {target}; see `zmtp-conformance baseline --help`."))
    return document


def _entry(verdict: str, reason: str) -> Any:
    entry = tomlkit.table()
    entry.add("verdict", verdict)
    entry.add("reason", reason)
    entry.add("why", tomlkit.string("").comment(UNEXPLAINED))
    entry.add(tomlkit.nl())
    return entry
