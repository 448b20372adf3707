"""Requests and replies as frozen records, judged by the protocol table.

Theory of operation: each row of the table becomes the schema of a request and of a reply, and each schema a function
that checks it. `validate_request` and `validate_reply` turn what came over a pipe into a record, or say in one line
what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.adapters.fields import NATURAL, NOTHING, Schema, brief, choice, compile_check, either, record
from conformance.adapters.operations import OPERATIONS, Operation

MAX_LINE = 64 * 1024 * 1024  # octets; a longer line is a fault of whoever wrote it
STATUSES = ("ok", "unsupported", "error")


class BadMessage(ValueError):
    """A message breaks the protocol; `id` is its id where it has a usable one."""

    def __init__(self, complaint: str, id: int | None = None) -> None:
        super().__init__(complaint)
        self.id = id


class UnknownOperation(BadMessage):
    """A well-formed request asks for an operation that the protocol does not have."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `fields` holds what comes besides id and op, octets still as hexadecimal strings."""

    id: int
    op: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: `reason` is empty when the status is `ok`; `id` is None where the line that is answered had none."""

    id: int | None
    status: str
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the adapter did what it was asked."""
        return self.status == "ok"

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


def request_schema(operation: Operation) -> Schema:
    """The schema of a whole request."""
    return record({"id": NATURAL, "op": choice(operation.name), **operation.request})


def reply_schema(operation: Operation) -> Schema:
    """The schema of a whole reply with status ok."""
    return record({"id": NATURAL, "status": choice("ok"), **operation.reply})


# The id is null where the line that is refused had no usable one.
REFUSAL: Schema = record(
    {"id": either(NATURAL, NOTHING), "status": choice("unsupported", "error"), "reason": {"type": "string"}}
)
_check_request = {name: compile_check(request_schema(operation)) for name, operation in OPERATIONS.items()}
_check_reply = {name: compile_check(reply_schema(operation)) for name, operation in OPERATIONS.items()}
_check_refusal = compile_check(REFUSAL)


def validate_request(message: object) -> Request:
    """The request that a parsed line holds; raises BadMessage, or UnknownOperation where only the op is strange."""
    if not isinstance(message, dict):
        raise BadMessage(f"a request is a JSON object, not {brief(message)}")
    id, op = message.get("id"), message.get("op")
    usable = id if isinstance(id, int) and not isinstance(id, bool) and id >= 0 else None
    if usable is None or not isinstance(op, str):
        raise BadMessage(f"a request has an id (0, 1, 2 ...) and an op (text): {brief(message)}", usable)
    check = _check_request.get(op)
    if check is None:
        raise UnknownOperation(f"no such operation: {brief(op)}", usable)
    if complaint := check(message):
        raise BadMessage(f"{op}: {complaint}", usable)
    return Request(usable, op, {name: value for name, value in message.items() if name not in ("id", "op")})


def require_request(op: str, params: Mapping[str, Any]) -> None:
    """Raise BadMessage or UnknownOperation unless a request of these is well formed, whatever its id will be."""
    check = _check_request.get(op)
    if check is None or check({"id": 0, "op": op, **params}):
        validate_request({"id": 0, "op": op, **params})  # says what is wrong


def validate_reply(op: str, message: object) -> Reply:
    """The reply to a request for `op` that a parsed line holds; raises BadMessage.

    Of a reply to an operation that the protocol does not have, only id, status and reason are judged.
    """
    if not isinstance(message, dict):
        raise BadMessage(f"a reply is a JSON object, not {brief(message)}")
    status = message.get("status")
    if status not in STATUSES:
        raise BadMessage(f"a reply has a status of ok, unsupported or error, not {brief(status)}")
    check = _check_reply.get(op) if status == "ok" else _check_refusal
    if check is not None and (complaint := check(message)):
        raise BadMessage(f"reply to {op}: {complaint}")
    fields = {name: value for name, value in message.items() if name not in ("id", "status", "reason")}
    return Reply(message.get("id"), status, message.get("reason", ""), fields)
