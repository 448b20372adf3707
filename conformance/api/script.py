"""The words of a script: what the tester sends, and what it expects.

A step is a frozen record. The reference peer plays its part by itself; a script only says where it does something special.
`send` waits for the natural turn of a command and sends it altered, `inject` sends one out of turn, `octets` sends anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.api.socket_expectations import SocketExpectation
from conformance.api.socket_steps import SocketStep
from spec_model.crypto.sealing import Alteration, Reseal, Tamper

# --- stimuli --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Send:
    """Play on until it is this command's turn, and send it with these alterations.

    Attributes:
        name: "greeting", "message", a command of the mechanism or of traffic.
        given: fields that replace the natural ones; for a sealed field the plaintext; functions get the natural value.
        alterations: what is spoilt after sealing, or sealed otherwise.
        frame: fields of the frame around it: flags, size, body.
    """

    name: str
    given: Mapping[str, Any] = field(default_factory=dict)
    alterations: tuple[Alteration, ...] = ()
    frame: Mapping[str, Any] = field(default_factory=dict)

    @property
    def altered(self) -> bool:
        """Whether it is anything but natural."""
        return bool(self.alterations or self.frame or self.given)


@dataclass(frozen=True)
class Inject:
    """Send this command now, whether it is its turn or not, with the session's keys as far as they are known."""

    name: str
    given: Mapping[str, Any] = field(default_factory=dict)
    alterations: tuple[Alteration, ...] = ()
    frame: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Octets:
    """Send these octets now, as they are; a function gets what the tester knows (see `Known`)."""

    octets: bytes | Callable[["Known"], bytes]


@dataclass(frozen=True)
class Until:
    """Play on until the target has sent this command ("greeting", a name, or "traffic" for the whole handshake)."""

    name: str


@dataclass(frozen=True)
class Withhold:
    """Send nothing more by itself: natural turns wait until a `send` asks for them."""


@dataclass(frozen=True)
class HangUp:
    """Close the connection from the tester's side.

    Attributes:
        abort: with RST instead of FIN.
    """

    abort: bool = False


@dataclass(frozen=True)
class Pause:
    """Let time pass: virtual where the transport has virtual time; over TCP the case is `slow`."""

    seconds: float


@dataclass(frozen=True)
class Peer:
    """Go on with another connection of that name; it is opened on first mention. The first one is "first".

    Attributes:
        like: name of the connection whose random choices (transient keys, long nonces) it makes again.
        identity: the Identity that it announces; None for none.
        minor: the minor version of ZMTP 3 that it announces.
        shared: a target that connects makes this connection with the same socket as the one before it.
    """

    name: str
    like: str = ""
    identity: bytes | None = None
    minor: int = 1
    shared: bool = False


@dataclass(frozen=True)
class AppSends:
    """The application behind the target sends a message of these frames.

    Attributes:
        to: the peer whose address goes before them; the application has learned it from a message.
    """

    parts: tuple[bytes, ...]
    to: str = ""


@dataclass(frozen=True)
class Repeat:
    """These steps, so many times; a function makes those of one round."""

    times: int
    steps: Callable[[int], tuple["Step", ...]]


# --- expectations ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rejects:
    """The target closes and does not go on.

    Attributes:
        before: a command whose arrival alone already means that it went on.
    """

    before: str = ""


@dataclass(frozen=True)
class Accepts:
    """The target goes on: the handshake completes and a message (or a PING) gets through."""


@dataclass(frozen=True)
class Ignores:
    """The target stays, delivers nothing of it, and a message afterwards gets through."""


@dataclass(frozen=True)
class Waits:
    """The target neither answers nor closes."""


@dataclass(frozen=True)
class Answers:
    """The next that the target sends is this command, with these values where they are given."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Obeys:
    """The target has sent this ("greeting", a command, "frame"), and broke none of the requirements that the case checks."""

    name: str


@dataclass(frozen=True)
class Delivers:
    """The application behind the target gets exactly these messages next."""

    messages: tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True)
class Receives:
    """The tester gets this message next."""

    parts: tuple[bytes, ...]


@dataclass(frozen=True)
class Differs:
    """A field of a command has another value on each connection of the script (or in each one that came)."""

    command: str
    field: str


@dataclass(frozen=True)
class Holds:
    """A statement about all that the target has sent on this connection.

    Attributes:
        statement: what is claimed, for reports.
        test: gets what the tester knows.
        now: it holds of what has come so far; nothing more is awaited.
    """

    statement: str
    test: Callable[["Known"], bool]
    now: bool = False


@dataclass(frozen=True)
class Reconnects:
    """The target, which connected, comes back after the connection ended.

    Attributes:
        back: false if it must not.
    """

    back: bool = True


@dataclass(frozen=True)
class Either:
    """One of several reactions; which one is recorded."""

    outcomes: tuple["Expectation", ...]


Expectation = (
    Rejects
    | Accepts
    | Ignores
    | Waits
    | Answers
    | Obeys
    | Delivers
    | Receives
    | Differs
    | Holds
    | Reconnects
    | Either
    | SocketExpectation
)


@dataclass(frozen=True)
class Expect:
    """Wait for this reaction; anything else ends the case."""

    what: Expectation


Step = Send | Inject | Octets | Until | Withhold | HangUp | Pause | Peer | AppSends | Repeat | Expect | SocketStep


class Known:
    """What a function in a script may ask: what was sent and received on the connection, and the session's keys.

    Attributes:
        sent: name and octets of each item that the tester sent, in order; frames included.
        received: name and fields of each greeting and command that the target sent, in order.
        flags: flags of the frame of each command and message frame that the target sent, in order.
        raw: all octets that the target sent.
        others: the same of the other connections of the script, by name.
        credentials: what the tester authenticates itself with: user name and password, its permanent public key, or nothing.
        target_secret: the target's permanent secret key, where it was given one.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.received: list[tuple[str, Mapping[str, Any]]] = []
        self.flags: list[tuple[str, int]] = []
        self.raw = b""
        self.others: Mapping[str, Known] = {}
        self.credentials: tuple[bytes, ...] = ()
        self.target_secret = b""

    def last(self, name: str) -> Mapping[str, Any]:
        """The fields of the last command of that name; empty if there was none."""
        return next((fields for command, fields in reversed(self.received) if command == name), {})

    def values(self, name: str, field: str) -> list[Any]:
        """The values of a field in every command of that name, in order."""
        return [fields[field] for command, fields in self.received if command == name and field in fields]


