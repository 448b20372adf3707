"""What all schemas are made of: closed objects, lists, and the head of a document."""

from collections.abc import Iterable, Mapping
from typing import Any

from conformance.vectors.envelope import COMMAND

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


def head_of(kind: Json) -> dict[str, Json]:
    """The properties of the head of a document of this kind."""
    specified = closed({"rfc": INT, "title": TEXT, "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"}})
    return {
        "format": {"const": 1},
        "kind": kind,
        "title": TEXT,
        "generated": closed({"by": TEXT, "command": {"const": COMMAND}, "edit": TEXT}),
        "specification": {**listed(specified), "minItems": 1},
        "keys": TEXT,
    }
