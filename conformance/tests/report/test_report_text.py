"""Hostile text becomes harmless, harmless text stays as it is."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.report.octets import describe, describe_fields, hexdump
from conformance.report.text import ascii_json, inert, plain


class Word(StrEnum):
    """An enum of text."""

    YES = "yes"


@pytest.mark.parametrize(
    ("what", "text", "shown"),
    [
        ("plain", "expected close; saw READY", "expected close; saw READY"),
        ("letters of other scripts", "zéro, ноль, 零", "zéro, ноль, 零"),
        ("markup is not ours", "<b>&", "<b>&"),
        ("backslash", r"\x00", r"\x00"),
        ("line feed", "a\nb", r"a\nb"),
        ("escape sequence", "\x1b[31m", r"\x1b[31m"),
        ("null, delete, C1", "\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("override", "\u202egnp", r"\u202egnp"),
        ("isolate", "\u2066a\u2069", r"\u2066a\u2069"),
        ("marks of direction", "\u200e\u200f\u061c", r"\u200e\u200f\u061c"),
        ("zero width", "a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("tag", "\U000e0041", r"\U000e0041"),
        ("line separator", "\u2028", r"\u2028"),
        ("odd space", "\xa0", r"\xa0"),
        ("filler", "\u3164", r"\u3164"),
        ("combining", "a\u0301", r"a\u0301"),
        ("surrogate", "\udc80", r"\udc80"),
        ("unassigned", "\uffff", r"\uffff"),
    ],
)
def test_inert(what: str, text: str, shown: str) -> None:
    """Rows: what it is, the text, what is shown."""
    assert inert(text) == shown, what


def test_inert_cuts_what_is_long() -> None:
    """And says by how much."""
    assert inert("x" * 5000, 10) == "x" * 10 + "… (4990 more characters)"


@given(st.text())
def test_inert_text_is_printable_and_stays(text: str) -> None:
    """All that comes out can be seen, and doing it twice changes nothing."""
    assert inert(text).isprintable()
    assert inert(inert(text)) == inert(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"\x05\xff", {"hex": "05ff"}),
        ({"a": (1, True, None, 0.5)}, {"a": [1, True, None, 0.5]}),
        ({"_io": object(), "size": 2**64 - 1}, {"size": 2**64 - 1}),
        (2**64, str(2**64)),
        (float("nan"), "nan"),
        (Word.YES, "yes"),
        ("\udc80", "\\udc80"),
    ],
)
def test_plain(value: object, expected: object) -> None:
    """Rows: a value as the harness has it, and in the words of JSON."""
    assert plain(value) == expected


@given(st.recursive(st.text() | st.binary() | st.integers() | st.floats(), st.lists))
def test_json_is_printable_ascii(value: object) -> None:
    """A terminal that shows a results file is not harmed."""
    text = ascii_json(plain(value)).decode("ascii")
    assert text.isprintable()


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"", "empty"),
        (b"\x00", "00"),
        (b"\x01\x00", "01 00"),
        (bytes(72), "72 zero octets"),
        (bytes(71) + b"\x01", "71 zero octets, 01 (72 octets)"),
        (b"CURVE".ljust(20, b"\0"), '"CURVE", 15 zero octets (20 octets)'),
        (b"DEALER", '"DEALER"'),
        (b"\xff" + bytes(8) + b"\x7f", "ff, 8 zero octets, 7f"),
        (b"<script>", '"<script>"'),
        (b"x" * 100, '"' + "x" * 48 + '" … (100 octets)'),
    ],
)
def test_describe(octets: bytes, text: str) -> None:
    """Rows: octets, and the words for them."""
    assert describe(octets) == text


def test_fields_become_a_flat_list() -> None:
    """Nested fields have a path; empty ones say so."""
    fields = plain({"size": 200, "more": False, "properties": [{"name": b"Identity", "value": b""}], "none": {}})
    assert describe_fields(fields) == [
        ("size", "200 (0xc8)"),
        ("more", "no"),
        ("properties[0].name", '"Identity"'),
        ("properties[0].value", "empty"),
        ("none", "empty"),
    ]


def test_too_many_fields_are_cut() -> None:
    """A hostile READY of thousands of properties does not make the page."""
    assert describe_fields({"a": list(range(500))}, limit=3)[2:] == [("a[2]", "2"), ("…", "more fields are left out")]


def test_hexdump() -> None:
    """Offset, octets, text; cut at the limit."""
    dump = hexdump(bytes(range(0x30, 0x44)) + b"\x00" * 20, limit=20)
    assert [(line.offset, line.hex.rstrip(), line.text) for line in dump.lines] == [
        ("0000", "30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f", "0123456789:;<=>?"),
        ("0010", "40 41 42 43", "@ABC"),
    ]
    assert dump.left_out == 20
