"""Where the tables cite a requirement: rules of grammars, rows of machines, socket types, and the faults that break it.

A requirement that nothing here cites is kept by code, by a case alone, or cannot be seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spec_model.explain.layouts import grammars, levels
from spec_model.faults import faults
from spec_model.machines import MACHINES
from spec_model.machines.legacy import LEGACY
from spec_model.patterns.compatibility import ENFORCED
from spec_model.patterns.faults import pattern_faults
from spec_model.patterns.kinds import KINDS


@dataclass(frozen=True)
class Citation:
    """A place that cites a requirement.

    Attributes:
        kind: "grammar", "machine", "socket type" or "fault".
        where: the table: key of a grammar, name of a machine or socket type, id of a fault.
        what: what it says there.
    """

    kind: str
    where: str
    what: str


def citations(requirement: str) -> tuple[Citation, ...]:
    """Every place of the tables that cites it, each once."""
    sources = (_grammars, _machines, _patterns, _faults)
    return tuple(dict.fromkeys(citation for source in sources for citation in source(requirement)))


def _grammars(requirement: str) -> Iterator[Citation]:
    for key in grammars():
        for depth, level in enumerate(levels(key)):
            for clause in level.clauses:
                sides = [side for side in ("sender", "receiver") if getattr(clause, side) == requirement]
                if sides:
                    where = f"{key}, {level.name}" if depth else key
                    yield Citation("grammar", where, f"{clause.kind} for the {' and the '.join(sides)}: {clause.what}")


def _machines(requirement: str) -> Iterator[Citation]:
    for machine in (*MACHINES.values(), LEGACY):
        for row in machine.rows:
            if row.requirement == requirement:
                yield Citation(
                    "machine", machine.name, f"{row.state}, on {row.on}: {row.do or 'nothing'}, then {row.then}"
                )
        if machine.otherwise == requirement:
            yield Citation("machine", machine.name, "whatever no row lists is rejected")


def _patterns(requirement: str) -> Iterator[Citation]:
    for kind in KINDS.values():
        for column, cell in kind.cells():
            if requirement in kind.ids(cell.aspects):
                yield Citation("socket type", kind.name, f"{column}: {cell.word.value}")
        if requirement in kind.ids(kind.besides):
            yield Citation("socket type", kind.name, "besides")
    for version, enforced in ENFORCED.items():
        if enforced == requirement:
            yield Citation("socket type", f"ZMTP {version[0]}.{version[1]}", "the table of compatible types")


def _faults(requirement: str) -> Iterator[Citation]:
    for fault in faults().values():
        if requirement in fault.requirements:
            yield Citation("fault", fault.id, fault.title)
    for odd in pattern_faults():
        if requirement in odd.requirements:
            yield Citation("fault", odd.id, odd.title)
