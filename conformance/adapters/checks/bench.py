"""What the checks of an adapter are made of: a running adapter, steps that must succeed, sockets that close themselves.

Theory of operation: a check is a function that gets a Bench and returns the line which explains its success; it raises
Dishonest when the adapter is caught, and Skipped when what it would check is not claimed. Every step has a deadline.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from conformance.adapters.fields import brief
from conformance.adapters.process import AdapterProcess
from conformance.adapters.protocol import Reply

PAIRS = (("DEALER", "DEALER"), ("PULL", "PUSH"), ("PAIR", "PAIR"), ("REP", "REQ"))  # who binds; who connects and sends

Check = Callable[["Bench"], str]


class Dishonest(Exception):
    """A check has failed; the text says what was expected and what was seen."""


class Skipped(Exception):
    """A check needs what the adapter does not claim; the text says what."""


class Bench:
    """A running adapter and the steps that checks are made of; all waiting ends after `deadline` seconds."""

    def __init__(self, adapter: AdapterProcess, deadline: float) -> None:
        self.adapter, self.deadline = adapter, deadline
        assert adapter.hello
        self.hello: Mapping[str, Any] = adapter.hello.fields

    def ask(self, op: str, **fields: Any) -> Reply:
        """Ask anything; any reply is fine."""
        return self.adapter.ask(op, self.deadline, **fields)

    def do(self, op: str, **fields: Any) -> Reply:
        """Ask for what must succeed."""
        return self.expect("ok", op, self.ask(op, **fields))

    def expect(self, status: str, what: str, reply: Reply) -> Reply:
        """Insist on a status, and on a reason where it is not ok."""
        if reply.status != status:
            seen = f"{reply.status}{f' ({brief(reply.reason, 200)})' if reply.reason else ''}"
            raise Dishonest(f"{what}: expected {status}; saw {seen}")
        if status != "ok" and not reply.reason:
            raise Dishonest(f"{what}: the reply gives no reason")
        return reply

    @contextmanager
    def socket(self, kind: str, *, bind: bool, mechanism: str = "NULL", **fields: Any) -> Iterator[Reply]:
        """An open socket, bound or not, that is closed afterwards; a socket that binds is the server too."""
        fields = {"as_server": bind, **fields}
        opened = self.do("open", socket_type=kind, mechanism=mechanism, bind=bind, **fields)
        if bind and "endpoint" not in opened.fields:
            raise Dishonest(f"a bound {kind} has no endpoint")
        try:
            yield opened
        finally:
            if self.adapter.alive:
                self.ask("close", handle=opened["handle"])

    @contextmanager
    def pair(self, **common: Any) -> Iterator[tuple[str, str]]:
        """Handles of two connected sockets of the adapter's own: the first has bound, the second sends."""
        server, client = self.types()
        with self.socket(server, bind=True, **common) as bound, self.socket(client, bind=False, **common) as other:
            self.do("connect", handle=other["handle"], endpoint=bound["endpoint"])
            yield bound["handle"], other["handle"]

    def types(self) -> tuple[str, str]:
        """Two socket types that can talk to each other; Skipped where there are none."""
        self.need("roles", "bind", "connect")
        for pair in PAIRS:
            if {*pair} <= {*self.hello["socket_types"]}:
                return pair
        raise Skipped(f"none of the pairs {', '.join('-'.join(pair) for pair in PAIRS)} can be opened")

    def need(self, what: str, *values: str) -> None:
        """Skip the check unless `hello` lists all these values under `what`."""
        if missing := [value for value in values if value not in self.hello[what]]:
            raise Skipped(f"the adapter does not claim {', '.join(missing)} among its {what.replace('_', ' ')}")

    def send(self, handle: str, *parts: bytes) -> Reply:
        """Send one message, which must be taken in time."""
        return self.do("send", handle=handle, parts=[part.hex() for part in parts], timeout_ms=self.milliseconds)

    def receive(self, handle: str, milliseconds: int | None = None, **fields: Any) -> list[tuple[bytes, ...]]:
        """What has been received within so many milliseconds (the deadline)."""
        patience = self.milliseconds if milliseconds is None else milliseconds
        reply = self.do("recv", handle=handle, timeout_ms=patience, **fields)
        return [tuple(bytes.fromhex(part) for part in message) for message in reply["messages"]]

    @property
    def milliseconds(self) -> int:
        """Half of the deadline, so that the adapter's own time is up first."""
        return int(self.deadline * 500)
