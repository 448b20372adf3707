"""An adapter says what it is, refuses what it cannot do, survives nonsense, and ends when it is told to.

Theory of operation: whatever is asked here has one right answer that can be known without knowing the target.
"""

import json
from collections.abc import Mapping

from conformance.adapters.checks.bench import Bench, Check, Dishonest, Skipped
from conformance.adapters.errors import AdapterHung
from conformance.adapters.fields import brief
from conformance.adapters.operations import MECHANISMS, OPTIONS, SOCKET_TYPES
from conformance.adapters.protocol import Reply

NOBODY = "no-such-handle"


def _hello(bench: Bench) -> str:
    for what in ("roles", "mechanisms", "socket_types", "options"):
        values = bench.hello[what]
        if len(values) != len({*values}):
            raise Dishonest(f"hello lists {what} twice: {brief(values)}")
        if not values and what != "options":
            raise Dishonest(f"hello lists no {what}")
    if not bench.hello["version"]:
        raise Dishonest("hello gives no version")
    return f"{brief(bench.hello['name'])} {brief(bench.hello['version'])}"


def _invented_operation(bench: Bench) -> str:
    adapter = bench.adapter
    reply = adapter.wait(adapter.post_unchecked("levitate", height_mm=300), bench.deadline)
    bench.expect("unsupported", "an operation that does not exist", reply)
    return f"refused: {brief(reply.reason)}"


def _unknown_handle(bench: Bench) -> str:
    for op, fields in (
        ("send", {"parts": ["00"], "timeout_ms": 0}),
        ("recv", {"timeout_ms": 0}),
        ("connect", {"endpoint": "tcp://127.0.0.1:9"}),
        ("close", {}),
    ):
        bench.expect("error", f"{op} with an unknown handle", bench.ask(op, handle=NOBODY, **fields))
    return "send, recv, connect and close refuse a handle that was never given"


def _malformed_line(bench: Bench) -> str:
    for line in (b"{", b"[]", b"null", b'"hello"', b"\xff\xfe", b'{"op":"hello"}', b'{"id":"1","op":"hello"}'):
        bench.adapter.post_octets(line)
        bench.expect("error", f"the line {line!r}", bench.adapter.wait(None, bench.deadline))
    for op, fields in (("recv", {}), ("send", {"handle": NOBODY, "parts": "00", "timeout_ms": 0}), ("open", {})):
        id = bench.adapter.post_unchecked(op, **fields)
        what = f"{op} with wrong fields {json.dumps(fields)}"
        bench.expect("error", what, _reply_with_or_without_id(bench, id))
    bench.do("hello")
    return "malformed lines and wrong fields are errors, and the adapter goes on"


def _reply_with_or_without_id(bench: Bench, id: int) -> Reply:
    """The reply to a malformed request: an adapter need not have found its id."""
    try:
        return bench.adapter.wait(id, bench.deadline / 4)
    except AdapterHung:
        return bench.adapter.wait(None, 0)


def _undeclared(bench: Bench, what: str, all_values: tuple[str, ...], field: str) -> str:
    undeclared = [value for value in all_values if value not in bench.hello[what]]
    if not undeclared:
        raise Skipped(f"the adapter claims all {what.replace('_', ' ')}")
    plain = {"socket_type": bench.hello["socket_types"][0], "mechanism": bench.hello["mechanisms"][0]}
    for value in undeclared:
        fields = {**plain, field: value, "as_server": False, "bind": False}
        bench.expect("unsupported", f"open with the {field} {value}", bench.ask("open", **fields))
    return f"refused: {', '.join(undeclared)}"


def _undeclared_mechanism(bench: Bench) -> str:
    return _undeclared(bench, "mechanisms", MECHANISMS, "mechanism")


def _undeclared_socket_type(bench: Bench) -> str:
    return _undeclared(bench, "socket_types", SOCKET_TYPES, "socket_type")


def _undeclared_option(bench: Bench) -> str:
    known = {name.rstrip("?"): schema for name, schema in OPTIONS.items()}
    undeclared = [name for name in known if name not in bench.hello["options"]]
    if not undeclared:
        raise Skipped("the adapter claims all options")
    for name in undeclared:
        reply = bench.ask(
            "open",
            socket_type=bench.hello["socket_types"][0],
            mechanism=bench.hello["mechanisms"][0],
            as_server=False,
            bind=False,
            options={name: known[name]["type"] == "boolean" or 1},
        )
        bench.expect("unsupported", f"open with the option {name}", reply)
    return f"refused: {', '.join(undeclared)}"


def _end_of_input(bench: Bench) -> str:
    bench.adapter.hang_up()
    status = bench.adapter.wait_exit(bench.deadline)
    if status is None:
        raise Dishonest(f"the process runs on {bench.deadline:g} s after the end of its stdin")
    return f"the process ends with its stdin (status {status})"


def _quit(bench: Bench) -> str:
    bench.do("quit")
    status = bench.adapter.wait_exit(bench.deadline)
    if status != 0:
        seen = "the process running on" if status is None else f"exit status {status}"
        raise Dishonest(f"quit: expected exit status 0; saw {seen}")
    return "answered, then exit status 0"


REFUSALS: Mapping[str, Check] = {
    "hello": _hello,
    "invented operation": _invented_operation,
    "unknown handle": _unknown_handle,
    "malformed line": _malformed_line,
    "undeclared mechanism": _undeclared_mechanism,
    "undeclared socket type": _undeclared_socket_type,
    "undeclared option": _undeclared_option,
}
ENDINGS: Mapping[str, Check] = {"quit": _quit, "end of input": _end_of_input}
