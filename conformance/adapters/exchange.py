"""Requests out and replies in over the two pipes of an adapter process, without waiting for anything but a full pipe.

Theory of operation: every request gets the next id, which stays open until its reply has come. `intake` turns whatever
is in the pipe into replies; they queue in the backlog until somebody takes them. While `write` waits for room in a
full pipe it takes replies in, so that two full pipes cannot block each other. Each line is judged as it arrives:
rubbish, an answer to what nobody asked and a flood end the exchange at once.
"""

import json
import os
import select
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from conformance.adapters.errors import AdapterError, AdapterFlood, AdapterHung, AdapterRubbish
from conformance.adapters.fields import brief
from conformance.adapters.protocol import BadMessage, Reply, validate_reply

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Exchange:
    """The open requests, the backlog of replies and the two pipes in between."""

    def __init__(
        self,
        stdin: int,
        stdout: int,
        fault: Callable[[type[AdapterError], str], AdapterError],
        *,
        patience: float,
        max_line: int,
        max_backlog: int,
    ) -> None:
        """Take two descriptors; `fault` words an error, `patience` is in seconds, the limits are in octets."""
        self.eof = False  # the adapter's stdout has ended
        self.backlog: deque[tuple[Reply, int]] = deque()  # with the size of its line in octets
        self._stdin, self.stdout = stdin, stdout
        os.set_blocking(stdin, False)
        os.set_blocking(stdout, False)
        self._fault = fault
        self._patience, self._max_line, self._max_backlog = patience, max_line, max_backlog
        self._next_id = 0
        self._open: dict[int, str] = {}  # the operations of the requests that have not been answered
        self._null_replies = 0  # how many lines we sent that may be answered without an id
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._backlog_size = 0
        self._held: list[bytes] | None = None

    def operation(self, id: int | None) -> str:
        """What the open request with this id asks for; None stands for a line without an id."""
        return "a malformed line" if id is None else self._open.get(id, "a request that is not open")

    def post(self, op: str, params: Mapping[str, Any], *, may_lack_id: bool = False) -> int:
        """Send a request and return its id; BrokenPipeError if nobody reads it."""
        id = self._next_id
        self._next_id += 1
        self._open[id] = op
        self.write(_encode({"id": id, "op": op, **params}).encode(), may_lack_id=may_lack_id)
        return id

    def write(self, line: bytes, *, may_lack_id: bool) -> None:
        """Send a line; BrokenPipeError if nobody reads it, AdapterHung if nobody has for the time of our patience."""
        self._null_replies += may_lack_id
        if self._held is not None:
            self._held.append(line + b"\n")
        else:
            self._send(line + b"\n")

    def hold(self) -> None:
        """From now on keep lines until `flush`: one write for many requests."""
        self._held = []

    def flush(self) -> None:
        """Send the lines that are held; errors as for `write`."""
        if self._held:
            octets = b"".join(self._held)
            self._held.clear()
            self._send(octets)

    def _send(self, octets: bytes) -> None:
        rest = memoryview(octets)
        deadline = time.monotonic() + self._patience
        while rest:
            try:
                rest = rest[os.write(self._stdin, rest) :]
                deadline = time.monotonic() + self._patience
            except BlockingIOError:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise self._fault(AdapterHung, f"has not read its requests for {self._patience:g} s") from None
                await_ready(remaining, readable=None if self.eof else self.stdout, writable=self._stdin)
                self.intake()

    def intake(self) -> None:
        """Turn what is in the pipe into replies in the backlog; never waits."""
        while chunk := self.read():
            *lines, rest = chunk.split(b"\n")
            if lines:
                lines[0] = b"".join((*self._partial, lines[0]))
                self._partial.clear()
                self._partial_size = 0
            self._partial.append(rest)
            self._partial_size += len(rest)
            for line in lines:
                self._accept(line)
            if self._partial_size > self._max_line:
                raise self._fault(AdapterFlood, f"writes a line of more than {self._max_line} octets")
            if self._backlog_size > self._max_backlog:
                raise self._fault(
                    AdapterFlood, f"has written more than {self._max_backlog} octets nobody has taken yet"
                )

    def read(self) -> bytes:
        """What is in the pipe, at most 256 KiB; empty if nothing is, and at the end of file, which is noted."""
        if self.eof:
            return b""
        try:
            chunk = os.read(self.stdout, 1 << 18)
        except BlockingIOError:
            return b""
        self.eof = not chunk
        return chunk

    def take(self, id: int | None) -> Reply | None:
        """Remove the reply with this id from the backlog."""
        for index, (reply, size) in enumerate(self.backlog):
            if reply.id == id:
                del self.backlog[index]
                self._backlog_size -= size
                return reply
        return None

    def take_all(self) -> list[Reply]:
        """Empty the backlog."""
        replies = [reply for reply, _ in self.backlog]
        self.backlog.clear()
        self._backlog_size = 0
        return replies

    def _accept(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            id = message.get("id") if isinstance(message, dict) else None
            reply = validate_reply(self._open.get(id, "") if isinstance(id, int) else "", message)
        except BadMessage as bad:
            raise self._fault(AdapterRubbish, f"wrote rubbish: {bad}") from None
        except (ValueError, RecursionError):
            text = brief(line.decode(errors="backslashreplace"), 100)
            raise self._fault(AdapterRubbish, f"wrote rubbish: not JSON: {text}") from None
        if reply.id is None and not self._null_replies:
            raise self._fault(AdapterRubbish, f"complains of a line of ours: {brief(reply.reason, 200)}")
        if reply.id is None:
            self._null_replies -= 1
        elif self._open.pop(reply.id, None) is None:
            raise self._fault(AdapterRubbish, f"wrote rubbish: it answers request {reply.id}, which is not open")
        self.backlog.append((reply, len(line)))
        self._backlog_size += len(line)


def await_ready(seconds: float, *, readable: int | None = None, writable: int | None = None) -> None:
    """Wait until a descriptor is ready, at most so long; unlike select(), poll() takes any number of descriptor."""
    poll = select.poll()
    if readable is not None:
        poll.register(readable, select.POLLIN)
    if writable is not None:
        poll.register(writable, select.POLLOUT)
    poll.poll(seconds * 1000)
