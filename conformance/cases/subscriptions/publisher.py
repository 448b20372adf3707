"""What a publisher makes of subscriptions, asked by a subscriber of 3.0 in messages and by one of 3.1 in commands.

RFC 23 and 37 "The Publish-Subscribe Pattern", RFC 29. The ids of RFC 23 are for connections of 3.0, those of RFC 37 for 3.1.
"""

from collections.abc import Iterator

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    app_sends,
    cancels,
    either,
    expect,
    hang_up,
    in_force,
    peer,
    receives,
    rejects,
    subscribes,
)
from conformance.api.script import Step

KINDS = ("PUB", "XPUB")
PAIRS = tuple((kind, minor) for kind in KINDS for minor in (0, 1))


def _key(kind: str, minor: int) -> str:
    return f"{kind.lower()}_3_{minor}"


def _target(kind: str, *, binds: bool = False) -> UnderTest:
    return Peer(socket_type=kind, tester_type="SUB", sides=("binds",) if binds else ("binds", "connects"))


def _ids(kind: str, minor: int, aspects: str, own: str) -> tuple[str, ...]:
    """Aspects of subscriptions in the RFC of the version, then those of the socket type."""
    rfc = 37 if minor else 23
    theirs = (aspect for aspect in own.split() if kind == "PUB" or aspect != "filters-outgoing")
    return (*(f"{rfc}/{aspect}" for aspect in aspects.split()), *(f"29/{kind}/{aspect}" for aspect in theirs))


def _asked(kind: str, minor: int) -> tuple[str, ...]:
    return (f"29/{kind}/takes-subscribe", "29/pattern/transport-decides", *(("37/SUBSCRIBE/understood",) * minor))


def _cancelled(kind: str, minor: int) -> tuple[str, ...]:
    return (f"29/{kind}/takes-unsubscribe", *(("37/CANCEL/understood",) * minor))


def _published(*topics: bytes) -> Iterator[Step]:
    return (app_sends(topic) for topic in topics)


def _received(*topics: bytes) -> Iterator[Step]:
    return (expect(receives(topic)) for topic in topics)


PREFIX = {
    _key(kind, minor): Case(
        title=f"a subscription at {kind} matches what begins with it, and nothing else, with 3.{minor}",
        checks=(
            *_ids(kind, minor, "subscription/prefix subscription/publisher-filters", "prefix-match filters-outgoing"),
            *(
                *_asked(kind, minor),
                f"29/{kind}/connects-to",
                f"29/{kind}/queue-on-accept",
                f"29/{kind}/sends-to-matching",
            ),
        ),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b"AB"),
            expect(in_force()),
            *_published(b"AB", b"A", b"ABC", b"", b"B", b"aB", b"xAB", b"AB end"),
            *_received(b"AB", b"ABC", b"AB end"),
        ),
    )
    for kind, minor in PAIRS
}

FIRST_FRAME = {
    _key(kind, minor): Case(
        title=f"a subscription at {kind} is compared with the first frame only, with 3.{minor}",
        checks=_ids(kind, minor, "subscription/prefix", "prefix-match outgoing-unmodified"),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b"B"),
            expect(in_force()),
            app_sends(b"A", b"B"),
            app_sends(b"", b"B"),
            app_sends(b"B", b"A", b"", b"B"),
            expect(receives(b"B", b"A", b"", b"B")),
        ),
    )
    for kind, minor in PAIRS
}

EMPTY = {
    _key(kind, minor): Case(
        title=f"the empty subscription at {kind} matches every message, with 3.{minor}",
        checks=(
            *_ids(kind, minor, "subscription/empty subscription/prefix", "outgoing-unmodified"),
            *_asked(kind, minor),
        ),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b""),
            expect(in_force()),
            *_published(b"", b"x", b"\x00", b"\x01", b"long" * 100),
            *_received(b"", b"x", b"\x00", b"\x01", b"long" * 100),
        ),
    )
    for kind, minor in PAIRS
}

