"""The reference against hand-written code and bare PyNaCl calls, two peers in memory.

Three kinds of work: frames through the codec, handshakes, and messages through two connections in traffic. Each is done by
`spec_model` and by `handwritten`; the CURVE handshake is compared with its cryptography alone besides, which no
implementation can avoid:

- two key pairs: C' and S' (32 random octets and a multiplication each);
- six shared keys: C' with S, C' with S', and C with S' (for the vouch), computed once by each side;
- six boxes, each sealed once and opened once: HELLO, WELCOME, the cookie, the vouch, INITIATE, READY;
- the random octets of the cookie's key and of three long nonces.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nacl.bindings import (
    crypto_box_afternm,
    crypto_box_beforenm,
    crypto_box_open_afternm,
    crypto_scalarmult_base,
    crypto_secretbox,
    crypto_secretbox_open,
    randombytes,
)

from conformance.bench import handwritten
from conformance.bench.timing import Times, in_turns, timed, undisturbed
from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed, System
from spec_model.crypto.keys import KeyPair
from spec_model.framing import FrameReader, encode
from spec_model.role import Role

CLIENT, SERVER = KeyPair.generate(Replayed("bench client")), KeyPair.generate(Replayed("bench server"))
BATCH = 64
"""Frames and messages that go out together."""

SIZES = (16, 100, 1000, 10_000)
"""Octets of the messages of a mixed batch."""

METADATA = len(handwritten.OWN)


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes:
        what: what was done.
        count: how often in each round.
        ours, theirs: what the rounds took.
        reach: the ratio that is to be reached; 0 for none.
    """

    what: str
    count: int
    ours: Times
    theirs: Times
    reach: float = 0.0

    @property
    def ratio(self) -> float:
        """How many times longer we take."""
        return self.ours.median / self.theirs.median

    @property
    def reached(self) -> bool:
        """Whether the ratio is what it is to be."""
        return not self.reach or self.ratio <= self.reach


def measure(repeat: int = 9) -> list[Line]:
    """All comparisons, each with so many rounds."""
    return [
        _frames(16, repeat),
        _frames(1000, repeat),
        _handshakes("NULL", repeat),
        _handshakes("CURVE", repeat),
        _cryptography(repeat),
        _messages("NULL", (16,), repeat),
        _messages("NULL", (1000,), repeat),
        _messages("CURVE", (16,), repeat, 2.0),
        _messages("CURVE", (1000,), repeat, 2.0),
        _messages("CURVE", SIZES, repeat, 2.0),
    ]


# --- frames -------------------------------------------------------------------------------------------------------


def _bodies(sizes: tuple[int, ...]) -> list[bytes]:
    return [bytes(sizes[number % len(sizes)]) for number in range(BATCH)]


def _frames(size: int, rounds: int) -> Line:
    bodies, repeat = _bodies((size,)), 40

    def ours() -> None:
        for _ in range(repeat):
            reader = FrameReader()
            reader.feed(b"".join([encode(0, body) for body in bodies]))
            assert len(list(reader.frames())) == BATCH

    def theirs() -> None:
        for _ in range(repeat):
            octets = b"".join([handwritten.frame(0, body) for body in bodies])
            assert len(list(handwritten.Frames().feed(octets))) == BATCH

    return _line(f"frame of {size} octets", BATCH * repeat, ours, theirs, rounds, 2.0)


# --- handshakes ---------------------------------------------------------------------------------------------------


def connections(mechanism: str) -> tuple[Connection, Connection]:
    """Two peers of the reference that have not met."""
    if mechanism == "NULL":
        return Connection(Role(), System()), Connection(Role(), System())
    client = Role("CURVE", permanent=CLIENT, server_key=SERVER.public)
    return Connection(client, System()), Connection(Role("CURVE", True, permanent=SERVER), System())


def by_hand(mechanism: str) -> tuple[handwritten.Peer, handwritten.Peer]:
    """Two peers that were written by hand and have not met."""
    if mechanism == "NULL":
        return handwritten.Peer(), handwritten.Peer()
    client = handwritten.CurveClient(CLIENT.public, CLIENT.secret, SERVER.public)
    return client, handwritten.CurveServer(SERVER.public, SERVER.secret)


def meet(first: Any, second: Any) -> None:
    """Carry octets to and fro until neither has anything to say."""
    busy = True
    while busy:
        busy = False
        for one, other in ((first, second), (second, first)):
            octets = one.octets_to_send()
            if octets:
                busy = True
                other.receive(octets)


