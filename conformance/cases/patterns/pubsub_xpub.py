"""XPUB: hands subscriptions and upstream messages to its application (RFC 29 "The XPUB Socket Type")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    app_sends,
    cancels,
    delivers,
    expect,
    floods,
    gathers,
    hang_up,
    hears,
    in_force,
    message,
    peer,
    receives,
    stops_reading,
    subscribes,
    takes_part,
)
from conformance.api.scenes import BIG, FEW, staged
from conformance.api.scenes_receiving import FAIR, MULTIPART, RECEIVERS

RECEIVING = staged("29/XPUB", "XSUB", RECEIVERS + MULTIPART, "delivers")
PEERS = staged("29/XPUB", "XSUB", FAIR)


def _xpub(**more: Any) -> UnderTest:
    return Peer(socket_type="XPUB", tester_type="XSUB", **more)


UPSTREAM = {
    f"3_{minor}": Case(
        title=f"what a subscriber of 3.{minor} sends upstream reaches the application of an XPUB as it was sent",
        checks=(
            *("29/XPUB/delivers-messages", "29/XPUB/sends-and-receives", "23/message/once", "37/message/once"),
            *("23/message/order", "37/message/order"),
        ),
        under_test=_xpub(),
        script=(
            peer("first", minor=minor),
            message(b"one"),
            message(b"\x02not a request"),
            message(b"several", b"", b"frames"),
            message(b"long" * 500),
            expect(delivers((b"one",), (b"\x02not a request",), (b"several", b"", b"frames"), (b"long" * 500,))),
            app_sends(b"nobody wants this"),
            subscribes(b""),
            expect(in_force()),
            app_sends(b"answer"),
            expect(receives(b"answer")),
        ),
    )
    for minor in (0, 1)
}

SHOWN = {
    f"3_{minor}": Case(
        title=f"the application of an XPUB sees each subscription and cancel of a subscriber of 3.{minor}",
        checks=("29/XPUB/delivers-requests", "29/XPUB/takes-subscribe", "29/XPUB/takes-unsubscribe"),
        under_test=_xpub(),
        script=(
            peer("first", minor=minor),
            subscribes(b"A"),
            subscribes(b""),
            subscribes(b"\x00\xff"),
            cancels(b"A"),
            cancels(b""),
            subscribes(b"A"),
            expect(delivers((b"\x01A",), (b"\x01",), (b"\x01\x00\xff",), (b"\x00A",), (b"\x00",), (b"\x01A",))),
        ),
        note="The adapter gives them in the form of RFC 23: 01 or 00, and the subscription.",
    )
    for minor in (0, 1)
}

REPEATS = Case(
    title="an XPUB shows a subscription that another subscriber has already made once, or each time",
    checks=("29/XPUB/delivers-requests", "29/XPUB/normalizes-requests"),
    under_test=_xpub(sides=("binds",)),
    script=(
        subscribes(b"A"),
        expect(delivers((b"\x01A",))),
        peer("second"),
        subscribes(b"A"),
        subscribes(b"B"),
        expect(hears(b"\x01B")),
    ),
)

VERBOSE = Case(
    title="an XPUB that is told to show every subscription shows repeats too",
    checks=("29/XPUB/normalizes-requests",),
    under_test=_xpub(sides=("binds",), options={"xpub_verbose": True}),
    script=(
        subscribes(b"A"),
        expect(delivers((b"\x01A",))),
        peer("second"),
        subscribes(b"A"),
        expect(delivers((b"\x01A",))),
        subscribes(b"B"),
        expect(delivers((b"\x01B",))),
    ),
)

LAST_CANCEL = Case(
    title="of two subscribers with one topic the last cancel, and not the first, ends it for both",
    checks=("29/XPUB/takes-unsubscribe", "37/subscription/counted", "29/XPUB/delivers-requests"),
    under_test=_xpub(sides=("binds",)),
    script=(
        subscribes(b"A"),
        expect(in_force()),
        peer("second"),
        subscribes(b"A"),
        expect(in_force()),
        cancels(b"A"),
        expect(in_force()),
        app_sends(b"A for the first"),
        peer("first"),
        expect(receives(b"A for the first")),
        cancels(b"A"),
        expect(hears(b"\x00A")),
    ),
)

GONE = {
    f"3_{minor}_{name}": Case(
        title=f"when a subscriber of 3.{minor} {what}, the application of an XPUB sees its subscriptions cancelled",
        checks=("29/XPUB/disconnect-unsubscribes", "29/XPUB/delivers-requests"),
        under_test=_xpub(sides=("binds",)),
        script=(
            peer("first", minor=minor),
            subscribes(b"A"),
            subscribes(b"B"),
            expect(delivers((b"\x01A",), (b"\x01B",))),
            hang_up(abort=abort),
            peer("second", minor=minor),
            subscribes(b"C"),
            expect(gathers(((b"\x00A",),), ((b"\x00B",),), ((b"\x01C",),))),
        ),
        note="In which order, and before or after what the next subscriber asks, is free. Where the target connects, its "
        "subscriptions may outlive the connection (29/XPUB/queue-kept-unconnected).",
    )
    for minor in (0, 1)
    for name, what, abort in (("closes", "closes", False), ("resets", "resets its connection", True))
}

HEARS_WHILE_FULL = Case(
    title="an XPUB hears a subscriber that does not read",
    checks=("29/XPUB/queue-per-subscriber", "29/XPUB/sends-and-receives"),
    under_test=_xpub(sides=("binds",), options=FEW),
    script=(
        subscribes(b"A"),
        expect(delivers((b"\x01A",))),
        expect(takes_part()),
        stops_reading(),
        expect(floods(BIG, 28, group=b"A")),
        message(b"still here"),
        expect(delivers((b"still here",))),
    ),
)
