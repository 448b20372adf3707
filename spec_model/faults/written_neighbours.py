"""Faults that harm what has nothing to do with a peer: other connections, memory; the deeds are in `deeds_neighbours`."""

from collections.abc import Iterator

from spec_model.faults import deeds_neighbours as deeds
from spec_model.faults.fault import Fault, Make
from spec_model.faults.written import NO_CRASH

GROWS = "nothing on the wire tells; that the memory of the process grows shows in a target that is a process of its own"


def written_neighbours() -> Iterator[Fault]:
    """What only a bystander, or a look at the process, can show."""
    yield _fault("ends-neighbours", "closes on all its peers when it refuses one", deeds.EndsNeighbours)
    yield _fault("mutes-neighbours", "loses what its peers send once it has refused one", deeds.MutesNeighbours)
    yield _fault("serves-nobody", "hangs once it has refused one peer, and serves nobody any more", deeds.ServesNobody)
    yield _fault(
        "keeps-what-it-refuses",
        "never frees what it set aside for a peer that it refuses",
        deeds.KeepsWhatItRefuses,
        GROWS,
    )
    yield _fault(
        "keeps-unfinished",
        "never frees what it set aside for a message that is not finished",
        deeds.KeepsUnfinished,
        GROWS,
    )


def _fault(name: str, title: str, make: Make, because: str = "") -> Fault:
    return Fault(f"harms.{name}", title, NO_CRASH, "", None, not because, because, make)
