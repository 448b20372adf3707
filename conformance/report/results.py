"""results.json: a whole run in one file, checked when it is made and when it is read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from conformance.report.errors import ReportError
from conformance.report.files import unreadable, write_whole
from conformance.report.records import Judged, Results, Summary, Verdict, unsound
from conformance.report.text import ascii_json, plain

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def summarise(verdicts: Iterable[Verdict]) -> Summary:
    """Count verdicts; those that nobody got are there with 0."""
    counted = Counter(verdicts)
    return msgspec.convert({verdict: counted[verdict] for verdict in VERDICTS}, Summary)


def validate(results: Mapping[str, Any]) -> Results:
    """The results that a dict of plain values holds.

    Raises:
        ReportError: it does not follow the format; the text names the place.
    """
    try:
        found = msgspec.convert(plain(results), Results)
    except msgspec.ValidationError as error:
        raise ReportError(f"these are no results: {error}") from error
    if wrong := _unsound(found):
        raise ReportError(f"these are no results: {wrong}")
    if found.summary != summarise(case.verdict for case in found.cases):
        raise ReportError("these are no results: the summary does not count the cases - at `$.summary`")
    return found


def withhold(results: Results) -> Results:
    """The results as they may be published: without the traces of sensitive cases."""
    cases = [msgspec.structs.replace(case, trace=[]) if case.sensitive else case for case in results.cases]
    return msgspec.structs.replace(results, cases=cases, published=True)


def write_results(results: Results, path: Path) -> Path:
    """Write results.json whole or not at all; raises ReportError."""
    return write_whole(path, ascii_json(msgspec.to_builtins(results), indent=1) + b"\n")


def read_results(path: Path) -> dict[str, Any]:
    """The content of a results.json, checked.

    Raises:
        ReportError: it cannot be read, or does not follow the format.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Results)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise unreadable(path, error) from error
    if wrong := _unsound(found):
        raise unreadable(path, wrong)
    return as_dict(found)


def _unsound(results: Results) -> str:
    return unsound(moment for case in results.cases for moment in case.trace)


def as_dict(results: Results) -> dict[str, Any]:
    """The results in plain values."""
    found: dict[str, Any] = msgspec.to_builtins(results)
    return found


def without_tag(judged: Judged) -> Judged:
    """The same record without the tag that makes it an event."""
    return Judged(**{name: getattr(judged, name) for name in Judged.__struct_fields__})
