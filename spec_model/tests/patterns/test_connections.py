"""Patterns over real connections: what the interface's head shows, with greetings, handshakes and frames in between."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.events import Closed, CommandReceived, Event, MessageReceived, Ready
from spec_model.faults.specimens import roles
from spec_model.patterns.pattern import Message, Outcome, Pattern
from spec_model.patterns.socket import pattern
from spec_model.role import Role


@dataclass
class Owner:
    """A socket and its connections."""

    pattern: Pattern
    connections: dict[str, Connection] = field(default_factory=dict)
    octets: dict[str, bytes] = field(default_factory=dict)

    def open(self, peer: str, role: Role) -> None:
        """A transport is there."""
        connection = self.connections[peer] = Connection(role, Replayed(f"{role.socket_type} {peer}"))
        connection.start()

    def take(self, peer: str, events: tuple[Event, ...]) -> None:
        """Tell the pattern what happened."""
        connection = self.connections[peer]
        for event in events:
            match event:
                case Ready(metadata):
                    minor = min(connection.role.version_minor, connection.peer_greeting["version_minor"])
                    self.pattern.attached(peer, metadata, minor, outbound=False)
                case MessageReceived(parts):
                    self.pattern.received(peer, parts)
                case CommandReceived(name, octets):
                    self.pattern.commanded(peer, name, octets[1 + len(name) :])
                case Closed():
                    self.pattern.detached(peer)

    def speak(self) -> Iterator[tuple[str, bytes]]:
        """What it says to each peer."""
        for peer, item in self.pattern.outgoing():
            if isinstance(item, Message):
                self.connections[str(peer)].send(*item.parts)
            else:
                self.connections[str(peer)].send_command(item.name, item.fields)
        for peer, connection in self.connections.items():
            if octets := connection.octets_to_send():
                self.octets[peer] = self.octets.get(peer, b"") + octets
                yield peer, octets


@dataclass
class Net:
    """Owners, and who of them is whose peer by which id."""

    owners: dict[str, Owner] = field(default_factory=dict)

    def socket(self, name: str) -> Pattern:
        """A socket that is opened when it is first asked for."""
        return self.owners.setdefault(name, Owner(pattern(name.split("-")[0]))).pattern

    def connect(
        self, one: str, other: str, mechanism: str = "NULL", minor: int = 1, identity: bytes | None = None
    ) -> None:
        """Connect two sockets."""
        first, second = roles(mechanism, one.split("-")[0], other.split("-")[0])
        for name, peer, role in (
            (one, other, replace(first, version_minor=minor, identity=identity)),
            (other, one, second),
        ):
            self.socket(name)
            self.owners[name].open(peer, role)
        self.run()

    def run(self) -> None:
        """Let all talk until nobody has anything to say."""
        busy = True
        while busy:
            busy = False
            for name, owner in self.owners.items():
                for peer, octets in owner.speak():
                    busy = True
                    self.owners[peer].take(name, self.owners[peer].connections[name].receive(octets))

    def cut(self, one: str, other: str) -> None:
        """The transport is gone."""
        for name, peer in ((one, other), (other, one)):
            self.owners[name].take(peer, self.owners[name].connections[peer].end())
            del self.owners[name].connections[peer]
        self.run()


@pytest.mark.parametrize("mechanism", ["NULL", "CURVE"])
def test_requests_and_replies(mechanism: str) -> None:
    net = Net()
    net.connect("REQ-1", "ROUTER", mechanism, identity=b"one")
    net.connect("REQ-2", "ROUTER", mechanism)
    for name in ("REQ-1", "REQ-2"):
        assert net.socket(name).send((name.encode(), b"x" * 300)).outcome is Outcome.ACCEPTED
    net.run()
    router = net.socket("ROUTER")
    for name, identity in (("REQ-1", b"one"), ("REQ-2", b"\x00\x00\x00\x00\x01")):
        assert router.receive() == (identity, b"", name.encode(), b"x" * 300)
        assert router.send((identity, b"", b"to " + name.encode())).outcome is Outcome.ACCEPTED
    net.run()
    assert [net.socket(name).receive() for name in ("REQ-1", "REQ-2")] == [(b"to REQ-1",), (b"to REQ-2",)]
    if mechanism == "NULL":
        assert net.owners["ROUTER"].octets["REQ-1"].endswith(b"\x01\x00\x00\x08to REQ-1")
    net.cut("REQ-1", "ROUTER")
    assert router.send((b"one", b"", b"late")).outcome is Outcome.DROPPED


ON_THE_WIRE = [
    # minor version of the subscriber, what its requests look like
    (0, b"\x00\x02\x01A", b"\x00\x02\x00A"),
    (1, b"\x04\x0b\x09SUBSCRIBEA", b"\x04\x08\x06CANCELA"),
]


@pytest.mark.parametrize(("minor", "subscribes", "cancels"), ON_THE_WIRE)
def test_publishing(minor: int, subscribes: bytes, cancels: bytes) -> None:
    net = Net()
    net.socket("SUB-1").subscribe(b"A")
    net.connect("SUB-1", "XPUB", minor=minor)
    net.connect("SUB-2", "XPUB")
    assert net.owners["SUB-1"].octets["XPUB"].endswith(subscribes)
    publisher = net.socket("XPUB")
    assert publisher.receive() == (b"\x01A",)
    assert publisher.send((b"AB", b"", b"x")).outcome is Outcome.ACCEPTED
    assert publisher.send((b"B",)).outcome is Outcome.DROPPED
    net.socket("SUB-1").subscribe(b"B")
    net.run()
    assert publisher.send((b"B",)).outcome is Outcome.ACCEPTED
    net.run()
    assert [net.socket("SUB-1").receive() for _ in range(3)] == [(b"AB", b"", b"x"), (b"B",), None]
    net.socket("SUB-1").unsubscribe(b"A")
    net.run()
    assert net.owners["SUB-1"].octets["XPUB"].endswith(cancels)
    assert publisher.send((b"AB",)).outcome is Outcome.DROPPED
    net.cut("SUB-1", "XPUB")
    assert [publisher.receive() for _ in range(4)] == [(b"\x01B",), (b"\x00A",), (b"\x00B",), None]
    assert net.socket("SUB-2").receive() is None


@pytest.mark.parametrize("mechanism", ["NULL", "CURVE"])
def test_radio_and_dish(mechanism: str) -> None:
    net = Net()
    net.connect("DISH", "RADIO", mechanism)
    net.socket("DISH").join(b"news")
    net.run()
    for group in (b"new", b"news"):
        net.socket("RADIO").send((group, b"today"))
    net.run()
    assert [net.socket("DISH").receive() for _ in range(2)] == [(b"news", b"today"), None]
    if mechanism == "NULL":
        assert net.owners["DISH"].octets["RADIO"].endswith(b"\x04\x09\x04JOINnews")
        assert net.owners["RADIO"].octets["DISH"].endswith(b"\x01\x04news\x00\x05today")
