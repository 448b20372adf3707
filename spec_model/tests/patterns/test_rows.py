"""Every row for every type that it is for; every requirement of the table has a row; every fault loses one."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from spec_model.patterns.faults import PatternFault, pattern_faults
from spec_model.patterns.kinds import KINDS
from spec_model.patterns.socket import pattern
from spec_model.requirements import check_ids
from spec_model.tests.patterns import (
    rows_addresses,
    rows_groups,
    rows_peers,
    rows_publishers,
    rows_queues,
    rows_subscribers,
    rows_turns,
)
from spec_model.tests.patterns.rows import Row, each

ROWS = (
    *(*rows_queues.ROWS, *rows_peers.ROWS, *rows_turns.ROWS, *rows_addresses.ROWS),
    *(*rows_publishers.ROWS, *rows_subscribers.ROWS, *rows_groups.ROWS),
)
PLAYED = tuple(each(ROWS))


def _name(value: object) -> str:
    return value.title if isinstance(value, Row) else str(value)


@pytest.mark.parametrize(("row", "socket_type"), PLAYED, ids=_name)
def test_row(row: Row, socket_type: str) -> None:
    row.play(socket_type, pattern(socket_type, row.options))


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_every_aspect_of_a_row_is_one_of_a_type(row: Row) -> None:
    types = row.types.split()
    for aspect in row.checks.split():
        assert any(replace(row, checks=aspect).requirements(name) for name in types), aspect
    assert all(row.requirements(name) for name in types)


@pytest.mark.parametrize("socket_type", KINDS)
def test_every_requirement_of_a_type_is_in_the_catalogue_and_has_a_row(socket_type: str) -> None:
    check_ids(KINDS[socket_type].requirements)
    checked = {name for row, of in PLAYED if of == socket_type for name in row.requirements(of)}
    assert sorted(set(KINDS[socket_type].requirements) - checked) == []


def losses(fault: PatternFault) -> Iterator[str]:
    """The rows that cite what the fault breaks and turn red."""
    for row, socket_type in PLAYED:
        if socket_type == fault.socket_type and set(row.requirements(socket_type)) & set(fault.requirements):
            try:
                row.play(socket_type, fault.make(socket_type, row.options))
            except AssertionError:
                yield row.title


@pytest.mark.parametrize("fault", pattern_faults(), ids=lambda fault: fault.id)
def test_every_fault_is_seen(fault: PatternFault) -> None:
    check_ids(fault.requirements)
    assert fault.requirements
    assert next(losses(fault), None)


def test_a_fault_leaves_other_types_alone() -> None:
    fault = next(fault for fault in pattern_faults() if fault.id == "DEALER.sends.all")
    assert fault.title == "a DEALER sends to all peers instead of to peers in turn"
    for row, socket_type in PLAYED:
        if socket_type == "PUSH":
            row.play(socket_type, fault.make(socket_type, row.options))