# --- the words as a script writes them --------------------------------------------------------------------------------


def _split(changes: tuple[Alteration, ...], fields: Mapping[str, Any]) -> dict[str, Any]:
    frame = {name.removeprefix("frame_"): value for name, value in fields.items() if name.startswith("frame_")}
    given = {name: value for name, value in fields.items() if not name.startswith("frame_")}
    return {"given": given, "alterations": changes, "frame": frame}


def send(name: str, /, *changes: Alteration, **fields: Any) -> Send:
    """Send a command in its turn. Fields replace natural values; `frame_flags`, `_size`, `_body` bend its frame."""
    return Send(name, **_split(changes, fields))


def inject(name: str, /, *changes: Alteration, **fields: Any) -> Inject:
    """Send a command out of turn; arguments as for `send`."""
    return Inject(name, **_split(changes, fields))


def message(*parts: bytes) -> Send:
    """Send a message of these frames, naturally, once the handshake is complete."""
    return Send("message", {"parts": parts})


def octets(data: bytes | Callable[[Known], bytes]) -> Octets:
    """Send octets as they are."""
    return Octets(data)


def until(name: str) -> Until:
    """Play on until the target has sent this."""
    return Until(name)


def handshake() -> Until:
    """Play on until the handshake is complete."""
    return Until("traffic")


def withhold() -> Withhold:
    """From now on send nothing that the script does not ask for."""
    return Withhold()


def hang_up(*, abort: bool = False) -> HangUp:
    """Close the connection."""
    return HangUp(abort)


def pause(seconds: float) -> Pause:
    """Let time pass."""
    return Pause(seconds)


def peer(name: str, *, like: str = "", identity: bytes | None = None, minor: int = 1, shared: bool = False) -> Peer:
    """Go on with the connection of that name. A new one is as the arguments say; the first, if this is the first step."""
    return Peer(name, like, identity, minor, shared)


def app_sends(*parts: bytes, to: str = "") -> AppSends:
    """The application behind the target sends a message."""
    return AppSends(parts, to)


def repeat(times: int, steps: Callable[[int], tuple[Step, ...]]) -> Repeat:
    """Repeat steps; the function gets the number of the round, from 0."""
    return Repeat(times, steps)


def tamper(
    field: str, *, flip: int | None = None, cut: int = 0, extend: bytes = b"", exchange: bytes | None = None
) -> Tamper:
    """Spoil a field after sealing: flip a bit, cut octets off, add some, or exchange it."""
    return Tamper(field, flip, cut, extend, exchange)


def reseal(
    field: str, *, prefix: bytes | None = None, secret: bytes = b"", sender: str = "", receiver: str = ""
) -> Reseal:
    """Seal a box with another nonce prefix, another sender's secret key, or between other keys of the session."""
    return Reseal(field, prefix, secret, sender, receiver)


def expect(what: Expectation) -> Expect:
    """Wait for a reaction."""
    return Expect(what)


def rejects(*, before: str = "") -> Rejects:
    """The target closes and does not go on; the arrival of `before` means that it did."""
    return Rejects(before)


def accepts() -> Accepts:
    """The target goes on, and a message gets through."""
    return Accepts()


def ignores() -> Ignores:
    """The target lets it pass without effect."""
    return Ignores()


def waits() -> Waits:
    """The target neither answers nor closes."""
    return Waits()


def answers(name: str, /, **values: Any) -> Answers:
    """The target sends this command next."""
    return Answers(name, values)


def obeys(name: str) -> Obeys:
    """The target sends this and breaks none of the checked requirements by it."""
    return Obeys(name)


def delivers(*messages: tuple[bytes, ...]) -> Delivers:
    """The application gets these messages, each a tuple of frames, and nothing before them."""
    return Delivers(messages)


def receives(*parts: bytes) -> Receives:
    """The tester gets this message."""
    return Receives(parts)


def differs(command: str, field: str) -> Differs:
    """A field is never the same twice."""
    return Differs(command, field)


def holds(statement: str, test: Callable[[Known], bool], *, now: bool = False) -> Holds:
    """A statement about what the target sent is true, or becomes true, unless it has to be `now`."""
    return Holds(statement, test, now)


def reconnects() -> Reconnects:
    """The target comes back."""
    return Reconnects(True)


def stays_away() -> Reconnects:
    """The target does not come back."""
    return Reconnects(False)


def either(*outcomes: Expectation) -> Either:
    """One of several reactions."""
    return Either(outcomes)
