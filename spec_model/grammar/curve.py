"""The commands of CurveZMQ (RFC 26 "High-level Grammar", "CurveZMQ Commands").

A box is named by its sealed field; what is inside is a grammar of its own. Keys are written as in the RFC: C and S are the
permanent keys of client and server, C' and S' the transient ones, K the cookie key.
"""

from construct import GreedyBytes, Int8ub, Int64ub, Struct

from spec_model.grammar.command import Command, Rule, Sealed
from spec_model.grammar.metadata import metadata_command
from spec_model.grammar.null import ERROR as NULL_ERROR
from spec_model.grammar.primitives import VISIBLE, Octets, name_octets

MORE, COMMAND = 0x01, 0x02
"""Bits of payload-flags. The RFC reserves bits 7-1; every deployed implementation puts ZMTP commands in with bit 1."""

_ASPECTS = {
    "name-chars": "26/metadata/name-char",
    "sends-name-chars": "26/metadata/sends-name-char",
    "value-empty": "26/metadata/empty-value",
    "other-properties": "26/metadata/opaque-value",
}

METADATA = metadata_command("metadata", lambda aspect: _ASPECTS.get(aspect, f"26/metadata/{aspect}"), obliges=True)

SIGNATURE = Command(
    "signature box",
    layout=Struct("zeros" / GreedyBytes),
    legal={"zeros": bytes(64)},
    size=(64, 64),
    size_rule=("26/HELLO/signature", "26/HELLO/sends-signature"),
    rules=(
        Rule(
            lambda it: it.zeros == bytes(64),
            spoil={"zeros": bytes(63) + b"\x01"},
            sender="26/HELLO/sends-signature",
            receiver="26/HELLO/signature",
            title="the signature box does not hold zeros",
        ),
    ),
)

HELLO = Command(
    "HELLO",
    layout=Struct(
        "name" / Octets(6),  # %d5 "HELLO"
        "version" / Octets(2),  # hello-version
        "padding" / Octets(72),  # hello-padding: grammar says 72, prose 70; only 72 adds up to 200
        "client_transient" / Octets(32),  # hello-client, C'
        "nonce" / Int64ub,  # hello-nonce
        "signature" / Octets(80),  # hello-box
    ),
    legal={"name": name_octets("HELLO"), "version": b"\x01\x00", "padding": bytes(72)},
    size=(200, 200),
    size_rule=("26/HELLO/size", "26/HELLO/sends-size"),
    boxes={
        "signature": Sealed(
            SIGNATURE, "C'", "S", b"CurveZMQHELLO---", "nonce", "26/HELLO/signature", "26/HELLO/sends-signature"
        )
    },
    rules=(
        Rule(
            lambda it: it.version == b"\x01\x00",
            spoil={"version": b"\x02\x00"},
            sender="26/HELLO/sends-version",
            receiver="26/HELLO/version",
            title="the version is 2.0",
        ),
        Rule(
            lambda it: it.padding == bytes(72),
            spoil={"padding": bytes(71) + b"\x01"},
            sender="26/HELLO/sends-padding",
            receiver="26/HELLO/padding",
            title="the padding is not all zero",
        ),
    ),
    learns={"client_transient": "C'"},
)

COOKIE_BOX = Command(
    "cookie box",
    layout=Struct(
        "cookie_client_transient" / Octets(32),  # C'
        "cookie_server_transient_secret" / Octets(32),  # s'
    ),
    size=(64, 64),
    size_rule=("26/cookie/opens", ""),
    learns={"cookie_client_transient": "C'", "cookie_server_transient_secret": "s'"},
)

COOKIE = Command(
    "cookie",
    layout=Struct(
        "cookie_nonce" / Octets(16),
        "cookie_box" / Octets(80),
    ),
    size=(96, 96),
    size_rule=("26/cookie/opens", ""),
    boxes={
        "cookie_box": Sealed(COOKIE_BOX, "K", "K", b"COOKIE--", "cookie_nonce", "26/cookie/opens", "26/cookie/returned")
    },
)

WELCOME_BOX = Command(
    "welcome box",
    layout=Struct(
        "server_transient" / Octets(32),  # S'
        "cookie" / Octets(96),
    ),
    size=(128, 128),
    size_rule=("26/WELCOME/box", "26/WELCOME/sends-box"),
    inside={"cookie": COOKIE},
    learns={"server_transient": "S'"},
)

WELCOME = Command(
    "WELCOME",
    layout=Struct(
        "name" / Octets(8),  # %d7 "WELCOME"
        "nonce" / Octets(16),  # welcome-nonce
        "box" / Octets(144),  # welcome-box
    ),
    legal={"name": name_octets("WELCOME")},
    size=(168, 168),
    size_rule=("26/WELCOME/size", "26/WELCOME/sends-size"),
    boxes={"box": Sealed(WELCOME_BOX, "S", "C'", b"WELCOME-", "nonce", "26/WELCOME/box", "26/WELCOME/sends-box")},
)

