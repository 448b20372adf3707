"""The reference as an application sees it: sockets with a queue, over any transport.

Theory of operation: `ReferenceTarget` fulfils the operations of the adapter protocol with `spec_model.Connection`s. It does
no I/O: a `Network` binds and dials for it, tells it of connections (`accepted`), octets (`received`) and ends (`lost`), and
takes from it what is to be sent (`to_send`) and what is to be closed (`finished`). The TCP adapter and the memory transport
of the harness are two such networks.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance.adapters.protocol import Failed, Request, Unsupported
from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy
from spec_model.crypto.keys import KeyPair
from spec_model.events import Failed as PeerFailed
from spec_model.events import MessageReceived
from spec_model.role import MECHANISMS, Role

VERSION = "1"
SOCKET_TYPES = ("DEALER", "PAIR", "PUSH", "PULL")
"""The types whose messages have no envelope and no filter; the others come with the pattern models."""

RECONNECT_AFTER = 0.001  # seconds

Make = Callable[[Role, Entropy], Connection]


class Replies(Protocol):
    """Where replies that come later go."""

    def ok(self, id: int, fields: Mapping[str, Any] | None = None) -> None: ...
    def error(self, id: int | None, reason: str) -> None: ...


class Network(Protocol):
    """What makes connections for the target."""

    def bind(self, handle: str) -> str:
        """Listen for a socket and return the endpoint."""

    def dial(self, handle: str, endpoint: str, after: float) -> None:
        """Connect a socket, after so many seconds."""

    def release(self, handle: str) -> None:
        """The socket is closed: stop listening and dialling for it."""

    def now(self) -> float:
        """Seconds from any origin."""


@dataclass
class Wire:
    """One connection of a socket; `endpoint` is where it was dialled, empty where it was accepted."""

    socket: "Socket"
    connection: Connection
    endpoint: str = ""
    fatal: bool = False


@dataclass
class Waiting:
    """A request that is answered when something happens or its time is over."""

    request: Request
    expires: float


@dataclass
class Socket:
    """One open socket."""

    handle: str
    role: Role
    wires: list[Wire] = field(default_factory=list)
    inbox: deque[tuple[bytes, ...]] = field(default_factory=deque)
    receiving: list[Waiting] = field(default_factory=list)
    sending: list[Waiting] = field(default_factory=list)
    turn: int = 0


class ReferenceTarget:
    """The handler of an adapter whose target is the reference.

    Args:
        replies: where late replies go.
        network: what makes connections.
        entropy: randomness for all connections.
        make: makes a connection; a faulty peer is another function.
    """

    def __init__(
        self, replies: Replies, network: Network, entropy: Entropy, make: Make = Connection, name: str = "reference"
    ) -> None:
        self._replies, self._network, self._entropy, self._make, self._name = replies, network, entropy, make, name
        self._sockets: dict[str, Socket] = {}
        self._opened = 0
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
            "options": [],
        }

    def on_open(self, request: Request) -> Mapping[str, Any]:
        asked = request.fields
        if asked["mechanism"] not in MECHANISMS:
            raise Unsupported(f"the reference does not speak {asked['mechanism']} yet")
        if asked["socket_type"] not in SOCKET_TYPES:
            raise Unsupported(f"the reference has no {asked['socket_type']} socket yet")
        octets = {name: bytes.fromhex(asked.get(name, "")) for name in ("secret_key", "server_key", "identity")}
        everybody = self._lets_in or "zap_domain" not in asked
        try:
            role = Role(
                mechanism=asked["mechanism"],
                as_server=asked["as_server"],
                socket_type=asked["socket_type"],
                identity=octets["identity"] if "identity" in asked else None,
                permanent=KeyPair.from_secret(octets["secret_key"]) if octets["secret_key"] else None,
                server_key=octets["server_key"],
                allowed=None if everybody else frozenset(),
                username=asked.get("username", "").encode(),
                password=asked.get("password", "").encode(),
                credentials=None if everybody else {},
            )
        except ValueError as refused:
            raise Failed(str(refused)) from None
        self._opened += 1
        socket = Socket(f"s{self._opened}", role)
        self._sockets[socket.handle] = socket
        return {"handle": socket.handle, **({"endpoint": self._network.bind(socket.handle)} if asked["bind"] else {})}

    def on_connect(self, request: Request) -> Mapping[str, Any]:
        socket = self._socket(request)
        self._network.dial(socket.handle, request.fields["endpoint"], 0)
        return {}

    def on_send(self, request: Request) -> None:
        self._socket(request).sending.append(self._waiting(request))

    def on_recv(self, request: Request) -> None:
        self._socket(request).receiving.append(self._waiting(request))

    def on_zap(self, request: Request) -> Mapping[str, Any]:
        if "take" in request.fields:
            raise Unsupported("the reference decides by itself; it asks no ZAP handler yet")
        self._lets_in = request.fields.get("reply", {}).get("status", "200") == "200"
        return {}

    def on_close(self, request: Request) -> Mapping[str, Any]:
        socket = self._socket(request)
        del self._sockets[socket.handle]
        for waiting in socket.receiving:
            self._replies.ok(waiting.request.id, {"messages": []})
        for wire in socket.wires:
            wire.connection.end()
        self._network.release(socket.handle)
        return {}

    # --- what the network tells -----------------------------------------------------------------------------------

    def accepted(self, handle: str, endpoint: str = "") -> Wire:
        """A connection of this socket was made."""
        socket = self._sockets[handle]
        wire = Wire(socket, self._make(socket.role, self._entropy), endpoint)
        socket.wires.append(wire)
        wire.connection.tick(self._network.now())
        wire.connection.start()
        return wire

    def received(self, wire: Wire, octets: bytes) -> None:
        """Octets came."""
        self._take(wire, wire.connection.receive(octets))

    def lost(self, wire: Wire) -> None:
        """The connection is gone; a socket that connected tries again unless the peer sent ERROR."""
        self._take(wire, wire.connection.end())
        socket = wire.socket
        if wire in socket.wires:
            socket.wires.remove(wire)
        if wire.endpoint and not wire.fatal and socket.handle in self._sockets:
            self._network.dial(socket.handle, wire.endpoint, RECONNECT_AFTER)

    def to_send(self, wire: Wire) -> bytes:
        """The octets that wait to be sent."""
        return wire.connection.octets_to_send()

    def finished(self, wire: Wire) -> bool:
        """Whether the target wants the connection closed."""
        return wire.connection.state == "closed"

    def tick(self) -> None:
        """Fulfil what can be fulfilled now, and give up what is out of time."""
        now = self._network.now()
        for socket in list(self._sockets.values()):
            for wire in list(socket.wires):
                self._take(wire, wire.connection.tick(now))
            for waiting in list(socket.sending):
                self._try_send(socket, waiting, now)
            for waiting in list(socket.receiving):
                self._try_receive(socket, waiting, now)

    def deadlines(self) -> Iterator[float]:
        """When something expires, in seconds of the network's clock."""
        for socket in self._sockets.values():
            for waiting in (*socket.sending, *socket.receiving):
                yield waiting.expires
            for wire in socket.wires:
                if (deadline := wire.connection.deadline) is not None:
                    yield deadline

    # --- details --------------------------------------------------------------------------------------------------

    def _socket(self, request: Request) -> Socket:
        try:
            return self._sockets[request.fields["handle"]]
        except KeyError:
            raise Failed(f"no socket {request.fields['handle']!r} is open") from None

    def _waiting(self, request: Request) -> Waiting:
        return Waiting(request, self._network.now() + request.fields["timeout_ms"] / 1000)

    def _take(self, wire: Wire, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, MessageReceived):
                wire.socket.inbox.append(event.parts)
            elif isinstance(event, PeerFailed):
                wire.fatal = True

    def _try_send(self, socket: Socket, waiting: Waiting, now: float) -> None:
        ready = [wire for wire in socket.wires if wire.connection.state == "traffic"]
        if ready:
            wire = ready[socket.turn % len(ready)]
            socket.turn += 1
            wire.connection.send(*map(bytes.fromhex, waiting.request.fields["parts"]))
            self._replies.ok(waiting.request.id)
        elif now >= waiting.expires:
            self._replies.error(waiting.request.id, "timed out")
        else:
            return
        socket.sending.remove(waiting)

    def _try_receive(self, socket: Socket, waiting: Waiting, now: float) -> None:
        asked, inbox = waiting.request.fields, socket.inbox
        if "until" in asked:
            marker = bytes.fromhex(asked["until"])
            count = next((number for number, parts in enumerate(inbox, 1) if parts[-1] == marker), None)
        else:
            count = asked.get("count", 1) if len(inbox) >= asked.get("count", 1) else None
        if count is None and now < waiting.expires:
            return
        messages = [[part.hex() for part in inbox.popleft()] for _ in range(len(inbox) if count is None else count)]
        self._replies.ok(waiting.request.id, {"messages": messages})
        socket.receiving.remove(waiting)
