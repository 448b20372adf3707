"""Tests of Z85, both ways: every character, every length around a multiple, and what is more than 32 bits."""

from collections.abc import Iterator

from conformance.vectors.plainly import LEGAL, breach
from conformance.vectors.policy import judge
from conformance.vectors.record import Group, Test, distinct
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import Z85_ALPHABET, z85_decode, z85_encode

LARGEST = "%nSc0"
"""2^32-1, the largest that four octets hold."""


def groups() -> Iterator[Group]:
    """Decoding and encoding."""
    yield Group("Z85Decode", "Text, as the octets of its characters, to octets.", distinct(_decode()))
    yield Group("Z85Encode", "Octets to text.", distinct(_encode()))


def _decoded(says: str, text: str, about: str, flag: str) -> Test:
    return Test(
        says,
        {"text": text.encode("latin-1")},
        "valid",
        "legal",
        (about,),
        LEGAL,
        (flag,),
        expected={"octets": z85_decode(text)},
    )


def _decode() -> Iterator[Test]:
    yield _decoded("the test case of the RFC", "HelloWorld", "32/decode/test-case", "Ordinary")
    for text, says in (("00000", "zero"), ("00001", "one"), (LARGEST, "2^32-1"), ("%nSb#", "2^32-2")):
        yield _decoded(says, text, "32/decode/accumulates", "Boundary")
    for value, character in enumerate(Z85_ALPHABET):
        yield _decoded(
            f"the character of {value}, weighing least", f"0000{character}", "32/decode/alphabet", "Characters"
        )
    for place in range(5):
        text = "0" * place + "1" + "0" * (4 - place)
        yield _decoded(f"one in digit {place + 1}", text, "32/decode/accumulates", "Boundary")
    for chunks in (2, 3, 8, 16):
        octets = Replayed(f"Z85 {chunks}").octets(4 * chunks)
        yield _decoded(f"{chunks} chunks", z85_encode(octets), "32/decode/chunks", "Ordinary")
    for octet in range(256):
        if chr(octet) not in Z85_ALPHABET:
            for place in (0, 2, 4) if 0x20 <= octet < 0x7F else (2,):
                strange = b"a" * place + bytes([octet]) + b"a" * (4 - place)
                says = f"the octet {octet:02x} in digit {place + 1}"
                yield breach(says, {"text": strange}, judge("", "32/decode/other-characters"), ("Characters",))
    for says, behind in (
        ("a line feed behind the text", b"HelloWorld\n"),
        ("a null octet behind the text", b"HelloWorld\x00"),
    ):
        yield breach(says, {"text": behind}, judge("", "32/decode/length"), ("Length",))
    for length in range(1, 16):
        if length % 5:
            # "a" in every place: whatever an implementation reads of it stays below 2^32
            yield breach(f"{length} characters", {"text": b"a" * length}, judge("", "32/decode/length"), ("Length",))
    yield Test(
        "no character at all",
        {"text": b""},
        "acceptable",
        "legal",
        ("32/decode/length",),
        "Of nothing, nothing or a refusal passes.",
        ("Length",),
        "32/decode/length",
        {"octets": b""},
    )
    for large, says in (
        (b"%nSc1", "2^32"),
        (b"%nSc2", "2^32 + 1"),
        (b"#0000", "84 in the first digit"),
        (b"#####", "the largest of all"),
    ):
        yield breach(f"{says}: more than 32 bits", {"text": large}, judge("", "32/decode/overflow"), ("Overflow",))
        yield breach(
            f"{says}: more than 32 bits, in the second chunk",
            {"text": b"Hello" + large},
            judge("", "32/decode/overflow"),
            ("Overflow",),
        )


def _encode() -> Iterator[Test]:
    def encoded(says: str, octets: bytes, about: str, flag: str) -> Test:
        text = z85_encode(octets).encode()
        return Test(says, {"octets": octets}, "valid", "legal", (about,), LEGAL, (flag,), expected={"text": text})

    yield encoded("the test case of the RFC", bytes.fromhex("864fd26fb559f75b"), "32/encode/test-case", "Ordinary")
    yield encoded("four zeros", bytes(4), "32/encode/zero", "Boundary")
    yield encoded("2^32-1", b"\xff" * 4, "32/encode/octet-order", "Boundary")
    for power in range(32):
        yield encoded(f"2^{power}", (1 << power).to_bytes(4, "big"), "32/encode/octet-order", "SingleBit")
    for power in range(5):
        for value in (85**power - 1, 85**power):
            yield encoded(f"the number {value}", value.to_bytes(4, "big"), "32/encode/digit-order", "Boundary")
    for chunks in (2, 3, 8, 16):
        yield encoded(f"{chunks} chunks", Replayed(f"Z85 {chunks}").octets(4 * chunks), "32/encode/chunks", "Ordinary")
    for size in range(1, 12):
        if size % 4:
            yield breach(f"{size} octets", {"octets": b"\x01" * size}, judge("", "32/encode/length"), ("Length",))
    yield Test(
        "no octet at all",
        {"octets": b""},
        "acceptable",
        "legal",
        ("32/encode/length",),
        "Of nothing, nothing or a refusal passes.",
        ("Length",),
        "32/encode/length",
        {"text": b""},
    )
