"""A target without an adapter: a peer that listens somewhere, or one that connects to us.

Theory of operation: `Bound` here and `Connecting` beside it stand where the adapters stand otherwise, and answer a case's
`open` and `connect` with what there is. Whatever else a case asks for is unsupported. Since nobody can configure such a
peer for a case, `fit` says beforehand which cases it can answer, or why it cannot.
"""

import re
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.api import Case
from conformance.api.case import Side, UnderTest, unrolled
from conformance.api.script import AppSends, Delivers, Either, Expect, Expectation, Ignores, Peer, Receives, Send, Step
from conformance.api.socket_expectations import SocketExpectation
from conformance.api.socket_steps import SocketStep
from conformance.harness.effects import Answer
from spec_model.patterns.compatibility import PEERS

_LOCAL = "needs an adapter"
_SENDING_ONLY = frozenset({"PUSH", "PUB"})
_TYPE = re.compile(r"DEALER|dealer|[Ss]ocket[-_ ][Tt]ype")


@dataclass(frozen=True)
class Outside:
    """What is known of a peer that is judged from outside.

    Attributes:
        side: whether it has bound or connects.
        mechanism: NULL or CURVE.
        as_server: its side of the handshake; None where the mechanism has none.
        socket_type: its socket type.
        several: whether it can be had to make more than one connection at once.
    """

    side: Side
    mechanism: str
    as_server: bool | None
    socket_type: str
    several: bool = True

    @property
    def role(self) -> str:
        """server, client or peer."""
        return UnderTest(self.mechanism, self.as_server).role


def fit(case: Case, side: Side, peer: Outside) -> Case | str:
    """The case as it is put to this peer, or why it cannot be."""
    under = case.under_test
    if side != peer.side:
        return f"is for a target that {side}; this one {peer.side}"
    if under.mechanism != peer.mechanism:
        return f"is about {under.mechanism}; this target speaks {peer.mechanism}"
    if under.as_server != peer.as_server:
        return f"is for a {under.role}; this target is a {peer.role}"
    if under.refuses_clients:
        return f"{_LOCAL} to have the target refuse its peers"
    if under.identity is not None:
        return f"{_LOCAL} to give the target an Identity"
    steps = tuple(unrolled(case.script))
    if under.options:
        return f"{_LOCAL} to set options of the target's socket"
    if any(map(_needs_application, steps)):
        return f"{_LOCAL} to speak for the application behind the target"
    if not peer.several and any(isinstance(step, Peer) for step in steps):
        return "needs several connections at once; this target makes one"
    if under.socket_type == peer.socket_type:
        return case
    if (under.socket_type, under.tester_type) != ("DEALER", "DEALER"):
        return f"is for a {under.socket_type}; this target is a {peer.socket_type}"
    if _TYPE.search(" ".join((case.title, case.note, repr(steps), *case.checks))):
        return f"speaks of a DEALER; this target is a {peer.socket_type}"
    if peer.socket_type in _SENDING_ONLY and any(isinstance(step, Send) and step.name == "message" for step in steps):
        return f"sends a message; this target is a {peer.socket_type} and takes none"
    partners = PEERS[peer.socket_type]
    partner = "DEALER" if "DEALER" in partners else min(partners)
    return replace(case, under_test=replace(under, socket_type=peer.socket_type, tester_type=partner))


def _needs_application(step: Step) -> bool:
    if isinstance(step, Expect):
        return _asks_application(step.what)
    return isinstance(step, AppSends) or isinstance(step, SocketStep) and step.needs_adapter


def _asks_application(what: Expectation) -> bool:
    if isinstance(what, Either):
        return any(map(_asks_application, what.outcomes))
    if isinstance(what, SocketExpectation):
        return what.needs_adapter
    return isinstance(what, Delivers | Ignores | Receives)


class Bound:
    """A peer that has bound: every case connects to its endpoint.

    Args:
        endpoint: `tcp://host:port`.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def post(self, pool: str, op: str, params: Mapping[str, Any], deliver: Callable[[Answer], None]) -> None:
        """Answer for the peer: its endpoint is all that there is."""
        if op == "open" and params["bind"]:
            deliver(Answer("ok", {"handle": "peer", "endpoint": self.endpoint}))
        else:
            deliver(Answer("ok") if op == "close" else unsupported(op))

    def filenos(self) -> Iterable[int]:
        """Nothing to watch."""
        return ()

    def pump(self) -> None:
        """Nothing comes."""

    def pids(self) -> Iterable[int]:
        """None: the peer is not ours."""
        return ()

    def options(self) -> Collection[str]:
        """None: nobody can be asked for them."""
        return ()

    def listen(self) -> tuple[socket.socket, str]:
        """A listener to which nobody will connect."""
        return listener_on("127.0.0.1", 0)

    def give_up(self, pool: str, why: str) -> None:
        """Nothing to end: the peer is not ours."""

    def stop(self) -> None:
        """Nothing to end: the peer is not ours."""


def endpoint_of(listener: socket.socket) -> str:
    """The endpoint on which a socket listens."""
    host, port = listener.getsockname()[:2]
    return f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"


def listener_on(host: str, port: int) -> tuple[socket.socket, str]:
    """A listener on that address, port 0 being any free one, and its endpoint."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=128)
    return listener, endpoint_of(listener)


def unsupported(op: str) -> Answer:
    """The answer to what only an adapter could do."""
    return Answer("unsupported", {}, f"{_LOCAL} for {op}: the target is judged from outside")
