"""summary.md: the run on one screen, for a CI job's summary or an issue.

Whatever a target or a results file says stands in code spans, where neither markup nor mentions nor links work.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from conformance.report.files import write_whole
from conformance.report.matrix import SEVERITY, Chapter, matrix
from conformance.report.overview import NOTEWORTHY, by_severity, conclude, duration, plural, unplayed
from conformance.report.records import Judged, Results
from conformance.report.text import inert

LISTED = 50
"""Cases that the list of findings names."""


def write_markdown(results: Results, path: Path) -> Path:
    """Write the summary whole or not at all; raises ReportError."""
    return write_whole(path, markdown(results).encode())


def markdown(results: Results) -> str:
    """The summary in GitHub's Markdown."""
    chapters = matrix(results)
    counts = results.summary.counts
    target = code(f"{results.target.name} {results.target.version}".strip())
    took = duration(results)
    facts = [f"profile {code(results.profile)}", f"seed {code(str(results.seed))}", f"started {results.started}"]
    lines = [
        f"## {target}: {conclude(results, chapters).sentence}",
        "",
        ", ".join(facts) + (f", took {took}" if took else ""),
        *_interruption(results),
        "",
        "| " + " | ".join(SEVERITY) + " |",
        "|" + " ---: |" * len(SEVERITY),
        "| " + " | ".join(str(counts[verdict]) for verdict in SEVERITY) + " |",
        *_findings([case for case in by_severity(results.cases) if case.verdict in NOTEWORTHY]),
        *_coverage(chapters),
        "",
        f"Made by {code(f'{results.generator.name} {results.generator.version}')}.",
    ]
    return "\n".join(lines) + "\n"


def code(text: str, limit: int = 400) -> str:
    """The text as a code span that also works inside a table."""
    shown = inert(text, limit) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    gap = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{gap}{shown}{gap}{fence}".replace("|", "\\|")


def _interruption(results: Results) -> list[str]:
    if not results.interrupted:
        return []
    return ["", f"**Interrupted**: {unplayed(results)} of {plural(results.planned, 'case')} were not judged."]


def _findings(cases: Sequence[Judged]) -> list[str]:
    if not cases:
        return []
    rows = [f"| {case.verdict} | {code(case.id)} | {code(case.reason)} |" for case in cases[:LISTED]]
    more = ["", f"{len(cases) - LISTED} more are in the full report."] if len(cases) > LISTED else []
    return ["", "| verdict | case | reason |", "| --- | --- | --- |", *rows, *more]


def _coverage(chapters: Sequence[Chapter]) -> list[str]:
    rows = [
        f"| RFC {chapter.rfc}, {chapter.title} | {len(chapter.checked)} of {chapter.size} | "
        + ", ".join(f"{count} {verdict}" for verdict, count in chapter.counts.items())
        + " |"
        for chapter in chapters
    ]
    return ["", "| text | requirements checked | of these |", "| --- | ---: | --- |", *rows] if rows else []
