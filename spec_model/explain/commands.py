"""Tell what a command is, and explain it: its name is not enough, since mechanisms share names.

Where the mechanism is not known, a command is read by every grammar that its name could have, and the reading that breaks
the least is taken. That is a guess, and `Session.assumed` says so. What a command teaches is kept: keys in the session,
nonces and the side of the sender here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from spec_model.crypto.boxes import Keyring
from spec_model.explain.levels import explain_command, learn
from spec_model.explain.order import Order
from spec_model.explain.parts import Part
from spec_model.grammar import COMMANDS
from spec_model.grammar.curve import COMMAND as PAYLOAD_COMMAND
from spec_model.grammar.frame import COMMAND_BODY
from spec_model.grammar.primitives import LETTERS
from spec_model.role import MECHANISMS

NAMES = frozenset(key.split("/")[1] for key in COMMANDS if "/" in key)
"""The names of all commands that have a grammar."""

_SENDERS = {
    **dict.fromkeys(("PLAIN/HELLO", "PLAIN/INITIATE", "CURVE/HELLO", "CURVE/INITIATE", "CURVE/MESSAGE/C"), "client"),
    **dict.fromkeys(("PLAIN/WELCOME", "PLAIN/READY", "CURVE/WELCOME", "CURVE/READY", "CURVE/MESSAGE/S"), "server"),
}
"""Who sends what only one side sends."""

_NUMBERED = ("CURVE/INITIATE", "CURVE/READY", "CURVE/MESSAGE/C", "CURVE/MESSAGE/S")
"""Commands whose nonces the next MESSAGE must exceed."""


@dataclass
class Session:
    """What both directions of a connection share; it grows as octets are read.

    Attributes:
        mechanism: its name; empty while it is not known.
        given: whether somebody who knows said so, the greetings apart.
        keys: what opens the boxes.
        assumed: guesses that were made, in words.
    """

    mechanism: str = ""
    given: bool = False
    keys: Keyring = field(default_factory=Keyring)
    assumed: list[str] = field(default_factory=list)

    def assume(self, guess: str) -> None:
        """Note a guess, once."""
        if guess not in self.assumed:
            self.assumed.append(guess)


def name_of(body: bytes) -> str:
    """The name of a command as its first octets say it; empty where they name none that has a grammar."""
    size = body[0] if body else 0
    name = body[1 : 1 + size].decode("ascii", "replace") if 0 < size < len(body) else ""
    return name if name in NAMES else ""


def looks_like_command(body: bytes) -> bool:
    """Whether octets start with a counted name of letters."""
    size = body[0] if body else 0
    return 0 < size < len(body) and set(body[1 : 1 + size]) <= LETTERS


class Commands:
    """The commands of one side of a connection, in their order.

    Args:
        session: what both sides share.
        sender: "client" or "server", the side of the handshake; empty where it is not known, or there is none.
    """

    def __init__(self, session: Session, sender: str = "") -> None:
        self.session, self.sender = session, sender
        self.known: dict[str, Any] = {}
        self.order = Order("", "")

    def begin(self) -> None:
        """A greeting has been read: from here on the order of the commands is judged."""
        self.order = Order(self.session.mechanism, self.sender)

    def explain(self, body: bytes, *, inside: bool = False) -> Part:
        """A command; `inside` says that it came inside a MESSAGE."""
        name = name_of(body)
        read = [(key, self._read(key, body)) for key in self._candidates(name, inside)]
        event = body[1 : 1 + body[0]].decode("ascii", "backslashreplace") if body else ""
        late = self.order.judge(name or event, inside=inside)
        if not read:
            part = explain_command(COMMAND_BODY, body, name="unknown command")
            return replace(part, meaning=self._unheard(), broken=(*part.broken, *late))
        scores = [_score(key, part, body) for key, part in read]
        key, part = read[scores.index(min(scores))]
        self._notice(key, part, sure=scores.count(0) == 1, guessed=len(read) > 1)
        payload = part.find("payload")
        flags = payload.find("flags") if payload is not None else None
        if payload is not None and flags is not None and isinstance(flags.value, int) and flags.value & PAYLOAD_COMMAND:
            part = part.grafted("data", self.explain(payload.octets[1:], inside=True).at(1))
        return replace(part, broken=(*part.broken, *late))

    def _read(self, key: str, body: bytes) -> Part:
        return explain_command(COMMANDS[key], body, self.session.keys, self.known, name=key)

    def _candidates(self, name: str, inside: bool) -> Iterator[str]:
        """Grammars that a command of this name could have, the likeliest first."""
        mechanism = self.session.mechanism
        keys = [f"traffic/{name}"]
        if not inside:
            keys += [f"{one}/{name}" for one in ((mechanism,) if mechanism else MECHANISMS)]
            if name == "MESSAGE" and mechanism in ("", "CURVE"):
                keys += [f"CURVE/MESSAGE/{side}" for side in {"client": "C", "server": "S"}.get(self.sender, "CS")]
        return (key for key in keys if key in COMMANDS)

    def _unheard(self) -> str:
        mechanism = self.session.mechanism
        return f"{mechanism} has no command of this name" if mechanism else "no mechanism has a command of this name"

    def _notice(self, key: str, part: Part, *, sure: bool, guessed: bool) -> None:
        session = self.session
        learn(COMMANDS[key], part, session.keys)
        if guessed and not sure:
            session.assume(f"read as {key}, which is a guess")
        mechanism = key.split("/")[0]
        if not session.mechanism and mechanism in MECHANISMS and (sure or not guessed):
            session.mechanism = mechanism
        if key in _SENDERS and not self.sender and (sure or not guessed):
            self.sender = _SENDERS[key]
        nonce = part.find("nonce")
        if key in _NUMBERED and nonce is not None and isinstance(nonce.value, int):
            self.known["last_nonce"] = max(nonce.value, self.known.get("last_nonce", 0))


def _score(key: str, part: Part, body: bytes) -> int:
    """How badly a reading fits: the number of things broken, and more where it takes for a box what is legible."""
    sealed = [part.find(name) for name in COMMANDS[key].boxes]
    closed = any(box is not None and not box.parts and not box.broken for box in sealed)
    return sum(1 for _ in part.breaches()) + (2 if closed and _legible(body[1 + body[0] :]) else 0)


def _legible(rest: bytes) -> bool:
    """Whether octets could be the start of metadata: a counted name that starts with letters."""
    return len(rest) > 3 and rest[0] > 0 and set(rest[1:4]) <= LETTERS
