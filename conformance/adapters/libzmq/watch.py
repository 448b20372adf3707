"""The events of one socket, as libzmq's monitor reports them.

Theory of operation: libzmq publishes the events of a socket on an in-process PAIR. Opening that costs two sockets, so
it is done only for those who ask; the loop reads the PAIR as soon as something is there, and the events wait here.
"""

import struct
from typing import Any

from conformance.adapters.libzmq.library import Library
from conformance.adapters.libzmq.sockets import LINGER, Socket
from conformance.adapters.protocol import Failed

ALL = 0xFFFF
NAMES = {
    0x0001: "connected",
    0x0002: "connect_delayed",
    0x0004: "connect_retried",
    0x0008: "listening",
    0x0010: "bind_failed",
    0x0020: "accepted",
    0x0040: "accept_failed",
    0x0080: "closed",
    0x0100: "close_failed",
    0x0200: "disconnected",
    0x0400: "monitor_stopped",
    0x0800: "handshake_failed_no_detail",
    0x1000: "handshake_succeeded",
    0x2000: "handshake_failed_protocol",
    0x4000: "handshake_failed_auth",
}


class Watch:
    """The monitor of one socket."""

    def __init__(self, library: Library, context: int, watched: Socket, name: str) -> None:
        """Start it; raises Failed."""
        self._library = library
        self._watched = watched
        self._events: list[dict[str, Any]] = []
        endpoint = f"inproc://monitor.{name}"
        if library.socket_monitor(watched.address, endpoint.encode(), ALL) != 0:
            raise Failed(f"cannot monitor the socket: {library.why()}")
        self.socket = Socket(library, context, "PAIR")
        self.socket.set(LINGER, 0)
        self.socket.connect(endpoint)

    def turn(self) -> None:
        """Read what has been reported."""
        if not self.socket.address:
            return  # closed while this turn was due
        self.socket.turn()
        while (parts := self.socket.receive()) is not None:
            number, value = struct.unpack("=Hi", parts[0][:6])
            name = NAMES.get(number, f"event_{number:#06x}")
            self._events.append({"event": name, "value": value, "endpoint": parts[1].decode(errors="replace")})

    def take(self) -> list[dict[str, Any]]:
        """The events since the last time."""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Stop it, before the watched socket is closed."""
        self._library.socket_monitor(self._watched.address, None, 0)
        self.socket.close()
