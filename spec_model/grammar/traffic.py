"""Commands that may stand between messages (RFC 37): PING and PONG, SUBSCRIBE and CANCEL, JOIN and LEAVE.

All came with ZMTP 3.1; a peer of 3.0 knows none of them and subscribes by messages (`spec_model.grammar.subscription`).
With CURVE they travel inside a MESSAGE. A connection answers PING by itself; the others are the business of the socket
type.
"""

from construct import GreedyBytes, Int16ub, Struct

from spec_model.grammar.command import Command, Rule
from spec_model.grammar.primitives import Octets, name_octets

LARGEST_CONTEXT = 16
LARGEST_GROUP = 255
LARGEST_TTL = 0xFFFF / 10
"""Seconds: a TTL is a number of 16 bits, in tenths of a second."""

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

SUBSCRIBE = Command(
    "SUBSCRIBE",
    layout=Struct(
        "name" / Octets(10),  # %d9 "SUBSCRIBE"
        "subscription" / GreedyBytes,  # any octets; none matches every message
    ),
    legal={"name": name_octets("SUBSCRIBE"), "subscription": b""},
    size=(10, None),
    size_rule=("", "37/SUBSCRIBE/sent"),
)

CANCEL = Command(
    "CANCEL",
    layout=Struct(
        "name" / Octets(7),  # %d6 "CANCEL"
        "subscription" / GreedyBytes,
    ),
    legal={"name": name_octets("CANCEL"), "subscription": b""},
    size=(7, None),
    size_rule=("", "37/CANCEL/sent"),
)

GROUP_RULES = (
    Rule(
        lambda it: len(it.group) <= LARGEST_GROUP,
        spoil={"group": b"g" * 256},
        sender="37/group/size",
        title="the group has 256 octets",
    ),
    Rule(
        lambda it: 0 not in it.group,
        spoil={"group": b"a\x00b"},
        sender="37/group/chars",
        title="the group has a null octet",
    ),
)
"""What a group is; a receiver may refuse, ignore or serve another (37/group/size, 37/group/chars)."""

JOIN = Command(
    "JOIN",
    layout=Struct(
        "name" / Octets(5),  # %d4 "JOIN"
        "group" / GreedyBytes,
    ),
    legal={"name": name_octets("JOIN"), "group": b""},
    size=(5, None),
    size_rule=("", "37/JOIN/sent"),
    rules=GROUP_RULES,
)

LEAVE = Command(
    "LEAVE",
    layout=Struct(
        "name" / Octets(6),  # %d5 "LEAVE"
        "group" / GreedyBytes,
    ),
    legal={"name": name_octets("LEAVE"), "group": b""},
    size=(6, None),
    size_rule=("", "37/LEAVE/sent"),
    rules=GROUP_RULES,
)