def shaken(mechanism: str) -> tuple[Connection, Connection]:
    """Two peers of the reference in traffic."""
    first, second = connections(mechanism)
    first.start()
    second.start()
    meet(first, second)
    assert first.state == second.state == "traffic"
    return first, second


def shaken_by_hand(mechanism: str) -> tuple[handwritten.Peer, handwritten.Peer]:
    """The same by hand."""
    first, second = by_hand(mechanism)
    meet(first, second)
    assert first.ready
    assert second.ready
    return first, second


def _handshakes(mechanism: str, rounds: int) -> Line:
    count = 100

    def ours() -> None:
        for _ in range(count):
            shaken(mechanism)

    def theirs() -> None:
        for _ in range(count):
            shaken_by_hand(mechanism)

    return _line(f"{mechanism} handshake, greetings included", count, ours, theirs, rounds)


def cryptography() -> None:
    """What no implementation of a CURVE handshake can avoid; see the head of this module."""
    nonce, key = bytes(24), randombytes(32)
    client_secret, server_secret = randombytes(32), randombytes(32)
    client, server = crypto_scalarmult_base(client_secret), crypto_scalarmult_base(server_secret)
    long_nonces = [randombytes(16) for _ in range(3)]
    for ours, theirs in (
        (crypto_box_beforenm(SERVER.public, client_secret), crypto_box_beforenm(client, SERVER.secret)),
        (crypto_box_beforenm(server, client_secret), crypto_box_beforenm(client, server_secret)),
        (crypto_box_beforenm(server, CLIENT.secret), crypto_box_beforenm(CLIENT.public, server_secret)),
    ):
        assert ours == theirs
    for size in (64, 128, 64, 128 + METADATA, METADATA):  # HELLO, WELCOME, vouch, INITIATE, READY
        crypto_box_open_afternm(crypto_box_afternm(bytes(size), nonce, ours), nonce, theirs)
    crypto_secretbox_open(crypto_secretbox(bytes(64), nonce, key), nonce, key)
    assert len(long_nonces) == 3


def _cryptography(rounds: int) -> Line:
    """From the last octet of the server's greeting, on which HELLO follows, to the end of READY, against its cryptography.

    The server has its greeting already. The four commands are carried in their order: nobody is asked for what he does
    not have, since that would be the bench's time and no part of the handshake.
    """
    count = 100

    def ours() -> float:
        with undisturbed():
            return sum(one() for _ in range(count))

    def one() -> float:
        first, second = connections("CURVE")
        first.start()
        second.start()
        of_first, of_second = first.octets_to_send(), second.octets_to_send()
        second.receive(of_first)
        first.receive(of_second[:-1])
        began = time.process_time()
        first.receive(of_second[-1:])
        for _ in range(2):  # HELLO and WELCOME, INITIATE and READY
            second.receive(first.octets_to_send())
            first.receive(second.octets_to_send())
        taken = time.process_time() - began
        assert first.state == second.state == "traffic"
        return taken

    def floor() -> None:
        for _ in range(count):
            cryptography()

    times = in_turns({"ours": ours, "theirs": lambda: timed(floor)}, rounds)
    what = "CURVE handshake, HELLO to READY, over its cryptography"
    return Line(what, count, times["ours"], times["theirs"], 1.35)


# --- messages -----------------------------------------------------------------------------------------------------


def _messages(mechanism: str, sizes: tuple[int, ...], rounds: int, reach: float = 0.0) -> Line:
    bodies, repeat = _bodies(sizes), 16
    ours_pair, theirs_pair = shaken(mechanism), shaken_by_hand(mechanism)

    def carry(pair: tuple[Any, Any]) -> None:
        sender, receiver = pair
        for _ in range(repeat):
            for body in bodies:
                sender.send(body)
            assert len(receiver.receive(sender.octets_to_send())) >= BATCH

    what = f"{mechanism} message of {', '.join(map(str, sizes))} octets"
    return _line(what, BATCH * repeat, lambda: carry(ours_pair), lambda: carry(theirs_pair), rounds, reach)


def _line(
    what: str, count: int, ours: Callable[[], None], theirs: Callable[[], None], rounds: int, reach: float = 0.0
) -> Line:
    times = in_turns({"ours": lambda: timed(ours), "theirs": lambda: timed(theirs)}, rounds)
    return Line(what, count, times["ours"], times["theirs"], reach)
