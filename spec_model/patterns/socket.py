"""One socket of any type: it reads its row of the table and knows no type by name.

Theory of operation: a socket has a pipe for every peer (`spec_model.patterns.pipe`). `send` asks the row who may get a
message, looks which of them have room, and queues it with one or with all; what happens without any of them the row says as
well. `received` drops what the row says is not for the application and queues the rest with its sender's pipe; `receive`
takes from the pipes in the row's order. What peers subscribe to is kept with their pipes, what the application subscribes
to with the socket. The methods with an underscore are the joints at which faulty sockets differ.
"""

from collections.abc import Container, Iterator, Mapping

from spec_model.errors import LocalProtocolError
from spec_model.patterns.envelope import Addressed, refusal, unwrap, wrap
from spec_model.patterns.interest import Interest, as_message, read_command, read_message, request
from spec_model.patterns.kind import (
    Asks,
    Envelope,
    Flood,
    Kind,
    Lack,
    Peers,
    Queues,
    Requests,
    Sends,
    Strays,
    Takes,
    Turn,
)
from spec_model.patterns.kinds import KINDS
from spec_model.patterns.pattern import ACCEPTED, ZMTP_1_0, Item, Options, Outcome, Parts, PeerId, Sent
from spec_model.patterns.pipe import Arrival, Pipe, Rotation

LARGEST_NUMBER = 2**32 - 1
_OUTCOMES = {Lack.BLOCK: Outcome.WOULD_BLOCK, Lack.DROP: Outcome.DROPPED, Lack.REFUSE: Outcome.ERROR}


