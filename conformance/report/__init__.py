"""Reports: the record of a run and everything that is derived from it.

`EventWriter` streams events.ndjson while a run goes on, `read_events` turns it into results, complete or not, and
`write_reports` writes what people and CI systems read. Results are plain dicts here; `records` has their shape.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.report.errors import ReportError
from conformance.report.events import EventWriter, read_events
from conformance.report.html import write_html
from conformance.report.junit import write_junit
from conformance.report.markdown import write_markdown
from conformance.report.records import FORMAT
from conformance.report.results import read_results, validate, withhold, write_results
from conformance.report.text import inert

__all__ = ["FORMAT", "EventWriter", "ReportError", "inert", "read_events", "read_results", "write_reports"]


def write_reports(
    results: Mapping[str, Any], directory: Path, published: bool = False, *, strict: bool = False
) -> list[Path]:
    """Write results.json, junit.xml, index.html and summary.md, each whole or not at all, and return their paths.

    Args:
        results: what `read_events` or `read_results` gave.
        directory: where to; it is made if need be.
        published: leave out the traces of sensitive cases, in every file.
        strict: JUnit counts a recommendation that is not followed (`warn`) as a failure.

    Raises:
        ReportError: these are no results, or a file cannot be written.
    """
    checked = validate(results)
    if published:
        checked = withhold(checked)
    return [
        write_results(checked, directory / "results.json"),
        write_junit(checked, directory / "junit.xml", strict=strict),
        write_html(checked, directory / "index.html"),
        write_markdown(checked, directory / "summary.md"),
    ]
