"""The tester's side of a script about sockets: its peers come in, ask for things, and get what the target sends.

Theory of operation: see `crowd`. A peer counts once a message of its own has come through, or its PING was answered; a
subscription counts once a message for one that was made after it has come.
"""

from collections import Counter, deque
from collections.abc import Callable, Generator
from typing import Any

from conformance.api.script import Peer
from conformance.api.socket_expectations import (
    Reaches,
)
from conformance.api.socket_steps import (
    Parts,
)
from conformance.harness.application import TOPIC
from conformance.harness.effects import Seen, Shut
from conformance.harness.errors import Stuck, Unmet
from conformance.harness.peer import REQUESTS_SINCE, TRAFFIC_COMMANDS, TestPeer
from conformance.harness.stage import ENDINGS, Play
from conformance.harness.verdict import Ending
from conformance.harness.watching import SETTLED, Watcher

GLANCE = 0.02
"""How much of the patience one look takes where several places are looked at in turn."""

FEWEST_ROUNDS, MOST_ROUNDS = 25, 200
"""How often a message is published for a subscription that may not be in force yet, however long it takes."""


MOST_ATTEMPTS = 50
"""How often a peer connects that the target may take for one too many."""

FORMS = frozenset(
    (*(f"23/subscription/{verb}" for verb in ("subscribe", "unsubscribe")), "37/SUBSCRIBE/sent", "37/CANCEL/sent")
)
"""Requirements about the form of a subscription request; a case that checks none of them takes a message for a command."""


