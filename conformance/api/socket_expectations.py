"""What a script can expect of a socket over all its connections, and of the application behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from conformance.api.socket_steps import Parts, shown

Addresses = Mapping[str, bytes]
"""By which name the application knows each peer of the script: what a ROUTER, SERVER or PEER put before its message."""


class SocketExpectation:
    """What is expected of a socket."""

    needs_adapter = True

    @property
    def sentence(self) -> str:
        """The end of a sentence that begins with "the target"."""
        raise NotImplementedError


@dataclass(frozen=True)
class TakesPart(SocketExpectation):
    """The target counts this peer among its peers; from then on it gets its share."""

    @property
    def sentence(self) -> str:
        return "counts this peer among its peers"


@dataclass(frozen=True)
class InForce(SocketExpectation):
    """What this subscriber has asked for so far is in force: a topic that it asks for next gets through."""

    @property
    def sentence(self) -> str:
        return "has taken in what this subscriber asked for"


@dataclass(frozen=True)
class Publishes(SocketExpectation):
    """The application sends this message until it comes on this connection: a queue that is still full may drop it."""

    parts: Parts

    @property
    def sentence(self) -> str:
        return f"publishes {shown(self.parts)} when there is room again"


@dataclass(frozen=True)
class CannotSend(SocketExpectation):
    """The application cannot send this message: the socket would block, or returns an error.

    Attributes:
        to: the peer to which it is addressed, where the type addresses.
        by_error: only an error will do.
    """

    parts: Parts
    to: str = ""
    by_error: bool = False

    @property
    def sentence(self) -> str:
        return f"does not take {shown(self.parts)} from its application{', with an error' if self.by_error else ''}"


@dataclass(frozen=True)
class TakesMessage(SocketExpectation):
    """The socket takes this message from its application, whether or not a connection stands."""

    parts: Parts
    to: str = ""

    @property
    def sentence(self) -> str:
        return f"takes {shown(self.parts)} from its application"


@dataclass(frozen=True)
class Fills(SocketExpectation):
    """The application sends numbered messages of this size, until the socket takes no more.

    Attributes:
        size: octets of each message.
        most: how many at most.
        owed: whether it is a breach to take so many.
        to: the peer to which they are addressed, where the type addresses.
        group: the topic or group with which they begin.
    """

    size: int
    most: int
    owed: bool = False
    to: str = ""
    group: bytes = b""

    @property
    def sentence(self) -> str:
        bound = "before" if self.owed else "or until"
        return f"takes messages of {self.size} octets until its queues are full, {bound} it has {self.most}"


@dataclass(frozen=True)
class AllCome(SocketExpectation):
    """Each message that the socket took from its application while it was filled comes on this connection, in order."""

    @property
    def sentence(self) -> str:
        return "sends every message that it took"


@dataclass(frozen=True)
class HasRead(SocketExpectation):
    """The target has read everything that was sent on this connection, by its answer to a PING."""

    needs_adapter = False

    @property
    def sentence(self) -> str:
        return "has read what was sent so far"


@dataclass(frozen=True)
class HoldsBack(SocketExpectation):
    """The target stops reading from this peer, or drops some of these messages: its queue has a limit."""

    messages: tuple[Parts, ...]

    @property
    def sentence(self) -> str:
        return f"stops reading, or drops some of {len(self.messages)} messages that its application does not take"


@dataclass(frozen=True)
class Requests(SocketExpectation):
    """The next that the target asks this publisher for, in the form of the connection's version.

    Attributes:
        what: SUBSCRIBE, CANCEL, JOIN or LEAVE.
        topics: any of them, where the order is free.
    """

    what: Literal["SUBSCRIBE", "CANCEL", "JOIN", "LEAVE"]
    topics: tuple[bytes, ...]

    @property
    def sentence(self) -> str:
        return f"asks by {self.what} for {' or '.join(shown((topic,)) for topic in self.topics)}"


@dataclass(frozen=True)
class Shares(SocketExpectation):
    """These messages, which the application has sent in this order, went to these peers in turn."""

    messages: tuple[Parts, ...]
    among: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"has sent these {len(self.messages)} messages to {', '.join(self.among)} in turn"


@dataclass(frozen=True)
class Reaches(SocketExpectation):
    """This message comes next at one of these peers; the script goes on there.

    Attributes:
        anew: at one that none of the script's earlier messages of this kind has reached.
    """

    parts: Parts
    among: tuple[str, ...]
    anew: bool

    @property
    def sentence(self) -> str:
        whom = f"{'another ' if self.anew else ''}one of {', '.join(self.among)}"
        return f"sends {shown(self.parts)} to {whom}"


@dataclass(frozen=True)
class Comes(SocketExpectation):
    """This message comes on the connection, behind whatever others."""

    parts: Parts

    @property
    def sentence(self) -> str:
        return f"sends {shown(self.parts)}, whatever it sends before"


@dataclass(frozen=True)
class GetsNothing(SocketExpectation):
    """No message has come on this connection, as far as a PING's answer proves it."""

    @property
    def sentence(self) -> str:
        return "has sent this peer no message"


