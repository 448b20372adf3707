"""Rows about queues: order, fairness, turns, limits, blocking and dropping."""

from dataclasses import replace

from spec_model.patterns.pattern import Options
from spec_model.tests.patterns.rows import SMALL, Row
from spec_model.tests.patterns.scripts import (
    FOUR,
    MANY_TAKERS,
    MESSAGE,
    NUMBERED,
    ONE,
    PAIRS,
    QUEUE,
    TAKERS,
    THREE,
    TURN,
    TWO,
    TWO_WAY,
    WIDE,
    brought,
    frames,
    left,
    opened,
    put,
    read,
    seen,
)
from spec_model.tests.patterns.stage import (
    blocked,
    comes,
    detach,
    dropped,
    gets,
    nothing,
    reads,
    refused,
    resume,
    sends,
    stall,
    wire,
)

ODD = (b"", b"x", b"", b"\x00y")
"""Frames that tempt a socket to change them."""

RECEIVING = (
    Row(
        "what comes reaches the application, once and in order", TAKERS,
        f"delivers delivers-messages receives queue-on-accept incoming-unmodified pattern/reliable "
        f"pattern/atomic-receive 37/thread-safe/atomic-receive pattern/client-first {MESSAGE}",
        lambda s: (*opened(s, "a"), *brought(s, "a", ONE, TWO), *read(s, ("a", ONE), ("a", TWO))),
    ),
    Row(
        "several peers take part, and none waits while another has much to say", MANY_TAKERS,
        "connects-to fair-queuing queue-on-accept pattern/joins-any-time",
        lambda s: (
            *opened(s, "a", "b"), *brought(s, "a", ONE, TWO, THREE), *brought(s, "b", FOUR),
            *read(s, ("a", ONE), ("b", FOUR), ("a", TWO), ("a", THREE)),
        ),
    ),
    Row(
        "parts are delivered as they came", "DEALER ROUTER XPUB SUB XSUB PULL PAIR",
        f"incoming-unmodified delivers delivers-messages {MESSAGE}",
        lambda s: (*opened(s, "a"), comes("a", *ODD), gets(*frames(s, ODD)), nothing),
    ),
    Row(
        "a peer whose queue is full is not read, and nothing of it is lost",
        f"DEALER ROUTER XPUB PULL CLIENT GATHER {NUMBERED} {PAIRS}",
        "queue-limit delivers delivers-messages pattern/reliable",
        lambda s: (
            *opened(s, "a"), *brought(s, "a", ONE, TWO), reads("a", on=False), *brought(s, "a", THREE),
            *read(s, ("a", ONE), ("a", TWO), ("a", THREE)), reads("a", on=True),
        ),
        SMALL,
    ),
    Row(
        "a full queue takes no room from another peer", f"DEALER ROUTER XPUB PULL CLIENT GATHER {NUMBERED}", QUEUE,
        lambda s: (*opened(s, "a", "b"), *brought(s, "a", ONE, TWO), reads("b", on=True), reads("a", on=False)),
        SMALL,
    ),
    Row(
        "a message that finds its publisher's queue full is dropped whole, and the others are not concerned",
        "SUB XSUB DISH", f"drops-when-full queue-limit {QUEUE}",
        lambda s: (
            *opened(s, "a", "b"), *brought(s, "a", ONE, TWO, THREE), *brought(s, "b", FOUR), reads("a", on=True),
            *read(s, ("a", ONE), ("b", FOUR), ("a", TWO)), *brought(s, "a", THREE), *read(s, ("a", THREE)),
        ),
        SMALL,
    ),
    Row(
        "what had come before the connection was lost is delivered", TAKERS,
        "queue-kept-unconnected disconnect-discards",
        lambda s: (*opened(s, "a", dialled=True), *brought(s, "a", ONE), detach("a"), *left(s)),
    ),
    Row(
        "what an accepted peer had sent before it left may be delivered; what comes then from nowhere is not", TAKERS,
        "disconnect-discards",
        lambda s: (
            *opened(s, "a"), *brought(s, "a", ONE), detach("a"), *brought(s, "a", TWO),
            *left(s),
        ),
    ),
    Row(
        "a type that only sends drops what comes", "PUSH SCATTER PUB RADIO",
        "sends-only discards-messages hides-requests hides-commands",
        lambda s: (nothing, *opened(s, "a"), *brought(s, "a", ONE), comes("a", ONE, TWO, THREE), nothing,
                   *put(s, "a", TWO), seen(s, "a", TWO)),
    ),
)  # fmt: skip

