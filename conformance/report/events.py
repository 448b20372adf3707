"""events.ndjson: the run as it happens, one JSON object a line, and the results derived from it.

Theory of operation: each line goes to the operating system in full before `write` returns, so that a run that dies
leaves all it judged. Whoever reads forgives exactly one thing: that the last line stops half-way. A run without a
footer was interrupted; what was judged before counts.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from conformance.report.errors import ReportError
from conformance.report.files import unreadable, unwritable
from conformance.report.records import (
    Begun,
    Event,
    Footer,
    Header,
    Judged,
    Moment,
    Result,
    Results,
    Step,
    Verdict,
    unsound,
)
from conformance.report.results import as_dict, summarise, without_tag
from conformance.report.text import ascii_json, plain


class EventWriter:
    """Writes events.ndjson: `with EventWriter(path) as events: events.write({"event": "header", ...})`.

    A file that was there is replaced. After the first failure every further `write` raises the same error. One thread
    at a time may use a writer.

    Raises:
        ReportError: the file cannot be made or written, or an event does not follow the format.
    """

    def __init__(self, path: Path) -> None:
        """Make the file, and its directory where there is none."""
        self.path = path
        self._verdicts: dict[str, Verdict] = {}
        self._size = 0
        self._failure: ReportError | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise unwritable(path, error) from error

    def write(self, event: Mapping[str, Any]) -> None:
        """Write one event: a dict with `event` and the fields of that record.

        Octets may be given as `bytes`, in `octets` and anywhere in `fields`; enums and tuples are welcome.
        """
        if self._failure is not None:
            raise self._failure
        simple = _plain_event(event)
        try:
            checked = msgspec.convert(simple, Event)
        except msgspec.ValidationError as error:
            raise ReportError(f"this is no event of {self.path.name}: {error}") from error
        if wrong := _unsound(checked):
            raise ReportError(f"this is no event of {self.path.name}: {wrong}")
        self._append(ascii_json(simple) + b"\n")
        if isinstance(checked, Result):
            self._verdicts[checked.id] = checked.verdict

    def finish(self, finished: str, *, interrupted: bool = False) -> None:
        """Write the footer, with the summary of what was written, and close; `finished` as in 2025-01-31T12:00:00Z."""
        summary = summarise(self._verdicts.values()).counts
        self.write({"event": "footer", "finished": finished, "interrupted": interrupted, "summary": summary})
        self.close()

    def close(self) -> None:
        """Close the file, with or without a footer; never raises."""
        with contextlib.suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _append(self, line: bytes) -> None:
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except (OSError, ValueError) as error:
            cause = error if isinstance(error, OSError) else OSError("it is closed")
            self._failure = unwritable(self.path, cause)
            with contextlib.suppress(OSError, ValueError):  # take back the half line, where the file allows it
                os.ftruncate(self._file.fileno(), self._size)
            raise self._failure from error
        self._size += len(line)


def _plain_event(event: Mapping[str, Any]) -> dict[str, Any]:
    simple: dict[str, Any] = plain(event)
    for moment in (simple, *(simple.get("trace") or ())):
        octets = moment.get("octets") if isinstance(moment, dict) else None
        if isinstance(octets, dict):  # bytes were given, and became {"hex": ...}
            moment["octets"] = octets.get("hex")
    return simple


def _unsound(event: Event) -> str:
    return unsound([event] if isinstance(event, Step) else event.trace if isinstance(event, Result) else ())


def read_events(path: Path) -> dict[str, Any]:
    """The results that an events.ndjson holds, complete or not, as the content of results.json.

    Raises:
        ReportError: it cannot be read, has no header, or a line that is not the last is damaged.
    """
    return as_dict(_collect(path))


def _collect(path: Path) -> Results:
    header: Header | None = None
    footer: Footer | None = None
    judged: dict[str, Judged] = {}
    steps: dict[str, list[Moment]] = {}
    for event in _events(path):
        match event:
            case Header():
                header = event
            case Begun():
                steps[event.id] = []
            case Step():
                moment = Moment(event.at, event.peer, event.direction, event.what, event.octets, event.fields)
                steps.setdefault(event.id, []).append(moment)
            case Result():
                result = without_tag(event)
                seen = steps.pop(event.id, [])
                judged[event.id] = result if result.trace else msgspec.structs.replace(result, trace=seen)
            case Footer():
                footer = event
    if header is None:
        raise unreadable(path, "it has no header, so the run ended before it began")
    return Results(
        format=header.format,
        generator=header.generator,
        target=header.target,
        profile=header.profile,
        seed=header.seed,
        selection=header.selection,
        planned=header.planned,
        started=header.started,
        finished=footer.finished if footer else None,
        interrupted=footer.interrupted if footer else True,
        published=False,
        summary=summarise(result.verdict for result in judged.values()),
        cases=list(judged.values()),
    )


def _events(path: Path) -> Iterator[Event]:
    decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    event = decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    if line.endswith(b"\n"):
                        raise unreadable(path, f"line {number}: {error}") from error
                    continue
                if wrong := _unsound(event):
                    raise unreadable(path, f"line {number}: {wrong}")
                yield event
    except OSError as error:
        raise unreadable(path, error) from error
