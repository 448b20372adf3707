"""REQ: an empty delimiter before the request, one request at a time, one reply taken (RFC 28 "The REQ Socket Type")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    alone,
    app_sends,
    cannot_send,
    delivers,
    either,
    expect,
    has_read,
    hears_error,
    hears_nothing,
    message,
    peer,
    reaches,
    receives,
    rejects,
    takes_part,
)


def _req(**more: Any) -> UnderTest:
    return Peer(socket_type="REQ", tester_type="REP", **more)


_MESSAGES = (
    *("23/message/atomic-sending", "37/message/atomic-sending", "23/message/atomic", "37/message/atomic"),
    *("23/message/once", "37/message/once", "23/message/order", "37/message/order"),
    *("23/socket/binds-and-connects", "37/socket/binds-and-connects"),
)

THREE = ("first", "second", "third")

REQUEST = {
    name: Case(
        title=f"a request of {what} goes out behind one empty frame, and its reply loses that frame",
        checks=(
            *("28/REQ/delimiter", "28/REQ/data-frames", "28/REQ/strips-delimiter", "28/REQ/accepts-from-last-peer"),
            *("13/envelope/request", "13/envelope/delimiter", "28/REQ/connects-to", *_MESSAGES),
        ),
        under_test=_req(),
        script=(
            expect(takes_part()),
            app_sends(*parts),
            expect(receives(b"", *parts)),
            message(b"", *parts),
            expect(delivers(parts)),
            app_sends(b"next"),
            expect(receives(b"", b"next")),
            message(b"", b"answer"),
            expect(delivers((b"answer",))),
        ),
    )
    for name, what, parts in (
        ("one_frame", "one frame", (b"question",)),
        ("empty_frame", "one empty frame", (b"",)),
        ("several_frames", "several frames, some empty", (b"a", b"", b"", b"d", b"")),
        ("long_frame", "a long frame and a short one", (b"q" * 300, b"q")),
    )
}

LOCK_STEP = Case(
    title="a REQ sends no second request before the reply, and reads nothing before a request",
    checks=("28/REQ/lock-step", "28/REQ/one-in-flight"),
    under_test=_req(),
    script=(
        expect(takes_part()),
        expect(hears_nothing()),
        app_sends(b"one"),
        expect(cannot_send(b"too early")),
        expect(receives(b"", b"one")),
        expect(cannot_send(b"still too early")),
        message(b"", b"answer to one"),
        expect(delivers((b"answer to one",))),
        app_sends(b"two"),
        expect(receives(b"", b"two")),
    ),
    note="The application is told by an error, or has to wait.",
)

MALFORMED = {
    name: Case(
        title=f"a reply {what} is not delivered",
        checks=("28/REQ/reply-without-delimiter", "28/REQ/accepts-from-last-peer"),
        under_test=_req(),
        script=(
            expect(takes_part()),
            app_sends(b"question"),
            expect(receives(b"", b"question")),
            message(*reply),
            message(b"", b"right"),
            expect(either(hears_error(), delivers((b"right",)), rejects())),
        ),
        note="Discarding it and waiting for one of the right form, an error for the application, and closing pass.",
    )
    for name, what, reply in (
        ("without_delimiter", "without the delimiter", (b"bare",)),
        ("delimiter_late", "whose delimiter is not its first frame", (b"bare", b"", b"late")),
        ("only_delimiter", "that is nothing but the delimiter", (b"",)),
    )
}

TURNS = Case(
    title="a REQ sends its requests to three peers in turn",
    checks=("28/REQ/round-robin", "28/REQ/connects-to"),
    under_test=_req(),
    script=(
        *(step for name in THREE for step in (peer(name, shared=True), expect(takes_part()))),
        *(
            step
            for question in (b"one", b"two", b"three")
            for step in (
                app_sends(question),
                expect(reaches(b"", question, among=THREE, anew=True)),
                message(b"", b"answer to " + question),
                expect(delivers((b"answer to " + question,))),
            )
        ),
    ),
    note="Whose turn is first is free: of three requests each peer gets one.",
)

FORGED = Case(
    title="a REQ drops the answer of a peer that it did not ask, and takes that of the one that it asked",
    checks=("28/REQ/discards-from-others", "28/REQ/accepts-from-last-peer"),
    under_test=_req(sides=("binds",)),
    script=(
        expect(takes_part()),
        app_sends(b"question"),
        expect(receives(b"", b"question")),
        peer("second"),
        message(b"", b"forged"),
        expect(has_read()),
        peer("first"),
        message(b"", b"right"),
        expect(delivers((b"right",))),
        app_sends(b"next question"),
        expect(reaches(b"", b"next question", among=("first", "second"))),
        message(b"", b"next answer"),
        expect(delivers((b"next answer",))),
    ),
)

UNASKED = Case(
    title="a REQ drops a reply for which it has not asked",
    checks=("28/REQ/discards-from-others",),
    under_test=_req(),
    script=(
        message(b"", b"unasked"),
        expect(has_read()),
        app_sends(b"question"),
        expect(receives(b"", b"question")),
        message(b"", b"right"),
        expect(delivers((b"right",))),
    ),
)

TWICE = Case(
    title="a REQ takes one reply to a request, and not a second one for the next request",
    checks=("28/REQ/discards-from-others",),
    under_test=_req(),
    script=(
        expect(takes_part()),
        app_sends(b"question"),
        expect(receives(b"", b"question")),
        message(b"", b"right"),
        message(b"", b"once more"),
        expect(delivers((b"right",))),
        expect(has_read()),
        app_sends(b"next question"),
        expect(receives(b"", b"next question")),
        message(b"", b"next answer"),
        expect(delivers((b"next answer",))),
    ),
)

WITHOUT_PEER = Case(
    title="a REQ without a peer takes no request, and loses none",
    checks=("28/REQ/blocks-without-peer", "28/REQ/keeps-unsent"),
    under_test=_req(sides=("binds",)),
    script=(
        alone(),
        expect(cannot_send(b"early")),
        peer("first"),
        expect(takes_part()),
        app_sends(b"late"),
        expect(receives(b"", b"late")),
    ),
)
