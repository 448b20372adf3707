"""The subscribing half of a socket: what its application wants, what its peers want, and the requests in between.

Theory of operation: a subscriber (`kind.asks`) sends a request to every publisher for each change of what its
application wants, tells all of it to a publisher that comes later, and takes it back before it closes. A publisher
(`kind.hears`) keeps what each connection has asked for; it goes with the connection. An XPUB shows requests to its
application in the form of ZMTP 3.0: only those that change whether anybody wants the topic, or all of them if it is
verbose (RFC 29 "The XPUB Socket Type").
"""

from spec_model.patterns.envelope import group_refusal
from spec_model.patterns.interest import Interest, as_message, request
from spec_model.patterns.kind import Asks, Kind, Requests
from spec_model.patterns.pattern import ACCEPTED, Options, Outcome, PeerId, Sent
from spec_model.patterns.pipe import Arrival, Pipe


class Subscribing:
    """Peers, and who of them wants what.

    Args:
        kind: the socket's row of the table, or a faulty version of it.
        options: what the application configured.
    """

    def __init__(self, kind: Kind, options: Options | None = None) -> None:
        self.kind, self.options = kind, options or Options()
        self._pipes: dict[PeerId, Pipe] = {}
        self._wanted = Interest(kind.asks.word, kind.match.word)

    # --- the subscriber -------------------------------------------------------------------------------------------

    def subscribe(self, topic: bytes) -> Sent:
        """See `Pattern`."""
        return self._want(topic, wanted=True, group=False)

    def unsubscribe(self, topic: bytes) -> Sent:
        """See `Pattern`."""
        return self._want(topic, wanted=False, group=False)

    def join(self, group: bytes) -> Sent:
        """See `Pattern`."""
        refused = group_refusal(group)
        return Sent(Outcome.ERROR, refused) if refused else self._want(group, wanted=True, group=True)

    def leave(self, group: bytes) -> Sent:
        """See `Pattern`."""
        return self._want(group, wanted=False, group=True)

    def _want(self, topic: bytes, *, wanted: bool, group: bool) -> Sent:
        asks = self.kind.asks.word
        if asks is Asks.NONE or group != (asks is Asks.GROUPS):
            raise TypeError(f"a {self.kind.name} has no {'groups' if group else 'subscriptions'}")
        if not (self._wanted.add(topic) if wanted else self._wanted.remove(topic)):
            return Sent(Outcome.DROPPED, self.kind.why("asks"))
        for pipe in self._pipes.values():
            if pipe.attached:
                self._request(pipe, topic, wanted=wanted)
        return ACCEPTED

    def _announce(self, pipe: Pipe, *, wanted: bool) -> None:
        """Tell a publisher everything that is in force, or take it back."""
        for topic in self._wanted.topics():
            self._request(pipe, topic, wanted=wanted)

    def _request(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        item = request(self.kind.asks.word, pipe.minor, topic, wanted=wanted)
        if item is not None:
            pipe.request(item)

    # --- the publisher --------------------------------------------------------------------------------------------

    def _hear(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        """A peer asks for something, or takes it back; what it never asked for it cannot take back."""
        before = self._anybody_wants(topic)
        changed = pipe.interest.add(topic) if wanted else pipe.interest.remove(topic)
        if changed and (self.options.verbose or self._anybody_wants(topic) != before):
            self._show(pipe, topic, wanted=wanted)

    def _anybody_wants(self, topic: bytes) -> bool:
        return any(topic in pipe.interest for pipe in self._pipes.values())

    def _show(self, pipe: Pipe, topic: bytes, *, wanted: bool) -> None:
        """Hand a request to the application where the type does so; among the peer's messages, in order."""
        if self.kind.requests.word is Requests.SHOWN:
            pipe.incoming.append(Arrival((), (as_message(topic, wanted=wanted),), request=True))

    def _forget_interest(self, pipe: Pipe) -> None:
        """A connection is gone, and what was asked over it (29/XPUB/disconnect-unsubscribes)."""
        for topic in pipe.interest.topics():
            self._hear(pipe, topic, wanted=False)
