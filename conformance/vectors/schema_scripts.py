"""The schema of the scripts: steps and reactions have the fields of our own records, and no others."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

from conformance.api import script
from conformance.api.case import UnderTest
from conformance.api.script import Expectation, Step
from conformance.api.socket_expectations import SocketExpectation
from conformance.api.socket_steps import SocketStep
from conformance.vectors.schema_parts import HEX, ID, IDS, INT, LEVEL, TEXT, Json, closed, head_of, listed
from spec_model.crypto.sealing import Reseal, Tamper

BOOL: Json = {"type": "boolean"}
VALUE: Json = {"$ref": "#/$defs/value"}
NAMED: Json = {"type": "object", "additionalProperties": VALUE}

MAPS = ("given", "frame", "values", "options")
"""Fields that name other fields: whatever the command has may stand in them."""


def _value() -> Json:
    """A value: a number, a word, a list, or an object that says what it is."""
    place: Json = {"type": ["integer", "null"]}
    piece = closed({"octets": HEX, "repeatedTo": INT, "from": INT, "to": place, "xor": HEX}, ())
    again = closed({"connection": {"type": ["string", "null"]}, "name": TEXT, "which": {"enum": ["first", "last"]}})
    tagged = closed(
        {
            "octets": HEX,
            "repeatedTo": INT,
            "pieces": listed(piece),
            "naturalPlus": {"type": "integer"},
            "naturalOr": INT,
            "known": {"const": "credentials"},
            "sentAgain": listed(again),
        },
        (),
    )
    plain: Json = {"type": ["string", "number", "boolean", "null"]}
    return {"anyOf": [plain, listed(VALUE), tagged]}


def _records(union: Any, base: type) -> list[type]:
    plain = [
        one for one in get_args(union) if one not in (base, script.Expect, script.Octets, script.Repeat, script.Either)
    ]
    return [*plain, *_below(base)]


def _below(base: Any) -> list[type]:
    found: list[type] = []
    for one in base.__subclasses__():
        found += [one, *_below(one)]
    return found


def _word(record: type) -> str:
    return record.__name__[0].lower() + record.__name__[1:]


def _camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(one.capitalize() for one in more)


def _fields(record: Any) -> dict[str, Json]:
    of = {name: NAMED for name in MAPS} | {"alterations": listed({"$ref": "#/$defs/alteration"})}
    return {_camel(one.name): of.get(one.name, VALUE) for one in fields(record)}


def _union(key: str, words: list[str], found: list[type], more: Mapping[str, Json]) -> Json:
    # One object with the fields of all of them: an alternative for each of a hundred words takes minutes to check.
    named = {name: schema for record in found for name, schema in _fields(record).items()}
    return closed({key: {"enum": sorted({*words, *map(_word, found)})}, **named, **more}, (key,))


def conversations() -> Json:
    """The schema of a file of scripts."""
    more = {"outcomes": listed({"$ref": "#/$defs/reaction"})}
    reaction = _union("reaction", ["either"], _records(Expectation, SocketExpectation), more)
    do = _union("do", ["octets"], _records(Step, SocketStep), {"octets": VALUE, "times": INT})
    alteration = _union("do", [], [Tamper, Reseal], {})
    expect = closed({"expect": {"$ref": "#/$defs/reaction"}, "times": INT}, ("expect",))
    entry = {
        "id": ID,
        "name": TEXT,
        "comment": TEXT,
        "note": TEXT,
        "requirements": IDS,
        "level": LEVEL,
        "underTest": closed(_fields(UnderTest), ("mechanism", "socketType", "testerType", "sides")),
        "delivery": {"enum": ["whole", "octets", "splits", "together"]},
        "hasControl": BOOL,
        "inWords": listed(TEXT),
        "steps": listed({"if": {"required": ["do"]}, "then": do, "else": expect}),
    }
    keys = closed({"publicKey": HEX, "secretKey": HEX})
    whole = closed(
        {
            **head_of({"const": "conversations"}),
            "peers": closed({"client": keys, "server": keys, "username": TEXT, "password": TEXT}),
            "numberOfConversations": INT,
            "inWords": listed(TEXT),
            "conversations": listed(closed(entry, [name for name in entry if name != "note"])),
        }
    )
    return {**whole, "$defs": {"reaction": reaction, "value": _value(), "alteration": alteration}}
