"""The commands of the PLAIN mechanism: HELLO, WELCOME, INITIATE, READY and ERROR (RFC 24 "Implementation").

User name and password stand in clear text, each behind the octet that counts it; what comes behind the password, or is
missing of it, makes it a password of another size. Metadata has the layout of RFC 23, and its rules bind the sender
alone; that it can be read at all is asked of the server by the sentence about INITIATE, and of the client by the
grammar of READY.
"""

from construct import GreedyBytes, Int8ub, Struct, this

from spec_model.grammar.command import Command, Freedom, Rule
from spec_model.grammar.metadata import metadata_command
from spec_model.grammar.null import ERROR as NULL_ERROR
from spec_model.grammar.primitives import VISIBLE, Octets, name_octets

LARGEST_CREDENTIAL = 255
"""Octets of a user name or password: one octet counts them."""


def _metadata(layout: str, parsing: str) -> Command:
    aspects = {"layout": layout, "other-properties": "23/metadata/other-properties"}
    return metadata_command(
        "metadata",
        lambda aspect: aspects.get(aspect, f"23/metadata/{aspect}"),
        obliges=False,
        parsing=parsing,
    )


HELLO = Command(
    "HELLO",
    layout=Struct(
        "name" / Octets(6),  # %d5 "HELLO"
        "username_size" / Int8ub,
        "username" / Octets(this.username_size),
        "password_size" / Int8ub,
        "password" / GreedyBytes,
    ),
    legal={
        "name": name_octets("HELLO"),
        "username_size": 0,
        "username": b"",
        "password_size": 0,
        "password": b"",
    },
    size=(8, 8 + 2 * LARGEST_CREDENTIAL),
    size_rule=("24/HELLO/layout", "24/HELLO/sends-layout"),
    rules=(
        Rule(
            lambda it: it.password_size == len(it.password),
            spoil={"password": lambda natural: (natural or b"") + b"\x00"},
            sender="24/HELLO/sends-layout",
            receiver="24/HELLO/layout",
            title="it goes on behind the password",
        ),
        Rule(
            # A server may hand such a name on as it came, or refuse it (24/HELLO/username-char): it binds senders only.
            lambda it: set(it.username) <= VISIBLE,
            spoil={"username_size": 5, "username": b"a b\x00c"},
            sender="24/HELLO/sends-username",
            title="the user name has a blank and a null octet",
        ),
        Rule(
            lambda it: set(it.password[: it.password_size]) <= VISIBLE,
            spoil={"password_size": 5, "password": b"a b\x00c"},
            sender="24/HELLO/sends-password",
            title="the password has a blank and a null octet",
        ),
    ),
    freedoms=(
        Freedom(
            "24/HELLO/empty-credentials",
            change={"username_size": 0, "username": b""},
            strict=lambda it: it.username_size > 0,
            title="the user name is empty",
        ),
        Freedom(
            "24/HELLO/empty-credentials",
            change={"password_size": 0, "password": b""},
            strict=lambda it: it.password_size > 0,
            title="the password is empty",
        ),
    ),
)

WELCOME = Command(
    "WELCOME",
    layout=Struct(
        "name" / Octets(8),  # %d7 "WELCOME"
        "excess" / GreedyBytes,
    ),
    legal={"name": name_octets("WELCOME"), "excess": b""},
    size=(8, None),
    size_rule=("", "24/command/name"),
    rules=(
        Rule(
            lambda it: it.excess == b"",
            spoil={"excess": b"\x00"},
            sender="24/WELCOME/empty",
            receiver="24/WELCOME/takes-empty",
            title="it has an octet behind its name",
        ),
    ),
)

INITIATE = Command(
    "INITIATE",
    layout=Struct(
        "name" / Octets(9),  # %d8 "INITIATE"
        "metadata" / GreedyBytes,
    ),
    legal={"name": name_octets("INITIATE"), "metadata": b""},
    size=(9, None),
    size_rule=("", "24/command/name"),
    inside={"metadata": _metadata("24/INITIATE/sends-metadata", "24/INITIATE/metadata")},
)

READY = Command(
    "READY",
    layout=Struct(
        "name" / Octets(6),  # %d5 "READY"
        "metadata" / GreedyBytes,
    ),
    legal={"name": name_octets("READY"), "metadata": b""},
    size=(6, None),
    size_rule=("", "24/command/name"),
    inside={"metadata": _metadata("24/READY/sends-metadata", "24/READY/metadata")},
)

ERROR = Command(
    "ERROR",
    layout=NULL_ERROR.layout,
    legal=NULL_ERROR.legal,
    size=(7, 262),
    size_rule=("", "24/ERROR/layout"),
    rules=(
        Rule(
            lambda it: it.reason_size == len(it.reason),
            spoil={"reason_size": 9},
            sender="24/ERROR/layout",
            title="the reason is not as long as it says",
        ),
        Rule(
            lambda it: set(it.reason) <= VISIBLE | {0x20},
            spoil={"reason_size": 1, "reason": b"\x07"},
            sender="23/ERROR/reason",
            title="the reason has a control character",
        ),
    ),
)
