"""Tests of the commands that lie open: NULL, PLAIN, and those between messages; and of what has a shape besides."""

from collections.abc import Iterator, Mapping

from conformance.vectors.metadata import candidates
from conformance.vectors.plainly import tests_of
from conformance.vectors.record import Group
from conformance.vectors.values import SIZES, Variant, counted
from spec_model.grammar import COMMANDS, SHAPES
from spec_model.grammar.command import Fields
from spec_model.grammar.metadata import metadata_octets
from spec_model.grammar.properties import SOCKET_TYPES

METADATA = metadata_octets([("Socket-Type", b"DEALER"), ("Identity", b"")])
REASON = {"reason_size": 19, "reason": b"Invalid socket type"}
ADMIN = {"username_size": 5, "username": b"admin", "password_size": 6, "password": b"secret"}

NATURALS: Mapping[str, Mapping[str, Fields]] = {
    "NULL/READY": {"with a socket type": {"metadata": METADATA}, "without metadata": {"metadata": b""}},
    "NULL/ERROR": {"with a reason": REASON, "without a reason": {}},
    "PLAIN/HELLO": {
        "with a name and a password": ADMIN,
        "without a name": {**ADMIN, "username_size": 0, "username": b""},
        "without a password": {**ADMIN, "password_size": 0, "password": b""},
        "without either": {},
    },
    "PLAIN/WELCOME": {"as it is": {}},
    "PLAIN/INITIATE": {"with a socket type": {"metadata": METADATA}, "without metadata": {"metadata": b""}},
    "PLAIN/READY": {"with a socket type": {"metadata": METADATA}, "without metadata": {"metadata": b""}},
    "PLAIN/ERROR": {"with a reason": REASON, "without a reason": {}},
    "traffic/PING": {
        "with a context": {"ttl": 10, "context": b"context"},
        "without a context": {"ttl": 0, "context": b""},
    },
    "traffic/PONG": {"with a context": {"context": b"context"}, "without a context": {"context": b""}},
    "traffic/SUBSCRIBE": {"for a topic": {"subscription": b"topic"}, "for everything": {"subscription": b""}},
    "traffic/CANCEL": {"for a topic": {"subscription": b"topic"}, "for everything": {"subscription": b""}},
    "traffic/JOIN": {"for a group": {"group": b"group"}},
    "traffic/LEAVE": {"for a group": {"group": b"group"}},
    "message/subscription": {
        "for a topic": {"kind": 1, "subscription": b"topic"},
        "cancelled": {"kind": 0, "subscription": b"topic"},
        "for everything": {"kind": 1, "subscription": b""},
    },
    "property/Socket-Type": {"a DEALER": {"value": b"DEALER"}}
    | {f"a {name.decode()}": {"value": name} for name in sorted(SOCKET_TYPES - {b"DEALER"})},
    "property/Identity": {"an identity": {"value": b"me"}, "an empty one": {"value": b""}},
    "property/Resource": {"a resource": {"value": b"system/name-service/test"}, "one name": {"value": b"test"}},
}
"""Legal specimens of each grammar, by words for them."""

KNOWN: Mapping[str, Fields] = {"traffic/PONG": {"context": b"context"}}
"""What the receiver can compare with."""


def groups_of(prefix: str) -> Iterator[Group]:
    """A group for each grammar of a mechanism, of the commands between messages, or of what has a shape besides."""
    for key, naturals in NATURALS.items():
        if key.split("/")[0] != prefix:
            continue
        command = {**COMMANDS, **SHAPES}[key]
        known = KNOWN.get(key, {})
        if key == "traffic/PONG":
            naturals = {"with the context of the PING": {"context": b"context"}}
        tests = tests_of(key, command, naturals, known=known, more=_more if "metadata" in command.inside else _sized)
        yield Group(_type(key), f"{key.split('/')[1]}: {_where(key)}.", tests, dict(known))


def _type(key: str) -> str:
    prefix, name = key.split("/")
    word = name.capitalize() if name.isupper() else name.replace("-", "").capitalize()
    return {"traffic": "", "message": "Message", "property": "Property"}.get(prefix, prefix.capitalize()) + word


def _where(key: str) -> str:
    prefix, name = key.split("/")
    where = {
        "traffic": "the body of a command that may stand between messages",
        "message": "the body of a message of one frame, from a subscriber of ZMTP 3.0",
        "property": f"the value of the property {name}",
    }
    return where.get(prefix, f"the body of the command frame, name included, with the mechanism {prefix}")


def _more(natural: Fields) -> Iterator[Variant]:
    """Whole commands with the metadata that matters most; all of it stands in the file of metadata."""
    for says, octets, flags, aspect in candidates(b" "):
        if aspect != "layout" and len(octets) < 1000:
            yield Variant(f"metadata: {says}", {"metadata": octets}, "metadata", flags)


def _sized(natural: Fields) -> Iterator[Variant]:
    """User names and passwords together at their limits; nothing else has two counted fields."""
    if "password" in natural:
        for size in SIZES[:-3]:
            given = {
                **counted("username", b"u" * size, "username_size"),
                **counted("password", b"p" * size, "password_size"),
            }
            yield Variant(f"name and password of {size} octets each", given, "username", ("Boundary",))
