"""What a reader wants first: does it conform, and what is there to look at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from conformance.report.matrix import SEVERITY, Chapter
from conformance.report.records import Judged, Results, Verdict

NOTEWORTHY: tuple[Verdict, ...] = ("fail", "warn", "error", "inconclusive")
"""Verdicts that ask for a look."""


@dataclass(frozen=True)
class Conclusion:
    """The run in one sentence.

    Attributes:
        verdict: the verdict that the sentence comes to.
        sentence: for a heading.
    """

    verdict: Verdict
    sentence: str


def conclude(results: Results, chapters: Iterable[Chapter]) -> Conclusion:
    """What the whole run comes to."""
    counts = results.summary.counts
    rows = [row for chapter in chapters for row in chapter.checked]
    broken = sum(row.verdict == "fail" for row in rows)
    if counts["fail"]:
        cases = plural(counts["fail"], "case")
        return Conclusion("fail", f"Does not conform: {plural(broken, 'requirement')} broken, seen in {cases}")
    if counts["error"]:
        return Conclusion("error", f"The suite or an adapter went wrong in {plural(counts['error'], 'case')}")
    if not counts["pass"] + counts["warn"] + counts["info"]:
        return Conclusion("inconclusive", "Nothing was judged")
    if results.interrupted:
        return Conclusion("inconclusive", "Interrupted before anything was found broken")
    if counts["inconclusive"]:
        return Conclusion("inconclusive", f"Undecided: {plural(counts['inconclusive'], 'case')} came to no verdict")
    if counts["warn"]:
        return Conclusion("warn", f"Conforms, with recommendations not followed in {plural(counts['warn'], 'case')}")
    return Conclusion("pass", f"Conforms in all {plural(len(results.cases) - counts['unsupported'], 'case')} judged")


def by_severity(cases: Iterable[Judged]) -> list[Judged]:
    """The cases, the most urgent first, otherwise in the order in which they were judged."""
    return sorted(cases, key=lambda case: SEVERITY.index(case.verdict))


def unplayed(results: Results) -> int:
    """How many cases were planned and not judged."""
    return max(0, results.planned - len(results.cases))


def expected_and_seen(reason: str) -> tuple[str, str]:
    """The two halves of a reason like `fails 26/HELLO/padding: expected close; saw WELCOME`; empty where it is none."""
    found = re.fullmatch(r"(?:[^:]{0,200}: )?expected (.+?); saw (.+)", reason, re.DOTALL)
    return (found[1], found[2]) if found else ("", "")


def duration(results: Results) -> str:
    """How long the run took, or an empty text."""
    if results.finished is None:
        return ""
    try:
        span = (datetime.fromisoformat(results.finished) - datetime.fromisoformat(results.started)).total_seconds()
    except ValueError:
        return ""
    return f"{span:.1f} s"


def plural(count: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
