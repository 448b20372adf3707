"""Read what one side of a connection sends, and explain it piece by piece: the greeting, then frames, commands in them.

    session = Session(mechanism="CURVE", keys=keys)
    client, server = Reader(session, "client"), Reader(session, "server")
    for part in client.feed(octets): ...
    for part in client.rest(): ...

A `Session` is what both directions of one connection share: the mechanism and the keys. What the greeting or a command
tells is kept there, so that what comes later can be read: a HELLO brings C', a cookie that opens brings s'. A `Reader` has
one direction; it takes octets as they come, and never raises whatever they are.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from spec_model.explain.commands import Commands, Session
from spec_model.explain.frames import Body, recognised
from spec_model.explain.levels import explain_command, explain_unfinished
from spec_model.explain.parts import Part
from spec_model.grammar.command import Command
from spec_model.grammar.frame import COMMAND, FRAME, LARGEST_LONG, LONG, MORE
from spec_model.grammar.greeting import GREETING, GREETING_SIZE, mechanism_octets
from spec_model.grammar.legacy import FRAME_1_0, FRAME_2_0, GREETING_1_0, GREETING_2_0, LONG_LENGTH
from spec_model.grammar.primitives import name_octets
from spec_model.grammar.subscription import SUBSCRIPTION
from spec_model.legacy import Version, detect
from spec_model.role import MECHANISMS

_GREETING_2_0_HEAD = 14


class Phase(StrEnum):
    """What a reader expects next."""

    GREETING = "greeting"
    FRAMES = "frames"
    FRAMES_1_0 = "frames of ZMTP 1.0"
    FRAMES_2_0 = "frames of ZMTP 2.0"


class Reader:
    """One direction of a connection; see the head of this module.

    Args:
        session: what both directions share.
        sender: "client" or "server", the side of the handshake; empty where it is not known, or there is none.
        phase: what comes first.
    """

    def __init__(self, session: Session, sender: str = "", phase: Phase = Phase.GREETING) -> None:
        self.session, self.phase = session, phase
        self.commands = Commands(session, sender)
        self._buffer, self._start = bytearray(), 0
        self._socket_type = b""
        self._message: list[Body] = []

    def feed(self, octets: bytes) -> Iterator[Part]:
        """The octets that come next; yields what is complete."""
        self._buffer += octets
        while (size := self._complete()) is not None:
            whole = bytes(self._buffer[:size])
            part = self._explain(whole).at(self._start)
            del self._buffer[:size]
            self._start += size
            yield part

    def rest(self) -> Iterator[Part]:
        """What came and is not complete, if there is any."""
        octets = bytes(self._buffer)
        if octets:
            yield self._unfinished(octets).at(self._start)

    # --- where the next piece ends ----------------------------------------------------------------------------------

    def _complete(self) -> int | None:
        """The size of the piece that comes next, if all of it is here."""
        size = self._size()
        return size if size is not None and 0 < size <= len(self._buffer) else None

    def _size(self) -> int | None:
        seen = self._buffer
        if self.phase is Phase.GREETING:
            return self._size_of_greeting()
        if self.phase is Phase.FRAMES_1_0:
            return _size_of_1_0(seen)
        head = 9 if seen[:1] and seen[0] & LONG else 2
        size = int.from_bytes(seen[1:head], "big")
        # A size that no frame can have is no size: what comes behind cannot be told.
        return head + size if len(seen) >= head and size <= LARGEST_LONG else None

    def _size_of_greeting(self) -> int | None:
        seen = self._buffer
        match greeting_of(seen):
            case grammar if grammar is GREETING:
                return GREETING_SIZE
            case grammar if grammar is GREETING_2_0:
                return _GREETING_2_0_HEAD + seen[13] if len(seen) >= _GREETING_2_0_HEAD else None
            case grammar if grammar is GREETING_1_0:
                return _size_of_1_0(seen)
        return None

    # --- what it is ---------------------------------------------------------------------------------------------------

    def _explain(self, whole: bytes) -> Part:
        match self.phase:
            case Phase.GREETING:
                return self._greeting(whole)
            case Phase.FRAMES_1_0:
                return explain_command(FRAME_1_0, whole)
            case Phase.FRAMES_2_0:
                return explain_command(FRAME_2_0, whole)
        part = explain_command(FRAME, whole)
        head = 9 if whole[0] & LONG else 2
        return self._with_body(part, whole[0], whole[head:], head)

    def _greeting(self, whole: bytes) -> Part:
        grammar = greeting_of(self._buffer)  # of which `whole` is the first part
        if grammar is GREETING_1_0 or grammar is GREETING_2_0:
            self.phase = Phase.FRAMES_1_0 if grammar is GREETING_1_0 else Phase.FRAMES_2_0
            return explain_command(grammar, whole)
        self.phase = Phase.FRAMES
        session, name = self.session, whole[12:32]
        known = {"mechanism": mechanism_octets(session.mechanism)} if session.given else {}
        part = explain_command(GREETING, whole, None, known)
        if not session.mechanism:
            session.mechanism = next((one for one in MECHANISMS if mechanism_octets(one) == name), "")
        if not self.commands.sender and session.mechanism != "NULL":
            self.commands.sender = "server" if whole[32] else "client"
        self.commands.known["version_minor"] = whole[11]
        self.commands.begin()
        return part

    def _with_body(self, frame: Part, flags: int, body: bytes, head: int) -> Part:
        """The frame, with what its body is."""
        encrypted = self.session.mechanism in ("", "CURVE") and body.startswith(name_octets("MESSAGE"))
        if flags & COMMAND or encrypted:
            return frame.grafted("body", self._command(body).at(head))
        late = self.commands.order.judge("message")
        self._message.append(Body(self._start + head, body))
        if not flags & MORE:
            zap = recognised(self._message) if len(self._message) > 1 else None
            self._message = []
            if zap is not None:
                frame = replace(frame, parts=(*frame.parts, zap.at(-self._start)))
        words = "a frame of a message; more follow" if flags & MORE else "a message, or the last frame of one"
        if self._socket_type == b"SUB" and not flags & MORE:
            frame = frame.grafted("body", explain_command(SUBSCRIPTION, body).at(head))
        return replace(frame, meaning=words, broken=(*frame.broken, *late))

    def _command(self, body: bytes) -> Part:
        part = self.commands.explain(body)
        for _, entry in part.walk():
            if entry.name == "property" and entry.parts[1].octets.lower() == b"socket-type":
                self._socket_type = entry.parts[3].octets
        return part

    def _unfinished(self, octets: bytes) -> Part:
        """What is left at the end."""
        if self.phase is Phase.FRAMES:
            judged = {"body": b""} if len(octets) >= (9 if octets[0] & LONG else 2) else None
            return explain_unfinished(FRAME, octets, _cut_off(octets, self._size()), judged)
        old: dict[Phase, Command] = {Phase.FRAMES_1_0: FRAME_1_0, Phase.FRAMES_2_0: FRAME_2_0}
        grammar = old.get(self.phase) or greeting_of(octets) or GREETING
        return explain_unfinished(grammar, octets, _cut_off(octets, self._size()))


def _cut_off(octets: bytes, size: int | None) -> str:
    return f"cut off: {len(octets)} octets of {size}" if size is not None else f"cut off after {len(octets)} octets"


def _size_of_1_0(seen: bytearray | bytes) -> int | None:
    """The size of a frame of ZMTP 1.0, or None while its length is not complete."""
    if not seen:
        return None
    if seen[0] != LONG_LENGTH:
        return 1 + seen[0]
    return 9 + int.from_bytes(seen[1:9], "big") if len(seen) >= 9 else None


def greeting_of(seen: bytearray | bytes) -> Command | None:
    """The grammar of a greeting that starts so; None while it could be of several versions.

    A greeting of ZMTP 3 whose signature is spoilt is still told by the name of its mechanism.
    """
    if bytes(seen[12:32]) in {mechanism_octets(name) for name in MECHANISMS}:
        return GREETING
    found = detect(bytes(seen[:GREETING_SIZE]))
    if found is None:
        return None
    old = {Version.ZMTP_1_0: GREETING_1_0, Version.ZMTP_2_0: GREETING_2_0}
    return old.get(found.version, GREETING)
