"""The peers of a socket: who takes part, from when to when, and under which name.

Theory of operation: a peer that the socket accepts has its queues as long as its connection. A peer that it dials has
them from dialling on and keeps them through lost connections, where the row says so. ROUTER names its peers by the
identity that they announce, or by one of its own making: five octets, the first zero, which no peer may choose (RFC
37 "The Identity Property"). SERVER and PEER number them from 1.
"""

from collections.abc import Mapping

from spec_model.patterns.interest import Interest
from spec_model.patterns.kind import Asks, Envelope, Kind, Peers, Queues
from spec_model.patterns.pattern import ZMTP_1_0, Options, Parts, PeerId
from spec_model.patterns.pipe import Pipe, Rotation
from spec_model.patterns.subscribing import Subscribing

LARGEST_NUMBER = 2**32 - 1


class Membership(Subscribing):
    """Peers that come and go; see `Subscribing` for the arguments."""

    pipe: type[Pipe] = Pipe

    def __init__(self, kind: Kind, options: Options | None = None) -> None:
        super().__init__(kind, options)
        self._senders, self._readers = Rotation(), Rotation()
        self._asked: Pipe | None = None  # the peer whose reply is due
        self._asker: Pipe | None = None  # the peer whose message was read last
        self._held: Parts = ()  # a request that lost its peer before it was sent
        self._numbers = 0

    def dialled(self, peer: PeerId) -> bytes:
        """See `Pattern`."""
        if self.kind.queues.word is Queues.CONNECTED:
            return b""
        pipe = self._pipes.get(peer) or self._add(peer, dialled=True)
        return pipe.address if pipe and self.kind.envelope.word is Envelope.NUMBER else b""

    def attached(self, peer: PeerId, metadata: Mapping[str, bytes], version_minor: int, *, outbound: bool) -> bool:
        """See `Pattern`."""
        pipe = self._pipes.get(peer) or self._add(peer, dialled=outbound)
        if pipe is None or not self._name(pipe, metadata):
            return False
        pipe.attached, pipe.minor = True, version_minor
        if version_minor == ZMTP_1_0 and self.kind.hears.word is not Asks.NONE:
            self._hear(pipe, b"", wanted=True)  # such a subscriber is silent and gets everything
        self._announce(pipe, wanted=True)
        if self._held:
            pipe.put(self._held)
            self._asked, self._held = pipe, ()
        return True

    def detached(self, peer: PeerId) -> None:
        """See `Pattern`."""
        if (pipe := self._pipes.get(peer)) is None:
            return
        pipe.attached = False
        pipe.forget_requests()
        self._forget_interest(pipe)
        if not (pipe.dialled and self.kind.queues.word is Queues.KEPT):
            self._remove(pipe)
            self._rescue(pipe)

    def closing(self, peer: PeerId) -> None:
        """See `Pattern`."""
        if pipe := self._pipes.get(peer):
            pipe.dialled = False
            if pipe.attached:
                self._announce(pipe, wanted=False)
            else:
                self.detached(peer)

    def _add(self, peer: PeerId, *, dialled: bool) -> Pipe | None:
        """A pipe for a newcomer, or None: there is no place for it."""
        if self.kind.peers.word is Peers.ONE and self._pipes:
            return None
        interest = Interest(self.kind.hears.word, self.kind.match.word)
        pipe = self.pipe(peer, interest, self.options.send_limit, dialled)
        if self.kind.envelope.word is Envelope.NUMBER:
            pipe.address = self._number()
        self._pipes[peer] = pipe
        self._senders.add(pipe)
        self._readers.add(pipe)
        return pipe

    def _remove(self, pipe: Pipe) -> None:
        """A peer is gone for good. What had come whole is still delivered, as 28/DEALER/disconnect-discards allows."""
        del self._pipes[pipe.peer]
        self._senders.remove(pipe)
        if not pipe.incoming:
            self._readers.remove(pipe)

    def _name(self, pipe: Pipe, metadata: Mapping[str, bytes]) -> bool:
        """Give a peer its identity where the type has identities; false if another peer has the one that it wants."""
        if self.kind.envelope.word is not Envelope.IDENTITY:
            return True
        chosen = self._identity(pipe, metadata.get("identity", b""))
        if any(other.address == chosen for other in self._pipes.values() if other is not pipe):
            if not pipe.dialled:
                self._remove(pipe)
            return False
        if pipe.address != chosen:
            pipe.forget_outgoing()  # under another identity it is another peer (28/ROUTER/queue-kept-unconnected)
        pipe.address = chosen
        return True

    def _identity(self, pipe: Pipe, announced: bytes) -> bytes:
        """The identity of a peer: the one that it announces, unless that is empty or of the kind that we make."""
        if announced[:1] not in (b"", b"\0"):
            return announced
        return pipe.address if pipe.address[:1] == b"\0" else b"\0" + self._number()

    def _number(self) -> bytes:
        """A routing id that no peer has: 4 octets, most significant first, never zero."""
        taken = {pipe.address[-4:] for pipe in self._pipes.values()}
        while True:
            self._numbers = self._numbers % LARGEST_NUMBER + 1
            if (number := self._numbers.to_bytes(4, "big")) not in taken:
                return number

    def _rescue(self, pipe: Pipe) -> None:
        """A request that had not left when its peer did goes to another, or waits for one (28/REQ/keeps-unsent)."""
        if self._asked is pipe and (unsent := next(pipe.unsent(), None)):
            self._asked = next((other for other in self._senders if other.attached and other.has_room), None)
            if self._asked is None:
                self._held = unsent
            else:
                self._asked.put(unsent)
                self._senders.served(self._asked)
