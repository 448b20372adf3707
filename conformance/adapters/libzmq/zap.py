"""The ZAP handler of this process (RFC 27): it gives the reply that it was told to give, and keeps the requests.

Each domain may have a reply of its own, so that one process serves cases of different replies side by side.

Theory of operation: libzmq looks for a socket bound to inproc://zeromq.zap.01 in the same context. A ROUTER is used
where the RFC shows a REP, because it can leave a request unanswered, answer several at once and send a malformed
reply.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.adapters.libzmq.library import Library
from conformance.adapters.libzmq.sockets import LINGER, Socket

ENDPOINT = "inproc://zeromq.zap.01"


class Handler:
    """The handler; `replies` by domain may be replaced at any time and hold the fields of the protocol's `zap`.

    The domain "" stands for all that have no reply of their own.
    """

    def __init__(self, library: Library, context: int) -> None:
        """Bind it; raises Failed."""
        self.replies: dict[str, Mapping[str, Any]] = {}
        self.socket = Socket(library, context, "ROUTER")
        self.socket.set(LINGER, 0)
        self.socket.bind(ENDPOINT)
        self._requests: list[tuple[str, list[str]]] = []

    def turn(self) -> None:
        """Answer the requests that are there."""
        self.socket.turn()
        while (parts := self.socket.receive()) is not None:
            # routing id, empty delimiter, version, request id, domain, address, identity, mechanism, credentials ...
            if parts[1] != b"":
                continue  # a REP drops what has no delimiter too
            content = parts[2:]
            domain = _domain(content)
            self._requests.append((domain, [part.hex() for part in content]))
            reply = self.replies.get(domain, self.replies.get(""))
            if reply is not None and not reply.get("silent", False):
                self.socket.send([parts[0], *_answer(reply, content[1] if len(content) > 1 else b"")])

    def take(self, domain: str = "") -> list[list[str]]:
        """The requests of a domain, or of all, since the last time, each from its version frame on."""
        self.turn()
        taken = [frames for asked, frames in self._requests if domain in ("", asked)]
        self._requests = [(asked, frames) for asked, frames in self._requests if domain not in ("", asked)]
        return taken


def _domain(content: Sequence[bytes]) -> str:
    return content[2].decode("ascii", "backslashreplace") if len(content) > 2 else ""


def _answer(reply: Mapping[str, Any], request_id: bytes) -> list[bytes]:
    told = reply.get("request_id", "echo")
    frames = [
        reply.get("version", "1.0").encode(),
        request_id if told == "echo" else bytes.fromhex(told),
        reply["status"].encode(),
        reply["text"].encode(),
        reply["user_id"].encode(),
        bytes.fromhex(reply["metadata"]),
    ]
    count = reply.get("frames", len(frames))
    return [bytes.fromhex(reply.get("delimiter", "")), *frames[:count], *[b""] * (count - len(frames))]
