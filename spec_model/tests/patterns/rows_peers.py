"""Rows about peers that come and go: what is kept for them, what is dropped, and who has a place."""

from spec_model.patterns.pattern import TrafficCommand
from spec_model.tests.patterns.rows import Row, Script
from spec_model.tests.patterns.scripts import (
    FOUR,
    NUMBERED,
    ONE,
    PAIRS,
    SENDERS,
    THREE,
    TURN,
    TWO,
    brought,
    opened,
    put,
    read,
    seen,
)
from spec_model.tests.patterns.shapes import Shape
from spec_model.tests.patterns.stage import (
    Step,
    attach,
    blocked,
    close,
    detach,
    dial,
    dropped,
    refused,
    resume,
    stall,
    wire,
)

COMING_AND_GOING = (
    Row(
        "what is sent before the connection stands is kept for it", f"{TURN} {PAIRS} PEER",
        "queue-on-connect 23/socket/binds-and-connects",
        lambda s: (dial("a"), *put(s, "a", ONE), *opened(s, "a", dialled=True), seen(s, "a", ONE)),
    ),
    Row(
        "what is sent in the gap of a lost connection is kept", f"ROUTER {TURN} {PAIRS} {NUMBERED}",
        "queue-kept-unconnected",
        lambda s: (
            *opened(s, "a", dialled=True), *put(s, "a", ONE), seen(s, "a", ONE), detach("a"), *put(s, "a", TWO),
            *opened(s, "a", dialled=True), seen(s, "a", TWO),
        ),
    ),
    Row(
        "what was queued before the connection was lost goes out after it is back", f"PUB XPUB RADIO ROUTER {NUMBERED}",
        "queue-kept-unconnected",
        lambda s: (
            *opened(s, "a", dialled=True), stall("a"), *put(s, "a", ONE), detach("a"), resume("a"),
            attach("a", dialled=True, identity=b"a"), seen(s, "a", ONE),
        ),
    ),
    Row(
        "what was queued for an accepted peer that left is dropped", SENDERS, "disconnect-discards",
        lambda s: (
            *opened(s, "a"), stall("a"), *put(s, "a", ONE), detach("a"), resume("a"),
            *(comes_back(s) if s.name != "XPUB" else ()), wire("a"),
            attach("b", identity=b"a"), wire("b", *asked_again(s)),
        ),
    ),
    Row(
        "an accepted peer that has left is not counted", f"{TURN} {PAIRS} ROUTER {NUMBERED}",
        "queue-destroyed accepts-no-more",
        lambda s: (
            *opened(s, "a"), detach("a"), no_peer(s), *((*opened(s, "b"), *put(s, "b", TWO), seen(s, "b", TWO))),
        ),
    ),
    Row(
        "the turn passes over a peer that has left", TURN, "queue-destroyed",
        lambda s: (*opened(s, "a", "b"), detach("a"), *put(s, "", ONE, TWO), seen(s, "b", ONE, TWO)),
    ),
    Row(
        "a peer that the application is done with leaves nothing", TURN, "disconnect-discards",
        lambda s: (
            *opened(s, "a", dialled=True), stall("a"), *put(s, "", ONE), close("a"), detach("a"), resume("a"),
            blocked(TWO), dial("b"), close("b"), blocked(TWO), *opened(s, "c"), seen(s, "c"),
        ),
    ),
    Row(
        "a second peer has no place while there is a first", PAIRS, "one-peer",
        lambda s: (
            *opened(s, "a"), attach("b", welcome=False), *brought(s, "b", ONE), *put(s, "a", ONE, TWO),
            seen(s, "b"), seen(s, "a", ONE, TWO), *brought(s, "a", THREE), *read(s, ("a", THREE)), detach("b"),
            *put(s, "a", FOUR), seen(s, "a", FOUR),
        ),
    ),
    Row(
        "the place of a peer that has left is free", PAIRS, "queue-destroyed",
        lambda s: (*opened(s, "a"), detach("a"), *opened(s, "b"), *put(s, "b", ONE), seen(s, "b", ONE)),
    ),
)  # fmt: skip


def no_peer(shape: Shape) -> Step:
    """What the application hears when it sends to nobody."""
    how = {"ROUTER": dropped, "SERVER": refused, "PEER": refused}.get(shape.name, blocked)
    return how(*shape.out("a", ONE))


def comes_back(shape: Shape) -> Script:
    """Nobody is there to be sent to, where the type can tell."""
    return () if shape.name in ("PUB", "XSUB", "RADIO") else (no_peer(shape),)


def asked_again(shape: Shape) -> tuple[TrafficCommand, ...]:
    """What a subscriber tells a newcomer."""
    return (TrafficCommand("SUBSCRIBE", b""),) if shape.name == "XSUB" else ()


EVERY = f"REQ REP {SENDERS} PULL GATHER SUB DISH"

BOTH_WAYS = (
    Row(
        "a socket accepts and connects", EVERY, "*/socket/binds-and-connects",
        (attach("a"), close("a"), detach("a"), dial("b"), attach("b", dialled=True, identity=b"b")),
    ),
)  # fmt: skip

ROWS = BOTH_WAYS + COMING_AND_GOING
