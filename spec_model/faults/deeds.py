"""Connections that do something that no table says, one class for each deed; CURVE's own are in `written_curve`.

Each overrides one verb of the reference. None keeps anything from one connection to the next.
"""

from collections.abc import Iterator
from typing import Any

from spec_model.connection import Connection, Outgoing
from spec_model.crypto.sealing import Dissected
from spec_model.errors import RemoteProtocolError
from spec_model.events import CommandReceived, Event, Failed, MessageReceived
from spec_model.framing import COMMAND, LONG, Frame, FrameReader
from spec_model.grammar.metadata import read_metadata


class Crash(Exception):
    """A faulty peer died of what it received: a TCP target's process ends, a transport in memory reports `crashed`."""


# --- refusing -----------------------------------------------------------------------------------------------------


class _Silence(Exception):
    """Unwinds to where octets come in, so that nothing more is said."""


class _Deaf(Connection):
    """From some moment on it neither says nor hears anything, and does not close."""

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        if self.state == "deaf":
            return ()
        try:
            return super().receive(octets)
        except _Silence:
            self.state = "deaf"
            return self._flush()


class DeafWhenRefusing(_Deaf):
    """Goes silent instead of closing when it refuses something."""

    def _reject(self, requirement: str, detail: str) -> None:
        raise _Silence


class DeafOnError(_Deaf):
    """Goes silent instead of closing when ERROR comes."""

    def _do_fail(self, what: str, judged: Dissected) -> None:
        self._events.append(Failed(judged.fields.get("reason", b"")))
        raise _Silence


class NeverCloses(DeafWhenRefusing, DeafOnError):
    """Goes silent where it ought to close, whatever the occasion."""


class PassesOverMalformed(Connection):
    """Drops what it ought to refuse and goes on as if nothing had come; only the greeting is judged."""

    def _receive_frame(self, frame: Frame) -> None:
        try:
            super()._receive_frame(frame)
        except RemoteProtocolError:
            self._parts.clear()


class RefusesInWords(Connection):
    """Sends ERROR before it closes, whichever side it is and whatever came."""

    def _reject(self, requirement: str, detail: str) -> None:
        if self.state not in ("closed", "expect-greeting"):
            self._say(b"Malformed")
        super()._reject(requirement, detail)

    def _say(self, reason: bytes) -> None:
        natural = {"reason_size": len(reason), "reason": reason}
        self._push("ERROR", self.mechanism.grammar("ERROR", sending=True), natural, COMMAND)


class HeedsOnlyReasons(Connection):
    """Passes over an ERROR that gives no reason."""

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        if octets != b"\x05ERROR\x00":
            super()._receive_command(octets, flags, inside=inside)


# --- greeting and framing -----------------------------------------------------------------------------------------


class GreetingInOneSegment(Connection):
    """Takes what the first segment brings for the whole greeting."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        if len(octets) < 64:
            raise RemoteProtocolError("23/greeting/expects-whole", "the greeting did not come in one segment")
        return super()._receive_greeting(octets)


class DropsBehindGreeting(Connection):
    """Loses what comes in the same segment as the end of the greeting."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        super()._receive_greeting(octets)
        return b""


class FrameInOneSegment(Connection):
    """Loses a frame that does not come whole in one segment."""

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        events = super().receive(octets)
        self._reader = FrameReader()
        return events


class _LittleEndian(FrameReader):
    def frames(self) -> Iterator[Frame]:
        buffer = self._buffer
        while len(buffer) >= 2:
            head = 9 if buffer[0] & LONG else 2
            size = int.from_bytes(buffer[1:head], "little")
            if len(buffer) < head + size:
                return
            frame = Frame(buffer[0], bytes(buffer[head : head + size]))
            del buffer[: head + size]
            yield frame


class ReadsLittleEndian(Connection):
    """Reads the size of a long frame with the least significant octet first."""

    def start(self) -> tuple[Event, ...]:
        self._reader = _LittleEndian()
        return super().start()


class _Backwards(Outgoing):
    def encode(self, *args: Any, **kwargs: Any) -> bytes:
        octets = super().encode(*args, **kwargs)
        if self.name == "greeting" or not octets[0] & LONG:
            return octets
        return octets[:1] + octets[8:0:-1] + octets[9:]


class SendsLittleEndian(Connection):
    """Sends the size of a long frame with the least significant octet first."""

    def outgoing(self) -> Outgoing | None:
        item = super().outgoing()
        return None if item is None else _Backwards(*item)


class SignedSizes(Connection):
    """Takes the size of a short frame for a signed octet."""

    def _receive_frame(self, frame: Frame) -> None:
        if not frame.flags & LONG and len(frame.body) > 127:
            raise RemoteProtocolError("23/frame/short", f"a frame of {len(frame.body) - 256} octets")
        super()._receive_frame(frame)


class BodiesUpTo64K(Connection):
    """Refuses frames of more than 65,536 octets."""

    def _receive_frame(self, frame: Frame) -> None:
        if len(frame.body) > 65536:
            raise RemoteProtocolError("23/frame/long", f"a frame of {len(frame.body)} octets")
        super()._receive_frame(frame)


