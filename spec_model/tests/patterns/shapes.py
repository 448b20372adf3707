"""How a plain body looks at the application and on the wire of a type, so that one script serves many types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from spec_model.patterns.pattern import Parts, TrafficCommand
from spec_model.tests.patterns.stage import Step, attach, command, dial, gets, number, wants, wire

GROUP = b"g"


@dataclass(frozen=True)
class Shape:
    """How a plain body looks at a type. Peers are called a, b, c, and were attached in this order.

    Attributes:
        name: the type.
        out: the application's frames for a body that goes to a peer.
        sent: the frames on the wire.
        came: the frames on the wire of a body that comes from a peer.
        got: the application's frames of it.
        open: the steps that connect a peer so that messages pass; the second argument tells whether it is dialled.
    """

    name: str
    out: Callable[[str, bytes], Parts]
    sent: Callable[[bytes], Parts]
    came: Callable[[bytes], Parts]
    got: Callable[[str, bytes], Parts]
    open: Callable[[str, bool], tuple[Step, ...]]


def _plain(body: bytes) -> Parts:
    return (body,)


def _grouped(body: bytes) -> Parts:
    return (GROUP, body)


def _named(peer: str, body: bytes) -> Parts:
    return (peer.encode(), body)


def _numbered(peer: str, body: bytes) -> Parts:
    return (number(ord(peer) - ord("a") + 1), body)


def _addressed_to_nobody(peer: str, body: bytes) -> Parts:
    return (body,)


def _grouped_to_nobody(peer: str, body: bytes) -> Parts:
    return (GROUP, body)


def _connect(peer: str, dialled: bool) -> tuple[Step, ...]:
    return (*((dial(peer),) if dialled else ()), attach(peer, dialled=dialled))


def _with_identity(peer: str, dialled: bool) -> tuple[Step, ...]:
    return (*((dial(peer),) if dialled else ()), attach(peer, dialled=dialled, identity=peer.encode()))


def _heard(name: str, topic: bytes) -> Callable[[str, bool], tuple[Step, ...]]:
    """The peer asks for a topic as soon as it is there."""
    return lambda peer, dialled: (*_connect(peer, dialled), command(peer, name, topic))


def _asking(topic: bytes) -> Callable[[str, bool], tuple[Step, ...]]:
    """The application asks for a topic, and the request is out of the way."""

    def steps(peer: str, dialled: bool) -> tuple[Step, ...]:
        name = "JOIN" if topic == GROUP else "SUBSCRIBE"
        ask = (wants(topic),) if peer == "a" else ()
        return (*ask, *_connect(peer, dialled), wire(peer, TrafficCommand(name, topic)))

    return steps


def _shown(peer: str, dialled: bool) -> tuple[Step, ...]:
    """As for a PUB; the first request is shown, its equals are not."""
    return (*_heard("SUBSCRIBE", b"")(peer, dialled), *((gets(b"\x01"),) if peer == "a" else ()))


_SIMPLE = ("DEALER", "PUSH", "PULL", "PAIR", "CLIENT", "SCATTER", "GATHER", "CHANNEL")
_OF_PLAIN = {
    **dict.fromkeys(_SIMPLE, _connect),
    "PUB": _heard("SUBSCRIBE", b""),
    "XPUB": _shown,
    "SUB": _asking(b""),
    "XSUB": _asking(b""),
}

SHAPES: Mapping[str, Shape] = {
    **{
        name: Shape(name, _addressed_to_nobody, _plain, _plain, _addressed_to_nobody, opens)
        for name, opens in _OF_PLAIN.items()
    },
    "ROUTER": Shape("ROUTER", _named, _plain, _plain, _named, _with_identity),
    "SERVER": Shape("SERVER", _numbered, _plain, _plain, _numbered, _connect),
    "PEER": Shape("PEER", _numbered, _plain, _plain, _numbered, _connect),
    "RADIO": Shape("RADIO", _grouped_to_nobody, _grouped, _grouped, _grouped_to_nobody, _heard("JOIN", GROUP)),
    "DISH": Shape("DISH", _grouped_to_nobody, _grouped, _grouped, _grouped_to_nobody, _asking(GROUP)),
}
"""Every type but REQ and REP, whose messages have turns."""
