"""The requirement matrix: what a run says about each requirement of the RFCs that it touches.

A case names the requirements that it checks. If it passes, all of them were kept. If it does not, `requirement` is the
one that was broken, and nothing is known of the others. `noticed` are breaches that came to light on the way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conformance.report.records import Judged, Results, Verdict
from spec_model.requirements import RFC_TITLES, Level, Requirement, Seen, load

SEVERITY: tuple[Verdict, ...] = ("fail", "warn", "error", "inconclusive", "info", "pass", "unsupported")
"""Verdicts, the most urgent first."""

_BREACH: frozenset[Verdict] = frozenset({"fail", "warn", "info"})


@dataclass(frozen=True)
class Row:
    """One requirement and what the run says of it.

    Attributes:
        asked: the requirement.
        verdict: the worst of what its cases say, inconclusive if all of them ended at another requirement; None where
            no case of the run checks it.
        cases: the cases that check it or broke it, the worst first.
    """

    asked: Requirement
    verdict: Verdict | None = None
    cases: tuple[Judged, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One RFC.

    Attributes:
        rfc: its number; 0 where ids do not say.
        title: its name.
        sections: headings, and the rows below each that the run checked, in the order of the catalogue.
        unchecked: the rows that it did not check.
    """

    rfc: int
    title: str
    sections: Mapping[str, tuple[Row, ...]]
    unchecked: tuple[Row, ...]

    @property
    def checked(self) -> tuple[Row, ...]:
        """All rows that the run checked."""
        return tuple(row for rows in self.sections.values() for row in rows)

    @property
    def size(self) -> int:
        """How many requirements the chapter has."""
        return len(self.unchecked) + len(self.checked)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many of the checked requirements have which verdict, the most urgent first; none that is 0."""
        verdicts = [row.verdict for row in self.checked]
        return {verdict: verdicts.count(verdict) for verdict in SEVERITY if verdict in verdicts}


def matrix(results: Results) -> tuple[Chapter, ...]:
    """The chapters of the RFCs that at least one case checks, in the order of their numbers."""
    said: dict[str, list[tuple[Verdict | None, Judged]]] = defaultdict(list)
    for case in results.cases:
        for requirement in dict.fromkeys((*case.checks, *filter(None, [case.requirement]), *case.noticed)):
            said[requirement].append((opinion(case, requirement), case))
    touched = {rfc_of(requirement) for requirement in said}
    rows: dict[int, list[Row]] = defaultdict(list)
    for name in dict.fromkeys((*load(), *said)):
        if rfc_of(name) in touched:
            rows[rfc_of(name)].append(_row(name, said.get(name, ())))
    return tuple(_chapter(rfc, rows[rfc]) for rfc in sorted(rows))


def opinion(case: Judged, requirement: str) -> Verdict | None:
    """What one case says about one of the requirements that it checks or noticed; None if it ended at another."""
    if requirement in case.noticed and requirement != case.requirement:
        return _weight(requirement)
    if case.verdict in _BREACH and case.requirement and requirement != case.requirement:
        return None
    return case.verdict


def describe(requirement: str) -> Requirement:
    """The requirement; one that the catalogue does not have says so, for files outlive catalogues."""
    missing = "The catalogue of this version does not have this requirement."
    return load().get(requirement) or Requirement(requirement, Level.MUST, "", Seen.WIRE, "", missing, ())


def rfc_of(requirement: str) -> int:
    """The number of the RFC that an id belongs to; 0 where it does not say."""
    number = requirement.split("/", 1)[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0


def rfc_title(rfc: int) -> str:
    """The name of an RFC."""
    return RFC_TITLES.get(rfc, "an RFC that the catalogue does not have")


def _row(name: str, said: Iterable[tuple[Verdict | None, Judged]]) -> Row:
    ordered = sorted(said, key=lambda entry: SEVERITY.index(entry[0]) if entry[0] else len(SEVERITY))
    verdict = (ordered[0][0] or "inconclusive") if ordered else None
    return Row(describe(name), verdict, tuple(case for _, case in ordered))


def _weight(requirement: str) -> Verdict:
    level = describe(requirement).level
    if level.binding:
        return "fail"
    return "info" if level.free else "warn"


def _chapter(rfc: int, rows: list[Row]) -> Chapter:
    sections: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.cases:
            sections[row.asked.where].append(row)
    return Chapter(
        rfc,
        rfc_title(rfc),
        {where: tuple(below) for where, below in sections.items()},
        tuple(row for row in rows if not row.cases),
    )
