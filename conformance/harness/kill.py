"""The kill matrix: which case turns red for which faulty peer. It measures the power of the cases.

Every fault is the reference with one thing wrong, so a case that turns red names exactly what it can see. A fault is killed
by a case that cites one of its requirements; red cases that cite others are listed as well, and do not count. A fault is
of a connection, or of a socket type's pattern: the latter meets the cases that have this type under test.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.api import Case
from conformance.api.case import Side
from conformance.harness.rehearsal import IN_MEMORY, control_key, play
from conformance.harness.verdict import Result, Verdict
from spec_model.connection import Connection
from spec_model.faults import Fault
from spec_model.patterns.faults import PatternFault

Wrong = Fault | PatternFault

RED = frozenset({Verdict.FAIL, Verdict.WARN})


@dataclass(frozen=True)
class Kill:
    """What the cases made of one fault.

    Attributes:
        fault: the fault.
        by: cases that turned red and cite one of its requirements, with their side.
        others: other cases that turned red.
        played: number of cases that were played.
    """

    fault: Wrong
    by: tuple[str, ...]
    others: tuple[str, ...]
    played: int

    @property
    def killed(self) -> bool:
        """Whether a case that cites its requirement turned red."""
        return bool(self.by)


@dataclass(frozen=True)
class Matrix:
    """The kills of all faults that were played."""

    kills: tuple[Kill, ...]

    @property
    def visible(self) -> tuple[Kill, ...]:
        """Those of the faults that can show on the wire or to the application."""
        return tuple(kill for kill in self.kills if kill.fault.visible)

    @property
    def survivors(self) -> tuple[Kill, ...]:
        """The visible faults that no citing case killed."""
        return tuple(kill for kill in self.visible if not kill.killed)

    @property
    def idle(self) -> frozenset[str]:
        """Cases that killed nothing are not in here: the ids of all that did."""
        return frozenset(case for kill in self.kills for case in (*kill.by, *kill.others))


def matrix(
    faults: Iterable[Wrong],
    selected: Sequence[tuple[Case, Side]],
    done: Callable[[Kill], None] = lambda _: None,
    *,
    thorough: bool = False,
) -> Matrix:
    """Play the cases against each fault in memory.

    Args:
        faults: which faults.
        selected: which cases, with their sides.
        done: told of each fault as it is through.
        thorough: play every case against every fault, and not only until a citing case turned red.
    """
    sound = _sound(selected)
    kills = []
    for fault in faults:
        kill = _kill(fault, selected, sound, thorough)
        done(kill)
        kills.append(kill)
    return Matrix(tuple(kills))


def _sound(selected: Sequence[tuple[Case, Side]]) -> Mapping[str, Result]:
    """The results of the reference itself: a case that is red there proves nothing."""
    return {f"{case.id}@{side}": play(case, side, Connection, IN_MEMORY) for case, side in selected}


def _kill(fault: Wrong, selected: Sequence[tuple[Case, Side]], sound: Mapping[str, Result], thorough: bool) -> Kill:
    by: list[str] = []
    others: list[str] = []
    played = 0
    controls: dict[tuple[object, ...], bool] = {}
    citing = [entry for entry in selected if set(entry[0].checks) & set(fault.requirements)]
    rest = [entry for entry in selected if entry not in citing] if thorough or not citing else []
    for case, side in (*_fitting(fault, citing), *_fitting(fault, rest)):
        if sound[f"{case.id}@{side}"].verdict not in (Verdict.PASS, Verdict.INFO):
            continue
        if case.negative:
            key = control_key(case, side)
            if key not in controls:
                controls[key] = _play(case.control(), side, fault).verdict is Verdict.PASS
            if not controls[key]:
                continue
        result = _play(case, side, fault)
        played += 1
        if result.verdict in RED:
            cites = result.requirement in fault.requirements or bool(set(case.checks) & set(fault.requirements))
            (by if cites else others).append(f"{case.id}@{side}")
            if cites and not thorough:
                break
    return Kill(fault, tuple(by), tuple(others), played)


def _fitting(fault: Wrong, entries: Iterable[tuple[Case, Side]]) -> Iterator[tuple[Case, Side]]:
    for case, side in entries:
        if isinstance(fault, PatternFault):
            fits = fault.socket_type == case.under_test.socket_type
        else:
            same_mechanism = fault.mechanism in ("", case.under_test.mechanism)
            fits = same_mechanism and fault.as_server in (None, case.under_test.as_server)
        if fits:
            yield case, side


def _play(case: Case, side: Side, fault: Wrong) -> Result:
    if isinstance(fault, PatternFault):
        return play(case, side, Connection, IN_MEMORY, fault.make)
    return play(case, side, fault.make, IN_MEMORY)
