"""What subscribers want: counted subscriptions and groups, how they are compared, and how they are asked for.

Theory of operation: an `Interest` is a count for each subscription. The publisher keeps one for every connection and
asks it whether a message goes there; a subscriber keeps one for what its application wants, sends a request for every
change, and tells the whole of it to a publisher that comes later. A prefix is looked up by the lengths that occur, so
the cost of a match grows with the number of different lengths and not with that of subscriptions.

Sources: RFC 23 and 37 "The Publish-Subscribe Pattern", RFC 37 "The Radio-Dish Pattern", RFC 29, RFC 48.
"""

from collections import Counter
from collections.abc import Iterator

from spec_model.patterns.kind import Asks, Match
from spec_model.patterns.pattern import ZMTP_1_0, Item, Message, Parts, TrafficCommand

SUBSCRIBE, CANCEL = b"\x01", b"\x00"
"""The first octet of a request that is a message (23/subscription/subscribe, 23/subscription/unsubscribe)."""

VERBS = {
    Asks.SUBSCRIPTIONS: ("SUBSCRIBE", "CANCEL"),
    Asks.UNCOUNTED: ("SUBSCRIBE", "CANCEL"),
    Asks.GROUPS: ("JOIN", "LEAVE"),
}
"""The commands that ask for something and take it back."""

COMMANDS_SINCE = 1
"""The minor version from which on subscription requests are commands (37/SUBSCRIBE/sent, 37/CANCEL/sent)."""


class Interest:
    """Subscriptions or groups in force.

    Args:
        asks: what they are; only `SUBSCRIPTIONS` count, two equal ones take two cancels.
        match: how they are compared with a message.
    """

    def __init__(self, asks: Asks, match: Match) -> None:
        self._counted, self._match = asks is Asks.SUBSCRIPTIONS, match
        self._counts: Counter[bytes] = Counter()
        self._lengths: Counter[int] = Counter()

    def __contains__(self, topic: bytes) -> bool:
        return topic in self._counts

    def add(self, topic: bytes) -> bool:
        """One more; returns whether it changes anything."""
        if topic in self._counts:
            self._counts[topic] += self._counted
            return self._counted
        self._counts[topic] = 1
        self._lengths[len(topic)] += 1
        return True

    def remove(self, topic: bytes) -> bool:
        """One less; returns whether it was in force."""
        if topic not in self._counts:
            return False
        self._counts[topic] -= 1
        if not self._counts[topic]:
            del self._counts[topic]
            self._lengths[len(topic)] -= 1
            if not self._lengths[len(topic)]:
                del self._lengths[len(topic)]
        return True

    def clear(self) -> None:
        """Nothing is in force any more."""
        self._counts.clear()
        self._lengths.clear()

    def matches(self, topic: bytes) -> bool:
        """Whether anything in force matches a message of this first frame."""
        if self._match is Match.EXACT:
            return topic in self._counts
        return any(topic[:length] in self._counts for length in self._lengths if length <= len(topic))

    def topics(self) -> Iterator[bytes]:
        """What is in force, equal subscriptions as often as they count, in the order of their first request."""
        return iter(tuple(self._counts.elements()))


def request(asks: Asks, minor: int, topic: bytes, *, wanted: bool) -> Item | None:
    """The form of a request on a connection.

    Args:
        asks: what is asked for.
        minor: the version of the connection: JOIN and LEAVE are always commands, subscriptions since 3.1 only.
        topic: the subscription or the group.
        wanted: whether it begins or ends.

    Returns:
        What to send, or None: ZMTP 1.0 has no requests.
    """
    if minor == ZMTP_1_0 or asks is Asks.NONE:
        return None
    if asks is Asks.GROUPS or minor >= COMMANDS_SINCE:
        yes, no = VERBS[asks]
        return TrafficCommand(yes if wanted else no, topic)
    return Message((as_message(topic, wanted=wanted),))


def as_message(topic: bytes, *, wanted: bool) -> bytes:
    """The only frame of a request that is a message."""
    return (SUBSCRIBE if wanted else CANCEL) + topic


def read_message(parts: Parts) -> tuple[bytes, bool] | None:
    """Topic and wish of a request in the form of a message; None if the message is none (29/PUB/discards-messages)."""
    if len(parts) != 1 or parts[0][:1] not in (SUBSCRIBE, CANCEL):
        return None
    return parts[0][1:], parts[0][:1] == SUBSCRIBE


def read_command(asks: Asks, minor: int, name: str, body: bytes) -> tuple[bytes, bool] | None:
    """Topic and wish of a request in the form of a command; None if the command is none on such a connection."""
    if asks is Asks.NONE or name not in VERBS[asks] or (asks is not Asks.GROUPS and minor < COMMANDS_SINCE):
        return None
    return body, name == VERBS[asks][0]
