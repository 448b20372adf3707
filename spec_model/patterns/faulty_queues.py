"""Faulty sockets that lose, double, disorder or hoard messages. Each has one method of the reference changed."""

from spec_model.patterns.envelope import Addressed
from spec_model.patterns.faulty import Faulty
from spec_model.patterns.kind import Envelope, Flood, Kind, Multipart, Sends, Takes
from spec_model.patterns.pattern import Parts, PeerId, Sent
from spec_model.patterns.pipe import Arrival, Pipe

_PER_PEER = tuple(f"queue-per-{noun}" for noun in ("peer", "subscriber", "publisher", "radio", "dish"))


class _Receiving(Faulty):
    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.takes.word in (Takes.TURN, Takes.ONE)


class _Sending(Faulty):
    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.sends.word is not Sends.NONE


class DeliversTwice(_Receiving):
    """delivers every message twice."""

    breaks = ("delivers", "delivers-messages", "23/message/once", "37/message/once")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, arrival)
        super()._deliver(pipe, arrival)


class DeliversNewestFirst(_Receiving):
    """delivers the newest message of a peer first."""

    breaks = ("23/message/order", "37/message/order")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        pipe.incoming.appendleft(arrival)


class SendsTwice(_Sending):
    """sends every message twice."""

    breaks = ("23/message/once", "37/message/once")

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        super()._queue(pipe, message)
        super()._queue(pipe, message)


class SendsFramesApart(_Sending):
    """sends each frame as a message of its own."""

    breaks = ("23/message/atomic-sending", "37/message/atomic-sending")

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        for part in message.wire:
            super()._queue(pipe, Addressed(message.address, message.topic, (part,)))

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.multipart.word is Multipart.ALLOWED


class DropsEmptyFrames(_Receiving):
    """drops the empty frames of what comes."""

    breaks = ("incoming-unmodified", "delivers", "23/message/atomic", "37/message/atomic")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, Arrival(arrival.stack, tuple(part for part in arrival.parts if part)))

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.multipart.word is Multipart.ALLOWED


class ChangesWhatComes(_Receiving):
    """adds an octet to what comes."""

    breaks = ("incoming-unmodified", "delivers", "delivers-messages")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, Arrival(arrival.stack, (*arrival.parts[:-1], arrival.parts[-1] + b"!")))


class ChangesWhatItSends(_Sending):
    """adds an octet to what it sends."""

    breaks = ("outgoing-unmodified",)

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        changed = (*message.wire[:-1], message.wire[-1] + b"!")
        super()._queue(pipe, Addressed(message.address, message.topic, changed))


class SendsToTheNextComer(_Sending):
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


class CountsTheDeparted(_Sending):
    """counts a peer that has left."""

    breaks = ("queue-destroyed", "originator-gone")

    def detached(self, peer: PeerId) -> None:
        pipe = self._pipes.get(peer)
        if pipe and pipe.dialled:
            super().detached(peer)


class ForgetsWhatCame(_Receiving):
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


class QueuesWithoutLimit(_Sending):
    """queues for a peer that does not read without any limit."""

    breaks = ("queue-limit",)
    pipe = _Endless


class _Sulking(Pipe):
    was_full = False

    @property
    def has_room(self) -> bool:
        self.was_full = self.was_full or not super().has_room
        return not self.was_full


class NeverComesBack(_Sending):
    """never again sends to a peer whose queue was full once."""

    breaks = ("available",)
    pipe = _Sulking


class WaitsForTheSlowest(_Sending):
    """sends to nobody while the queue of one peer is full."""

    breaks = (*_PER_PEER, "available", "drops-when-full", "drops-outgoing-when-full")

    def _route(self, message: Addressed) -> Sent:
        if any(not pipe.has_room for pipe in self._candidates(message)):
            return self._lack("full")
        return super()._route(message)

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.sends.word in (Sends.TURN, Sends.MATCHING, Sends.ALL)


class ReadsWithoutLimit(_Receiving):
    """reads on from a peer whose queue is full."""

    breaks = ("queue-limit",)

    def reads(self, peer: PeerId) -> bool:
        return True

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.flood.word is Flood.PAUSE


class SharesOneQueue(_Receiving):
    """has one incoming queue for all peers."""

    breaks = _PER_PEER

    def _is_full(self, pipe: Pipe) -> bool:
        return sum(len(other.incoming) for other in self._pipes.values()) >= self.options.receive_limit

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.takes.word is Takes.TURN


class HearsNothingWhileFull(_Sending):
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


class DeliversTheLastPart(Faulty):
    """delivers the last part of a message of several parts."""

    breaks = ("37/thread-safe/multipart-discarded", "discards-multipart")

    def _judge(self, pipe: Pipe, parts: Parts) -> Arrival | None:
        head = parts[:1] if self.kind.envelope.word is Envelope.GROUP else ()
        return super()._judge(pipe, parts) or super()._judge(pipe, (*head, parts[-1]))


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