@dataclass(frozen=True)
class Gathers(SocketExpectation):
    """The application gets exactly these messages next: those of each group in order, the groups in any mixture."""

    groups: tuple[tuple[Parts, ...], ...]

    @property
    def sentence(self) -> str:
        return f"hands its application {sum(map(len, self.groups))} messages of {len(self.groups)} peers"


@dataclass(frozen=True)
class HeardBeside(SocketExpectation):
    """A message that waits is heard while another peer goes on sending: that one sends a message for each that is read.

    Attributes:
        talker: the connection that goes on sending.
        talk: what it sends each time.
        waiting: the message that waits on another connection.
        most: how many messages may be heard before.
    """

    talker: str
    talk: Parts
    waiting: Parts
    most: int

    @property
    def sentence(self) -> str:
        return f"hands its application {shown(self.waiting)} though {self.talker} goes on sending"


@dataclass(frozen=True)
class Hears(SocketExpectation):
    """The application gets this message, behind whatever others."""

    parts: Parts

    @property
    def sentence(self) -> str:
        return f"hands its application {shown(self.parts)}, whatever comes before"


@dataclass(frozen=True)
class HearsNothing(SocketExpectation):
    """There is no message for the application, or it cannot even ask."""

    @property
    def sentence(self) -> str:
        return "has nothing for its application"


@dataclass(frozen=True)
class HearsError(SocketExpectation):
    """Receiving gives the application an error in the place of a message.

    Attributes:
        then: what it gets when it asks again.
    """

    then: tuple[Parts, ...] = ()

    @property
    def sentence(self) -> str:
        behind = f", and then hands it {' and '.join(map(shown, self.then))}" if self.then else ""
        return f"has an error for its application{behind}"


@dataclass(frozen=True)
class Knows(SocketExpectation):
    """A statement about the addresses by which the application knows the peers.

    Attributes:
        statement: what is claimed, for reports.
        test: gets the address of each peer whose messages the application got.
    """

    statement: str
    test: Callable[[Addresses], bool]

    @property
    def sentence(self) -> str:
        return f"shows its application that {self.statement}"


@dataclass(frozen=True)
class ReturnsAtOnce(SocketExpectation):
    """Sending this message returns at once: the socket takes it, drops it, or returns an error.

    Attributes:
        to: the peer to which it is addressed, where the type addresses.
    """

    parts: Parts
    to: str = ""

    @property
    def sentence(self) -> str:
        return f"takes, drops or refuses {shown(self.parts)} at once"


@dataclass(frozen=True)
class Floods(SocketExpectation):
    """The application sends so many numbered messages of this size, and no call blocks; `to`, `group` as in `Fills`."""

    size: int
    times: int
    to: str = ""
    group: bytes = b""

    @property
    def sentence(self) -> str:
        return f"lets its application send {self.times} messages of {self.size} octets without blocking"


@dataclass(frozen=True)
class SomeCome(SocketExpectation):
    """Of the flood some messages come, whole and in order, before this one; not all, or the queue has no limit.

    Attributes:
        least: how many at least.
    """

    last: Parts
    least: int = 0

    @property
    def sentence(self) -> str:
        return f"sends some of them, whole and in order, and then {shown(self.last)}"


@dataclass(frozen=True)
class Answered(SocketExpectation):
    """The application reads so many requests, and answers each with what it asks."""

    times: int

    @property
    def sentence(self) -> str:
        return f"has its application answer {self.times} requests"


@dataclass(frozen=True)
class ConnectTold(SocketExpectation):
    """The call that connected gave the application the address of this peer, which is used from now on."""

    @property
    def sentence(self) -> str:
        return "gave back the routing id of the new peer when its application connected"


@dataclass(frozen=True)
class ToldApart(SocketExpectation):
    """The application does not know two peers that are both served by one address."""

    one: str
    other: str

    @property
    def sentence(self) -> str:
        return f"never shows its application {self.one} and {self.other} under one name"


@dataclass(frozen=True)
class Wants(SocketExpectation):
    """What the target has asked this publisher for, until it asks for `until`, leaves exactly these in force, and that.

    Whether it asks for equal topics once or each time is free: a publisher counts.
    """

    topics: tuple[bytes, ...]
    until: bytes

    @property
    def sentence(self) -> str:
        return f"has asked this publisher so that {shown(self.topics) if self.topics else 'nothing'} is in force"
