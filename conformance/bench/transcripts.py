"""Transcripts against the cryptography that they contain: what do reading and making them add to it?

Read again is what `vectors check` does with a transcript: from the data alone every octet is made a second time, every box
opened by its receiver's keys, every message read from the wire. By the reference means that two peers of the model make it,
greetings and all, from roles and recorded randomness, and every octet is compared. Bare is what nobody can leave out: two
transient keys, the three shared keys on both sides, and each box of the transcript sealed once and opened once, at its size.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nacl.bindings import (
    crypto_box_afternm,
    crypto_box_beforenm,
    crypto_box_open_afternm,
    crypto_scalarmult_base,
    crypto_secretbox,
    crypto_secretbox_open,
)

from conformance.bench.model import Line
from conformance.bench.timing import in_turns, timed
from conformance.vectors.reading.transcripts import replay as read
from conformance.vectors.scenes import scenes
from conformance.vectors.stage import SIDES, Commands, Played, Scene, Sends, Ticks, play
from conformance.vectors.transcripts import transcript
from spec_model.connection import Connection

REACH = 1.35


class Again:
    """Entropy that gives out what was drawn before."""

    def __init__(self, drawn: list[bytes]) -> None:
        self._left = iter(drawn)

    def octets(self, count: int) -> bytes:
        """The next that was drawn."""
        return next(self._left)


@dataclass(frozen=True)
class Recorded:
    """A scene, and what there is to compare with.

    Attributes:
        octets: what each side sends.
        sizes: octets of plaintext of each box, and whether it is a cookie's.
    """

    scene: Scene
    played: Played
    octets: tuple[bytes, bytes]
    sizes: tuple[tuple[int, bool], ...]


def recorded() -> list[Recorded]:
    """Every CURVE transcript that completes."""
    found = []
    for scene in scenes("CURVE"):
        played = play(scene)
        if played.ends == ("traffic", "traffic") and scene.roles[0].mechanism == scene.roles[1].mechanism:
            octets = [b"".join(s["octets"] for s in played.steps if s.get("from") == side) for side in SIDES]
            sizes = [one for step in played.steps for one in _boxes(step.get("fields", ()))]
            found.append(Recorded(scene, played, (octets[0], octets[1]), tuple(sizes)))
    return found


def _boxes(fields: Iterable[Mapping[str, Any]]) -> list[tuple[int, bool]]:
    found: list[tuple[int, bool]] = []
    for one in fields:
        if "seal" in one:
            found.append((_size(one["seal"]["fields"]), "key" in one["seal"]))
            found += _boxes(one["seal"]["fields"])
        elif "fields" in one:
            found += _boxes(one["fields"])
    return found


def _size(fields: Iterable[Mapping[str, Any]]) -> int:
    size = 0
    for one in fields:
        below = one.get("seal", one).get("fields")
        size += len(one["octets"]) if below is None else _size(below) + (16 if "seal" in one else 0)
    return size


def replay(entry: Recorded) -> None:
    """Both sides again; raises where an octet differs."""
    scene = entry.scene
    one, other = (
        Connection(role, Again(drawn), tables)
        for role, drawn, tables in zip(scene.roles, entry.played.drawn, scene.tables, strict=True)
    )
    sides: dict[str, Connection] = {"client": one, "server": other}
    sent: tuple[list[bytes], list[bytes]] = ([], [])

    def carry() -> None:
        busy = True
        while busy:
            busy = False
            for place, (sender, receiver) in enumerate(((one, other), (other, one))):
                octets = sender.octets_to_send()
                if octets:
                    busy = True
                    sent[place].append(octets)
                    receiver.receive(octets)

    one.start()
    other.start()
    carry()
    for act in scene.acts:
        match act:
            case Sends(side, parts):
                sides[side].send(*parts)
            case Commands(side, name, fields):
                sides[side].send_command(name, fields)
                if name == "PING":
                    carry()  # its PONG comes before whatever is sent next
            case Ticks(now, which):
                carry()  # whatever came before, came before
                for side in which:
                    sides[side].tick(now)
                carry()
            case _:
                raise AssertionError(act)
    carry()
    if (b"".join(sent[0]), b"".join(sent[1])) != entry.octets:
        raise AssertionError(f"{scene.title}: not the same octets")


def cryptography(entry: Recorded) -> None:
    """What nobody can leave out; see the head of this module."""
    keys = entry.played.keys
    client, server = crypto_scalarmult_base(keys["c'"]), crypto_scalarmult_base(keys["s'"])
    for public, secret, of, own in (
        (keys["S"], keys["c'"], client, keys["s"]),
        (server, keys["c'"], client, keys["s'"]),
        (server, keys["c"], keys["C"], keys["s'"]),
    ):
        shared, theirs = crypto_box_beforenm(public, secret), crypto_box_beforenm(of, own)
    nonce = bytes(24)
    for size, cookie in entry.sizes:
        plaintext = bytes(size)
        if cookie:
            crypto_secretbox_open(crypto_secretbox(plaintext, nonce, keys["K"]), nonce, keys["K"])
        else:
            crypto_box_open_afternm(crypto_box_afternm(plaintext, nonce, shared), nonce, theirs)


def measure(rounds: int = 9) -> list[Line]:
    """All CURVE transcripts that complete read again, made by the reference, and that of a handshake alone."""
    entries = recorded()
    handshakes = [next(entry for entry in entries if not entry.scene.acts)] * 100
    written = {entry.scene.title: transcript(entry.scene, entry.played) for entry in entries}

    def read_again(entry: Recorded) -> None:
        if read(written[entry.scene.title]).wrong:
            raise AssertionError(f"{entry.scene.title}: the second reader disagrees")

    return [
        _line("CURVE transcripts read again, over their cryptography", entries * 4, read_again, rounds, REACH),
        _line("CURVE transcripts by the reference, over the same", entries * 4, replay, rounds),
        _line("CURVE handshakes of transcripts by the reference", handshakes, replay, rounds),
    ]


def _line(
    what: str, entries: list[Recorded], ours: Callable[[Recorded], None], rounds: int, reach: float = 0.0
) -> Line:
    def all_of(work: Callable[[Recorded], None]) -> Callable[[], float]:
        def run() -> None:
            for entry in entries:
                work(entry)

        return lambda: timed(run)

    times = in_turns({"ours": all_of(ours), "theirs": all_of(cryptography)}, rounds)
    return Line(what, len(entries), times["ours"], times["theirs"], reach)
