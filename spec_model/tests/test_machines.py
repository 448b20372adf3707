"""The state tables: what they name exists, every state can be reached, and what changes them does what it says."""

from dataclasses import replace

import pytest

from spec_model.connection import Connection
from spec_model.faults.specimens import roles
from spec_model.grammar import COMMANDS
from spec_model.machines import MACHINES, Machine, Row
from spec_model.role import MECHANISMS

ROWS = [(machine, row) for machine in MACHINES.values() for row in machine.rows]
IDS = [f"{machine.name} {row.key}" for machine, row in ROWS]

TOY = Machine(
    "toy", "off", (Row("off", "press", "light", "on", "1/a/b"), Row("on", "press", "", "off", "1/a/c")), "1/a/d"
)


@pytest.mark.parametrize(("machine", "row"), ROWS, ids=IDS)
def test_a_row_names_what_there_is(machine: Machine, row: Row) -> None:
    for phrase in filter(None, row.do.split("; ")):
        verb, _, what = phrase.partition(" ")
        assert verb in ("reject", "expire") or hasattr(Connection, f"_do_{verb}")
        if verb == "send":
            assert any(what in key.split("/") for key in COMMANDS)
    assert machine.step(row.state, row.on) is row, "no row hides another"


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_state_can_be_reached(machine: Machine) -> None:
    reached = {machine.initial}
    for _ in machine.rows:
        reached |= {row.then for row in machine.rows if row.state in reached}
    assert set(machine.states) <= reached
    assert not any(row.state in machine.final for row in machine.rows)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_machines_of_a_connection_follow_each_other(mechanism: str) -> None:
    for role in roles(mechanism):
        machine = MACHINES[Connection.mechanisms[mechanism, role.as_server].machine]
        assert machine.initial in MACHINES["greeting"].states
        assert MACHINES["traffic"].initial in machine.states


def test_step() -> None:
    rows = [("off", "press", "on"), ("on", "press", "off"), ("off", "kick", None), ("gone", "press", None)]
    assert [(state, event, row.then if (row := TOY.step(state, event)) else None) for state, event, _ in rows] == rows


def test_an_event_that_moves_nothing() -> None:
    still = Row("off", "wait", "", "off", "1/a/d")
    machine = TOY.adding(still).adding(replace(still, on="hum", do="hum"))
    assert [event for event in ("wait", "hum", "press", "kick") if machine.idles("off", event)] == ["wait"]


def test_names() -> None:
    assert TOY.states == ("off", "on")
    assert TOY.events == ("press",)
    assert [(state, event, row is not None) for state, event, row in TOY.pairs()] == [
        ("off", "press", True),
        ("on", "press", True),
    ]


def test_changes_leave_the_old_machine_alone() -> None:
    first, second = TOY.rows
    third = replace(second, on="kick")
    assert TOY.without(first).rows == (second,)
    assert TOY.exchanging(first, third).rows == (third, second)
    assert TOY.adding(third).rows == (first, second, third)
    assert TOY.rows == (first, second)


def test_to_dot() -> None:
    dot = TOY.to_dot()
    assert '"off" -> "on" [label="press / light", tooltip="1/a/b"];' in dot
    assert '"on" -> "off" [label="press", tooltip="1/a/c"];' in dot
    assert dot.startswith('digraph "toy" {') and dot.endswith("}\n")
