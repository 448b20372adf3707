"""The protocol table, its two readings (JSON Schema and compiled checks), and the adapter's end of the wire."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.adapters import protocol
from conformance.adapters.fields import HEX, KEY, OR_NEVER, Schema, compile_check
from conformance.adapters.protocol import (
    OPERATIONS,
    BadMessage,
    Failed,
    Request,
    UnknownOperation,
    Unsupported,
    Wire,
    answer,
    schemas,
    serve,
    validate_reply,
    validate_request,
)

Draft202012Validator = pytest.importorskip("jsonschema").Draft202012Validator
PUBLISHED = Path(protocol.__file__).with_name("schema") / "protocol.json"

JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from(["", "ok", "NULL", "GSSAPI", "0g", "ABCD", "abc", "ab" * 32, "tcp://127.0.0.1:80", "echo"]),
    st.lists(st.sampled_from(["00", "0", 1, []]), max_size=2),
    st.dictionaries(st.sampled_from(["status", "linger_ms", "x"]), st.integers(-2, 2), max_size=2),
)


def examples(schema: Schema) -> st.SearchStrategy[Any]:
    """Values that follow a schema."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([examples(option) for option in schema["anyOf"]])
    match schema["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum", -1000), 100_000)
        case "string" if "tcp" in schema.get("pattern", ""):
            return st.just("tcp://127.0.0.1:5555")
        case "string" if "pattern" in schema:
            size = schema.get("minLength", 0) // 2
            return st.binary(min_size=size, max_size=size or 4).map(bytes.hex)
        case "string":
            return st.text("abc:/ ", min_size=schema.get("minLength", 0), max_size=5)
        case "array":
            return st.lists(examples(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    required = {name: examples(schema["properties"][name]) for name in schema.get("required", ())}
    optional = {name: examples(inner) for name, inner in schema.get("properties", {}).items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def messages(draw: st.DrawFn) -> tuple[Schema, Any]:
    """One of the published schemas, and a message that follows it or nearly does."""
    schema = draw(st.sampled_from(list(schemas()["$defs"].values())))
    message = draw(examples(schema))
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from([*schema["properties"], "surplus"]))
        if draw(st.booleans()):
            message[name] = draw(JUNK)
        else:
            message.pop(name, None)
    return schema, message


@given(messages())
def test_compiled_checks_and_json_schema_agree(example: tuple[Schema, Any]) -> None:
    schema, message = example
    bare = {key: value for key, value in schema.items() if key != "description"}
    valid: bool = Draft202012Validator(dict(schema)).is_valid(message)
    assert (compile_check(bare)(message) is None) == valid


def test_every_message_has_a_published_schema_that_is_one() -> None:
    Draft202012Validator.check_schema(schemas())
    assert {f"{name}.{part}" for name in OPERATIONS for part in ("request", "reply")} < schemas()["$defs"].keys()


def test_the_published_schema_is_the_table() -> None:
    assert json.loads(PUBLISHED.read_text()) == schemas(), f"run: {schemas()['$comment']}"


def test_the_protocol_needs_nothing_of_the_model() -> None:
    code = "import sys, conformance.adapters.protocol; sys.exit('spec_model' in sys.modules)"
    root = str(Path(protocol.__file__).parents[2])
    assert (
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": root}, check=False).returncode
        == 0
    )


@pytest.mark.parametrize(
    ("schema", "value", "complaint"),
    [
        (HEX, "00ff", None),
        (HEX, "", None),
        (HEX, "0", "not octets"),
        (HEX, "0F", "not octets"),
        (HEX, "00\n", "not octets"),
        (HEX, 5, "not octets"),
        (KEY, "ab" * 32, None),
        (KEY, "ab" * 31, "31 octets long, not 32"),
        (OR_NEVER, -1, None),
        (OR_NEVER, -2, "less than -1"),
        (OR_NEVER, True, "not an integer"),
        (OR_NEVER, 1.0, "not an integer"),
    ],
)
def test_fields(schema: Schema, value: object, complaint: str | None) -> None:
    found = compile_check(schema)(value)
    assert found is None if complaint is None else complaint in (found or "")


def test_a_keyword_that_nobody_checks_is_an_error() -> None:
    with pytest.raises(ValueError, match="multipleOf"):
        compile_check({"type": "integer", "multipleOf": 3})


@pytest.mark.parametrize(
    ("message", "complaint", "id"),
    [
        ([], "a request is a JSON object", None),
        ({"op": "hello"}, "has an id", None),
        ({"id": True, "op": "hello"}, "has an id", None),
        ({"id": -1, "op": "hello"}, "has an id", None),
        ({"id": 3, "op": 4}, "and an op", 3),
        ({"id": 3, "op": "hello", "x": 1}, "unknown field 'x'", 3),
        ({"id": 3, "op": "recv", "timeout_ms": 1}, "the field 'handle' is missing", 3),
        ({"id": 3, "op": "send", "handle": "a", "parts": ["00", "0"], "timeout_ms": 1}, "parts[1]: not octets", 3),
        ({"id": 3, "op": "send", "handle": "a", "parts": [], "timeout_ms": 1}, "parts: fewer than 1 items", 3),
    ],
)
def test_bad_requests_are_explained(message: object, complaint: str, id: int | None) -> None:
    with pytest.raises(BadMessage) as caught:
        validate_request(message)
    assert complaint in str(caught.value)
    assert caught.value.id == id


def test_an_unknown_operation_is_told_apart() -> None:
    with pytest.raises(UnknownOperation, match="no such operation: 'levitate'"):
        validate_request({"id": 1, "op": "levitate"})


@pytest.mark.parametrize(
    ("op", "message", "complaint"),
    [
        ("close", {"id": 1}, "has a status"),
        ("close", {"id": 1, "status": "fine"}, "has a status"),
        ("close", {"id": 1, "status": "error"}, "'reason' is missing"),
        ("close", {"id": 1, "status": "ok", "handle": "a"}, "unknown field 'handle'"),
        ("recv", {"id": 1, "status": "ok", "messages": [[]]}, "messages[0]: fewer than 1"),
        ("open", {"id": 1, "status": "ok", "handle": "a", "endpoint": "tcp://nowhere"}, "endpoint: does not match"),
    ],
)
def test_bad_replies_are_explained(op: str, message: object, complaint: str) -> None:
    with pytest.raises(BadMessage) as caught:
        validate_reply(op, message)
    assert complaint in str(caught.value)


class Toy:
    """An adapter of four operations."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def on_open(self, request: Request) -> Mapping[str, Any]:
        raise Unsupported(f"no {request.fields['socket_type']}")

    def on_close(self, _: Request) -> Mapping[str, Any]:
        raise Failed("it is stuck")

    def on_recv(self, request: Request) -> None:
        self.wire.ok(request.id, {"messages": []})

    def on_zap(self, _: Request) -> Mapping[str, Any]:
        return {"requests": []}

    def on_events(self, _: Request) -> Mapping[str, Any]:
        raise KeyError("a bug")


OPEN = '"op":"open","socket_type":"REQ","mechanism":"NULL","as_server":false,"bind":true'


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (f'{{"id":1,{OPEN}}}', {"id": 1, "status": "unsupported", "reason": "no REQ"}),
        ('{"id":2,"op":"close","handle":"a"}', {"id": 2, "status": "error", "reason": "it is stuck"}),
        ('{"id":3,"op":"recv","handle":"a","timeout_ms":0}', {"id": 3, "status": "ok", "messages": []}),
        ('{"id":4,"op":"zap"}', {"id": 4, "status": "ok", "requests": []}),
        ('{"id":5,"op":"events","handle":"a"}', {"id": 5, "status": "error", "reason": "KeyError: 'a bug'"}),
        ('{"id":6,"op":"hello"}', {"id": 6, "status": "unsupported", "reason": "this adapter does not do hello"}),
        ('{"id":7,"op":"levitate"}', {"id": 7, "status": "unsupported", "reason": "no such operation: 'levitate'"}),
        ('{"id":8,"op":"quit"}', {"id": 8, "status": "ok"}),
        ('{"id":9,"op":"close"}', {"id": 9, "status": "error", "reason": "close: the field 'handle' is missing"}),
    ],
)
@pytest.mark.parametrize("split", [0, 9])
def test_an_adapter_answers_each_line(line: str, reply: Mapping[str, Any], split: int) -> None:
    assert replies_of(line.encode()[:split], line.encode()[split:] + b"\n") == [reply]


@pytest.mark.parametrize("line", [b"{", b"\xff", b"[" * 100_000, b'{"id":1e5,"op":"hello"}', b"9" * 5000])
def test_a_line_without_a_usable_id_is_an_error(line: bytes) -> None:
    (reply,) = replies_of(line + b"\n")
    assert (reply["id"], reply["status"]) == (None, "error")


def replies_of(*chunks: bytes) -> list[Any]:
    """What the toy adapter writes when it reads these chunks, one after the other, and then the end of file."""
    source, feed = os.pipe()
    results, sink = os.pipe()
    wire = Wire(source, sink)
    for chunk in filter(None, chunks):
        for piece in (chunk[start : start + 32768] for start in range(0, len(chunk), 32768)):
            os.write(feed, piece)
            for request in wire.requests():
                answer(wire, Toy(wire), request)
    os.close(feed)
    serve(Toy(wire), wire)
    os.close(sink)
    with os.fdopen(results, "rb") as stream:
        written = [json.loads(line) for line in stream]
    os.close(source)
    return written
