"""State tables: rows that can be stepped, drawn, mutated and compared.

A machine is nothing but its rows. An event that no row of the current state lists is rejected, citing `otherwise`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property


@dataclass(frozen=True)
class Row:
    """In `state`, on event `on`, do `do` and go to `then`, because `requirement` says so.

    Attributes:
        state: name of the state.
        on: name of the event: a command's name, "start", "message", "unknown command".
        do: what the connection does, a verb that it knows; several are separated by "; ".
        then: name of the next state.
        requirement: id of what the row rests on.
    """

    state: str
    on: str
    do: str
    then: str
    requirement: str

    @cached_property
    def verbs(self) -> tuple[tuple[str, str], ...]:
        """What is done, taken apart: each verb with what it is about."""
        return tuple(
            (verb, what) for verb, _, what in (phrase.partition(" ") for phrase in self.do.split("; ") if phrase)
        )

    @property
    def key(self) -> str:
        """State and event, for titles and ids."""
        return f"{self.state}/{self.on}"


@dataclass(frozen=True)
class Machine:
    """A table of rows.

    Attributes:
        name: as in the file name, for ids.
        initial: name of the first state.
        rows: the table.
        otherwise: the requirement that is cited when an event is rejected.
        final: states in which nothing more is expected.
    """

    name: str
    initial: str
    rows: tuple[Row, ...]
    otherwise: str
    final: tuple[str, ...] = ("closed",)

    def step(self, state: str, event: str) -> Row | None:
        """The row for this event in this state, or None: rejected."""
        return self.moves.get((state, event))

    def idles(self, state: str, event: str) -> bool:
        """Whether nothing at all comes of this event in this state."""
        row = self.step(state, event)
        return row is not None and not row.do and row.then == state

    @cached_property
    def moves(self) -> Mapping[tuple[str, str], Row]:
        """The row of each pair of state and event that has one."""
        return {(row.state, row.on): row for row in reversed(self.rows)}  # the first of several wins

    @property
    def states(self) -> tuple[str, ...]:
        """Every state that a row names, in order of appearance."""
        return tuple(dict.fromkeys(name for row in self.rows for name in (row.state, row.then)))

    @property
    def events(self) -> tuple[str, ...]:
        """Every event that a row names, in order of appearance."""
        return tuple(dict.fromkeys(row.on for row in self.rows))

    def pairs(self) -> Iterator[tuple[str, str, Row | None]]:
        """Every state with every event: its row, or None for a rejection."""
        for state in self.states:
            if state not in self.final:
                for event in self.events:
                    yield state, event, self.step(state, event)

    def without(self, gone: Row) -> "Machine":
        """The machine that forgot a row."""
        return replace(self, rows=tuple(row for row in self.rows if row != gone))

    def exchanging(self, old: Row, new: Row) -> "Machine":
        """The machine with one row exchanged for another."""
        return replace(self, rows=tuple(new if row == old else row for row in self.rows))

    def adding(self, row: Row) -> "Machine":
        """The machine with one row more."""
        return replace(self, rows=(*self.rows, row))

    def to_dot(self) -> str:
        """The state diagram in Graphviz's language."""
        lines = [
            f'digraph "{self.name}" {{',
            "  rankdir=LR;",
            '  node [shape=box, style=rounded, fontname="sans-serif"];',
        ]
        lines.append('  edge [fontname="sans-serif", fontsize=10];')
        lines.append(f'  "" [shape=point]; "" -> "{self.initial}";')
        for row in self.rows:
            label = f"{row.on} / {row.do}" if row.do else row.on
            lines.append(f'  "{row.state}" -> "{row.then}" [label="{label}", tooltip="{row.requirement}"];')
        return "\n".join([*lines, "}", ""])
