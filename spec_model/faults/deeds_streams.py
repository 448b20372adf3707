"""Connections that stumble over a stream: odd greetings, odd frames, sizes too large, what comes together, early ends.

What is odd here is legal, or binds the sender alone: it may be served or refused, and a sound peer does one of the two.
Each class overrides one verb of the reference, as in `deeds`.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.crypto.entropy import Entropy
from spec_model.events import Event, Failed, MessageReceived, TimedOut
from spec_model.faults.deeds import Crash
from spec_model.framing import COMMAND, LONG, MORE, Frame, FrameReader
from spec_model.grammar.greeting import GREETING_SIZE, SIGNATURE_SIZE

MUCH = 2**40
"""Octets that nobody has memory for."""


# --- greetings ----------------------------------------------------------------------------------------------------


class DeafToOddGreetings(Connection):
    """Says nothing more to a peer of 3.0, or one whose as-server or filler is not zero, and does not close."""

    _deaf = False

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        return () if self._deaf else super().receive(octets)

    def _receive_greeting(self, octets: bytes) -> bytes:
        greeting = (bytes(self._greeting) + octets)[:GREETING_SIZE]
        self._deaf = len(greeting) == GREETING_SIZE and (not greeting[11] or any(greeting[32:]))
        return b"" if self._deaf else super()._receive_greeting(octets)


class DeafToOlderVersions(Connection):
    """Says nothing more to a peer of an older version, and does not close."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        seen = bytes(self._greeting) + octets
        signed = seen[:1] in (b"", b"\xff") and (len(seen) < SIGNATURE_SIZE or seen[SIGNATURE_SIZE - 1] & 1)
        if signed and (len(seen) <= SIGNATURE_SIZE or seen[SIGNATURE_SIZE] >= 3):
            return super()._receive_greeting(octets)
        self._greeting += octets
        return b""


# --- frames -------------------------------------------------------------------------------------------------------


class DeafToReservedFlags(Connection):
    """Takes in nothing more once a frame has had a reserved flag set, and does not close."""

    _deaf = False

    def _receive_frame(self, frame: Frame) -> None:
        self._deaf = self._deaf or bool(frame.flags & ~(COMMAND | LONG | MORE))
        if not self._deaf:
            super()._receive_frame(frame)


class JoinsFramesOfCommands(Connection):
    """Takes the frames behind a command with MORE for its rest, and waits for the last."""

    _begun: Frame | None = None

    def _receive_frame(self, frame: Frame) -> None:
        if self._begun is not None:
            frame = Frame(self._begun.flags & ~MORE | frame.flags & MORE, self._begun.body + frame.body)
        self._begun = frame if frame.flags & COMMAND and frame.flags & MORE else None
        if self._begun is None:
            super()._receive_frame(frame)


class PassesOverRests(Connection):
    """Takes the frames behind a command with MORE for its rest, and passes over them."""

    _in_command = False

    def _receive_frame(self, frame: Frame) -> None:
        rest, self._in_command = self._in_command, bool(frame.flags & MORE)
        if not rest:
            self._in_command = self._in_command and bool(frame.flags & COMMAND)
            super()._receive_frame(frame)


class _Sizes32(FrameReader):
    def frames(self) -> Iterator[Frame]:
        buffer = self._buffer
        while len(buffer) >= 2:
            head = 9 if buffer[0] & LONG else 2
            size = int.from_bytes(buffer[1:head], "big") & 0xFFFFFFFF
            if len(buffer) < head + size:
                return
            frame = Frame(buffer[0], bytes(buffer[head : head + size]))
            del buffer[: head + size]
            yield frame


class SizesOf32Bits(Connection):
    """Keeps the last 32 bits of a size."""

    def start(self) -> tuple[Event, ...]:
        self._reader = _Sizes32()
        return super().start()


class SetsMemoryAside(Connection):
    """Sets memory aside for what a frame announces, and dies of what it has not got."""

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        events = super().receive(octets)
        head = bytes(self._reader._buffer[:9])
        if len(head) == 9 and head[0] & LONG and int.from_bytes(head[1:], "big") > MUCH:
            raise Crash("out of memory")
        return events


