"""Faults that no deletion from a table says: written by hand, a class for each deed that the reference would not do.

A peer that does otherwise than the tables is a `Connection` or a side of a mechanism with one verb overridden; one that
merely sends something else has a spoil in its tables. None keeps anything from one connection to the next: what is the same
on every connection (a transient key, a nonce) is computed from a permanent secret.

This module holds what concerns the whole connection: greeting, framing, messages, refusals, crashes. `written_curve` holds
what is CURVE's own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from spec_model.connection import Connection, Outgoing
from spec_model.crypto.sealing import Dissected
from spec_model.errors import RemoteProtocolError
from spec_model.events import CommandReceived, Event, Failed, MessageReceived
from spec_model.faults.fault import Fault, Make, reading
from spec_model.framing import COMMAND, LONG, MORE, Frame, FrameReader
from spec_model.grammar.command import Command, Rule
from spec_model.grammar.curve import COMMAND as PAYLOAD_COMMAND
from spec_model.grammar.metadata import metadata_octets, property_octets, read_metadata
from spec_model.machines import MACHINES
from spec_model.tables import STANDARD, Spoil, Tables


class Crash(Exception):
    """A faulty peer died of what it received: a TCP target's process ends, a transport in memory reports `crashed`."""


def _refusals() -> tuple[str, ...]:
    """Every requirement that obliges a receiver to refuse something."""
    commands = [level for command in STANDARD.commands.values() for level in command.levels()]
    of_rules = [rule.receiver for level in commands for rule in level.rules]
    of_sizes = [level.size_rule[0] for level in commands]
    of_boxes = [box.requirement for level in commands for box in level.boxes.values()]
    of_rows = [machine.otherwise for machine in MACHINES.values()]
    others = ["23/handshake/failure-closes", "23/close/other-errors", "23/socket-type/enforced", "26/INITIATE/unauthenticated"]
    return tuple(dict.fromkeys(filter(None, (*of_rules, *of_sizes, *of_boxes, *of_rows, *others))))


# --- refusing -----------------------------------------------------------------------------------------------------------


class Deaf(Connection):
    """Refuses without closing: from then on it says and hears nothing."""

    def _close(self) -> None:
        self.state = "deaf"
        self._parts.clear()

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        return () if self.state == "deaf" else super().receive(octets)


class DeafAfterError(Connection):
    """Does not close on ERROR: from then on it says and hears nothing."""

    def _do_fail(self, what: str, judged: Dissected) -> None:
        self._events.append(Failed(judged.fields.get("reason", b"")))
        self.state = "deaf"

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        return () if self.state == "deaf" else super().receive(octets)


class PassesOverMalformed(Connection):
    """Drops what it ought to refuse and goes on as if nothing had come."""

    def _receive_frame(self, frame: Frame) -> None:
        try:
            super()._receive_frame(frame)
        except RemoteProtocolError:
            self._parts.clear()


class PassesOverBadMessages(Connection):
    """Drops a MESSAGE that it ought to refuse and goes on."""

    def _receive_frame(self, frame: Frame) -> None:
        in_traffic = self.state == "traffic"
        try:
            super()._receive_frame(frame)
        except RemoteProtocolError:
            if not in_traffic:
                raise


class RefusesInWords(Connection):
    """Sends ERROR before it closes, whoever it is and whatever came."""

    def _reject(self, requirement: str, detail: str) -> None:
        if self.state not in ("closed", "expect-greeting"):
            reason = b"Malformed"
            grammar = self.mechanism.grammar("ERROR", sending=True)
            self._push("ERROR", grammar, {"reason_size": len(reason), "reason": reason}, COMMAND)
        super()._reject(requirement, detail)


class RefusesMessagesInWords(RefusesInWords):
    """Sends ERROR before it closes on an invalid MESSAGE."""

    def _reject(self, requirement: str, detail: str) -> None:
        if self.state == "traffic":
            super()._reject(requirement, detail)
        else:
            Connection._reject(self, requirement, detail)


class HeedsOnlyReasons(Connection):
    """Takes an ERROR for one only if it gives a reason."""

    def _do_fail(self, what: str, judged: Dissected) -> None:
        if judged.fields.get("reason"):
            super()._do_fail(what, judged)


# --- greeting and framing -----------------------------------------------------------------------------------------------


