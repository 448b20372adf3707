"""Transcripts a second time: every octet made again from keys, nonces and fields, and every message read from the wire."""

from dataclasses import dataclass, field

from nacl.bindings import crypto_box, crypto_scalarmult_base, crypto_secretbox

from conformance.vectors.reading.shared import Json, number, octets_of

SIDES = ("client", "server")


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
    found, keys = Replay(), {name: octets_of(key) for name, key in transcript["keys"].items()}
    for small, public in (("c", "C"), ("s", "S"), ("c'", "C'"), ("s'", "S'")):
        if small in keys and public in keys and crypto_scalarmult_base(keys[small]) != keys[public]:
            found.wrong.append(f"{public} is not the public half of {small}")
    readers = {side: _Wire(transcript["mechanism"]) for side in SIDES}
    delivered: dict[str, list[list[str]]] = {side: [] for side in SIDES}
    for place, step in enumerate(transcript["steps"]):
        if "receives" in step:
            delivered[step["application"]].append(step["receives"])
        if "octets" not in step:
            continue
        octets = octets_of(step["octets"])
        if "fields" in step:
            body = _made(step["fields"], keys, found)
            if step["name"] != "greeting":
                flags = step["flags"]
                body = bytes([flags]) + len(body).to_bytes(8 if flags & 2 else 1, "big") + body
            found.made += 1
            if body != octets:
                found.wrong.append(f"step {place}: {step['name']} is not made again")
        readers[step["from"]].read(step, octets)
    for number_of, side in enumerate(SIDES):
        sent = readers[SIDES[1 - number_of]].messages
        if sent[: len(delivered[side])] != delivered[side]:
            found.wrong.append(f"the {side} received {len(delivered[side])} messages that are not those on the wire")
    if transcript["mechanism"] == "CURVE":
        _random(transcript, keys, found)
    return found


def _random(transcript: Json, keys: dict[str, bytes], found: Replay) -> None:
    """The secrets that only chance gives were drawn by the side that has them."""
    for name, side in (("c'", "client"), ("s'", "server"), ("K", "server")):
        if name in keys and keys[name].hex() not in transcript["peers"][side]["random"]:
            found.wrong.append(f"{name} was not drawn by the {side}")


def _made(fields: Json, keys: dict[str, bytes], found: Replay) -> bytes:
    made = b""
    for one in fields:
        if "seal" in one:
            seal = one["seal"]
            plaintext, nonce = _made(seal["fields"], keys, found), octets_of(seal["nonce"])
            found.boxes += 1
            if "key" in seal:
                made += crypto_secretbox(plaintext, nonce, keys[seal["key"]])[-len(plaintext) - 16 :]
            else:
                sender, receiver = seal["from"], seal["to"]
                made += crypto_box(plaintext, nonce, keys[receiver], keys[sender.lower()])
        elif "fields" in one:
            made += _made(one["fields"], keys, found)
        else:
            made += octets_of(one["octets"])
    return made


class _Wire:
    """The messages that one side has put on the wire.

    Attributes:
        messages: whole ones, as lists of hexadecimal frames.
    """

    def __init__(self, mechanism: str) -> None:
        self._curve = mechanism == "CURVE"
        self._parts: list[str] = []
        self.messages: list[list[str]] = []

    def read(self, step: Json, octets: bytes) -> None:
        """One step of this side."""
        if step["name"] == "message":
            head = 9 if octets[0] & 2 else 2
            assert len(octets) == head + number(octets[1:head])
            self._part(octets[0], octets[head:])
        elif step["name"] == "MESSAGE" and "fields" in step:
            flags, data = (octets_of(one["octets"]) for one in step["fields"][-1]["seal"]["fields"])
            if not flags[0] & 2:
                self._part(flags[0], data)

    def _part(self, flags: int, part: bytes) -> None:
        self._parts.append(part.hex())
        if not flags & 1:
            self.messages.append(self._parts)
            self._parts = []
