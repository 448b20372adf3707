"""Two connections that talk in memory: nothing of the transport is left but octets in order, cut as a test wants it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy, Replayed
from spec_model.events import Event, MessageReceived, Rejected
from spec_model.faults.fault import Make
from spec_model.faults.specimens import roles
from spec_model.role import Role

Cut = Callable[[bytes], Iterator[bytes]]
"""How a sender's octets are cut into segments."""


def whole(octets: bytes) -> Iterator[bytes]:
    """One segment."""
    yield octets


def byte_by_byte(octets: bytes) -> Iterator[bytes]:
    """A segment for every octet."""
    for octet in octets:
        yield bytes((octet,))


@dataclass
class Talk:
    """A conversation of two peers.

    Attributes:
        sides: client (or the first of two equals), then server.
        events: what each side was told so far.
        octets: what each side sent so far.
        cut: how the octets of both are cut.
    """

    sides: tuple[Connection, Connection]
    cut: Cut = whole
    events: tuple[list[Event], list[Event]] = field(default_factory=lambda: ([], []))
    octets: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))

    def start(self) -> "Talk":
        """Connect both sides and let them talk until neither has anything to say."""
        for side, events in zip(self.sides, self.events, strict=True):
            events.extend(side.start())
        return self.run()

    def run(self) -> "Talk":
        """Carry octets to and fro until neither side has anything to say; a side that closed hears nothing more."""
        busy = True
        while busy:
            busy = False
            for sender in (0, 1):
                octets = self.sides[sender].octets_to_send()
                self.octets[sender].extend(octets)
                busy = busy or bool(octets)
                for segment in self.cut(octets):
                    if segment and self.sides[1 - sender].state != "closed":
                        self.events[1 - sender].extend(self.sides[1 - sender].receive(segment))
        return self

    @property
    def states(self) -> tuple[str, str]:
        """The states of both."""
        return self.sides[0].state, self.sides[1].state

    def delivered(self, side: int) -> list[tuple[bytes, ...]]:
        """The messages that a side was given."""
        return [event.parts for event in self.events[side] if isinstance(event, MessageReceived)]

    def rejected(self, side: int) -> list[str]:
        """The requirements by which a side refused the other."""
        return [event.requirement for event in self.events[side] if isinstance(event, Rejected)]


def reference(role: Role, entropy: Entropy) -> Connection:
    """The reference."""
    return Connection(role, entropy)


def talk(
    mechanism: str,
    client: Make = reference,
    server: Make = reference,
    cut: Cut = whole,
    types: tuple[str, str] = ("DEALER", "DEALER"),
    seed: str = "",
) -> Talk:
    """Two peers of a mechanism that have not started yet; the same arguments make the same octets."""
    first, second = roles(mechanism, *types)
    return Talk((client(first, Replayed(f"{seed} first")), server(second, Replayed(f"{seed} second"))), cut)


def confront(
    mechanism: str,
    side: int,
    make: Make,
    other: Make = reference,
    cut: Cut = whole,
    types: tuple[str, str] = ("DEALER", "DEALER"),
    seed: str = "",
) -> Talk:
    """Two peers that have not started yet: on this side (0 for the client, 1 for the server) one, there another."""
    client, server = (make, other) if side == 0 else (other, make)
    return talk(mechanism, client, server, cut, types, seed)


def until(done: Talk, side: int, state: str) -> Talk:
    """Let two peers start and talk until one is in a state; what the other says next is still to be sent.

    Raises:
        AssertionError: it never is.
    """
    for connection in done.sides:
        connection.start()
    other = done.sides[1 - side]
    for _ in range(10):
        if done.sides[side].state == state:
            return done
        if (item := other.outgoing()) is not None:
            done.sides[side].receive(item.encode())
        other.receive(done.sides[side].octets_to_send())
    raise AssertionError(f"never got to {state}")
