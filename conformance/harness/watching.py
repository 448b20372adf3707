"""What a script expects, and how it is found out: the reactions of the target, told apart and proven.

Theory of operation: three questions are kept apart: did the target go on, did it close, and what did its application get.
Going on is proven by a marker message that the application receives, or by a PONG where no application can be asked;
silence is only what is left when the time is over.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.api import Known
from conformance.api.handler import HandlerSaw
from conformance.api.script import (
    Accepts,
    Answers,
    Delivers,
    Differs,
    Either,
    Expectation,
    Holds,
    Ignores,
    Obeys,
    Receives,
    Reconnects,
    Rejects,
    Waits,
)
from conformance.api.socket_expectations import SocketExpectation
from conformance.harness.application import RECEIVING, Inbox
from conformance.harness.effects import (
    NOW,
    Accept,
    Effect,
    Pass,
    Seen,
)
from conformance.harness.errors import Broken, CannotDo, Stuck, Unmet
from conformance.harness.handler import Handler
from conformance.harness.peer import TestPeer
from conformance.harness.stage import ENDINGS, ENDLESS, Play, Stage
from conformance.harness.verdict import Ending

SETTLED = 0.1
"""How much of the patience is left for what the target sent before, once it is known to have gone on."""

GLANCE = 0.02
"""Share of the patience after which the handler is asked again what it was asked."""


@dataclass(frozen=True)
class Outcome:
    """What became of a connection after a stimulus: closed, reset, went on, fell silent, answered, or misbehaved."""

    kind: str
    detail: str = ""

    @property
    def over(self) -> bool:
        """Whether the target ended the connection."""
        return self.kind in ("closed", "reset")


class Watcher(Stage):
    """A stage on which the target's reactions are judged; what is not met is raised."""

    _observed: list[str]

    def _expect(self, what: Expectation) -> Play:
        match what:
            case Rejects(before):
                outcome = yield from self._outcome(before)
                if not outcome.over:
                    raise Unmet(f"expected close; saw {outcome.detail}", _ending(outcome))
            case Accepts() | Ignores():
                outcome = yield from self._outcome()
                self._unless_blind(outcome)
                if outcome.kind != "went on":
                    raise Unmet(f"expected that the target goes on; saw {outcome.detail}", _ending(outcome))
                yield from self._judge_deliveries(strict=isinstance(what, Ignores))
            case Waits():
                yield from self._waits()
            case Answers():
                yield from self._answers(what)
            case Obeys(name):
                yield from self._obeys(name)
            case Delivers(messages):
                yield from self._delivers(messages)
            case Receives(parts):
                yield from self._receives(parts)
            case Differs(command, field):
                values = [v for peer in self._peers.values() for v in peer.known.values(command, field)]
                if len(values) < 2:
                    raise Stuck(f"{command} came {len(values)} times", Ending.NONE)
                if len(set(values)) < len(values):
                    raise Unmet(f"expected another {field} in each {command}; saw the same twice", Ending.ANSWERED)
            case Holds(statement, test, now):
                if now and not test(self.peer.known):
                    raise Unmet(f"expected that {statement}; it does not hold", Ending.ANSWERED)
                yield from self._holds(statement, test)
            case Reconnects(back):
                assert self._listener is not None or self.side == "binds"
                if self._listener is None:
                    raise CannotDo("a target that binds does not reconnect")
                link = yield Accept(self._listener, self.settings.patience)
                if back and link is None:
                    raise Unmet("expected that the target connects again; it stays away", Ending.SILENT)
                if not back and link is not None:
                    raise Unmet("expected that the target stays away; it connects again", Ending.ANSWERED)
            case Either(outcomes):
                yield from self._either(outcomes)
            case HandlerSaw(values, times):
                yield from self._handler_saw(values, times)
            case SocketExpectation():
                yield from self._socket(what)

    def _socket(self, what: SocketExpectation) -> Play:
        """What is expected of a socket over all its connections: see `crowd`."""
        raise NotImplementedError

    def _handler(self) -> Handler:
        if self.app.handler is None:
            raise Broken("the case has no ZAP handler")
        return self.app.handler

    def _handler_saw(self, values: Mapping[str, Any], times: int) -> Play:
        """Play on until the handler was asked so often; what comes behind a fence is not awaited."""
        peer, handler, started = self.peer, self._handler(), self._time
        yield from handler.take()
        while len(handler.requests) < times and self._time - started < self.settings.patience:
            if peer.over is None and not peer.withheld:
                yield from self._let_go()
            if peer.over is None:
                yield from self._read(None, GLANCE)
            else:
                yield Pass(self.settings.patience * GLANCE)
                self._time = yield NOW
            yield from handler.take()
        wanted = {name: value(peer.known) if callable(value) else value for name, value in values.items()}
        for judged in handler.judge(wanted, times):
            peer.breaches.extend((requirement, "request to the ZAP handler") for requirement in judged.accused)
        for requirement, what in peer.breaches:
            if requirement in self.case.checks:
                raise Unmet(f"the target's {what} breaks it", Ending.ANSWERED, requirement)

    def _holds(self, statement: str, test: Callable[[Known], bool]) -> Play:
        """Read until the statement is true. Our side goes on meanwhile where it may.

        That the target went on does not end the waiting at once: its application may have a message before an earlier answer
        is here. What it answers to a PING after that comes last of all; one that knows no PING gets a little more time.
        """
        peer, started = self.peer, self._time
        fenced, inbox, fence, last = False, None, "", b""
        while not test(peer.known):
            if not peer.withheld and peer.over is None:
                yield from self._let_go()
                if peer.connection.state == "traffic" and not fenced:
                    fenced = True
                    inbox, fence = yield from self._fence(peer)
            went_on = inbox is not None and inbox.has(fence)
            if went_on and not last:
                last = yield from self._last_word(peer)
            if peer.last_words.get(last, False):
                seen = Seen.TIMEOUT
            else:
                seen = yield from (self._read(None, SETTLED) if went_on else self._read(inbox))
            if seen not in (Seen.OCTETS, Seen.REPLY) or self._time - started > ENDLESS * self.settings.patience:
                ending = Ending.ANSWERED if went_on else ENDINGS.get(seen, Ending.SILENT)
                raise Unmet(f"expected that {statement}; it does not hold", ending)

    def _last_word(self, peer: TestPeer) -> Generator[Effect, Any, bytes]:
        """Ask for an answer behind all others; gives the PONG's context, or nothing where the target knows no PING."""
        if peer.withheld or peer.over is not None or peer.connection.peer_greeting.get("version_minor", 0) < 1:
            return b""
        self._fences += 1
        context = f"last {self._fences}".encode()
        peer.last_words[context] = False
        peer.connection.send_command("PING", {"context": context})
        yield from self._let_go()
        return context

    def _either(self, outcomes: tuple[Expectation, ...]) -> Play:
        last: list[str] = []
        ending = Ending.NONE
        classified = [o for o in outcomes if isinstance(o, (Rejects, Accepts, Ignores, Waits))]
        for other in outcomes:
            if other not in classified:
                try:
                    yield from self._expect(other)
                except (Unmet, Stuck) as unmet:
                    last.append(str(unmet))
                    ending = unmet.ending
                else:
                    self._observed.append(f"saw that the target {_phrase(other)}")
                    return
        if not classified:
            raise Unmet("; ".join(last), ending)
        before = next((o.before for o in classified if isinstance(o, Rejects)), "")
        outcome = yield from self._outcome(before)
        for one in classified:
            if isinstance(one, Rejects) and outcome.over or isinstance(one, Waits) and outcome.kind == "silent":
                self._observed.append(f"saw that the target {_phrase(one)}")
                return
            if isinstance(one, (Accepts, Ignores)) and outcome.kind == "went on":
                strict = isinstance(one, Ignores) and not any(isinstance(o, Accepts) for o in classified)
                yield from self._judge_deliveries(strict=strict)
                self._observed.append(f"saw that the target {_phrase(one)}")
                return
        if any(isinstance(one, (Accepts, Ignores)) for one in classified):
            self._unless_blind(outcome)
        wanted = " or ".join(_phrase(o) for o in outcomes)
        raise Unmet(f"expected that the target {wanted}; saw {outcome.detail}", _ending(outcome))

    def _unless_blind(self, outcome: Outcome) -> None:
        """Believe no silence behind the handshake of a target that has nothing to show that it goes on."""
        peer = self.peer
        told = self.settings.driven and self.case.under_test.socket_type in RECEIVING
        pongs = peer.connection.peer_greeting.get("version_minor", 0) >= 1
        if outcome.kind == "silent" and peer.connection.state == "traffic" and not told and not pongs:
            kind = self.case.under_test.socket_type
            raise CannotDo(f"the target speaks ZMTP 3.0, without PONG: nothing shows whether its {kind} goes on")

    def _outcome(self, before: str = "") -> Generator[Effect, Any, Outcome]:
        """Let the reference peer go on, and see whether the target goes along, closes, or falls silent."""
        peer = self.peer
        started = self._time
        pinged, inbox, fence = False, None, ""
        while True:
            if not peer.withheld and peer.over is None:
                yield from self._let_go()
                if peer.connection.state == "traffic" and not pinged:
                    pinged = True
                    inbox, fence = yield from self._fence(peer)
            if before and any(command == before for command, _ in peer.commands):
                return Outcome("answered", f"{before} after {self._since(started)}")
            if inbox is not None and inbox.has(fence):
                return Outcome(
                    "went on", f"that it went on: the application got a message {self._since(started)} later"
                )
            if (
                inbox is None
                and pinged
                and any(name == "PONG" and fields.get("context") == fence.encode() for name, fields in peer.commands)
            ):
                return Outcome("went on", f"that it went on: PONG after {self._since(started)}")
            if peer.refused:
                what = peer.breaches[-1][1]
                raise Unmet(f"our side refuses what the target sent: {what}", Ending.ANSWERED, peer.refused)
            seen = yield from self._read(inbox)
            if seen in (Seen.CLOSED, Seen.RESET):
                return Outcome(seen.value, f"{seen.value} after {self._since(started)}")
            if seen is Seen.TIMEOUT or self._time - started > ENDLESS * self.settings.patience:
                said = "an ERROR, and then " if peer.failed is not None else ""
                return Outcome("silent", f"{said}nothing for {self._since(started)}, and the connection is still open")

    def _fence(self, peer: TestPeer) -> Generator[Effect, Any, tuple[Inbox | None, str]]:
        """Send what proves that the target went on: a message for its application, or a PING.

        Gives the inbox to watch, if it is a message, and the fence's name, which is the PING's context otherwise.
        """
        self._fences += 1
        inbox, name = None, f"fence {self._fences}"
        if self.settings.driven and self.case.under_test.socket_type in RECEIVING:
            inbox = self._inboxes[peer.name]
            peer.connection.send(*self.app.marker(name))
        elif peer.connection.peer_greeting.get("version_minor", 0) >= 1:
            peer.connection.send_command("PING", {"context": name.encode()})
        while peer.natural() is not None:
            item = peer.take()
            yield from self._write(name, item.encode())
        return inbox, name

    def _judge_deliveries(self, *, strict: bool) -> Play:
        if not self.settings.driven:
            return  # nobody can be asked
        complete = self.case.under_test.socket_type in RECEIVING  # of others, the script itself asks what came
        if self.app.unexpected(strict=strict, complete=complete):
            yield from self._fence_others()
        wrong = self.app.unexpected(strict=strict, complete=complete)
        if wrong:
            raise Unmet(wrong, Ending.ANSWERED)

    def _fence_others(self) -> Play:
        """What came on the script's other connections may be delivered behind this one's fence: they get one each."""
        here = self._peer
        for other in self._peers.values():
            if other is here or other.over is not None or other.withheld or other.connection.state != "traffic":
                continue
            self._peer = other
            inbox, fence = yield from self._fence(other)
            while inbox is not None and not inbox.has(fence):
                if (yield from self._read(inbox)) not in (Seen.OCTETS, Seen.REPLY):
                    break
        self._peer = here

    def _waits(self) -> Play:
        peer = self.peer
        came = len(peer.known.raw)
        seen = yield from self._read(None)
        if seen is Seen.OCTETS and len(peer.known.raw) > came:
            raise Unmet("expected that the target waits; it sent something", Ending.ANSWERED)
        if seen in (Seen.CLOSED, Seen.RESET):
            raise Unmet("expected that the target waits; it closed", ENDINGS[seen])

    def _answers(self, what: Answers) -> Play:
        peer = self.peer
        while not peer.commands:
            if not peer.withheld:
                yield from self._let_go()
            try:
                yield from self._listen(f"for {what.name}")
            except Unmet:  # our own side may refuse the very command that the script expects
                if not peer.commands:
                    raise
        name, fields = peer.commands.popleft()
        wrong = {field: value for field, value in what.values.items() if fields.get(field) != value}
        if name != what.name or wrong:
            seen = ", ".join(f"{field} {fields.get(field)!r} instead of {value!r}" for field, value in wrong.items())
            raise Unmet(
                f"expected {what.name}; saw {name}{' with ' + seen if name == what.name else ''}", Ending.ANSWERED
            )

    def _obeys(self, name: str) -> Play:
        peer = self.peer
        known = peer.known
        while not (any(command == name for command, _ in known.received) if name != "frame" else known.flags):
            if not peer.withheld:
                yield from self._let_go()
            yield from self._listen(f"for {name}")
        for requirement, what in peer.breaches:
            if requirement in self.case.checks:
                raise Unmet(f"the target's {what} breaks it", Ending.ANSWERED, requirement)

    def _delivers(self, messages: tuple[tuple[bytes, ...], ...]) -> Play:
        if not self.settings.driven:
            raise CannotDo("needs an adapter to ask what the application got")
        yield from self._until("traffic")
        if not self.peer.withheld:
            yield from self._let_go()
        inbox, fence, ending = self._inboxes[self.peer.name], "", Ending.ANSWERED
        while len(inbox.got) < len(messages) and not (fence and inbox.has(fence)):
            may_fence = not fence and self.peer.connection.state == "traffic" and not self.peer.withheld
            seen = yield from self._read(inbox, 0.1 if may_fence else 1.0)
            if seen is Seen.TIMEOUT and may_fence:
                # Nothing came at once. What comes behind a fence does not come any more.
                _, fence = yield from self._fence(self.peer)
            elif seen is Seen.TIMEOUT:
                ending = Ending.SILENT  # nothing proves that the target had come so far: it may only be late
                break
        got, inbox.got = inbox.got[: len(messages)], inbox.got[len(messages) :]
        if got != list(messages):
            shown = ", ".join(repr(message)[:60] for message in got) or "nothing"
            raise Unmet(f"expected that the application gets {len(messages)} messages as sent; it got {shown}", ending)
        self.app.delivered(messages)

    def _receives(self, parts: tuple[bytes, ...]) -> Play:
        peer = self.peer
        yield from self._until("traffic")
        if not peer.withheld:
            yield from self._let_go()
        inbox, fence = None, ""
        while not peer.messages:
            went_on = inbox is not None and inbox.has(fence)
            may_fence = not fence and peer.connection.state == "traffic" and not peer.withheld and peer.over is None
            seen = yield from self._read(None if went_on else inbox, SETTLED if may_fence or went_on else 1.0)
            if seen is Seen.TIMEOUT and may_fence:
                # Nothing came at once. If the target goes on and still nothing comes, none will.
                inbox, fence = yield from self._fence(peer)
            elif seen is Seen.TIMEOUT and went_on:
                raise Unmet(
                    f"expected the message {parts!r:.80}; none came, though the target goes on", Ending.ANSWERED
                )
            else:
                self._heed(seen, "for a message")
        got = peer.messages.popleft()
        if got != parts:
            raise Unmet(f"expected the message {parts!r:.80}; saw {got!r:.80}", Ending.ANSWERED)


def _ending(outcome: Outcome) -> Ending:
    kinds = {"closed": Ending.CLOSED, "reset": Ending.RESET, "silent": Ending.SILENT}
    return kinds.get(outcome.kind, Ending.ANSWERED)


def _phrase(what: Expectation) -> str:
    match what:
        case Rejects():
            return "closes"
        case Accepts():
            return "goes on"
        case Ignores():
            return "ignores it"
        case Waits():
            return "waits"
        case Answers(name):
            return f"answers {name}"
        case Obeys(name):
            return f"sends a proper {name}"
        case Delivers():
            return "delivers it"
        case Receives():
            return "sends it"
        case Holds(statement):
            return f"shows that {statement}"
        case Reconnects(back):
            return "connects again" if back else "stays away"
        case SocketExpectation():
            return what.sentence
        case _:
            return "reacts"
