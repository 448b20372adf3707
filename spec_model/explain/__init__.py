"""Explain octets: decode them field by field with the grammar's names, and say which requirement is broken where.

    found = explain(octets, keys=keys_of({"s": secret}))
    for part in found.parts:
        for depth, field in part.walk(): ...

`explain` takes whatever octets there are and finds out what they are: a command body, or what one side of a connection
sends, with or without its greeting. It is a reading of the tables like everything else: `levels` walks a grammar, `commands`
picks it, `stream` cuts the stream, `order` asks the machines; `layouts` and `citations` explain the tables themselves. It
never raises, whatever the octets are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from spec_model.crypto.boxes import Keyring
from spec_model.crypto.keys import KeyPair
from spec_model.explain.commands import Commands, Session, looks_like_command, name_of
from spec_model.explain.frames import explain_messages
from spec_model.explain.layouts import plain
from spec_model.explain.levels import explain_command
from spec_model.explain.parts import Breach, Part, Value
from spec_model.explain.stream import Phase, Reader, greeting_of
from spec_model.grammar import COMMANDS, MESSAGES, SHAPES
from spec_model.grammar.frame import COMMAND, LARGEST_LONG, LONG, MORE
from spec_model.grammar.greeting import GREETING_SIZE, SIGNATURE_SIZE

__all__ = [
    "KEY_NAMES",
    "KINDS",
    "Breach",
    "Commands",
    "Explanation",
    "Part",
    "Phase",
    "Reader",
    "Session",
    "Value",
    "explain",
    "keys_of",
    "read_hex",
]

KINDS = ("command", "frames", "stream")
"""What octets can be besides an instance of one grammar; a stream starts with a greeting."""

MOST = 10_000
"""Greetings and frames that are explained; a person reads no more."""

KEY_NAMES = ("C", "c", "S", "s", "C'", "c'", "S'", "s'", "K")
"""The keys of a connection as RFC 26 names them: a capital letter is public, a small one secret, K opens cookies."""


@dataclass(frozen=True)
class Explanation:
    """What octets are.

    Attributes:
        kind: "command", "frames", "stream" (a greeting and what follows), or the grammar that was asked for.
        parts: what they are made of, in order.
        assumed: what was guessed, in words; empty where nothing had to be.
        mechanism: the mechanism of the connection, as far as it is known.
        sender: "client" or "server", as far as it is known.
    """

    kind: str
    parts: tuple[Part, ...]
    assumed: tuple[str, ...] = ()
    mechanism: str = ""
    sender: str = ""


def explain(
    octets: bytes, *, mechanism: str = "", sender: str = "", keys: Keyring | None = None, grammar: str = ""
) -> Explanation:
    """Find out what octets are and take them apart; never raises.

    Args:
        octets: a command body, or what one side sends: its greeting, frames, or both.
        mechanism: NULL, PLAIN or CURVE, where it is known.
        sender: "client" or "server", the side of the handshake, where it is known.
        keys: opens boxes; it is not changed.
        grammar: what to read them as, as `readable` gives it; else it is guessed.
    """
    ring = keys.snapshot() if keys is not None else Keyring()
    session = Session(mechanism, bool(mechanism), ring)
    shape = COMMANDS.get(grammar) or SHAPES.get(grammar)
    if shape is not None:
        return Explanation(grammar, (explain_command(shape, octets, ring, name=grammar),), (), mechanism, sender)
    if grammar in MESSAGES:
        return Explanation(grammar, explain_messages(MESSAGES[grammar], octets, grammar), (), mechanism, sender)
    kind = grammar or _kind(octets)
    if kind == "command":
        commands = Commands(session, sender)
        parts: tuple[Part, ...] = (commands.explain(octets),)
    else:
        reader = Reader(session, sender, Phase.GREETING if kind == "stream" else Phase.FRAMES)
        parts, commands = _pieces(reader, octets), reader.commands
    return Explanation(kind, parts, tuple(session.assumed), session.mechanism, commands.sender)


def _pieces(reader: Reader, octets: bytes) -> tuple[Part, ...]:
    """What a reader makes of octets, up to `MOST` pieces; the rest stands for itself."""
    found = tuple(islice(reader.feed(octets), MOST + 1))
    if len(found) <= MOST:
        return (*found, *reader.rest())
    start = found[-1].offset
    return (*found[:-1], Part("left over", start, octets[start:], meaning=f"not looked at: {MOST} pieces come before"))


def readable(name: str) -> str:
    """What octets can be read as under this name: one of `KINDS`, or the key of a grammar; empty for nothing."""
    keys = (*KINDS, *COMMANDS, *SHAPES, *MESSAGES)
    return next((key for key in keys if plain(key) == plain(name)), "")


def keys_of(keys: Mapping[str, bytes]) -> Keyring:
    """A keyring of these keys, and of the public keys that follow from the secret ones.

    Args:
        keys: by their names in RFC 26 (see `KEY_NAMES`), 32 octets each.

    Raises:
        ValueError: there is no such name, or a key has another size.
    """
    for name, key in keys.items():
        if name not in KEY_NAMES:
            raise ValueError(f"there is no key {name!r}; there are {' '.join(KEY_NAMES)}")
        if len(key) != 32:
            raise ValueError(f"the key {name} has {len(key)} octets; a key has 32")
    public = {name.upper(): KeyPair.from_secret(key).public for name, key in keys.items() if name != name.upper()}
    return Keyring({**public, **keys})


def read_hex(text: str) -> bytes:
    r"""The octets of hex text; blanks, colons, commas, `0x` and `\x` between them do no harm.

    Raises:
        ValueError: it is no hex text; the message says what is wrong.
    """
    bare = text.replace("0x", " ").replace("0X", " ").replace("\\x", " ")
    digits = "".join(bare.replace(":", " ").replace(",", " ").split())
    try:
        return bytes.fromhex(digits)
    except ValueError:
        odd = len(digits) % 2 and all(digit in "0123456789abcdefABCDEF" for digit in digits)
        raise ValueError(f"{len(digits)} hex digits are no whole octets" if odd else "this is no hex text") from None


def _kind(octets: bytes) -> str:
    """What octets are most likely to be."""
    if octets[:1] == b"\xff" or (len(octets) >= GREETING_SIZE and _has_greeting(octets)):
        return "stream"
    if name_of(octets):
        return "command"
    if _are_frames(octets) or not looks_like_command(octets):
        return "frames"
    return "command"


def _has_greeting(octets: bytes) -> bool:
    signed = octets[SIGNATURE_SIZE - 1] == 0x7F
    return signed and greeting_of(octets) is COMMANDS["greeting"]


def _are_frames(octets: bytes) -> bool:
    """Whether octets are whole frames without a reserved bit, to the last octet."""
    at = 0
    while at < len(octets):
        flags = octets[at]
        head = 9 if flags & LONG else 2
        size = int.from_bytes(octets[at + 1 : at + head], "big")
        if flags & ~(MORE | LONG | COMMAND) or at + head > len(octets) or size > LARGEST_LONG:
            return False
        at += head + size
    return at == len(octets)
