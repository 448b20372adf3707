"""Rows about subscribers: what a SUB or XSUB asks of publishers of each version, delivers, and sends upstream."""

from spec_model.patterns.pattern import ZMTP_1_0, TrafficCommand
from spec_model.tests.patterns.rows import Row
from spec_model.tests.patterns.stage import (
    attach,
    close,
    comes,
    detach,
    dial,
    dropped,
    gets,
    leaves,
    nothing,
    refused,
    resume,
    sends,
    stall,
    wants,
    wire,
)

SUBSCRIBERS = "SUB XSUB"
A, AB, B, E, X = b"A", b"AB", b"B", b"", b"x"


def subscribe(topic: bytes) -> TrafficCommand:
    """The command."""
    return TrafficCommand("SUBSCRIBE", topic)


def cancel(topic: bytes) -> TrafficCommand:
    """The command."""
    return TrafficCommand("CANCEL", topic)


ROWS = (
    Row(
        "a subscriber asks by commands, and by messages where the peer is of 3.0 or 2.0", SUBSCRIBERS,
        "sends-requests connects-to queue-on-accept 37/SUBSCRIBE/sent 37/CANCEL/sent 23/subscription/subscribe "
        "23/subscription/unsubscribe 15/subscription/messages",
        (
            attach("a"), attach("b", minor=0), wants(A), wire("a", subscribe(A)), wire("b", (b"\x01A",)), leaves(A),
            wire("a", cancel(A)), wire("b", (b"\x00A",)), wants(b"\x00" * 300), wire("a", subscribe(b"\x00" * 300)),
            wire("b", (b"\x01" + b"\x00" * 300,)), wants(E), wire("a", subscribe(E)), wire("b", (b"\x01",)),
        ),
    ),
    Row(
        "a publisher that comes later is told what is in force", SUBSCRIBERS,
        "sends-requests */subscription/counted",
        (
            wants(A), wants(A), wants(B), leaves(B), attach("a"), attach("b", minor=0, dialled=True),
            wire("a", subscribe(A), subscribe(A)), wire("b", (b"\x01A",), (b"\x01A",)), detach("b"), leaves(A),
            attach("b", minor=0, dialled=True), wire("b", (b"\x01A",)), wire("a", cancel(A)),
        ),
    ),
    Row(
        "equal subscriptions are asked for and cancelled one by one", SUBSCRIBERS,
        "*/subscription/counted 23/subscription/unsubscribe 37/CANCEL/sent",
        (
            attach("a"), wants(A), wants(A), leaves(A), leaves(b"never"), wire("a", subscribe(A), subscribe(A),
            cancel(A)),
            comes("a", AB), gets(AB), leaves(A), leaves(A), wire("a", cancel(A)),
        ),
    ),
    Row(
        "requests for a lost connection are made anew, once", "SUB XSUB DISH", "sends-requests sends-commands",
        lambda s: (
            attach("a", dialled=True), stall("a"), wants(A), detach("a"), resume("a"), attach("a", dialled=True),
            wire("a", TrafficCommand("JOIN" if s.name == "DISH" else "SUBSCRIBE", A)),
        ),
    ),
    Row(
        "what a subscription is a prefix of is delivered", SUBSCRIBERS, "delivers incoming-unmodified",
        (attach("a"), wants(A), comes("a", AB, E, X), comes("a", A), gets(AB, E, X), gets(A), nothing),
    ),
    Row(
        "a SUB drops what it did not ask for", "SUB", "filters-incoming 13/content/recipient-filters",
        (attach("a", minor=ZMTP_1_0), comes("a", A), wants(AB), comes("a", A), comes("a", X, AB), comes("a", AB),
        gets(AB),
         nothing, leaves(AB), comes("a", AB), nothing, wire("a")),
    ),
    Row(
        "an XSUB delivers what it did not ask for", "XSUB", "filters-incoming",
        (attach("a"), comes("a", A), gets(A)),
    ),
    Row("a subscriber of ZMTP 1.0 is silent", "SUB", "13/content/subscriber-silent",
        (wants(A), attach("a", minor=ZMTP_1_0), wants(B), leaves(A), refused(X), wire("a"))),
    Row(
        "the application of an XSUB subscribes by sending", "XSUB", "takes-requests sends-requests sends-to-all",
        (
            attach("a"), attach("b", minor=0), sends(b"\x01A"), wire("a", subscribe(A)), wire("b", (b"\x01A",)),
            sends(b"\x00A"), wire("a", cancel(A)), wire("b", (b"\x00A",)), dropped(b"\x00A"), wire("a"),
            sends(b"\x01A", X), wire("a", (b"\x01A", X)), wire("b", (b"\x01A", X)),
        ),
    ),
    Row(
        "an upstream message goes to every publisher", "XSUB",
        "sends-to-all outgoing-unmodified connects-to queue-on-accept",
        (attach("a"), attach("b"), sends(X, E), wire("a", (X, E)), wire("b", (X, E)), sends(B), wire("a", (B,)),
         wire("b", (B,))),
    ),
    Row(
        "what goes upstream before the connection stands is kept for it", "XSUB", "queue-on-connect",
        (dial("a"), sends(X), wants(A), attach("a", dialled=True), wire("a", (X,), subscribe(A))),
    ),
    Row(
        "before it closes an XSUB cancels what is in force", "XSUB", "cancels-on-close",
        (attach("a"), attach("b", minor=0), wants(A), wants(A), wants(B), wire("a", *map(subscribe, (A, A, B))),
        close("a"),
         wire("a", *map(cancel, (A, A, B))), wire("b", *((b"\x01" + topic,) for topic in (A, A, B)))),
    ),
)  # fmt: skip