BINARY = {
    _key(kind, minor): Case(
        title=f"a subscription at {kind} may hold any octets, also zeros, with 3.{minor}",
        checks=_ids(kind, minor, "subscription/binary subscription/publisher-filters", "prefix-match takes-subscribe"),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b"a\x00\xff\x00"),
            subscribes(b"\x00\x01"),
            expect(in_force()),
            *_published(
                b"a", b"a\x00\xff", b"a\x00\xff\x00", b"\x00", b"\x00\x01z", b"a\x00\xfe\x00", b"a\x00\xff\x00\x00"
            ),
            *_received(b"a\x00\xff\x00", b"\x00\x01z", b"a\x00\xff\x00\x00"),
        ),
    )
    for kind, minor in PAIRS
}

ADDITIVE = {
    _key(kind, minor): Case(
        title=f"subscriptions at {kind} add up, and a message that several match comes once, with 3.{minor}",
        checks=(*_ids(kind, minor, "subscription/additive message/once", "takes-subscribe"),),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            *(subscribes(topic) for topic in (b"A", b"AB", b"ABC", b"A", b"B")),
            expect(in_force()),
            *_published(b"ABCD", b"A", b"C", b"B", b"AB"),
            *_received(b"ABCD", b"A", b"B", b"AB"),
        ),
    )
    for kind, minor in PAIRS
}

COUNTED = {
    _key(kind, minor): Case(
        title=f"a subscription that was made twice at {kind} is cancelled twice, with 3.{minor}",
        checks=(*_ids(kind, minor, "subscription/counted", "takes-unsubscribe"),),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            *(subscribes(topic) for topic in (b"A", b"B", b"A")),
            cancels(b"A"),
            expect(in_force()),
            *_published(b"A still", b"B"),
            *_received(b"A still", b"B"),
            cancels(b"A"),
            expect(in_force()),
            *_published(b"A no more", b"B again"),
            *_received(b"B again"),
        ),
        note="What an XPUB shows its application is another matter: RFC 29 lets it show equal ones once.",
    )
    for kind, minor in PAIRS
}

CANCEL = {
    _key(kind, minor): Case(
        title=f"what only a cancelled subscription matched comes no more from {kind}, with 3.{minor}",
        checks=(*_cancelled(kind, minor), *_ids(kind, minor, "subscription/publisher-filters", "")),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            *(subscribes(topic) for topic in (b"A", b"AB", b"B")),
            expect(in_force()),
            *_published(b"A", b"AB", b"B"),
            *_received(b"A", b"AB", b"B"),
            cancels(b"A"),
            expect(in_force()),
            *_published(b"A no more", b"ABC", b"B"),
            *_received(b"ABC", b"B"),
            cancels(b"AB"),
            expect(in_force()),
            *_published(b"ABC no more", b"B"),
            *_received(b"B"),
        ),
    )
    for kind, minor in PAIRS
}

CANCEL_EMPTY = {
    _key(kind, minor): Case(
        title=f"the empty subscription at {kind} is cancelled like any other, with 3.{minor}",
        checks=(*_cancelled(kind, minor), *_ids(kind, minor, "subscription/empty subscription/publisher-filters", "")),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b""),
            subscribes(b"A"),
            cancels(b""),
            expect(in_force()),
            *_published(b"", b"B", b"A"),
            *_received(b"A"),
        ),
    )
    for kind, minor in PAIRS
}

