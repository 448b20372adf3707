"""Plays a script against a target and comes to a verdict.

Theory of operation: `Player.play` is a generator of effects (see `effects`), so the same code judges in memory and over TCP.
It attaches to the target, lets the reference peer play its part up to where the script says something special, and watches
what the target makes of it. Three questions are kept apart: did the target go on, did it close, and what did its
application get. Going on is proven by a marker message that the application receives, or by a PONG where no application
can be asked; silence is only what is left when the time is over.

What goes wrong is an exception: `Unmet` is the target's, `Stuck` says that the script did not get as far as its stimulus,
`CannotDo` that the target does not offer what the case needs, `Broken` that the suite or the adapter is at fault.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from conformance.api import Delivery
from conformance.api.case import altered, unrolled
from conformance.api.handler import HandlerReplies
from conformance.api.script import (
    AppSends,
    Expect,
    HangUp,
    Inject,
    Octets,
    Pause,
    Peer,
    Send,
    Step,
    Until,
    Withhold,
)
from conformance.api.socket_steps import SocketStep
from conformance.harness.application import ONE_PEER, RECEIVING
from conformance.harness.bystander import WithBystander
from conformance.harness.catalogue import judged
from conformance.harness.crowd import Crowd
from conformance.harness.effects import (
    NOW,
    Accept,
    AdapterFault,
    Connect,
    Effect,
    Listen,
    Pass,
    Seen,
    Shut,
    TargetDied,
    Write,
)
from conformance.harness.errors import Broken, CannotDo, Harmed, Stuck, Unmet
from conformance.harness.peer import TRAFFIC_COMMANDS, MissingKey, TestPeer
from conformance.harness.stage import ENDINGS, Play, Settings, printable
from conformance.harness.verdict import Ending, Result, Verdict, weigh
from spec_model.crypto.entropy import Replayed
from spec_model.errors import LocalProtocolError

NEEDS_TIME = "needs time to pass: run it with --slow"
"""Why a slow case was not played."""


HEARTBEAT = ("37/heartbeat/", "37/PING/", "37/PONG/", "37/commands/")
"""Requirements to which nobody is held who announces ZMTP 3.0; that such a target dies of a PING is held against it."""

SHORT, HEAD, TAIL, STRIDE = 64, 24, 4, 16
"""Octets: what is cut everywhere, and of what is longer the beginning, the end, and the steps between them."""


class Player(WithBystander, Crowd):
    """One case on one side; `play` is to be run once."""

    def play(self) -> Generator[Effect, Any, Result]:
        """Play the case and give its result; never raises for anything that the target does."""
        self._began = self._time = yield NOW
        if self.case.slow and self.settings.real_time and not self.settings.slow:
            return self._result(Verdict.UNSUPPORTED, NEEDS_TIME)
        try:
            yield from self._once()
            if self.case.delivery is Delivery.SPLITS:
                yield from self._splits()
            breach = self._breach()
            if breach:
                return self._result(weigh(breach[0]), f"fails {breach[0]}: {breach[1]}", breach[0])
            verdict = Verdict.INFO if self._observed else Verdict.PASS
            return self._result(verdict, "; ".join(self._observed) or self.case.title)
        except Harmed as harm:
            requirement = harm.requirement or self.case.checks[0]
            return self._result(Verdict.FAIL, f"fails {requirement}: {harm}", requirement, harm.ending)
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
                self._time = yield NOW
            if self.case.negative:
                yield from self._oracles()
        except (Unmet, Stuck, CannotDo):
            yield from self._detach()  # a socket that is left behind goes on connecting to nobody, a thousand times a second
            raise
        finally:
            self._note_endings()
        yield from self._detach()

    def _splits(self) -> Play:
        """The same script again, with the stream cut once, at one position after the other."""
        first = self._peers["first"]
        lengths = [len(moment.octets) for moment in first.trace if moment.direction == "sent"]
        for position in cuts(lengths):
            self._cut = position
            try:
                yield from self._once()
            except (Unmet, Stuck) as unmet:
                kind = Harmed if isinstance(unmet, Harmed) else Unmet
                raise kind(f"with the stream cut after {position} octets, {unmet}", unmet.ending) from None

    def _result(self, verdict: Verdict, reason: str, requirement: str = "", ending: Ending | None = None) -> Result:
        judged_badly = verdict in (Verdict.FAIL, Verdict.WARN) and ending is not Ending.CRASHED
        if judged_badly and requirement.startswith(HEARTBEAT) and self._meets_3_0():
            verdict, reason = Verdict.UNSUPPORTED, f"the target announces ZMTP 3.0, which knows no PING: {reason}"
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

    def _meets_3_0(self) -> bool:
        """Whether the target has announced ZMTP 3.0, on any connection."""
        greetings = (peer.connection.peer_greeting for peer in self._peers.values())
        return any((greeting.get("version_major"), greeting.get("version_minor")) == (3, 0) for greeting in greetings)

    def _breach(self) -> tuple[str, str] | None:
        """What the target broke in what it sent, where no other case would say so (oracle 5)."""
        for peer in self._peers.values():
            for requirement, what in peer.breaches:
                if requirement in self.case.checks or requirement not in judged():
                    return requirement, f"the target's {what} breaks it"
        return None

    def _note_endings(self) -> None:
        peer = self._peer
        if peer is not None:
            answered = Ending.ANSWERED if peer.known.raw else Ending.SILENT
            self._last_ending = ENDINGS[peer.over] if peer.over else answered

    def _do(self, step: Step) -> Play:
        if not isinstance(step, (Send, Inject, Octets, Until, Withhold)):
            yield from self._flush()
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
            case Peer():
                yield from self._go_to(step)
            case AppSends(parts, to):
                yield from self.app.send(self._addressed(parts, to), wait=self._peer is not None and self._peer.ready)
            case HandlerReplies(given):
                self._stimulated = self._stimulated or bool(given)
                yield from self._handler().replies(given)
            case SocketStep():
                yield from self._socket_step(step)
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

    def _oracles(self) -> Play:
        """After a stimulus: a bystander is undisturbed, a second peer is served, the application got what it may."""
        under_test = self.case.under_test
        if under_test.refuses_clients or under_test.socket_type in ONE_PEER or not self.settings.witness:
            return
        yield from self._judge_bystander()
        if self.app.handler is not None:
            yield from self.app.handler.replies({})
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
                ending = Ending.NONE if self.side == "binds" else Ending.SILENT
                raise Harmed("expected that a second peer is served afterwards; the target takes no connection", ending)
            second.link = link
            try:
                yield from self._until("traffic")
            except Stuck as stuck:
                raise Harmed(f"expected that a second peer is served afterwards; {stuck}", stuck.ending) from None
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
                raise Harmed(f"expected that a second peer's message is delivered; {seen.value}", ENDINGS[seen])
        if self.side == "connects":
            yield from self.app.leftovers()


__all__ = ["Player", "Settings", "printable"]


def cuts(lengths: Iterable[int]) -> Iterator[int]:
    """Where to cut a stream of so many octets each in turn: everywhere, but for the middle of what is long.

    What is long has its flags, size, name and nonce at the beginning; between them and the end one octet is like the next.
    """
    start = 0
    for length in lengths:
        for at in range(length):
            if start + at and (length <= SHORT or at < HEAD or at >= length - TAIL or at % STRIDE == 0):
                yield start + at
        start += length
