"""The stage of a script: the target attached, the connections to it, and our natural part played on.

Theory of operation: a generator of effects (see `effects`). `_until` plays on to a point of the conversation, `_listen` and
`_read` take in what comes, `_write` sends; what the target's application is asked goes by `application`.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.api import Case, Delivery
from conformance.api.case import Side
from conformance.api.script import Peer
from conformance.api.socket_steps import Alone
from conformance.harness.application import Application, Inbox
from conformance.harness.effects import (
    NOW,
    Accept,
    Connect,
    Effect,
    Listen,
    Listener,
    Seen,
    Shut,
    Wait,
    Write,
)
from conformance.harness.errors import Stuck, Unmet
from conformance.harness.keys import PASSWORD, TEST_KEYS, USERNAME, Keys
from conformance.harness.peer import TestPeer, segments
from conformance.harness.verdict import Ending, Moment
from spec_model.crypto.entropy import Replayed
from spec_model.role import Role

Play = Generator[Effect, Any, Any]

ENDINGS = {
    Seen.CLOSED: Ending.CLOSED,
    Seen.RESET: Ending.RESET,
    Seen.TIMEOUT: Ending.SILENT,
    Seen.OCTETS: Ending.ANSWERED,
}


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
        narrow: whether little fits in between us and the target, so that a queue is soon full.
    """

    patience: float = 0.25
    seed: int = 0
    driven: bool = True
    real_time: bool = True
    slow: bool = False
    keys: Keys = TEST_KEYS
    witness: bool = True
    narrow: bool = False


BACK = "23/close/reconnect"
"""What a target breaks that lost its connection and does not come back, where the case asks nothing nearer."""

ENDLESS = 8
"""How many times the patience a target may go on sending what tells nothing, such as PINGs."""


