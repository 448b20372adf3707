"""The greeting: 64 octets that each peer sends first (RFC 23 "Formal Grammar", "Version Negotiation")."""

from functools import cache

from construct import Int8ub, Struct

from spec_model.grammar.command import Command, Freedom, Rule
from spec_model.grammar.primitives import Octets

GREETING_SIZE = 64
SIGNATURE_SIZE = 10

_MECHANISM_CHARACTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+\x00")


@cache
def mechanism_octets(name: str) -> bytes:
    """A mechanism's name, null padded to 20 octets."""
    return name.encode("ascii").ljust(20, b"\x00")


GREETING = Command(
    "greeting",
    layout=Struct(
        "signature_start" / Int8ub,  # %xFF
        "padding" / Octets(8),
        "signature_end" / Int8ub,  # %x7F
        "version_major" / Int8ub,
        "version_minor" / Int8ub,
        "mechanism" / Octets(20),
        "as_server" / Int8ub,
        "filler" / Octets(31),
    ),
    legal={
        "signature_start": 0xFF,
        "padding": bytes(8),
        "signature_end": 0x7F,
        "version_major": 3,
        "version_minor": 1,
        "mechanism": mechanism_octets("NULL"),
        "as_server": 0,
        "filler": bytes(31),
    },
    size=(GREETING_SIZE, GREETING_SIZE),
    size_rule=("", "23/greeting/size"),
    rules=(
        Rule(
            lambda it: it.signature_start == 0xFF,
            spoil={"signature_start": 0xFE},
            sender="23/greeting/signature",
            receiver="23/greeting/signature-checked",
            title="the first octet is not FF",
        ),
        Rule(
            lambda it: it.signature_end == 0x7F,
            spoil={"signature_end": 0x7E},
            sender="23/greeting/signature",
            receiver="23/greeting/signature-checked",
            title="the tenth octet is not 7F",
        ),
        Rule(
            lambda it: it.version_major >= 3,
            spoil={"version_major": 2},
            sender="23/greeting/version-major",
            receiver="23/greeting/lower-version",
            title="the major version is 2",
        ),
        Rule(
            lambda it: set(it.mechanism) <= _MECHANISM_CHARACTERS,
            spoil={"mechanism": mechanism_octets("NULL!")},
            sender="23/greeting/mechanism-chars",
            title="the mechanism has an octet that no mechanism name may have",
        ),
        Rule(
            lambda it: b"\x00" not in it.mechanism.rstrip(b"\x00") and it.mechanism[:1] != b"\x00",
            spoil={"mechanism": b"NULL\x00X".ljust(20, b"\x00")},
            sender="23/greeting/mechanism-padding",
            title="the mechanism goes on behind its null padding",
        ),
        Rule(
            lambda it: it.mechanism == it.known.mechanism,
            spoil={"mechanism": mechanism_octets("OTHER")},
            receiver="23/greeting/mechanism-match",
            needs=("mechanism",),
            title="the mechanism is another one",
        ),
        Rule(
            lambda it: it.as_server in (0, 1),
            spoil={"as_server": 2},
            sender="23/greeting/as-server-value",
            title="as-server is neither 0 nor 1",
        ),
        Rule(
            lambda it: it.mechanism != mechanism_octets("NULL") or it.as_server == 0,
            spoil={"as_server": 1},
            sender="23/NULL/as-server",
            title="as-server is set though the mechanism is NULL",
        ),
        Rule(
            lambda it: it.filler == bytes(31),
            spoil={"filler": bytes(30) + b"\x01"},
            sender="23/greeting/filler",
            title="the filler is not all zero",
        ),
    ),
    freedoms=(
        Freedom(
            "23/greeting/padding",
            change={"padding": bytes.fromhex("0123456789abcdef")},
            strict=lambda it: it.padding == bytes(8),
            title="the padding is not zero",
        ),
        Freedom(
            "23/greeting/higher-version",
            change={"version_major": 4},
            strict=lambda it: it.version_major == 3,
            title="the major version is 4",
        ),
        Freedom(
            "23/greeting/higher-version",
            change={"version_minor": 9},
            strict=lambda it: it.version_minor <= 1,
            title="the minor version is 9",
        ),
    ),
)