SENDING = (
    Row(
        "peers get messages in turn, each message one peer", TURN,
        f"connects-to round-robin pattern/reliable outgoing-unmodified pattern/atomic-send "
        f"37/thread-safe/atomic-send {MESSAGE}",
        lambda s: (*opened(s, "a", "b"), *put(s, "", ONE, TWO, THREE, FOUR), seen(s, "a", ONE, THREE),
                   seen(s, "b", TWO, FOUR)),
    ),
    Row(
        "a peer that comes later gets its share from then on", TURN,
        "queue-on-accept pattern/joins-any-time round-robin",
        lambda s: (*opened(s, "a"), *put(s, "", ONE), *opened(s, "b"), *put(s, "", TWO, THREE), seen(s, "a", ONE, TWO),
                   seen(s, "b", THREE)),
    ),
    Row(
        "the only peer gets everything", PAIRS,
        f"connects-to queue-on-accept outgoing-unmodified pattern/atomic-send 37/thread-safe/atomic-send {MESSAGE}",
        lambda s: (*opened(s, "a"), *put(s, "a", ONE, TWO), seen(s, "a", ONE, TWO)),
    ),
    Row(
        "without a peer sending waits, and nothing is lost or sent twice", f"{TURN} {PAIRS}",
        "blocks-without-peer accepts-no-more keeps-unqueued",
        lambda s: (blocked(ONE), blocked(ONE), *opened(s, "a"), seen(s, "a"), *put(s, "a", ONE), seen(s, "a", ONE)),
    ),
    Row(
        "with a full queue sending waits until there is room", f"{TURN} {PAIRS} {NUMBERED}",
        "available accepts-no-more keeps-unqueued queue-limit blocks-when-full",
        lambda s: (
            *opened(s, "a"), stall("a"), *put(s, "a", ONE, TWO), blocked(*s.out("a", THREE)), resume("a"),
            seen(s, "a", ONE, TWO), *put(s, "a", THREE), seen(s, "a", THREE),
        ),
        SMALL,
    ),
    Row(
        "with a full queue sending drops the message whole", "ROUTER PUB XPUB XSUB RADIO",
        "full drops-when-full drops-outgoing-when-full never-blocks queue-limit",
        lambda s: (
            *opened(s, "a"), stall("a"), *put(s, "a", ONE, TWO), dropped(*s.out("a", THREE)), resume("a"),
            seen(s, "a", ONE, TWO), *put(s, "a", THREE), seen(s, "a", THREE),
        ),
        SMALL,
    ),
    Row(
        "a peer whose queue is full is passed over", TURN, f"available {QUEUE}",
        lambda s: (
            *opened(s, "a", "b"), stall("a"), *put(s, "", ONE, TWO), seen(s, "b", TWO), *put(s, "", THREE),
            seen(s, "b", THREE), resume("a"), seen(s, "a", ONE), *put(s, "", ONE, TWO), seen(s, "a", ONE),
            seen(s, "b", TWO),
        ),
        replace(SMALL, send_limit=1),
    ),
    Row(
        "a peer that does not read keeps nothing from the others", "ROUTER PUB XPUB XSUB RADIO SERVER PEER",
        f"drops-when-full drops-outgoing-when-full never-blocks {QUEUE}",
        lambda s: (
            *opened(s, "a", "b"), stall("a"), *put(s, "a", ONE), *put(s, "b", TWO), *put(s, "b", THREE),
            seen(s, "b", *((TWO, THREE) if s.name in ("ROUTER", "SERVER", "PEER") else (ONE, TWO, THREE))),
        ),
        Options(send_limit=3),
    ),
    Row(
        "a full queue of one subscriber drops its copy only", "PUB XPUB XSUB RADIO",
        f"drops-when-full drops-outgoing-when-full {QUEUE}",
        lambda s: (
            *opened(s, "a", "b"), stall("a"), *put(s, "", ONE), seen(s, "b", ONE), *put(s, "", TWO), seen(s, "b", TWO),
            resume("a"), seen(s, "a", ONE),
        ),
        replace(SMALL, send_limit=1),
    ),
    Row(
        "without anybody to send to, sending drops", "ROUTER PUB XPUB XSUB RADIO", "never-blocks unroutable",
        lambda s: (dropped(*s.out("a", ONE)), *opened(s, "a"), seen(s, "a"), *put(s, "a", TWO), seen(s, "a", TWO)),
    ),
    Row(
        "parts are sent as they are, and nothing between them", WIDE,
        f"outgoing-unmodified 23/message/queued-until-final 37/message/queued-until-final 13/content/publisher-sends "
        f"removes-identity {MESSAGE}",
        lambda s: (*opened(s, "a"), sends(*frames(s, ODD)), sends(*frames(s, ODD)), wire("a", ODD, ODD)),
    ),
    Row(
        "a type that only receives refuses to send", "PULL GATHER SUB DISH",
        "receives-only 13/content/subscriber-silent",
        lambda s: (*opened(s, "a"), refused(*s.out("a", ONE)), wire("a")),
    ),
    Row(
        "sending and receiving need no order", TWO_WAY, "sends-and-receives",
        lambda s: (
            *opened(s, "a"), *put(s, "a", ONE, TWO), *brought(s, "a", ONE, TWO), *read(s, ("a", ONE), ("a", TWO)),
            *put(s, "a", THREE), seen(s, "a", ONE, TWO, THREE),
        ),
    ),
    Row(
        "a full queue does not stop the other direction", TWO_WAY, QUEUE,
        lambda s: (
            *opened(s, "a"), stall("a"), *put(s, "a", ONE, TWO), *brought(s, "a", ONE, TWO, THREE), resume("a"),
            seen(s, "a", ONE, TWO), *put(s, "a", THREE), seen(s, "a", THREE), gets(*s.got("a", ONE)),
        ),
        SMALL,
    ),
)  # fmt: skip

ROWS = RECEIVING + SENDING
