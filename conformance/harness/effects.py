"""What a player asks of the world: the only ways in which a script touches anything.

A player is a generator that yields these records and gets their results sent in. The same player therefore runs in memory
with virtual time, and over TCP beside hundreds of others in one loop. A link is one connection, seen from the tester.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, NewType

Link = NewType("Link", int)
Listener = NewType("Listener", int)
Ticket = NewType("Ticket", int)


class Seen(StrEnum):
    """What waiting gave."""

    OCTETS = "octets"
    CLOSED = "closed"
    RESET = "reset"
    REPLY = "reply"
    TIMEOUT = "timeout"


class Answer(NamedTuple):
    """What the adapter said.

    Attributes:
        status: ok, unsupported or error.
        fields: the fields of the reply.
        reason: why not, for the last two.
    """

    status: str
    fields: Mapping[str, Any] = MappingProxyType({})
    reason: str = ""


class Observation(NamedTuple):
    """What came first; octets are those that have come, never none."""

    seen: Seen
    octets: bytes = b""
    answer: Answer | None = None


class Post(NamedTuple):
    """Ask the adapter and do not wait; gives a `Ticket`.

    Attributes:
        pool: which of several adapter processes: "refusing" is one whose authentication lets nobody in.
    """

    op: str
    params: Mapping[str, Any]
    pool: str = ""


class Wait(NamedTuple):
    """Wait until octets or an end come on a link, or the reply to a ticket, or the time is over; gives an `Observation`.

    Attributes:
        seconds: how long at most. Real seconds over TCP, virtual ones in memory.
    """

    link: Link | None
    ticket: Ticket | None
    seconds: float


@dataclass(frozen=True)
class Listen:
    """Listen on a free port; gives (`Listener`, endpoint)."""


@dataclass(frozen=True)
class Accept:
    """Wait for a connection; gives a `Link`, or None when the time is over."""

    listener: Listener
    seconds: float


@dataclass(frozen=True)
class Connect:
    """Connect to the target; gives a `Link`, or None if it refuses."""

    endpoint: str


class Write(NamedTuple):
    """Write octets, in one segment for each element; gives nothing. A write to a dead link is lost in silence."""

    link: Link
    segments: tuple[bytes, ...]


@dataclass(frozen=True)
class Shut:
    """Close a link; with RST if `abort`."""

    link: Link
    abort: bool = False


@dataclass(frozen=True)
class Now:
    """Gives the time in seconds from any origin."""


NOW = Now()
"""The only one that is needed: it is asked for all the time."""


@dataclass(frozen=True)
class Pass:
    """Let so much time pass; gives nothing."""

    seconds: float


Effect = Post | Wait | Listen | Accept | Connect | Write | Shut | Now | Pass


class TargetDied(Exception):
    """The target's process ended, or its reference raised; the text says how."""


class AdapterFault(Exception):
    """The adapter broke its protocol: it hangs, floods, or prints rubbish. Not the target's fault."""
