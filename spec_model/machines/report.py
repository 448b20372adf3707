"""Readings of a state table: a page for people, and plain data for programs.

Both are complete. Every state that is not final stands against every event of the machine: where no row says what
happens, it says that the event is rejected and by which requirement. The diagram is `Machine.to_dot`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from spec_model.machines.table import Machine

REJECTED = "rejected"
CLOSED = "closed"
"""Where a rejection leads."""


def to_markdown(machine: Machine) -> str:
    """A page about a machine: which event leads where in which state, then every pair with what is done and why.

    Returns:
        Markdown; the first table has a row for each state and a column for each event.
    """
    return "\n".join([*_head(machine), "", *_overview(machine), "", *_pairs(machine), ""])


def _head(machine: Machine) -> Iterator[str]:
    yield f"# {machine.name}"
    yield ""
    yield f"First state: {machine.initial}. What no row lists is rejected by `{machine.otherwise}`."


def _overview(machine: Machine) -> Iterator[str]:
    yield from _rule("state", *machine.events)
    for state in machine.states:
        if state not in machine.final:
            rows = [machine.step(state, event) for event in machine.events]
            yield _line(state, *(REJECTED if row is None else row.then for row in rows))


def _pairs(machine: Machine) -> Iterator[str]:
    yield from _rule("state", "event", "does", "next state", "requirement")
    for state, event, row in machine.pairs():
        if row is None:
            yield _line(state, event, REJECTED, CLOSED, f"`{machine.otherwise}`")
        else:
            yield _line(state, event, row.do or "nothing", row.then, f"`{row.requirement}`")


def _rule(*titles: str) -> Iterator[str]:
    yield _line(*titles)
    yield _line(*("---" for _ in titles))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def to_mealy(machine: Machine) -> Mapping[str, Any]:
    """A machine as a complete Mealy automaton of plain data, fit for JSON.

    Returns:
        `name`, `initial`, `states` and `alphabet` (lists, in the order of the table), and `transitions`: by state and
        event, the `output` (a list of verbs, `["reject"]` where no row is), the `next` state and the `requirement`. A
        final state keeps to itself and says nothing.
    """
    states = list(dict.fromkeys((*machine.states, CLOSED)))
    return {
        "name": machine.name,
        "initial": machine.initial,
        "states": states,
        "alphabet": list(machine.events),
        "transitions": {
            state: {event: _transition(machine, state, event) for event in machine.events} for state in states
        },
    }


def _transition(machine: Machine, state: str, event: str) -> Mapping[str, Any]:
    if state in machine.final or state == CLOSED:
        return {"output": [], "next": state, "requirement": ""}
    row = machine.step(state, event)
    if row is None:
        return {"output": ["reject"], "next": CLOSED, "requirement": machine.otherwise}
    return {"output": [verb for verb in row.do.split("; ") if verb], "next": row.then, "requirement": row.requirement}
