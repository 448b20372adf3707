"""What an open socket of the reference has to do with: its connections, and the requests of its application."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.adapters.messages import Request
from spec_model.connection import Connection
from spec_model.patterns.pattern import Pattern, PeerId

if TYPE_CHECKING:
    from conformance.adapters.reference.sockets import Socket


@dataclass(eq=False)
class Dialled:
    """An endpoint that the socket is connected to; it stands for the peer through lost connections."""

    endpoint: str


@dataclass(eq=False)
class Wire:
    """One connection of a socket.

    Attributes:
        socket, connection: what it belongs to, and its protocol.
        dialled: the endpoint, or None if it was accepted.
        takes_part: whether its messages count; None as long as that is open.
        refused: the peer sent ERROR: it is not dialled again.
        stalled: the network has more to send than the peer reads; the network says so.
    """

    socket: "Socket"
    connection: Connection
    dialled: Dialled | None = None
    takes_part: bool | None = None
    refused: bool = False
    stalled: bool = False

    @property
    def peer(self) -> PeerId:
        """How the pattern knows it."""
        return self.dialled or self

    @property
    def version_minor(self) -> int:
        """The lower of the two minor versions."""
        greeting = self.connection.peer_greeting
        theirs: tuple[int, int] = greeting["version_major"], greeting["version_minor"]
        return min((3, self.connection.role.version_minor), theirs)[1]


@dataclass(eq=False)
class Waiting:
    """A request that is answered when something happens or its time is over.

    Attributes:
        parts: the message that a sender waits to send, as the pattern wants it.
        messages: what a receiver has gathered so far.
    """

    request: Request
    expires: float
    parts: tuple[bytes, ...] = ()
    messages: list[list[str]] = field(default_factory=list)

    def gather(self, pattern: Pattern) -> bool:
        """Take what has come; whether that is all that was asked for."""
        until, count = self.request.fields.get("until"), self.request.fields.get("count", 1)
        while (parts := pattern.receive()) is not None:
            self.messages.append([part.hex() for part in parts])
            if len(self.messages) == count if until is None else self.messages[-1][-1] == until:
                return True
        return False
