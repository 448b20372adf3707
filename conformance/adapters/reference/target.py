"""The reference as an application sees it: sockets of every type, over any transport.

Theory of operation: `ReferenceTarget` fulfils the operations of the adapter protocol; `opening` reads what `open` asks for,
and `sockets` joins the connections of a socket (`wires`) with its pattern. It does no I/O: a `Network` binds and dials for
it, tells it of connections (`accepted`), octets (`received`) and ends (`lost`), and takes from it what is to be sent
(`to_send`) and what is to be closed (`finished`). The TCP adapter and the memory transport of the harness are two such
networks.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from conformance.adapters.protocol import Failed, Request, Unsupported
from conformance.adapters.reference.handler import Handler
from conformance.adapters.reference.opening import OPTIONS, SOCKET_TYPES, role_of, settings_of
from conformance.adapters.reference.sockets import Replies, Socket
from conformance.adapters.reference.wires import Waiting, Wire
from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy
from spec_model.patterns.pattern import Options, Outcome, Pattern, Sent
from spec_model.patterns.socket import pattern
from spec_model.role import MECHANISMS, Role

__all__ = ["Make", "Network", "ReferenceTarget", "Shape", "Wire"]

VERSION = "1"

Make = Callable[[Role, Entropy], Connection]
"""What makes a connection; a faulty peer is another function."""

Shape = Callable[[str, Options | None], Pattern]
"""What makes the pattern of a socket type; a faulty pattern is another function."""


class Network(Protocol):
    """What makes connections for the target."""

    def bind(self, handle: str) -> str:
        """Listen for a socket and return the endpoint."""

    def unbind(self, handle: str) -> None:
        """Listen no more."""

    def dial(self, handle: str, endpoint: str, after: float) -> None:
        """Connect a socket, after so many seconds."""

    def idle(self, handle: str) -> bool:
        """Send what goes; whether everything that a socket's connections had has been sent."""

    def release(self, handle: str) -> None:
        """The socket is gone: dial no more for it; send what goes at once, and close its connections."""

    def now(self) -> float:
        """Seconds from any origin."""


