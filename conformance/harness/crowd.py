"""What a script expects of a socket over all its connections: who gets what, and what the application gets of whom.

Theory of operation: a peer counts once a message of its own has come through, or its PING was answered; a subscription
counts once a message for one that was made after it has come through. From then on everything has a fixed order, and each
expectation is about what comes next. Nothing is waited for that must not come: the script lets something else come instead.
"""

from conformance.api.socket_expectations import (
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
    SocketExpectation,
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
    SocketStep,
    StopsReading,
    Tries,
)
from conformance.harness.application import Inbox
from conformance.harness.crowd_links import Links
from conformance.harness.effects import Seen
from conformance.harness.errors import CannotDo, Stuck, Unmet
from conformance.harness.stage import ENDINGS, Play
from conformance.harness.verdict import Ending
from conformance.harness.watching import SETTLED
from spec_model.requirements import load

LARGE, NARROWER = 1 << 16, 8
"""Octets of a message that is meant to fill what lies between, and how many times smaller it may be where little does."""


class Crowd(Links):
    """A watcher of sockets with several peers, and of the application behind them."""

    _filled: list[Parts]

    def _socket_step(self, step: SocketStep) -> Play:
        match step:
            case Alone():
                pass
            case AppAsks(op, topic):
                yield from self.app.configure(op, topic)
            case AppCloses():
                yield from self.app.shut()
            case Asks(what, topic):
                yield from self._ask(what, topic)
            case LetIn(name):
                yield from self._let_in(name)
            case StopsReading():
                yield from self._ready()
                self.peer.deaf = True
            case Reads():
                self.peer.deaf = False
                until = self._time + self.settings.patience  # some never stop sending
                while (yield from self._read(None, SETTLED)) is Seen.OCTETS and self._time < until:
                    pass
            case Tries(parts):
                yield from self._try(parts)

    def _socket(self, what: SocketExpectation) -> Play:
        match what:
            case TakesPart():
                yield from self._takes_part()
            case InForce():
                yield from self._in_force()
            case CannotSend(parts, to, by_error):
                yield from self._cannot_send(self._addressed(parts, to), by_error=by_error)
            case TakesMessage(parts, to):
                yield from self.app.send(self._addressed(parts, to), wait=True)
            case Fills():
                yield from self._fills(what)
            case ReturnsAtOnce(parts, to):
                yield from self._returns_at_once(self._addressed(parts, to))
            case Floods():
                yield from self._floods(what)
            case SomeCome(last, least):
                yield from self._some_come(last, least)
            case Answered(times):
                yield from self._answered(times)
            case ConnectTold():
                if not self.app.connected:
                    raise Unmet("expected that connecting gives back a routing id; it does not", Ending.ANSWERED)
                self.app.addresses[self.peer.name] = self.app.connected
            case ToldApart(one, other):
                yield from self._told_apart(one, other)
            case AllCome():
                yield from self._all_come()
            case HasRead():
                yield from self._has_read()
            case HoldsBack(messages):
                yield from self._holds_back(messages)
            case Wants(topics, until):
                yield from self._wants(topics, until)
            case Requests(name, topics):
                yield from self._requests(name, topics)
            case Shares(messages, among):
                yield from self._shares(messages, among)
            case Reaches():
                yield from self._reaches(what)
            case Comes(parts):
                yield from self._comes(parts)
            case GetsNothing():
                yield from self._gets_nothing()
            case Publishes(parts):
                yield from self._publishes(parts, lambda: parts in self.peer.messages)
            case HeardBeside():
                yield from self._heard_beside(what)
            case Gathers(groups):
                yield from self._gathers(groups)
            case Hears(parts):
                yield from self._hears(parts)
            case HearsError(then):
                yield from self._hears_error(then)
            case HearsNothing():
                if came := (yield from self.app.nothing()):
                    raise Unmet(f"expected nothing for the application; it got {came}", Ending.ANSWERED)
            case Knows(statement, test):
                if not test(self.app.addresses):
                    seen = ", ".join(f"{name}: {octets.hex()}" for name, octets in self.app.addresses.items())
                    raise Unmet(f"expected that {statement}; saw {seen or 'no addresses'}", Ending.ANSWERED)

    def _addressed(self, parts: Parts, to: str) -> Parts:
        """A message of the application with the address of its receiver, where it has one."""
        if not to:
            return parts
        if to not in self.app.addresses:
            raise Stuck(f"the application has not learned the address of {to}", Ending.NONE)
        return self.app.addresses[to], *parts

    def _cannot_send(self, parts: Parts, *, by_error: bool) -> Play:
        why = yield from self.app.try_to_send(parts)
        if not why:
            raise Unmet("expected that the socket does not take the message; it does", Ending.ANSWERED)
        if by_error and why == "timed out":
            raise Unmet("expected that sending returns an error; it blocks", Ending.ANSWERED)

    def _returns_at_once(self, parts: Parts) -> Play:
        if (yield from self.app.try_to_send(parts)) == "timed out":
            own = (name for name in self.case.checks if name.endswith(("/never-blocks", "/full")))
            rfc, kind = self.case.checks[0].partition("/")[0], self.case.under_test.socket_type
            never = f"{rfc}/{kind}/never-blocks"
            asked = next(own, never if never in load() else "")
            raise Unmet("expected that sending returns at once; it blocks", Ending.SILENT, asked)

    def _number(self, what: Fills | Floods, number: int) -> Parts:
        size = what.size // NARROWER if self.settings.narrow and what.size >= LARGE else what.size
        body = b"%06d" % number + b"x" * max(0, size - 6)
        return (what.group, body) if self.case.under_test.socket_type == "RADIO" else (what.group + body,)

    def _floods(self, what: Floods) -> Play:
        self._filled = [self._number(what, number) for number in range(what.times)]
        for message in self._filled:
            yield from self._returns_at_once(self._addressed(message, what.to))

    def _some_come(self, last: Parts, least: int) -> Play:
        peer, left, came = self.peer, iter(self._filled), 0
        while True:
            while not peer.messages:
                if (yield from self._read(None)) is not Seen.OCTETS:
                    raise Unmet(f"expected the message {last!r:.80} behind the others; none came", Ending.SILENT)
            if (got := peer.messages.popleft()) == last:
                break
            if got not in left:
                raise Unmet(f"expected messages whole, once and in order; saw {got!r:.80}", Ending.ANSWERED)
            came += 1
        if came < least:
            raise Unmet(f"expected that what was queued comes; {came} messages came", Ending.ANSWERED)
        if came == len(self._filled):
            limit = next((requirement for requirement in self.case.checks if requirement.endswith("/queue-limit")), "")
            raise Unmet(f"expected that some are dropped; all {came} came", Ending.ANSWERED, limit)

    def _answered(self, times: int) -> Play:
        inbox = self._inbox()
        for _ in range(times):
            while not inbox.got:
                if (yield from self._read(inbox)) not in (Seen.OCTETS, Seen.REPLY):
                    raise Unmet("expected that the application gets a request; it got none", Ending.SILENT)
            yield from self.app.send(inbox.got.pop(0), wait=True)

    def _told_apart(self, one: str, other: str) -> Play:
        here, served = self.peer, []
        for name in (other, one):
            self._peer = self._peers[name]
            self.app.addresses.pop(name, None)
            try:
                yield from self._ready()
                served.append((yield from self._prove(self._peer)))
            except Stuck:
                served.append(False)
        self._peer = here
        if all(served) and self.app.addresses[one] == self.app.addresses[other]:
            raise Unmet(f"expected two names; both are {self.app.addresses[one].hex()}", Ending.ANSWERED)

    def _fills(self, what: Fills) -> Play:
        self._filled = []
        for number in range(what.most):
            message = self._number(what, number)
            if (yield from self.app.try_to_send(self._addressed(message, what.to))):
                return
            self._filled.append(message)
        limit = next((requirement for requirement in self.case.checks if requirement.endswith("/queue-limit")), "")
        if what.owed or limit:
            text = f"expected that it takes no more at some point; it took {what.most} messages"
            raise Unmet(text, Ending.ANSWERED, "" if what.owed else limit)

    def _all_come(self) -> Play:
        peer = self.peer
        for message in self._filled:
            while not peer.messages:
                if (yield from self._read(None)) is not Seen.OCTETS:
                    raise Unmet(
                        f"expected every message that was taken; {message[-1][:6]!r} is missing", Ending.ANSWERED
                    )
            if (got := peer.messages.popleft()) != message:
                raise Unmet(
                    f"expected every message that was taken; {got[-1][:6]!r} came for {message[-1][:6]!r}",
                    Ending.ANSWERED,
                )

    def _gathers(self, groups: tuple[tuple[Parts, ...], ...]) -> Play:
        inbox, count = self._inbox(), sum(map(len, groups))
        while len(inbox.got) < count and (yield from self._read(inbox)) in (Seen.OCTETS, Seen.REPLY):
            pass
        got, inbox.got = inbox.got[:count], inbox.got[count:]
        left = [list(group) for group in groups]
        for message in got:
            source = next((group for group in left if group and group[0] == message), None)
            if source is None:
                raise Unmet(
                    f"expected the peers' messages, each once and in order; got {message!r:.80}", Ending.ANSWERED
                )
            source.pop(0)
        missing = [group[0] for group in left if group]
        if missing:
            raise Unmet(f"expected that the application gets {missing[0]!r:.80}; it did not", Ending.SILENT)
        for group in groups:
            self.app.delivered(group)

    def _heard_beside(self, what: HeardBeside) -> Play:
        """The talker always has a message waiting; whoever is never heard beside it is starved."""
        inbox, talker = self._inbox(), self._peers[what.talker]
        for _ in range(what.most):
            while not inbox.got:
                if (yield from self._read(inbox)) not in (Seen.OCTETS, Seen.REPLY):
                    raise Unmet(
                        f"expected that the application gets {what.waiting!r:.80}; it got nothing", Ending.SILENT
                    )
            if inbox.got.pop(0) == what.waiting:
                return
            talker.connection.send(*what.talk)
            here, self._peer = self._peer, talker
            yield from self._let_go()
            self._peer = here
        text = f"expected that the application gets {what.waiting!r:.60}; it got {what.most} of another peer instead"
        raise Unmet(text, Ending.ANSWERED)

    def _hears(self, parts: Parts) -> Play:
        inbox = self._inbox()
        while parts not in inbox.got:
            if (yield from self._read(inbox)) not in (Seen.OCTETS, Seen.REPLY):
                raise Unmet(f"expected that the application gets {parts!r:.80}; it did not", Ending.SILENT)
        del inbox.got[: inbox.got.index(parts) + 1]
        self.app.delivered((parts,))

    def _hears_error(self, then: tuple[Parts, ...]) -> Play:
        """What comes instead stays where it is, for whatever else the script allows."""
        yield from self._ready()
        inbox = self._inbox()
        while not inbox.got:
            try:
                seen = yield from self._read(inbox)
            except Unmet:
                yield from self._delivers(then)
                return
            if seen not in (Seen.OCTETS, Seen.REPLY):
                raise Unmet(f"expected an error for the application; {seen.value}", ENDINGS[seen])
        raise Unmet(f"expected an error for the application; it got {inbox.got[0]!r:.80}", Ending.ANSWERED)

    def _inbox(self) -> Inbox:
        return self._inboxes[self.peer.name]

    def _delivers(self, messages: tuple[Parts, ...]) -> Play:
        """As in `Watcher`; besides, the application learns the address of the peer at which the script is."""
        yield from super()._delivers(messages)
        if address := self._inbox().address:
            self.app.addresses[self.peer.name] = address

    def _holds_back(self, messages: tuple[Parts, ...]) -> Play:
        yield from self._ready()
        if not self._tells_reading():
            raise CannotDo("the target speaks ZMTP 3.0, without PONG: nothing shows what it has read and what waits")
        for message in messages:
            self.peer.connection.send(*message)
        yield from self._let_go()
        if not (yield from self._last_read()):
            return
        inbox = self._inbox()
        while len(inbox.got) < len(messages):
            if (yield from self._read(inbox)) not in (Seen.OCTETS, Seen.REPLY):
                return
        raise Unmet(f"expected a limit; all {len(messages)} messages wait for the application", Ending.ANSWERED)
