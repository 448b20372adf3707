"""What a subscriber asks its publishers for: in messages of one of 3.0, in commands of one of 3.1 (RFC 23, 29, 37)."""

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    alone,
    app_subscribes,
    app_unsubscribes,
    delivers,
    expect,
    hang_up,
    message,
    peer,
    requests,
    takes_part,
    wants,
)

KINDS = ("SUB", "XSUB")
PAIRS = tuple((kind, minor) for kind in KINDS for minor in (0, 1))


def _key(kind: str, minor: int) -> str:
    return f"{kind.lower()}_3_{minor}"


def _target(kind: str, *sides: str) -> UnderTest:
    return Peer(socket_type=kind, tester_type="XPUB", sides=sides or ("binds", "connects"))  # type: ignore[arg-type]


def _asked(kind: str, minor: int, *, form: bool = False) -> tuple[str, ...]:
    """What asks a subscriber to ask. The form of an XSUB's requests is judged by two families only, not by each."""
    own = (
        f"29/{kind}/sends-requests",
        "29/pattern/transport-decides",
        *(("29/XSUB/takes-requests",) * (kind == "XSUB")),
    )
    if kind == "XSUB" and not form:
        return own
    return ("37/SUBSCRIBE/sent" if minor else "23/subscription/subscribe", *own)


def _cancelled(kind: str, minor: int, *, form: bool = False) -> tuple[str, ...]:
    if kind == "XSUB" and not form:
        return ("29/XSUB/sends-requests",)
    return ("37/CANCEL/sent" if minor else "23/subscription/unsubscribe",)


ASKS = {
    _key(kind, minor): Case(
        title=f"{kind} asks a publisher of 3.{minor} for what its application wants, in that form",
        checks=(*_asked(kind, minor, form=True), *_cancelled(kind, minor, form=True)),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            expect(takes_part()),
            app_subscribes(b"A"),
            expect(requests("SUBSCRIBE", b"A")),
            app_subscribes(b""),
            expect(requests("SUBSCRIBE", b"")),
            app_subscribes(b"\x00\xff\x01"),
            expect(requests("SUBSCRIBE", b"\x00\xff\x01")),
            app_unsubscribes(b"A"),
            expect(requests("CANCEL", b"A")),
            app_unsubscribes(b""),
            expect(requests("CANCEL", b"")),
            message(b"\x00\xff\x01 wanted"),
            expect(delivers((b"\x00\xff\x01 wanted",))),
        ),
        note="The application asks when the publisher is there: what it asked for before may go out in another form.",
    )
    for kind, minor in PAIRS
}

CANCEL_FIRST = {
    _key(kind, minor): Case(
        title=f"{kind} tells a publisher of 3.{minor} that its application no longer wants something",
        checks=(*_cancelled(kind, minor), f"29/{kind}/sends-requests"),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            app_subscribes(b"A"),
            expect(requests("SUBSCRIBE", b"A")),
            app_unsubscribes(b"A"),
            expect(requests("CANCEL", b"A")),
            app_subscribes(b"A"),
            expect(requests("SUBSCRIBE", b"A")),
        ),
    )
    for kind, minor in PAIRS
}

BEFORE = {
    _key(kind, minor): Case(
        title=f"{kind} asks a publisher of 3.{minor} that comes later for all that is in force, and for nothing else",
        checks=_asked(kind, minor),
        under_test=_target(kind, "binds"),
        script=(
            alone(),
            *(app_subscribes(topic) for topic in (b"A", b"B", b"C")),
            app_unsubscribes(b"B"),
            peer("first", minor=minor),
            expect(takes_part()),
            app_subscribes(b"end"),
            expect(wants(b"A", b"C", until=b"end")),
            peer("second", minor=minor),
            expect(takes_part()),
            app_subscribes(b"last"),
            expect(wants(b"A", b"C", b"end", until=b"last")),
        ),
    )
    for kind, minor in PAIRS
}

EVERYBODY = {
    _key(kind, minor): Case(
        title=f"{kind} tells each of three publishers of 3.{minor} what changes",
        checks=(*_asked(kind, minor), *_cancelled(kind, minor), f"29/{kind}/connects-to"),
        under_test=_target(kind),
        script=(
            *(
                step
                for name in ("first", "second", "third")
                for step in (peer(name, minor=minor, shared=True), expect(takes_part()))
            ),
            app_subscribes(b"A"),
            app_unsubscribes(b"A"),
            *(
                step
                for name in ("first", "second", "third")
                for step in (peer(name), expect(requests("SUBSCRIBE", b"A")), expect(requests("CANCEL", b"A")))
            ),
        ),
    )
    for kind, minor in PAIRS
}

AGAIN = {
    _key(kind, minor): Case(
        title=f"{kind} that has lost its connection asks again for all that is in force, with 3.{minor}",
        checks=_asked(kind, minor),
        under_test=_target(kind, "connects"),
        script=(
            peer("first", minor=minor),
            app_subscribes(b"A"),
            expect(requests("SUBSCRIBE", b"A")),
            app_subscribes(b"B"),
            app_unsubscribes(b"A"),
            hang_up(),
            peer("second", minor=minor),
            expect(takes_part()),
            app_subscribes(b"end"),
            expect(wants(b"B", until=b"end")),
        ),
    )
    for kind, minor in PAIRS
}

OTHER_VERSION = {
    f"{kind.lower()}_from_3_{old}_to_3_{new}": Case(
        title=f"{kind} that comes from a publisher of 3.{old} to one of 3.{new} asks in the form of the latter",
        checks=(*_asked(kind, new, form=True), *_cancelled(kind, new, form=True)),
        under_test=_target(kind, "connects"),
        script=(
            peer("first", minor=old),
            expect(takes_part()),
            app_subscribes(b"A"),
            expect(requests("SUBSCRIBE", b"A")),
            hang_up(),
            peer("second", minor=new),
            expect(requests("SUBSCRIBE", b"A")),
            app_unsubscribes(b"A"),
            expect(requests("CANCEL", b"A")),
        ),
    )
    for kind in KINDS
    for old, new in ((0, 1), (1, 0))
}

COUNTED = {
    _key(kind, minor): Case(
        title=f"two equal subscriptions and one cancel at {kind} leave one in force at a publisher of 3.{minor}",
        checks=(*_cancelled(kind, minor), "37/subscription/counted" if minor else "23/subscription/counted"),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            expect(takes_part()),
            app_subscribes(b"A"),
            app_subscribes(b"A"),
            app_unsubscribes(b"A"),
            app_subscribes(b"middle"),
            expect(wants(b"A", until=b"middle")),
            message(b"A still"),
            expect(delivers((b"A still",))),
        ),
        note="The publisher counts. Whether equal requests go out each time, or only the first and the last, is free.",
    )
    for kind, minor in PAIRS
}

COUNTED_OUT = {
    _key(kind, minor): Case(
        title=f"two equal subscriptions and two cancels at {kind} leave nothing in force at a publisher of 3.{minor}",
        checks=(*_cancelled(kind, minor), "37/subscription/counted" if minor else "23/subscription/counted"),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            expect(takes_part()),
            app_subscribes(b"A"),
            app_subscribes(b"A"),
            app_unsubscribes(b"A"),
            app_unsubscribes(b"A"),
            app_subscribes(b"end"),
            expect(wants(until=b"end")),
        ),
    )
    for kind, minor in PAIRS
}