class OneCommandASegment(Connection):
    """Loses what comes in one segment with a command of the handshake, behind it."""

    _done = False

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        self._done = False
        events = super().receive(octets)
        if self._done:
            self._reader = FrameReader()
        return events

    def _receive_frame(self, frame: Frame) -> None:
        if not self._done:
            self._done = self.state != "traffic"
            super()._receive_frame(frame)


# --- ends ---------------------------------------------------------------------------------------------------------


class DiesOfEarlyEnds(Connection):
    """Dies when the peer closes in the midst of a greeting or a frame."""

    def end(self) -> tuple[Event, ...]:
        cut = self._reader.waiting or 0 < len(self._greeting) < GREETING_SIZE
        if self.state != "closed" and cut:
            raise Crash("end of file")
        return super().end()


class DeliversCutFrames(Connection):
    """Delivers what came of a frame when the peer closes in its midst."""

    def end(self) -> tuple[Event, ...]:
        if self.state == "traffic" and self._reader.waiting > 2:
            self._events.append(MessageReceived((bytes(self._reader._buffer[2:]),)))
        return super().end()


_PARTS: MutableMapping[Entropy, list[bytes]] = WeakKeyDictionary()


class OnePlaceForParts(Connection):
    """Keeps the frames of unfinished messages in one place for all connections of a target, which share an entropy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parts = _PARTS.setdefault(self.mechanism.entropy, self._parts)


# --- heartbeats ---------------------------------------------------------------------------------------------------


class SmallestTtlForNone(Connection):
    """Takes a time-to-live of zero for the smallest there is, a tenth of a second."""

    def _do_limit(self, what: str, judged: Dissected) -> None:
        self._heartbeat.pinged(self._step_beside, judged.fields["ttl"] or 1, self._now)


class DiesOfContext(Connection):
    """Dies of a PING that has a context."""

    def _do_limit(self, what: str, judged: Dissected) -> None:
        if judged.fields["context"]:
            raise Crash("a context")
        super()._do_limit(what, judged)


class PingsEarly(Connection):
    """Sends PING from the peer's greeting on."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        rest = super()._receive_greeting(octets)
        if self.peer_greeting and self.state != "closed":
            self._heartbeat.start(self._step_beside, self._now)
        return rest

    def _complete(self, judged: Dissected) -> None:
        super()._complete(judged)
        self._heartbeat.states["heartbeat"] = "off"
        self._heartbeat.start(self._step_beside, self._now)


class NeverEnoughPings(Connection):
    """Sends PING after PING, however many of them had no PONG."""

    def tick(self, now: float) -> tuple[Event, ...]:
        self._heartbeat.unanswered = 0
        return super().tick(now)


class WantsPongs(Connection):
    """Takes nothing but PONG for a sign of life."""

    def _receive_frame(self, frame: Frame) -> None:
        super()._receive_frame(frame)
        self._only_pong = frame.body[:5] == b"\x04PONG"

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        before = dict(self._heartbeat.states), self._heartbeat._timeout
        self._only_pong = False
        events = super().receive(octets)
        if self.state == "traffic" and not self._only_pong and before[0]["heartbeat"] == "awaiting":
            self._heartbeat.states["heartbeat"] = "awaiting"
            self._heartbeat._timeout = before[1]
        return events


class StaysAwayAfterSilence(Connection):
    """Takes a silent peer for one that refused it."""

    def tick(self, now: float) -> tuple[Event, ...]:
        events = super().tick(now)
        if any(isinstance(event, TimedOut) for event in events):
            return (Failed(b"silence"), *events)
        return events


class OddTtl(Connection):
    """Reads a time-to-live in another way."""

    read: Callable[[int], int]

    def _do_limit(self, what: str, judged: Dissected) -> None:
        self._heartbeat.pinged(self._step_beside, type(self).read(judged.fields["ttl"]), self._now)


class LittleEndianTtl(OddTtl):
    """Reads the octets of a time-to-live in the wrong order."""

    read = staticmethod(lambda ttl: int.from_bytes(ttl.to_bytes(2, "big"), "little"))


class SignedTtl(OddTtl):
    """Takes a large time-to-live for one that is over."""

    read = staticmethod(lambda ttl: ttl if ttl < 0x8000 else 1)