class ShortCommandsOnly(Connection):
    """Refuses a command of 255 octets or less in a long frame."""

    def _receive_frame(self, frame: Frame) -> None:
        if frame.flags & COMMAND and frame.flags & LONG and len(frame.body) <= 255:
            raise RemoteProtocolError("23/command/accepts-either-size", "a short command in a long frame")
        super()._receive_frame(frame)


# --- handshake ----------------------------------------------------------------------------------------------------


class ReadyTwice(Connection):
    """Sends READY, and READY again."""

    def _do_send(self, what: str, judged: Dissected) -> None:
        super()._do_send(what, judged)
        if what == "READY" and self.state != "closed":
            grammar = self.mechanism.grammar("READY", sending=True)
            self._push("READY", grammar, self.mechanism.natural("READY"), COMMAND)


class MessageBeforeReady(Connection):
    """Sends a message before its READY."""

    def _do_send(self, what: str, judged: Dissected) -> None:
        if what == "READY":
            self.push_frame(b"too early", more=False)
        super()._do_send(what, judged)


class TakesMessagesBeforeReady(Connection):
    """Delivers messages that come before READY."""

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        if self.state == "traffic":
            super()._receive_part(part, more=more)
        else:
            self._events.append(MessageReceived((part,)))


class AnySocketType(Connection):
    """Lets every socket type in."""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        pass


class SameSocketTypeOnly(Connection):
    """Refuses a socket type that is not its own."""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        for name, value in read_metadata(judged.fields.get("metadata", b"")):
            if name.lower() == "socket-type" and value != self.role.socket_type.encode():
                self._reject("23/socket-type/legal-accepted", f"{value!r} is not {self.role.socket_type}")
                return


class RefusesSocketTypeInSilence(Connection):
    """Closes without ERROR when the socket type does not go with its own."""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        waiting = len(self._out)
        super()._enforce_socket_type(judged)
        while self.state == "closed" and len(self._out) > waiting:
            self._out.pop()


class RefusesIdentity(Connection):
    """Refuses a peer that announces an identity, though nothing addresses by it."""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        super()._enforce_socket_type(judged)
        names = [name.lower() for name, _ in read_metadata(judged.fields.get("metadata", b""))]
        if "identity" in names and self.role.socket_type != "ROUTER" and self.state != "closed":
            self._reject("23/identity/ignored-elsewhere", "an Identity")


# --- messages -----------------------------------------------------------------------------------------------------


class DeliversTwice(Connection):
    """Delivers every message twice."""

    def _do_deliver(self, what: str, judged: Dissected) -> None:
        self._events.append(MessageReceived(tuple(self._parts)))
        super()._do_deliver(what, judged)


class SwapsMessages(Connection):
    """Delivers the second message behind the third, the fourth behind the fifth, and so on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: Event | None = None
        self._delivered = 0

    def _do_deliver(self, what: str, judged: Dissected) -> None:
        super()._do_deliver(what, judged)
        self._delivered += 1
        if self._delivered % 2 == 0:
            self._held = self._events.pop()
        elif self._held is not None:
            self._events.append(self._held)


class DeliversParts(Connection):
    """Delivers every frame as a message of its own."""

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        super()._receive_part(part, more=False)


class DeliversUnfinished(Connection):
    """Delivers what came of a message when the peer closes."""

    def end(self) -> tuple[Event, ...]:
        if self._parts and self.state == "traffic":
            self._events.append(MessageReceived(tuple(self._parts)))
        return super().end()


class DropsEmpty(Connection):
    """Drops a message that is one empty frame."""

    def _do_deliver(self, what: str, judged: Dissected) -> None:
        if self._parts == [b""]:
            self._parts.clear()
        else:
            super()._do_deliver(what, judged)


class CutsAtZero(Connection):
    """Takes a zero octet for the end of a frame."""

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        super()._receive_part(part.partition(b"\x00")[0], more=more)


class DeliversCommands(Connection):
    """Delivers commands that come in traffic as messages."""

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        if inside or self.state == "traffic" and not self.mechanism.encrypts:
            self._receive_part(octets, more=False)
        else:
            super()._receive_command(octets, flags, inside=inside)


class SendsNoMore(Connection):
    """Never sets MORE."""

    def push_frame(self, part: bytes, *, more: bool) -> None:
        super().push_frame(part, more=False)


class SendsMoreAlways(Connection):
    """Sets MORE on the last frame of a message too."""

    def push_frame(self, part: bytes, *, more: bool) -> None:
        super().push_frame(part, more=True)


# --- crashes ------------------------------------------------------------------------------------------------------


class CrashesOnEmptyCommand(Connection):
    """Dies of a command without a body."""

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        if not octets:
            raise Crash("an empty command body")
        super()._receive_command(octets, flags, inside=inside)


class CrashesOnHugeSize(Connection):
    """Dies of a frame that announces 2^63 octets or more."""

    def _reject(self, requirement: str, detail: str) -> None:
        if requirement == "23/frame/long-size-limit":
            raise Crash(detail)
        super()._reject(requirement, detail)


class CrashesOnEmptyName(Connection):
    """Dies of a property without a name."""

    def _flush(self) -> tuple[Event, ...]:
        events = super()._flush()
        for event in events:
            metadata = event.judged.fields.get("metadata", b"") if isinstance(event, CommandReceived) else b""
            if any(not name for name, _ in read_metadata(metadata)):
                raise Crash("an empty property name")
        return events
