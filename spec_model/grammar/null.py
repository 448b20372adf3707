"""The commands of the NULL mechanism: READY and ERROR (RFC 23 "The NULL Security Mechanism")."""

from construct import GreedyBytes, Int8ub, Struct

from spec_model.grammar.command import Command, Rule
from spec_model.grammar.metadata import metadata_command
from spec_model.grammar.primitives import VISIBLE, Octets, name_octets

_ASPECTS = {"layout": "23/READY/layout", "other-properties": "23/metadata/other-properties"}

METADATA = metadata_command(
    "metadata",
    lambda aspect: _ASPECTS.get(aspect, f"23/metadata/{aspect}"),
    obliges=False,
    parsing="23/NULL/ready-parsed",
)

READY = Command(
    "READY",
    layout=Struct(
        "name" / Octets(6),  # %d5 "READY"
        "metadata" / GreedyBytes,
    ),
    legal={"name": name_octets("READY"), "metadata": b""},
    size=(6, None),
    size_rule=("", "23/READY/name"),
    inside={"metadata": METADATA},
)

ERROR = Command(
    "ERROR",
    layout=Struct(
        "name" / Octets(6),  # %d5 "ERROR"
        "reason_size" / Int8ub,
        "reason" / GreedyBytes,
    ),
    legal={"name": name_octets("ERROR"), "reason_size": 0, "reason": b""},
    size=(7, 262),
    size_rule=("", "23/ERROR/layout"),
    rules=(
        Rule(
            lambda it: it.reason_size == len(it.reason),
            spoil={"reason_size": 9},
            sender="23/ERROR/layout",
            title="the reason is not as long as it says",
        ),
        Rule(
            # error-reason is VCHAR in the grammar, any ASCII in RFC 26; a blank is in every deployed reason text.
            lambda it: set(it.reason) <= VISIBLE | {0x20},
            spoil={"reason_size": 1, "reason": b"\x07"},
            sender="23/ERROR/reason",
            title="the reason has a control character",
        ),
    ),
)
