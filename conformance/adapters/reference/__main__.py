"""The reference over TCP: `python -m conformance.adapters.reference [--fault ID]`, an adapter on standard input and output.

One thread, one selector: standard input, listeners, connections. Everything that is not a socket is in `target`.
"""

import argparse
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

from conformance.adapters.wire import Wire, answer
from conformance.adapters.reference import target as reference
from spec_model.connection import Connection
from spec_model.crypto.entropy import System
from spec_model.faults import faults

READ_AT_ONCE = 1 << 18


@dataclass(eq=False)
class _Stream:
    """One TCP connection of the target."""

    socket: socket.socket
    wire: reference.Wire
    unsent: bytearray = field(default_factory=bytearray)


class TcpNetwork:
    """Connects the reference's sockets to the world, on the loopback interface only."""

    def __init__(self, wire: Wire, make: reference.Make, name: str) -> None:
        self._wire = wire
        self.target = reference.ReferenceTarget(wire, self, System(), make, name)
        self._selector = selectors.DefaultSelector()
        self._selector.register(wire.fileno(), selectors.EVENT_READ, None)
        self._listeners: dict[str, socket.socket] = {}
        self._streams: set[_Stream] = set()
        self._dialling: list[tuple[float, str, str]] = []

    def run(self) -> None:
        """Serve until standard input ends."""
        while not self._wire.closed:
            for key, _ in self._selector.select(self._timeout()):
                if key.data is None:
                    for request in self._wire.requests():
                        answer(self._wire, self.target, request)
                elif isinstance(key.data, str):
                    self._accept(key.data)
                elif key.data in self._streams:
                    self._read(key.data)
            self._redial()
            self.target.tick()
            for stream in list(self._streams):
                self._write(stream)

    # --- Network --------------------------------------------------------------------------------------------------

    def bind(self, handle: str) -> str:
        """Listen on a free port of the loopback interface."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        self._listeners[handle] = listener
        self._selector.register(listener, selectors.EVENT_READ, handle)
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    def dial(self, handle: str, endpoint: str, after: float) -> None:
        """Connect after so many seconds."""
        self._dialling.append((self.now() + after, handle, endpoint))

    def release(self, handle: str) -> None:
        """Close what belongs to a socket."""
        self._dialling = [entry for entry in self._dialling if entry[1] != handle]
        listener = self._listeners.pop(handle, None)
        if listener is not None:
            self._selector.unregister(listener)
            listener.close()
        for stream in [stream for stream in self._streams if stream.wire.socket.handle == handle]:
            self._drop(stream)

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    # --- details --------------------------------------------------------------------------------------------------

    def _timeout(self) -> float | None:
        now = self.now()
        due = [*self.target.deadlines(), *(when for when, _, _ in self._dialling)]
        return max(0.0, min(due) - now) if due else 1.0

    def _accept(self, handle: str) -> None:
        try:
            made, _ = self._listeners[handle].accept()
        except (OSError, KeyError):
            return
        self._adopt(made, handle, "")

    def _redial(self) -> None:
        now = self.now()
        due = [entry for entry in self._dialling if entry[0] <= now]
        self._dialling = [entry for entry in self._dialling if entry[0] > now]
        for _, handle, endpoint in due:
            host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
            try:
                made = socket.create_connection((host, int(port)), timeout=1)
            except OSError:
                self._dialling.append((now + 0.05, handle, endpoint))
            else:
                self._adopt(made, handle, endpoint)

    def _adopt(self, made: socket.socket, handle: str, endpoint: str) -> None:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = _Stream(made, self.target.accepted(handle, endpoint))
        self._streams.add(stream)
        self._selector.register(made, selectors.EVENT_READ, stream)

    def _read(self, stream: _Stream) -> None:
        try:
            octets = stream.socket.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if octets:
            self.target.received(stream.wire, octets)
        else:
            self._drop(stream)
            self.target.lost(stream.wire)

    def _write(self, stream: _Stream) -> None:
        stream.unsent += self.target.to_send(stream.wire)
        try:
            if stream.unsent:
                sent = stream.socket.send(stream.unsent)
                del stream.unsent[:sent]
        except BlockingIOError:
            return
        except OSError:
            stream.unsent.clear()
        if stream.unsent:
            self._dialling.append((self.now() + 0.001, "", ""))  # come back soon
        elif self.target.finished(stream.wire):
            self._drop(stream)
            self.target.lost(stream.wire)

    def _drop(self, stream: _Stream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)
            self._selector.unregister(stream.socket)
            try:
                while stream.socket.recv(READ_AT_ONCE):
                    pass  # unread input would turn our FIN into a RST
            except OSError:
                pass
            stream.socket.close()


def main() -> None:
    """Run the adapter."""
    parser = argparse.ArgumentParser(prog="python -m conformance.adapters.reference", description=__doc__)
    parser.add_argument("--fault", metavar="ID", help="play this faulty peer instead of the reference")
    arguments = parser.parse_args()
    make: reference.Make = Connection
    name = "reference"
    if arguments.fault:
        known = faults()
        if arguments.fault not in known:
            print(f"no fault is called {arguments.fault!r}", file=sys.stderr)
            raise SystemExit(3)
        make, name = known[arguments.fault].make, f"faulty:{arguments.fault}"
    TcpNetwork(Wire(), make, name).run()


if __name__ == "__main__":
    main()
