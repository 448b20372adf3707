"""Rows about publishers: what subscribers of each version ask of a PUB or XPUB, and what the application sees of it."""

from spec_model.patterns.pattern import ZMTP_1_0, Options
from spec_model.tests.patterns.rows import SMALL, Row
from spec_model.tests.patterns.stage import (
    Step,
    attach,
    comes,
    command,
    detach,
    dial,
    dropped,
    gets,
    nothing,
    reads,
    sends,
    wire,
)

PUBLISHERS = "PUB XPUB"
A, AB, B, E, X = b"A", b"AB", b"B", b"", b"x"


def on(peer: str, topic: bytes) -> Step:
    """A peer of 3.1 subscribes."""
    return command(peer, "SUBSCRIBE", topic)


def off(peer: str, topic: bytes) -> Step:
    """A peer of 3.1 cancels."""
    return command(peer, "CANCEL", topic)


PUBLISHING = (
    Row(
        "a subscriber gets what starts with its subscription, and others because of it nothing", PUBLISHERS,
        "filters-outgoing sends-to-matching takes-subscribe prefix-match connects-to queue-on-accept "
        "37/SUBSCRIBE/understood pattern/transport-decides */subscription/prefix */subscription/publisher-filters",
        (
            attach("a"), attach("b"), attach("c"), on("a", A), on("b", AB), dropped(X, A), dropped(E, A), sends(A, X),
            sends(b"ABC"), sends(AB), wire("a", (A, X), (b"ABC",), (AB,)), wire("b", (b"ABC",), (AB,)), wire("c"),
            off("a", A), off("b", AB), dropped(b"ABC"),
        ),
    ),
    Row(
        "a peer of 3.0 subscribes and cancels by messages", PUBLISHERS,
        "takes-subscribe takes-unsubscribe pattern/transport-decides 23/subscription/publisher-filters",
        (
            attach("a", minor=0), dropped(A), comes("a", b"\x01A"), sends(AB), wire("a", (AB,)), comes("a", b"\x00A"),
            dropped(AB), wire("a"),
        ),
    ),
    Row(
        "what is no request asks for nothing", PUBLISHERS,
        "pattern/transport-decides discards-messages delivers-messages",
        (
            attach("a", minor=0), attach("b"), comes("a", b"\x01A", b"more"), comes("a", E), comes("a", b"\x02A"),
            comes("b", b"\x01A"), on("a", A), command("b", "JOIN", A), command("b", "PING", A), dropped(A),
        ),
    ),
    Row(
        "a cancelled subscription lets nothing through, and the others go on", PUBLISHERS,
        "takes-unsubscribe 37/CANCEL/understood",
        (
            attach("a"), on("a", A), on("a", AB), on("a", B), off("a", A), off("a", b"never"), sends(AB), sends(B),
            dropped(A), wire("a", (AB,), (B,)),
        ),
    ),
    Row(
        "equal subscriptions count", PUBLISHERS, "*/subscription/counted",
        (attach("a"), on("a", A), on("a", A), off("a", A), sends(A), off("a", A), dropped(A), off("a", A), on("a", A),
         sends(A), wire("a", (A,), (A,))),
    ),
    Row(
        "subscriptions add up and double nothing", PUBLISHERS, "*/subscription/additive */message/once",
        (attach("a"), on("a", A), on("a", E), on("a", AB), on("a", AB), sends(AB), sends(B), wire("a", (AB,), (B,))),
    ),
    Row(
        "the empty subscription lets everything through", PUBLISHERS, "*/subscription/empty",
        (attach("a"), on("a", E), sends(A), sends(E), sends(E, A), wire("a", (A,), (E,), (E, A)), off("a", E),
        dropped(A)),
    ),
    Row(
        "a subscription may hold any octets", PUBLISHERS, "*/subscription/binary",
        (attach("a"), on("a", b"\x00\xff"), dropped(A), dropped(b"\x00"), sends(b"\x00\xff\x00"),
         wire("a", (b"\x00\xff\x00",))),
    ),
    Row(
        "only the first frame is compared", PUBLISHERS, "prefix-match",
        (attach("a"), on("a", AB), dropped(A, AB), dropped(A, B), sends(AB, A), wire("a", (AB, A))),
    ),
    Row(
        "subscriptions go with their connection", PUBLISHERS,
        "queue-kept-unconnected disconnect-discards */subscription/publisher-filters",
        (
            dial("a"), attach("a", dialled=True), on("a", A), sends(A), wire("a", (A,)), detach("a"),
            attach("a", dialled=True), dropped(A), wire("a"), on("a", A), sends(A), wire("a", (A,)),
        ),
    ),
    Row(
        "a subscriber of ZMTP 1.0 gets everything", PUBLISHERS, "13/content/publisher-sends pattern/transport-decides",
        (attach("a", minor=ZMTP_1_0), sends(A), sends(B, X), wire("a", (A,), (B, X)), detach("a"), dropped(A)),
    ),
)  # fmt: skip

SHOWING = (
    Row(
        "a PUB shows its application no request", "PUB", "hides-requests sends-only",
        (attach("a"), attach("b", minor=0), on("a", A), comes("b", b"\x01A"), off("a", A), nothing),
    ),
    Row(
        "an XPUB shows the first of equal subscriptions and the last cancel", "XPUB",
        "delivers-requests normalizes-requests disconnect-unsubscribes fair-queuing sends-and-receives",
        (
            attach("a"), attach("b", minor=0), on("a", A), on("a", A), comes("b", b"\x01A"), comes("b", b"\x01"),
            gets(b"\x01A"), gets(b"\x01"), nothing, off("a", A), off("a", A), off("a", A), nothing, detach("b"),
            gets(b"\x00A"), gets(b"\x00"), nothing,
        ),
    ),
    Row(
        "a verbose XPUB shows every request", "XPUB", "delivers-requests normalizes-requests disconnect-unsubscribes",
        (
            attach("a"), attach("b"), on("a", A), on("a", A), on("b", A), off("b", A), off("b", A), gets(b"\x01A"),
            gets(b"\x01A"), gets(b"\x01A"), gets(b"\x00A"), nothing, detach("a"), gets(b"\x00A"), gets(b"\x00A"),
            nothing,
        ),
        Options(verbose=True),
    ),
    Row(
        "requests come among the messages of their subscriber, and are not counted with them", "XPUB",
        "delivers-messages delivers-requests queue-limit",
        (
            attach("a"), comes("a", b"1"), on("a", A), on("a", AB), off("a", AB), reads("a", on=True), comes("a", b"2"),
            reads("a", on=False), off("a", A), on("a", B), gets(b"1"), gets(b"\x01A"), gets(b"\x01AB"),
            gets(b"\x00AB"), gets(b"2"), gets(b"\x00A"), gets(b"\x01B"), nothing,
        ),
        SMALL,
    ),
    Row(
        "on a connection of 3.1 a message that looks like a request is a message", "XPUB", "delivers-messages",
        (attach("a"), comes("a", b"\x01A"), gets(b"\x01A"), dropped(A)),
    ),
)  # fmt: skip

ROWS = PUBLISHING + SHOWING
