"""One run from its first line to its exit code: events as they come, then the reports, then the verdict table.

Theory of operation: events.ndjson is the only memory of a run. Each result goes there as soon as it is final, and all
that is shown or written afterwards is read back from it. So a run that is interrupted, whose adapter is at fault or
whose disk is full ends like any other, only earlier: with reports on what was judged, and its own exit code.
"""

import contextlib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import conformance
from conformance.api import Case
from conformance.api.case import Side
from conformance.baseline.compare import Baseline, Comparison
from conformance.cli import summary
from conformance.cli.console import complain, note
from conformance.cli.exits import Exit, Stop
from conformance.cli.progress import progress
from conformance.harness.connecting import StaysAway
from conformance.harness.player import Settings
from conformance.harness.runner import Plan, Runner
from conformance.harness.tcp import Behind
from conformance.harness.verdict import BAD, Ending, Moment, Result, Verdict
from conformance.report import FORMAT, EventWriter, ReportError, read_events, write_reports
from conformance.report.octets import SHOWN

REPORTS = ("results.json", "junit.xml", "index.html", "summary.md")


@dataclass(frozen=True)
class Subject:
    """What is judged: its name and version, and whatever else it says of itself."""

    name: str
    version: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manner:
    """How a run is recorded and shown.

    Attributes:
        directory: where the reports go.
        replay: the command line that plays one case again.
        profile: rfc or interop; recorded.
        selection: the options that selected the cases; recorded.
        strict: a recommendation that is not followed counts as a failure.
        fail_fast: stop at the first failure.
        verbose: a line for each case, and tracebacks.
        as_json: print the results as JSON instead of the table.
        baseline: the deviations that are accepted; None if none are.
    """

    directory: Path
    replay: Callable[[str], str]
    profile: str = "rfc"
    selection: tuple[str, ...] = ()
    strict: bool = False
    fail_fast: bool = False
    verbose: bool = False
    as_json: bool = False
    baseline: Baseline | None = None


class Session:
    """A run of some cases against one target, recorded and reported.

    Args:
        subject: what is judged.
        behind: what stands behind it; it is stopped at the end.
        settings, plan: how to play.
        manner: how to record and show.
    """

    def __init__(self, subject: Subject, behind: Behind, settings: Settings, plan: Plan, manner: Manner) -> None:
        self._subject, self._behind, self._manner, self._plan = subject, behind, manner, plan
        self._runner = Runner(behind, settings, plan, manner.replay)
        self._early: Exit | None = None

    def run(self, selected: Iterable[tuple[Case, Side]], unfit: Iterable[Result] = ()) -> Exit:
        """Judge the cases, write the reports, show the verdicts.

        Args:
            selected: what to play.
            unfit: what cannot be played, already judged as unsupported.

        Raises:
            Stop: the record of the run cannot be written or read.
        """
        wanted, known = tuple(selected), tuple(unfit)
        events = self._open(len(wanted) + len(known))
        try:
            with progress(len(wanted) + len(known), verbose=self._manner.verbose) as tell:
                self._judge(wanted, known, events, tell)
        except ReportError as full:
            self._give_up(Exit.FAULT, str(full))
        except KeyboardInterrupt:
            self._give_up(Exit.INTERRUPTED, "interrupted")
        except Stop as stop:
            self._give_up(stop.code, str(stop))
        except StaysAway as reason:
            self._give_up(Exit.UNREACHABLE, str(reason))
        except Exception as bug:
            self._give_up(Exit.FAULT, bug_line(bug))
            if self._manner.verbose:
                traceback.print_exc()
        finally:
            self._behind.stop()
        return self._conclude(events)

    def _judge(
        self,
        wanted: tuple[tuple[Case, Side], ...],
        unfit: tuple[Result, ...],
        events: EventWriter,
        tell: Callable[[str, str, str], None],
    ) -> None:
        for result in unfit:
            events.write(as_event(result))
            tell(result.verdict.value, result.id, result.reason)
        for result in self._runner.results(wanted):
            events.write(as_event(result))
            tell(result.verdict.value, result.id, result.reason)
            if self._manner.fail_fast and result.verdict is Verdict.FAIL and not self._expected(result):
                self._give_up(Exit.FAILS, f"stopped at the first failure, {result.id}")
                return

    def _expected(self, result: Result) -> bool:
        """Whether the baseline lists just this."""
        baseline = self._manner.baseline
        return baseline is not None and baseline.expects(as_event(result))

    # --- the record -----------------------------------------------------------------------------------------------

    def _open(self, planned: int) -> EventWriter:
        """Begin the record; reports of an earlier run are not left to lie about this one."""
        directory, subject = self._manner.directory, self._subject
        try:
            events = EventWriter(directory / "events.ndjson")
            for name in REPORTS:
                with contextlib.suppress(OSError):
                    (directory / name).unlink(missing_ok=True)
            events.write(
                {
                    "event": "header",
                    "format": FORMAT,
                    "generator": {"name": "zmtp-conformance", "version": conformance.__version__},
                    "started": timestamp(),
                    "target": {"name": subject.name, "version": subject.version, "details": subject.details},
                    "profile": self._manner.profile,
                    "seed": self._plan.seed,
                    "selection": self._manner.selection,
                    "planned": planned,
                }
            )
        except ReportError as error:
            self._behind.stop()
            raise Stop(Exit.FAULT, str(error)) from None
        return events

    def _give_up(self, code: Exit, line: str) -> None:
        self._early = code
        note()
        complain(line)

    def _conclude(self, events: EventWriter) -> Exit:
        interrupted = self._early is not None
        with contextlib.suppress(ReportError):  # the disk is full, and that has been said
            if interrupted:
                for result in self._runner.unfinished():
                    events.write(as_event(result))
            events.finish(timestamp(), interrupted=interrupted)
        events.close()
        try:
            results = read_events(events.path)
        except ReportError as error:
            raise Stop(self._early or Exit.FAULT, str(error)) from None
        try:
            written = write_reports(results, self._manner.directory, strict=self._manner.strict)
        except ReportError as error:
            written = []
            if self._early is not Exit.FAULT:
                complain(str(error))
            self._early = self._early or Exit.FAULT
        baseline, compared = self._manner.baseline, None
        if baseline is not None:
            compared = baseline.compare(results["cases"], strict=self._manner.strict, complete=self._early is None)
        show = summary.show_json if self._manner.as_json else summary.show
        show(results, [events.path, *written], compared)
        return self._early if self._early is not None else verdict_of(results, compared, strict=self._manner.strict)


