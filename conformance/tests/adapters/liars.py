"""Dishonest adapters: the libzmq adapter with one lie each. Run as `python liars.py <lie>`.

Each lie is named after the check that has to catch it, with what it does behind a colon.
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from conformance.adapters.libzmq.adapter import Adapter
from conformance.adapters.libzmq.library import Library
from conformance.adapters.libzmq.sockets import Socket
from conformance.adapters.protocol import Request, Wire

Fields = Mapping[str, Any]
LIES: dict[str, Callable[[], tuple[type[Adapter], type[Wire]]]] = {}


def lie(name: str) -> Callable[[type[Adapter] | type[Wire]], None]:
    """Note a class as the adapter, or as the wire, that tells this lie."""

    def note(liar: type[Adapter] | type[Wire]) -> None:
        LIES[name] = lambda: (Adapter, liar) if issubclass(liar, Wire) else (liar, Wire)

    return note


def changed(request: Request, **fields: Any) -> Request:
    return Request(request.id, request.op, {**request.fields, **fields})


@lie("hello: no version")
class _(Adapter):
    def on_hello(self, request: Request) -> Fields:
        return {**super().on_hello(request), "version": ""}


@lie("invented operation: everything is fine")
class _(Wire):  # type: ignore[no-redef]
    def unsupported(self, id: int, reason: str) -> None:
        self.ok(id)


@lie("malformed line: says nothing")
class _(Wire):  # type: ignore[no-redef]
    def error(self, id: int | None, reason: str) -> None:
        if id is not None:
            super().error(id, reason)


@lie("unknown handle: closes what is not open")
class _(Adapter):  # type: ignore[no-redef]
    def on_close(self, request: Request) -> Fields:
        return super().on_close(request) if request.fields["handle"] in self._loop.entries else {}


@lie("undeclared mechanism: speaks NULL instead")
class _(Adapter):  # type: ignore[no-redef]
    def on_open(self, request: Request) -> Fields:
        return super().on_open(changed(request, mechanism="NULL"))


@lie("undeclared socket type: opens a DEALER instead")
class _(Adapter):  # type: ignore[no-redef]
    def on_open(self, request: Request) -> Fields:
        return super().on_open(changed(request, socket_type="DEALER"))


@lie("undeclared option: takes what it does not honour")
class _(Adapter):  # type: ignore[no-redef]
    def on_hello(self, request: Request) -> Fields:
        return {**super().on_hello(request), "options": ["monitor"]}


class Receiver(Adapter):
    """Changes what has been received."""

    def change(self, messages: list[list[str]]) -> list[list[str]]:
        return messages

    def on_recv(self, request: Request) -> Fields | None:
        wire, change = self._wire, self.change

        class Spoiled(Wire):
            def __init__(self) -> None:
                pass

            def ok(self, id: int, fields: Fields | None = None) -> None:
                messages = (fields or {}).get("messages")
                wire.ok(id, {"messages": change(messages)} if messages is not None else fields)

        self._loop._wire = Spoiled()
        self._loop._wire.closed = False
        reply = super().on_recv(request)
        return None if reply is None else {"messages": change(reply["messages"])}


@lie("whole messages: drops empty parts")
class _(Adapter):  # type: ignore[no-redef]
    def on_send(self, request: Request) -> Fields | None:
        parts = [part for part in request.fields["parts"] if part]
        return super().on_send(changed(request, parts=parts)) if parts else {}


@lie("whole messages: cuts at 255 octets")
class _(Adapter):  # type: ignore[no-redef]
    def on_send(self, request: Request) -> Fields | None:
        return super().on_send(changed(request, parts=[part[:510] for part in request.fields["parts"]]))


@lie("order: ignores count")
class _(Adapter):  # type: ignore[no-redef]
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(changed(request, count=1))


@lie("order: ignores until")
class _(Adapter):  # type: ignore[no-redef]
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(Request(request.id, request.op, {**request.fields, "until": None}))


@lie("handles apart: has one ear")
class _(Adapter):  # type: ignore[no-redef]
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(changed(request, handle=next(iter(self._loop.entries))))


@lie("recv in time: does not wait")
class _(Adapter):  # type: ignore[no-redef]
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(changed(request, timeout_ms=0))


@lie("several at once: one after the other")
class _(Adapter):  # type: ignore[no-redef]
    def on_recv(self, request: Request) -> Fields | None:
        time.sleep(request.fields["timeout_ms"] / 1000)
        return super().on_recv(changed(request, timeout_ms=0))


@lie("own endpoints: always says the same")
class _(Adapter):  # type: ignore[no-redef]
    def on_open(self, request: Request) -> Fields:
        return {**super().on_open(request), "endpoint": "tcp://127.0.0.1:5555"}


@lie("close frees: only forgets the handle")
class _(Adapter):  # type: ignore[no-redef]
    def on_close(self, request: Request) -> Fields:
        self._loop.remove(self._entry(request))
        return {}


@lie("CURVE: speaks NULL instead")
class _(Adapter):  # type: ignore[no-redef]
    def on_open(self, request: Request) -> Fields:
        return super().on_open(changed(request, mechanism="NULL"))


@lie("ZAP: lets everybody in")
class _(Adapter):  # type: ignore[no-redef]
    def on_zap(self, request: Request) -> Fields:
        reply = request.fields.get("reply")
        return super().on_zap(changed(request, reply={**reply, "status": "200"}) if reply else request)


@lie("ZAP: has no handler")
class _(Adapter):  # type: ignore[no-redef]
    def on_zap(self, request: Request) -> Fields:
        return {"requests": []} if request.fields.get("take") else {}


@lie("monitor: sees nothing")
class _(Adapter):  # type: ignore[no-redef]
    def on_events(self, request: Request) -> Fields:
        return {"events": []}


@lie("quit: in anger")
class _(Wire):  # type: ignore[no-redef]
    def ok(self, id: int, fields: Fields | None = None) -> None:
        super().ok(id, fields)
        if fields is None:
            sys.exit(1)


@lie("end of input: runs on")
class _(Wire):  # type: ignore[no-redef]
    def requests(self) -> list[Request]:
        requests = super().requests()
        if self.closed:
            time.sleep(1000)
        return requests


def ignores(option: str) -> type[Adapter]:
    """An adapter that takes an option and does nothing with it."""

    class Ignorant(Adapter):
        def on_open(self, request: Request) -> Fields:
            options = {name: value for name, value in request.fields.get("options", {}).items() if name != option}
            if option == "reconnect_interval_ms":
                options[option] = -1  # without the option it would be 1 all the same
            return super().on_open(changed(request, options=options))

    return Ignorant


for _option in ("handshake_timeout_ms", "reconnect_interval_ms", "heartbeat_interval_ms", "max_message_size"):
    lie(f"{_option}: ignores it")(ignores(_option))


if __name__ == "__main__":
    adapter, wire = LIES[sys.argv[1]]()
    adapter(Library(), wire()).run()
