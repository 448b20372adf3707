"""RADIO: sends each dish the groups that it has joined, as group and body (RFC 48; RFC 37 "The Radio-Dish Pattern")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    alone,
    app_sends,
    cannot_send,
    comes,
    either,
    expect,
    floods,
    hang_up,
    hears_nothing,
    holds,
    in_force,
    joins,
    leaves,
    peer,
    publishes,
    reads,
    receives,
    rejects,
    returns_at_once,
    some_come,
    stops_reading,
    takes_part,
    tries,
)
from conformance.api.scenes import BIG, FEW

MORE = 0x01


def _radio(**more: Any) -> UnderTest:
    return Peer(socket_type="RADIO", tester_type="DISH", **more)


MEMBERS = Case(
    title="a RADIO sends a dish the messages of groups that it joined, exactly those",
    checks=(
        *("48/RADIO/exact-match", "37/group/exact", "37/group/radio-filters", "48/RADIO/filters-outgoing"),
        *("48/RADIO/takes-join", "37/JOIN/understood", "48/RADIO/connects-to", "48/RADIO/queue-on-accept"),
        *("48/pattern/transport-decides", "48/RADIO/sends-to-members", "48/RADIO/attaches-group"),
        *("48/pattern/atomic-send", "37/thread-safe/atomic-send", "37/message/once", "37/message/order"),
        *("23/message/once", "23/message/order", "23/socket/binds-and-connects", "37/socket/binds-and-connects"),
    ),
    under_test=_radio(),
    script=(
        joins(b"ab"),
        expect(in_force()),
        *(app_sends(group, b"for " + group) for group in (b"ab", b"a", b"abc", b"", b"AB", b"b", b"ab")),
        expect(receives(b"ab", b"for ab")),
        expect(receives(b"ab", b"for ab")),
    ),
)

FORM = Case(
    title="a RADIO sends a message as two frames: the group, short and with MORE, and the body",
    checks=("37/group/message", "37/group/part", "48/RADIO/attaches-group", "48/RADIO/outgoing-unmodified"),
    under_test=_radio(),
    script=(
        joins(b"g"),
        joins(b"G" * 255),
        expect(in_force()),
        app_sends(b"g", b"body"),
        app_sends(b"g", b""),
        app_sends(b"G" * 255, b"long" * 500),
        expect(receives(b"g", b"body")),
        expect(receives(b"g", b"")),
        expect(receives(b"G" * 255, b"long" * 500)),
        expect(
            holds(
                "each group frame is short and has MORE, and no body has",
                lambda known: _paired([flags for name, flags in known.flags if name == "message"]),
            )
        ),
    ),
)


def _paired(flags: list[int]) -> bool:
    """Group frames and bodies in turn; nothing else was sent as a message."""
    heads, bodies = flags[::2], flags[1::2]
    return len(heads) == len(bodies) and set(heads) == {MORE} and not any(one & MORE for one in bodies)


GROUPS = {
    name: Case(
        title=f"a RADIO serves a group of {what}",
        checks=("37/JOIN/understood", "48/group/size", "37/group/size", "48/RADIO/exact-match"),
        under_test=_radio(),
        script=(
            joins(group),
            expect(in_force()),
            app_sends(group + b"x" if len(group) < 255 else b"x" + group[1:], b"of another group"),
            app_sends(group, b"body"),
            expect(receives(group, b"body")),
        ),
    )
    for name, what, group in (
        ("empty", "no octets", b""),
        ("one_octet", "one octet", b"g"),
        ("of_15", "15 octets", b"g" * 15),
        ("of_16", "16 octets", b"g" * 16),
        ("of_255", "255 octets", b"g" * 255),
        ("binary", "octets of all kinds but zero", b"\x01\xff\x80\n"),
    )
}

LEFT = Case(
    title="a RADIO sends no more of a group that the dish has left, and goes on with the others",
    checks=("48/RADIO/takes-leave", "37/LEAVE/understood", "37/group/radio-filters"),
    under_test=_radio(),
    script=(
        joins(b"a"),
        joins(b"b"),
        expect(in_force()),
        app_sends(b"a", b"before"),
        expect(receives(b"a", b"before")),
        leaves(b"a"),
        expect(in_force()),
        app_sends(b"a", b"no more"),
        app_sends(b"b", b"still"),
        expect(receives(b"b", b"still")),
    ),
)

LEFT_UNJOINED = Case(
    title="a LEAVE of a group that was never joined leaves the others",
    checks=("48/RADIO/takes-leave", "37/LEAVE/understood"),
    under_test=_radio(),
    script=(
        joins(b"ab"),
        expect(in_force()),
        leaves(b"a"),
        leaves(b"c"),
        expect(either(in_force(), rejects())),
        app_sends(b"ab", b"still"),
        expect(either(receives(b"ab", b"still"), rejects())),
    ),
)

TWICE = Case(
    title="a dish that joined a group twice gets its messages once",
    checks=("48/RADIO/takes-join", "37/JOIN/understood", "37/message/once"),
    under_test=_radio(),
    script=(
        joins(b"a"),
        joins(b"a"),
        expect(in_force()),
        app_sends(b"a", b"one"),
        app_sends(b"a", b"two"),
        expect(receives(b"a", b"one")),
        expect(receives(b"a", b"two")),
    ),
)

EACH_ITS_OWN = Case(
    title="each dish gets its own groups, and nothing because of another",
    checks=("48/RADIO/takes-join", "37/group/radio-filters", "48/RADIO/filters-outgoing", "48/RADIO/connects-to"),
    under_test=_radio(),
    script=(
        *(
            step
            for name, group in (("first", b"a"), ("second", b"b"), ("third", b"a"))
            for step in (peer(name, shared=True), joins(group), expect(in_force()))
        ),
        app_sends(b"a", b"1"),
        app_sends(b"b", b"2"),
        app_sends(b"a", b"3"),
        *(step for name in ("first", "third") for step in (peer(name), expect(receives(b"a", b"1")))),
        *(step for name in ("first", "third") for step in (peer(name), expect(receives(b"a", b"3")))),
        peer("second"),
        expect(receives(b"b", b"2")),
    ),
)

GONE = Case(
    title="what a dish joined is not sent to the one that comes after it",
    checks=("37/group/radio-filters", "48/RADIO/disconnect-discards"),
    under_test=_radio(sides=("binds",)),
    script=(
        joins(b"a"),
        expect(in_force()),
        hang_up(),
        peer("second"),
        joins(b"b"),
        expect(in_force()),
        app_sends(b"a", b"1"),
        app_sends(b"b", b"2"),
        expect(receives(b"b", b"2")),
    ),
)

ZERO = Case(
    title="a group with a zero octet never stands for its part before the zero",
    checks=("48/group/chars", "37/group/chars"),
    under_test=_radio(),
    sensitive=True,
    script=(
        joins(b"b"),
        expect(in_force()),
        joins(b"a\x00b"),
        expect(either(in_force(), rejects())),
        app_sends(b"a", b"of another group"),
        app_sends(b"b", b"joined"),
        expect(either(receives(b"b", b"joined"), rejects())),
    ),
    note="The text binds whoever sends the group. Serving it, ignoring it, and a close pass.",
)

TOO_LONG = Case(
    title="a JOIN of a group of 256 octets is served, ignored or refused, and nothing else happens",
    checks=("48/group/size", "37/group/size"),
    under_test=_radio(),
    sensitive=True,
    script=(
        joins(b"b"),
        expect(in_force()),
        joins(b"g" * 256),
        expect(either(in_force(), rejects())),
        app_sends(b"g" * 255, b"of another group"),
        app_sends(b"b", b"joined"),
        expect(either(receives(b"b", b"joined"), rejects())),
    ),
)

SINGLE_PART = Case(
    title="the application of a RADIO cannot send a message of several parts",
    checks=("48/pattern/no-multipart", "37/thread-safe/no-multipart-sent"),
    under_test=_radio(),
    script=(
        joins(b"g"),
        expect(in_force()),
        expect(cannot_send(b"g", b"two", b"parts")),
        app_sends(b"g", b"one part"),
        expect(receives(b"g", b"one part")),
    ),
)

NOBODY = Case(
    title="a RADIO never waits: without dishes what it is given is lost at once",
    checks=("48/RADIO/never-blocks",),
    under_test=_radio(sides=("binds",)),
    script=(
        alone(),
        expect(returns_at_once(b"g", b"to nobody")),
        peer("first"),
        expect(takes_part()),
        expect(returns_at_once(b"g", b"to nobody who joined")),
        joins(b"g"),
        expect(in_force()),
        app_sends(b"g", b"to the first"),
        expect(receives(b"g", b"to the first")),
    ),
)

SLOW = Case(
    title="a RADIO drops whole messages for a dish that does not read, and the others notice nothing",
    checks=(
        *("48/RADIO/drops-when-full", "48/RADIO/never-blocks", "48/RADIO/queue-per-dish", "48/RADIO/queue-limit"),
        *("23/message/order", "37/message/order"),
    ),
    under_test=_radio(sides=("binds",), options=FEW),
    script=(
        joins(b"g"),
        expect(in_force()),
        stops_reading(),
        peer("second"),
        joins(b"g"),
        expect(in_force()),
        expect(floods(BIG, 28, group=b"g")),
        reads(),
        expect(publishes(b"g", b"beside")),
        expect(some_come(b"g", b"beside")),
        peer("first"),
        reads(),
        expect(publishes(b"g", b"end")),
        expect(comes(b"g", b"end")),
    ),
)

NOBODY_INHERITS = Case(
    title="what a RADIO had queued for a dish that left is not sent to the next one",
    checks=("48/RADIO/disconnect-discards",),
    under_test=_radio(sides=("binds",), options=FEW),
    script=(
        joins(b"g"),
        expect(in_force()),
        stops_reading(),
        expect(floods(BIG, 28, group=b"g")),
        hang_up(abort=True),
        peer("second"),
        joins(b"g"),
        expect(in_force()),
        expect(publishes(b"g", b"after")),
        expect(receives(b"g", b"after")),
    ),
)

KEPT = Case(
    title="what a RADIO had queued for a dish to which it connects is sent when it is back",
    checks=("48/RADIO/queue-kept-unconnected",),
    under_test=_radio(sides=("connects",), options=FEW),
    script=(
        joins(b"g"),
        expect(in_force()),
        stops_reading(),
        expect(floods(BIG, 48, group=b"g")),
        hang_up(abort=True),
        peer("second"),
        joins(b"g"),
        expect(in_force()),
        expect(publishes(b"g", b"end")),
        expect(some_come(b"g", b"end", least=1)),
    ),
)

HEARS_NOTHING = {
    name: Case(
        title=f"the application of a RADIO never sees {what}",
        checks=("48/RADIO/sends-only", "48/RADIO/discards-messages", "48/RADIO/hides-commands"),
        under_test=_radio(sides=("binds",)),
        script=(
            *steps,
            peer("second"),
            joins(b"g"),
            expect(in_force()),
            expect(hears_nothing()),
            app_sends(b"g", b"still served"),
            expect(receives(b"g", b"still served")),
        ),
    )
    for name, what, steps in (
        ("message", "a message that a dish sends", (tries(b"g", b"upstream"),)),
        ("single", "a single frame that a dish sends", (tries(b"upstream"),)),
        ("join", "a JOIN or a LEAVE", (joins(b"g"), leaves(b"g"), expect(in_force()))),
    )
}

SERVED_ON = Case(
    title="a dish that sends a message is served on",
    checks=("48/RADIO/discards-messages",),
    under_test=_radio(),
    script=(
        joins(b"g"),
        expect(in_force()),
        tries(b"g", b"upstream"),
        app_sends(b"g", b"still served"),
        expect(receives(b"g", b"still served")),
    ),
)
