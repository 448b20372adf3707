"""The older versions: frames and greetings of ZMTP 1.0 (RFC 13) and of ZMTP 2.0 (RFC 15).

ZMTP 1.0 has no version anywhere: a connection starts with an identity frame, and a frame's length counts its flags octet.
ZMTP 2.0 put a signature before, which a 1.0 peer reads as the head of a long identity frame, then a revision and a socket
type; its frames have the flags first, and a length that counts the body alone, as in ZMTP 3. The newer RFCs link to these
two the wrong way round.
"""

from construct import If, IfThenElse, Int8ub, Int64ub, Struct

from spec_model.grammar.command import Command, Fields, Freedom, Rule
from spec_model.grammar.primitives import Octets

MORE, LONG = 0x01, 0x02
LONG_LENGTH = 0xFF
"""The first octet of a long length of ZMTP 1.0: eight more follow."""

SOCKET_TYPES = ("PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH")
"""The socket types of ZMTP 2.0 by their octet."""

LARGEST_IDENTITY = 255


def _length(fields: Fields) -> int:
    """The length that a frame of ZMTP 1.0 announces: its flags octet and its body."""
    length: int = fields["long_length"] if fields["length"] == LONG_LENGTH else fields["length"]
    return length


_FRAME_1_0 = Struct(
    "length" / Int8ub,
    "long_length" / If(lambda it: it["length"] == LONG_LENGTH, Int64ub),
    "flags" / If(lambda it: _length(it) > 0, Int8ub),
    "body" / Octets(lambda it: max(0, _length(it) - 1)),
)

FRAME_1_0 = Command(
    "frame of ZMTP 1.0",
    layout=_FRAME_1_0,
    legal={"length": 2, "long_length": None, "flags": 0, "body": b"x"},
    size=(1, None),
    size_rule=("", "13/frame/layout"),
    rules=(
        Rule(
            lambda it: _length(vars(it)) > 0,
            spoil={"length": 0, "flags": None, "body": b""},
            sender="13/frame/length-counts-flags",
            receiver="13/frame/zero-length",
            title="the length is zero",
        ),
        Rule(
            lambda it: (it.flags or 0) & ~MORE == 0,
            spoil={"flags": 0x80},
            sender="13/frame/reserved-bits",
            title="a reserved flag bit is set",
        ),
    ),
    freedoms=(
        Freedom(
            "13/frame/long-with-small-length",
            change={"length": LONG_LENGTH, "long_length": 2},
            strict=lambda it: it.length != LONG_LENGTH or it.long_length >= LONG_LENGTH,
            title="a short frame has a long length",
        ),
        Freedom(
            "13/frame/body",
            change={"length": 1, "body": b""},
            strict=lambda it: it.body != b"",
            title="the body is empty",
        ),
    ),
)

GREETING_1_0 = Command(
    "greeting of ZMTP 1.0",
    layout=_FRAME_1_0,  # length idflags identity
    legal={"length": 1, "long_length": None, "flags": 0, "body": b""},
    size=(2, None),
    size_rule=("", "13/greeting/sent"),
    rules=(
        Rule(
            lambda it: len(it.body) <= LARGEST_IDENTITY,
            spoil={"length": LONG_LENGTH, "long_length": 257, "body": b"i" * 256},
            sender="13/greeting/identity",
            title="the identity has 256 octets",
        ),
        Rule(
            lambda it: it.body[:1] != b"\x00",
            spoil={"length": 2, "body": b"\x00"},
            sender="13/identity/first-octet",
            title="the identity starts with a null octet",
        ),
        Rule(
            lambda it: it.flags == 0,
            spoil={"flags": 0x7E},
            sender="13/greeting/idflags-zero",
            title="the flags of the identity are not zero",
        ),
    ),
    freedoms=(
        Freedom(
            "13/greeting/anonymous",
            change={"length": LONG_LENGTH, "long_length": 1},
            strict=lambda it: it.length != LONG_LENGTH,
            title="an anonymous greeting has a long length",
        ),
        Freedom(
            "13/greeting/identity",
            change={"length": 3, "body": b"me"},
            strict=lambda it: it.body == b"",
            title="there is an identity",
        ),
    ),
)

FRAME_2_0 = Command(
    "frame of ZMTP 2.0",
    layout=Struct(
        "flags" / Int8ub,
        "size" / IfThenElse(lambda it: it["flags"] & LONG, Int64ub, Int8ub),
        "body" / Octets(lambda it: it["size"]),
    ),
    legal={"flags": 0, "size": 1, "body": b"x"},
    size=(2, None),
    size_rule=("", "15/frame/layout"),
    rules=(
        Rule(
            lambda it: it.flags & ~(MORE | LONG) == 0,
            spoil={"flags": 0x04},
            sender="15/frame/reserved-bits",
            title="a reserved flag bit is set",
        ),
    ),
    freedoms=(
        Freedom(
            "15/frame/long",
            change={"flags": LONG},
            strict=lambda it: not (it.flags & LONG and it.size <= 255),
            title="a short body has a long size",
        ),
        Freedom(
            "15/frame/body",
            change={"size": 0, "body": b""},
            strict=lambda it: it.size > 0,
            title="the body is empty",
        ),
    ),
)

GREETING_2_0 = Command(
    "greeting of ZMTP 2.0",
    layout=Struct(
        "signature_start" / Int8ub,  # %xFF
        "padding" / Octets(8),  # 8%x00
        "signature_end" / Int8ub,  # %x7F
        "revision" / Int8ub,
        "socket_type" / Int8ub,
        "identity_flags" / Int8ub,  # final-short
        "identity_size" / Int8ub,
        "identity" / Octets(lambda it: it["identity_size"]),
    ),
    legal={
        "signature_start": 0xFF,
        "padding": bytes(8),
        "signature_end": 0x7F,
        "revision": 1,
        "socket_type": SOCKET_TYPES.index("DEALER"),
        "identity_flags": 0,
        "identity_size": 0,
        "identity": b"",
    },
    size=(14, 14 + LARGEST_IDENTITY),
    size_rule=("", "15/greeting/layout"),
    rules=(
        Rule(
            lambda it: it.signature_start == 0xFF,
            spoil={"signature_start": 0xFE},
            sender="15/greeting/signature",
            receiver="15/legacy/short-identity",
            title="the first octet is not FF",
        ),
        Rule(
            lambda it: it.signature_end == 0x7F,
            spoil={"signature_end": 0x7E},
            sender="15/greeting/signature",
            receiver="15/legacy/long-identity",
            title="the tenth octet is not 7F",
        ),
        Rule(
            lambda it: it.revision == 1,
            spoil={"revision": 2},
            sender="15/greeting/revision",
            title="the revision is 2",
        ),
        Rule(
            lambda it: it.socket_type < len(SOCKET_TYPES),
            spoil={"socket_type": 9},
            sender="15/greeting/socket-type",
            title="the socket type is 9",
        ),
        Rule(
            lambda it: it.identity_flags == 0,
            spoil={"identity_flags": MORE},
            sender="15/identity/layout",
            title="the identity frame has MORE",
        ),
    ),
    freedoms=(
        Freedom(
            "15/greeting/signature",
            change={"padding": bytes(7) + b"\x01"},
            strict=lambda it: it.padding == bytes(8),
            title="the padding holds the length of an identity, for a peer of ZMTP 1.0",
        ),
        Freedom(
            "15/identity/layout",
            change={"identity_size": 2, "identity": b"me"},
            strict=lambda it: it.identity_size == 0,
            title="there is an identity",
        ),
    ),
)
