"""The few kinds of value that an adapter message is made of, as JSON Schema fragments that can also check themselves.

Theory of operation: the protocol table describes every field by a JSON Schema fragment (draft 2020-12), so that the
published schema is the table and nothing else. A schema library takes some 150 microseconds to judge one message, more
than a whole round trip may cost; therefore `compile_check` turns the handful of keywords used here into plain closures
that take one to five. A test holds both readings against each other. Two deliberate differences: a float such as `1.0`
is an integer to JSON Schema and not to us, and our hexadecimal strings end where they end, not before a newline.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]
Check = Callable[[Any], str | None]  # the complaint about a value, or None

_HEX_DIGITS = "0123456789abcdef"
_HEX_PATTERN = "^(?:[0-9a-f]{2})*$"
_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "boolean": "a boolean",
    "null": "null",
}

TEXT: Schema = {"type": "string"}
HANDLE: Schema = {"type": "string", "minLength": 1}
HEX: Schema = {"type": "string", "pattern": _HEX_PATTERN}  # octets, two lower-case digits each
KEY: Schema = {"type": "string", "pattern": _HEX_PATTERN, "minLength": 64, "maxLength": 64}  # 32 octets
FLAG: Schema = {"type": "boolean"}
NOTHING: Schema = {"type": "null"}
COUNT: Schema = {"type": "integer", "minimum": 1}
NATURAL: Schema = {"type": "integer", "minimum": 0}
INTEGER: Schema = {"type": "integer"}
MILLISECONDS: Schema = {"type": "integer", "minimum": 0}
OR_NEVER: Schema = {"type": "integer", "minimum": -1}  # -1: without limit, or never
TCP: Schema = {"type": "string", "pattern": r"^tcp://\S+:[0-9]{1,5}$"}
ANYTHING: Schema = {"type": "object"}


def choice(*values: str) -> Schema:
    """One of the given strings."""
    return {"enum": list(values)}


def either(*schemas: Schema) -> Schema:
    """A value that at least one of the schemas accepts."""
    return {"anyOf": list(schemas)}


def array(items: Schema, at_least: int = 0) -> Schema:
    """A list whose items all follow one schema."""
    return {"type": "array", "items": items, **({"minItems": at_least} if at_least else {})}


def record(fields: Mapping[str, Schema]) -> Schema:
    """An object with these members and no others; a name that ends in `?` may be left out."""
    return {
        "type": "object",
        "properties": {name.rstrip("?"): schema for name, schema in fields.items()},
        "required": [name for name in fields if not name.endswith("?")],
        "additionalProperties": False,
    }


def compile_check(schema: Schema) -> Check:
    """A function that says what is wrong with a value, as text such as `parts[1]: not octets in lower-case hex`.

    Knows the keywords that this module writes; any other raises ValueError, so that none is ignored in silence.
    """
    unknown = schema.keys() - {
        *("type", "enum", "anyOf", "pattern", "minLength", "maxLength", "minimum"),
        *("items", "minItems", "properties", "required", "additionalProperties"),
    }
    if unknown:
        raise ValueError(f"cannot check the keywords {sorted(unknown)}")
    if "enum" in schema:
        return _check_enum(tuple(schema["enum"]))
    if "anyOf" in schema:
        return _check_any([compile_check(option) for option in schema["anyOf"]])
    match schema.get("type"):
        case "string":
            return _check_string(schema)
        case "integer":
            return _check_integer(schema.get("minimum"))
        case "null":
            return lambda value: None if value is None else _not_a("null", value)
        case "boolean":
            return lambda value: None if isinstance(value, bool) else _not_a("boolean", value)
        case "array":
            return _check_array(compile_check(schema["items"]), schema.get("minItems", 0))
        case "object":
            return _check_object(schema)
    raise ValueError(f"cannot check a schema of type {schema.get('type')!r}")


def brief(value: object, limit: int = 60) -> str:
    """A value as printable text of bounded length: what a target says is not to be trusted with a terminal."""
    text = ascii(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _not_a(kind: str, value: object) -> str:
    return f"not {_NAMES[kind]}: {brief(value)}"


def _check_enum(values: tuple[object, ...]) -> Check:
    known = ", ".join(map(str, values))
    return lambda value: None if isinstance(value, str) and value in values else f"not one of {known}: {brief(value)}"


def _check_any(checks: list[Check]) -> Check:
    def check(value: Any) -> str | None:
        complaints = [complaint for option in checks if (complaint := option(value))]
        return " and ".join(complaints) if len(complaints) == len(checks) else None

    return check


def _check_string(schema: Schema) -> Check:
    pattern = schema.get("pattern")
    regex = re.compile(pattern) if pattern else None
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", float("inf"))

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return _not_a("string", value)
        if not shortest <= len(value) <= longest:
            return f"{len(value)} characters long, not {shortest} to {longest}: {brief(value)}"
        if regex and not regex.search(value):
            return f"does not match {pattern}: {brief(value)}"
        return None

    def check_hex(value: Any) -> str | None:
        # strip() is a membership test that runs at memory speed; the regular expression takes ten times as long.
        if not isinstance(value, str) or len(value) % 2 or value.strip(_HEX_DIGITS):
            return f"not octets in lower-case hex: {brief(value)}"
        if not shortest <= len(value) <= longest:
            return f"{len(value) // 2} octets long, not {shortest // 2}: {brief(value)}"
        return None

    return check_hex if pattern == _HEX_PATTERN else check


def _check_integer(minimum: int | None) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return _not_a("integer", value)
        if minimum is not None and value < minimum:
            return f"less than {minimum}: {value}"
        return None

    return check


def _check_array(item: Check, at_least: int) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return _not_a("array", value)
        if len(value) < at_least:
            return f"fewer than {at_least} items"
        for index, member in enumerate(value):
            if complaint := item(member):
                return f"[{index}]{_joined(complaint)}"
        return None

    return check


def _check_object(schema: Schema) -> Check:
    members = {name: compile_check(inner) for name, inner in schema.get("properties", {}).items()}
    required = tuple(schema.get("required", ()))
    closed = schema.get("additionalProperties") is False

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return _not_a("object", value)
        for name in required:
            if name not in value:
                return f"the field {name!r} is missing"
        for name, member in value.items():
            inner = members.get(name)
            if inner is None:
                if closed:
                    return f"unknown field {brief(name)}"
            elif complaint := inner(member):
                return f"{name}{_joined(complaint)}"
        return None

    return check


def _joined(complaint: str) -> str:
    """Attach a complaint to the path of the value that it is about: `parts` + `[1]: ...` is `parts[1]: ...`."""
    return complaint if complaint.startswith("[") else f": {complaint}"
