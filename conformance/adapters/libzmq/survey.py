"""What a loaded libzmq can do, found out by trying it on sockets that are never connected.

Theory of operation: releases and builds differ, and a version number says neither how a library was built nor what a
distributor has patched. So each mechanism, socket type and option is tried; what is refused is not declared. The one
thing that cannot be tried is a draft type in a build without the draft API: it opens, and aborts the process in its
first handshake. There zmq_has decides.
"""

from collections.abc import Mapping
from typing import Any

from conformance.adapters.libzmq.library import Library
from conformance.adapters.libzmq.sockets import (
    CURVE_SERVER,
    DRAFT_TYPES,
    GROUPED,
    NUMBERED,
    OPTIONS,
    PLAIN_SERVER,
    TYPES,
    Socket,
)
from conformance.adapters.protocol import PROTOCOL, Unsupported


class Survey:
    """The abilities of one library in one context."""

    def __init__(self, library: Library, context: int) -> None:
        """Try everything; takes about a millisecond."""
        self._library, self._context = library, context
        curve = library.knows("curve")
        self.mechanisms = [
            "NULL",
            *(["PLAIN"] if self._accepts("DEALER", PLAIN_SERVER) else []),
            *(["CURVE"] if (self._accepts("DEALER", CURVE_SERVER) if curve is None else curve) else []),
        ]
        self.draft = bool(library.knows("draft"))
        self.socket_types = [kind for kind in (*TYPES, *DRAFT_TYPES) if self._opens(kind)]
        special = {"router_mandatory": "ROUTER", "xpub_verbose": "XPUB"}
        self.options = [
            *(name for name, (number, kind) in OPTIONS.items() if self._accepts(special.get(name), number, 0, kind)),
            "monitor",
        ]

    def hello(self) -> Mapping[str, Any]:
        """The fields of the reply to `hello`."""
        return {
            "protocol": PROTOCOL,
            "name": "libzmq",
            "version": self._library.version,
            "details": {"library": self._library.path, "curve": "CURVE" in self.mechanisms, "draft": self.draft},
            "roles": ["bind", "connect"],
            "mechanisms": self.mechanisms,
            "socket_types": self.socket_types,
            "options": self.options,
        }

    def require(self, socket_type: str, mechanism: str, options: Mapping[str, object]) -> None:
        """Raise Unsupported unless all that `open` asks for has been declared."""
        for what, value, known in (
            ("socket type", socket_type, self.socket_types),
            ("mechanism", mechanism, self.mechanisms),
            *(("option", name, self.options) for name in options),
        ):
            if value not in known:
                raise Unsupported(f"this build of libzmq {self._library.version} does not have the {what} {value}")

    def _accepts(self, kind: str | None, option: int, value: int = 1, type: Any = None) -> bool:
        """Whether a socket of a type (DEALER) takes an option."""
        socket = Socket(self._library, self._context, kind or "DEALER")
        accepted = socket.set(option, value, *([type] if type else []))
        socket.close()
        return accepted

    def _opens(self, kind: str) -> bool:
        """Whether a socket type can be opened and everything about it be driven."""
        library = self._library
        if kind in DRAFT_TYPES and not self.draft:
            return False
        if kind in NUMBERED and not (library.msg_routing_id and library.msg_set_routing_id):
            return False
        if kind in GROUPED and not (library.msg_group and library.msg_set_group and library.join and library.leave):
            return False
        try:
            Socket(library, self._context, kind).close()
        except Unsupported:
            return False
        return True
