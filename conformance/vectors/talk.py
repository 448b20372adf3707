"""Two reference peers that talk in memory, and what was said: each item with the receiver's keys and what it could know.

Everything that a test about a sealed command needs is a reading of such a talk: the item that was sent, the keyring of the
side that gets it as it was just before, and all keys of both sides, secret halves included, for whoever wants to make the
box again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spec_model.connection import Connection, Outgoing
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.sealing import Dissected, dissect
from spec_model.faults.specimens import roles
from spec_model.tables import STANDARD

KEY_NAMES = ("C", "c", "S", "s", "C'", "c'", "S'", "s'", "K")
"""The keys of a CURVE connection as RFC 26 names them; a small letter is the secret half."""


@dataclass(frozen=True)
class Heard:
    """An item that was sent, and how its receiver reads it.

    Attributes:
        from_server: the side that sent it.
        item: what was sent, with the sender's keys.
        ring: the receiver's keys just before.
        known: what the receiver could compare it with.
    """

    from_server: bool
    item: Outgoing
    ring: Keyring
    known: Mapping[str, Any]

    def judge(self, octets: bytes) -> Dissected:
        """Octets in the place of the item's, as the receiver judges them."""
        return dissect(STANDARD.commands[self.item.grammar], octets, self.ring, self.known)


@cache
def curve_talk() -> tuple[tuple[Heard, ...], Mapping[str, bytes]]:
    """A CURVE handshake, a message of each side and an ERROR, and all keys of the connection."""
    keys: dict[str, bytes] = {}
    heard: list[Heard] = []
    for types in (("DEALER", "DEALER"), ("PUSH", "PUB")):  # the second pair provokes ERROR
        sides = [Connection(role, Replayed(f"vectors CURVE {n}")) for n, role in enumerate(roles("CURVE", *types))]
        for side in sides:
            side.start()
        heard += _exchange(sides, keys)
        if all(side.state == "traffic" for side in sides):
            for side in sides:
                side.send(b"a message")
            heard += _exchange(sides, keys)
    return tuple(heard), {name: keys[name] for name in KEY_NAMES}


def _exchange(sides: list[Connection], keys: dict[str, bytes]) -> Iterator[Heard]:
    busy = True
    while busy:
        busy = False
        for number, side in enumerate(sides):
            other = sides[1 - number].mechanism
            while (item := side.outgoing()) is not None:
                busy = True
                natural = item.natural
                keys |= {name: item.keys[name] for name in KEY_NAMES if name in item.keys}
                if "cookie_server_transient_secret" in natural:
                    keys |= {"S'": natural["server_transient"], "s'": natural["cookie_server_transient_secret"]}
                if item.grammar and item.name != "greeting":
                    yield Heard(bool(number), item, other.keys.snapshot(), dict(other.known(item.name)))
                sides[1 - number].receive(item.encode())
