"""index.html: the run as one page that needs no network, no server and no scripts.

Theory of operation: templates get records and small views of them. Every text that a template prints passes `inert`
(the environment's `finalize`) and then autoescape, so that no template can forget either. The page's policy allows the
one script and the one style sheet of ours, by their digests, and nothing else: even markup that slipped through would
be dead. A page has a budget for traces, spent on the most urgent cases first, so that 10,000 cases still open at once.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.report import overview
from conformance.report.files import write_whole
from conformance.report.matrix import SEVERITY, describe, matrix, rfc_of, rfc_title
from conformance.report.octets import SHOWN, WIDTH, Dump, describe_fields, hexdump
from conformance.report.records import Judged, Moment, Results
from conformance.report.text import inert
from spec_model.requirements import Requirement

MOMENTS = 200
"""Moments of one case that a page shows: the first and the last of them."""

BUDGET = 4_000_000
"""What the traces of a page may cost, in characters of the page, roughly."""


@dataclass(frozen=True)
class MomentView:
    """A moment as the page shows it."""

    moment: Moment
    size: int
    fields: list[tuple[str, str]]
    dump: Dump

    @property
    def at(self) -> str:
        """When it was, in milliseconds."""
        return f"{self.moment.at * 1000:.1f}"

    @property
    def cost(self) -> int:
        """About how many characters of the page it takes."""
        return 600 + 80 * len(self.dump.lines) + 80 * len(self.fields)


@dataclass(frozen=True)
class CaseView:
    """A case as the page shows it: `trace_note` says what is missing from the trace and why."""

    judged: Judged
    checks: tuple[Requirement, ...]
    expected: str
    seen: str
    trace: tuple[MomentView, ...]
    trace_note: str

    @property
    def rfcs(self) -> str:
        """The numbers of the RFCs that it checks, for the filter."""
        return " ".join(sorted({str(rfc_of(check.id)) for check in self.checks}))

    @property
    def peers(self) -> int:
        """How many connections the trace speaks of."""
        return len({entry.moment.peer for entry in self.trace})


def write_html(results: Results, path: Path) -> Path:
    """Write the page whole or not at all; raises ReportError."""
    return write_whole(path, html(results).encode())


def html(results: Results) -> str:
    """The page."""
    chapters = matrix(results)
    cases = tuple(_views(results))
    page = _environment().get_template("index.html.j2")
    return page.render(
        results=results,
        counts=results.summary.counts,
        severity=SEVERITY,
        conclusion=overview.conclude(results, chapters),
        unplayed=overview.unplayed(results),
        took=overview.duration(results),
        noteworthy=[case for case in cases if case.judged.verdict in overview.NOTEWORTHY],
        chapters=chapters,
        cases=cases,
        choices=_choices(cases),
        details=describe_fields(results.target.details),
    )


def anchor(kind: str, name: str) -> str:
    """The id of an element: letters, digits and a few signs that mean nothing in markup or in a URL."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_.@/-]', '_', name)}"


def _views(results: Results) -> Iterator[CaseView]:
    left = BUDGET
    for case in overview.by_severity(results.cases):
        affordable = _least_cost(case) <= left
        trace, note = _trace(case, results.published) if affordable else ((), "")
        cost = sum(moment.cost for moment in trace)
        if cost > left or not affordable:
            trace, note = (), "The page would become too long: the trace is in results.json."
        else:
            left -= cost
        checks = tuple(describe(name) for name in dict.fromkeys((*filter(None, [case.requirement]), *case.checks)))
        expected, seen = overview.expected_and_seen(case.reason)
        yield CaseView(case, checks, expected, seen, trace, note)


def _least_cost(case: Judged) -> int:
    """What the page of a case costs at least, without looking into its octets."""
    return sum(600 + 80 * (min(len(moment.octets) // 2, SHOWN) // WIDTH) for moment in case.trace[:MOMENTS])


def _trace(case: Judged, published: bool) -> tuple[tuple[MomentView, ...], str]:
    if case.sensitive and published:
        return (), "The trace is withheld: what it shows could be an unpublished vulnerability."
    moments, note = case.trace, ""
    if len(moments) > MOMENTS:
        half = MOMENTS // 2
        moments = [*moments[:half], *moments[-half:]]
        note = f"The first and the last {half} of {len(case.trace)} moments; all of them are in results.json."
    return tuple(_moment(moment) for moment in moments), note


def _moment(moment: Moment) -> MomentView:
    octets = bytes.fromhex(moment.octets)
    return MomentView(moment, len(octets), describe_fields(moment.fields), hexdump(octets))


def _choices(cases: Iterable[CaseView]) -> dict[str, list[str]]:
    """What each filter of the page offers, by the name of the cases' data attribute."""
    judged = [view.judged for view in cases]
    return {
        "rfc": sorted({rfc for view in cases for rfc in view.rfcs.split()}, key=lambda rfc: (len(rfc), rfc)),
        "level": sorted({case.level for case in judged}),
        "role": sorted({case.role for case in judged}),
        "side": sorted({case.side for case in judged}),
        "mechanism": sorted({case.mechanism for case in judged}),
    }


@cache
def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        finalize=_inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (folder / "style.css").read_text(encoding="utf-8")
    script = (folder / "filter.js").read_text(encoding="utf-8")
    names: dict[str, Callable[..., Any] | str] = {
        "anchor": anchor,
        "plural": overview.plural,
        "rfc_of": rfc_of,
        "rfc_title": rfc_title,
        "style": Markup(style),  # our own file
        "script": Markup(script),  # our own file
        "policy": f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
    }
    environment.globals.update(names)
    return environment


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert(value: Any) -> Any:
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value
