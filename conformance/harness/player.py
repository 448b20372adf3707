"""Plays a script against a target and comes to a verdict.

Theory of operation: `Player.play` is a generator of effects (see `effects`), so the same code judges in memory and over TCP.
It attaches to the target, lets the reference peer play its part up to where the script says something special, and watches
what the target makes of it. Three questions are kept apart: did the target go on, did it close, and what did its
application get. Going on is proven by a marker message that the application receives, or by a PONG where no application
can be asked; silence is only what is left when the time is over.

What goes wrong is an exception: `Unmet` is the target's, `Stuck` says that the script did not get as far as its stimulus,
`CannotDo` that the target does not offer what the case needs, `Broken` that the suite or the adapter is at fault.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.api import Case, Delivery, Known
from conformance.api.case import Side, altered, unrolled
from conformance.api.script import (
    Accepts,
    Answers,
    AppSends,
    Delivers,
    Differs,
    Either,
    Expect,
    Expectation,
    HangUp,
    Holds,
    Ignores,
    Inject,
    Obeys,
    Octets,
    Pause,
    Peer,
    Receives,
    Reconnects,
    Rejects,
    Send,
    Step,
    Until,
    Waits,
    Withhold,
)
from conformance.harness.application import RECEIVING, Application, Inbox
from conformance.harness.catalogue import judged
from conformance.harness.effects import (
    Accept,
    AdapterFault,
    Connect,
    Effect,
    Listen,
    Listener,
    Now,
    Pass,
    Seen,
    Shut,
    TargetDied,
    Wait,
    Write,
)
from conformance.harness.errors import Broken, CannotDo, Stuck, Unmet
from conformance.harness.keys import PASSWORD, USERNAME, Keys
from conformance.harness.peer import TRAFFIC_COMMANDS, MissingKey, TestPeer, segments
from conformance.harness.verdict import Ending, Moment, Result, Verdict, weigh
from spec_model.crypto.entropy import Replayed
from spec_model.errors import LocalProtocolError
from spec_model.role import Role

Play = Generator[Effect, Any, Any]

_ENDINGS = {Seen.CLOSED: Ending.CLOSED, Seen.RESET: Ending.RESET, Seen.TIMEOUT: Ending.SILENT, Seen.OCTETS: Ending.ANSWERED}


@dataclass(frozen=True)
class Settings:
    """How to play.

    Attributes:
        patience: seconds after which silence is believed.
        seed: for the tester's randomness.
        driven: whether an adapter stands behind the target.
        real_time: whether time costs time: a case that must pause is then left to `slow` runs.
        slow: play cases that pause in real time too.
        keys: the permanent keys of client and server.
        witness: whether the target can be had to serve a second peer after a stimulus.
    """

    patience: float = 0.25
    seed: int = 0
    driven: bool = True
    real_time: bool = True
    slow: bool = False
    keys: Keys = Keys()
    witness: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of a connection after a stimulus: closed, reset, went on, fell silent, answered, or misbehaved."""

    kind: str
    detail: str = ""

    @property
    def over(self) -> bool:
        """Whether the target ended the connection."""
        return self.kind in ("closed", "reset")


