"""Messages that mean something to the protocol: subscriptions of ZMTP 3.0 and messages to a group.

A subscriber of ZMTP 3.0 subscribes by a message of one frame, whose first octet says what it wants (RFC 23 "The
Publish-Subscribe Pattern"); ZMTP 3.1 has commands instead, and still sends this form to a peer of 3.0. A RADIO puts the
group before the body, each in a frame of its own (RFC 37 "The Radio-Dish Pattern").
"""

from construct import GreedyBytes, Int8ub, Struct

from spec_model.grammar.command import Command, Rule
from spec_model.grammar.multipart import Multipart
from spec_model.grammar.traffic import GROUP_RULES

CANCEL, SUBSCRIBE = 0x00, 0x01

SUBSCRIPTION = Command(
    "subscription",
    layout=Struct(
        "kind" / Int8ub,  # %d1 to subscribe, %d0 to cancel
        "subscription" / GreedyBytes,
    ),
    legal={"kind": SUBSCRIBE, "subscription": b""},
    size=(1, None),
    size_rule=("", "23/subscription/subscribe"),
    rules=(
        Rule(
            lambda it: it.kind in (CANCEL, SUBSCRIBE),
            spoil={"kind": 2},
            sender="23/subscription/subscribe",
            title="it neither subscribes nor cancels",
        ),
    ),
)
"""The body of the only frame of a subscription."""

TO_GROUP = Multipart(
    "message to a group",
    frames=("group", "body"),
    legal={"group": b"", "body": b""},
    frames_rule=("", "37/group/message"),
    rules=GROUP_RULES,
)
"""The frames of a message from a RADIO. One or three frames make a message that a DISH drops (37/group/message)."""
