"""The interface of a socket pattern: one socket's behaviour over all its connections, without I/O and without a clock.

Theory of operation: the owner of a socket has connections and an application; the pattern stands between them. It is
told what happens on either side (`attached`, `received`, `commanded`, `detached`; `send`, `receive`, `subscribe` ...)
and hands out what is to be sent where (`outgoing`). A peer is named by an id of the owner's choice. For a peer that
the socket accepted, the id stands for one connection; for one that it dials, it stands for the endpoint, so that the
queues survive a lost connection: `dialled` when the application connects, `attached` and `detached` as connections
come and go, `closing` when the application is done with it.

    for event in connection.receive(octets):
        if isinstance(event, Ready):
            pattern.attached(peer, event.metadata, minor, outbound=False)
        elif isinstance(event, MessageReceived):
            pattern.received(peer, event.parts)
        elif isinstance(event, CommandReceived):
            pattern.commanded(peer, event.name, event.octets[1 + len(event.name) :])
        elif isinstance(event, Closed):
            pattern.detached(peer)
    for peer, item in pattern.outgoing():
        if isinstance(item, Message):
            connections[peer].send(*item.parts)
        else:
            connections[peer].send_command(item.name, item.fields)
"""

from collections.abc import Container, Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

PeerId = Hashable
"""A connection that was accepted, or an endpoint that is dialled."""

Parts = tuple[bytes, ...]
"""The frames of one whole message."""

ZMTP_1_0 = -1
"""The `version_minor` of a connection of ZMTP 1.0, where subscribers are silent and get everything (RFC 13)."""


@dataclass(frozen=True)
class Message:
    """A whole message for a connection: its frames as they go on the wire, envelope and group frame included."""

    parts: Parts


@dataclass(frozen=True)
class TrafficCommand:
    """A command for a connection.

    Attributes:
        name: SUBSCRIBE, CANCEL, JOIN or LEAVE.
        body: what follows the name: the subscription or the group.
    """

    name: str
    body: bytes

    @property
    def fields(self) -> Mapping[str, bytes]:
        """Its field as `Connection.send_command` wants it."""
        return {"group" if self.name in ("JOIN", "LEAVE") else "subscription": self.body}


Item = Message | TrafficCommand


class Outcome(Enum):
    """What became of a message that the application sends."""

    ACCEPTED = "accepted"
    WOULD_BLOCK = "would block"
    DROPPED = "dropped"
    ERROR = "error"


@dataclass(frozen=True)
class Sent:
    """The answer to a call of the application.

    Attributes:
        outcome: what became of it. A blocking call waits and tries again after `WOULD_BLOCK`.
        requirement: id of what asks for any outcome but `ACCEPTED`.
    """

    outcome: Outcome
    requirement: str = ""


ACCEPTED = Sent(Outcome.ACCEPTED)


@dataclass(frozen=True)
class Options:
    """What the RFCs let an application configure.

    Attributes:
        send_limit, receive_limit: messages that each peer's outgoing and incoming queue holds; at least 1.
        mandatory: whether a ROUTER answers with an error where it drops by default.
        verbose: whether an XPUB shows every subscription request, also repeats.
    """

    send_limit: int = 1000
    receive_limit: int = 1000
    mandatory: bool = False
    verbose: bool = False


class Pattern(Protocol):
    """One socket."""

    def dialled(self, peer: PeerId) -> bytes:
        """The application connects to an endpoint; returns the routing id of the new queue where the type has one."""

    def attached(self, peer: PeerId, metadata: Mapping[str, bytes], version_minor: int, *, outbound: bool) -> bool:
        """A connection completed its handshake.

        Args:
            peer: its id; the one given to `dialled` if it is outbound.
            metadata: the peer's properties, names in lower case.
            version_minor: the lower of the two minor versions of ZMTP 3; 0 for ZMTP 2.0, `ZMTP_1_0` for ZMTP 1.0.
            outbound: whether the socket dialled.

        Returns:
            Whether the peer takes part. One that does not is neither read nor sent to; the owner had better close.
        """

    def detached(self, peer: PeerId) -> None:
        """The connection is gone."""

    def closing(self, peer: PeerId) -> None:
        """The application is done with this peer: take what `outgoing` has still for it, then close for good."""

    def received(self, peer: PeerId, parts: Parts) -> None:
        """A whole message came from the peer."""

    def commanded(self, peer: PeerId, name: str, body: bytes) -> None:
        """A command came in traffic: its name, and its body without the name. Unknown ones are ignored."""

    def reads(self, peer: PeerId) -> bool:
        """Whether there is room for another message of this peer; if not, the owner leaves it in the transport."""

    def outgoing(self, stalled: Container[PeerId] = ()) -> Iterator[tuple[PeerId, Item]]:
        """What is to be sent, taken out of the queues; in order for each connection. Stalled peers are left out."""

    def unsent(self) -> bool:
        """Whether a message waits to be sent, be it to a peer that is not connected now; requests do not count."""

    def send(self, parts: Parts) -> Sent:
        """The application sends a message; ROUTER, SERVER and PEER with the receiver first, RADIO with the group."""

    def receive(self) -> Parts | None:
        """The next message for the application, or None. ROUTER, SERVER and PEER put the sender first, DISH the group.

        Raises:
            LocalProtocolError: the type never receives, or it is not its turn; a blocking application may wait instead.
        """

    def subscribe(self, topic: bytes) -> Sent:
        """The application of a SUB or XSUB subscribes to a prefix, of any octets.

        Raises:
            TypeError: the type has no subscriptions.
        """

    def unsubscribe(self, topic: bytes) -> Sent:
        """It takes one such subscription back; `DROPPED` if none is in force. Raises as `subscribe`."""

    def join(self, group: bytes) -> Sent:
        """The application of a DISH joins a group; `DROPPED` if it has, `ERROR` if it is no group.

        Raises:
            TypeError: the type has no groups.
        """

    def leave(self, group: bytes) -> Sent:
        """It leaves such a group; `DROPPED` if it has not joined. Raises as `join`."""
