"""Dishonest adapters: the libzmq adapter with one lie each. Run as `python liars.py <check> <number>`.

Each class does one thing that it should not, and is listed at the end under the check that has to catch it.
"""

import sys
import time
from collections.abc import Mapping
from typing import Any

from conformance.adapters.libzmq.adapter import Adapter
from conformance.adapters.libzmq.library import Library
from conformance.adapters.protocol import Request, Wire

Fields = Mapping[str, Any]


def changed(request: Request, **fields: Any) -> Request:
    return Request(request.id, request.op, {**request.fields, **fields})


class NoVersion(Adapter):
    def on_hello(self, request: Request) -> Fields:
        return {**super().on_hello(request), "version": ""}


class EverythingIsFine(Wire):
    def unsupported(self, id: int, _: str) -> None:
        self.ok(id)


class SaysNothing(Wire):
    def error(self, id: int | None, reason: str) -> None:
        if id is not None:
            super().error(id, reason)


class ClosesWhatIsNotOpen(Adapter):
    def on_close(self, request: Request) -> Fields:
        return super().on_close(request) if request.fields["handle"] in self._loop.entries else {}


class SpeaksNullInstead(Adapter):
    def on_open(self, request: Request) -> Fields:
        return super().on_open(changed(request, mechanism="NULL"))


class OpensADealerInstead(Adapter):
    def on_open(self, request: Request) -> Fields:
        return super().on_open(changed(request, socket_type="DEALER"))


class TakesWhatItDoesNotHonour(Adapter):
    def on_hello(self, request: Request) -> Fields:
        return {**super().on_hello(request), "options": ["monitor"]}


class DropsEmptyParts(Adapter):
    def on_send(self, request: Request) -> Fields | None:
        parts = [part for part in request.fields["parts"] if part]
        return super().on_send(changed(request, parts=parts)) if parts else {}


class CutsAt255Octets(Adapter):
    def on_send(self, request: Request) -> Fields | None:
        return super().on_send(changed(request, parts=[part[:510] for part in request.fields["parts"]]))


class IgnoresCount(Adapter):
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(changed(request, count=1))


class IgnoresUntil(Adapter):
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(Request(request.id, request.op, {**request.fields, "until": None}))


class HasOneEar(Adapter):
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(changed(request, handle=next(iter(self._loop.entries))))


class DoesNotWait(Adapter):
    def on_recv(self, request: Request) -> Fields | None:
        return super().on_recv(changed(request, timeout_ms=0))


class OneAfterTheOther(Adapter):
    def on_recv(self, request: Request) -> Fields | None:
        time.sleep(request.fields["timeout_ms"] / 1000)
        return super().on_recv(changed(request, timeout_ms=0))


class AlwaysSaysTheSame(Adapter):
    def on_open(self, request: Request) -> Fields:
        return {**super().on_open(request), "endpoint": "tcp://127.0.0.1:5555"}


class OnlyForgetsTheHandle(Adapter):
    def on_close(self, request: Request) -> Fields:
        self._loop.remove(self._entry(request))
        return {}


class SpeaksNullInsteadCurve(Adapter):
    def on_open(self, request: Request) -> Fields:
        return super().on_open(changed(request, mechanism="NULL"))


class LetsEverybodyIn(Adapter):
    def on_zap(self, request: Request) -> Fields:
        reply = request.fields.get("reply")
        return super().on_zap(changed(request, reply={**reply, "status": "200"}) if reply else request)


class HasNoHandler(Adapter):
    def on_zap(self, request: Request) -> Fields:
        return {"requests": []} if request.fields.get("take") else {}


class SeesNothing(Adapter):
    def on_events(self, _: Request) -> Fields:
        return {"events": []}


class InAnger(Wire):
    def ok(self, id: int, fields: Fields | None = None) -> None:
        super().ok(id, fields)
        if fields is None:
            sys.exit(1)


class RunsOn(Wire):
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


# check: the lies that it has to catch
LIES: Mapping[str, tuple[type[Adapter] | type[Wire], ...]] = {
    "hello": (NoVersion,),
    "invented operation": (EverythingIsFine,),
    "malformed line": (SaysNothing,),
    "unknown handle": (ClosesWhatIsNotOpen,),
    "undeclared mechanism": (SpeaksNullInstead,),
    "undeclared socket type": (OpensADealerInstead,),
    "undeclared option": (TakesWhatItDoesNotHonour,),
    "whole messages": (
        DropsEmptyParts,
        CutsAt255Octets,
    ),
    "order": (
        IgnoresCount,
        IgnoresUntil,
    ),
    "handles apart": (HasOneEar,),
    "recv in time": (DoesNotWait,),
    "several at once": (OneAfterTheOther,),
    "own endpoints": (AlwaysSaysTheSame,),
    "close frees": (OnlyForgetsTheHandle,),
    "CURVE": (SpeaksNullInsteadCurve,),
    "ZAP": (
        LetsEverybodyIn,
        HasNoHandler,
    ),
    "monitor": (SeesNothing,),
    "quit": (InAnger,),
    "end of input": (RunsOn,),
    "handshake_timeout_ms": (ignores("handshake_timeout_ms"),),
    "reconnect_interval_ms": (ignores("reconnect_interval_ms"),),
    "heartbeat_interval_ms": (ignores("heartbeat_interval_ms"),),
    "max_message_size": (ignores("max_message_size"),),
}


def serve(liar: type[Adapter] | type[Wire]) -> None:
    """Run an adapter that lies, or an honest one on a wire that lies."""
    if issubclass(liar, Wire):
        Adapter(Library(), liar()).run()
    else:
        liar(Library(), Wire()).run()


if __name__ == "__main__":
    serve(LIES[sys.argv[1]][int(sys.argv[2])])
