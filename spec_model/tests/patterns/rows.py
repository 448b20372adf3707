"""The record of a test row: a script for the stage, the types that it is for, and the requirements that it checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import filter as matching

from spec_model.patterns.kinds import KINDS
from spec_model.patterns.pattern import Options, Pattern
from spec_model.tests.patterns.shapes import SHAPES, Shape
from spec_model.tests.patterns.stage import Stage, Step

Script = tuple[Step, ...]

SMALL = Options(send_limit=2, receive_limit=2)
"""Queues of two messages."""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        title: what is so.
        types: the socket types of which it is so.
        checks: aspects, as in the table of types, or patterns of them ("queue-per-*"); those that a type's row has not
            are left out for that type.
        script: the steps, or a function that makes them for the shape of a type.
        options: what the application configures.
    """

    title: str
    types: str
    checks: str
    script: Script | Callable[[Shape], Script]
    options: Options = field(default=Options())

    def play(self, socket_type: str, socket: Pattern) -> None:
        """Run the script.

        Raises:
            AssertionError: the socket differs.
        """
        stage = Stage(socket)
        for step in self.script(SHAPES[socket_type]) if callable(self.script) else self.script:
            step(stage)

    def requirements(self, socket_type: str) -> tuple[str, ...]:
        """What it checks of a type."""
        kind = KINDS[socket_type]
        wanted = kind.ids(tuple(self.checks.split()))
        return tuple(found for name in wanted for found in matching(kind.requirements, name))


def each(rows: tuple[Row, ...]) -> Iterator[tuple[Row, str]]:
    """Every row with every type that it is for."""
    return ((row, name) for row in rows for name in row.types.split())
