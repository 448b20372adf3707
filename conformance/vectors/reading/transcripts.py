"""Transcripts a second time: every octet made again from keys, nonces and fields, and every message read from the wire.

Each box is made by its sender and opened by its receiver, each with the key that it computes itself from its own secret and
the other's public half, as the two ends of a connection do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nacl.bindings import (
    crypto_box_afternm,
    crypto_box_beforenm,
    crypto_box_open_afternm,
    crypto_scalarmult_base,
    crypto_secretbox,
    crypto_secretbox_open,
)

from conformance.vectors.reading.shared import Json, number

SIDES = ("client", "server")
PAIRS = (("c", "C"), ("s", "S"), ("c'", "C'"), ("s'", "S'"))

_octets = bytes.fromhex


@dataclass
class Replay:
    """What was found in a transcript.

    Attributes:
        made: steps whose octets were made again.
        boxes: boxes in them.
        wrong: what is not as it says, in words.
    """

    made: int = 0
    boxes: int = 0
    wrong: list[str] = field(default_factory=list)


def replay(transcript: Json) -> Replay:
    """Make a transcript again."""
    found, keys = Replay(), {name: _octets(key) for name, key in transcript["keys"].items()}
    for small, public in PAIRS:
        if small in keys and public in keys and crypto_scalarmult_base(keys[small]) != keys[public]:
            found.wrong.append(f"{public} is not the public half of {small}")
    maker = _Maker(keys, found)
    readers = {side: _Wire() for side in SIDES}
    delivered: dict[str, list[list[str]]] = {side: [] for side in SIDES}
    for place, step in enumerate(transcript["steps"]):
        if "receives" in step:
            delivered[step["application"]].append(step["receives"])
        if "octets" not in step:
            continue
        if "fields" in step:
            body = maker.made(step["fields"])
            if step["name"] != "greeting":
                flags = step["flags"]
                body = bytes((flags,)) + len(body).to_bytes(8 if flags & 2 else 1, "big") + body
            found.made += 1
            if body.hex() != step["octets"]:
                found.wrong.append(f"step {place}: {step['name']} is not made again")
        readers[step["from"]].read(step)
    for number_of, side in enumerate(SIDES):
        sent = readers[SIDES[1 - number_of]].messages
        if sent[: len(delivered[side])] != delivered[side]:
            found.wrong.append(f"the {side} received {len(delivered[side])} messages that are not those on the wire")
    if transcript["mechanism"] == "CURVE":
        _random(transcript, keys, found)
    return found


def _random(transcript: Json, keys: Mapping[str, bytes], found: Replay) -> None:
    """The secrets that only chance gives were drawn by the side that has them."""
    for name, side in (("c'", "client"), ("s'", "server"), ("K", "server")):
        if name in keys and keys[name].hex() not in transcript["peers"][side]["random"]:
            found.wrong.append(f"{name} was not drawn by the {side}")


class _Maker:
    """Makes octets of fields; keeps the keys that two ends share."""

    def __init__(self, keys: Mapping[str, bytes], found: Replay) -> None:
        self._keys, self._found = keys, found
        self._shared: dict[tuple[str, str], tuple[bytes, bytes]] = {}

    def made(self, fields: Json) -> bytes:
        """The octets of fields, in order."""
        pieces: list[bytes] = []
        for one in fields:
            octets = one.get("octets")
            if octets is not None:
                pieces.append(_octets(octets))
            elif "seal" in one:
                pieces.append(self._sealed(one["seal"]))
            else:
                pieces.append(self.made(one["fields"]))
        return b"".join(pieces)

    def _sealed(self, seal: Json) -> bytes:
        plaintext, nonce = self.made(seal["fields"]), _octets(seal["nonce"])
        self._found.boxes += 1
        if "key" in seal:
            key = self._keys[seal["key"]]
            box = crypto_secretbox(plaintext, nonce, key)
            opened = crypto_secretbox_open(box, nonce, key)
        else:
            ours, theirs = self._both(seal["from"], seal["to"])
            box = crypto_box_afternm(plaintext, nonce, ours)
            opened = crypto_box_open_afternm(box, nonce, theirs)
        if opened != plaintext:
            self._found.wrong.append("a box opens to something else")
        return box

    def _both(self, sender: str, receiver: str) -> tuple[bytes, bytes]:
        """The shared key as the sender computes it, and as the receiver does."""
        pair = (sender, receiver) if sender[0] == "C" else (receiver, sender)
        found = self._shared.get(pair)
        if found is None:
            keys, (client, server) = self._keys, pair
            found = self._shared[pair] = (
                crypto_box_beforenm(keys[server], keys[client.lower()]),
                crypto_box_beforenm(keys[client], keys[server.lower()]),
            )
        return found if sender[0] == "C" else (found[1], found[0])


class _Wire:
    """The messages that one side has put on the wire.

    Attributes:
        messages: whole ones, as lists of hexadecimal frames.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.messages: list[list[str]] = []

    def read(self, step: Json) -> None:
        """One step of this side."""
        if step["name"] == "message":
            octets = _octets(step["octets"])
            head = 9 if octets[0] & 2 else 2
            assert len(octets) == head + number(octets[1:head])
            self._part(octets[0], octets[head:].hex())
        elif step["name"] == "MESSAGE" and "fields" in step:
            flags, data = (one["octets"] for one in step["fields"][-1]["seal"]["fields"])
            if not int(flags, 16) & 2:
                self._part(int(flags, 16), data)

    def _part(self, flags: int, part: str) -> None:
        self._parts.append(part)
        if not flags & 1:
            self.messages.append(self._parts)
            self._parts = []