class Links(Watcher):
    """A watcher of what each of several peers gets."""

    def _ready(self) -> Play:
        """Our part of the handshake is done, and what we wanted to send is out; what came behind it is kept."""
        peer, ready = self.peer, self.peer.ready
        while not peer.ready:
            if not peer.withheld:
                yield from self._let_go()
            if not peer.ready:
                yield from self._listen("for the end of the handshake")
        if not ready:
            peer.commands = deque(command for command in peer.commands if command[0] in TRAFFIC_COMMANDS)
        if not peer.withheld:
            yield from self._let_go()

    def _ask(self, what: str, topic: bytes) -> Play:
        yield from self._ready()
        self.peer.request(what, topic)
        yield from self._let_go()

    def _try(self, parts: Parts) -> Play:
        try:
            yield from self._ready()
        except (Stuck, Unmet):
            return  # it was not let in, and need not be
        self.peer.connection.send(*parts)
        yield from self._let_go()
        yield from self._read(None, SETTLED)

    def _takes_part(self) -> Play:
        yield from self._ready()
        peer = self.peer
        if not (yield from self._prove(peer)):
            raise Unmet("expected that the target serves this peer; it does not", Ending.SILENT)

    def _let_in(self, name: str) -> Play:
        for attempt in range(MOST_ATTEMPTS, 0, -1):
            yield from self._go_to(Peer(name))
            try:
                yield from self._ready()
                if (yield from self._prove(self.peer)):
                    return
            except Stuck:
                if attempt == 1:
                    raise
            yield Shut(self.peer.link)
            del self._peers[name]
            self._peer = None
        raise Unmet(f"expected that {name} is served when the place is free; it is not", Ending.CLOSED)

    def _prove(self, peer: TestPeer) -> Generator[Any, Any, bool]:
        """Prove that the target has read everything, by a marker or by a PONG; without either, by a little time."""
        inbox, fence = yield from self._fence(peer)
        while True:
            if inbox is not None and inbox.has(fence):
                self.app.addresses[peer.name] = inbox.markers[fence.encode()]
                return True
            if inbox is None and any(f.get("context") == fence.encode() for name, f in peer.commands if name == "PONG"):
                peer.commands = type(peer.commands)(c for c in peer.commands if c[1].get("context") != fence.encode())
                return True
            blind = inbox is None and peer.connection.peer_greeting.get("version_minor", 0) < 1
            seen = yield from self._read(inbox, SETTLED if blind else 1.0)
            if seen in (Seen.CLOSED, Seen.RESET):
                return False
            if seen is Seen.TIMEOUT:
                return blind

    def _in_force(self) -> Play:
        """Subscribe to a topic of our own and have it published until it comes."""
        self._fences += 1
        peer, topic = self.peer, TOPIC + b" %d" % self._fences
        dish = self.case.under_test.tester_type == "DISH"
        yield from self._ask("JOIN" if dish else "SUBSCRIBE", topic)
        yield from self._publishes((topic, b"") if dish else (topic,), lambda: topic in peer.topics)

    def _publishes(self, parts: Parts, came: Callable[[], bool]) -> Play:
        began, rounds = self._time, 0
        while not came():
            rounds += 1
            yield from self.app.send(parts, wait=True)
            seen = yield from self._read(None, GLANCE)
            if seen in (Seen.CLOSED, Seen.RESET):
                raise Unmet("expected that the subscriber is served; the target closed", ENDINGS[seen])
            late = self._time - began > self.settings.patience
            if rounds > MOST_ROUNDS or rounds > FEWEST_ROUNDS and late:
                raise Unmet(
                    f"expected that {parts[0]!r:.60} comes for what was asked for; it does not", Ending.ANSWERED
                )

    def _comes(self, parts: Parts) -> Play:
        yield from self._ready()
        peer = self.peer
        while parts not in peer.messages:
            seen = yield from self._read(None)
            if seen is not Seen.OCTETS:
                raise Unmet(f"expected the message {parts!r:.80}; none came", ENDINGS[seen])
        while peer.messages.popleft() != parts:
            pass

    def _gets_nothing(self) -> Play:
        yield from self._ready()
        yield from self._last_read()
        if self.peer.messages:
            raise Unmet(f"expected no message for this peer; saw {self.peer.messages[0]!r:.80}", Ending.ANSWERED)

    def _has_read(self) -> Play:
        yield from self._ready()
        if not (yield from self._last_read()):
            raise Unmet("expected that the target reads what this peer sends; no PONG came", Ending.SILENT)

    def _last_read(self) -> Generator[Any, Any, bool]:
        """Whether a PING is answered; a target that knows none gets a little time instead (see `_tells_reading`)."""
        peer = self.peer
        last = yield from self._last_word(peer)
        while not peer.last_words.get(last, False):
            if (yield from self._read(None, 1.0 if last else SETTLED)) is not Seen.OCTETS:
                return not last
        return True

    def _tells_reading(self) -> bool:
        """Whether the target can show that it has read what came: by a PONG, which ZMTP 3.0 does not know."""
        return bool(self.peer.connection.peer_greeting.get("version_minor", 0) >= 1)

    def _requests(self, name: str, topics: tuple[bytes, ...]) -> Play:
        yield from self._ready()
        asked, topic = yield from self._request(f"for {name}")
        if asked != name or topic not in topics:
            text = f"expected {name} with {' or '.join(map(repr, topics)):.80}; saw {asked} with {topic!r:.80}"
            raise Unmet(text, Ending.ANSWERED)

    def _wants(self, topics: tuple[bytes, ...], until: bytes) -> Play:
        yield from self._ready()
        counts: Counter[bytes] = Counter()
        while counts[until] < 1:
            asked, topic = yield from self._request("for requests")
            counts[topic] += 1 if asked in ("SUBSCRIBE", "JOIN") else -1
        left = {topic for topic, count in counts.items() if count > 0} - {until}
        if left != set(topics):
            text = f"expected that {sorted(topics)!r:.80} is left in force; {sorted(left)!r:.80} is"
            raise Unmet(text, Ending.ANSWERED)

    def _request(self, why: str) -> Generator[Any, Any, tuple[str, bytes]]:
        """The next request of the target, in the form that the connection's version has."""
        peer = self.peer
        while not (peer.commands or peer.messages):
            yield from self._listen(why)
        dish = self.case.under_test.socket_type == "DISH"
        by_command = dish or peer.minor >= REQUESTS_SINCE
        judged = {name for name in FORMS & set(self.case.checks) if name.startswith("37/" if by_command else "23/")}
        if by_command and not dish and not peer.commands and not judged:
            by_command = False  # the form is another case's business
        if by_command and peer.commands:
            name, fields = peer.commands.popleft()
            return name, fields.get("group" if dish else "subscription", b"")
        if (
            not by_command
            and peer.messages
            and len(peer.messages[0]) == 1
            and peer.messages[0][0][:1] in (b"\0", b"\1")
        ):
            octets = peer.messages.popleft()[0]
            return "SUBSCRIBE" if octets[0] else "CANCEL", octets[1:]
        saw = f"the message {peer.messages[0]!r:.80}" if peer.messages else f"the command {peer.commands[0][0]}"
        form = "a command" if by_command else "a message of one frame, 01 or 00 first"
        cancel = by_command and peer.messages and peer.messages[0][0][:1] == b"\0"
        broken = "37/CANCEL/sent" if cancel and "37/CANCEL/sent" in judged else ""
        raise Unmet(f"expected a request in the form of {form}; saw {saw}", Ending.ANSWERED, broken)

    def _shares(self, messages: tuple[Parts, ...], among: tuple[str, ...]) -> Play:
        here, size, came = self.peer, len(among), []
        rounds = [messages[at : at + size] for at in range(0, len(messages), size)]
        for name in among:
            self._peer = peer = self._peers[name]
            while len(peer.messages) < len(rounds):
                if (yield from self._read(None)) is not Seen.OCTETS:
                    break
            came.append(tuple(peer.messages))
            peer.messages.clear()
        self._peer = here
        for number, share in enumerate(came):
            fits = len(share) == len(rounds) and all(one in some for one, some in zip(share, rounds, strict=True))
            if not fits:
                raise Unmet(
                    f"expected that each of {size} peers gets one of every {size} messages; {among[number]} got "
                    f"{', '.join(repr(one)[:40] for one in share) or 'nothing'}",
                    Ending.ANSWERED,
                )
        if sorted(one for share in came for one in share) != sorted(messages):
            raise Unmet("expected that each message goes to one peer; some went to none or to several", Ending.ANSWERED)

    def _reaches(self, what: Reaches) -> Play:
        began = self._time
        while not any(self._peers[name].messages for name in what.among):
            for name in what.among:
                self._peer = self._peers[name]
                yield from self._read(None, GLANCE)
            if self._time - began > self.settings.patience:
                raise Unmet(f"expected the message {what.parts!r:.80} at one of the peers; none came", Ending.SILENT)
        name = next(name for name in what.among if self._peers[name].messages)
        self._peer = self._peers[name]
        got = self._peer.messages.popleft()
        if got != what.parts:
            raise Unmet(f"expected the message {what.parts!r:.80}; saw {got!r:.80}", Ending.ANSWERED)
        if what.anew and name in self._reached:
            raise Unmet(f"expected another peer's turn; {name} got the message again", Ending.ANSWERED)
        self._reached.add(name)
