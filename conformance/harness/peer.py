"""The tester's end of one connection: the reference peer, held by a script.

It plays its natural part with a `spec_model.Connection`, keeps what the connection wants to send until the script lets it
go, judges everything that the target sends by the grammar, and remembers all of it for the script and the report.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.api import Known
from conformance.api.script import Inject, Send
from conformance.harness.application import TOPIC
from conformance.harness.effects import Link, Seen
from conformance.harness.verdict import Moment
from spec_model.connection import Connection, Outgoing, frame_octets
from spec_model.crypto.boxes import MissingKey
from spec_model.crypto.entropy import Entropy
from spec_model.crypto.sealing import Dissected, assemble
from spec_model.errors import RemoteProtocolError
from spec_model.events import Closed, CommandReceived, Failed, Greeted, MessageReceived, Ready, Rejected
from spec_model.framing import COMMAND, FrameReader
from spec_model.grammar.curve import COMMAND as PAYLOAD_COMMAND
from spec_model.grammar.frame import FRAME
from spec_model.grammar.greeting import GREETING_SIZE
from spec_model.role import Role

TRAFFIC_COMMANDS = frozenset({"PING", "PONG", "SUBSCRIBE", "CANCEL", "JOIN", "LEAVE"})
"""Commands that are sent once the handshake is complete, and never by the reference peer itself."""

REQUESTS_SINCE = 1
"""The minor version from which on subscriptions are asked for by commands."""


class _Lenient(Connection):
    """The reference peer as a tester: it does not mind which socket type the target has; that is the case's business."""

    def _enforce_socket_type(self, judged: Dissected) -> None:
        pass