class ReferenceTarget:
    """The handler of an adapter whose target is the reference.

    Args:
        replies: where late replies go.
        network: what makes connections.
        entropy: randomness for all connections.
        make: makes a connection.
        shape: makes a pattern.
        name: what it calls itself.
    """

    def __init__(
        self,
        replies: Replies,
        network: Network,
        entropy: Entropy,
        make: Make = Connection,
        shape: Shape = pattern,
        name: str = "reference",
    ) -> None:
        self._replies, self._network, self._entropy = replies, network, entropy
        self._make, self._shape, self._name = make, shape, name
        self._sockets: dict[str, Socket] = {}
        self._opened = 0
        self._handler = Handler()
        self._lets_in = True

    # --- operations -----------------------------------------------------------------------------------------------

    def on_hello(self, request: Request) -> Mapping[str, Any]:
        return {
            "protocol": 1,
            "name": self._name,
            "version": VERSION,
            "details": {"curve": True},
            "roles": ["bind", "connect"],
            "mechanisms": list(MECHANISMS),
            "socket_types": list(SOCKET_TYPES),
            "options": list(OPTIONS),
        }

    def on_open(self, request: Request) -> Mapping[str, Any]:
        asked = request.fields
        asks = asked.get("zap_domain") in self._handler.replies
        role, settings = role_of(asked, lets_in=self._lets_in, asks=asks), settings_of(asked)
        self._opened += 1
        made = self._shape(role.socket_type, settings.options)
        socket = Socket(f"s{self._opened}", role, made, settings, self._replies, self._handler.ask)
        for prefix in asked.get("subscriptions", ()):
            self._configure(socket.pattern.subscribe, prefix)
        self._sockets[socket.handle] = socket
        return {"handle": socket.handle, **({"endpoint": self._network.bind(socket.handle)} if asked["bind"] else {})}

    def on_connect(self, request: Request) -> Mapping[str, Any]:
        socket = self._socket(request)
        number = socket.connect(request.fields["endpoint"])
        self._network.dial(socket.handle, request.fields["endpoint"], 0)
        return {"routing_id": number.hex()} if number else {}

    def on_send(self, request: Request) -> None:
        self._socket(request).send(self._waiting(request))

    def on_recv(self, request: Request) -> None:
        self._socket(request).receive(self._waiting(request))

    def on_subscribe(self, request: Request) -> Mapping[str, Any]:
        return self._configure(self._socket(request).pattern.subscribe, request.fields["prefix"])

    def on_unsubscribe(self, request: Request) -> Mapping[str, Any]:
        return self._configure(self._socket(request).pattern.unsubscribe, request.fields["prefix"])

    def on_join(self, request: Request) -> Mapping[str, Any]:
        return self._configure(self._socket(request).pattern.join, request.fields["group"])

    def on_leave(self, request: Request) -> Mapping[str, Any]:
        return self._configure(self._socket(request).pattern.leave, request.fields["group"])

    def on_zap(self, request: Request) -> Mapping[str, Any]:
        """A reply for a domain is a handler's; one for all is what the reference decides by itself, and nobody is asked."""
        asked = request.fields
        domain = asked.get("domain", "")
        if "take" in asked and not domain:
            raise Unsupported("the reference asks a ZAP handler only in domains that have a reply of their own")
        if "reply" in asked and domain:
            self._handler.replies[domain] = asked["reply"]
        elif "reply" in asked:
            self._lets_in = asked["reply"]["status"] == "200"
        requests = {"requests": self._handler.take(domain)} if asked.get("take", False) else {}
        return {**requests, **({"domain": domain} if domain else {})}

    def on_close(self, request: Request) -> Mapping[str, Any]:
        socket, now = self._socket(request), self._network.now()
        socket.close(now + socket.settings.linger)
        self._network.unbind(socket.handle)
        self._leave(socket, now)
        return {}

    # --- what the network tells -----------------------------------------------------------------------------------

    def accepted(self, handle: str, endpoint: str = "", address: str = "127.0.0.1") -> Wire:
        """A connection of this socket was made; `endpoint` is where it was dialled, empty where it was accepted.

        Args:
            address: the peer's IP address.
        """
        socket = self._sockets[handle]
        wire = Wire(socket, self._make(socket.role, self._entropy), socket.dials(endpoint) if endpoint else None)
        wire.connection.address = address
        socket.wires.append(wire)
        wire.connection.tick(self._network.now())
        wire.connection.start()
        return wire

    def received(self, wire: Wire, octets: bytes) -> None:
        """Octets came."""
        wire.socket.take(wire, wire.connection.receive(octets))

    def reads(self, wire: Wire) -> bool:
        """Whether the target wants more octets; if not, the network leaves them in the transport."""
        return wire.socket.reads(wire)

    def lost(self, wire: Wire) -> None:
        """The connection is gone; a socket that connected tries again unless the peer sent ERROR."""
        socket = wire.socket
        if socket.lose(wire) and wire.dialled is not None and socket.handle in self._sockets:
            self._network.dial(socket.handle, wire.dialled.endpoint, socket.settings.reconnect)

    def to_send(self, wire: Wire) -> bytes:
        """The octets that wait to be sent."""
        return wire.connection.octets_to_send()

    def finished(self, wire: Wire) -> bool:
        """Whether the target wants the connection closed."""
        return wire.connection.state == "closed"

    def tick(self) -> None:
        """Fulfil what can be fulfilled now, and give up what is out of time."""
        now = self._network.now()
        for socket in tuple(self._sockets.values()):
            socket.turn(now)
            if socket.leaves is not None:
                self._leave(socket, now)

    def deadlines(self) -> Iterator[float]:
        """When something expires, in seconds of the network's clock."""
        for socket in self._sockets.values():
            yield from socket.deadlines()

    # --- details --------------------------------------------------------------------------------------------------

    def _socket(self, request: Request) -> Socket:
        socket = self._sockets.get(request.fields["handle"])
        if socket is None or socket.leaves is not None:
            raise Failed(f"no socket {request.fields['handle']!r} is open")
        return socket

    def _waiting(self, request: Request) -> Waiting:
        return Waiting(request, self._network.now() + request.fields["timeout_ms"] / 1000)

    def _configure(self, change: Callable[[bytes], Sent], octets: str) -> Mapping[str, Any]:
        """Change what a socket subscribes to; a change that changes nothing is none."""
        try:
            sent = change(bytes.fromhex(octets))
        except TypeError as refusal:
            raise Unsupported(str(refusal)) from None
        if sent.outcome is Outcome.ERROR:
            raise Failed(f"not allowed by {sent.requirement}")
        return {}

    def _leave(self, socket: Socket, now: float) -> None:
        """Let go of a closed socket if nothing is left to be sent, or its time is over."""
        done = not socket.pattern.unsent() and self._network.idle(socket.handle)
        if done or socket.leaves is None or socket.leaves <= now:
            socket.end()
            del self._sockets[socket.handle]
            self._network.release(socket.handle)
