"""The ZAP handler of this process (RFC 27): it gives the reply that it was told to give, and keeps the requests.

Theory of operation: libzmq looks for a socket bound to inproc://zeromq.zap.01 in the same context. A ROUTER is used
where the RFC shows a REP, because it can leave a request unanswered, answer several at once and send a malformed
reply.
"""

from collections.abc import Mapping
from typing import Any

from conformance.adapters.libzmq.library import Library
from conformance.adapters.libzmq.sockets import LINGER, Socket

ENDPOINT = "inproc://zeromq.zap.01"


class Handler:
    """The handler; `reply` may be replaced at any time and holds the fields of the protocol's `zap`."""

    def __init__(self, library: Library, context: int, reply: Mapping[str, Any]) -> None:
        """Bind it; raises Failed."""
        self.reply = reply
        self.socket = Socket(library, context, "ROUTER")
        self.socket.set(LINGER, 0)
        self.socket.bind(ENDPOINT)
        self._requests: list[list[str]] = []

    def turn(self) -> None:
        """Answer the requests that are there."""
        self.socket.turn()
        while (parts := self.socket.receive()) is not None:
            # routing id, empty delimiter, version, request id, domain, address, identity, mechanism, credentials ...
            self._requests.append([part.hex() for part in parts[2:]])
            if not self.reply.get("silent", False):
                self.socket.send([*parts[:2], *self._answer(parts[3] if len(parts) > 3 else b"")])

    def take(self) -> list[list[str]]:
        """The requests since the last time, each from its version frame on."""
        self.turn()
        requests, self._requests = self._requests, []
        return requests

    def _answer(self, request_id: bytes) -> list[bytes]:
        told = self.reply.get("request_id", "echo")
        return [
            self.reply.get("version", "1.0").encode(),
            request_id if told == "echo" else bytes.fromhex(told),
            self.reply["status"].encode(),
            self.reply["text"].encode(),
            self.reply["user_id"].encode(),
            bytes.fromhex(self.reply["metadata"]),
        ]
