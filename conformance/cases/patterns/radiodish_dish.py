"""DISH: joins groups, takes their messages fairly with the group, never sends (RFC 48; RFC 37 "The Radio-Dish Pattern")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    alone,
    app_joins,
    app_leaves,
    cannot_send,
    delivers,
    either,
    expect,
    frame,
    gets_nothing,
    handshake,
    hang_up,
    has_read,
    heard_beside,
    hears,
    holds_back,
    message,
    octets,
    peer,
    rejects,
    requests,
    tries,
)

MORE = 0x01
FEW_IN = {"receive_limit": 2}
FLOOD = tuple((b"g", b"%04d" % number + b"x" * 4000) for number in range(30))
BULK = tuple((b"g", b"%04d" % number + b"x" * 100_000) for number in range(24))


def _dish(**more: Any) -> UnderTest:
    return Peer(socket_type="DISH", tester_type="RADIO", **more)


DELIVERS = Case(
    title="a message of a joined group reaches the application of a DISH with its group, as it was sent",
    checks=(
        *("48/DISH/delivers", "48/DISH/shows-group", "48/DISH/attaches-group", "48/DISH/incoming-unmodified"),
        *(
            "48/DISH/connects-to",
            "48/DISH/queue-on-accept",
            "48/pattern/atomic-receive",
            "37/thread-safe/atomic-receive",
        ),
        *("23/message/once", "37/message/once", "23/message/order", "37/message/order"),
    ),
    under_test=_dish(),
    script=(
        app_joins(b"g"),
        app_joins(b"other"),
        message(b"g", b"one"),
        message(b"other", b""),
        message(b"g", bytes(range(256))),
        message(b"other", b"long" * 500),
        expect(delivers((b"g", b"one"), (b"other", b""), (b"g", bytes(range(256))), (b"other", b"long" * 500))),
    ),
)

ASKS = {
    name: Case(
        title=f"a DISH joins and leaves a group of {what} by JOIN and LEAVE",
        checks=(
            *("37/JOIN/sent", "37/LEAVE/sent", "48/DISH/sends-commands", "48/pattern/transport-decides"),
            *("37/group/size", "37/group/chars", "48/group/size", "48/group/chars"),
        ),
        under_test=_dish(),
        script=(
            app_joins(group),
            expect(requests("JOIN", group)),
            app_leaves(group),
            expect(requests("LEAVE", group)),
            app_joins(b"next"),
            expect(requests("JOIN", b"next")),
        ),
    )
    for name, what, group in (
        ("empty", "no octets", b""),
        ("one_octet", "one octet", b"g"),
        ("of_15", "15 octets", b"g" * 15),
        ("of_255", "255 octets", b"g" * 255),
    )
}

BEFORE = Case(
    title="a DISH tells a radio that comes later which groups are joined, and no others",
    checks=("37/JOIN/sent", "48/DISH/sends-commands"),
    under_test=_dish(sides=("binds",)),
    script=(
        alone(),
        *(app_joins(group) for group in (b"a", b"b", b"c")),
        app_leaves(b"b"),
        *(
            step
            for name in ("first", "second")
            for step in (peer(name), expect(requests("JOIN", b"a", b"c")), expect(requests("JOIN", b"a", b"c")))
        ),
        app_joins(b"end"),
        expect(requests("JOIN", b"end")),
        peer("first"),
        expect(requests("JOIN", b"end")),
    ),
)

EVERYBODY = Case(
    title="a DISH tells each radio what changes",
    checks=("37/JOIN/sent", "48/DISH/sends-commands", "37/LEAVE/sent", "48/DISH/connects-to"),
    under_test=_dish(),
    script=(
        app_joins(b"a"),
        *(step for name in ("first", "second") for step in (peer(name, shared=True), expect(requests("JOIN", b"a")))),
        app_leaves(b"a"),
        *(step for name in ("first", "second") for step in (peer(name), expect(requests("LEAVE", b"a")))),
        app_joins(b"b"),
        *(step for name in ("first", "second") for step in (peer(name), expect(requests("JOIN", b"b")))),
    ),
)

AGAIN = Case(
    title="a DISH that has lost its connection joins again what is in force",
    checks=("37/JOIN/sent", "48/DISH/sends-commands"),
    under_test=_dish(sides=("connects",)),
    script=(
        app_joins(b"a"),
        app_joins(b"b"),
        expect(requests("JOIN", b"a", b"b")),
        expect(requests("JOIN", b"a", b"b")),
        app_leaves(b"a"),
        expect(requests("LEAVE", b"a")),
        hang_up(),
        peer("second"),
        expect(requests("JOIN", b"b")),
        app_joins(b"end"),
        expect(requests("JOIN", b"end")),
    ),
)

PINGED = Case(
    title="a DISH that was pinged delivers what comes then",
    checks=("37/PONG/answers-ping", "37/commands/defined", "48/DISH/delivers"),
    under_test=_dish(),
    script=(
        app_joins(b"g"),
        expect(has_read()),
        message(b"g", b"after PING"),
        expect(delivers((b"g", b"after PING"))),
    ),
    note="The other cases of DISH do without a PING, so that each accuses of its own requirement only.",
)

STRAY = Case(
    title="a DISH delivers a message of its group behind one of a group that it has not joined",
    checks=("48/DISH/delivers", "48/DISH/filters-incoming"),
    under_test=_dish(),
    script=(
        app_joins(b"g"),
        message(b"gg", b"stray"),
        message(b"g", b"wanted"),
        expect(hears(b"g", b"wanted")),
    ),
    note="Whether the stray one is delivered is free: the check is the radio's duty.",
)

DIRECTION = Case(
    title="the application of a DISH cannot send, and its radio gets nothing",
    checks=("48/DISH/receives-only",),
    under_test=_dish(),
    script=(handshake(), expect(cannot_send(b"g", b"upstream", by_error=True)), expect(gets_nothing())),
)

OTHER_SIZES = {
    name: Case(
        title=f"a DISH drops {what} whole, and delivers the next message",
        checks=("48/DISH/discards-multipart", "37/thread-safe/multipart-discarded", "37/group/message"),
        under_test=_dish(),
        script=(
            app_joins(b"g"),
            message(*parts),
            message(b"g", b"whole"),
            expect(either(delivers((b"g", b"whole")), rejects())),
        ),
        note="A message is a group and one body. To close as well passes.",
    )
    for name, what, parts in (
        ("three_frames", "a message of three frames", (b"g", b"two", b"parts")),
        ("four_frames", "a message of four frames", (b"g", b"x", b"g", b"y")),
        ("one_frame", "a message of a single frame", (b"g",)),
    )
}

OTHER_SIZES_BESIDE = Case(
    title="a DISH delivers no part of a message of several parts, be its radio disconnected or not",
    checks=("48/DISH/discards-multipart", "48/pattern/no-multipart"),
    under_test=_dish(sides=("binds",)),
    script=(
        app_joins(b"g"),
        tries(b"g", b"two", b"parts"),
        peer("second"),
        message(b"g", b"whole"),
        expect(delivers((b"g", b"whole"))),
    ),
)

UNFINISHED = Case(
    title="a DISH delivers nothing of a group frame whose body never comes",
    checks=("48/DISH/disconnect-discards", "37/message/atomic", "23/message/atomic"),
    under_test=_dish(sides=("binds",)),
    script=(
        app_joins(b"g"),
        handshake(),
        octets(frame(MORE, b"g")),
        hang_up(),
        peer("second"),
        message(b"g", b"whole"),
        expect(delivers((b"g", b"whole"))),
    ),
)

KEPT = Case(
    title="what had come whole to a DISH that connected is delivered though the connection was lost since",
    checks=("48/DISH/queue-kept-unconnected",),
    under_test=_dish(sides=("connects",)),
    script=(
        app_joins(b"g"),
        message(b"g", b"before"),
        hang_up(),
        peer("second"),
        message(b"g", b"after"),
        expect(delivers((b"g", b"before"), (b"g", b"after"))),
    ),
)

FAIR = Case(
    title="a DISH starves no radio whose message waits, though another goes on sending",
    checks=("48/DISH/fair-queuing", "48/DISH/connects-to", "48/DISH/queue-on-accept"),
    under_test=_dish(),
    script=(
        app_joins(b"g"),
        *(message(b"g", b"talk") for _ in range(5)),
        peer("second", shared=True),
        message(b"g", b"patient"),
        expect(heard_beside(b"g", b"patient", talker="first", talk=(b"g", b"talk"))),
    ),
)

LIMIT = Case(
    title="a DISH whose application does not read stops reading, or drops",
    checks=("48/DISH/queue-limit", "48/DISH/drops-when-full"),
    under_test=_dish(sides=("binds",), options=FEW_IN),
    script=(app_joins(b"g"), expect(holds_back(*BULK))),
)

CROWDED = Case(
    title="a flood from one radio takes no room from another, and costs no connection",
    checks=("48/DISH/queue-per-radio", "48/DISH/drops-when-full"),
    under_test=_dish(sides=("binds",), options=FEW_IN),
    script=(
        app_joins(b"g"),
        *(message(*parts) for parts in FLOOD),
        peer("second"),
        message(b"g", b"beside"),
        expect(hears(b"g", b"beside")),
        peer("first"),
        message(b"g", b"later"),
        expect(hears(b"g", b"later")),
    ),
)
