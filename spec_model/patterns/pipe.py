"""The double queue of one peer, and the rotation that gives peers their turn.

Theory of operation: a pipe holds what waits to be sent to a peer and what came from it and waits for the application.
It holds whole messages only, so that a message is sent and delivered whole or not at all (RFC 23 and 37 "Socket
Semantics"). Subscription requests wait in the queues among the messages, but take no room: they are few, and
losing one would leave the two sides in disagreement for good.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from spec_model.patterns.interest import Interest
from spec_model.patterns.pattern import Item, Message, Parts, PeerId


@dataclass(frozen=True)
class Arrival:
    """A message that waits for the application.

    Attributes:
        stack: the envelope that was taken off it and has to go on the reply, delimiter included.
        parts: what the application gets.
        request: whether it is a subscription request that is shown; such take no room.
    """

    stack: Parts
    parts: Parts
    request: bool = False


@dataclass(eq=False)
class Pipe:
    """What a socket knows of one peer.

    Attributes:
        peer: its id.
        interest: what it has asked for.
        limit: messages that its outgoing queue holds.
        dialled: whether the socket connects to it, and keeps the queues while no connection stands.
        attached: whether a connection stands.
        minor: version of the connection, see `Pattern.attached`.
        address: its identity or routing id; empty where it has none (yet).
        incoming: what waits for the application.
    """

    peer: PeerId
    interest: Interest
    limit: int
    dialled: bool
    attached: bool = False
    minor: int = 1
    address: bytes = b""
    incoming: deque[Arrival] = field(default_factory=deque)
    _outgoing: deque[tuple[Item, bool]] = field(default_factory=deque)
    _messages: int = 0

    @property
    def has_room(self) -> bool:
        """Whether the outgoing queue takes another message: then the peer is available."""
        return self._messages < self.limit

    @property
    def waiting(self) -> int:
        """How many messages wait for the application."""
        return sum(not arrival.request for arrival in self.incoming)

    def put(self, parts: Parts) -> None:
        """Queue a message; whether there is room is the caller's business."""
        self._outgoing.append((Message(parts), False))
        self._messages += 1

    def request(self, item: Item) -> None:
        """Queue a subscription request."""
        self._outgoing.append((item, True))

    def take(self) -> Item | None:
        """The next item to be sent, taken out."""
        if not self._outgoing:
            return None
        item, is_request = self._outgoing.popleft()
        self._messages -= not is_request
        return item

    def unsent(self) -> Iterator[Parts]:
        """The messages that wait to be sent, in order."""
        return (item.parts for item, is_request in self._outgoing if not is_request and isinstance(item, Message))

    def forget_requests(self) -> None:
        """Take out the requests: they were meant for a connection that is gone."""
        self._outgoing = deque(entry for entry in self._outgoing if not entry[1])

    def forget_outgoing(self) -> None:
        """Take out everything that waits to be sent."""
        self._outgoing.clear()
        self._messages = 0


class Rotation:
    """Pipes in the order of their turn: whoever was served goes to the end, and so does a newcomer."""

    def __init__(self) -> None:
        self._pipes: list[Pipe] = []

    def __iter__(self) -> Iterator[Pipe]:
        return iter(tuple(self._pipes))

    def add(self, pipe: Pipe) -> None:
        """A newcomer."""
        self._pipes.append(pipe)

    def remove(self, pipe: Pipe) -> None:
        """It leaves, if it is there."""
        if pipe in self._pipes:
            self._pipes.remove(pipe)

    def served(self, pipe: Pipe) -> None:
        """It had its turn."""
        self._pipes.remove(pipe)
        self._pipes.append(pipe)
