"""A run of a few cases as the harness would hand it over: dicts, octets as bytes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conformance.report import EventWriter, read_events

FINISHED = "2025-11-23T04:15:03.250Z"

HEADER: dict[str, Any] = {
    "event": "header",
    "format": 1,
    "generator": {"name": "zmtp-conformance", "version": "0.1.0"},
    "started": "2025-11-23T04:15:00Z",
    "target": {"name": "libzmq", "version": "4.3.5", "details": {"library": "/usr/lib/libzmq.so.5", "curve": True}},
    "profile": "rfc",
    "seed": 7,
    "selection": ["curve.*"],
    "planned": 7,
}

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32)
HELLO = b"\x04\xc8\x05HELLO\x01\x00" + bytes(71) + b"\x01" + bytes(range(120))
WELCOME = b"\x04\xa8\x07WELCOME" + bytes(range(16)) + bytes(144)


def moment(at: float, direction: str, what: str, octets: bytes = b"", **fields: Any) -> dict[str, Any]:
    """One moment of a trace."""
    return {"at": at, "peer": "first", "direction": direction, "what": what, "octets": octets, "fields": fields}


TRACE = (
    moment(0.0, "note", "the target binds tcp://127.0.0.1:41233"),
    moment(0.0004, "sent", "greeting", GREETING, signature=GREETING[:10], mechanism=GREETING[12:32], as_server=0),
    moment(0.0006, "received", "greeting", GREETING, signature=GREETING[:10], mechanism=GREETING[12:32], as_server=1),
    moment(
        0.0011, "sent", "HELLO", HELLO, version=b"\1\0", padding=bytes(71) + b"\1", client_transient=bytes(range(32))
    ),
    moment(
        0.0042,
        "received",
        "WELCOME",
        WELCOME,
        nonce=bytes(range(16)),
        properties=[{"name_size": 11, "name": b"Socket-Type", "value": b"DEALER"}],
    ),
)


def result(name: str = "curve.server_hello.nonzero_padding", verdict: str = "pass", **more: Any) -> dict[str, Any]:
    """The result of a case; what is not given is ordinary."""
    ordinary = {
        "event": "result",
        "id": f"{name}@binds",
        "case": name,
        "verdict": verdict,
        "ending": "closed",
        "level": "SHALL",
        "role": "server",
        "side": "binds",
        "mechanism": "CURVE",
        "checks": ["26/HELLO/padding"],
        "requirement": "26/HELLO/padding",
        "reason": "",
        "title": "a HELLO whose padding ends in a one bit is rejected",
        "note": "Rejecting means closing, with or without an ERROR command first.",
        "seconds": 0.0125,
        "noticed": (),
        "confirmed": False,
        "replay": f"zmtp-conformance run libzmq --case {name}@binds --seed 7",
        "sensitive": False,
        "trace": TRACE,
    }
    return {**ordinary, **more}


FAILED = result(
    verdict="fail",
    ending="answered",
    reason="fails 26/HELLO/padding: expected close; saw WELCOME (168 octets) after 3 ms",
    confirmed=True,
)
EVERY_VERDICT = (
    FAILED,
    result("curve.server_hello.version", "pass", checks=["26/HELLO/version"], requirement="26/HELLO/version"),
    result("zmtp.greeting.filler", "warn", reason="fails 23/greeting/filler: expected zeros; saw 01", level="SHOULD"),
    result("zmtp.greeting.padding", "info", reason="takes 23/greeting/padding: closes", level="MAY"),
    result("curve.client.vouch", "unsupported", role="client", side="connects", reason="no CURVE client", trace=()),
    result("null.ready.twice", "inconclusive", role="peer", mechanism="NULL", reason="the control was refused"),
    result("null.ready.late", "error", role="peer", mechanism="NULL", reason="adapter: hung", ending="none"),
)


def run(path: Path, cases: Iterable[dict[str, Any]] = EVERY_VERDICT, *, complete: bool = True) -> dict[str, Any]:
    """The results of a run that wrote its events to `path`."""
    with EventWriter(path) as events:
        events.write(HEADER)
        for case in cases:
            events.write({"event": "case", "id": case["id"]})
            events.write(case)
        if complete:
            events.finish(FINISHED)
    return read_events(path)
