"""Connections that stumble over a stream: odd greetings, odd frames, sizes too large, what comes together, early ends.

What is odd here is legal, or binds the sender alone: it may be served or refused, and a sound peer does one of the two.
Each class overrides one verb of the reference, as in `deeds`.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.crypto.entropy import Entropy
from spec_model.events import Event, MessageReceived
from spec_model.faults.deeds import Crash
from spec_model.framing import COMMAND, LONG, MORE, Frame, FrameReader
from spec_model.grammar.greeting import GREETING_SIZE

MUCH = 2**40
"""Octets that nobody has memory for."""


# --- greetings ----------------------------------------------------------------------------------------------------


class DeafToOddGreetings(Connection):
    """Says nothing more to a peer of 3.0, or one whose as-server or filler is not its own, and does not close."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        whole = bytes(self._greeting) + octets
        greeting = whole[:GREETING_SIZE]
        if len(greeting) == GREETING_SIZE and self._is_odd(greeting):
            self._greeting.clear()  # and so waits for another
            return b""
        return super()._receive_greeting(octets)

    def _is_odd(self, greeting: bytes) -> bool:
        expected = int(self.role.mechanism != "NULL" and not self.role.as_server)
        return not greeting[11] or greeting[32] != expected or any(greeting[33:])


# --- frames -------------------------------------------------------------------------------------------------------


class DropsReservedFlags(Connection):
    """Drops a frame that has a reserved flag set."""

    def _receive_frame(self, frame: Frame) -> None:
        if not frame.flags & ~(COMMAND | LONG | MORE):
            super()._receive_frame(frame)


class GoesOnBehindCommands(Connection):
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
        self._heartbeat.pinged(judged.fields["ttl"] or 1, self._now)


class DiesOfContext(Connection):
    """Dies of a PING that has a context."""

    def _do_limit(self, what: str, judged: Dissected) -> None:
        if judged.fields["context"]:
            raise Crash("a context")
        super()._do_limit(what, judged)
