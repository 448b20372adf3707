"""What no connection judges by itself: values of properties, bodies of messages, messages of several frames.

The same is shown of their rules as of those of the commands: each is seen true and false, its own spoil breaks it and
nothing else, and a freedom is unusual and refused by nobody.
"""

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_model.crypto.dissected import Dissected
from spec_model.crypto.sealing import dissect
from spec_model.grammar import MESSAGES, SHAPES
from spec_model.grammar.command import Command, Fields, Freedom, Malformed, Rule, changed
from spec_model.grammar.metadata import metadata_octets
from spec_model.grammar.multipart import Misframed, Multipart, split_envelope
from spec_model.grammar.properties import SOCKET_TYPES, SOCKET_TYPES_OF_3_0
from spec_model.judging import judge_frames, judge_properties
from spec_model.patterns.compatibility import PEERS, SINCE_3_1
from spec_model.requirements import check_ids
from spec_model.tests.test_grammar import FAST, fields_of, fits, plain

Shape = Command | Multipart

ALL: dict[str, Shape] = {**SHAPES, **MESSAGES}
RULES = {
    f"{key}: {rule.title}": (shape, rule)
    for key, shape in ALL.items()
    for rule in (*shape.rules, *(rule for inner in shape.inside.values() for rule in inner.rules))
}
FREEDOMS = {f"{key}: {freedom.title}": (shape, freedom) for key, shape in ALL.items() for freedom in shape.freedoms}

KNOWN: Fields = {"version_minor": 0, "request_id": b"1"}
"""What the rules may compare a specimen with."""

ALONG: dict[str, set[str]] = {
    # What breaks together with a rule, because the same octets mean something else too.
    "27/reply/metadata-value": {"27/reply/metadata-format"},  # a value of 2^31 octets is not there, so it breaks off
}


OLD_FRAMES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(
        lambda flags, body, long: {
            "length": 0xFF if long else len(body) + 1,
            "long_length": len(body) + 1 if long else None,
            "flags": flags,
            "body": body,
        },
        st.integers(0, 255),
        st.binary(max_size=253),
        st.booleans(),
    ),
    st.sampled_from(
        [
            {"length": 0, "long_length": None, "flags": None, "body": b""},
            {"length": 0xFF, "long_length": 0, "flags": None, "body": b""},
        ]
    ),
)
"""Frames of ZMTP 1.0, also those that are too short for their flags."""


def specimen(shape: Shape) -> dict[str, Any]:
    """The legal fields of a shape."""
    return {name: shape.legal.get(name, () if name == "envelope" else b"") for name in shape.fields}


def judge(shape: Shape, fields: Fields) -> Dissected:
    """Fields built, read back and judged."""
    if isinstance(shape, Multipart):
        return judge_frames(shape, shape.build(fields), KNOWN)
    return dissect(shape, shape.build(fields), None, KNOWN)


