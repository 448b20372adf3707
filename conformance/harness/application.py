"""The application behind the target, as a script knows it: what it is asked by the adapter, and what it should have got.

Deliveries are judged as a whole: what the application got must be what was sent, whole, in order, once. Messages that were
sent naturally are owed once the target is known to have gone on; what an altered step sent may be delivered or not.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from conformance.api.case import Side, UnderTest
from conformance.harness.effects import Answer, Effect, Post, Seen, Ticket, Wait
from conformance.harness.errors import Broken, CannotDo, Unmet
from conformance.harness.handler import POOL, Handler
from conformance.harness.keys import CLIENT, PASSWORD, SERVER, USERNAME
from conformance.harness.verdict import Ending

if TYPE_CHECKING:
    from conformance.harness.stage import Settings

SINGLE_PART = frozenset({"CLIENT", "SERVER", "GATHER", "PEER", "CHANNEL"})
"""Socket types whose application gets any message of one part as it was sent."""

RECEIVING = frozenset({"DEALER", "PAIR", "PULL", "ROUTER"}) | SINGLE_PART
"""Socket types whose application gets any message as it was sent; in some types, behind the peer's address."""

ADDRESSING = frozenset({"ROUTER", "SERVER", "PEER"})
"""Socket types whose application gets the sender's address before each message."""

ONE_PEER = frozenset({"PAIR", "CHANNEL"})
"""Socket types that serve one peer at a time."""

MARKER = b"marker of zmtp-conformance"
TOPIC = b"topic of zmtp-conformance"
"""Topics and groups that begin so are the harness's own, and so are messages for them."""

CONVENIENCES = {"reconnect_interval_ms": 1, "linger_ms": 0}
"""Options that make a run quick; a target that does not offer them is judged without."""

NARROW = {"send_limit": {"send_buffer": 16_384}, "receive_limit": {"receive_buffer": 16_384}}
"""More of them, for a queue with a limit: what the operating system holds besides is megabytes otherwise."""

_ADMISSION = {"status": "200", "text": "OK", "user_id": "", "metadata": ""}
_REFUSAL = {"status": "400", "text": "refused by the test", "user_id": "", "metadata": ""}


