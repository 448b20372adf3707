"""The faults that the reference can be given, by their ids: those of a connection and those of a pattern.

The two kinds are listed apart. A fault of `connection_faults` is one wrong thing on a connection; one of `pattern_faults`
is one wrong thing in what a socket type does with messages over all its connections. Cases kill both.
"""

from collections.abc import Mapping
from typing import NamedTuple

from conformance.adapters.reference.target import Make, Shape
from spec_model.connection import Connection
from spec_model.faults import faults as connection_faults
from spec_model.patterns.faults import PatternFault
from spec_model.patterns.faults import pattern_faults as all_pattern_faults
from spec_model.patterns.socket import pattern

__all__ = ["Played", "connection_faults", "pattern_faults", "play", "titles"]


class Played(NamedTuple):
    """What makes the connections and the patterns of a reference, faulty or not."""

    make: Make = Connection
    shape: Shape = pattern


def pattern_faults() -> Mapping[str, PatternFault]:
    """The faults of patterns by their ids, such as `DEALER.sends.all`."""
    return {fault.id: fault for fault in all_pattern_faults()}


def titles() -> Mapping[str, str]:
    """Every id with what such a target does: first the faults of connections, then those of patterns."""
    of_connections = {name: fault.title for name, fault in connection_faults().items()}
    return of_connections | {name: fault.title for name, fault in pattern_faults().items()}


def play(fault: str) -> Played:
    """What makes a reference with this fault.

    Raises:
        KeyError: there is no such fault.
    """
    if fault in connection_faults():
        return Played(make=connection_faults()[fault].make)
    return Played(shape=pattern_faults()[fault].make)
