"""The attacker who only records, and steals keys when all is over.

He has what two peers sent on two connections. Of the first he wants to read what was sealed for it alone: INITIATE, READY
and MESSAGE. He has stolen both permanent secrets, whatever the peers still kept of the first connection but its transient
keys, which end with it, and every key of the second. He tries each box with each key that he has, under each nonce prefix
of CURVE, and each key that he finds inside on all boxes again. Without any key he looks for what is in the clear, and for
two boxes under one nonce, which give away what differs between them.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from nacl.bindings import crypto_box_beforenm, crypto_box_open_afternm, crypto_secretbox_open
from nacl.exceptions import CryptoError

from spec_model.connection import Connection
from spec_model.crypto.sealing import nonce_octets
from spec_model.grammar.command import Command, Malformed
from spec_model.proof.attacker import Recording
from spec_model.proof.peer import Sent
from spec_model.tables import STANDARD

SESSION = ("INITIATE", "READY", "MESSAGE")
"""The commands whose boxes only the transient keys of their connection may open."""

PREFIXES = (
    *dict.fromkeys(
        box.prefix
        for key, command in STANDARD.commands.items()
        if key.startswith("CURVE/")
        for level in command.levels()
        for box in level.boxes.values()
    ),
    b"CurveZMQMESSAGE-",
)
"""Every prefix of a nonce, the one in the RFC's grammar that nobody uses included."""

_KEY = 32


class Opened(NamedTuple):
    """A box that he opened: of which command, which field, and what was in it."""

    name: str
    field: str
    plaintext: bytes


def opens(sent: Collection[Sent], keys: Collection[bytes]) -> tuple[Opened, ...]:
    """The boxes of these commands that open, with the keys given and all that are found on the way.

    Args:
        keys: secret and public ones, in any order.
    """
    known = set(keys)
    while True:
        found = tuple(opened for one in sent for opened in _opened(one, known))
        learned = known | set(_keys_in(sent, found))
        if learned == known:
            return found
        known = learned


def _opened(one: Sent, known: Collection[bytes]) -> Iterator[Opened]:
    if not one.item.grammar.startswith("CURVE/"):
        return
    command = STANDARD.commands[one.item.grammar]
    try:
        yield from _inside(one.item.name, command, command.parse(one.item.body()), known)
    except Malformed:
        return  # a faulty peer's; a listener does not mind


def _inside(name: str, command: Command, fields: dict[str, object], known: Collection[bytes]) -> Iterator[Opened]:
    for field, inner in command.inside.items():
        octets = fields[field]
        if isinstance(octets, bytes) and inner.boxes:
            yield from _inside(name, inner, inner.parse(octets), known)
    for field, box in command.boxes.items():
        nonce, octets = fields[box.nonce], fields[field]
        assert isinstance(nonce, int | bytes) and isinstance(octets, bytes)
        plaintext = _tried(nonce_octets(nonce), octets, known)
        if plaintext is not None:
            yield Opened(name, field, plaintext)
            try:
                yield from _inside(name, box.inner, box.inner.parse(plaintext), known)
            except Malformed:
                continue


_made: dict[tuple[bytes, bytes], bytes] = {}


def _tried(nonce: bytes, octets: bytes, known: Collection[bytes]) -> bytes | None:
    """What is in a box, if any key or pair of keys opens it under any prefix."""
    for prefix in PREFIXES:
        if len(prefix + nonce) != 24:
            continue
        for secret in known:
            try:
                return crypto_secretbox_open(octets, prefix + nonce, secret)
            except CryptoError:
                pass
            for public in known:
                try:
                    return crypto_box_open_afternm(octets, prefix + nonce, _between(public, secret))
                except CryptoError:
                    pass
    return None


def _between(public: bytes, secret: bytes) -> bytes:
    if (public, secret) not in _made:
        _made[public, secret] = crypto_box_beforenm(public, secret)
    return _made[public, secret]


def _keys_in(sent: Collection[Sent], found: Collection[Opened]) -> Iterator[bytes]:
    """Everything that can be a key: fields of that size in the open, and whatever stood in a box."""
    for one in sent:
        if one.item.name == "HELLO":
            yield one.item.body()[80 : 80 + _KEY]
    for opened in found:
        for at in range(0, len(opened.plaintext) - _KEY + 1, _KEY):
            yield opened.plaintext[at : at + _KEY]


def stolen(peers: Collection[Connection], *, after: bool) -> set[bytes]:
    """The keys that are in the memory of these peers.

    Args:
        after: whether the connection is over, and its transient keys are gone with it.
    """
    names = ("C", "c", "S", "s", "K") + (() if after else ("C'", "c'", "S'", "s'"))
    return {key for peer in peers for name in names if (key := peer.mechanism.keys.get(name))}


def reads(first: Recording, second: Recording) -> tuple[str, ...]:
    """The commands of the first connection that open after a theft of everything but its transient keys."""
    sent = [*first.sent[0], *first.sent[1]]
    keys = stolen(first.peers, after=True) | stolen(second.peers, after=False)
    return tuple(dict.fromkeys(one.name for one in opens(sent, keys) if one.name in SESSION))


def repeats(recording: Recording) -> bool:
    """Whether two different MESSAGEs of one sender have the same nonce."""
    for sent in recording.sent:
        messages = [one.item.body() for one in sent if one.item.name == "MESSAGE"]
        if len({body[8:16] for body in messages}) < len(set(messages)):
            return True
    return False


def shows(recording: Recording, octets: bytes) -> bool:
    """Whether these octets stand on the wire in clear."""
    return any(octets in one.octets for sent in recording.sent for one in sent)
