"""The values of the properties that ZMTP defines: Socket-Type, Identity and Resource (RFC 37 "Connection Metadata").

A value is opaque to the layout of metadata; what it may hold is said by a grammar of its own, by name of the property.
All rules bind the sender; a type that nobody knows is refused all the same, since it goes with none. RFC 23 knows
neither Resource nor the last eight socket types, and lets an Identity start with a null octet.
"""

from collections.abc import Mapping

from construct import GreedyBytes, Struct

from spec_model.grammar.command import Command, Freedom, Rule
from spec_model.grammar.primitives import LETTERS

SOCKET_TYPES_OF_3_0 = frozenset(
    {b"REQ", b"REP", b"DEALER", b"ROUTER", b"PUB", b"XPUB", b"SUB", b"XSUB", b"PUSH", b"PULL", b"PAIR"}
)
SOCKET_TYPES = SOCKET_TYPES_OF_3_0 | {
    b"CLIENT",
    b"SERVER",
    b"RADIO",
    b"DISH",
    b"SCATTER",
    b"GATHER",
    b"PEER",
    b"CHANNEL",
}
LARGEST_IDENTITY = 255
RESOURCE_CHARACTERS = LETTERS | frozenset(b"0123456789$-_@.&+")
"""The octets of resource-char, of which the names between the slashes consist."""

SOCKET_TYPE = Command(
    "Socket-Type",
    layout=Struct("value" / GreedyBytes),
    legal={"value": b"DEALER"},
    rules=(
        Rule(
            lambda it: it.value in SOCKET_TYPES,
            spoil={"value": b"NOVELTY"},
            sender="37/socket-type/grammar",
            receiver="37/socket-type/enforced",
            title="the type is none of the nineteen",
        ),
        Rule(
            lambda it: it.known.version_minor > 0 or it.value in SOCKET_TYPES_OF_3_0 or it.value not in SOCKET_TYPES,
            spoil={"value": b"CHANNEL"},
            sender="23/socket-type/grammar",
            needs=("version_minor",),
            title="a peer of 3.0 has a type of 3.1",
        ),
    ),
)

IDENTITY = Command(
    "Identity",
    layout=Struct("value" / GreedyBytes),
    legal={"value": b""},
    rules=(
        Rule(
            lambda it: len(it.value) <= LARGEST_IDENTITY,
            spoil={"value": b"i" * 256},
            sender="37/identity/size",
            title="the identity has 256 octets",
        ),
        Rule(
            lambda it: it.value[:1] != b"\x00",
            spoil={"value": b"\x00one"},
            sender="37/identity/first-octet",
            title="the identity starts with a null octet",
        ),
    ),
)

RESOURCE = Command(
    "Resource",
    layout=Struct("value" / GreedyBytes),
    legal={"value": b"system/name-service/test"},
    rules=(
        Rule(
            lambda it: all(it.value.split(b"/")),
            spoil={"value": b"system//test"},
            sender="37/resource/grammar",
            title="a name between the slashes is empty",
        ),
        Rule(
            lambda it: set(it.value) <= RESOURCE_CHARACTERS | {ord("/")},
            spoil={"value": b"system/name service"},
            sender="37/resource/chars",
            title="a name has a blank",
        ),
    ),
    freedoms=(
        Freedom(
            "37/resource/accepted",
            change={"value": b"nobody/serves/this/yet"},
            strict=lambda it: it.value == b"system/name-service/test",
            title="nobody serves the resource",
        ),
    ),
)

PROPERTIES: Mapping[str, Command] = {"socket-type": SOCKET_TYPE, "identity": IDENTITY, "resource": RESOURCE}
"""Grammars of values, by name of the property in small letters: names are the same in any case."""
