"""Sockets that are wired together in memory, with nothing of ZMTP but whole messages and commands between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from spec_model.patterns.compatibility import compatible
from spec_model.patterns.pattern import Message, Options, Parts, Pattern, Sent
from spec_model.patterns.socket import pattern


@dataclass
class Fabric:
    """Named sockets and the lines between them.

    Attributes:
        sockets: each by its name; the name begins with its type: "REQ", "REQ-2".
        lines: for each socket, its peers' ids and who is behind them.
        identities: what sockets announce.
    """

    sockets: dict[str, Pattern] = field(default_factory=dict)
    lines: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    identities: Mapping[str, bytes] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def open(self, *names: str, options: Options | None = None) -> "Fabric":
        """Open sockets."""
        for name in names:
            self.sockets[name], self.lines[name] = pattern(name.split("-")[0], options), {}
        return self

    def connect(self, dialling: str, *accepting: str, minor: int = 1) -> "Fabric":
        """Connect one socket to others and complete the handshakes."""
        for other in accepting:
            assert compatible(dialling.split("-")[0], other.split("-")[0], (3, minor))
            there, here = f"to {other}", f"{dialling} {next(self._numbers)}"
            self.lines[dialling][there], self.lines[other][here] = (other, here), (dialling, there)
            for name, peer, announced in ((dialling, there, other), (other, here, dialling)):
                metadata = {"identity": self.identities[announced]} if announced in self.identities else {}
                assert self.sockets[name].attached(peer, metadata, minor, outbound=name == dialling)
        return self.run()

    def cut(self, dialling: str, accepting: str) -> "Fabric":
        """Lose a connection."""
        _, here = self.lines[dialling].pop(f"to {accepting}")
        del self.lines[accepting][here]
        self.sockets[dialling].detached(f"to {accepting}")
        self.sockets[accepting].detached(here)
        return self.run()

    def send(self, name: str, *parts: bytes) -> Sent:
        """The application of a socket sends, and everything that follows from it happens."""
        sent = self.sockets[name].send(parts)
        self.run()
        return sent

    def run(self) -> "Fabric":
        """Carry what waits until nothing waits any more, or nobody reads it."""
        busy = True
        while busy:
            busy = False
            for name, socket in self.sockets.items():
                full = {peer for peer, (other, back) in self.lines[name].items() if not self.sockets[other].reads(back)}
                for peer, item in socket.outgoing(full):
                    busy = True
                    other, back = self.lines[name][str(peer)]
                    if isinstance(item, Message):
                        self.sockets[other].received(back, item.parts)
                    else:
                        self.sockets[other].commanded(back, item.name, item.body)
                    if not self.sockets[other].reads(back):
                        full.add(str(peer))
        return self

    def inbox(self, name: str) -> list[Parts]:
        """Everything that the application of a socket can read now."""
        found = []
        while (parts := self.sockets[name].receive()) is not None:
            found.append(parts)
        self.run()
        return found