class Player:
    """One case on one side; `play` is to be run once."""

    def __init__(self, case: Case, side: Side, settings: Settings) -> None:
        self.case, self.side, self.settings = case, side, settings
        self.app = Application(case.under_test, side, settings)
        self._peers: dict[str, TestPeer] = {}
        self._inboxes: dict[str, Inbox] = {}
        self._fences = 0
        self._peer: TestPeer | None = None
        self._listener: Listener | None = None
        self._time, self._began = 0.0, 0.0
        self._stimulated = not case.negative
        self._observed: list[str] = []
        self._notes: list[Moment] = []
        self._cut: int | None = None
        self._last_ending = Ending.NONE

    # --- the whole ------------------------------------------------------------------------------------------------

    def play(self) -> Generator[Effect, Any, Result]:
        """Play the case and give its result; never raises for anything that the target does."""
        self._began = self._time = yield Now()
        if self.case.slow and self.settings.real_time and not self.settings.slow:
            return self._result(Verdict.UNSUPPORTED, "needs time to pass: run it with --slow")
        try:
            yield from self._once()
            if self.case.delivery is Delivery.SPLITS:
                yield from self._splits()
            breach = self._breach()
            if breach:
                return self._result(weigh(breach[0]), f"fails {breach[0]}: {breach[1]}", breach[0])
            verdict = Verdict.INFO if self._observed else Verdict.PASS
            return self._result(verdict, "; ".join(self._observed) or self.case.title)
        except Unmet as unmet:
            requirement = unmet.requirement or self.case.checks[0]
            return self._result(weigh(requirement), f"fails {requirement}: {unmet}", requirement, unmet.ending)
        except Stuck as stuck:
            if self._stimulated and self._peers:  # without a connection nothing was put to the target
                requirement = self.case.checks[0]
                return self._result(weigh(requirement), f"fails {requirement}: {stuck}", requirement, stuck.ending)
            return self._result(Verdict.INCONCLUSIVE, f"did not get as far as the stimulus: {stuck}", "", stuck.ending)
        except CannotDo as reason:
            return self._result(Verdict.UNSUPPORTED, str(reason))
        except TargetDied as death:
            requirement = self.case.checks[0]
            return self._result(Verdict.FAIL, f"fails {requirement}: {death}", requirement, Ending.CRASHED)
        except (Broken, AdapterFault) as fault:
            return self._result(Verdict.ERROR, str(fault))
        except (MissingKey, LocalProtocolError, ValueError) as fault:
            return self._result(Verdict.ERROR, f"the script cannot be played: {fault}")

    def _once(self) -> Play:
        try:
            yield from self._attach()
            for step in unrolled(self.case.script):
                yield from self._do(step)
                self._time = yield Now()
            if self.case.negative:
                yield from self._oracles()
        finally:
            self._note_endings()
        yield from self._detach()

    def _splits(self) -> Play:
        """The same script again, with the stream cut once, at every position in turn."""
        whole = self._peers["first"].sent
        for position in range(1, whole):
            self._cut = position
            try:
                yield from self._once()
            except (Unmet, Stuck) as unmet:
                ending = unmet.ending
                raise Unmet(f"with the stream cut after {position} octets, {unmet}", ending) from None

    def _result(
        self, verdict: Verdict, reason: str, requirement: str = "", ending: Ending | None = None
    ) -> Result:
        accused = dict.fromkeys(r for peer in self._peers.values() for r, _ in peer.breaches if r != requirement)
        trace = sorted((m for p in self._peers.values() for m in p.trace), key=lambda moment: moment.at)
        trace = sorted([*trace, *self._notes], key=lambda moment: moment.at)
        return Result(
            case=self.case,
            side=self.side,
            verdict=verdict,
            ending=self._last_ending if ending is None or ending is Ending.NONE else ending,
            reason=printable(reason),
            requirement=requirement,
            seconds=self._time - self._began,
            trace=tuple(replace(moment, at=moment.at - self._began) for moment in trace),
            noticed=tuple(accused),
        )

    def _breach(self) -> tuple[str, str] | None:
        """What the target broke in what it sent, where no other case would say so (oracle 5)."""
        for peer in self._peers.values():
            for requirement, what in peer.breaches:
                if requirement in self.case.checks or requirement not in judged():
                    return requirement, f"the target's {what} breaks it"
        return None

    def _note(self, what: str) -> None:
        self._notes.append(Moment(self._time, self._peer.name if self._peer else "", "note", printable(what)))

    def _note_endings(self) -> None:
        peer = self._peer
        if peer is not None:
            answered = Ending.ANSWERED if peer.known.raw else Ending.SILENT
            self._last_ending = _ENDINGS[peer.over] if peer.over else answered

    # --- attaching ------------------------------------------------------------------------------------------------

    def _attach(self) -> Play:
        self._peers.clear()
        self._peer = None
        self.app = Application(self.case.under_test, self.side, self.settings)
        if self.side == "connects":
            self._listener, endpoint = yield Listen()
            yield from self.app.open("")
            yield from self.app.connect(endpoint)
        else:
            yield from self.app.open("bind")
        yield from self._go_to("first")

    def _detach(self) -> Play:
        for peer in self._peers.values():
            yield Shut(peer.link)
        yield from self.app.close()

    def _go_to(self, name: str, like: str = "") -> Play:
        if name not in self._peers:
            self._peers[name] = yield from self._connection(name, like or name)
        self._peer = self._peers[name]

    def _connection(self, name: str, like: str) -> Generator[Effect, Any, TestPeer]:
        before = self._peer
        peer = TestPeer(name, self._role(), Replayed(f"{self.settings.seed} {self.case.id} {like}"), lambda: self._time)
        inbox = self.app.inbox
        if self.side == "binds":
            link = yield Connect(self.app.endpoint)
            if link is None:
                raise Stuck("the target refuses the connection", Ending.NONE)
        else:
            assert self._listener is not None
            listener = self._listener
            if before is not None and before.over is None:
                # The first connection lives on: another socket of the target makes the second one.
                listener, endpoint = yield Listen()
                inbox = yield from self.app.open_another(endpoint)
            link = yield Accept(listener, self.settings.patience)
            if link is None:
                raise Stuck("the target does not connect", Ending.NONE)
        peer.link = link
        self._inboxes[name] = inbox
        peer.known.others = {other.name: other.known for other in self._peers.values()}
        return peer

    def _role(self) -> Role:
        wanted = self.case.under_test
        if wanted.mechanism == "NULL":
            return Role("NULL", socket_type=wanted.tester_type)
        if wanted.mechanism == "PLAIN":
            server = not wanted.as_server
            user, password = USERNAME.encode(), PASSWORD.encode()
            return Role("PLAIN", server, wanted.tester_type, username=user, password=password)
        if wanted.as_server:
            keys = self.settings.keys
            return Role("CURVE", False, wanted.tester_type, permanent=keys.client, server_key=keys.server_public)
        return Role("CURVE", True, wanted.tester_type, permanent=self.settings.keys.server)

    @property
    def peer(self) -> TestPeer:
        """The connection that the script is at."""
        assert self._peer is not None
        return self._peer

    # --- steps ----------------------------------------------------------------------------------------------------

    def _do(self, step: Step) -> Play:
        match step:
            case Send():
                yield from self._send(step)
            case Inject():
                self._stimulated = True
                octets = self.peer.out_of_turn(step)
                self.peer.commands.clear()
                self.app.expect_optional(self._payload(step))
                yield from self._write(f"{step.name} out of turn", octets)
            case Octets(data):
                self._stimulated = True
                octets = data(self.peer.known) if callable(data) else data
                self.peer.commands.clear()
                self.app.expect_from(octets)
                yield from self._write("octets", octets)
            case Until(name):
                yield from self._until(name)
                if name == "traffic":
                    yield from self._let_go()  # a server has done its part when its own READY is out
            case Withhold():
                self.peer.withheld = True
            case HangUp(abort):
                yield Shut(self.peer.link, abort)
                self.peer.over = Seen.CLOSED
                self._note("the tester closes the connection")
            case Pause(seconds):
                yield Pass(seconds)
            case Peer(name, like):
                yield from self._go_to(name, like)
            case AppSends(parts):
                yield from self.app.send(parts, wait=self.peer.ready)
            case Expect(what):
                yield from self._expect(what)

    def _send(self, step: Send) -> Play:
        peer = self.peer
        if step.name in TRAFFIC_COMMANDS or step.name in ("message", "MESSAGE"):
            yield from self._until("traffic")
            # What the connection made ready in completing its handshake goes first.
            yield from self._let_go()
            octets = peer.compose(step)
            if altered(step):
                self._stimulated = True
                self.app.expect_optional(self._payload(step))
            elif step.name not in TRAFFIC_COMMANDS:
                self.app.expect(tuple(step.given.get("parts", (b"message",))))
            yield from self._write(step.name, octets)
            return
        while True:
            item = peer.natural()
            if item is None:
                yield from self._listen(f"so that {step.name} has its turn")
            elif item.name == step.name:
                peer.take()
                if peer.connection.mechanism.encrypts:
                    peer.commands.clear()  # the handshake goes in turns: whatever the script expects comes after this
                self._stimulated = self._stimulated or altered(step)
                yield from self._write(step.name, item.encode(step.given, step.alterations, step.frame), item.natural)
                return
            else:
                peer.take()
                yield from self._write(item.name, item.encode(), item.natural)

    def _payload(self, step: Send | Inject) -> tuple[bytes, ...] | None:
        """The message that an altered step would make if the target let it pass."""
        if step.name == "message":
            body = step.frame.get("body", step.given.get("body", b"message"))
            return tuple(step.given.get("parts", (body,)))
        if step.name == "MESSAGE":
            data = step.given.get("data", b"message")
            return (data,) if isinstance(data, bytes) else None
        return None

    def _until(self, name: str) -> Play:
        """Play on until the target has sent `name`; our own answer to it waits for its turn."""
        peer = self.peer
        while not self._has_come(name):
            if not peer.withheld:
                yield from self._let_go()
            if not self._has_come(name):
                yield from self._listen(f"for {name}" if name != "traffic" else "for the end of the handshake")

    def _has_come(self, name: str) -> bool:
        peer = self.peer
        if name == "traffic":
            if peer.ready:
                peer.commands.clear()
            return peer.ready
        if name == "greeting":
            return any(command == "greeting" for command, _ in peer.known.received)
        while peer.commands and any(command == name for command, _ in peer.commands):
            command, _ = peer.commands.popleft()
            if command == name:
                return True
        return False

    def _let_go(self) -> Play:
        """Send everything natural that waits."""
        peer = self.peer
        while peer.over is None and peer.natural() is not None:
            item = peer.take()
            yield from self._write(item.name, item.encode(), item.natural)

    def _write(self, what: str, octets: bytes, fields: Mapping[str, Any] | None = None) -> Play:
        peer = self.peer
        self._time = yield Now()
        cut = self._cut if peer.name == "first" else None
        single = self.case.delivery is Delivery.OCTETS
        parts = tuple(segments(octets, peer.sent, cut, single=single))
        peer.record(what, octets, fields)
        yield Write(peer.link, parts)

    def _listen(self, why: str) -> Play:
        """Wait for something of the target; its end or its silence means that the script is stuck."""
        seen = yield from self._read(None)
        if self.peer.refused:
            raise Unmet(f"our side refuses what the target sent: {self.peer.breaches[-1][1]}", Ending.ANSWERED, self.peer.refused)
        if seen is Seen.TIMEOUT:
            raise Stuck(f"waited {why}; the target is silent", Ending.SILENT)
        if seen in (Seen.CLOSED, Seen.RESET):
            raise Stuck(f"waited {why}; the target closed", _ENDINGS[seen])

    def _read(self, inbox: Inbox | None, share: float = 1.0) -> Generator[Effect, Any, Seen]:
        """Take in what comes next: on the connection, or in an inbox of the application; waits a share of the patience."""
        peer = self.peer
        if peer.over is not None and inbox is None:
            return peer.over
        if inbox is not None:
            yield from self.app.ask_for_more(inbox)
        link = None if peer.over is not None else peer.link
        seen = yield Wait(link, inbox.ticket if inbox is not None else None, self.settings.patience * share)
        self._time = yield Now()
        if seen.seen is Seen.OCTETS:
            peer.receive(seen.octets)
        elif seen.seen is Seen.REPLY:
            assert inbox is not None
            self.app.take(inbox, seen.answer)
        elif seen.seen is not Seen.TIMEOUT:
            peer.end(seen.seen)
        result: Seen = seen.seen
        return result

    # --- expectations ---------------------------------------------------------------------------------------------

    def _expect(self, what: Expectation) -> Play:
        match what:
            case Rejects(before):
                outcome = yield from self._outcome(before)
                if not outcome.over:
                    raise Unmet(f"expected close; saw {outcome.detail}", _ending(outcome))
            case Accepts() | Ignores():
                outcome = yield from self._outcome()
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
            case Holds(statement, test):
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

    def _holds(self, statement: str, test: Callable[[Known], bool]) -> Play:
        """Read until the statement is true. Our side goes on meanwhile where it may; that the target did too does not end the
        waiting, since its application may have a message before an answer sent earlier is here."""
        peer = self.peer
        fenced, inbox, fence = False, None, ""
        while not test(peer.known):
            if not peer.withheld and peer.over is None:
                yield from self._let_go()
                if peer.connection.state == "traffic" and not fenced:
                    fenced = True
                    inbox, fence = yield from self._fence(peer)
            went_on = inbox is not None and inbox.has(fence)
            seen = yield from self._read(None if went_on else inbox)
            if seen not in (Seen.OCTETS, Seen.REPLY):
                ending = Ending.ANSWERED if went_on else _ENDINGS.get(seen, Ending.SILENT)
                raise Unmet(f"expected that {statement}; it does not hold", ending)

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
        wanted = " or ".join(_phrase(o) for o in outcomes)
        raise Unmet(f"expected that the target {wanted}; saw {outcome.detail}", _ending(outcome))

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
                return Outcome("went on", f"that it went on: the application got a message {self._since(started)} later")
            if inbox is None and pinged and any(
                name == "PONG" and fields.get("context") == fence.encode() for name, fields in peer.commands
            ):
                return Outcome("went on", f"that it went on: PONG after {self._since(started)}")
            if peer.refused:
                what = peer.breaches[-1][1]
                raise Unmet(f"our side refuses what the target sent: {what}", Ending.ANSWERED, peer.refused)
            seen = yield from self._read(inbox)
            if seen in (Seen.CLOSED, Seen.RESET):
                return Outcome(seen.value, f"{seen.value} after {self._since(started)}")
            if seen is Seen.TIMEOUT:
                return Outcome("silent", f"nothing for {self._since(started)}, and the connection is still open")

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
        if self.app.unexpected(strict=strict, complete=True):
            yield from self._fence_others()
        wrong = self.app.unexpected(strict=strict, complete=True)
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
            raise Unmet("expected that the target waits; it closed", _ENDINGS[seen])

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
            raise Unmet(f"expected {what.name}; saw {name}{' with ' + seen if name == what.name else ''}", Ending.ANSWERED)

    def _obeys(self, name: str) -> Play:
        peer = self.peer
        known = peer.known
        while not (
            any(command == name for command, _ in known.received) if name != "frame" else known.flags
        ):
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
        inbox, fence = self._inboxes[self.peer.name], ""
        while len(inbox.got) < len(messages) and not (fence and inbox.has(fence)):
            may_fence = not fence and self.peer.connection.state == "traffic" and not self.peer.withheld
            seen = yield from self._read(inbox, 0.1 if may_fence else 1.0)
            if seen is Seen.TIMEOUT and may_fence:
                # Nothing came at once. What comes behind a fence does not come any more.
                _, fence = yield from self._fence(self.peer)
            elif seen is Seen.TIMEOUT:
                break
        got, inbox.got = inbox.got[: len(messages)], inbox.got[len(messages) :]
        if got != list(messages):
            shown = ", ".join(repr(message)[:60] for message in got) or "nothing"
            raise Unmet(f"expected that the application gets {len(messages)} messages as sent; it got {shown}", Ending.ANSWERED)
        self.app.delivered(messages)

    def _receives(self, parts: tuple[bytes, ...]) -> Play:
        peer = self.peer
        yield from self._until("traffic")
        if not peer.withheld:
            yield from self._let_go()
        while not peer.messages:
            yield from self._listen("for a message")
        got = peer.messages.popleft()
        if got != parts:
            raise Unmet(f"expected the message {parts!r:.80}; saw {got!r:.80}", Ending.ANSWERED)

    # --- oracles --------------------------------------------------------------------------------------------------

    def _oracles(self) -> Play:
        """After a stimulus: a second peer is served, and the application got exactly what the script allows."""
        if self.case.under_test.refuses_clients or not self.settings.witness:
            return
        second = TestPeer("witness", self._role(), Replayed(f"{self.case.id} witness"), lambda: self._time)
        before, self._peer = self._peer, second
        try:
            if self.side == "binds":
                link = yield Connect(self.app.endpoint)
            else:
                listener, endpoint = yield Listen()
                yield from self.app.open_witness(endpoint)
                link = yield Accept(listener, self.settings.patience)
            if link is None:
                raise Unmet("expected that a second peer is served afterwards; the target takes no connection", Ending.NONE)
            second.link = link
            try:
                yield from self._until("traffic")
            except Stuck as stuck:
                raise Unmet(f"expected that a second peer is served afterwards; {stuck}", stuck.ending) from None
            yield from self._witness(second)
        finally:
            self._peer = before
        yield Shut(second.link)
        wrong = self.app.unexpected(strict=False, complete=False)
        if wrong:
            raise Unmet(wrong, Ending.ANSWERED)

    def _witness(self, second: TestPeer) -> Play:
        if not (self.settings.driven and self.case.under_test.socket_type in RECEIVING):
            return
        second.connection.send(*self.app.marker("witness"))
        while second.natural() is not None:
            yield Write(second.link, (second.take().encode(),))
        while not self.app.witness.has("witness"):
            seen = yield from self._read(self.app.witness)
            if seen in (Seen.TIMEOUT, Seen.CLOSED, Seen.RESET):
                raise Unmet(f"expected that a second peer's message is delivered; {seen.value}", _ENDINGS[seen])
        if self.side == "connects":
            yield from self.app.leftovers()

    def _since(self, started: float) -> str:
        return f"{(self._time - started) * 1000:.0f} ms"


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
        case _:
            return "reacts"


def printable(text: str) -> str:
    """Text with everything but printable ASCII escaped: it can hold what a target chose."""
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in text)
