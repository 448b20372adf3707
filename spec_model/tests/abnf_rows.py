"""Which of our grammars says the same as which production of an RFC, and where the two differ by a ruling.

A row has a strategy for legal values of our grammar, and says how their octets come to be those of the production: bare,
or in a frame. What breaks one of our rules is illegal; the production must not stand for it either, unless `LOOSER` names
the entry of the catalogue that rules on it. What our grammar lets pass and the production does not is in `STRICTER`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from spec_model.framing import COMMAND, MORE, encode
from spec_model.grammar import COMMANDS, MESSAGES, SHAPES, curve
from spec_model.grammar.command import Command, Fields
from spec_model.grammar.greeting import mechanism_octets
from spec_model.grammar.legacy import SOCKET_TYPES as OLD_SOCKET_TYPES
from spec_model.grammar.metadata import PROPERTY, metadata_octets
from spec_model.grammar.multipart import Multipart
from spec_model.grammar.primitives import LETTERS, NAME_CHARACTERS, VISIBLE, name_octets
from spec_model.grammar.properties import RESOURCE_CHARACTERS, SOCKET_TYPES, SOCKET_TYPES_OF_3_0

Shape = Command | Multipart
Legal = st.SearchStrategy[dict[str, Any]]

OCTETS = st.binary(max_size=12)


def exactly(size: int) -> st.SearchStrategy[bytes]:
    """So many octets."""
    return st.binary(min_size=size, max_size=size)


def text(octets: frozenset[int], smallest: int = 0, largest: int = 12) -> st.SearchStrategy[bytes]:
    """Octets of an alphabet."""
    return st.lists(st.sampled_from(sorted(octets)), min_size=smallest, max_size=largest).map(bytes)


NAMES = text(NAME_CHARACTERS, 1, 6)
PROPERTIES = st.lists(st.tuples(NAMES.map(bytes.decode), st.binary(max_size=6)), max_size=2)
METADATA: Legal = st.fixed_dictionaries({"metadata": PROPERTIES.map(metadata_octets)})


def bare(shape: Shape, fields: Fields) -> bytes:
    """The octets as they are; frames one behind the other."""
    built = shape.build(fields)
    return built if isinstance(built, bytes) else b"".join(built)


def command(shape: Shape, fields: Fields) -> bytes:
    """A command frame around them."""
    return encode(COMMAND, bare(shape, fields))


def message(shape: Shape, fields: Fields) -> bytes:
    """Frames of one message around them."""
    built = shape.build(fields)
    parts = (built,) if isinstance(built, bytes) else built
    return b"".join(encode(MORE if place < len(parts) else 0, part) for place, part in enumerate(parts, 1))


@dataclass(frozen=True)
class Compared:
    """A production and our grammar of the same.

    Attributes:
        rfc, production: the production.
        key: our grammar, by its key in one of the tables.
        legal: fields of legal values.
        wrap: how their octets become those of the production.
        about: the fields that the octets of the production hold, where they do not hold all.
    """

    rfc: int
    production: str
    key: str
    legal: Legal
    wrap: Callable[[Shape, Fields], bytes] = bare
    about: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """Our grammar."""
        tables: Mapping[str, Shape] = {**INNER, **COMMANDS, **SHAPES, **MESSAGES}
        return tables[self.key]

    def octets(self, fields: Fields) -> bytes:
        """The octets of these fields, as the production has them."""
        if self.about:
            return b"".join(fields[name] for name in self.about)
        return self.wrap(self.shape, fields)

    def __str__(self) -> str:
        return f"RFC {self.rfc} {self.production}"


INNER: Mapping[str, Command] = {
    "property": Command("property", layout=PROPERTY),  # without the rules about lists of them
    "cookie": curve.COOKIE,
    "initiate box": curve.INITIATE_BOX,
    "ready box": curve.READY_BOX,
    "payload": curve.PAYLOAD,
}
"""Grammars that lie inside others."""


def _sized(name: str, octets: st.SearchStrategy[bytes]) -> st.SearchStrategy[dict[str, Any]]:
    return octets.map(lambda value: {f"{name}_size": len(value), name: value})


def _both(first: Legal, second: Legal) -> Legal:
    return st.tuples(first, second).map(lambda pair: pair[0] | pair[1])


def _fields(**fields: st.SearchStrategy[Any]) -> Legal:
    return st.fixed_dictionaries(fields)


def _greeting(minor: int) -> Legal:
    names = st.just(b"NULL") | text(frozenset(b"ABCXYZ059-_.+"), 1, 20)
    return _fields(
        padding=exactly(8),
        version_minor=st.just(minor),
        mechanism=names.map(lambda name: mechanism_octets(name.decode())),
        as_server=st.integers(0, 1),
    ).map(lambda fields: fields | ({"as_server": 0} if fields["mechanism"].startswith(b"NULL\x00") else {}))


def _frame(flags: tuple[int, ...], body: st.SearchStrategy[bytes] = OCTETS) -> Legal:
    long_commands = st.binary(min_size=256, max_size=260).map(lambda octets: b"\x01A" + octets)
    bodies = {flag: long_commands if flag & COMMAND and flag & 2 else body for flag in flags}
    return st.sampled_from(flags).flatmap(
        lambda flag: bodies[flag].map(lambda octets: {"flags": flag, "size": len(octets), "body": octets})
    )


def _old_frame(flags: tuple[int, ...], body: st.SearchStrategy[bytes]) -> Legal:
    return st.tuples(st.sampled_from(flags), st.booleans(), body).map(
        lambda row: {
            "length": 0xFF if row[1] else len(row[2]) + 1,
            "long_length": len(row[2]) + 1 if row[1] else None,
            "flags": row[0],
            "body": row[2],
        }
    )


COMMAND_BODIES = st.tuples(text(LETTERS, 1, 8), OCTETS).map(lambda row: name_octets(row[0].decode()) + row[1])
CREDENTIAL = text(VISIBLE) | text(VISIBLE, 33, 40)
CREDENTIALS = _both(_sized("username", CREDENTIAL), _sized("password", CREDENTIAL))
REASON = _sized("reason", text(VISIBLE))
IDENTITY_2_0 = _both(
    _fields(socket_type=st.integers(0, len(OLD_SOCKET_TYPES) - 1)), _sized("identity", st.binary(max_size=12))
)
IDENTITY_1_0 = text(frozenset(range(1, 256)), 1, 12)

ROWS = (
    *(
        row
        for rfc, minor, types in ((23, 0, SOCKET_TYPES_OF_3_0), (37, 1, SOCKET_TYPES))
        for row in (
            Compared(rfc, "greeting", "greeting", _greeting(minor)),
            Compared(rfc, "message-last", "frame", _frame((0, 2))),
            Compared(rfc, "message-more", "frame", _frame((1, 3))),
            Compared(rfc, "command", "frame", _frame((4, 6), COMMAND_BODIES)),
            Compared(
                rfc, "command-body", "command-body", _both(_sized("name", text(LETTERS, 1)), _fields(data=OCTETS))
            ),
            Compared(rfc, "ready", "NULL/READY", METADATA, command),
            Compared(rfc, "error", "NULL/ERROR", REASON, command),
            Compared(rfc, "property", "property", _both(_sized("name", NAMES), _sized("value", OCTETS))),
            Compared(rfc, "socket-type", "property/Socket-Type", _fields(value=st.sampled_from(sorted(types)))),
            Compared(rfc, "identity", "property/Identity", _fields(value=text(frozenset(range(1, 256))))),
        )
    ),
    Compared(23, "subscribe", "message/subscription", _fields(kind=st.just(1), subscription=OCTETS), message),
    Compared(23, "unsubscribe", "message/subscription", _fields(kind=st.just(0), subscription=OCTETS), message),
    Compared(37, "subscribe", "traffic/SUBSCRIBE", _fields(subscription=OCTETS), command),
    Compared(37, "cancel", "traffic/CANCEL", _fields(subscription=OCTETS), command),
    Compared(37, "join", "traffic/JOIN", _fields(group=text(frozenset(range(1, 256)))), command),
    Compared(37, "leave", "traffic/LEAVE", _fields(group=text(frozenset(range(1, 256)))), command),
    Compared(37, "radio-dish-message", "RADIO", _fields(group=text(LETTERS), body=OCTETS), message),
    Compared(37, "ping", "traffic/PING", _fields(ttl=st.integers(0, 0xFFFF), context=st.binary(max_size=16)), command),
    Compared(37, "pong", "traffic/PONG", _fields(context=st.binary(max_size=16)), command),
    Compared(
        37,
        "resource",
        "property/Resource",
        _fields(value=st.lists(text(RESOURCE_CHARACTERS, 1, 5), min_size=1, max_size=3).map(b"/".join)),
    ),
    Compared(24, "hello", "PLAIN/HELLO", CREDENTIALS, command),
    Compared(24, "welcome", "PLAIN/WELCOME", _fields(), command),
    Compared(24, "initiate", "PLAIN/INITIATE", METADATA, command),
    Compared(24, "ready", "PLAIN/READY", METADATA, command),
    Compared(24, "error", "PLAIN/ERROR", REASON, command),
    Compared(
        26,
        "hello",
        "CURVE/HELLO",
        _fields(client_transient=exactly(32), nonce=st.integers(0, 2**64 - 1), signature=exactly(80)),
    ),
    Compared(26, "welcome", "CURVE/WELCOME", _fields(nonce=exactly(16), box=exactly(144))),
    Compared(
        26,
        "initiate",
        "CURVE/INITIATE",
        _fields(cookie=exactly(96), nonce=st.integers(0, 99), box=st.binary(min_size=144, max_size=160)),
    ),
    Compared(26, "ready", "CURVE/READY", _fields(nonce=st.integers(0, 99), box=st.binary(min_size=16, max_size=40))),
    Compared(26, "error", "CURVE/ERROR", REASON),
    Compared(
        26, "message", "CURVE/MESSAGE/C", _fields(nonce=st.integers(0, 99), box=st.binary(min_size=17, max_size=40))
    ),
    Compared(
        26, "message", "CURVE/MESSAGE/S", _fields(nonce=st.integers(0, 99), box=st.binary(min_size=17, max_size=40))
    ),
    Compared(26, "cookie", "cookie", _fields(cookie_nonce=exactly(16), cookie_box=exactly(80))),
    Compared(
        26,
        "vouch",
        "initiate box",
        _fields(client=exactly(32), vouch_nonce=exactly(16), vouch_box=exactly(80)),
        about=("vouch_nonce", "vouch_box"),
    ),
    Compared(26, "metadata", "ready box", METADATA),
    Compared(26, "payload", "payload", _fields(flags=st.integers(0, 3), data=OCTETS)),
    Compared(27, "metadata", "ZAP/reply", METADATA, about=("metadata",)),
    Compared(13, "final-frame", "ZMTP 1.0/frame", _old_frame((0,), OCTETS)),
    Compared(13, "more-frame", "ZMTP 1.0/frame", _old_frame((1,), OCTETS)),
    Compared(13, "greeting", "ZMTP 1.0/greeting", _old_frame((0,), IDENTITY_1_0)),
    Compared(13, "anonymous", "ZMTP 1.0/greeting", _fields()),
    Compared(15, "greeting", "ZMTP 2.0/greeting", IDENTITY_2_0),
    Compared(15, "final-frame", "ZMTP 2.0/frame", _frame((0, 2))),
    Compared(15, "more-frame", "ZMTP 2.0/frame", _frame((1, 3))),
)

STREAMS = (
    *((rfc, name) for rfc in (13, 15, 23, 37) for name in ("zmtp", "connection")),
    (23, "null"),
    (37, "null"),
    (24, "plain"),
    (26, "curvezmq"),
)
"""Productions for a whole stream or conversation; the tests of streams compare them."""
