"""The adapter's own end of the line, for adapters that are written in Python.

Theory of operation: `Wire` reads requests from stdin without ever waiting for one, answers the malformed lines by
itself and writes replies. An adapter is an object with one method `on_<op>(request)` per operation that it can do: it
returns the fields of the reply, or None if it answers later by `wire.ok(request.id, ...)`, or raises Unsupported or
Failed. `answer` calls that method; `serve` is the whole loop of an adapter that has nothing else to watch.
"""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any

from conformance.adapters.messages import BadMessage, Request, UnknownOperation, validate_request


class Unsupported(Exception):
    """Raised by an adapter's method: the target cannot do this; the text is the reason."""


class Failed(Exception):
    """Raised by an adapter's method: it was tried and went wrong; the text is the reason."""


_encode = json.JSONEncoder(separators=(",", ":")).encode


class Wire:
    """The adapter's end of the protocol on a pair of file descriptors.

    By default stdin and stdout. Stdout itself is then turned into stderr, so that a stray print() of a library is
    logged and cannot spoil a reply.
    """

    def __init__(self, source: int = 0, sink: int | None = None) -> None:
        self.closed = False  # set by end of file, by `quit`, or because nobody reads the replies any more
        self._source = source
        self._partial: list[bytes] = []
        if sink is None:
            sink = os.dup(1)
            os.dup2(2, 1)
        self._sink = sink

    def fileno(self) -> int:
        """The descriptor to wait on: when it is readable, call `requests`."""
        return self._source

    def requests(self) -> list[Request]:
        """Read once and return the complete, well-formed requests; the others have been answered already.

        Returns at once if the descriptor is readable and waits otherwise.
        """
        chunk = os.read(self._source, 1 << 18)
        if not chunk:
            self.closed = True
            return []
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join((*self._partial, lines[0]))
            self._partial.clear()
        self._partial.append(rest)
        return [request for line in lines if line.strip() and (request := self._parse(line)) is not None]

    def ok(self, id: int, fields: Mapping[str, Any] | None = None) -> None:
        """Write the reply to a request that was fulfilled."""
        self._write({"id": id, "status": "ok", **(fields or {})})

    def unsupported(self, id: int, reason: str) -> None:
        """Write the reply to a request that the target cannot fulfil."""
        self._write({"id": id, "status": "unsupported", "reason": reason})

    def error(self, id: int | None, reason: str) -> None:
        """Write the reply to a request that is malformed or failed."""
        self._write({"id": id, "status": "error", "reason": reason})

    def _parse(self, line: bytes) -> Request | None:
        try:
            return validate_request(json.loads(line))
        except UnknownOperation as unknown:
            self.unsupported(unknown.id or 0, str(unknown))
        except BadMessage as bad:
            self.error(bad.id, str(bad))
        except (ValueError, RecursionError) as bad:
            self.error(None, f"not JSON: {bad}")
        return None

    def _write(self, message: Mapping[str, Any]) -> None:
        octets = _encode(message).encode() + b"\n"
        try:
            while octets:
                octets = octets[os.write(self._sink, octets) :]
        except BrokenPipeError:
            self.closed = True


def answer(wire: Wire, handler: object, request: Request) -> None:
    """Have the handler's method `on_<op>` fulfil one request, and write what it returns or raises.

    `quit` is answered here and closes the wire. An exception that is neither Unsupported nor Failed is logged with its
    traceback and answered as an error.
    """
    if request.op == "quit":
        wire.ok(request.id)
        wire.closed = True
        return
    method = getattr(handler, f"on_{request.op}", None)
    if method is None:
        wire.unsupported(request.id, f"this adapter does not do {request.op}")
        return
    try:
        fields = method(request)
    except Unsupported as reason:
        wire.unsupported(request.id, str(reason))
    except Failed as reason:
        wire.error(request.id, str(reason))
    except Exception as reason:
        traceback.print_exc(file=sys.stderr)
        wire.error(request.id, f"{type(reason).__name__}: {reason}")
    else:
        if fields is not None:
            wire.ok(request.id, fields)


def serve(handler: object, wire: Wire) -> None:
    """Answer requests one after the other until the wire closes: the loop of an adapter with nothing else to watch."""
    while not wire.closed:
        for request in wire.requests():
            answer(wire, handler, request)
