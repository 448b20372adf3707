"""Connections that harm what has nothing to do with them: the target's other connections, and its memory.

What they share, the connections of one target share: they are known by their entropy. Each class overrides one verb of the
reference, as in `deeds`.
"""

from collections.abc import MutableMapping
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy
from spec_model.events import Event
from spec_model.framing import Frame

_NEIGHBOURS: MutableMapping[Entropy, "WeakSet[_Neighbour]"] = WeakKeyDictionary()


class _Neighbour(Connection):
    """One of several connections that know each other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._muted = False
        self._neighbours = _NEIGHBOURS.setdefault(self.mechanism.entropy, WeakSet())
        self._neighbours.add(self)

    def _others(self) -> "list[_Neighbour]":
        return [one for one in self._neighbours if one is not self]


class EndsNeighbours(_Neighbour):
    """Refuses one peer, and closes on all the others that are through with their handshake."""

    def _reject(self, requirement: str, detail: str) -> None:
        super()._reject(requirement, detail)
        for other in self._others():
            if other.state == "traffic":
                other.end()


class MutesNeighbours(_Neighbour):
    """Refuses one peer, and hears nothing any more of the others that are through with their handshake."""

    def _reject(self, requirement: str, detail: str) -> None:
        super()._reject(requirement, detail)
        for other in self._others():
            other._muted = other.state == "traffic"

    def _receive_frame(self, frame: Frame) -> None:
        if not self._muted:
            super()._receive_frame(frame)


_HANGING: WeakSet[Entropy] = WeakSet()


class ServesNobody(Connection):
    """Never comes back from refusing a peer: from then on it neither answers nor greets, nor closes on anybody."""

    def _hangs(self) -> bool:
        return self.mechanism.entropy in _HANGING

    def _reject(self, requirement: str, detail: str) -> None:
        _HANGING.add(self.mechanism.entropy)

    def start(self) -> tuple[Event, ...]:
        return () if self._hangs() else super().start()

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        return () if self._hangs() else super().receive(octets)


_KEPT: list[bytearray] = []
KEPT = 512 * 1024
"""Octets that are kept for each peer that is refused, or that leaves in the midst of a message."""


def _keep() -> None:
    _KEPT.append(bytearray(b"\x5a" * KEPT))


class KeepsWhatItRefuses(Connection):
    """Never lets go of what it has set aside for a peer that it refuses."""

    def _reject(self, requirement: str, detail: str) -> None:
        _keep()
        super()._reject(requirement, detail)


class KeepsUnfinished(Connection):
    """Never lets go of what it has set aside for a message whose rest does not come."""

    def end(self) -> Any:
        if self._parts or self._reader.waiting:
            _keep()
        return super().end()
