"""Faulty sockets that double, disorder, change or take apart messages. Each has one method of the reference changed."""

from spec_model.patterns.envelope import Addressed
from spec_model.patterns.faulty import Faulty, Receiving, Sending
from spec_model.patterns.kind import Envelope, Kind, Multipart
from spec_model.patterns.pattern import Parts
from spec_model.patterns.pipe import Arrival, Pipe


class DeliversTwice(Receiving):
    """delivers every message twice."""

    breaks = ("delivers", "delivers-messages", "23/message/once", "37/message/once")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, arrival)
        super()._deliver(pipe, arrival)


class DeliversNewestFirst(Receiving):
    """delivers the newest message of a peer first."""

    breaks = ("23/message/order", "37/message/order")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        pipe.incoming.appendleft(arrival)


class SendsTwice(Sending):
    """sends every message twice."""

    breaks = ("23/message/once", "37/message/once")

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        super()._queue(pipe, message)
        super()._queue(pipe, message)


class SendsFramesApart(Sending):
    """sends each frame as a message of its own."""

    breaks = ("23/message/atomic-sending", "37/message/atomic-sending")

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        for part in message.wire:
            super()._queue(pipe, Addressed(message.address, message.topic, (part,)))

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.multipart.word is Multipart.ALLOWED


class DropsEmptyFrames(Receiving):
    """drops the empty frames of what comes."""

    breaks = ("incoming-unmodified", "delivers", "23/message/atomic", "37/message/atomic")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, Arrival(arrival.stack, tuple(part for part in arrival.parts if part)))

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.multipart.word is Multipart.ALLOWED


class ChangesWhatComes(Receiving):
    """adds an octet to what comes."""

    breaks = ("incoming-unmodified", "delivers", "delivers-messages")

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, Arrival(arrival.stack, (*arrival.parts[:-1], arrival.parts[-1] + b"!")))


class ChangesWhatItSends(Sending):
    """adds an octet to what it sends."""

    breaks = ("outgoing-unmodified",)

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        changed = (*message.wire[:-1], message.wire[-1] + b"!")
        super()._queue(pipe, Addressed(message.address, message.topic, changed))


class DeliversTheLastPart(Faulty):
    """delivers the last part of a message of several parts."""

    breaks = ("37/thread-safe/multipart-discarded", "discards-multipart")

    def _judge(self, pipe: Pipe, parts: Parts) -> Arrival | None:
        head = parts[:1] if self.kind.envelope.word is Envelope.GROUP else ()
        return super()._judge(pipe, parts) or super()._judge(pipe, (*head, parts[-1]))
