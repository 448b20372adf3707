"""JSON Schemas of the files, made from the tables that also make the files: a property that no schema names is refused."""

from collections.abc import Iterable, Mapping

from conformance.vectors.envelope import COMMAND
from conformance.vectors.kinds import KINDS
from conformance.vectors.schema_parts import HEX, ID, IDS, INT, LEVEL, TEXT, Json, closed, head_of, listed
from conformance.vectors.schema_scripts import conversations
from conformance.vectors.shapes import SHAPES, Shape

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


def _single(kind: str, types: Iterable[str]) -> Json:
    note = closed({"bugType": TEXT, "description": TEXT, "effect": TEXT, "links": {**listed(TEXT), "minItems": 1}})
    return closed(
        {
            **head_of({"const": kind}),
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
        closed(
            {
                "application": side,
                "asks": TEXT,
                "with": {"type": "object", "additionalProperties": {"anyOf": [HEX, INT]}},
            }
        ),
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
    whole = closed({**head_of({"const": "transcripts"}), "numberOfTranscripts": INT, "transcripts": listed(entry)})
    return {**whole, "$defs": {"field": field}}


def schemas() -> dict[str, Json]:
    """Every schema by its name."""
    types = {kind: [group.type for group in entry.groups()] for kind, entry in KINDS.items()}
    found = {kind: _single(kind, dict.fromkeys(names)) for kind, names in types.items()}
    found |= {"transcripts": _transcripts(), "conversations": conversations()}
    found["retired"] = closed({"generated": closed({"command": TEXT, "edit": TEXT}), "ids": listed(ID)})
    draft = "https://json-schema.org/draft/2020-12/schema"
    made = {"$comment": f"Generated by `{COMMAND}`. Do not edit."}
    return {name: {"$schema": draft, "title": name, **made, **schema} for name, schema in found.items()}