class TestPeer:
    """One connection of a script; see the head of this module.

    Attributes:
        name: "first", "second" ...
        link: the connection in the transport's terms.
        known: what functions in the script may ask.
        over: how the target ended the connection, or None.
        ready: whether the handshake is complete on our side.
        breaches: (requirement, what) that the target broke in what it sent, in order.
        refused: the requirement for which our own connection refused what the target sent, or empty.
        commands: commands that came and that no step has looked at yet.
        messages: messages that came and that no step has looked at yet.
        withheld: nothing natural is sent any more.
        deaf: what comes stays unread.
        sent: number of octets sent.
        topics: what came for topics of the harness's own.
        last_words: contexts of PINGs that no script sent, and whether the PONG came; that is no command for a step.
    """

    __test__ = False  # not a test class of pytest

    def __init__(self, name: str, role: Role, entropy: Entropy, clock: Callable[[], float]) -> None:
        self.name, self._clock = name, clock
        self.link = Link(-1)
        self.connection = _Lenient(role, entropy)
        self.known = Known()
        if role.mechanism == "PLAIN":
            self.known.credentials = role.username, role.password
        elif role.permanent is not None:
            self.known.credentials = (role.permanent.public,)
        self.over: Seen | None = None
        self.ready = False
        self.failed: bytes | None = None
        self.breaches: list[tuple[str, str]] = []
        self.refused = ""
        self.commands: deque[tuple[str, Mapping[str, Any]]] = deque()
        self.messages: deque[tuple[bytes, ...]] = deque()
        self.withheld = False
        self.deaf = False
        self.sent = 0
        self.last_words: dict[bytes, bool] = {}
        self.topics: set[bytes] = set()
        self.trace: list[Moment] = []
        self._held: deque[Outgoing] = deque()
        self._accused: tuple[str, ...] = ()
        self._frames = FrameReader()
        self._unframed = b""
        self.connection.start()

    # --- sending --------------------------------------------------------------------------------------------------

    def natural(self) -> Outgoing | None:
        """The next item that the reference peer wants to send; it stays where it is."""
        while (item := self.connection.outgoing()) is not None:
            self._held.append(item)
        return self._held[0] if self._held else None

    def take(self) -> Outgoing:
        """Take the next natural item out."""
        self.natural()
        return self._held.popleft()

    def record(self, what: str, octets: bytes, fields: Mapping[str, Any] | None = None) -> bytes:
        """Note that these octets are sent; returns them."""
        self.known.sent.append((what, octets))
        self.sent += len(octets)
        self.trace.append(Moment(self._clock(), self.name, "sent", what, octets, fields or {}))
        return octets

    @property
    def minor(self) -> int:
        """The minor version of the connection: the lower one of what both announced."""
        theirs: int = self.connection.peer_greeting.get("version_minor", 0)
        return min(theirs, self.connection.role.version_minor)

    def request(self, what: str, topic: bytes) -> None:
        """Ask for a topic or a group, or take it back, in the form of the connection's version; to be let go."""
        if what in ("SUBSCRIBE", "CANCEL") and self.minor < REQUESTS_SINCE:
            self.connection.send((b"\x01" if what == "SUBSCRIBE" else b"\x00") + topic)
        else:
            self.connection.send_command(what, {"group" if what in ("JOIN", "LEAVE") else "subscription": topic})

    def compose(self, step: Send | Inject) -> bytes:
        """The octets of a message or a traffic command with the alterations of a step; the handshake must be complete."""
        given = dict(step.given)
        if step.name in TRAFFIC_COMMANDS:
            return self._traffic_command(step, given)
        parts = given.pop("parts", (given.get("data", given.get("body", b"message")),))
        for number, part in enumerate(parts, 1):
            self.connection.push_frame(part, more=number < len(parts))
        items: list[Outgoing] = []
        while self.natural() is not None:
            items.append(self.take())
        whole = b"".join(item.encode() for item in items[:-1])
        return whole + items[-1].encode(given, step.alterations, step.frame)

    def _traffic_command(self, step: Send | Inject, given: Mapping[str, Any]) -> bytes:
        if not self.connection.mechanism.encrypts or self.connection.state != "traffic":
            grammar = self.connection.tables.commands[f"traffic/{step.name}"]
            body = assemble(grammar, {}, self.connection.mechanism.keys, given, step.alterations)
            return frame_octets(self.connection.tables, body, COMMAND, step.frame)
        grammar = self.connection.tables.commands[f"traffic/{step.name}"]
        body = assemble(grammar, {}, self.connection.mechanism.keys, given, step.alterations)
        self.connection.push_frame(body, more=False)
        return self.take().encode({"flags": PAYLOAD_COMMAND}, (), step.frame)

    def out_of_turn(self, step: Inject) -> bytes:
        """The octets of a command that is sent without its turn having come.

        Raises:
            MissingKey: it has a box for which the session has no key yet.
        """
        if step.name == "message" or step.name in TRAFFIC_COMMANDS:
            return self.compose(step)
        if step.name == "greeting":
            return assemble(self.connection.tables.commands["greeting"], {}, self.connection.mechanism.keys, step.given)
        mechanism = self.connection.mechanism
        key = mechanism.grammar(step.name, sending=True)
        tables = self.connection.tables
        if key not in tables.commands:
            raise ValueError(f"{step.name} is no command of {mechanism.prefix}")
        natural = mechanism.natural(step.name)
        body = assemble(tables.commands[key], natural, mechanism.keys, step.given, step.alterations)
        return frame_octets(tables, body, 0 if step.name == "MESSAGE" else COMMAND, step.frame)

    # --- receiving ------------------------------------------------------------------------------------------------

    def receive(self, octets: bytes) -> None:
        """Octets came from the target."""
        before = len(self.known.raw)
        self.known.raw += octets
        self._accused = ()
        names = [self._event(event) for event in self.connection.receive(octets)]
        self._judge_frames(octets[max(0, GREETING_SIZE - before) :])
        what = ", ".join(filter(None, names)) or "octets"
        fields = self.known.received[-1][1] if self.known.received and names else {}
        self.trace.append(Moment(self._clock(), self.name, "received", what, octets, fields))

    def end(self, how: Seen) -> None:
        """The target ended the connection."""
        if self.over is None:
            self.over = how
            self.connection.end()
            self.trace.append(Moment(self._clock(), self.name, "received", how.value))

    def _event(self, event: object) -> str:
        if isinstance(event, Greeted):
            self.known.received.append(("greeting", event.fields))
            self._accuse(event.judged, "greeting")
            return "greeting"
        if isinstance(event, CommandReceived):
            self.known.received.append((event.name, event.judged.fields))
            if event.name == "PONG" and event.judged.fields.get("context") in self.last_words:
                self.last_words[event.judged.fields["context"]] = True
            elif event.name != "MESSAGE":
                self.commands.append((event.name, event.judged.fields))
            self._accuse(event.judged, event.name)
            return event.name
        if isinstance(event, Ready):
            self.ready = True
        elif isinstance(event, MessageReceived):
            if event.parts[0].startswith(TOPIC):
                self.topics.add(event.parts[0])
            else:
                self.messages.append(event.parts)
            return f"message of {len(event.parts)} frames"
        elif isinstance(event, Failed):
            self.failed = event.reason
        elif isinstance(event, Rejected):
            # What our side refuses, it cites as a receiver; the target broke the sentence that binds the sender.
            self.refused = self._accused[0] if self._accused else event.requirement
            self.breaches.append((self.refused, event.detail))
        elif isinstance(event, Closed):
            pass
        return ""

    def _accuse(self, judged: Dissected, what: str) -> None:
        self._accused = judged.accused
        self.breaches.extend((requirement, what) for requirement in judged.accused)

    def _judge_frames(self, octets: bytes) -> None:
        """Judge the frames themselves; the connection cares for their contents only."""
        self._frames.feed(octets)
        try:
            for frame in self._frames.frames():
                name = "message"
                if frame.flags & COMMAND or self.connection.mechanism.encrypts:
                    name = frame.body[1 : 1 + frame.body[0]].decode("ascii", "backslashreplace") if frame.body else ""
                self.known.flags.append((name, frame.flags))
                fields = {"flags": frame.flags, "size": len(frame.body), "body": frame.body}
                self.breaches.extend((rule.sender, "frame") for rule in FRAME.broken(fields) if rule.sender)
        except RemoteProtocolError as breach:
            self.breaches.append((breach.requirement, "frame"))


def segments(octets: bytes, sent_before: int, cut: int | None, *, single: bool) -> Iterator[bytes]:
    """Cut what is written.

    Args:
        sent_before: octets of the connection that went out earlier.
        cut: position in the connection's stream at which a segment ends, or None.
        single: one segment for each octet.
    """
    if single:
        yield from (octets[at : at + 1] for at in range(len(octets)))
    elif cut is not None and sent_before < cut < sent_before + len(octets):
        yield octets[: cut - sent_before]
        yield octets[cut - sent_before :]
    else:
        yield octets


__all__ = ["MissingKey", "TestPeer", "segments"]