VOUCH_BOX = Command(
    "vouch box",
    layout=Struct(
        "vouched_transient" / Octets(32),  # C'
        "vouched_server" / Octets(32),  # S
    ),
    size=(64, 64),
    size_rule=("26/vouch/box", "26/vouch/sends-box"),
    rules=(
        Rule(
            lambda it: it.vouched_transient == it.known.client_transient,
            spoil={"vouched_transient": bytes(31) + b"\x05"},
            sender="26/vouch/sends-box",
            receiver="26/vouch/client-key",
            needs=("client_transient",),
            title="the vouch is for another transient key",
        ),
        Rule(
            lambda it: it.vouched_server == it.known.server,
            spoil={"vouched_server": bytes(31) + b"\x07"},
            sender="26/vouch/sends-box",
            receiver="26/vouch/server-key",
            needs=("server",),
            title="the vouch is for another server",
        ),
    ),
)

INITIATE_BOX = Command(
    "initiate box",
    layout=Struct(
        "client" / Octets(32),  # C
        "vouch_nonce" / Octets(16),
        "vouch_box" / Octets(80),
        "metadata" / GreedyBytes,
    ),
    legal={"metadata": b""},
    size=(128, None),
    size_rule=("26/INITIATE/size", "26/INITIATE/sends-size"),
    boxes={"vouch_box": Sealed(VOUCH_BOX, "C", "S'", b"VOUCH---", "vouch_nonce", "26/vouch/box", "26/vouch/sends-box")},
    inside={"metadata": METADATA},
    learns={"client": "C"},
)

INITIATE = Command(
    "INITIATE",
    layout=Struct(
        "name" / Octets(9),  # %d8 "INITIATE"
        "cookie" / Octets(96),  # initiate-cookie
        "nonce" / Int64ub,  # initiate-nonce
        "box" / GreedyBytes,  # initiate-box
    ),
    legal={"name": name_octets("INITIATE")},
    # The prose says at least 257; the grammar's smallest sum is 9 + 96 + 8 + 144 = 257 as well.
    size=(257, None),
    size_rule=("26/INITIATE/size", "26/INITIATE/sends-size"),
    boxes={
        "box": Sealed(
            INITIATE_BOX, "C'", "S'", b"CurveZMQINITIATE", "nonce", "26/INITIATE/box", "26/INITIATE/sends-box"
        )
    },
    inside={"cookie": COOKIE},
)

READY_BOX = Command(
    "ready box",
    layout=Struct("metadata" / GreedyBytes),
    legal={"metadata": b""},
    inside={"metadata": METADATA},
)

READY = Command(
    "READY",
    layout=Struct(
        "name" / Octets(6),  # %d5 "READY"
        "nonce" / Int64ub,  # ready-nonce
        "box" / GreedyBytes,  # ready-box
    ),
    legal={"name": name_octets("READY")},
    size=(30, None),
    size_rule=("26/READY/size", "26/READY/sends-size"),
    boxes={"box": Sealed(READY_BOX, "S'", "C'", b"CurveZMQREADY---", "nonce", "26/READY/box", "26/READY/sends-box")},
)

PAYLOAD = Command(
    "payload",
    layout=Struct(
        "flags" / Int8ub,  # payload-flags
        "data" / GreedyBytes,  # payload-data
    ),
    legal={"flags": 0, "data": b""},
    size=(1, None),
    size_rule=("26/MESSAGE/size", "26/MESSAGE/sends-size"),
    rules=(
        Rule(
            lambda it: it.flags & 0xFC == 0,
            spoil={"flags": 0x80},
            sender="26/MESSAGE/sends-reserved-flags",
            receiver="26/MESSAGE/reserved-flags",
            title="a reserved payload flag is set",
        ),
    ),
)


def _message(sender: str, receiver: str, prefix: bytes) -> Command:
    return Command(
        "MESSAGE",
        layout=Struct(
            "name" / Octets(8),  # %d7 "MESSAGE"
            "nonce" / Int64ub,  # message-nonce
            "box" / GreedyBytes,  # message-box
        ),
        legal={"name": name_octets("MESSAGE")},
        size=(33, None),
        size_rule=("26/MESSAGE/size", "26/MESSAGE/sends-size"),
        boxes={"box": Sealed(PAYLOAD, sender, receiver, prefix, "nonce", "26/MESSAGE/box", "26/MESSAGE/sends-box")},
        rules=(
            Rule(
                lambda it: it.nonce > it.known.last_nonce,
                spoil={"nonce": lambda legal: legal - 1},
                sender="26/MESSAGE/sends-incrementing-nonces",
                receiver="26/MESSAGE/nonce-increments",
                needs=("last_nonce",),
                title="the nonce is one that was used",
            ),
        ),
    )


MESSAGE_FROM_CLIENT = _message("C'", "S'", b"CurveZMQMESSAGEC")
MESSAGE_FROM_SERVER = _message("S'", "C'", b"CurveZMQMESSAGES")

ERROR = Command(
    "ERROR",
    layout=NULL_ERROR.layout,
    legal=NULL_ERROR.legal,
    size=(7, 262),
    size_rule=("26/ERROR/size", "26/ERROR/size"),
    rules=(
        Rule(
            lambda it: it.reason_size == len(it.reason),
            spoil={"reason_size": 9},
            sender="26/ERROR/size",
            title="the reason is not as long as it says",
        ),
        Rule(
            lambda it: set(it.reason) <= VISIBLE | {0x20},
            spoil={"reason_size": 1, "reason": b"\x07"},
            sender="26/ERROR/reason",
            title="the reason has a control character",
        ),
    ),
)
