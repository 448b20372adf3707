"""Commands that may stand between messages: PING and PONG (RFC 37 "Connection Heartbeating")."""

from construct import GreedyBytes, Int16ub, Struct

from spec_model.grammar.command import Command, Rule
from spec_model.grammar.primitives import Octets, name_octets

LARGEST_CONTEXT = 16

PING = Command(
    "PING",
    layout=Struct(
        "name" / Octets(5),  # %d4 "PING"
        "ttl" / Int16ub,  # tenths of a second
        "context" / GreedyBytes,
    ),
    legal={"name": name_octets("PING"), "ttl": 0, "context": b""},
    size=(7, None),
    size_rule=("", "37/PING/layout"),
    rules=(
        Rule(
            lambda it: len(it.context) <= LARGEST_CONTEXT,
            spoil={"context": bytes(range(17))},
            sender="37/PING/context-size",
            title="the context has 17 octets",
        ),
    ),
)

PONG = Command(
    "PONG",
    layout=Struct(
        "name" / Octets(5),  # %d4 "PONG"
        "context" / GreedyBytes,
    ),
    legal={"name": name_octets("PONG"), "context": b""},
    size=(5, None),
    size_rule=("", "37/PONG/layout"),
    rules=(
        Rule(
            lambda it: it.context == it.known.context,
            spoil={"context": b"another"},
            sender="37/PONG/echoes-context",
            needs=("context",),
            title="the context is not the PING's",
        ),
    ),
)
