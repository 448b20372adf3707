"""Who sends how much of the greeting when, and how it may be cut (RFC 23 "Version Negotiation", "Authentication ...").

A peer may send its greeting whole, or stop after 10 or 11 octets until it knows the version of the other. Whichever it
does, two peers of one kind must never wait for each other: that is what these cases are about.
"""

from conformance.api import (
    Case,
    Delivery,
    Peer,
    Server,
    delivers,
    expect,
    frame,
    holds,
    mechanism_octets,
    message,
    metadata_octets,
    octets,
    send,
    until,
    withhold,
)

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + mechanism_octets("NULL") + bytes(32)
READY = frame(4, b"\x05READY" + metadata_octets([("Socket-Type", b"DEALER")]))

UNASKED = Case(
    title="ten octets of greeting or more come before the other has said anything",
    checks=(
        "23/greeting/partial",
        "23/greeting/sends-whole",
        "23/greeting/at-once",
        "15/legacy/at-once",
    ),
    under_test=Peer(),
    script=(withhold(), expect(holds("10 octets have come", lambda known: len(known.raw) >= 10))),
    note="10, 11 and all 64 are in use; with fewer nobody could tell the version.",
)

ELEVENTH_OCTET = Case(
    title="whoever stopped after ten octets sends the eleventh on seeing the other's ten",
    checks=("23/greeting/partial", "23/legacy/signature-found"),
    under_test=Peer(),
    script=(
        withhold(),
        octets(GREETING[:10]),
        expect(holds("11 octets have come", lambda known: len(known.raw) >= 11)),
    ),
    note="Else two peers that stop at ten would wait for each other.",
)

REST_OF_GREETING = Case(
    title="whoever stopped after eleven octets sends the rest on seeing the other's eleven",
    checks=("23/legacy/speaks-3", "23/greeting/reads-partial", "23/greeting/partial"),
    under_test=Peer(),
    script=(
        withhold(),
        octets(GREETING[:11]),
        expect(holds("64 octets have come", lambda known: len(known.raw) >= 64)),
    ),
)

STEP_BY_STEP = Case(
    title="a peer that sends 10 octets, then 1, then the rest is met at each step and served",
    checks=("23/legacy/speaks-3", "23/greeting/partial", "23/greeting/expects-whole"),
    under_test=Peer(),
    script=(
        withhold(),
        expect(holds("10 octets have come", lambda known: len(known.raw) >= 10)),
        octets(GREETING[:10]),
        expect(holds("11 octets have come", lambda known: len(known.raw) >= 11)),
        octets(GREETING[10:11]),
        expect(holds("64 octets have come", lambda known: len(known.raw) >= 64)),
        octets(GREETING[11:] + READY),
        until("READY"),
        octets(frame(0, b"step by step")),
        expect(delivers((b"step by step",))),
    ),
)

FULL = Case(
    title="a full greeting is answered by a full greeting",
    checks=("23/greeting/full", "23/greeting/sends-whole"),
    under_test=Peer(),
    script=(withhold(), send("greeting"), expect(holds("64 octets have come", lambda known: len(known.raw) >= 64))),
)

FULL_WITH_CURVE = Case(
    title="a CURVE server answers a full greeting by its own before it hears HELLO",
    checks=("23/greeting/full", "23/greeting/sends-whole"),
    under_test=Server(),
    script=(withhold(), send("greeting"), expect(holds("64 octets have come", lambda known: len(known.raw) >= 64))),
)

OCTET_BY_OCTET = Case(
    title="a greeting, READY and a message that come octet by octet are taken",
    checks=("23/greeting/expects-whole", "23/frame/layout", "23/message/body"),
    under_test=Peer(),
    script=(message(b"octet", b"by", b"octet"), expect(delivers((b"octet", b"by", b"octet")))),
    delivery=Delivery.OCTETS,
)

EVERY_SPLIT = Case(
    title="greeting, READY and a message are taken wherever the stream is cut in two",
    checks=("23/greeting/expects-whole", "23/frame/layout", "23/message/body"),
    under_test=Peer(),
    script=(message(b"cut", b"in two"), expect(delivers((b"cut", b"in two")))),
    delivery=Delivery.SPLITS,
)

WITH_READY = Case(
    title="a greeting and a READY in one segment are both taken",
    checks=("23/greeting/expects-whole", "23/connection/stages", "23/message/body"),
    under_test=Peer(),
    script=(
        withhold(),
        octets(GREETING + READY),
        until("READY"),
        octets(frame(0, b"after one segment")),
        expect(delivers((b"after one segment",))),
    ),
    note="A peer that knows its own mind may send both without having read anything.",
)
