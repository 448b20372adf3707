"""REP: one request, one reply to whoever asked, in the envelope that came (RFC 28 "The REP Socket Type")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    answered,
    app_sends,
    cannot_send,
    delivers,
    either,
    expect,
    frame,
    hang_up,
    has_read,
    hears_error,
    hears_nothing,
    message,
    octets,
    peer,
    receives,
    rejects,
    repeat,
    returns_at_once,
    stops_reading,
    takes_part,
)

MORE = 0x01
BIG = bytes(1 << 18)
_MESSAGES = (
    *("23/message/atomic", "37/message/atomic", "23/message/atomic-sending", "37/message/atomic-sending"),
    *("23/message/once", "37/message/once", "23/message/order", "37/message/order"),
)


def _rep(tester: str = "REQ", **more: Any) -> UnderTest:
    return Peer(socket_type="REP", tester_type=tester, **more)


REQUEST = {
    name: Case(
        title=f"a request {what} is delivered without its envelope, and answered in it",
        checks=(
            *("28/REP/restores-envelope", "28/REP/stores-envelope", "28/REP/envelope", "28/REP/delivers-data"),
            *("28/REP/incoming-unmodified", "28/REP/outgoing-unmodified", "28/REP/connects-to"),
            *("13/envelope/layout", "13/envelope/reply", "13/envelope/delimiter", *_MESSAGES),
        ),
        under_test=_rep("DEALER"),
        script=(
            message(*envelope, b"", *data),
            expect(delivers(data)),
            app_sends(b"answer", b"", b"of three"),
            expect(receives(*envelope, b"", b"answer", b"", b"of three")),
            message(b"", b"next"),
            expect(delivers((b"next",))),
            app_sends(b""),
            expect(receives(b"", b"")),
        ),
    )
    for name, what, envelope, data in (
        ("plain", "without addresses", (), (b"question",)),
        ("empty_data", "whose data is an empty frame", (), (b"",)),
        ("data_with_empty_frames", "whose data has empty frames", (), (b"a", b"", b"", b"d", b"")),
        ("one_address", "with one address", (b"\x00\x01\x02\x03\x04",), (b"question",)),
        ("three_addresses", "with three addresses", (b"alpha", b"\x00", b"gamma" * 60), (b"question", b"more")),
        ("address_and_empty_data", "with an address and data with empty frames", (b"A",), (b"", b"x", b"")),
    )
}

MALFORMED = {
    name: Case(
        title=f"a request {what} is not delivered, and the next one is",
        checks=("28/REP/request-without-delimiter",),
        under_test=_rep("DEALER", sides=("binds",)),
        script=(
            message(*request),
            message(b"", b"right"),
            expect(either(hears_error((b"right",)), delivers((b"right",)), rejects())),
        ),
        note="Discarding it, with or without an error for the application, and closing pass.",
    )
    for name, what, request in (
        ("without_delimiter", "without a delimiter", (b"bare",)),
        ("several_without_delimiter", "of several frames without a delimiter", (b"bare", b"bones")),
        ("only_delimiter", "with nothing behind the delimiter", (b"",)),
        ("nothing_behind", "with an address and nothing behind the delimiter", (b"A", b"")),
    )
}

LOCK_STEP = Case(
    title="a REP sends no reply before a request, and reads no further request before its reply",
    checks=("28/REP/lock-step", "28/REP/waits-for-reply", "28/REP/one-at-a-time", *_MESSAGES),
    under_test=_rep("DEALER"),
    script=(
        expect(takes_part()),
        expect(cannot_send(b"unasked")),
        message(b"", b"one"),
        message(b"", b"two"),
        expect(delivers((b"one",))),
        expect(hears_nothing()),
        app_sends(b"answer to one"),
        expect(receives(b"", b"answer to one")),
        expect(delivers((b"two",))),
        app_sends(b"answer to two"),
        expect(receives(b"", b"answer to two")),
    ),
    note="The application is told by an error, or has to wait.",
)

EACH_ITS_OWN = Case(
    title="each of three peers that ask together gets the answer to its own question, in its own envelope",
    checks=("28/REP/replies-to-originator", "28/REP/restores-envelope", "28/REP/one-at-a-time", "28/REP/connects-to"),
    under_test=_rep("DEALER", sides=("binds",)),
    script=(
        *(
            step
            for name in ("first", "second", "third")
            for step in (peer(name), message(name.encode(), b"", b"of the " + name.encode()), expect(has_read()))
        ),
        expect(answered(3)),
        *(
            step
            for name in ("third", "first", "second")
            for step in (peer(name), expect(receives(name.encode(), b"", b"of the " + name.encode())))
        ),
    ),
)

FAIR = Case(
    title="a REP answers the requests of two peers that wait, of each in order",
    checks=("28/REP/fair-queuing", "28/REP/one-at-a-time"),
    under_test=_rep("DEALER", sides=("binds",)),
    script=(
        repeat(10, lambda number: (message(b"", b"first %d" % number),)),
        expect(has_read()),
        peer("second"),
        repeat(10, lambda number: (message(b"", b"second %d" % number),)),
        expect(has_read()),
        expect(answered(20)),
        *(expect(receives(b"", b"second %d" % number)) for number in range(10)),
        peer("first"),
        *(expect(receives(b"", b"first %d" % number)) for number in range(10)),
    ),
)

ORIGINATOR_GONE = Case(
    title="the answer to a peer that has left goes to nobody, and the REP goes on",
    checks=("28/REP/originator-gone", "28/REP/never-blocks", "28/REP/replies-to-originator"),
    under_test=_rep(sides=("binds",)),
    script=(
        message(b"", b"question of the first"),
        expect(delivers((b"question of the first",))),
        hang_up(),
        peer("second"),
        expect(takes_part()),
        expect(returns_at_once(b"for the first")),
        message(b"", b"question of the second"),
        expect(delivers((b"question of the second",))),
        app_sends(b"for the second"),
        expect(receives(b"", b"for the second")),
    ),
)

NEVER_BLOCKS = Case(
    title="replies to a peer that does not read are dropped or refused, and the REP goes on",
    checks=("28/REP/never-blocks",),
    under_test=_rep("DEALER", sides=("binds",), options={"send_limit": 2}),
    script=(
        expect(takes_part()),
        stops_reading(),
        repeat(
            30,
            lambda number: (
                message(b"", b"%d" % number),
                expect(delivers((b"%d" % number,))),
                expect(returns_at_once(BIG)),
            ),
        ),
        peer("second"),
        message(b"", b"question"),
        expect(delivers((b"question",))),
        app_sends(b"answer"),
        expect(receives(b"", b"answer")),
    ),
)

UNFINISHED = {
    name: Case(
        title=f"a REP delivers nothing of a request that its sender leaves unfinished {where}",
        checks=("23/message/atomic", "37/message/atomic", "28/REP/delivers-data"),
        under_test=_rep(sides=("binds",)),
        script=(
            expect(takes_part()),
            octets(begun),
            hang_up(),
            peer("second"),
            message(b"", b"whole"),
            expect(delivers((b"whole",))),
        ),
    )
    for name, where, begun in (
        ("after_delimiter", "after the delimiter", frame(MORE, b"")),
        ("after_data", "after its first data frame", frame(MORE, b"") + frame(MORE, b"half")),
    )
}
