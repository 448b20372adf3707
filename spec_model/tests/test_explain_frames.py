"""Messages of several frames are explained frame by frame: those of ZAP are recognised, others are told by name."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_model.explain import MOST, Explanation, explain, readable
from spec_model.explain.layouts import grammars, named
from spec_model.framing import MORE, encode
from spec_model.grammar import MESSAGES
from spec_model.grammar.metadata import metadata_octets
from spec_model.grammar.multipart import Multipart

REQUEST, REPLY, RADIO = MESSAGES["ZAP/request"], MESSAGES["ZAP/reply"], MESSAGES["RADIO"]


def wire(frames: Sequence[bytes]) -> bytes:
    """A message of these frames."""
    last = len(frames) - 1
    return b"".join(encode(MORE if number < last else 0, frame) for number, frame in enumerate(frames))


def breaches(found: Explanation) -> set[tuple[str, str]]:
    return {(where, breach.requirement) for part in found.parts for where, breach in part.breaches()}


@pytest.mark.parametrize("key", MESSAGES)
def test_a_specimen_breaks_nothing_and_every_frame_has_its_name(key: str) -> None:
    message: Multipart = MESSAGES[key]
    found = explain(wire(message.build({})), grammar=key)
    assert breaches(found) == set()
    assert [part.name for part in found.parts[0].parts] == [
        name for name in message.fields if name not in ("envelope", message.more)
    ]


@pytest.mark.parametrize(
    ("key", "number"), [(key, number) for key, message in MESSAGES.items() for number in range(len(message.rules))]
)
def test_a_broken_rule_hangs_at_its_frame(key: str, number: int) -> None:
    message = MESSAGES[key]
    rule = message.rules[number]
    found = explain(wire(message.build(rule.spoilt(message.legal))), grammar=key)
    assert rule.needs or (rule.sender or rule.receiver) in {name for _, name in breaches(found)}
    assert all(where.split(" > ")[-1] in rule.spoil for where, _ in breaches(found))


RECOGNISED = [
    # what, frames, name of the last part of the last frame
    ("a request", REQUEST.build({}), "ZAP request"),
    ("a request through proxies", REQUEST.build({"envelope": (b"\0abcd", b"p")}), "ZAP request"),
    (
        "a request of an unknown mechanism",
        REQUEST.build({"mechanism": b"NOVEL", "credentials": (b"", b"x")}),
        "ZAP request",
    ),
    ("a reply", REPLY.build({}), "ZAP reply"),
    ("a reply with an odd status", REPLY.build({"status_code": b"999"}), "ZAP reply"),
    ("no version", REQUEST.build({"version": b"9"}), "body"),
    ("no delimiter", REQUEST.build({})[1:], "body"),
    ("an application's message", (b"", b"1.0", b"hello"), "body"),
    ("lower case", REQUEST.build({"mechanism": b"null"}), "body"),
    ("one frame", (b"1.0",), "body"),
]


@pytest.mark.parametrize(("frames", "last"), [row[1:] for row in RECOGNISED], ids=[row[0] for row in RECOGNISED])
def test_zap_is_recognised_among_frames(frames: Sequence[bytes], last: str) -> None:
    before = encode(0, b"something before")
    found = explain(before + wire(frames), grammar="frames")
    assert found.parts[-1].parts[-1].name == last
    if last.startswith("ZAP"):
        whole = found.parts[-1].parts[-1]
        octets = before + wire(frames)
        assert [octets[part.offset : part.offset + len(part.octets)] for part in whole.parts] == list(frames)


def test_metadata_of_a_reply_is_taken_apart() -> None:
    metadata = metadata_octets([("Role", b"admin")]) + b"\x05X"
    found = explain(wire(REPLY.build({"metadata": metadata})), grammar="ZAP/reply")
    assert found.parts[0].find("property") is not None
    assert ("ZAP/reply > metadata > excess", "27/reply/metadata-format") in breaches(found)


CUT = [
    ("too few frames", wire(REPLY.build({})[:-1]), "27/reply/frames"),
    ("no empty frame", wire((b"a", b"b")), "27/reply/delimiter"),
]


@pytest.mark.parametrize(("octets", "broken"), [row[1:] for row in CUT], ids=[row[0] for row in CUT])
def test_what_is_no_message_of_the_grammar_is_named(octets: bytes, broken: str) -> None:
    assert broken in {name for _, name in breaches(explain(octets, grammar="ZAP/reply"))}


def test_what_is_cut_off_says_so() -> None:
    octets = wire(RADIO.build({}))
    found = explain(octets[:-1], grammar="RADIO")
    assert found.parts[0].meaning == "more frames were to come" and found.parts[-1].meaning == "no whole frame"


NAMES = [
    ("zap request", ("ZAP/request",)),
    ("zap-reply", ("ZAP/reply",)),
    ("ZAP", ("ZAP/request", "ZAP/reply")),
    ("curve hello", ("CURVE/HELLO",)),
    ("hello", ("PLAIN/HELLO", "CURVE/HELLO")),
    ("zmtp 2.0 greeting", ("ZMTP 2.0/greeting",)),
    ("command_body", ("command-body",)),
    ("nothing", ()),
]


@pytest.mark.parametrize(("name", "keys"), NAMES, ids=[row[0] for row in NAMES])
def test_a_name_is_found_as_a_newcomer_writes_it(name: str, keys: tuple[str, ...]) -> None:
    assert named(name) == keys
    assert readable(name) == (keys[0] if len(keys) == 1 else "")


@pytest.mark.parametrize("key", grammars())
def test_octets_can_be_read_by_every_grammar(key: str) -> None:
    assert readable(key) == key


@given(octets=st.binary(max_size=80), key=st.sampled_from([*MESSAGES, "frames", "stream", ""]))
def test_nothing_raises(octets: bytes, key: str) -> None:
    for part in explain(octets, grammar=key).parts:
        list(part.walk())


def test_of_very_many_frames_the_first_are_explained() -> None:
    found = explain(bytes(2 * (MOST + 5)), grammar="frames")
    assert len(found.parts) == MOST + 1
    assert found.parts[-1].octets == bytes(10) and found.parts[-1].offset == 2 * MOST
