"""One open socket of the reference: its pattern, its connections, and the requests of its application that wait.

Theory of operation: the pattern of `spec_model.patterns` decides everything about messages; here it is only kept busy. What
a connection makes of octets comes as events and is told to the pattern in their order, so whatever a faulty connection does
to messages reaches the application. What the pattern wants sent goes to the connections as soon as they take it, and each
request of the application is tried again at every turn until its time is over.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import Any, Protocol

from conformance.adapters.reference.opening import Settings
from conformance.adapters.reference.wires import Dialled, Waiting, Wire
from spec_model.errors import LocalProtocolError
from spec_model.events import Asked, Closed, CommandReceived, Event, Failed, MessageReceived, Ready
from spec_model.grammar.multipart import Frames
from spec_model.patterns.kind import Envelope
from spec_model.patterns.kinds import KINDS
from spec_model.patterns.pattern import Message, Outcome, Pattern
from spec_model.role import Role

NUMBER_SIZE = 4
"""Octets of the routing id by which a SERVER or PEER knows its peers."""


class Replies(Protocol):
    """Where replies that come later go."""

    def ok(self, id: int, fields: Mapping[str, Any] | None = None) -> None: ...
    def error(self, id: int | None, reason: str) -> None: ...


class Socket:
    """One open socket.

    Attributes:
        handle: what the harness calls it.
        role: its part on its connections.
        pattern: what it does with messages.
        wires: its connections.
        dialled: the endpoints that it is connected to; one may be there twice.
        leaves: when it goes although something is unsent; None as long as it is open.
    """

    def __init__(
        self,
        handle: str,
        role: Role,
        pattern: Pattern,
        settings: Settings,
        replies: Replies,
        ask: Callable[[Frames], Frames | None] = lambda _: None,
    ) -> None:
        self.handle, self.role, self.pattern, self.settings = handle, role, pattern, settings
        self._ask = ask  # the ZAP handler
        self.wires: list[Wire] = []
        self.dialled: list[Dialled] = []
        self.leaves: float | None = None
        self._replies = replies
        self._sending: deque[Waiting] = deque()
        self._receiving: deque[Waiting] = deque()

    # --- the application ------------------------------------------------------------------------------------------

    def connect(self, endpoint: str) -> bytes:
        """The application connects to an endpoint; returns the routing id of the new peer, where the type has one."""
        self.dialled.append(Dialled(endpoint))
        return self.pattern.dialled(self.dialled[-1])

    def send(self, waiting: Waiting) -> None:
        """The application sends a message."""
        waiting.parts = self._parts(waiting.request.fields)
        self._sending.append(waiting)

    def receive(self, waiting: Waiting) -> None:
        """The application wants messages."""
        self._receiving.append(waiting)

    def close(self, leaves: float) -> None:
        """The application closes it; nothing that waits for it is fulfilled any more."""
        for waiting in self._sending:
            self._replies.error(waiting.request.id, "the socket was closed")
        for waiting in self._receiving:
            self._replies.ok(waiting.request.id, {"messages": waiting.messages})
        self._sending.clear()
        self._receiving.clear()
        self.leaves = leaves

    def end(self) -> None:
        """Nothing is left to be sent, or the time for it is over: take leave of every peer."""
        for peer in {wire.peer for wire in self.wires} | set(self.dialled):
            self.pattern.closing(peer)
        self._carry()
        for wire in self.wires:
            wire.connection.end()

    # --- the connections ------------------------------------------------------------------------------------------

    def dials(self, endpoint: str) -> Dialled | None:
        """What a connection to this endpoint stands for: the first entry of that name that has none."""
        taken = {wire.dialled for wire in self.wires}
        return next((one for one in self.dialled if one.endpoint == endpoint and one not in taken), None)

    def take(self, wire: Wire, events: Iterable[Event]) -> None:
        """A connection tells what happened, in order."""
        for event in events:
            if isinstance(event, Ready):
                self._welcome(wire)
            elif isinstance(event, MessageReceived):
                # Whether its time has come is the connection's to say: who hands a message on takes part.
                self._welcome(wire)
                self._hear(wire, event.parts)
            elif isinstance(event, CommandReceived):
                heard = event.judged.fields and (event.inside or not wire.connection.mechanism.encrypts)
                if wire.takes_part and heard and not event.judged.refused:
                    self.pattern.commanded(wire.peer, event.name, event.octets[1 + len(event.name) :])
            elif isinstance(event, Asked):
                reply = self._ask(event.frames)
                if reply is not None:
                    self.take(wire, wire.connection.authenticated(reply))
            elif isinstance(event, Failed):
                wire.refused = True
            elif isinstance(event, Closed):
                self._part(wire)

    def lose(self, wire: Wire) -> bool:
        """The connection is gone; whether the socket should dial again."""
        self.take(wire, wire.connection.end())
        self._part(wire)
        if wire in self.wires:
            self.wires.remove(wire)
        if wire.dialled is None or not wire.refused and isfinite(self.settings.reconnect):
            return wire.dialled is not None
        self.pattern.closing(wire.dialled)
        self.dialled.remove(wire.dialled)
        return False

    def reads(self, wire: Wire) -> bool:
        """Whether there is room for another message of this connection."""
        return not wire.takes_part or self.pattern.reads(wire.peer)

    def _welcome(self, wire: Wire) -> None:
        if wire.takes_part is None:
            metadata, minor = wire.connection.peer_metadata, wire.version_minor
            outbound = wire.dialled is not None
            wire.takes_part = self.pattern.attached(wire.peer, metadata, minor, outbound=outbound)
            if not wire.takes_part:
                wire.connection.end()

    def _hear(self, wire: Wire, parts: tuple[bytes, ...]) -> None:
        if not wire.takes_part:
            return
        if sum(map(len, parts)) > self.settings.largest:
            self._part(wire)
            wire.connection.end()
        else:
            self.pattern.received(wire.peer, parts)

    def _part(self, wire: Wire) -> None:
        if wire.takes_part:
            self.pattern.detached(wire.peer)
        wire.takes_part = False

    # --- turns ----------------------------------------------------------------------------------------------------

    def turn(self, now: float) -> None:
        """Send what can be sent, fulfil what can be fulfilled, and give up what is out of time."""
        for wire in tuple(self.wires):
            self.take(wire, wire.connection.tick(now))
        self._carry()
        self._try_to_send()
        self._try_to_receive()
        for waiting in [waiting for waiting in self._sending if waiting.expires <= now]:
            self._sending.remove(waiting)
            self._replies.error(waiting.request.id, "timed out")
        for waiting in [waiting for waiting in self._receiving if waiting.expires <= now]:
            self._receiving.remove(waiting)
            self._replies.ok(waiting.request.id, {"messages": waiting.messages})

    def deadlines(self) -> Iterator[float]:
        """When something expires."""
        if self.leaves is not None and isfinite(self.leaves):
            yield self.leaves
        for waiting in (*self._sending, *self._receiving):
            yield waiting.expires
        for wire in self.wires:
            if (deadline := wire.connection.deadline) is not None:
                yield deadline

    def _carry(self) -> None:
        """Hand what is to be sent to the connections that take it."""
        wires = {wire.peer: wire for wire in self.wires}
        stalled = {peer for peer, wire in wires.items() if wire.stalled or wire.connection.state != "traffic"}
        for peer, item in self.pattern.outgoing(stalled):
            if (wire := wires.get(peer)) is None:
                continue  # a faulty pattern remembers who is gone
            if isinstance(item, Message):
                wire.connection.send(*item.parts)
            else:
                wire.connection.send_command(item.name, item.fields)

    def _try_to_send(self) -> None:
        while self._sending:
            waiting = self._sending[0]
            sent = self.pattern.send(waiting.parts)
            if sent.outcome is Outcome.WOULD_BLOCK:
                return
            self._sending.popleft()
            if sent.outcome is Outcome.ERROR:
                self._replies.error(waiting.request.id, f"a {self.role.socket_type} does not: {sent.requirement}")
            else:
                self._replies.ok(waiting.request.id)
            self._carry()  # a queue is only full of what its peer does not take

    def _try_to_receive(self) -> None:
        while self._receiving:
            waiting = self._receiving[0]
            try:
                if not waiting.gather(self.pattern):
                    return
            except LocalProtocolError as refusal:
                self._replies.error(waiting.request.id, str(refusal))
            else:
                self._replies.ok(waiting.request.id, {"messages": waiting.messages})
            self._receiving.popleft()

    def _parts(self, asked: Mapping[str, Any]) -> tuple[bytes, ...]:
        """The message of a request as the pattern wants it: with an address of its own form first."""
        address = (asked["routing_id"],) if "routing_id" in asked else ()
        parts = tuple(map(bytes.fromhex, (*address, *asked["parts"])))
        if KINDS[self.role.socket_type].envelope.word is Envelope.NUMBER:
            return parts[0][-NUMBER_SIZE:].rjust(NUMBER_SIZE, b"\0"), *parts[1:]
        return parts