def verdict_of(results: Mapping[str, Any], compared: Comparison | None = None, *, strict: bool = False) -> Exit:
    """The exit code that complete results come to, beside a baseline if there is one."""
    counts = results["summary"]
    if counts["error"]:
        return Exit.FAULT
    if compared is not None:
        if not compared.holds:
            return Exit.FAILS
        if compared.matched:
            return Exit.CONFORMS
    elif counts["fail"] or (strict and counts["warn"]):
        return Exit.FAILS
    if not counts["pass"] + counts["warn"] + counts["info"]:
        return Exit.NOTHING
    return Exit.CONFORMS


def unsupported(case: Case, side: Side, reason: str) -> Result:
    """The result of a case that is not played because it does not fit what is judged."""
    return Result(case, side, Verdict.UNSUPPORTED, Ending.NONE, reason)


def as_event(result: Result) -> dict[str, Any]:
    """A result as a line of events.ndjson."""
    case = result.case
    return {
        "event": "result",
        "id": result.id,
        "case": case.id,
        "verdict": result.verdict,
        "ending": result.ending,
        "level": result.level,
        "role": case.under_test.role,
        "side": result.side,
        "mechanism": case.under_test.mechanism,
        "checks": case.checks,
        "requirement": result.requirement,
        "reason": result.reason,
        "title": case.title,
        "note": case.note,
        "seconds": max(0.0, result.seconds),
        "noticed": result.noticed,
        "confirmed": result.confirmed,
        "replay": result.replay,
        "sensitive": case.sensitive,
        "trace": [_moment(moment, whole=result.verdict in BAD) for moment in result.trace],
    }


def _moment(moment: Moment, *, whole: bool) -> dict[str, Any]:
    """A moment of a trace; where nobody is accused, no more of it than anybody looks at."""
    what, octets, fields = moment.what, moment.octets, moment.fields
    if not whole and len(octets) > SHOWN:
        what, octets = f"{what} (the first {SHOWN} of {len(octets)} octets)", octets[:SHOWN]
        fields = _shortened(fields)
    return {
        "at": max(0.0, moment.at),
        "peer": moment.peer,
        "direction": moment.direction,
        "what": what,
        "octets": octets,
        "fields": fields,
    }


def _shortened(value: Any) -> Any:
    match value:
        case bytes():
            return value[:SHOWN]
        case Mapping():
            return {name: _shortened(entry) for name, entry in value.items()}
        case list() | tuple():
            return [_shortened(entry) for entry in value]
    return value


def timestamp() -> str:
    """Now, in UTC, as the result files have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def bug_line(bug: Exception) -> str:
    """One line for what must not happen."""
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"a bug in the suite: {type(bug).__name__}: {bug} (at {place}; -v shows where it came from)"
