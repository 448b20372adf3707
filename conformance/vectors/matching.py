"""Tests of two tables: which socket types go together, and which messages a set of subscriptions or groups lets through."""

from collections.abc import Iterable, Iterator

from conformance.vectors.record import Group, Test, distinct
from spec_model.patterns.compatibility import COMPATIBLE, ENFORCED, PEERS, compatible
from spec_model.patterns.interest import Interest
from spec_model.patterns.kind import Asks, Match
from spec_model.requirements import load

Request = tuple[str, bytes]
"""Subscribe, cancel, join or leave, and the topic or group."""


def compatibility() -> Iterator[Group]:
    """A group for each version that has socket types."""
    for version, enforced in ENFORCED.items():
        words = f"ZMTP {version[0]}.{version[1]}: our socket type, and what the peer announces."
        yield Group("SocketTypes", words, distinct(_pairs(version, enforced)), {"version": list(version)})


def _pairs(version: tuple[int, int], enforced: str) -> Iterator[Test]:
    table = COMPATIBLE[version]
    names = list(table) if version > (2, 0) else sorted({name for peers in table.values() for name in peers})
    accepted = {(3, 0): "23/socket-type/legal-accepted", (3, 1): "37/socket-type/legal-accepted"}.get(version, enforced)
    for ours in table:
        for theirs in names:
            fits = compatible(ours, theirs, version)
            about = accepted if fits else enforced
            result = "valid" if fits else "invalid"
            said = "goes with" if fits else "does not go with"
            inputs = {"ours": ours, "theirs": theirs.encode()}
            yield Test(
                f"{ours} {said} {theirs}", inputs, result, "legal", (about,), load()[about].gist, ("SocketTypes",)
            )
    if version < (3, 0):
        return
    family = "37" if version > (3, 0) else "23"
    for ours in table:
        for says, strange in (
            ("a type that nobody knows", b"NOVELTY"),
            ("an empty type", b""),
            ("its own first letter only", ours[:1].encode()),
        ):
            inputs = {"ours": ours, "theirs": strange}
            yield Test(
                f"{ours} and {says}", inputs, "invalid", "illegal", (enforced,), load()[enforced].gist, ("SocketTypes",)
            )
        small = sorted(PEERS[ours])[0].lower()
        name = f"{family}/socket-type/grammar"
        yield Test(
            f"{ours} and a peer in small letters",
            {"ours": ours, "theirs": small.encode()},
            "acceptable",
            "illegal",
            (name,),
            load()[name].gist,
            ("SocketTypes",),
            name,
        )
        name = f"{family}/metadata/socket-type-sent"
        yield Test(
            f"{ours} and a peer that announces none",
            {"ours": ours, "theirs": None},
            "acceptable",
            "legal",
            (name,),
            load()[name].gist,
            ("SocketTypes",),
            name,
        )


def subscriptions() -> Iterator[Group]:
    """Topics, which match the beginning of a message and count, and groups, which match exactly and do not."""
    words = "Requests of one subscriber in order, and a message: valid is sent to it, invalid is not."
    yield Group("Subscriptions", words, distinct(_topics()))
    words = "Groups that one dish joined and left in order, and the group of a message: valid is sent to it, invalid is not."
    yield Group("Groups", words, distinct(_groups()))


TOPICS = (b"", b"a", b"ab", b"abc", b"b", b"\x00", b"\x00\x01", b"\xff", b"A", b"topic", b"t" * 255, b"t" * 256)
"""Topics that are beginnings of each other, and some that are not."""


def _topics() -> Iterator[Test]:
    for topic in TOPICS:
        for first in TOPICS:
            about = "23/subscription/empty" if not topic else "23/subscription/prefix"
            yield _match((("subscribe", topic),), (first,), about)
    for first in (b"", b"a", b"abc", b"\x00"):
        yield _match((), (first,), "23/subscription/publisher-filters")
        yield _match((("subscribe", b"a"), ("subscribe", b"ab")), (first,), "23/subscription/additive")
        yield _match((("subscribe", b"a"), ("cancel", b"a")), (first,), "23/subscription/unsubscribe")
        yield _match((("subscribe", b"a"), ("subscribe", b"a"), ("cancel", b"a")), (first,), "23/subscription/counted")
        yield _match((("subscribe", b"a"),) * 2 + (("cancel", b"a"),) * 2, (first,), "23/subscription/counted")
        yield _match(
            (("subscribe", b"a"), ("subscribe", b"ab"), ("cancel", b"a")), (first,), "23/subscription/additive"
        )
        yield _match((("subscribe", b""), ("subscribe", b"a"), ("cancel", b"")), (first,), "23/subscription/empty")
        yield _match((("subscribe", b""), ("cancel", b"a")), (first,), "37/CANCEL/understood", "37/CANCEL/understood")
    yield _match((("subscribe", b"b"),), (b"a", b"b"), "29/XPUB/prefix-match")
    yield _match((("subscribe", b"a"),), (b"a", b"b"), "29/XPUB/prefix-match")
    yield _match((("subscribe", b"ab"),), (b"a", b"b"), "29/XPUB/prefix-match")


def _groups() -> Iterator[Test]:
    for group in TOPICS[1:5] + TOPICS[8:11]:
        for sent in TOPICS[1:5] + TOPICS[8:11]:
            yield _match((("join", group),), (sent, b"body"), "48/RADIO/exact-match", kind=Asks.GROUPS)
    for sent in (b"a", b"b"):
        yield _match((), (sent, b"body"), "48/RADIO/exact-match", kind=Asks.GROUPS)
        yield _match((("join", b"a"), ("leave", b"a")), (sent, b"body"), "48/RADIO/exact-match", kind=Asks.GROUPS)
        yield _match(
            (("join", b"a"), ("join", b"b"), ("leave", b"a")), (sent, b"body"), "48/RADIO/exact-match", kind=Asks.GROUPS
        )


def _match(
    requests: Iterable[Request], parts: tuple[bytes, ...], about: str, ruling: str = "", kind: Asks = Asks.SUBSCRIPTIONS
) -> Test:
    interest = Interest(kind, Match.EXACT if kind is Asks.GROUPS else Match.PREFIX)
    asked = tuple(requests)
    for verb, topic in asked:
        (interest.add if verb in ("subscribe", "join") else interest.remove)(topic)
    goes = interest.matches(parts[0])
    result = "acceptable" if ruling else "valid" if goes else "invalid"
    words = ", ".join(f"{verb} {_shown(topic)}" for verb, topic in asked) or "nothing asked for"
    says = f"{words}: a message of {' + '.join(map(_shown, parts))} {'goes' if goes else 'does not go'} there"
    inputs = {"requests": [{"verb": verb, "topic": topic} for verb, topic in asked], "message": parts}
    return Test(says, inputs, result, "legal", (about,), load()[about].gist, ("Subscriptions",), ruling)


def _shown(topic: bytes) -> str:
    return f"{len(topic)} times {topic[:1]!r}" if len(topic) > 9 else repr(topic)[1:]
