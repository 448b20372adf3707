"""The vectors against a real implementation: every one that can be put on the wire, played as a case is played.

The harness judges: it plays the same script without the one wrong thing first, proves acceptance by what gets through, and
plays again, alone, whatever is not good. What the target does otherwise than a vector says is a deviation; those that are
known are listed in `deviations.toml`, and one that is listed and no longer there fails as well as one that is new.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from importlib.resources import files

from conformance.adapters.process import AdapterProcess
from conformance.api import Case
from conformance.harness.runner import Plan, Runner
from conformance.harness.stage import Settings
from conformance.harness.tcp import Adapters
from conformance.harness.verdict import Result, Verdict
from conformance.vectors.kinds import KINDS
from conformance.vectors.plays import Left, play
from conformance.vectors.record import Group, Test, hexed, id_of

AGREES = (Verdict.PASS, Verdict.INFO)


@dataclass(frozen=True)
class Deviation:
    """What a target is known to do otherwise.

    Attributes:
        group: type of the group.
        requirement: what it breaks.
        comment: a pattern of the tests' comments.
        why: what is known of it.
    """

    group: str
    requirement: str
    comment: str
    why: str

    def covers(self, group: Group, test: Test) -> bool:
        """Whether it is about this test."""
        return (
            self.group == group.type
            and self.requirement in test.requirements
            and fnmatchcase(test.comment, self.comment)
        )


@dataclass
class Comparison:
    """What came of it.

    Attributes:
        target: its name.
        agree, listed, unlisted, not_offered: ids of tests, each with a line about it.
        left: how many tests were not played, by reason.
        stale: deviations that no test shows any more.
    """

    target: str
    agree: dict[str, str] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    unlisted: dict[str, str] = field(default_factory=dict)
    not_offered: dict[str, str] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    stale: list[str] = field(default_factory=list)

    def lines(self, *, every: bool = False) -> Iterator[str]:
        """The comparison, as it is printed."""
        for word, found in (("agrees", self.agree), ("listed", self.listed), ("NOT LISTED", self.unlisted)):
            if every or word == "NOT LISTED":
                yield from (f"{word:<10}  {name}  {line}" for name, line in found.items())
        if not every:
            for line, count in sorted(Counter(line.split(" | ")[-1] for line in self.listed.values()).items()):
                yield f"listed      {count} tests: {line}"
        yield from (f"STALE       {line}" for line in self.stale)
        counts = f"{len(self.listed)} are listed deviations, {len(self.unlisted)} are not listed"
        yield f"{self.target}: {len(self.agree)} agree, {counts}"
        for word, count in Counter(self.not_offered.values()).most_common():
            yield f"{count:>6}  not offered by the target: {word}"
        for word, count in self.left.most_common():
            yield f"{count:>6}  not played: {word}"


def compare(target: str, command: Sequence[str], environment: Mapping[str, str], *, jobs: int = 32) -> Comparison:
    """Play everything against a target.

    Args:
        command, environment: how to start the target's adapter.

    Raises:
        AdapterError: the adapter does not start.
    """
    found = Comparison(target)
    tests: dict[str, tuple[Group, Test]] = {}
    cases: list[Case] = []
    for kind, entry in KINDS.items():
        for group in entry.groups():
            for test in group.tests:
                made = play(group, test)
                if isinstance(made, Left):
                    found.left[made.because] += 1
                    continue
                name = id_of(kind, group.type, hexed(group.given), hexed(test.inputs))
                tests[name] = group, test
                cases.append(replace(made, id=name))
    known = deviations(target)
    shown: set[Deviation] = set()
    for result in _results(cases, command, environment, jobs):
        group, test = tests[result.case.id]
        _sort(found, result, group, test, known, shown)
    found.stale = [f"{one.group} {one.requirement} {one.comment}: {one.why}" for one in known if one not in shown]
    return found


def _results(
    cases: Sequence[Case], command: Sequence[str], environment: Mapping[str, str], jobs: int
) -> Iterator[Result]:
    def start() -> AdapterProcess:
        process = AdapterProcess(command, environment=environment)
        try:
            process.start()
        except BaseException:
            process.stop()
            raise
        return process

    adapters = Adapters(start)
    try:
        adapters.process()
        yield from Runner(adapters, Settings(), Plan(jobs=jobs)).results(
            (case, case.under_test.sides[0]) for case in cases
        )
    finally:
        adapters.stop()


def _sort(
    found: Comparison, result: Result, group: Group, test: Test, known: Sequence[Deviation], shown: set[Deviation]
) -> None:
    name, line = result.case.id, f"{group.type}: {test.comment}: {test.result}"
    if result.verdict in AGREES:
        found.agree[name] = line
    elif result.verdict is Verdict.UNSUPPORTED:
        found.not_offered[name] = result.reason
    elif matching := next((one for one in known if one.covers(group, test)), None):
        shown.add(matching)
        found.listed[name] = f"{line}: {result.reason} | {matching.requirement}: {matching.why}"
    else:
        found.unlisted[name] = f"{line}: {result.verdict}: {result.reason}"


def deviations(target: str) -> tuple[Deviation, ...]:
    """What is known of a target."""
    text = files(__package__).joinpath("deviations.toml").read_text(encoding="utf-8")
    return tuple(Deviation(**one) for one in tomllib.loads(text).get(target, ()))
