"""PINGs that the target sends of its own accord (RFC 37 "Connection Heartbeating"): its application has asked for them.

A tester that withholds its part sends no PONG. Times are short and far apart: a PING each 40 ms, a timeout of four or of
many; what is judged is that something happens, or that it does not, never how soon.
"""

from conformance.api import (
    Case,
    Known,
    Peer,
    Server,
    accepts,
    answers,
    delivers,
    either,
    expect,
    frame,
    handshake,
    holds,
    obeys,
    octets,
    pause,
    reads,
    reconnects,
    rejects,
    repeat,
    send,
    until,
    withhold,
)

OFTEN = {"heartbeat_interval_ms": 40, "heartbeat_timeout_ms": 60_000}
FOR_LIFE = {"heartbeat_interval_ms": 40, "heartbeat_timeout_ms": 160}
VERY_OFTEN = {"heartbeat_interval_ms": 10, "heartbeat_timeout_ms": 60_000}


def no_ping(known: Known) -> bool:
    """Whether no PING has come."""
    return all(name != "PING" for name, _ in known.flags)


PING = {
    name: Case(
        title=f"the PINGs of a {target.mechanism} {target.role} have a time-to-live and at most 16 octets of context",
        checks=("37/PING/layout", "37/PING/context-size", "37/PING/sent"),
        under_test=target,
        script=(handshake(), expect(obeys("PING"))),
    )
    for name, target in (("null", Peer(options=OFTEN)), ("curve", Server(options=OFTEN)))
}

TTL = Case(
    title="the time-to-live of the target's PING is in tenths of a second, in network order",
    checks=("37/PING/layout", "37/PING/ttl"),
    under_test=Peer(options={**OFTEN, "heartbeat_ttl_ms": 30_000}),
    script=(handshake(), expect(answers("PING", ttl=300))),
    note="300 is 2C 01 in the wrong order.",
)

AGAIN = Case(
    title="a target that gets its PONGs sends PING after PING, and the connection lives",
    checks=(
        "37/heartbeat/any-traffic",
        "37/heartbeat/timeout",
        "37/heartbeat/few-unanswered",
        "37/PING/sent",
        "37/PING/layout",
    ),
    under_test=Peer(options=FOR_LIFE),
    script=(handshake(), repeat(12, lambda _: (until("PING"),)), expect(accepts())),
    note="Twelve PINGs are three timeouts, so that it is the PONGs that keep the connection; they are counted, too.",
)

TIMEOUT = {
    name: Case(
        title=f"a {target.mechanism} {target.role} that gets nothing after its PING takes the connection for dead",
        checks=("37/heartbeat/timeout", "37/heartbeat/no-reply", "37/PING/sent"),
        under_test=target,
        script=(handshake(), withhold(), until("PING"), expect(rejects())),
    )
    for name, target in (("null", Peer(options=FOR_LIFE)), ("curve", Server(options=FOR_LIFE)))
}

COMES_BACK = Case(
    title="a target that took the connection for dead connects again",
    checks=("37/heartbeat/reconnect", "37/heartbeat/timeout"),
    under_test=Peer(sides=("connects",), options=FOR_LIFE),
    script=(handshake(), withhold(), until("PING"), expect(rejects()), expect(reconnects())),
)

MESSAGES_ARE_LIFE = Case(
    title="a target that gets messages in the place of PONGs keeps the connection",
    checks=("37/heartbeat/any-traffic",),
    under_test=Peer(options=FOR_LIFE),
    script=(
        handshake(),
        withhold(),
        repeat(8, lambda _: (until("PING"), octets(frame(0x00, b"alive")))),
        expect(delivers(*[(b"alive",)] * 8)),
        until("PING"),
    ),
    note="Eight PINGs are two timeouts. No PONG comes, and something comes all the time.",
)

FEW_UNANSWERED = Case(
    title="how many PINGs a target piles up that have no PONG",
    checks=("37/heartbeat/few-unanswered",),
    under_test=Peer(options=VERY_OFTEN),
    script=(
        handshake(),
        withhold(),
        pause(0.3),
        until("PING"),
        expect(
            either(
                holds("at most ten PINGs have come", lambda known: len(known.values("PING", "ttl")) <= 10, now=True),
                holds("more than ten PINGs have come", lambda known: len(known.values("PING", "ttl")) > 10, now=True),
            )
        ),
    ),
    note="The text asks for a small number and gives none, so nobody is accused of any: it is told how many came.",
)

NOT_IN_HANDSHAKES = Case(
    title="no PING comes before the handshake is over, however long that takes",
    checks=("37/connection/stages", "37/PING/sent"),
    under_test=Peer(options=VERY_OFTEN),
    script=(
        withhold(),
        send("greeting"),
        pause(0.15),
        reads(),
        expect(holds("no PING has come", no_ping, now=True)),
        send("READY"),
        expect(obeys("PING")),
    ),
)
