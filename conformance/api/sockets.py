"""The words of a script for socket patterns: several peers, the application behind the target, and what goes where.

Theory of operation: as in `conformance.api.script`, a step or an expectation is a frozen record. Each says itself in words,
for reports. What a socket does with messages over all its connections is judged by what each peer gets, and by what the
application gets; both are asked for in an order that the texts fix, never by waiting for something not to come: a message
that must not come is proven absent by a later one that must come next.
"""

from collections.abc import Callable
from typing import Literal

from conformance.api.socket_expectations import (
    Addresses,
    AllCome,
    Answered,
    CannotSend,
    Comes,
    ConnectTold,
    Fills,
    Floods,
    Gathers,
    GetsNothing,
    HasRead,
    HeardBeside,
    Hears,
    HearsError,
    HearsNothing,
    HoldsBack,
    InForce,
    Knows,
    Publishes,
    Reaches,
    Requests,
    ReturnsAtOnce,
    Shares,
    SomeCome,
    TakesMessage,
    TakesPart,
    ToldApart,
    Wants,
)
from conformance.api.socket_steps import (
    Alone,
    AppAsks,
    AppCloses,
    Asks,
    LetIn,
    Parts,
    Reads,
    StopsReading,
    Tries,
)


def alone() -> Alone:
    """The first step of a script in which nobody has come yet."""
    return Alone()


def app_subscribes(topic: bytes) -> AppAsks:
    """The application subscribes to a prefix."""
    return AppAsks("subscribe", topic)


def app_unsubscribes(topic: bytes) -> AppAsks:
    """The application takes one such subscription back."""
    return AppAsks("unsubscribe", topic)


def app_joins(group: bytes) -> AppAsks:
    """The application joins a group."""
    return AppAsks("join", group)


def app_leaves(group: bytes) -> AppAsks:
    """The application leaves a group."""
    return AppAsks("leave", group)


def app_closes() -> AppCloses:
    """The application closes its socket."""
    return AppCloses()


def subscribes(topic: bytes) -> Asks:
    """The tester subscribes: by SUBSCRIBE, or by a message on a connection of 3.0."""
    return Asks("SUBSCRIBE", topic)


def cancels(topic: bytes) -> Asks:
    """The tester cancels a subscription: by CANCEL, or by a message on a connection of 3.0."""
    return Asks("CANCEL", topic)


def joins(group: bytes) -> Asks:
    """The tester joins a group."""
    return Asks("JOIN", group)


def leaves(group: bytes) -> Asks:
    """The tester leaves a group."""
    return Asks("LEAVE", group)


def let_in(name: str) -> LetIn:
    """Another peer comes and is let in."""
    return LetIn(name)


def stops_reading() -> StopsReading:
    """Read nothing more."""
    return StopsReading()


def reads() -> Reads:
    """Take in what has come."""
    return Reads()


def tries(*parts: bytes) -> Tries:
    """Send a message as far as the target lets this peer."""
    return Tries(parts)


def takes_part() -> TakesPart:
    """The target has this peer."""
    return TakesPart()


def in_force() -> InForce:
    """What was asked for is in force."""
    return InForce()


def cannot_send(*parts: bytes, to: str = "", by_error: bool = False) -> CannotSend:
    """The application cannot send this."""
    return CannotSend(parts, to, by_error)


def takes(*parts: bytes, to: str = "") -> TakesMessage:
    """The socket takes this message from its application."""
    return TakesMessage(parts, to)


def fills(size: int, most: int, *, owed: bool = False, to: str = "", group: bytes = b"") -> Fills:
    """The application sends until the socket takes no more."""
    return Fills(size, most, owed, to, group)


def all_come() -> AllCome:
    """What the socket took while it was filled comes."""
    return AllCome()


def has_read() -> HasRead:
    """The target has read what was sent."""
    return HasRead()


def holds_back(*messages: Parts) -> HoldsBack:
    """The queue for these messages has a limit."""
    return HoldsBack(messages)


def requests(what: Literal["SUBSCRIBE", "CANCEL", "JOIN", "LEAVE"], *topics: bytes) -> Requests:
    """The target asks for this next."""
    return Requests(what, topics)


def shares(*messages: Parts, among: tuple[str, ...]) -> Shares:
    """These messages went to these peers in turn."""
    return Shares(messages, among)


def reaches(*parts: bytes, among: tuple[str, ...], anew: bool = False) -> Reaches:
    """This message comes next at one of these peers, and the script goes on there."""
    return Reaches(parts, among, anew)


def comes(*parts: bytes) -> Comes:
    """This message comes, behind others."""
    return Comes(parts)


def gets_nothing() -> GetsNothing:
    """This peer gets nothing."""
    return GetsNothing()


def gathers(*groups: tuple[Parts, ...]) -> Gathers:
    """The application gets these messages of several peers."""
    return Gathers(groups)


def heard_beside(*waiting: bytes, talker: str, talk: Parts, most: int = 200) -> HeardBeside:
    """A message that waits is heard though another peer goes on sending."""
    return HeardBeside(talker, talk, waiting, most)


def hears(*parts: bytes) -> Hears:
    """The application gets this message, behind others."""
    return Hears(parts)


def hears_nothing() -> HearsNothing:
    """The application gets nothing."""
    return HearsNothing()


def hears_error(*then: Parts) -> HearsError:
    """Receiving gives the application an error, and then these messages."""
    return HearsError(then)


def knows(statement: str, test: Callable[[Addresses], bool]) -> Knows:
    """A statement about the peers' addresses is true."""
    return Knows(statement, test)


def returns_at_once(*parts: bytes, to: str = "") -> ReturnsAtOnce:
    """Sending this does not block."""
    return ReturnsAtOnce(parts, to)


def floods(size: int, times: int, *, to: str = "", group: bytes = b"") -> Floods:
    """The application sends many messages, and no call blocks."""
    return Floods(size, times, to, group)


def some_come(*last: bytes, least: int = 0) -> SomeCome:
    """Some of the flood comes, then this message."""
    return SomeCome(last, least)


def answered(times: int) -> Answered:
    """The application answers requests."""
    return Answered(times)


def told_apart(one: str, other: str) -> ToldApart:
    """Two peers have two addresses."""
    return ToldApart(one, other)


def wants(*topics: bytes, until: bytes) -> Wants:
    """The target's requests leave these in force."""
    return Wants(topics, until)


def publishes(*parts: bytes) -> Publishes:
    """The application sends this until it comes."""
    return Publishes(parts)


def connect_told() -> ConnectTold:
    """Connecting gave back the peer's address."""
    return ConnectTold()
