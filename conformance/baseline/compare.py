"""Results beside a baseline: what is new, and what of the baseline is not true any more.

A baseline never goes stale in silence. A listed case that passes, that is not played, or that fails for another reason is
a complaint; so is an entry whose last day is over, and in a full run one whose case is not there any more. A run of a
selection judges only the entries of what was selected.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from conformance.baseline.known import Deviation, Known
from conformance.baseline.reasons import stable


@dataclass(frozen=True)
class Comparison:
    """What came of it.

    Attributes:
        matched: listed cases that deviate as listed.
        new: cases that fail (or warn, if that counts) and are not listed.
        complaints: (case, what is wrong with its entry).
    """

    matched: tuple[str, ...]
    new: tuple[str, ...]
    complaints: tuple[tuple[str, str], ...]

    @property
    def holds(self) -> bool:
        """Whether the results are what the baseline says."""
        return not self.new and not self.complaints


@dataclass(frozen=True)
class Baseline:
    """A baseline for one run.

    Attributes:
        known: what is accepted.
        selected: the cases, with their sides, that the run is to play; None for all that there are.
        today: the day on which entries may have expired.
    """

    known: Known
    selected: Collection[str] | None
    today: date

    def expects(self, case: Mapping[str, Any]) -> bool:
        """Whether a result is one that is listed, and still accepted."""
        entry = self.known.deviations.get(case["id"])
        return entry is not None and not self._wrong(entry, case)

    def compare(self, cases: Iterable[Mapping[str, Any]], *, strict: bool, complete: bool = True) -> Comparison:
        """Hold the results of a run against it.

        Args:
            cases: the results, as results.json has them.
            strict: a `warn` that is not listed counts as new too.
            complete: the run came to its end; if not, nothing is said of entries that it did not come to.
        """
        results = {case["id"]: case for case in cases}
        matched, complaints = [], []
        for name, entry in self.known.deviations.items():
            if name not in results and not (complete and (self.selected is None or name in self.selected)):
                continue
            wrong = self._wrong(entry, results.get(name))
            if wrong:
                complaints.append((name, wrong))
            else:
                matched.append(name)
        bad = ("fail", "warn") if strict else ("fail",)
        new = [name for name, case in results.items() if case["verdict"] in bad and name not in self.known.deviations]
        return Comparison(tuple(matched), tuple(new), tuple(complaints))

    def _wrong(self, entry: Deviation, case: Mapping[str, Any] | None) -> str:
        """What is wrong with an entry, or empty."""
        if case is None:
            return "is listed, and was not played: there is no such case any more"
        if entry.expires is not None and self.today > entry.expires:
            return f"was accepted until {entry.expires}, which is over"
        verdict, reason = case["verdict"], case["reason"]
        if verdict in ("pass", "info"):
            return f"is listed as {entry.verdict} and comes to {verdict} now: take it out"
        if verdict != entry.verdict:
            return f"is listed as {entry.verdict}; it comes to {verdict}: {reason}"
        if stable(reason) != stable(entry.reason):
            return f"is listed with another reason: expected {stable(entry.reason)!r}; saw {stable(reason)!r}"
        return ""
