"""Faults read out of the list of socket types that go together: one that refuses too much, and one that takes too much.

For each type of socket: it refuses one type that its row of the list has, or serves one that the row has not. Which one is
fixed, so that a fault has the same name and the same deed in every run.
"""

from collections.abc import Iterator

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.faults.fault import Fault, a
from spec_model.patterns.compatibility import PEERS


class Misjudging(Connection):
    """Refuses a type of peer that goes with its own, or lets one in that does not.

    Attributes:
        ours, theirs: the pair that it judges otherwise.
    """

    ours = theirs = ""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        announced = b"\x0bSocket-Type" + len(self.theirs).to_bytes(4, "big") + self.theirs.encode()
        if self.role.socket_type != self.ours or announced not in judged.fields.get("metadata", b""):
            super()._enforce_socket_type(judged)
        elif self.theirs in PEERS[self.ours]:
            self._reject("23/socket-type/legal-accepted", f"{self.theirs} is no peer for {self.ours}")


def _misjudging(ours: str, theirs: str) -> type[Connection]:
    return type("This", (Misjudging,), {"ours": ours, "theirs": theirs})


def from_pairs() -> Iterator[Fault]:
    """Two faults for each socket type."""
    for ours, legal in PEERS.items():
        refused, served = max(legal), min(set(PEERS) - legal)
        for word, theirs, aspect in (("refuses", refused, "legal-accepted"), ("serves", served, "enforced")):
            yield Fault(
                f"{word}.{ours.lower()}.{theirs.lower()}",
                f"{word} {a(theirs)} as {a(ours)}",
                (f"23/socket-type/{aspect}", f"37/socket-type/{aspect}"),
                "NULL",
                None,
                True,
                "",
                _misjudging(ours, theirs),
            )
