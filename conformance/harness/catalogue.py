"""All cases, found in `conformance.cases`: ids from module and name, selection by id, glob, requirement, role, mechanism."""

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from types import ModuleType

from conformance import cases as package
from conformance.api import Case
from conformance.api.case import Side
from spec_model.requirements import check_ids, load


class UnknownCase(KeyError):
    """A pattern that no case matches; the message names near ones."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Selection:
    """Which cases to run; what is empty selects everything.

    Attributes:
        patterns: ids or globs, of a case or of a case with its side.
        requirements: ids or globs of requirements that a case checks.
        roles: server, client, peer: the target's side of the handshake.
        mechanisms: NULL, CURVE ...
        sides: binds, connects.
    """

    patterns: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()


@cache
def cases() -> Mapping[str, Case]:
    """Every case by id, in the order of the modules.

    Raises:
        ValueError: two cases have one id, or a case checks nothing.
        UnknownRequirement: a case checks what the catalogue does not have.
    """
    found: dict[str, Case] = {}
    for entry in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not entry.ispkg:
            for case in _of(importlib.import_module(entry.name)):
                if case.id in found:
                    raise ValueError(f"two cases have the id {case.id}")
                if not case.checks:
                    raise ValueError(f"{case.id} checks nothing")
                check_ids(case.checks)
                found[case.id] = case
    return found


def _of(module: ModuleType) -> Iterator[Case]:
    place = module.__name__.removeprefix(f"{package.__name__}.")
    for name, value in vars(module).items():
        if isinstance(value, Case):
            yield replace(value, id=f"{place}.{name.lower()}")
        elif isinstance(value, dict) and not name.startswith("_"):
            for key, case in value.items():
                if isinstance(case, Case):
                    yield replace(case, id=f"{place}.{name.lower()}.{key}")


@cache
def judged() -> frozenset[str]:
    """The requirements that some case checks. What else a target breaks on the way is held against it where it is seen."""
    return frozenset(requirement for case in cases().values() for requirement in case.checks)


def select(selection: Selection) -> tuple[tuple[Case, Side], ...]:
    """The cases that are selected, each with each of its sides.

    Raises:
        UnknownCase: a pattern or a requirement matches no case at all.
    """
    everything = [(case, side) for case in cases().values() for side in case.under_test.sides]
    for pattern in selection.patterns:
        if not any(_matches(case, side, pattern) for case, side in everything):
            raise UnknownCase(f"no case matches {pattern!r}{_near(pattern, cases())}")
    for pattern in selection.requirements:
        if not any(fnmatchcase(requirement, pattern) for requirement in load()):
            raise UnknownCase(f"no requirement matches {pattern!r}{_near(pattern, load())}")
        if not any(fnmatchcase(r, pattern) for case, _ in everything for r in case.checks):
            raise UnknownCase(f"no case checks {pattern!r}")
    return tuple(
        (case, side)
        for case, side in everything
        if _any(selection.patterns, lambda pattern, case=case, side=side: _matches(case, side, pattern))
        and _any(
            selection.requirements,
            lambda pattern, case=case: any(fnmatchcase(requirement, pattern) for requirement in case.checks),
        )
        and (not selection.roles or case.under_test.role in selection.roles)
        and (not selection.mechanisms or case.under_test.mechanism in selection.mechanisms)
        and (not selection.sides or side in selection.sides)
    )


def checking(requirement: str) -> tuple[str, ...]:
    """Ids of the cases that check a requirement."""
    return tuple(case.id for case in cases().values() if requirement in case.checks)


def _any(patterns: Sequence[str], test: "object") -> bool:
    return not patterns or any(test(pattern) for pattern in patterns)  # type: ignore[operator]


def _matches(case: Case, side: Side, pattern: str) -> bool:
    return fnmatchcase(case.id, pattern) or fnmatchcase(f"{case.id}@{side}", pattern)


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 3, 0.5)
    return f"; did you mean {' or '.join(near)}?" if near else ""
