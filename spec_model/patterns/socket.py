"""One socket of any type: it reads its row of the table and knows no type by name.

Theory of operation: a socket has a pipe for every peer (`spec_model.patterns.pipe`). `send` asks the row who may get
a message, looks which of them have room, and queues it with one or with all; what happens without any of them the row
says as well. `received` drops what the row says is not for the application and queues the rest with its sender's
pipe; `receive` takes from the pipes in the row's order. Who the peers are is the business of `membership`, what they
want that of `subscribing`. The methods with an underscore are the joints at which faulty sockets differ.
"""

from collections.abc import Container, Iterator

from spec_model.errors import LocalProtocolError
from spec_model.patterns.envelope import Addressed, refusal, unwrap, wrap
from spec_model.patterns.interest import read_command, read_message
from spec_model.patterns.kind import Asks, Envelope, Flood, Kind, Lack, Queues, Requests, Sends, Strays, Takes, Turn
from spec_model.patterns.kinds import KINDS
from spec_model.patterns.membership import Membership
from spec_model.patterns.pattern import ACCEPTED, Item, Options, Outcome, Parts, Pattern, PeerId, Sent
from spec_model.patterns.pipe import Arrival, Pipe

_OUTCOMES = {Lack.BLOCK: Outcome.WOULD_BLOCK, Lack.DROP: Outcome.DROPPED, Lack.REFUSE: Outcome.ERROR}
_FIRST = {Turn.ASKS: "send", Turn.ANSWERS: "receive", Turn.ANY: ""}


class Socket(Membership):
    """A socket pattern; see `Subscribing` for the arguments."""

    def __init__(self, kind: Kind, options: Options | None = None) -> None:
        super().__init__(kind, options)
        self._next = _FIRST[kind.turn.word]  # what the application has to do next; empty where it may do as it likes
        self._stack: Parts = ()  # the envelope of the request that was read last

    # --- sending --------------------------------------------------------------------------------------------------

    def send(self, parts: Parts) -> Sent:
        """See `Pattern`."""
        kind = self.kind
        if kind.sends.word is Sends.NONE:
            return Sent(Outcome.ERROR, kind.why("sends"))
        if kind.asks.word is not Asks.NONE and kind.requests.word is Requests.SHOWN and (asked := read_message(parts)):
            topic, wanted = asked
            return self.subscribe(topic) if wanted else self.unsubscribe(topic)
        if refused := refusal(kind, parts):
            return Sent(Outcome.ERROR, refused)
        if self._next == "receive":
            return Sent(Outcome.ERROR, kind.why("turn"))
        sent = self._route(wrap(kind.envelope.word, parts, self._stack))
        if self._next and sent.outcome in (Outcome.ACCEPTED, Outcome.DROPPED):
            self._next = "receive"
        return sent

    def _route(self, message: Addressed) -> Sent:
        """Queue a message with one or with all of those who may get it."""
        candidates = self._candidates(message)
        if not candidates:
            return self._lack("unreachable")
        open_to = [pipe for pipe in candidates if pipe.has_room]
        to_all = self.kind.sends.word in (Sends.MATCHING, Sends.ALL)
        waits_for_all = to_all and self.kind.full.word is Lack.BLOCK and len(open_to) < len(candidates)
        if not open_to or waits_for_all:
            return self._lack("full")
        for pipe in open_to if to_all else open_to[:1]:
            self._queue(pipe, message)
            self._senders.served(pipe)
            if self.kind.takes.word is Takes.ASKED:
                self._asked = pipe
        return ACCEPTED

    def _queue(self, pipe: Pipe, message: Addressed) -> None:
        """Queue a message for one of its receivers."""
        pipe.put(message.wire)

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

    def unsent(self) -> bool:
        """See `Pattern`."""
        return bool(self._held) or any(True for pipe in self._pipes.values() for _ in pipe.unsent())

    # --- receiving ------------------------------------------------------------------------------------------------

    def received(self, peer: PeerId, parts: Parts) -> None:
        """See `Pattern`."""
        pipe = self._pipes.get(peer)
        if pipe is None or not pipe.attached:
            return
        by_message = self.kind.hears.word in (Asks.SUBSCRIPTIONS, Asks.UNCOUNTED) and pipe.minor == 0
        if by_message and (asked := read_message(parts)):
            self._hear(pipe, asked[0], wanted=asked[1])
        elif (arrival := self._judge(pipe, parts)) is not None:
            self._deliver(pipe, arrival)

    def commanded(self, peer: PeerId, name: str, body: bytes) -> None:
        """See `Pattern`."""
        pipe = self._pipes.get(peer)
        if pipe and pipe.attached and (asked := read_command(self.kind.hears.word, pipe.minor, name, body)):
            self._hear(pipe, asked[0], wanted=asked[1])

    def _judge(self, pipe: Pipe, parts: Parts) -> Arrival | None:
        """A message as the application will get it, or None: it is not for the application, or has the wrong form."""
        kind = self.kind
        if kind.takes.word is Takes.NONE or (kind.takes.word is Takes.ASKED and pipe is not self._asked):
            return None
        if kind.strays.word is Strays.DROPPED and not self._wanted.matches(parts[0]):
            return None
        return unwrap(kind, parts, pipe.address)

    def _deliver(self, pipe: Pipe, arrival: Arrival) -> None:
        """Queue a message for the application, or drop it where the queue is full."""
        if self.kind.flood.word is Flood.DROP and self._is_full(pipe):
            return
        if self.kind.takes.word is Takes.ASKED:
            self._asked = None  # one reply to a request
        pipe.incoming.append(arrival)

    def _is_full(self, pipe: Pipe) -> bool:
        limit = self.options.receive_limit
        return len(pipe.incoming) >= limit and pipe.waiting >= limit  # the second counts, which takes time

    def reads(self, peer: PeerId) -> bool:
        """See `Pattern`."""
        pipe = self._pipes.get(peer)
        return pipe is None or self.kind.flood.word is not Flood.PAUSE or not self._is_full(pipe)

    def receive(self) -> Parts | None:
        """See `Pattern`."""
        kind = self.kind
        if kind.takes.word is Takes.NONE and (kind.hears.word is Asks.NONE or kind.requests.word is Requests.HIDDEN):
            raise LocalProtocolError(kind.why("takes"), f"a {kind.name} only sends")
        if self._next == "send":
            raise LocalProtocolError(kind.why("turn"), f"it is this {kind.name}'s turn to send")
        readers = tuple(self._readers)[: 1 if kind.takes.word is Takes.ONE else None]
        pipe = next((pipe for pipe in readers if pipe.incoming), None)
        if pipe is None:
            return None
        arrival = pipe.incoming.popleft()
        gone = self._pipes.get(pipe.peer) is not pipe
        if gone and not pipe.incoming:
            self._readers.remove(pipe)
        elif kind.takes.word is not Takes.ONE:
            self._readers.served(pipe)
        self._asker, self._stack = pipe, arrival.stack
        if self._next:
            self._next = "send"
        return arrival.parts


def pattern(socket_type: str, options: Options | None = None) -> Pattern:
    """A socket of a type.

    Args:
        socket_type: its name, as in the Socket-Type property.
        options: what the application configures.

    Raises:
        ValueError: there is no such type.
    """
    if socket_type not in KINDS:
        raise ValueError(f"unknown socket type {socket_type!r}; known are {', '.join(KINDS)}")
    return Socket(KINDS[socket_type], options)