class Glued(tuple[bytes, ...]):
    """Frames that came before a marker and in one message with it: never what was sent, though it may look so."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = tuple.__hash__


class Addressed(tuple[bytes, ...]):
    """A message that came behind the address of its sender, which is taken off."""

    address: bytes


class Inbox:
    """What one socket of the target gives its application. At most one request is under way, for the next message.

    Attributes:
        handle: the socket.
        ticket: the request that is under way, or None.
        got: messages that came and that nobody has looked at yet; markers are kept apart.
        markers: the names of the markers that came, each with the address before it.
        address: what the last message came behind.
    """

    def __init__(self, handle: str) -> None:
        self.handle = handle
        self.ticket: Ticket | None = None
        self.got: list[tuple[bytes, ...]] = []
        self.markers: dict[bytes, bytes] = {}
        self.address = b""

    def take(self, message: tuple[bytes, ...]) -> None:
        """A message came."""
        if isinstance(message, Addressed):
            self.address = message.address
        if message[-1:] == (MARKER,):
            self.markers[b"".join(message[-2:-1])] = self.address  # a target that tears frames apart leaves no name
            if message[:-2]:  # frames that the target left over from something else
                self.got.append(Glued(message[:-2]))
        elif len(message) == 1 and message[0].startswith(MARKER):
            self.markers[message[0].removeprefix(MARKER)] = self.address
        elif not (len(message) == 1 and message[0][1:].startswith(TOPIC)):  # an XPUB shows our own subscriptions
            self.got.append(message)

    def has(self, name: str) -> bool:
        """Whether the marker of that name came."""
        return name.encode() in self.markers


class Application:
    """See the head of this module.

    Attributes:
        endpoint: where the target's socket listens.
        inbox: what the socket under test gives.
        witness: what the socket gives that proves that the target still works; the same one if it listens.
        handler: the ZAP handler, where the case speaks of it: it has a domain of its own there.
        connected: the address that the last call to connect gave back, or empty.
        addresses: under which name the application knows each peer of the script; see `ADDRESSING`.
    """

    def __init__(self, wanted: UnderTest, side: Side, settings: "Settings", domain: str = "") -> None:
        self._wanted, self._side, self._settings = wanted, side, settings
        self.handler = Handler(domain, self._ask) if domain else None
        self.endpoint = ""
        self.inbox = Inbox("")
        self.witness = self.inbox
        self.addresses: dict[str, bytes] = {}
        self.connected = b""
        self._others: list[str] = []
        self._owed: list[tuple[bytes, ...]] = []
        self._optional: list[tuple[bytes, ...]] = []
        self._loose = b""
        self._guarded = True

    @property
    def pool(self) -> str:
        """Which adapter process: one whose ZAP handler does as each case says, refuses or admits everybody, or one without.

        A PLAIN server that nobody tells whom to admit may admit nobody, so it gets a handler.
        """
        if self.handler is not None:
            return POOL
        if self._wanted.refuses_clients:
            return "refusing"
        return "admitting" if self._wanted.mechanism == "PLAIN" and self._wanted.as_server else ""

    # --- asking ---------------------------------------------------------------------------------------------------

    def _ask(self, op: str, **params: Any) -> Generator[Effect, Any, Answer]:
        ticket = yield Post(op, params, self.pool)
        seen = yield Wait(None, ticket, 20.0)
        if seen.seen is not Seen.REPLY:
            raise Broken(f"the adapter does not answer {op} within 20 s")
        return _checked(op, seen.answer)

    def _narrow(self) -> dict[str, int]:
        limits = self._wanted.options if self._settings.real_time else ()
        return {name: size for limit in limits for name, size in NARROW.get(limit, {}).items()}

    def _configuration(self, *, bind: bool) -> dict[str, Any]:
        wanted = self._wanted
        params: dict[str, Any] = {
            "socket_type": wanted.socket_type,
            "mechanism": wanted.mechanism,
            "as_server": bool(wanted.as_server),
            "bind": bind,
            "options": {**CONVENIENCES, **self._narrow(), **wanted.options},
        }
        if wanted.identity is not None:
            params["identity"] = wanted.identity.hex()
        if wanted.mechanism == "CURVE":
            own = SERVER if wanted.as_server else CLIENT
            params |= {"public_key": own.public.hex(), "secret_key": own.secret.hex()}
            if not wanted.as_server:
                params["server_key"] = SERVER.public.hex()
        if wanted.mechanism == "PLAIN" and not wanted.as_server:
            params |= {"username": USERNAME, "password": PASSWORD}
        if self.pool and self._guarded:
            params["zap_domain"] = self.handler.domain if self.handler is not None else "conformance"
        return params

    def open(self, how: str) -> Generator[Effect, Any, None]:
        """Open the target's socket; with "bind" it listens."""
        if self.handler is not None:
            yield from self.handler.start()
        elif self._wanted.refuses_clients:
            yield from self._ask("zap", reply=_REFUSAL)
        elif self.pool == "admitting":
            ticket = yield Post("zap", {"reply": _ADMISSION}, self.pool)
            seen = yield Wait(None, ticket, 20.0)
            # A target without ZAP has no domain either and decides by itself; its control will tell.
            self._guarded = seen.answer is None or seen.answer.status != "unsupported"
        answer = yield from self._ask("open", **self._configuration(bind=how == "bind"))
        self.inbox = self.witness = Inbox(answer.fields["handle"])
        self.endpoint = answer.fields.get("endpoint", "")

    def connect(self, endpoint: str) -> Generator[Effect, Any, None]:
        """Connect the target's socket to the tester; the call may tell the address of the peer that will be there."""
        answer = yield from self._ask("connect", handle=self.inbox.handle, endpoint=endpoint)
        self.connected = bytes.fromhex(answer.fields.get("routing_id", ""))

    def open_another(self, endpoint: str) -> Generator[Effect, Any, Inbox]:
        """Open one more socket of the same kind and connect it to the tester; gives what its application gets."""
        answer = yield from self._ask("open", **self._configuration(bind=False))
        handle: str = answer.fields["handle"]
        self._others.append(handle)
        yield from self._ask("connect", handle=handle, endpoint=endpoint)
        return Inbox(handle)

    def open_witness(self, endpoint: str) -> Generator[Effect, Any, None]:
        """Open the socket whose service proves that the target still works."""
        self.witness = yield from self.open_another(endpoint)

    def close(self) -> Generator[Effect, Any, None]:
        """Close all sockets of the case; nobody waits for it."""
        for handle in filter(None, (self.inbox.handle, *self._others)):
            yield Post("close", {"handle": handle}, self.pool)

    def send(self, parts: tuple[bytes, ...], *, wait: bool) -> Generator[Effect, Any, None]:
        """Have the application send a message; `wait` until its socket took it, else it may wait for the handshake."""
        ticket = yield self._sending(parts, int(self._settings.patience * (1000 if wait else 4000)))
        if wait:
            seen = yield Wait(None, ticket, self._settings.patience + 5)
            if seen.answer is not None and seen.answer.reason == "timed out":
                raise Unmet("expected that the target's socket takes a message; it does not", Ending.SILENT)
            _done("send", seen.answer)

    def try_to_send(self, parts: tuple[bytes, ...]) -> Generator[Effect, Any, str]:
        """Have the application send a message if it can at once; gives why not: "timed out", another error, or empty."""
        ticket = yield self._sending(parts, 0)
        seen = yield Wait(None, ticket, 20.0)
        if seen.answer is None:
            raise Broken("the adapter does not answer send within 20 s")
        if seen.answer.status == "unsupported":
            raise CannotDo(f"the target cannot send without waiting: {seen.answer.reason}")
        return "" if seen.answer.status == "ok" else seen.answer.reason or "refused"

    def _sending(self, parts: tuple[bytes, ...], timeout: int) -> Post:
        octets = [part.hex() for part in parts]
        return Post("send", {"handle": self.inbox.handle, "parts": octets, "timeout_ms": timeout}, self.pool)

    def configure(self, op: str, octets: bytes) -> Generator[Effect, Any, None]:
        """Have the application change what it wants: subscribe, unsubscribe, join, leave."""
        name = "prefix" if op in ("subscribe", "unsubscribe") else "group"
        yield from self._ask(op, handle=self.inbox.handle, **{name: octets.hex()})

    def shut(self) -> Generator[Effect, Any, None]:
        """Have the application close the socket under test."""
        yield from self._ask("close", handle=self.inbox.handle)
        self.inbox.handle = ""

    def nothing(self) -> Generator[Effect, Any, str]:
        """Ask whether there is anything for the application; gives what came, in words. It may not be able to ask."""
        params = {"handle": self.inbox.handle, "count": 1, "timeout_ms": 0}
        seen = yield Wait(None, (yield Post("recv", params, self.pool)), 20.0)
        if seen.answer is None:
            raise Broken("the adapter does not answer recv within 20 s")
        came = seen.answer.fields.get("messages", ()) if seen.answer.status == "ok" else ()
        return f"{self._message(came[0])!r:.80}" if came else ""

    def ask_for_more(self, inbox: Inbox) -> Generator[Effect, Any, None]:
        """Ask for the next message of a socket, and do not wait."""
        if inbox.ticket is None:
            timeout = int(self._settings.patience * 4000) + 1000
            inbox.ticket = yield Post("recv", {"handle": inbox.handle, "count": 1, "timeout_ms": timeout}, self.pool)

    def take(self, inbox: Inbox, answer: Answer | None) -> None:
        """The reply to `ask_for_more` came."""
        inbox.ticket = None
        for entry in _done("recv", answer).fields["messages"]:
            inbox.take(self._message(entry))

    def leftovers(self) -> Generator[Effect, Any, None]:
        """Take what the socket under test got besides, without waiting for more."""
        while True:
            if self.inbox.ticket is None:
                params = {"handle": self.inbox.handle, "count": 1, "timeout_ms": 0}
                self.inbox.ticket = yield Post("recv", params, self.pool)
                seen = yield Wait(None, self.inbox.ticket, 20.0)
            else:
                seen = yield Wait(None, self.inbox.ticket, 0.0)
            if seen.seen is not Seen.REPLY:
                return
            before = len(self.inbox.got) + len(self.inbox.markers)
            self.take(self.inbox, seen.answer)
            if len(self.inbox.got) + len(self.inbox.markers) == before:
                return

    def _message(self, entry: list[str]) -> tuple[bytes, ...]:
        parts = tuple(bytes.fromhex(part) for part in entry)
        if self._wanted.socket_type not in ADDRESSING or len(parts) < 2:
            return parts
        message = Addressed(parts[1:])
        message.address = parts[0]
        return message

    # --- what was sent and what came --------------------------------------------------------------------------------

    def marker(self, name: str) -> tuple[bytes, ...]:
        """The message that stands for a fence or a witness of that name."""
        return (MARKER + name.encode(),) if self._wanted.socket_type in SINGLE_PART else (name.encode(), MARKER)

    def expect(self, parts: tuple[bytes, ...]) -> None:
        """A natural message was sent."""
        self._owed.append(parts)

    def expect_optional(self, parts: tuple[bytes, ...] | None) -> None:
        """An altered message was sent."""
        if parts is not None:
            self._optional.append(parts)

    def expect_from(self, octets: bytes) -> None:
        """Raw octets were sent, and what they hold may be delivered."""
        self._loose += octets

    def delivered(self, messages: tuple[tuple[bytes, ...], ...]) -> None:
        """The script has looked at these itself."""
        for message in messages:
            if message in self._owed:
                self._owed.remove(message)

    def unexpected(self, *, strict: bool, complete: bool) -> str:
        """What is wrong with what the application got, or empty.

        Args:
            strict: what an altered step sent must not have been delivered.
            complete: everything natural must have been.
        """
        owed, optional = list(self._owed), [] if strict else list(self._optional)
        for message in self.inbox.got:
            if owed and message == owed[0]:
                owed.pop(0)
            elif message in optional:
                optional.remove(message)
            elif not complete and message in owed:
                owed = owed[owed.index(message) + 1 :]
            elif strict or not all(part in self._loose for part in message) or not self._loose:
                return (
                    f"expected that the application gets only what was sent, once and in order; it got {message!r:.120}"
                )
        if complete and owed:
            return f"expected that the application gets {owed[0]!r:.80}; it did not"
        return ""


def _done(op: str, answer: Answer | None) -> Answer:
    """The answer to what a socket of this type has to do for its application: an error is the target's."""
    if answer is not None and answer.status == "error":
        raise Unmet(f"expected that the target's socket does {op}; it says {answer.reason}", Ending.ANSWERED)
    return _checked(op, answer)


def _checked(op: str, answer: Answer | None) -> Answer:
    if answer is None:
        raise Broken(f"the adapter does not answer {op}")
    if answer.status == "unsupported":
        raise CannotDo(f"the target cannot {op}: {answer.reason}")
    if answer.status != "ok":
        raise Broken(f"the adapter fails at {op}: {answer.reason}")
    return answer
