"""The reference against hand-written struct code and bare PyNaCl calls that do the same work (see `handwritten`).

Both do every piece of work in turn, many times; the best time of each counts, since what else the machine does only adds.
The collector of garbage rests meanwhile: when it runs is chance, and it would be charged to whoever works at that moment.
The floor of a CURVE handshake is what nobody can avoid: four key pairs' worth of multiplications and the boxes themselves,
on both sides together.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from nacl import bindings

from conformance.bench import handwritten
from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed, System
from spec_model.crypto.keys import KeyPair
from spec_model.framing import FrameReader, encode
from spec_model.role import Role

CLIENT, SERVER = KeyPair.generate(Replayed("bench client")), KeyPair.generate(Replayed("bench server"))
ROLES = {
    "NULL": (Role("NULL"), Role("NULL")),
    "CURVE": (
        Role("CURVE", permanent=CLIENT, server_key=SERVER.public),
        Role("CURVE", as_server=True, permanent=SERVER),
    ),
}
_ROUND = 64


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes:
        what: the work.
        ours, theirs: seconds for one piece of it, of the reference and of the baseline.
        reach: the ratio that is to be reached, or 0 for none.
    """

    what: str
    ours: float
    theirs: float
    reach: float = 0.0

    @property
    def ratio(self) -> float:
        """How many times longer the reference takes."""
        return self.ours / self.theirs


def measure(repeat: int = 15) -> list[Line]:
    """All comparisons, each the best of so many rounds."""
    gc.disable()
    try:
        return _measured(repeat)
    finally:
        gc.enable()


def _measured(repeat: int) -> list[Line]:
    lines = [_pair(f"frame of {size} octets", repeat, *_frames(size), reach=2.0) for size in (16, 1000)]
    for mechanism in ROLES:
        for size in (16, 1000):
            what = f"{mechanism} message of {size} octets"
            lines.append(_pair(what, repeat, *_messages(mechanism, size), reach=2.0))
    lines.append(_pair("NULL handshake", repeat, lambda: _shake("NULL"), lambda: _shake_by_hand("NULL")))
    lines.append(_pair("CURVE handshake", repeat, lambda: _shake("CURVE"), lambda: _shake_by_hand("CURVE")))
    lines.append(_pair("CURVE handshake over its cryptography", repeat, lambda: _shake("CURVE"), _floor, reach=1.35))
    return lines


def _pair(
    what: str, repeat: int, ours: Callable[[], object], theirs: Callable[[], object], *, reach: float = 0.0
) -> Line:
    best = [float("inf"), float("inf")]
    for _ in range(repeat):
        for place, work in enumerate((ours, theirs)):
            began = time.perf_counter()
            for _ in range(8):
                work()
            best[place] = min(best[place], (time.perf_counter() - began) / 8)
    pieces = 1 if "handshake" in what else _ROUND
    return Line(what, best[0] / pieces, best[1] / pieces, reach)


def _frames(size: int) -> tuple[Callable[[], object], Callable[[], object]]:
    body = bytes(size)

    def ours() -> int:
        reader = FrameReader()
        reader.feed(b"".join([encode(0, body) for _ in range(_ROUND)]))
        return sum(1 for _ in reader.frames())

    def theirs() -> int:
        octets = b"".join([handwritten.frame(0, body) for _ in range(_ROUND)])
        return sum(1 for _ in handwritten.Frames().feed(octets))

    return ours, theirs


def _messages(mechanism: str, size: int) -> tuple[Callable[[], object], Callable[[], object]]:
    body = bytes(size)
    sender, receiver = _shake(mechanism)
    by_hand, by_hand_receiver = _shake_by_hand(mechanism)

    def ours() -> object:
        for _ in range(_ROUND):
            sender.send(body)
        return receiver.receive(sender.octets_to_send())

    def theirs() -> object:
        for _ in range(_ROUND):
            by_hand.send(body)
        return by_hand_receiver.receive(by_hand.octets_to_send())

    return ours, theirs


def _shake(mechanism: str) -> tuple[Connection, Connection]:
    client, server = (Connection(role, System()) for role in ROLES[mechanism])
    client.start()
    server.start()
    while True:
        if octets := client.octets_to_send():
            server.receive(octets)
        if not (answer := server.octets_to_send()):
            break
        client.receive(answer)
    return client, server


def _shake_by_hand(mechanism: str) -> tuple[handwritten.Peer, handwritten.Peer]:
    client, server = handwritten.Peer(), handwritten.Peer()
    if mechanism == "CURVE":
        client = handwritten.CurveClient(CLIENT.public, CLIENT.secret, SERVER.public)
        server = handwritten.CurveServer(SERVER.public, SERVER.secret)
    while True:
        if octets := client.octets_to_send():
            server.receive(octets)
        if not (answer := server.octets_to_send()):
            break
        client.receive(answer)
    return client, server


def _floor() -> None:
    """The cryptography of both sides of a handshake, and nothing else."""
    nonce = bytes(24)
    client, server = bindings.randombytes(32), bindings.randombytes(32)
    public, server_public = bindings.crypto_scalarmult_base(client), bindings.crypto_scalarmult_base(server)
    hello, hello_server = (
        bindings.crypto_box_beforenm(SERVER.public, client),
        bindings.crypto_box_beforenm(public, SERVER.secret),
    )
    bindings.crypto_box_open_afternm(bindings.crypto_box_afternm(bytes(64), nonce, hello), nonce, hello_server)
    cookie_key = bindings.randombytes(32)
    cookie = bindings.crypto_secretbox(bytes(64), nonce, cookie_key)
    bindings.crypto_box_open_afternm(bindings.crypto_box_afternm(bytes(128), nonce, hello_server), nonce, hello)
    session, vouch = (
        bindings.crypto_box_beforenm(server_public, client),
        bindings.crypto_box_beforenm(server_public, CLIENT.secret),
    )
    vouch_box = bindings.crypto_box_afternm(bytes(64), nonce, vouch)
    initiate = bindings.crypto_box_afternm(bytes(155), nonce, session)
    bindings.crypto_secretbox_open(cookie, nonce, cookie_key)
    session_server, vouch_server = (
        bindings.crypto_box_beforenm(public, server),
        bindings.crypto_box_beforenm(CLIENT.public, server),
    )
    bindings.crypto_box_open_afternm(initiate, nonce, session_server)
    bindings.crypto_box_open_afternm(vouch_box, nonce, vouch_server)
    bindings.crypto_box_open_afternm(bindings.crypto_box_afternm(bytes(27), nonce, session_server), nonce, session)
