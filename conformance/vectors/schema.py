"""JSON Schemas of the files, made from the tables that also make the files: a property that no schema names is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, get_args

from conformance.api import script
from conformance.api.script import Expectation, Step
from conformance.api.socket_expectations import SocketExpectation
from conformance.api.socket_steps import SocketStep
from conformance.vectors.envelope import COMMAND
from conformance.vectors.kinds import KINDS
from conformance.vectors.shapes import SHAPES, Shape

Json = Any

HEX: Json = {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
TEXT: Json = {"type": "string"}
INT: Json = {"type": "integer", "minimum": 0}
ID: Json = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
IDS: Json = {"type": "array", "items": {"type": "string", "pattern": "^[0-9]{2}/[^/]+/[^/]+$"}, "minItems": 1}
LEVEL: Json = {"enum": ["MUST", "MUST NOT", "SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY"]}


def closed(properties: Mapping[str, Json], required: Iterable[str] | None = None) -> Json:
    """An object with these properties and no others; all of them are required unless some are named."""
    wanted = list(properties if required is None else required)
    return {"type": "object", "properties": dict(properties), "required": wanted, "additionalProperties": False}


def listed(items: Json) -> Json:
    """A list."""
    return {"type": "array", "items": items}


KEYS = {name: HEX for name in ("C", "c", "S", "s", "C'", "c'", "S'", "s'", "K")}
TYPES: Mapping[str, Json] = {
    "hex": HEX,
    "hex?": {"anyOf": [HEX, {"type": "null"}]},
    "text": TEXT,
    "int": INT,
    "bool": {"type": "boolean"},
    "keys": closed(KEYS),
    "property": closed({"name": HEX, "value": HEX}),
    "frame": closed({"flags": INT, "body": HEX}),
    "request": closed({"verb": {"enum": ["subscribe", "cancel", "join", "leave"]}, "topic": HEX}),
}


def _properties(line: str) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for entry in line.split():
        name, kind = entry.split(":")
        found[name] = listed(TYPES[kind[:-1]]) if kind.endswith("*") else TYPES[kind]
    return found


def _group(name: str, shape: Shape) -> Json:
    test = closed(
        {
            "id": ID,
            "comment": TEXT,
            "flags": {"type": "array", "items": TEXT, "minItems": 1},
            "requirements": IDS,
            "level": LEVEL,
            "inputs": closed(_properties(shape.inputs)),
            "expected": closed(_properties(shape.expected), ()),
            "result": {"enum": ["valid", "invalid", "acceptable"]},
            "sender": {"enum": ["legal", "illegal"]},
            "reason": TEXT,
            "ruling": TEXT,
        },
        ("id", "comment", "flags", "requirements", "level", "inputs", "result", "sender", "reason"),
    )
    given = closed(_properties(shape.given), ())
    return closed({"type": {"const": name}, "comment": TEXT, "given": given, "tests": {**listed(test), "minItems": 1}})


def _head(kind: Json) -> dict[str, Json]:
    specified = closed({"rfc": INT, "title": TEXT, "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"}})
    return {
        "format": {"const": 1},
        "kind": kind,
        "title": TEXT,
        "generated": closed({"by": TEXT, "command": {"const": COMMAND}, "edit": TEXT}),
        "specification": {**listed(specified), "minItems": 1},
        "keys": TEXT,
    }


def _single(kind: str, types: Iterable[str]) -> Json:
    note = closed({"bugType": TEXT, "description": TEXT, "effect": TEXT, "links": {**listed(TEXT), "minItems": 1}})
    return closed(
        {
            **_head({"const": kind}),
            "notes": {"type": "object", "additionalProperties": note},
            "rulings": {"type": "object", "additionalProperties": TEXT},
            "numberOfTests": INT,
            "groups": {**listed({"oneOf": [_group(name, SHAPES[name]) for name in types]}), "minItems": 1},
        }
    )


def _transcripts() -> Json:
    part = {"$ref": "#/$defs/field"}
    sealed = closed(
        {"algorithm": TEXT, "key": TEXT, "from": TEXT, "to": TEXT, "nonce": HEX, "fields": listed(part)},
        ("algorithm", "nonce", "fields"),
    )
    field = closed({"field": TEXT, "octets": HEX, "fields": listed(part), "seal": sealed}, ("field",))
    side: Json = {"enum": ["client", "server"]}
    steps = [
        closed(
            {"from": side, "name": TEXT, "octets": HEX, "flags": INT, "fields": listed(part)},
            ("from", "name", "octets"),
        ),
        closed({"application": side, "sends": listed(HEX)}),
        closed({"application": side, "receives": listed(HEX)}),
        closed({"ready": side, "metadata": {"type": "object", "additionalProperties": HEX}}),
        closed({"closes": side, "because": TEXT, "reason": HEX}, ("closes", "because")),
        closed({"clock": {"type": "number"}, "of": listed(side)}),
    ]
    peer = closed(
        {
            "mechanism": TEXT,
            "asServer": TYPES["bool"],
            "versionMinor": INT,
            "socketType": TEXT,
            "metadata": HEX,
            "username": HEX,
            "password": HEX,
            "publicKey": HEX,
            "secretKey": HEX,
            "serverKey": HEX,
            "random": listed(HEX),
        },
        ("mechanism", "asServer", "versionMinor", "socketType", "metadata", "random"),
    )
    entry = closed(
        {
            "id": ID,
            "comment": TEXT,
            "requirements": IDS,
            "level": LEVEL,
            "mechanism": TEXT,
            "result": {"enum": ["completes", "ends"]},
            "wrong": TEXT,
            "peers": closed({"client": peer, "server": peer}),
            "keys": closed(KEYS, ()),
            "steps": listed({"oneOf": steps}),
        },
        ("id", "comment", "requirements", "level", "mechanism", "result", "peers", "keys", "steps"),
    )
    whole = closed({**_head({"const": "transcripts"}), "numberOfTranscripts": INT, "transcripts": listed(entry)})
    return {**whole, "$defs": {"field": field}}


def _conversations() -> Json:
    """Steps and reactions have the fields of our own records, and no others."""
    values: Json = {"type": ["object", "array", "string", "number", "boolean", "null"]}

    def records(union: Any, base: type) -> list[type]:
        plain = [one for one in get_args(union) if one not in (base, script.Expect, script.Octets)]
        return [*plain, *_below(base)]

    def word(record: type) -> str:
        return record.__name__[0].lower() + record.__name__[1:]

    def camel(name: str) -> str:
        first, *more = name.split("_")
        return first + "".join(one.capitalize() for one in more)

    def union(key: str, found: list[type], more: Mapping[str, Json]) -> Json:
        # One object with the fields of all of them: an alternative for each of a hundred words takes minutes to check.
        named = {camel(one.name): values for record in found for one in fields(record)}
        return closed(
            {
                key: {"enum": sorted({word(one) for one in found} | ({"octets"} if key == "do" else set()))},
                **named,
                **more,
            },
            (key,),
        )

    steps = [one for one in records(Step, SocketStep) if one is not script.Repeat]
    reactions = records(Expectation, SocketExpectation)
    reaction = union("reaction", reactions, {"outcomes": listed({"$ref": "#/$defs/reaction"})})
    do = union("do", steps, {"octets": values, "times": INT})
    expect = closed({"expect": {"$ref": "#/$defs/reaction"}, "times": INT}, ("expect",))
    entry = closed(
        {
            "id": ID,
            "name": TEXT,
            "comment": TEXT,
            "note": TEXT,
            "requirements": IDS,
            "level": LEVEL,
            "underTest": {"type": "object"},
            "delivery": {"enum": ["whole", "octets", "splits", "together"]},
            "hasControl": TYPES["bool"],
            "inWords": listed(TEXT),
            "steps": listed({"if": {"required": ["do"]}, "then": do, "else": expect}),
        },
        ("id", "name", "comment", "requirements", "level", "underTest", "delivery", "hasControl", "inWords", "steps"),
    )
    keys = closed({"publicKey": HEX, "secretKey": HEX})
    peers = closed({"client": keys, "server": keys, "username": TEXT, "password": TEXT})
    whole = closed(
        {
            **_head({"const": "conversations"}),
            "peers": peers,
            "numberOfConversations": INT,
            "inWords": listed(TEXT),
            "conversations": listed(entry),
        }
    )
    return {**whole, "$defs": {"reaction": reaction}}


def _below(base: Any) -> list[type]:
    found: list[type] = []
    for one in base.__subclasses__():
        found += [one, *_below(one)]
    return found


def schemas() -> dict[str, Json]:
    """Every schema by its name."""
    types = {kind: [group.type for group in entry.groups()] for kind, entry in KINDS.items()}
    found = {kind: _single(kind, dict.fromkeys(names)) for kind, names in types.items()}
    found |= {"transcripts": _transcripts(), "conversations": _conversations()}
    found["retired"] = closed({"generated": closed({"command": TEXT, "edit": TEXT}), "ids": listed(ID)})
    draft = "https://json-schema.org/draft/2020-12/schema"
    made = {"$comment": f"Generated by `{COMMAND}`. Do not edit."}
    return {name: {"$schema": draft, "title": name, **made, **schema} for name, schema in found.items()}
