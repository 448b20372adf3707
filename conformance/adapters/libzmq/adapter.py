"""The operations of the adapter protocol on libzmq sockets.

Theory of operation: one context with one I/O thread, one application thread. Each method here does one operation, or
leaves it with the loop if it has to wait; the loop, the sockets and what the library can do are modules of their own.
"""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from conformance.adapters.libzmq.library import Library
from conformance.adapters.libzmq.loop import Entry, Loop, Waiting
from conformance.adapters.libzmq.sockets import LINGER, Socket
from conformance.adapters.libzmq.survey import Survey
from conformance.adapters.libzmq.watch import Watch
from conformance.adapters.libzmq.zap import Handler
from conformance.adapters.protocol import Failed, Request, Unsupported, Wire, answer

ANY_PORT = "tcp://127.0.0.1:*"
CTX_MAX_SOCKETS, CTX_SOCKET_LIMIT, MANY = 2, 3, 32768


class Adapter:
    """All sockets of this process; one method `on_<op>` for each operation."""

    def __init__(self, library: Library, wire: Wire) -> None:
        self._library, self._wire = library, wire
        self._context: int = library.ctx_new()
        if (limit := library.ctx_get(self._context, CTX_SOCKET_LIMIT)) > 0:
            library.ctx_set(self._context, CTX_MAX_SOCKETS, min(limit, MANY))
        self._survey = Survey(library, self._context)
        self._loop = Loop(wire)
        self._numbers = itertools.count(1)
        self._zap: Handler | None = None

    def run(self) -> None:
        """Serve until the wire closes, then close everything and wait until libzmq has done so."""
        self._loop.run(lambda request: answer(self._wire, self, request))
        for entry in tuple(self._loop.entries.values()):
            entry.socket.set(LINGER, 0)
            self._close(entry)
        if self._zap:
            self._zap.socket.close()
        self._library.ctx_term(self._context)

    def on_hello(self, _: Request) -> Mapping[str, Any]:
        """Say what this library can do."""
        return self._survey.hello()

    def on_open(self, request: Request) -> Mapping[str, Any]:
        """Open, configure and bind a socket."""
        fields = request.fields
        kind, options = fields["socket_type"], fields.get("options", {})
        self._survey.require(kind, fields["mechanism"], options)
        entry = Entry(Socket(self._library, self._context, kind), f"{kind.lower()}-{next(self._numbers)}")
        try:
            entry.socket.configure(fields)
            if options.get("monitor", False):
                self._start_watch(entry)
            bound = {"endpoint": entry.socket.bind(ANY_PORT)} if fields["bind"] else {}
        except (Failed, Unsupported):
            self._close(entry)
            raise
        self._loop.add(entry)
        return {"handle": entry.handle, **bound}

    def on_connect(self, request: Request) -> Mapping[str, Any]:
        """Connect a socket."""
        number = self._entry(request).socket.connect(request.fields["endpoint"])
        return {"routing_id": number.hex()} if number else {}

    def on_send(self, request: Request) -> Mapping[str, Any] | None:
        """Send a message, now or as soon as the socket takes it."""
        entry = self._entry(request)
        parts = [bytes.fromhex(part) for part in request.fields["parts"]]
        if "routing_id" in request.fields:
            parts.insert(0, bytes.fromhex(request.fields["routing_id"]))
        sent = 0

        def attempt() -> Mapping[str, Any] | None:
            nonlocal sent
            sent = entry.socket.send(parts, sent)
            return {} if sent == len(parts) else None

        return self._loop.wait(entry, entry.sends, Waiting(request, attempt, _timed_out))

    def on_recv(self, request: Request) -> Mapping[str, Any] | None:
        """Take messages, now or as they come."""
        entry = self._entry(request)
        count, until = request.fields.get("count", 1), request.fields.get("until")
        messages: list[list[str]] = []

        def attempt() -> Mapping[str, Any] | None:
            while (parts := entry.socket.receive()) is not None:
                messages.append([part.hex() for part in parts])
                if messages[-1][-1] == until if until is not None else len(messages) == count:
                    return {"messages": messages}
            return None

        waiting = Waiting(request, attempt, lambda: {"messages": messages})
        return self._loop.wait(entry, entry.receives, waiting)

    def on_events(self, request: Request) -> Mapping[str, Any] | None:
        """The events of a socket, now or as soon as there is one."""
        entry = self._entry(request)
        watch = entry.watch or self._start_watch(entry)

        def attempt() -> Mapping[str, Any] | None:
            watch.turn()
            events = watch.take()
            return {"events": events} if events else None

        return self._loop.wait(entry, entry.events, Waiting(request, attempt, lambda: {"events": []}))

    def on_subscribe(self, request: Request) -> Mapping[str, Any]:
        """Subscribe to a prefix."""
        self._entry(request).socket.subscribe(bytes.fromhex(request.fields["prefix"]))
        return {}

    def on_unsubscribe(self, request: Request) -> Mapping[str, Any]:
        """Cancel a subscription."""
        self._entry(request).socket.subscribe(bytes.fromhex(request.fields["prefix"]), cancel=True)
        return {}

    def on_join(self, request: Request) -> Mapping[str, Any]:
        """Join a group."""
        return self._group(request, self._library.join)

    def on_leave(self, request: Request) -> Mapping[str, Any]:
        """Leave a group."""
        return self._group(request, self._library.leave)

    def on_zap(self, request: Request) -> Mapping[str, Any]:
        """Start the ZAP handler or change its reply, take its requests."""
        reply, domain = request.fields.get("reply"), request.fields.get("domain", "")
        if reply is not None and self._zap is None:
            self._zap = Handler(self._library, self._context)
            self._loop.register(self._zap.socket, self._zap.turn)
        if reply is not None and self._zap is not None:
            self._zap.replies[domain] = reply
        named = {"domain": domain} if domain else {}
        if not request.fields.get("take", False):
            return named
        return {"requests": self._zap.take(domain) if self._zap else [], **named}

    def on_close(self, request: Request) -> Mapping[str, Any]:
        """Close a socket."""
        self._close(self._entry(request))
        return {}

    def _entry(self, request: Request) -> Entry:
        entry = self._loop.entries.get(request.fields["handle"])
        if entry is None:
            raise Failed(f"no open socket has the handle {request.fields['handle']!a}")
        return entry

    def _group(self, request: Request, function: Callable[[int, bytes], int] | None) -> Mapping[str, Any]:
        entry = self._entry(request)
        if function is None:
            raise Unsupported(f"this build of libzmq {self._library.version} has no draft API")
        if function(entry.socket.address, bytes.fromhex(request.fields["group"])) != 0:
            raise Failed(self._library.why())
        return {}

    def _start_watch(self, entry: Entry) -> Watch:
        watch = Watch(self._library, self._context, entry.socket, entry.handle)
        entry.watch = watch

        def turn() -> None:
            watch.turn()
            self._loop.advance(entry)

        self._loop.register(watch.socket, turn)
        return watch

    def _close(self, entry: Entry) -> None:
        self._loop.remove(entry)
        if entry.watch:
            self._loop.unregister(entry.watch.socket)
            entry.watch.close()
        entry.socket.close()


def _timed_out() -> Mapping[str, Any]:
    raise Failed("timed out")