CANCEL_OF_NOTHING = {
    f"{_key(kind, minor)}_{name}": Case(
        title=f"a cancel of {what} leaves other subscriptions at {kind} in force, with 3.{minor}",
        checks=(*_cancelled(kind, minor), *_ids(kind, minor, "subscription/additive", "")),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b"AB"),
            expect(in_force()),
            cancels(topic),
            expect(either(in_force(), rejects())),
            *_published(b"A", b"ABC"),
            expect(either(receives(b"ABC"), rejects())),
        ),
        note="To close is another way to answer a request that makes no sense; the text does not speak of it.",
    )
    for kind, minor in PAIRS
    for name, what, topic in (
        ("other", "what was never subscribed", b"B"),
        ("shorter", "a beginning of what is subscribed", b"A"),
        ("longer", "more than what is subscribed", b"ABC"),
        ("empty", "the empty subscription that was never made", b""),
    )
}

EARLY = {
    _key(kind, minor): Case(
        title=f"{kind} sends a subscriber nothing for which it asks only later, with 3.{minor}",
        checks=_ids(kind, minor, "subscription/publisher-filters", "filters-outgoing"),
        under_test=_target(kind, binds=True),
        script=(
            peer("first", minor=minor),
            subscribes(b"B"),
            expect(in_force()),
            *_published(b"A early", b"", b"B behind it"),
            *_received(b"B behind it"),
            subscribes(b"A"),
            expect(in_force()),
            *_published(b"A late"),
            *_received(b"A late"),
        ),
        note="What comes behind it shows that the early one was filtered: a publisher may do that later than it takes it.",
    )
    for kind, minor in PAIRS
}

EACH_ITS_OWN = {
    _key(kind, minor): Case(
        title=f"each subscriber of {kind} gets what it asked for, and nothing for another, with 3.{minor}",
        checks=(
            *_asked(kind, minor),
            *_ids(kind, minor, "subscription/publisher-filters", "filters-outgoing connects-to sends-to-matching"),
        ),
        under_test=_target(kind),
        script=(
            peer("first", minor=minor),
            subscribes(b"A"),
            expect(in_force()),
            peer("second", minor=minor, shared=True),
            subscribes(b"B"),
            expect(in_force()),
            peer("third", minor=minor, shared=True),
            subscribes(b""),
            expect(in_force()),
            *_published(b"A1", b"B1", b"C1", b"A2", b"B2"),
            *_received(b"A1", b"B1", b"C1", b"A2", b"B2"),
            peer("first"),
            *_received(b"A1", b"A2"),
            peer("second"),
            *_received(b"B1", b"B2"),
        ),
    )
    for kind, minor in PAIRS
}

MIXED_VERSIONS = {
    kind.lower(): Case(
        title=f"{kind} serves a subscriber of 3.0 and one of 3.1 beside each other, each in its form",
        checks=(
            *_asked(kind, 1),
            *_cancelled(kind, 1),
            "23/subscription/publisher-filters",
            "37/subscription/publisher-filters",
        ),
        under_test=_target(kind, binds=True),
        script=(
            peer("old", minor=0),
            subscribes(b"A"),
            subscribes(b"B"),
            expect(in_force()),
            peer("new", minor=1),
            subscribes(b"A"),
            subscribes(b"C"),
            expect(in_force()),
            *_published(b"A", b"B", b"C"),
            *_received(b"A", b"C"),
            cancels(b"A"),
            expect(in_force()),
            peer("old"),
            *_received(b"A", b"B"),
            *_published(b"A again", b"C again"),
            *_received(b"A again"),
            peer("new"),
            *_received(b"C again"),
        ),
    )
    for kind in KINDS
}

GONE = {
    _key(kind, minor): Case(
        title=f"what a subscriber of {kind} asked for is not sent to the next one, with 3.{minor}",
        checks=_ids(kind, minor, "subscription/publisher-filters", "disconnect-discards"),
        under_test=_target(kind, binds=True),
        script=(
            peer("first", minor=minor),
            subscribes(b"A"),
            expect(in_force()),
            hang_up(),
            peer("second", minor=minor),
            subscribes(b"B"),
            expect(in_force()),
            *_published(b"A", b"B"),
            *_received(b"B"),
        ),
    )
    for kind, minor in PAIRS
}
