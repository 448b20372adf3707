"""SUB and XSUB: take what publishers send, fairly and as it is, and what they ask for (RFC 29).

The forms of their requests are in `conformance.cases.subscriptions`.
"""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    alone,
    app_closes,
    app_sends,
    app_subscribes,
    comes,
    expect,
    floods,
    hang_up,
    has_read,
    hears,
    message,
    peer,
    publishes,
    reads,
    receives,
    requests,
    returns_at_once,
    some_come,
    stops_reading,
    takes_part,
)
from conformance.api.scenes import BIG, BOUND, FEW, FEW_IN, staged
from conformance.api.scenes_receiving import FAIR, MULTIPART, MUTE, RECEIVERS

EVERYTHING = (app_subscribes(b""),)

SUB = staged("29/SUB", "PUB", RECEIVERS + MULTIPART + FAIR, "nothing_lost", "crowded", before=EVERYTHING)
XSUB = staged("29/XSUB", "XPUB", RECEIVERS + MULTIPART + FAIR, "nothing_lost", "crowded", before=EVERYTHING)
DIRECTION = staged("29/SUB", "PUB", MUTE)

KINDS = (("SUB", "PUB"), ("XSUB", "XPUB"))
FLOOD = tuple((b"A%04d" % number + b"x" * 4000,) for number in range(30))


def _subscriber(kind: str, tester: str, **more: Any) -> UnderTest:
    return Peer(socket_type=kind, tester_type=tester, **more)


CROWDED = {
    kind.lower(): Case(
        title=f"a flood from one publisher takes no room at {kind} from another, and costs no connection",
        checks=tuple(f"29/{kind}/{aspect}" for aspect in ("queue-per-publisher", "drops-when-full", "delivers")),
        under_test=_subscriber(kind, tester, sides=BOUND, options=FEW_IN),
        script=(
            app_subscribes(b""),
            *(message(*parts) for parts in FLOOD),
            peer("second"),
            expect(takes_part()),
            message(b"beside"),
            expect(has_read()),
            expect(hears(b"beside")),
            peer("first"),
            message(b"later"),
            expect(hears(b"later")),
        ),
        note="What of the flood is heard is free: the socket may drop, or stop reading.",
    )
    for kind, tester in KINDS
}

STRAY = {
    kind.lower(): Case(
        title=f"{kind} delivers what it asked for behind a message for which it did not ask",
        checks=(f"29/{kind}/delivers", f"29/{kind}/filters-incoming", "13/content/recipient-filters"),
        under_test=_subscriber(kind, tester),
        script=(
            app_subscribes(b"A"),
            message(b"B stray"),
            message(b"A wanted"),
            expect(hears(b"A wanted")),
        ),
        note="Whether the stray one is delivered is free: the filter is the publisher's duty.",
    )
    for kind, tester in KINDS
}

UPSTREAM = Case(
    title="what the application of an XSUB sends goes to every publisher, as it is",
    checks=(
        *("29/XSUB/sends-to-all", "29/XSUB/outgoing-unmodified", "29/XSUB/sends-and-receives", "29/XSUB/connects-to"),
        *("23/message/once", "37/message/once", "23/message/order", "37/message/order", "23/message/atomic-sending"),
        "37/message/atomic-sending",
    ),
    under_test=Peer(socket_type="XSUB", tester_type="XPUB"),
    script=(
        *(step for name in ("first", "second", "third") for step in (peer(name, shared=True), expect(takes_part()))),
        app_sends(b"one"),
        app_sends(b"several", b"", b"frames"),
        app_sends(b"\x02not a request"),
        *(
            step
            for name in ("first", "second", "third")
            for step in (
                peer(name),
                expect(receives(b"one")),
                expect(receives(b"several", b"", b"frames")),
                expect(receives(b"\x02not a request")),
            )
        ),
    ),
)

NEVER_BLOCKS = Case(
    title="an XSUB without publishers never waits",
    checks=("29/XSUB/never-blocks",),
    under_test=Peer(socket_type="XSUB", tester_type="XPUB", sides=BOUND),
    script=(
        alone(),
        expect(returns_at_once(b"to nobody")),
        peer("first"),
        expect(takes_part()),
        app_sends(b"to the first"),
        expect(receives(b"to the first")),
    ),
)

SLOW = Case(
    title="an XSUB drops whole messages for a publisher that does not read, and the others get them",
    checks=(
        *("29/XSUB/drops-outgoing-when-full", "29/XSUB/never-blocks", "29/XSUB/queue-per-publisher"),
        *("29/XSUB/queue-limit", "23/message/order", "37/message/order"),
    ),
    under_test=Peer(socket_type="XSUB", tester_type="XPUB", sides=BOUND, options=FEW),
    script=(
        app_subscribes(b""),
        expect(takes_part()),
        expect(requests("SUBSCRIBE", b"")),
        stops_reading(),
        expect(floods(BIG, 28)),
        peer("second"),
        expect(takes_part()),
        expect(requests("SUBSCRIBE", b"")),
        app_sends(b"for both"),
        expect(receives(b"for both")),
        peer("first"),
        message(b"still heard"),
        expect(hears(b"still heard")),
        reads(),
        expect(publishes(b"end")),
        expect(some_come(b"end")),
    ),
)

NOBODY_INHERITS = Case(
    title="what an XSUB had queued for a publisher that left is not sent to the next one",
    checks=("29/XSUB/disconnect-discards",),
    under_test=Peer(socket_type="XSUB", tester_type="XPUB", sides=BOUND, options=FEW),
    script=(
        expect(takes_part()),
        stops_reading(),
        expect(floods(BIG, 28)),
        peer("third"),
        expect(takes_part()),
        peer("first"),
        hang_up(abort=True),
        peer("second"),
        expect(takes_part()),
        app_sends(b"after"),
        expect(receives(b"after")),
    ),
)

CLOSING = Case(
    title="an XSUB cancels what is in force before it closes",
    checks=("29/XSUB/cancels-on-close",),
    under_test=Peer(socket_type="XSUB", tester_type="XPUB", options={"linger_ms": 1000}),
    script=(
        app_subscribes(b"A"),
        expect(requests("SUBSCRIBE", b"A")),
        app_closes(),
        expect(requests("CANCEL", b"A")),
    ),
)

BEFORE_CONNECTION = Case(
    title="what an XSUB is given while its connection is being made is sent later, or lost, and it goes on",
    checks=("29/XSUB/queue-on-connect", "29/XSUB/never-blocks", "29/XSUB/sends-requests"),
    under_test=Peer(socket_type="XSUB", tester_type="XPUB", sides=("connects",)),
    script=(
        app_subscribes(b"A"),
        expect(returns_at_once(b"early")),
        expect(requests("SUBSCRIBE", b"A")),
        app_sends(b"late"),
        expect(comes(b"late")),
    ),
    note="The subscription is owed in any case.",
)
