"""Faulty sockets that get delimiters, envelopes, identities, routing ids or groups wrong."""

from collections.abc import Mapping

from spec_model.patterns.envelope import DELIMITER, Addressed
from spec_model.patterns.faulty import Faulty
from spec_model.patterns.kind import Envelope, Kind
from spec_model.patterns.pattern import Parts, PeerId
from spec_model.patterns.pipe import Arrival, Pipe


class DeliversWithoutDelimiter(Faulty):
    """delivers messages that have no delimiter, or nothing behind it."""

    breaks = ("reply-without-delimiter", "request-without-delimiter")

    def _judge(self, pipe: Pipe, parts: Parts) -> Arrival | None:
        asked = self.kind.envelope.word is Envelope.STACK or pipe is self._asked
        return super()._judge(pipe, parts) or (Arrival((DELIMITER,), parts) if asked else None)


class TakesTheLastDelimiter(Faulty):
    """takes the last empty frame for the delimiter."""

    breaks = ("envelope", "incoming-unmodified")

    def _judge(self, pipe: Pipe, parts: Parts) -> Arrival | None:
        arrival = super()._judge(pipe, parts)
        if arrival is None or DELIMITER not in arrival.parts[:-1]:
            return arrival
        place = len(parts) - 1 - parts[-2::-1].index(DELIMITER)
        return Arrival(parts[:place], parts[place:])

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.envelope.word is Envelope.STACK


class KeepsItsFirstEnvelope(Faulty):
    """puts the envelope of the first request on every reply."""

    breaks = ("restores-envelope",)
    _first: Parts = ()

    def receive(self) -> Parts | None:
        parts = super().receive()
        self._first = self._first or self._stack
        self._stack = self._first
        return parts


class LosesFrames(Faulty):
    """sends only the first frame behind the delimiter."""

    breaks = ("data-frames",)

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        super()._queue(pipe, Addressed(message.address, message.topic, message.wire[:2]))


class SharesIdentities(Faulty):
    """lets two peers have the same identity."""

    breaks = ("identity-clash",)

    def _name(self, pipe: Pipe, metadata: Mapping[str, bytes]) -> bool:
        pipe.address = self._identity(pipe, metadata.get("identity", b""))
        return True


class TakesEmptyIdentities(Faulty):
    """calls a peer by an empty identity."""

    breaks = ("identity-unique",)

    def _identity(self, pipe: Pipe, announced: bytes) -> bytes:
        return announced


class NumbersFromZero(Faulty):
    """gives routing ids from zero on."""

    breaks = ("routing-id",)

    def _number(self) -> bytes:
        return (int.from_bytes(super()._number(), "big") - 1).to_bytes(4, "big")


class HidesTheNewId(Faulty):
    """does not tell the routing id of the peer that it connects to."""

    breaks = ("connect-returns-id",)

    def dialled(self, peer: PeerId) -> bytes:
        super().dialled(peer)
        return b""


class HidesTheGroup(Faulty):
    """delivers messages without their group."""

    breaks = ("shows-group",)

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        super()._deliver(pipe, Arrival((), arrival.parts[1:]))


class SendsNoGroup(Faulty):
    """sends messages without their group."""

    breaks = ("37/group/message",)

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        super()._queue(pipe, Addressed(b"", message.topic, message.wire[1:]))
