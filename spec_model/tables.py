"""The tables that a connection reads: grammars and machines, and what a faulty peer has been told to get wrong.

`STANDARD` is the specification. A fault is another `Tables` value with one thing changed (see `spec_model.faults`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from spec_model.crypto.sealing import Alteration
from spec_model.grammar import COMMANDS
from spec_model.grammar.command import Command
from spec_model.machines import MACHINES, Machine


@dataclass(frozen=True)
class Spoil:
    """What a faulty sender does to every command of one grammar that it sends.

    Attributes:
        given: fields that it replaces, as for `assemble`.
        alterations: what it spoils after sealing.
        frame: fields of the frame around it that it replaces.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    alterations: tuple[Alteration, ...] = ()
    frame: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """Grammars by key ("CURVE/HELLO"), machines by name, and spoils by grammar key."""

    commands: Mapping[str, Command]
    machines: Mapping[str, Machine]
    spoils: Mapping[str, Spoil] = field(default_factory=dict)

    @cached_property
    def settled(self) -> bool:
        """Whether a sign of life means nothing to the clocks of a connection that nobody has started yet."""
        clocks = self.machines["heartbeat"], self.machines["lifetime"]
        return all(clock.idles(clock.initial, "sign of life") for clock in clocks)

    def with_command(self, key: str, command: Command) -> "Tables":
        """These tables with one grammar exchanged."""
        return replace(self, commands={**self.commands, key: command})

    def with_machine(self, machine: Machine) -> "Tables":
        """These tables with the machine of that name exchanged."""
        return replace(self, machines={**self.machines, machine.name: machine})

    def with_spoil(self, key: str, spoil: Spoil) -> "Tables":
        """These tables with every command of that grammar spoilt on its way out."""
        return replace(self, spoils={**self.spoils, key: spoil})


STANDARD = Tables(COMMANDS, MACHINES)