class GreetingInOneSegment(Connection):
    """Takes what the first segment brings for the whole greeting."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        if not self._greeting and len(octets) < 64:
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
        if self.state not in ("expect-greeting", "closed"):
            self._reader = FrameReader()
        return events


class LittleEndian(FrameReader):
    """Reads the size of a long frame with the least significant octet first."""

    def feed(self, octets: bytes) -> None:
        super().feed(octets)
        self._turned = getattr(self, "_turned", False)

    def frames(self) -> Iterator[Frame]:
        buffer = self._buffer
        while len(buffer) >= 2:
            long = buffer[0] & LONG
            head = 9 if long else 2
            if len(buffer) < head:
                return
            size = int.from_bytes(buffer[1:head], "little")
            if len(buffer) < head + size:
                return
            frame = Frame(buffer[0], bytes(buffer[head : head + size]))
            del buffer[: head + size]
            yield frame


class SignedSizes(FrameReader):
    """Takes the size of a short frame for a signed octet."""

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            if not frame.flags & LONG and len(frame.body) > 127:
                raise RemoteProtocolError("23/frame/short", f"a frame of {len(frame.body) - 256} octets")
            yield frame


def _reading_frames_by(reader: type[FrameReader]) -> Make:
    class Other(Connection):
        def start(self) -> tuple[Event, ...]:
            self._reader = reader()
            return super().start()

    return Other


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


# --- handshake ----------------------------------------------------------------------------------------------------------


class ReadyTwice(Connection):
    """Sends READY, and READY again."""

    def _do_send(self, what: str, judged: Dissected) -> None:
        super()._do_send(what, judged)
        if what == "READY" and self.state != "closed":
            self._push("READY", self.mechanism.grammar("READY", sending=True), self.mechanism.natural("READY"), COMMAND)


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
        if self.state == "closed":
            while len(self._out) > waiting:
                self._out.pop()


class RefusesIdentity(Connection):
    """Refuses a peer that announces an identity, though nothing addresses by it."""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        super()._enforce_socket_type(judged)
        names = [name.lower() for name, _ in read_metadata(judged.fields.get("metadata", b""))]
        if "identity" in names and self.role.socket_type != "ROUTER" and self.state != "closed":
            self._reject("23/identity/ignored-elsewhere", "an Identity")


# --- messages -----------------------------------------------------------------------------------------------------------


class DeliversTwice(Connection):
    """Delivers every message twice."""

    def _do_deliver(self, what: str, judged: Dissected) -> None:
        self._events.append(MessageReceived(tuple(self._parts)))
        super()._do_deliver(what, judged)


class SwapsMessages(Connection):
    """Delivers the second message after the third, the fourth after the fifth, and so on."""

    _held: Event | None = None
    _count = 0

    def _do_deliver(self, what: str, judged: Dissected) -> None:
        super()._do_deliver(what, judged)
        self._count += 1
        if self._count % 2 == 0:
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
    """Drops empty frames."""

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        if part:
            super()._receive_part(part, more=more)


class CutsAtZero(Connection):
    """Takes a zero octet for the end of a frame."""

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        super()._receive_part(part.partition(b"\x00")[0], more=more)


class DeliversCommands(Connection):
    """Delivers commands that come in traffic as messages."""

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        if self.state == "traffic" and (inside or not self.mechanism.encrypts):
            self._receive_part(octets, more=False)
        else:
            super()._receive_command(octets, flags, inside=inside)


class SendsNoMore(Connection):
    """Never sets MORE."""

    def push_frame(self, part: bytes, *, more: bool) -> None:
        super().push_frame(part, more=False)


class SendsMoreAlways(Connection):
    """Sets MORE on the last frame too."""

    def push_frame(self, part: bytes, *, more: bool) -> None:
        super().push_frame(part, more=True)


# --- crashes ------------------------------------------------------------------------------------------------------------


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
            if isinstance(event, CommandReceived):
                metadata = event.judged.fields.get("metadata", b"")
                if any(not name for name, _ in read_metadata(metadata)):
                    raise Crash("an empty property name")
        return events


# --- tables with something else in them -----------------------------------------------------------------------------------

READYS = ("NULL/READY", "CURVE/INITIATE", "CURVE/READY")
"""The commands that carry metadata."""


def spoiling(spoils: Mapping[str, Spoil], tables: Tables = STANDARD) -> Tables:
    """The tables with these spoils."""
    for key, spoil in spoils.items():
        tables = tables.with_spoil(key, spoil)
    return tables


def _metadata(change: Callable[[bytes], bytes]) -> Make:
    """Peers that change the metadata that they send."""
    return reading(spoiling({key: Spoil(given={"metadata": change}) for key in READYS}))


def _without_socket_type(octets: bytes) -> bytes:
    return metadata_octets([(name, value) for name, value in read_metadata(octets) if name != "Socket-Type"])


def _moving(machine: str, rows: Mapping[str, str]) -> Tables:
    """The tables in which some rows of a machine do something else, given by state and event."""
    old = MACHINES[machine]
    return STANDARD.with_machine(
        replace(old, rows=tuple(replace(row, do=rows.get(row.key, row.do)) for row in old.rows))
    )


def _judging(key: str, field: str, holds: Callable[[Any], bool]) -> Tables:
    """The tables in which the receiver's rule about a field looks less closely."""
    command: Command = STANDARD.commands[key]

    def lax(rule: Rule) -> Rule:
        return replace(rule, holds=holds) if rule.receiver and field in rule.spoil else rule

    return STANDARD.with_command(key, replace(command, rules=tuple(lax(rule) for rule in command.rules)))


def _long_sizes_backwards(connection: type[Connection] = Connection) -> Make:
    class Backwards(connection):  # type: ignore[valid-type, misc]
        def octets_to_send(self) -> bytes:
            octets = b""
            while (item := self.outgoing()) is not None:
                octets += _backwards(item)
            return octets

    return Backwards


def _backwards(item: Outgoing) -> bytes:
    octets = item.encode()
    if item.name == "greeting" or not octets[0] & LONG:
        return octets
    return octets[:1] + octets[8:0:-1] + octets[9:]


def _zeroing_filler(octets: bytes) -> bytes:
    return octets


# --- the list -----------------------------------------------------------------------------------------------------------


def fault(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    make: Make,
    mechanism: str = "",
    as_server: bool | None = None,
    because: str = "",
) -> Fault:
    """A written fault."""
    return Fault(f"written.{name}", title, requirements, mechanism, as_server, not because, because, make)


def written() -> Iterator[Fault]:
    """Every written fault that is not CURVE's own."""
    yield from _written_refusals()