def any_fields(shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a shape, legal or not."""
    if isinstance(shape, Command) and "long_length" in shape.fields:
        return OLD_FRAMES
    if isinstance(shape, Command):
        return fields_of(shape)
    frames = st.binary(max_size=20)
    values: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(shape.fields, frames)
    values["envelope"] = st.lists(st.binary(min_size=1, max_size=5), max_size=3).map(tuple)
    values["delimiter"] = st.just(b"")
    values[shape.more] = st.lists(frames, max_size=3).map(tuple)
    drawn = {
        name: values[name] | st.just(shape.legal[name]) if name in shape.legal else values[name]
        for name in shape.fields
    }
    return st.fixed_dictionaries(drawn)


# --- layouts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ALL.values(), ids=ALL)
def test_what_is_built_reads_back(shape: Shape) -> None:
    @FAST
    @given(any_fields(shape))
    def check(fields: dict[str, Any]) -> None:
        if isinstance(shape, Multipart):
            assert shape.parse(shape.build(fields)) == fields
            return
        octets = shape.build(fields)
        if fits(shape, len(octets)):
            assert {name: plain(value) for name, value in shape.parse(octets).items()} == fields
        else:
            with pytest.raises(Malformed):
                shape.parse(octets)

    check()


@pytest.mark.parametrize("shape", MESSAGES.values(), ids=MESSAGES)
def test_too_few_frames_and_too_many(shape: Multipart) -> None:
    frames = shape.build(specimen(shape))
    refused, accused = Dissected(shape.name, {}).broken, shape.frames_rule
    assert judge_frames(shape, frames).broken == refused
    for wrong in (frames[:-1], frames * 2) if not shape.more else (frames[: len(shape.frames)],):
        with pytest.raises(Misframed, match=f"frames do not make a {shape.name}"):
            shape.parse(wrong)
        assert judge_frames(shape, wrong).broken == ((accused[1], accused[0]),)


ENVELOPES: list[tuple[list[bytes], tuple[bytes, ...], tuple[bytes, ...]]] = [
    # frames, addresses, what follows
    ([], (), ()),
    ([b""], (), (b"",)),
    ([b"", b"1.0"], (), (b"", b"1.0")),
    ([b"a", b"b", b"", b"1.0", b"", b"x"], (b"a", b"b"), (b"", b"1.0", b"", b"x")),
    ([b"a", b"1.0"], (b"a", b"1.0"), ()),
]


@pytest.mark.parametrize(("frames", "addresses", "rest"), ENVELOPES)
def test_envelopes(frames: list[bytes], addresses: tuple[bytes, ...], rest: tuple[bytes, ...]) -> None:
    assert split_envelope(frames) == (addresses, rest)


# --- rules and freedoms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ALL.values(), ids=ALL)
def test_the_specimen_is_legal(shape: Shape) -> None:
    assert judge(shape, specimen(shape)).broken == ()


@pytest.mark.parametrize(("shape", "rule"), RULES.values(), ids=RULES)
def test_a_rule_is_seen_true_and_false(shape: Shape, rule: Rule) -> None:
    seen, names = Counter[bool](), (rule.sender, rule.receiver)
    seen[names not in judge(shape, specimen(shape)).broken] += 1

    @FAST
    @given(any_fields(shape))
    def generated(fields: dict[str, Any]) -> None:
        if rule in shape.rules:  # the rules of an inner grammar see the fields of that
            seen[rule.holds(SimpleNamespace(**fields, known=SimpleNamespace(**KNOWN)))] += 1

    generated()
    spoilt = judge(shape, rule.spoilt(specimen(shape)))
    assert names in spoilt.broken, "its own spoil breaks it"
    assert {sender or receiver for sender, receiver in spoilt.broken if (sender, receiver) != names} <= ALONG.get(
        rule.sender, set()
    )
    seen[False] += 1
    assert seen[True] and seen[False]


@pytest.mark.parametrize(("shape", "rule"), RULES.values(), ids=RULES)
def test_a_rule_cites_somebody(shape: Shape, rule: Rule) -> None:
    assert rule.requirement and rule.title


@pytest.mark.parametrize(("shape", "freedom"), FREEDOMS.values(), ids=FREEDOMS)
def test_a_freedom_is_let_pass_and_is_unusual(shape: Shape, freedom: Freedom) -> None:
    natural, unusual = specimen(shape), changed(specimen(shape), freedom.change)
    assert judge(shape, unusual).broken == ()
    assert freedom.strict(SimpleNamespace(**natural)) and not freedom.strict(SimpleNamespace(**unusual))


def cited() -> Iterator[str]:
    """Every id that a shape cites."""
    for shape in ALL.values():
        yield from shape.frames_rule if isinstance(shape, Multipart) else shape.size_rule
        yield from shape.delimiter_rule if isinstance(shape, Multipart) else ()
        yield from (name for rule in shape.rules for name in (rule.sender, rule.receiver))
        yield from (freedom.requirement for freedom in shape.freedoms)


def test_every_id_that_is_cited_exists() -> None:
    check_ids(filter(None, cited()))


# --- values of properties -----------------------------------------------------------------------------------------


def test_the_socket_types_are_those_of_the_table_of_peers() -> None:
    assert {name.decode() for name in SOCKET_TYPES} == set(PEERS)
    assert {name.decode() for name in SOCKET_TYPES - SOCKET_TYPES_OF_3_0} == SINCE_3_1


PROPERTIES = [
    # name, value, minor version of the sender, what the sender breaks, what obliges a receiver to refuse
    ("Socket-Type", b"DEALER", 0, (), ""),
    ("socket-TYPE", b"CHANNEL", 1, (), ""),
    ("Socket-Type", b"CHANNEL", None, (), ""),
    ("Socket-Type", b"CHANNEL", 0, ("23/socket-type/grammar",), ""),
    ("Socket-Type", b"dealer", 1, ("37/socket-type/grammar",), "37/socket-type/enforced"),
    ("Socket-Type", b"", 0, ("37/socket-type/grammar",), "37/socket-type/enforced"),
    ("Socket-Type", b"STREAM", 0, ("37/socket-type/grammar",), "37/socket-type/enforced"),
    ("Identity", b"", 1, (), ""),
    ("Identity", b"\xff" * 255, 1, (), ""),
    ("Identity", b"a\x00", 1, (), ""),
    ("Identity", b"\x00", 1, ("37/identity/first-octet",), ""),
    ("Identity", bytes(256), 1, ("37/identity/size", "37/identity/first-octet"), ""),
    ("Resource", b"a", 1, (), ""),
    ("Resource", b"A-_.+$@&9/b", 1, (), ""),
    ("Resource", b"", 1, ("37/resource/grammar",), ""),
    ("Resource", b"/a", 1, ("37/resource/grammar",), ""),
    ("Resource", b"a/", 1, ("37/resource/grammar",), ""),
    ("Resource", b"a//b", 1, ("37/resource/grammar",), ""),
    ("Resource", b"a b", 1, ("37/resource/chars",), ""),
    ("Resource", b"/\xe4", 1, ("37/resource/grammar", "37/resource/chars"), ""),
]


@pytest.mark.parametrize(("name", "value", "minor", "accused", "refused"), PROPERTIES)
def test_values_of_properties(
    name: str, value: bytes, minor: int | None, accused: tuple[str, ...], refused: str
) -> None:
    (judged,) = judge_properties(metadata_octets([("X-Other", b""), (name, value)]), minor)
    assert (judged.accused, judged.refused) == (accused, refused)
    assert judged.fields == {"value": value}


# --- subscriptions and groups -------------------------------------------------------------------------------------

SUBSCRIPTIONS = [
    # octets of a message's only frame, what kind of subscription it is, what the subscriber breaks
    (b"\x01", (1, b""), ()),
    (b"\x00topic", (0, b"topic"), ()),
    (b"\x01\x00\xff", (1, b"\x00\xff"), ()),
    (b"\x02topic", (2, b"topic"), ("23/subscription/subscribe",)),
    (b"", None, ("23/subscription/subscribe",)),
]


@pytest.mark.parametrize(("octets", "read", "accused"), SUBSCRIPTIONS)
def test_subscriptions_of_3_0(octets: bytes, read: tuple[int, bytes] | None, accused: tuple[str, ...]) -> None:
    judged = dissect(SHAPES["message/subscription"], octets)
    assert (judged.fields["kind"], judged.fields["subscription"]) == read if read else not judged.fields
    assert judged.accused == accused


GROUPS = [
    # frames, what the RADIO breaks
    ((b"group", b"body"), ()),
    ((b"", b""), ()),
    ((b"g" * 255, bytes(1000)), ()),
    ((b"g" * 256, b""), ("37/group/size",)),
    ((b"g\x00", b""), ("37/group/chars",)),
    ((b"body",), ("37/group/message",)),
    ((b"group", b"one", b"two"), ("37/group/message",)),
]


@pytest.mark.parametrize(("frames", "accused"), GROUPS)
def test_messages_to_groups(frames: tuple[bytes, ...], accused: tuple[str, ...]) -> None:
    assert judge_frames(MESSAGES["RADIO"], frames).accused == accused
