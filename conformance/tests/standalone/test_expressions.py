"""Expressions for octets that depend on the target: right in both plays, or none."""

from hashlib import blake2b

import pytest
from nacl.bindings import crypto_box, crypto_box_keypair, crypto_secretbox

from conformance.harness.catalogue import Selection, select
from conformance.standalone.expressions import Box, Pair, Unexplained, Value, expression, literal
from conformance.standalone.script import script


def octets(name: str, size: int = 32) -> bytes:
    """Octets that look random."""
    return blake2b(name.encode(), digest_size=size).digest()


COOKIES = Pair(octets("cookie of one", 64), octets("cookie of the other", 64))
COOKIE = Value(COOKIES, "it.cookie")
RAW = Value(Pair(b"same" + octets("raw of one"), b"same" + octets("raw of the other")), "it.received")
_PUBLIC, SECRET = crypto_box_keypair()
_LEFT, _RIGHT = crypto_box_keypair()[0], crypto_box_keypair()[0]
KEY = Value(Pair(_LEFT, _RIGHT), "it.server_transient")
NONCE = b"CurveZMQINITIATE" + bytes(7) + b"\x02"


def sealed(left: bytes, right: bytes) -> Box:
    """A box for the target's key."""
    made = Pair(crypto_box(left, NONCE, _LEFT, SECRET), crypto_box(right, NONCE, _RIGHT, SECRET))
    return Box(made, Pair(left, right), NONCE, Pair(_LEFT, _RIGHT), SECRET)


BOX = sealed(b"a" + COOKIES.left, b"a" + COOKIES.right)


def both(make: "object") -> Pair:
    """The same done in both plays."""
    assert callable(make)
    return Pair(make(COOKIES.left, BOX.octets.left), make(COOKIES.right, BOX.octets.right))


WAYS = (
    ("nothing of the target's", lambda cookie, box: b"\x04\xc8" + bytes(70)),
    ("a value", lambda cookie, box: b"\x08INITIATE" + cookie + b"tail"),
    ("a value with a bit turned", lambda cookie, box: cookie[:-1] + bytes([cookie[-1] ^ 0x80])),
    ("a value cut off", lambda cookie, box: b"x" + cookie[:40]),
    ("a value begun late", lambda cookie, box: b"x" + cookie[9:]),
    ("two halves of a value the other way round", lambda cookie, box: cookie[32:] + cookie[:32]),
    ("a box", lambda cookie, box: b"head" + box),
    ("a box with its first bit turned, and more behind", lambda cookie, box: bytes([box[0] ^ 1]) + box[1:] + b"more"),
    ("a box cut off", lambda cookie, box: box[:-1]),
    ("the same twice", lambda cookie, box: box + box),
)


@pytest.mark.parametrize("make", [row[1] for row in WAYS], ids=[row[0] for row in WAYS])
def test_an_expression_makes_the_octets_of_both_plays(make: object) -> None:
    """It is evaluated for each target's values."""
    wanted = both(make)
    found = expression(wanted, [BOX], [COOKIE, KEY, RAW])
    for side in ("left", "right"):
        assert _evaluated(found, side) == getattr(wanted, side), found


def _evaluated(source: str, side: str) -> object:
    class It:
        cookie = getattr(COOKIES, side)
        server_transient = getattr(KEY.octets, side)
        received = getattr(RAW.octets, side)

    def turned(value: bytes, at: int, bits: int) -> bytes:
        return value[:at] + bytes([value[at] ^ bits]) + value[at + 1 :]

    known = {
        "it": It,
        "turned": turned,
        "fromhex": bytes.fromhex,
        "box": lambda plaintext, nonce, to, by: crypto_box(plaintext, nonce, to, by),
        "secret_box": lambda plaintext, nonce, key: crypto_secretbox(plaintext, nonce, key),
    }
    return eval(source, known)


REFUSED = (
    ("something else of the target's", Pair(octets("one"), octets("other"))),
    ("another length", Pair(COOKIES.left, COOKIES.right + b"x")),
    ("a hash of a value", Pair(octets(COOKIES.left.hex()), octets(COOKIES.right.hex()))),
    ("a bit turned in one play only", Pair(bytes([COOKIES.left[0] ^ 1]) + COOKIES.left[1:], COOKIES.right)),
)


@pytest.mark.parametrize("wanted", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_not_explained_is_refused(wanted: Pair) -> None:
    """A script that would send something else is not written."""
    with pytest.raises(Unexplained):
        expression(wanted, [BOX], [COOKIE, KEY, RAW])


@pytest.mark.parametrize("value", [b"", b"READY", b"\x04\x06", bytes(30), b"\x05HELLO" + bytes(72) + b"\x01", b"'\"\\"])
def test_a_literal_is_what_it_says(value: bytes) -> None:
    """However it is written."""
    assert _evaluated(literal(value), "left") == value


def test_most_cases_can_be_scripts() -> None:
    """A sample over all mechanisms and sides; whatever is refused says why in a line."""
    refused = []
    chosen = select(Selection(patterns=("null.*", "plain.*", "curve.*")))[::23]
    for case, side in chosen:
        try:
            compile(script(case, side, 0, "fail: x"), case.id, "exec")
        except Unexplained as reason:
            refused.append(f"{case.id}@{side}: {reason}")
    assert len(refused) < len(chosen) / 50, refused
