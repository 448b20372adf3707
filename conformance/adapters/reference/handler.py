"""The ZAP handler of the reference's process (RFC 27): it gives the replies that it was told to, and keeps the requests.

`spec_model.zap.Handler` is a handler that conforms. This one is the tester's: it answers what a case wants answered, also
what no handler may answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from spec_model.grammar.multipart import Frames


class Handler:
    """See the head of this module.

    Attributes:
        replies: the fields of the protocol's `zap`, by domain; a domain without one is not asked about.
    """

    def __init__(self) -> None:
        self.replies: dict[str, Mapping[str, Any]] = {}
        self._requests: list[tuple[str, list[str]]] = []

    def ask(self, frames: Frames) -> Frames | None:
        """The reply to a request; None for none. Both have their delimiter; what has none is dropped."""
        if frames[:1] != (b"",):
            return None
        content = frames[1:]
        domain = content[2].decode("ascii", "backslashreplace") if len(content) > 2 else ""
        self._requests.append((domain, [part.hex() for part in content]))
        reply = self.replies.get(domain)
        if reply is None or reply.get("silent", False):
            return None
        return _answer(reply, content[1] if len(content) > 1 else b"")

    def take(self, domain: str) -> list[list[str]]:
        """The requests of a domain, or of all, since the last time, each from its version frame on."""
        taken = [frames for asked, frames in self._requests if domain in ("", asked)]
        self._requests = [(asked, frames) for asked, frames in self._requests if domain not in ("", asked)]
        return taken


def _answer(reply: Mapping[str, Any], request_id: bytes) -> Frames:
    told = reply.get("request_id", "echo")
    frames: Sequence[bytes] = (
        reply.get("version", "1.0").encode(),
        request_id if told == "echo" else bytes.fromhex(told),
        reply["status"].encode(),
        reply["text"].encode(),
        reply["user_id"].encode(),
        bytes.fromhex(reply["metadata"]),
    )
    count = reply.get("frames", len(frames))
    return (bytes.fromhex(reply.get("delimiter", "")), *frames[:count], *[b""] * (count - len(frames)))
