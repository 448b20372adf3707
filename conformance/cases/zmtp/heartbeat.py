"""PING and PONG (RFC 37 "Connection Heartbeating"). A target that announces 3.0 need not know them."""

from collections.abc import Callable

from conformance.api import (
    Case,
    Known,
    Peer,
    answers,
    delivers,
    either,
    expect,
    frame,
    handshake,
    holds,
    ignores,
    inject,
    message,
    octets,
    rejects,
    send,
)

COMMAND = 0x04


def echoed(*contexts: bytes) -> Callable[[Known], bool]:
    """Whether the target's PONGs have these contexts, in this order; a target that announces 3.0 owes none."""
    return lambda known: (
        known.values("PONG", "context")[: len(contexts)] == list(contexts)
        or known.last("greeting").get("version_minor") == 0
    )


CONTEXTS = {
    f"of_{len(context)}": Case(
        title=f"a PING with a context of {len(context)} octets has a PONG with the same context",
        checks=("37/PONG/echoes-context", "37/PONG/answers-ping", "37/PONG/layout"),
        under_test=Peer(),
        script=(send("PING", context=context), expect(holds("PONG comes with that context", echoed(context)))),
    )
    for context in map(bytes, map(range, range(17)))
}

TTL = Case(
    title="the time-to-live of a PING is no part of the PONG",
    checks=("37/PONG/layout", "37/PONG/echoes-context", "37/PING/ttl"),
    under_test=Peer(),
    script=(
        send("PING", ttl=0xFFFF, context=b"context"),
        expect(holds("PONG comes with that context", echoed(b"context"))),
    ),
)

SEVERAL = Case(
    title="each of several PINGs has its own PONG, in order",
    checks=("37/PONG/echoes-context", "37/PONG/answers-ping"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(b"".join(frame(COMMAND, b"\x04PING\x00\x00" + context) for context in (b"1", b"22", b""))),
        expect(holds("PONGs come with the contexts 1, 22 and none", echoed(b"1", b"22", b""))),
    ),
)

BETWEEN_MESSAGES = Case(
    title="a PING between two messages is answered, and the application hears nothing of it",
    checks=("37/commands/defined", "37/PONG/answers-ping", "23/traffic/commands"),
    under_test=Peer(),
    script=(
        message(b"before"),
        send("PING", context=b"between"),
        expect(holds("PONG comes with that context", echoed(b"between"))),
        message(b"after"),
        expect(delivers((b"before",), (b"after",))),
    ),
)

CONTEXT_OF_17 = Case(
    title="to a PING with a context of 17 octets there is no PONG with more than 16",
    checks=("37/PING/context-size", "37/PONG/layout"),
    under_test=Peer(),
    script=(
        send("PING", context=bytes(range(17))),
        expect(either(answers("PONG", context=bytes(range(16))), ignores(), rejects())),
        expect(
            holds(
                "no PONG has a context of more than 16 octets",
                lambda known: all(len(context) <= 16 for context in known.values("PONG", "context")),
            )
        ),
    ),
    note="The duty to echo and the limit collide here: to close, to ignore and to cut off all conform.",
)

SHORT_PING = {
    f"without_{name}": Case(
        title=f"a PING with {what} of its time-to-live is ignored or refused, or answered",
        checks=("37/PING/layout", "23/traffic/commands"),
        under_test=Peer(),
        script=(
            handshake(),
            octets(frame(COMMAND, body)),
            expect(either(ignores(), rejects())),
        ),
        sensitive=True,
    )
    for name, what, body in (("ttl", "nothing", b"\x04PING"), ("half_ttl", "one octet", b"\x04PING\x00"))
}

UNASKED_PONG = {
    name: Case(
        title=f"an unasked PONG with {what} is ignored or refused, and never delivered",
        checks=("37/PONG/layout", "37/commands/defined", "23/traffic/commands"),
        under_test=Peer(),
        script=(handshake(), inject("PONG", context=context), expect(either(ignores(), rejects()))),
    )
    for name, what, context in (
        ("empty", "no context", b""),
        ("full", "a context of 16 octets", bytes(16)),
        ("long", "a context of 300 octets", bytes(300)),
    )
}