class Socket:
    """A socket pattern; see `spec_model.patterns.pattern.Pattern` for what the owner calls.

    Args:
        kind: its row of the table, or a faulty version of it.
        options: what the application configured.
    """

    def __init__(self, kind: Kind, options: Options | None = None) -> None:
        self.kind, self.options = kind, options or Options()
        self._pipes: dict[PeerId, Pipe] = {}
        self._senders, self._readers = Rotation(), Rotation()
        self._wanted = Interest(kind.asks.word, kind.match.word)
        self._next = {Turn.ASKS: "send", Turn.ANSWERS: "receive"}.get(kind.turn.word, "")  # empty: whatever it likes
        self._asked: Pipe | None = None  # the peer whose reply is due
        self._asker: Pipe | None = None  # the peer whose request was read last
        self._stack: Parts = ()  # the envelope of that request
        self._held: Parts = ()  # a request that lost its peer before it was sent
        self._numbers = 0

    # --- peers ----------------------------------------------------------------------------------------------------

    def dialled(self, peer: PeerId) -> bytes:
        """See `Pattern`."""
        pipe = self._pipes.get(peer) or self._add(peer, dialled=True)
        return pipe.address if pipe and self.kind.envelope.word is Envelope.NUMBER else b""

    def attached(self, peer: PeerId, metadata: Mapping[str, bytes], version_minor: int, *, outbound: bool) -> bool:
        """See `Pattern`."""
        pipe = self._pipes.get(peer) or self._add(peer, dialled=outbound)
        if pipe is None or not self._name(pipe, metadata):
            return False
        pipe.attached, pipe.minor = True, version_minor
        if self._publishes and version_minor == ZMTP_1_0:
            pipe.interest.add(b"")  # a subscriber of ZMTP 1.0 is silent and gets everything (13/content/subscriber-silent)
        self._announce(pipe, wanted=True)
        if self._held and pipe.has_room:
            pipe.put(self._held)
            self._asked, self._held = pipe, ()
        return True

    def detached(self, peer: PeerId) -> None:
        """See `Pattern`."""
        pipe = self._pipes.get(peer)
        if pipe is None:
            return
        pipe.attached = False
        pipe.forget_requests()
        self._forget_interest(pipe)
        if pipe.dialled and self.kind.queues.word is Queues.KEPT:
            return
        self._rescue(pipe)
        pipe.forget_outgoing()
        if self._asker is pipe:
            self._asker = None
        if not pipe.dialled:
            self._remove(pipe)

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
        interest = Interest(self.kind.asks.word, self.kind.match.word)
        pipe = Pipe(peer, interest, self.options.send_limit, dialled)
        if self.kind.envelope.word is Envelope.NUMBER:
            pipe.address = self._number()
        self._pipes[peer] = pipe
        self._senders.add(pipe)
        self._readers.add(pipe)
        return pipe

    def _remove(self, pipe: Pipe) -> None:
        """A peer is gone for good. What had come whole is still delivered (28/DEALER/disconnect-discards)."""
        del self._pipes[pipe.peer]
        self._senders.remove(pipe)
        if not pipe.incoming:
            self._readers.remove(pipe)

    def _name(self, pipe: Pipe, metadata: Mapping[str, bytes]) -> bool:
        """Give a peer its identity where the type has identities; false if it may not have the one that it wants."""
        if self.kind.envelope.word is not Envelope.IDENTITY:
            return True
        chosen = metadata.get("identity", b"")
        if chosen[:1] in (b"", b"\0"):  # an empty one is none; those with a zero in front are ours (37/identity/first-octet)
            chosen = pipe.address if pipe.address[:1] == b"\0" else b"\0" + self._number()
        if any(other.address == chosen for other in self._pipes.values() if other is not pipe):
            if not pipe.dialled:
                self._remove(pipe)
            return False
        if pipe.address != chosen:
            pipe.forget_outgoing()  # under another identity it is another peer (28/ROUTER/queue-kept-unconnected)
        pipe.address = chosen
        return True

    def _number(self) -> bytes:
        """A routing id that no peer has: 4 octets, most significant first, never zero."""
        taken = {pipe.address[-4:] for pipe in self._pipes.values()}
        while True:
            self._numbers = self._numbers % LARGEST_NUMBER + 1
            if (number := self._numbers.to_bytes(4, "big")) not in taken:
                return number

    def _rescue(self, pipe: Pipe) -> None:
        """A request that was not sent before its peer was lost goes to another, or waits for one (28/REQ/keeps-unsent)."""
        if self._asked is pipe and (unsent := next(pipe.unsent(), None)):
            pipe.forget_outgoing()
            other = self._senders.pick(lambda other: other.attached and other.has_room)
            self._asked, self._held = other, () if other else unsent
            if other:
                other.put(unsent)

    # --- the application sends ------------------------------------------------------------------------------------

    def send(self, parts: Parts) -> Sent:
        """See `Pattern`."""
        kind = self.kind
        if kind.sends.word is Sends.NONE:
            return Sent(Outcome.ERROR, kind.why("sends"))
        if not self._publishes and kind.requests.word is Requests.SHOWN and (asked := read_message(parts)):
            return self.subscribe(asked[0]) if asked[1] else self.unsubscribe(asked[0])
        if refused := refusal(kind, parts):
            return Sent(Outcome.ERROR, refused)
        if self._next == "receive":
            return Sent(Outcome.ERROR, kind.why("turn"))
        sent = self._route(wrap(kind.envelope.word, parts, self._stack))
        if sent.outcome in (Outcome.ACCEPTED, Outcome.DROPPED) and self._next:
            self._next = "receive"
        return sent

    def _route(self, message: Addressed) -> Sent:
        candidates = self._candidates(message)
        if not candidates:
            return self._lack("unreachable")
        open_to = [pipe for pipe in candidates if pipe.has_room]
        to_all = self.kind.sends.word in (Sends.MATCHING, Sends.ALL)
        if not open_to or (to_all and self.kind.full.word is Lack.BLOCK and len(open_to) < len(candidates)):
            return self._lack("full")
        for pipe in open_to if to_all else open_to[:1]:
            self._senders.pick(lambda served, pipe=pipe: served is pipe)  # type: ignore[misc]
            pipe.put(message.wire)
            self._asked = pipe
        return ACCEPTED

    def _candidates(self, message: Addressed) -> list[Pipe]:
        """Who may get a message, those whose turn it is first."""
        kept = self.kind.queues.word is Queues.KEPT
        reachable = [pipe for pipe in self._senders if pipe.attached or (kept and pipe.dialled)]
        match self.kind.sends.word:
            case Sends.ONE:
                return [pipe for pipe in self._pipes.values() if pipe in reachable][:1]
            case Sends.NAMED:
                return [pipe for pipe in reachable if pipe.address == message.address != b""]
            case Sends.ASKER:
                return [pipe for pipe in reachable if pipe is self._asker]
            case Sends.MATCHING:
                return [pipe for pipe in reachable if pipe.interest.matches(message.topic)]
        return reachable

    def _lack(self, column: str) -> Sent:
        """The answer where nobody can get a message."""
        word = self.kind.unreachable.word if column == "unreachable" else self.kind.full.word
        if word is Lack.DROP and self.options.mandatory and self.kind.envelope.word is Envelope.IDENTITY:
            word = Lack.REFUSE
        return Sent(_OUTCOMES[word], self.kind.why(column))

    def outgoing(self, stalled: Container[PeerId] = ()) -> Iterator[tuple[PeerId, Item]]:
        """See `Pattern`."""
        for pipe in tuple(self._pipes.values()):
            while pipe.attached and pipe.peer not in stalled and (item := pipe.take()) is not None:
                yield pipe.peer, item

    # --- peers send -----------------------------------------------------------------------------------------------

    def received(self, peer: PeerId, parts: Parts) -> None:
        """See `Pattern`."""
        pipe = self._pipes.get(peer)
        if pipe is None or not pipe.attached:
            return
        by_message = self._publishes and self.kind.asks.word is not Asks.GROUPS and pipe.minor == 0
        if by_message and (asked := read_message(parts)):
            self._hear(pipe, *asked)
        elif self.kind.takes.word is not Takes.NONE and (arrival := self._judge(pipe, parts)):
            pipe.incoming.append(arrival)
