"""Steps of a script that a socket takes part in: what its application does, and what the tester's sockets do."""

from dataclasses import dataclass
from typing import Literal

Parts = tuple[bytes, ...]


def shown(parts: Parts) -> str:
    """The frames of a message as a sentence has them."""
    return " + ".join(repr(part)[1:26] + ("..." if len(part) > 24 else "") for part in parts) or "no frames"


class SocketStep:
    """A step of the application behind the target, or of the tester's socket.

    Attributes:
        needs_adapter: whether somebody has to speak for the application.
    """

    needs_adapter = True

    @property
    def sentence(self) -> str:
        """The step in words."""
        raise NotImplementedError


@dataclass(frozen=True)
class Alone(SocketStep):
    """The target's socket is open and nobody has come yet; only as the first step. A `peer` opens the first connection."""

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return "the target's socket is open, and nobody has come yet"


@dataclass(frozen=True)
class AppAsks(SocketStep):
    """The application changes what it wants: subscribe, unsubscribe, join, leave."""

    op: Literal["subscribe", "unsubscribe", "join", "leave"]
    topic: bytes

    @property
    def sentence(self) -> str:
        return f"the application behind the target asks to {self.op} {shown((self.topic,))}"


@dataclass(frozen=True)
class AppCloses(SocketStep):
    """The application closes its socket."""

    @property
    def sentence(self) -> str:
        return "the application behind the target closes its socket"


@dataclass(frozen=True)
class Asks(SocketStep):
    """The tester's subscriber asks for a topic or a group, or takes it back, in the form of the connection's version."""

    what: Literal["SUBSCRIBE", "CANCEL", "JOIN", "LEAVE"]
    topic: bytes

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return f"the tester asks by {self.what} {shown((self.topic,))}"


@dataclass(frozen=True)
class LetIn(SocketStep):
    """Another peer comes, again and again until the target lets it in: that one before it has left may be seen late."""

    name: str

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return f"{self.name} connects, until the target lets it in"


@dataclass(frozen=True)
class StopsReading(SocketStep):
    """The tester reads nothing on this connection until it `reads` again."""

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return "the tester reads no more"


@dataclass(frozen=True)
class Reads(SocketStep):
    """The tester takes in what the target has sent so far on this connection."""

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return "the tester reads what has come"


@dataclass(frozen=True)
class Tries(SocketStep):
    """A peer that need not be served sends a message; whatever the target does with the connection is right."""

    parts: Parts

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return f"the tester tries to send a message of {shown(self.parts)}, as far as it is let"
