"""Names of types that have something in common, and short scripts for plain messages of any shape."""

from spec_model.patterns.pattern import Parts
from spec_model.tests.patterns.rows import Script
from spec_model.tests.patterns.shapes import Shape
from spec_model.tests.patterns.stage import Step, comes, gets, nothing, sends, wire

TURN = "DEALER PUSH CLIENT SCATTER"
PAIRS = "PAIR CHANNEL"
NUMBERED = "SERVER PEER"
TAKERS = f"DEALER ROUTER XPUB SUB XSUB PULL CLIENT DISH GATHER {NUMBERED} {PAIRS}"
MANY_TAKERS = TAKERS.replace(PAIRS, "")
SENDERS = f"{TURN} ROUTER PUB XPUB XSUB RADIO {NUMBERED} {PAIRS}"
TWO_WAY = f"DEALER ROUTER XPUB XSUB CLIENT {NUMBERED} {PAIRS}"
WIDE = "ROUTER DEALER PUSH PAIR PUB XPUB XSUB"
"""Senders whose messages may have several parts."""

MESSAGE = "23/message/* 37/message/*"
QUEUE = "queue-per-*"
ONE, TWO, THREE, FOUR = b"1", b"2", b"3", b"4"


def opened(shape: Shape, *peers: str, dialled: bool = False) -> Script:
    """Peers that messages can go to and come from."""
    return tuple(step for peer in peers for step in shape.open(peer, dialled))


def brought(shape: Shape, peer: str, *bodies: bytes) -> Script:
    """Messages come from a peer."""
    return tuple(comes(peer, *shape.came(body)) for body in bodies)


def read(shape: Shape, *bodies: tuple[str, bytes]) -> Script:
    """The application gets these, each of its peer, and no more."""
    return (*(gets(*shape.got(peer, body)) for peer, body in bodies), nothing)


def put(shape: Shape, peer: str, *bodies: bytes) -> Script:
    """The application sends, and it is accepted."""
    return tuple(sends(*shape.out(peer, body)) for body in bodies)


def seen(shape: Shape, peer: str, *bodies: bytes) -> Step:
    """A peer is sent these and no more."""
    return wire(peer, *(shape.sent(body) for body in bodies))


def left(shape: Shape) -> Script:
    """The application gets what a peer had sent before it was lost; that of an XPUB its cancel, too."""
    return (gets(*shape.got("a", ONE)), *((gets(b"\x00"),) if shape.name == "XPUB" else ()), nothing)


def frames(shape: Shape, body: Parts) -> Parts:
    """A message of several parts as the application sends it to peer a, or gets it from there."""
    return (b"a", *body) if shape.name == "ROUTER" else body
