"""What a stand-alone script printed, read back: what was sent and what came on each connection, in order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SENT = re.compile(r"(.*?) +we send (.+): ([0-9a-f]*)$")
_CAME = re.compile(r"(.*?) +the target sends (.+?): ([0-9a-f]*)$")
_OVER = re.compile(r"(.*?) +the target closes the connection \((\w+)\)$")
_FENCE = re.compile(r"fence|PING|last")


@dataclass(frozen=True)
class Turn:
    """One thing on a connection: `what` was "sent" by the script, "came" from the target, or is "over"."""

    peer: str
    kind: str
    what: str
    octets: bytes = b""

    @property
    def body(self) -> bytes:
        """What is behind the header of a frame."""
        return self.octets[9 if self.octets[:1] and self.octets[0] & 2 else 2 :]


@dataclass
class Transcript:
    """A play of a script against a target.

    Attributes:
        turns: all that the script said of the connections.
        app: messages that the target's application got.
        requests: what its ZAP handler was asked.
    """

    turns: list[Turn] = field(default_factory=list)
    app: list[tuple[bytes, ...]] = field(default_factory=list)
    requests: list[tuple[bytes, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Transcript":
        """Read what a script printed."""
        return cls([turn for line in lines for turn in _turns(line)])

    @property
    def came(self) -> list[Turn]:
        """What came from the target, without greetings."""
        return [turn for turn in self.turns if turn.kind == "came" and turn.what != "greeting"]

    @property
    def greetings(self) -> list[bytes]:
        """The greetings that came."""
        return [turn.octets for turn in self.turns if turn.kind == "came" and turn.what == "greeting"]

    @property
    def closed(self) -> bool:
        """Whether the target ended the connection that the script was on last."""
        last = next((turn.peer for turn in reversed(self.turns) if turn.kind == "sent"), "")
        return any(turn.kind == "over" and turn.peer == last for turn in self.turns)

    def has(self, name: str) -> bool:
        """Whether a command of that name came, in the clear or inside a MESSAGE."""
        return any(turn.what in (name, f"MESSAGE with {name}") for turn in self.came)

    def messages(self) -> list[bytes]:
        """The bodies of the message frames that came in the clear."""
        return [turn.body for turn in self.came if turn.what == "a message frame"]

    def short(self, most: int = 24) -> str:
        """The last thing that was sent on purpose, and what came behind it, in a line."""
        stimuli = [at for at, turn in enumerate(self.turns) if turn.kind == "sent" and not _FENCE.match(turn.what)]
        at = max(stimuli, default=0)
        sent = f"{self.turns[at].what} {_hex(self.turns[at].octets, most)}" if self.turns else "nothing"
        came = [f"{turn.what} {_hex(turn.octets, most)}" for turn in self.turns[at:] if turn.kind == "came"]
        over = [turn.what for turn in self.turns[at:] if turn.kind == "over"] or ["open"]
        return f"{sent} -> {', '.join([*came[:3], *over])}"


def _turns(line: str) -> Iterator[Turn]:
    for pattern, kind in ((_SENT, "sent"), (_CAME, "came"), (_OVER, "over")):
        if found := pattern.match(line.rstrip("\n")):
            yield Turn(found[1], kind, found[2], bytes.fromhex(found[3]) if kind != "over" else b"")


def _hex(octets: bytes, most: int) -> str:
    return octets.hex() if len(octets) <= most else f"{octets[:most].hex()}.. ({len(octets)} octets)"
