"""PUB and XPUB beside what they filter: never wait, drop for the slow, forget who left (RFC 29).

What a subscription lets through is in `conformance.cases.subscriptions`.
"""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    alone,
    app_sends,
    comes,
    expect,
    floods,
    hang_up,
    hears_nothing,
    in_force,
    peer,
    publishes,
    reads,
    receives,
    returns_at_once,
    some_come,
    stops_reading,
    subscribes,
    takes_part,
    tries,
)
from conformance.api.scenes import BIG, FEW

KINDS = ("PUB", "XPUB")


def _publisher(kind: str, **more: Any) -> UnderTest:
    return Peer(socket_type=kind, tester_type="SUB", **more)


UNMODIFIED = {
    kind.lower(): Case(
        title=f"{kind} sends a message as its application gave it, frames together, once and in order",
        checks=(
            *(f"29/{kind}/outgoing-unmodified", "23/message/atomic-sending", "37/message/atomic-sending"),
            *("23/message/queued-until-final", "37/message/queued-until-final", "23/message/once", "37/message/once"),
            *("23/message/order", "37/message/order", "23/socket/binds-and-connects", "37/socket/binds-and-connects"),
            "13/content/publisher-sends",
        ),
        under_test=_publisher(kind),
        script=(
            subscribes(b""),
            expect(in_force()),
            app_sends(b"one"),
            app_sends(b"", b"x", b"", b"\x00y", b""),
            app_sends(b"A" * 300, b"B" * 5),
            app_sends(bytes(range(256))),
            expect(receives(b"one")),
            expect(receives(b"", b"x", b"", b"\x00y", b"")),
            expect(receives(b"A" * 300, b"B" * 5)),
            expect(receives(bytes(range(256)))),
        ),
    )
    for kind in KINDS
}

NOBODY = {
    kind.lower(): Case(
        title=f"{kind} never waits: without subscribers what it is given is lost at once",
        checks=(f"29/{kind}/never-blocks", f"29/{kind}/queue-on-accept"),
        under_test=_publisher(kind, sides=("binds",)),
        script=(
            alone(),
            expect(returns_at_once(b"to nobody")),
            peer("first"),
            expect(takes_part()),
            expect(returns_at_once(b"to nobody who wants it")),
            subscribes(b"to"),
            expect(in_force()),
            app_sends(b"to the first"),
            expect(receives(b"to the first")),
        ),
    )
    for kind in KINDS
}

SLOW = {
    kind.lower(): Case(
        title=f"{kind} drops whole messages for a subscriber that does not read, and the others notice nothing",
        checks=(
            *(f"29/{kind}/{aspect}" for aspect in ("drops-when-full", "never-blocks", "queue-per-subscriber")),
            *(f"29/{kind}/queue-limit", "23/message/order", "37/message/order"),
        ),
        under_test=_publisher(kind, sides=("binds",), options=FEW),
        script=(
            subscribes(b"A"),
            expect(in_force()),
            stops_reading(),
            peer("second"),
            subscribes(b"A"),
            expect(in_force()),
            expect(floods(BIG, 28, group=b"A")),
            reads(),
            expect(publishes(b"A beside")),
            expect(some_come(b"A beside")),
            peer("first"),
            reads(),
            expect(publishes(b"A end")),
            expect(comes(b"A end")),
        ),
        note="Both are flooded; the second reads before the next message, the first later.",
    )
    for kind in KINDS
}

NOBODY_INHERITS = {
    kind.lower(): Case(
        title=f"what {kind} had queued for a subscriber that left is not sent to the next one",
        checks=(f"29/{kind}/disconnect-discards",),
        under_test=_publisher(kind, sides=("binds",), options=FEW),
        script=(
            subscribes(b"A"),
            expect(in_force()),
            stops_reading(),
            expect(floods(BIG, 28, group=b"A")),
            hang_up(abort=True),
            peer("second"),
            subscribes(b"A"),
            expect(in_force()),
            expect(publishes(b"A after")),
            expect(receives(b"A after")),
        ),
    )
    for kind in KINDS
}

KEPT = {
    kind.lower(): Case(
        title=f"what {kind} had queued for a subscriber to which it connects is sent when it is back",
        checks=(f"29/{kind}/queue-kept-unconnected",),
        under_test=_publisher(kind, sides=("connects",), options=FEW),
        script=(
            subscribes(b"A"),
            expect(in_force()),
            stops_reading(),
            expect(floods(BIG, 48, group=b"A")),
            hang_up(abort=True),
            peer("second"),
            subscribes(b"A"),
            expect(in_force()),
            expect(publishes(b"A end")),
            expect(some_come(b"A end", least=1)),
        ),
        note="What the system's own buffers held is lost with the connection; what was still queued is not.",
    )
    for kind in KINDS
}

HEARS_NOTHING = {
    name: Case(
        title=f"the application of a PUB never sees {what}",
        checks=("29/PUB/sends-only", "29/PUB/discards-messages", "29/PUB/hides-requests"),
        under_test=Peer(socket_type="PUB", tester_type="XSUB", sides=("binds",)),
        script=(
            *steps,
            peer("second"),
            subscribes(b""),
            expect(in_force()),
            expect(hears_nothing()),
            app_sends(b"still served"),
            expect(receives(b"still served")),
        ),
    )
    for name, what, steps in (
        ("message", "a message that a subscriber sends", (tries(b"upstream"),)),
        ("frames", "a message of several frames that a subscriber sends", (tries(b"up", b"stream"),)),
        ("empty", "an empty message that a subscriber sends", (tries(b""),)),
        ("request", "a subscription by command", (subscribes(b"A"), expect(in_force()))),
        ("older_request", "a subscription by message", (peer("old", minor=0), subscribes(b"A"), expect(in_force()))),
    )
}

SERVED_ON = {
    f"3_{minor}_{name}": Case(
        title=f"with 3.{minor} a subscriber's message {what} has no effect, and it is served on",
        checks=("29/PUB/discards-messages", f"{37 if minor else 23}/subscription/publisher-filters"),
        under_test=Peer(socket_type="PUB", tester_type="XSUB"),
        script=(
            peer("first", minor=minor),
            subscribes(b"B"),
            subscribes(b"C"),
            expect(in_force()),
            tries(*parts),
            expect(in_force()),
            app_sends(b"A"),
            app_sends(b"B"),
            app_sends(b"C"),
            expect(receives(b"B")),
            expect(receives(b"C")),
        ),
    )
    for minor in (0, 1)
    for name, what, parts in (
        ("plain", "of one frame", (b"upstream",)),
        ("empty", "without octets", (b"",)),
        ("frames", "of several frames", (b"up", b"stream")),
    )
}

LIKE_A_REQUEST = {
    f"3_{minor}_{name}": Case(
        title=f"with 3.{minor} a subscriber's message of several frames, the first like a {name}, leaves it served",
        checks=("29/PUB/discards-messages", f"{37 if minor else 23}/subscription/publisher-filters"),
        under_test=Peer(socket_type="PUB", tester_type="XSUB"),
        script=(
            peer("first", minor=minor),
            subscribes(b"B"),
            subscribes(b"C"),
            expect(in_force()),
            tries(*parts),
            expect(in_force()),
            app_sends(b"A"),
            app_sends(b"B"),
            app_sends(b"C"),
            expect(comes(b"C")),
        ),
        note="Whether A or B comes is free: the text does not say whether such a frame may pass for a request.",
    )
    for minor in (0, 1)
    for name, parts in (("request", (b"\x01A", b"more")), ("cancel", (b"\x00B", b"more")))
}
