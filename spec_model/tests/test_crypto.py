"""Keys, boxes and commands made of both: known answers from the outside, then what must hold for every value.

The vectors of Curve25519 are those of RFC 7748 section 6.1; the box is the worked example of "Cryptography in NaCl"
(D. J. Bernstein, 2009), which uses the same two key pairs.
"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_model.crypto.boxes import Keyring, MissingKey, Unopened
from spec_model.crypto.entropy import Replayed, System
from spec_model.crypto.keys import KeyPair, z85_decode, z85_encode
from spec_model.crypto.sealing import Alteration, Reseal, Tamper, assemble, dissect, nonce_octets
from spec_model.faults.specimens import Specimen, specimens
from spec_model.grammar.command import Command, Sealed
from spec_model.grammar.curve import COOKIE_BOX, SIGNATURE
from spec_model.tables import STANDARD

FAST = settings(max_examples=100, deadline=None, derandomize=True)

ALICE_SECRET = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
ALICE_PUBLIC = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
BOB_SECRET = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
BOB_PUBLIC = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")

BOX_NONCE = bytes.fromhex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
BOX_PLAIN = bytes.fromhex(
    "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f4"
    "1db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52"
    "f0a089bc76897040e082f937763848645e0705"
)
BOX_SEALED = bytes.fromhex(
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b"
    "4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da"
    "99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5"
)


# --- Z85 ----------------------------------------------------------------------------------------------------------

Z85 = [
    # octets, text; the first row is the test case of RFC 32
    (bytes.fromhex("864fd26fb559f75b"), "HelloWorld"),
    (b"", ""),
    (bytes(4), "00000"),
    (b"\xff" * 4, "%nSc0"),
]


@pytest.mark.parametrize(("octets", "text"), Z85)
def test_z85_known_answers(octets: bytes, text: str) -> None:
    assert z85_encode(octets) == text
    assert z85_decode(text) == octets


@FAST
@given(st.binary(max_size=64).filter(lambda octets: len(octets) % 4 == 0))
def test_z85_reads_back(octets: bytes) -> None:
    assert z85_decode(z85_encode(octets)) == octets
    assert len(z85_encode(octets)) == len(octets) // 4 * 5


Z85_ERRORS = [
    ("abcd", "multiples of 5 characters, not 4"),
    ("ab,de", "',' at 0 is not a character of Z85"),
    ("#####", "stands for more than four octets hold"),
    ("%nSc1", "stands for more than four octets hold"),
]


@pytest.mark.parametrize(("text", "message"), Z85_ERRORS)
def test_z85_refuses(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        z85_decode(text)


def test_z85_encodes_multiples_of_four_only() -> None:
    with pytest.raises(ValueError, match="multiples of 4 octets, not 5"):
        z85_encode(b"five!")


# --- keys and entropy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "public"), [(ALICE_SECRET, ALICE_PUBLIC), (BOB_SECRET, BOB_PUBLIC)])
def test_public_keys(secret: bytes, public: bytes) -> None:
    pair = KeyPair.from_secret(secret)
    assert pair.public == public
    assert secret.hex() not in repr(pair) and repr(secret) not in repr(pair)


def test_replayed_entropy_depends_on_its_seed_alone() -> None:
    one, same, other = Replayed(7), Replayed(7), Replayed(8)
    drawn = [one.octets(size) for size in (1, 32, 100, 0)]
    assert drawn == [same.octets(size) for size in (1, 32, 100, 0)]
    assert drawn != [other.octets(size) for size in (1, 32, 100, 0)]
    assert [len(octets) for octets in drawn] == [1, 32, 100, 0]


def test_system_entropy_does_not_repeat() -> None:
    assert len({System().octets(16) for _ in range(50)}) == 50


# --- boxes --------------------------------------------------------------------------------------------------------

NACL_BOX = Sealed(Command("any", SIGNATURE.layout), "C'", "S", BOX_NONCE[:16], "nonce", "", "")
ALICE = Keyring({"C'": ALICE_PUBLIC, "c'": ALICE_SECRET, "S": BOB_PUBLIC})
BOB = Keyring({"C'": ALICE_PUBLIC, "S": BOB_PUBLIC, "s": BOB_SECRET})


def test_box_known_answer() -> None:
    assert ALICE.seal(NACL_BOX, BOX_NONCE[16:], BOX_PLAIN) == BOX_SEALED
    assert BOB.open(NACL_BOX, BOX_NONCE[16:], BOX_SEALED) == BOX_PLAIN


def test_whoever_sealed_can_open() -> None:
    assert ALICE.open(NACL_BOX, BOX_NONCE[16:], BOX_SEALED) == BOX_PLAIN


UNOPENED = [
    ("another nonce", BOX_NONCE[16:-1] + b"\x00", BOX_SEALED),
    ("a flipped bit", BOX_NONCE[16:], bytes([BOX_SEALED[0] ^ 1]) + BOX_SEALED[1:]),
    ("one octet less", BOX_NONCE[16:], BOX_SEALED[:-1]),
    ("one octet more", BOX_NONCE[16:], BOX_SEALED + b"\x00"),
    ("nothing", BOX_NONCE[16:], b""),
]


@pytest.mark.parametrize(("nonce", "octets"), [row[1:] for row in UNOPENED], ids=[row[0] for row in UNOPENED])
def test_boxes_that_do_not_open(nonce: bytes, octets: bytes) -> None:
    with pytest.raises(Unopened, match="the box from C' to S does not open"):
        BOB.open(NACL_BOX, nonce, octets)


def test_a_box_needs_a_secret_key() -> None:
    with pytest.raises(MissingKey):
        Keyring({"C'": ALICE_PUBLIC, "S": BOB_PUBLIC}).open(NACL_BOX, BOX_NONCE[16:], BOX_SEALED)


COOKIE = Sealed(COOKIE_BOX, "K", "K", b"COOKIE--", "cookie_nonce", "", "")


@FAST
@given(st.binary(max_size=100), st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_a_box_is_16_octets_longer_and_opens(plain: bytes, nonce: bytes, key: bytes) -> None:
    ring = Keyring({"K": key})
    octets = ring.seal(COOKIE, nonce, plain)
    assert len(octets) == len(plain) + 16
    assert ring.open(COOKIE, nonce, octets) == plain
    ring.forget("K")
    with pytest.raises(MissingKey):
        ring.open(COOKIE, nonce, octets)


def test_a_snapshot_keeps_what_is_forgotten_later() -> None:
    ring = Keyring({"K": bytes(32)})
    copy = ring.snapshot()
    ring.forget("K")
    assert "K" in copy and "K" not in ring


def test_what_came_of_a_key_is_forgotten_with_it() -> None:
    ring = Keyring({"C'": ALICE_PUBLIC, "S": BOB_PUBLIC, "s": BOB_SECRET, "K": bytes(32)})
    shared = ring.between("C'", "S")
    ring.forget("K", "no such key")
    assert list(vars(ring)["_shared"].values()) == [shared], "the cookie key has no part in it"
    ring.forget("C'")
    assert vars(ring)["_shared"] == {}
    assert ring.lacks("K", "C'") and not ring.lacks("C'", "s")
    with pytest.raises(MissingKey, match="C'"):
        ring.between("C'", "S")


def test_short_nonces_are_in_network_order() -> None:
    assert nonce_octets(0x0102) == b"\x00\x00\x00\x00\x00\x00\x01\x02"
    assert nonce_octets(b"sixteen octets!!") == b"sixteen octets!!"


# --- whole commands -----------------------------------------------------------------------------------------------


def specimen(key: str) -> Specimen:
    """The first specimen of a grammar."""
    return next(one for one in specimens() if one.item.grammar == key)


BOXES = [
    # command, sealed field, the requirement that a receiver breaks by accepting it spoilt
    ("CURVE/HELLO", "signature", "26/HELLO/signature"),
    ("CURVE/WELCOME", "box", "26/WELCOME/box"),
    ("CURVE/INITIATE", "box", "26/INITIATE/box"),
    ("CURVE/INITIATE", "vouch_box", "26/vouch/box"),
    ("CURVE/READY", "box", "26/READY/box"),
    ("CURVE/MESSAGE/C", "box", "26/MESSAGE/box"),
    ("CURVE/MESSAGE/S", "box", "26/MESSAGE/box"),
]
SPOILS: list[tuple[str, Callable[[str, Sealed], Alteration]]] = [
    ("a flipped bit", lambda name, box: Tamper(name, flip=0)),
    ("the last bit flipped", lambda name, box: Tamper(name, flip=-1)),
    ("another prefix", lambda name, box: Reseal(name, prefix=b"?" * len(box.prefix))),
    ("another key", lambda name, box: Reseal(name, secret=b"another secret key, 32 octets ok")),
]


@pytest.mark.parametrize(("key", "name", "requirement"), BOXES)
@pytest.mark.parametrize("spoil", [row[1] for row in SPOILS], ids=[row[0] for row in SPOILS])
def test_a_spoilt_box_is_refused(
    key: str, name: str, requirement: str, spoil: Callable[[str, Sealed], Alteration]
) -> None:
    box = next(level.boxes[name] for level in STANDARD.commands[key].levels() if name in level.boxes)
    assert specimen(key).judge().refused == ""
    assert specimen(key).judge(alterations=(spoil(name, box),)).refused == requirement


SIZES = [
    ("one octet more", Tamper("box", extend=b"\x00"), "26/WELCOME/size"),
    ("one octet less", Tamper("box", cut=1), "26/WELCOME/size"),
]


@pytest.mark.parametrize(("alteration", "requirement"), [row[1:] for row in SIZES], ids=[row[0] for row in SIZES])
def test_a_box_of_another_size(alteration: Tamper, requirement: str) -> None:
    assert specimen("CURVE/WELCOME").judge(alterations=(alteration,)).refused == requirement


def test_a_value_given_for_a_sealed_field_is_its_plaintext() -> None:
    one = specimen("CURVE/HELLO")
    assert one.judge(given={"signature": bytes(64)}) == one.judge()
    assert one.judge(given={"signature": b"\x01" * 64}).fields["zeros"] == b"\x01" * 64


def test_a_function_gets_the_natural_value() -> None:
    one = specimen("CURVE/INITIATE")
    assert one.judge(given={"nonce": lambda nonce: nonce + 5}).fields["nonce"] == one.judge().fields["nonce"] + 5


def test_a_box_without_a_key_stays_unread() -> None:
    one = specimen("CURVE/WELCOME")
    judged = dissect(STANDARD.commands["CURVE/WELCOME"], one.item.body(), Keyring())
    assert (judged.unread, judged.opened, judged.refused) == (("box",), (), "")
    assert "server_transient" not in judged.fields


def test_a_box_cannot_be_made_without_a_key() -> None:
    with pytest.raises(MissingKey):
        assemble(STANDARD.commands["CURVE/HELLO"], {"nonce": 1, "client_transient": bytes(32)}, Keyring())


def test_the_client_cannot_read_its_cookie() -> None:
    from_client = specimen("CURVE/INITIATE")
    assert "cookie_box" in from_client.judge().unread
    assert "cookie_client_transient" not in from_client.judge().fields
