"""The reference over TCP: `python -m conformance.adapters.reference [--fault ID]`, an adapter on standard input and output.

One thread, one selector: standard input, listeners, connections. Everything that is not a socket is in `target`. A
connection is watched for reading as long as the target reads, and for writing as long as something is left to be sent.
"""

import argparse
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

from conformance.adapters.reference import faulty
from conformance.adapters.reference import target as reference
from conformance.adapters.wire import Wire, answer
from spec_model.crypto.entropy import System

READ_AT_ONCE = 1 << 18


@dataclass(eq=False)
class _Stream:
    """One TCP connection of the target; `watched` is what it is registered for."""

    socket: socket.socket
    wire: reference.Wire
    unsent: bytearray = field(default_factory=bytearray)
    watched: int = 0


class TcpNetwork:
    """Connects the reference's sockets to the world, on the loopback interface only."""

    def __init__(self, wire: Wire, played: faulty.Played, name: str) -> None:
        self._wire = wire
        self.target = reference.ReferenceTarget(wire, self, System(), played.make, played.shape, name)
        self._selector = selectors.DefaultSelector()
        self._selector.register(wire.fileno(), selectors.EVENT_READ, None)
        self._listeners: dict[str, socket.socket] = {}
        self._streams: set[_Stream] = set()
        self._dialling: list[tuple[float, str, str]] = []

    def run(self) -> None:
        """Serve until standard input ends."""
        while not self._wire.closed:
            for key, ready in self._selector.select(self._timeout()):
                if key.data is None:
                    for request in self._wire.requests():
                        answer(self._wire, self.target, request)
                elif isinstance(key.data, str):
                    self._accept(key.data)
                elif key.data in self._streams and ready & selectors.EVENT_READ:
                    self._read(key.data)
            self._redial()
            self.target.tick()
            for stream in list(self._streams):
                self._write(stream)
                self._watch(stream)

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

    def unbind(self, handle: str) -> None:
        """Listen no more for a socket."""
        listener = self._listeners.pop(handle, None)
        if listener is not None:
            self._selector.unregister(listener)
            listener.close()

    def idle(self, handle: str) -> bool:
        """Whether nothing that a socket's connections gave us is left to be sent, now that we tried."""
        for stream in self._of(handle):
            self._send(stream)
        return not any(stream.unsent for stream in self._of(handle))

    def release(self, handle: str) -> None:
        """Dial no more for a socket, send what goes at once, and close its connections."""
        self._dialling = [entry for entry in self._dialling if entry[1] != handle]
        for stream in self._of(handle):
            self._send(stream)
            self._drop(stream)

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    # --- details --------------------------------------------------------------------------------------------------

    def _of(self, handle: str) -> list[_Stream]:
        return [stream for stream in self._streams if stream.wire.socket.handle == handle]

    def _timeout(self) -> float | None:
        now = self.now()
        due = [*self.target.deadlines(), *(when for when, _, _ in self._dialling)]
        return max(0.0, min(due) - now) if due else 1.0

    def _accept(self, handle: str) -> None:
        try:
            made, address = self._listeners[handle].accept()
        except (OSError, KeyError):
            return
        self._adopt(made, handle, "", address[0])

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
                self._adopt(made, handle, endpoint, host)

    def _adopt(self, made: socket.socket, handle: str, endpoint: str, address: str) -> None:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = self.target.accepted(handle, endpoint, address)
        stream = _Stream(made, wire, watched=selectors.EVENT_READ)
        self._streams.add(stream)
        self._selector.register(made, stream.watched, stream)

    def _watch(self, stream: _Stream) -> None:
        wanted = selectors.EVENT_READ * self.target.reads(stream.wire) | selectors.EVENT_WRITE * bool(stream.unsent)
        if wanted == stream.watched or stream not in self._streams:
            return
        if stream.watched and wanted:
            self._selector.modify(stream.socket, wanted, stream)
        elif wanted:
            self._selector.register(stream.socket, wanted, stream)
        else:
            self._selector.unregister(stream.socket)
        stream.watched = wanted

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
        self._send(stream)
        if not stream.unsent and self.target.finished(stream.wire):
            self._drop(stream)
            self.target.lost(stream.wire)

    def _send(self, stream: _Stream) -> None:
        stream.unsent += self.target.to_send(stream.wire)
        try:
            if stream.unsent:
                sent = stream.socket.send(stream.unsent)
                del stream.unsent[:sent]
        except BlockingIOError:
            pass
        except OSError:
            stream.unsent.clear()
        stream.wire.stalled = bool(stream.unsent)

    def _drop(self, stream: _Stream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)
            if stream.watched:
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
    parser.add_argument("--fault", metavar="ID", help="be the reference with this one thing wrong")
    parser.add_argument(
        "--faults", action="store_true", help="list what can be wrong, on a connection and in a pattern"
    )
    arguments = parser.parse_args()
    if arguments.faults:
        for title, known in (("of connections", faulty.connection_faults()), ("of patterns", faulty.pattern_faults())):
            print(f"{len(known)} {title}:", *(f"{name}: {fault.title}" for name, fault in known.items()), sep="\n  ")
        return
    played, name = faulty.Played(), "reference"
    if arguments.fault:
        try:
            played, name = faulty.play(arguments.fault), f"faulty:{arguments.fault}"
        except KeyError:
            print(f"no fault is called {arguments.fault!r}", file=sys.stderr)
            raise SystemExit(3) from None
    TcpNetwork(Wire(), played, name).run()


if __name__ == "__main__":
    main()
