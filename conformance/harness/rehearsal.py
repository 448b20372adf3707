"""Run cases in memory: against the reference, to prove the cases, and against faulty peers, to prove that they can fail."""

from collections.abc import Iterable
from dataclasses import replace

from conformance.adapters.reference.target import Make, Shape
from conformance.api import Case
from conformance.api.case import Side
from conformance.harness.memory import MemoryWorld
from conformance.harness.player import Player, Settings
from conformance.harness.verdict import Result, Verdict
from spec_model.connection import Connection
from spec_model.patterns.socket import pattern

IN_MEMORY = Settings(patience=0.25, real_time=False)


def rehearse(
    selected: Iterable[tuple[Case, Side]], make: Make = Connection, settings: Settings = IN_MEMORY
) -> list[Result]:
    """Play cases in memory, each after its control.

    Args:
        selected: cases with their sides.
        make: makes the target's connections: the reference, or a fault's `make`.
    """
    controls: dict[tuple[object, ...], Result] = {}
    results = []
    for case, side in selected:
        if case.negative:
            key = control_key(case, side)
            if key not in controls:
                controls[key] = play(case.control(), side, make, settings)
            if controls[key].verdict is not Verdict.PASS:
                results.append(without_control(case, side, controls[key]))
                continue
        results.append(play(case, side, make, settings))
    return results


def play(case: Case, side: Side, make: Make, settings: Settings, shape: Shape = pattern) -> Result:
    """Play one case in a fresh memory world, whose target's patterns `shape` makes."""
    result: Result = MemoryWorld(make, settings.seed, shape).run(Player(case, side, settings).play())
    return result


def control_key(case: Case, side: Side) -> tuple[object, ...]:
    """Cases with equal keys have the same control."""
    control = case.control()
    return side, repr(control.under_test), repr(control.script)


def without_control(case: Case, side: Side, control: Result) -> Result:
    """The result of a case that was not played: a target that cannot do the control cannot do the case.

    One that does not come back after its connection was lost has broken what is said of that, whatever the case is about.
    """
    if control.verdict in (Verdict.UNSUPPORTED, Verdict.ERROR):
        return replace(control, case=case, requirement="")
    if control.verdict in (Verdict.FAIL, Verdict.WARN) and control.requirement.endswith("/reconnect"):
        return replace(control, case=case)
    return inconclusive(case, side, control)


def inconclusive(case: Case, side: Side, control: Result) -> Result:
    """The result of a case whose control failed: the case itself was not played."""
    return replace(
        control, case=case, verdict=Verdict.INCONCLUSIVE, requirement="", reason=f"the control failed: {control.reason}"
    )
