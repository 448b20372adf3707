"""Faulty sockets that hoard, share, lose or forget queues. Each has one method of the reference changed."""

from spec_model.patterns.envelope import Addressed
from spec_model.patterns.faulty import Faulty, Receiving, Sending
from spec_model.patterns.kind import Flood, Kind, Sends, Takes
from spec_model.patterns.pattern import Parts, PeerId, Sent
from spec_model.patterns.pipe import Arrival, Pipe

_PER_PEER = tuple(f"queue-per-{noun}" for noun in ("peer", "subscriber", "publisher", "radio", "dish"))


class SendsToTheNextComer(Sending):
    """gives what was queued for a peer that left to the next one that comes."""

    breaks = ("disconnect-discards",)
    _left: tuple[Parts, ...] = ()

    def _remove(self, pipe: Pipe) -> None:
        self._left = tuple(pipe.unsent())
        super()._remove(pipe)

    def _announce(self, pipe: Pipe, *, wanted: bool) -> None:
        super()._announce(pipe, wanted=wanted)
        for parts in self._left if wanted else ():
            pipe.put(parts)


class CountsTheDeparted(Sending):
    """counts a peer that has left."""

    breaks = ("queue-destroyed", "originator-gone")

    def detached(self, peer: PeerId) -> None:
        pipe = self._pipes.get(peer)
        if pipe and pipe.dialled:
            super().detached(peer)


class ForgetsWhatCame(Receiving):
    """forgets what had come when the connection is lost."""

    breaks = ("queue-kept-unconnected",)

    def detached(self, peer: PeerId) -> None:
        if pipe := self._pipes.get(peer):
            pipe.incoming.clear()
        super().detached(peer)


class _Endless(Pipe):
    @property
    def has_room(self) -> bool:
        return True


class QueuesWithoutLimit(Sending):
    """queues for a peer that does not read without any limit."""

    breaks = ("queue-limit",)
    pipe = _Endless


class _Sulking(Pipe):
    was_full = False

    @property
    def has_room(self) -> bool:
        self.was_full = self.was_full or not super().has_room
        return not self.was_full


class NeverComesBack(Sending):
    """never again sends to a peer whose queue was full once."""

    breaks = ("available",)
    pipe = _Sulking


class WaitsForTheSlowest(Sending):
    """sends to nobody while the queue of one peer is full."""

    breaks = (*_PER_PEER, "available", "drops-when-full", "drops-outgoing-when-full")

    def _route(self, message: Addressed) -> Sent:
        if any(not pipe.has_room for pipe in self._candidates(message)):
            return self._lack("full")
        return super()._route(message)

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.sends.word in (Sends.TURN, Sends.MATCHING, Sends.ALL)


class ReadsWithoutLimit(Receiving):
    """reads on from a peer whose queue is full."""

    breaks = ("queue-limit",)

    def reads(self, peer: PeerId) -> bool:
        return True

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.flood.word is Flood.PAUSE


class SharesOneQueue(Receiving):
    """has one incoming queue for all peers."""

    breaks = _PER_PEER

    def _is_full(self, pipe: Pipe) -> bool:
        return sum(other.waiting for other in self._pipes.values()) >= self.options.receive_limit

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.takes.word is Takes.TURN


class HearsNothingWhileFull(Sending):
    """drops what a peer says while its outgoing queue is full."""

    breaks = _PER_PEER

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        if pipe.has_room:
            super()._deliver(pipe, arrival)

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.takes.word is not Takes.NONE


class LosesTheUnsent(Faulty):
    """loses a request whose peer is lost before it was sent."""

    breaks = ("keeps-unsent",)

    def _rescue(self, pipe: Pipe) -> None:
        pass


class ServesASecond(Faulty):
    """serves a second peer beside the first."""

    breaks = ("one-peer",)

    def _add(self, peer: PeerId, *, dialled: bool) -> Pipe | None:
        waiting, self._pipes = self._pipes, {}
        added = super()._add(peer, dialled=dialled)
        self._pipes = {**waiting, **self._pipes}
        return added

    def _candidates(self, message: Addressed) -> list[Pipe]:
        return [pipe for pipe in self._senders if pipe.attached]