class Stage:
    """One case on one side, as far as connections and our own part go."""

    def __init__(self, case: Case, side: Side, settings: Settings) -> None:
        self.case, self.side, self.settings = case, side, settings
        self._domain = f"{case.id}@{side}" if case.asks_handler else ""
        self.app = Application(case.under_test, side, settings, self._domain)
        self._peers: dict[str, TestPeer] = {}
        self._inboxes: dict[str, Inbox] = {}
        self._fences = 0
        self._reached: set[str] = set()
        self._peer: TestPeer | None = None
        self._listener: Listener | None = None
        self._time, self._began = 0.0, 0.0
        self._stimulated = not case.negative
        self._observed: list[str] = []
        self._notes: list[Moment] = []
        self._cut: int | None = None
        self._together = b""
        self._last_ending = Ending.NONE

    def _attach(self) -> Play:
        self._peers.clear()
        self._reached.clear()
        self._peer = self._listener = None
        self.app = Application(self.case.under_test, self.side, self.settings, self._domain)
        yield from self.app.open("bind" if self.side == "binds" else "")
        yield from self._stand_by()
        match self.case.script[:1]:
            case [Alone()]:
                pass
            case [Peer("first") as first]:
                yield from self._go_to(first)
            case _:
                yield from self._go_to(Peer("first"))

    def _stand_by(self) -> Play:
        """Whoever is to be there before the script's own peers comes now; nobody, here."""
        yield from ()

    def _detach(self) -> Play:
        for peer in self._peers.values():
            yield Shut(peer.link)
        yield from self.app.close()

    def _go_to(self, wanted: Peer) -> Play:
        if wanted.name not in self._peers:
            self._peers[wanted.name] = yield from self._connection(wanted)
        self._peer = self._peers[wanted.name]

    def _connection(self, wanted: Peer) -> Generator[Effect, Any, TestPeer]:
        before, like = self._peer, wanted.like or wanted.name
        role = replace(self._role(), identity=wanted.identity, version_minor=wanted.minor)
        peer = TestPeer(wanted.name, role, Replayed(f"{self.settings.seed} {self.case.id} {like}"), lambda: self._time)
        inbox = self.app.inbox
        if self.side == "binds":
            link = yield Connect(self.app.endpoint)
            if link is None:
                raise Stuck("the target refuses the connection", Ending.NONE)
        else:
            listener = self._listener
            if listener is None or before is not None and before.over is None:
                listener, endpoint = yield Listen()
                if self._listener is None or wanted.shared:
                    self._listener = listener
                    yield from self.app.connect(endpoint)
                else:
                    # The first connection lives on: another socket of the target makes the second one.
                    inbox = yield from self.app.open_another(endpoint)
            link = yield Accept(listener, self.settings.patience)
            if link is None:
                if before is not None and listener is self._listener and not wanted.shared:
                    asked = next((name for name in self.case.checks if name.endswith("/reconnect")), BACK)
                    raise Unmet("expected that the target connects again; it does not", Ending.NONE, asked)
                raise Stuck("the target does not connect", Ending.NONE)
        peer.link = link
        if self.case.under_test.mechanism == "CURVE":
            keys = self.settings.keys
            peer.known.target_secret = (keys.server if self.case.under_test.as_server else keys.client).secret
        self._inboxes[wanted.name] = inbox
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

    def _until(self, name: str) -> Play:
        """Play on until the target has sent `name`; our own answer to it waits for its turn."""
        peer, started = self.peer, self._time
        while not self._has_come(name):
            if not peer.withheld:
                yield from self._let_go()
            if self._time - started > ENDLESS * self.settings.patience:
                raise Stuck(f"waited for {name}; the target sends and sends, but not that", Ending.ANSWERED)
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
        self._time = yield NOW
        cut = self._cut if peer.name == "first" else None
        single = self.case.delivery is Delivery.OCTETS
        parts = tuple(segments(octets, peer.sent, cut, single=single))
        peer.record(what, octets, fields)
        if self.case.delivery is Delivery.TOGETHER:
            self._together += octets
        else:
            yield Write(peer.link, parts)

    def _flush(self) -> Play:
        """Write what was to go out together."""
        if self._together:
            octets, self._together = self._together, b""
            yield Write(self.peer.link, (octets,))

    def _listen(self, why: str) -> Play:
        """Wait for something of the target; its end or its silence means that the script is stuck."""
        self._heed((yield from self._read(None)), why)

    def _heed(self, seen: Seen, why: str) -> None:
        if self.peer.refused:
            raise Unmet(
                f"our side refuses what the target sent: {self.peer.breaches[-1][1]}",
                Ending.ANSWERED,
                self.peer.refused,
            )
        if seen is Seen.TIMEOUT:
            raise Stuck(f"waited {why}; the target is silent", Ending.SILENT)
        if seen in (Seen.CLOSED, Seen.RESET):
            raise Stuck(f"waited {why}; the target closed", ENDINGS[seen])

    def _read(self, inbox: Inbox | None, share: float = 1.0) -> Generator[Effect, Any, Seen]:
        """Take in what comes next: on the connection, or in an inbox of the application; waits a share of the patience."""
        peer = self.peer
        yield from self._flush()
        if peer.over is not None and inbox is None:
            return peer.over
        if inbox is not None:
            yield from self.app.ask_for_more(inbox)
        link = None if peer.over is not None or peer.deaf else peer.link
        seen = yield Wait(link, inbox.ticket if inbox is not None else None, self.settings.patience * share)
        self._time = yield NOW
        if seen.seen is Seen.OCTETS:
            peer.receive(seen.octets)
        elif seen.seen is Seen.REPLY:
            assert inbox is not None
            self.app.take(inbox, seen.answer)
        elif seen.seen is not Seen.TIMEOUT:
            peer.end(seen.seen)
        result: Seen = seen.seen
        return result

    def _note(self, what: str) -> None:
        self._notes.append(Moment(self._time, self._peer.name if self._peer else "", "note", printable(what)))

    def _since(self, started: float) -> str:
        return f"{(self._time - started) * 1000:.0f} ms"


def printable(text: str) -> str:
    """Text with everything but printable ASCII escaped: it can hold what a target chose."""
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in text)
