"""Faulty peers: the reference with one thing wrong each, so that every case can be shown to fail.

Most faults are read out of the tables: `derive` reads the grammars, `rows` the machines. What no deletion says is
`written` by hand: a module of `deeds` has the peers, one called `written` lists them. A fault cites the requirements
that it breaks, says which side of which mechanism shows it, and makes the peer.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from spec_model.faults.deeds import Crash
from spec_model.faults.derive import derived
from spec_model.faults.fault import Fault, Make
from spec_model.faults.pairs import from_pairs
from spec_model.faults.rows import from_rows
from spec_model.faults.written import written
from spec_model.faults.written_curve import written_curve
from spec_model.faults.written_metadata import written_metadata
from spec_model.faults.written_neighbours import written_neighbours
from spec_model.faults.written_nonces import written_nonces
from spec_model.faults.written_plain import written_plain
from spec_model.faults.written_streams import written_streams
from spec_model.faults.written_zap import from_requests, written_zap

__all__ = ["Crash", "Fault", "Make", "faults"]

SOURCES = (
    *(derived, from_rows, from_pairs, from_requests),
    *(written, written_streams, written_metadata, written_plain, written_curve, written_nonces, written_zap),
    written_neighbours,
)


@cache
def faults() -> Mapping[str, Fault]:
    """Every fault by its id: those of the grammars, those of the machines, then the written ones.

    Raises:
        ValueError: two faults have the same id.
    """
    found: dict[str, Fault] = {}
    for source in SOURCES:
        for fault in source():
            if fault.id in found:
                raise ValueError(f"two faults are called {fault.id}")
            found[fault.id] = fault
    return MappingProxyType(found)
