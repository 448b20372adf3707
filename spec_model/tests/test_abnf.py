"""The RFCs' own ABNF is a second oracle: what is legal here parses there, what is illegal here does not.

The grammars are read from the texts (`rfc_texts`), repaired by a reviewed list (`abnf_repairs`) and parsed by the package
`abnf`. What is compared stands in `abnf_rows`, and each difference, with what rules on it, in `abnf_differences`.
"""

import re
from collections.abc import Iterator
from itertools import permutations
from types import SimpleNamespace

import pytest
from abnf import GrammarError, ParseError
from hypothesis import HealthCheck, given, settings

from spec_model.crypto.sealing import dissect
from spec_model.faults.specimens import Specimen, specimens
from spec_model.framing import COMMAND
from spec_model.grammar import COMMANDS
from spec_model.grammar.command import Command, Fields, Rule
from spec_model.grammar.properties import SOCKET_TYPES
from spec_model.judging import judge_frames
from spec_model.legacy import encode_1_0, encode_2_0, greeting_1_0, greeting_2_0
from spec_model.requirements import load
from spec_model.tests.abnf_differences import ANY_CASE, LOOSER, STRICTER, Stricter
from spec_model.tests.abnf_repairs import (
    REPAIRS,
    WITH_ABNF,
    Repair,
    fresh,
    grammar,
    parses,
    productions,
    repairs_of,
    written,
)
from spec_model.tests.abnf_rows import ROWS, STREAMS, Compared, bare
from spec_model.tests.rfc_texts import text_of

SLOW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)

CORE = {"ALPHA", "DIGIT", "OCTET", "VCHAR"}
"""The rules of RFC 5234 that the RFCs use."""


# --- the repairs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("repair", REPAIRS, ids=lambda repair: f"{repair.production or 'any'} {repair.written}")
def test_a_repair_is_needed(repair: Repair) -> None:
    """Each production that it changes is no ABNF without it, and there is one in each RFC that it names."""
    for rfc in repair.rfcs:
        changed = [
            name
            for name, text in written(rfc).items()
            if repair in repairs_of(rfc, name) and re.search(repair.written, text)
        ]
        assert changed
        for name in changed:
            text = written(rfc)[name]
            for other in repairs_of(rfc, name):
                if other is not repair:
                    text = re.sub(other.written, other.meant, text)
            with pytest.raises((ParseError, GrammarError)):
                fresh(rfc).create(text)
    assert repair.why


@pytest.mark.parametrize("rfc", WITH_ABNF)
def test_a_repaired_grammar_is_abnf_and_complete(rfc: int) -> None:
    grammar(rfc)
    for name, text in productions(rfc).items():
        assert references(text) - {name} <= set(productions(rfc)) | CORE


def references(text: str) -> set[str]:
    """The names that a production uses; quoted strings and numbers are none."""
    definition = re.sub(r'"[^"]*"|%[bdxBDX][\w.-]+', " ", text.partition("=")[2])
    return {"OCTET" if name == "octet" else name for name in re.findall(r"[A-Za-z][\w-]*", definition)}


# --- values -------------------------------------------------------------------------------------------------------


def whole(row: Compared, drawn: Fields) -> dict[str, object]:
    """All fields of a legal value."""
    return {**row.shape.legal, **drawn}


def known(row: Compared) -> Fields:
    """What the rules may compare with: an RFC judges peers of its own version."""
    return {"version_minor": 0 if row.rfc == 23 else 1}


def broken(row: Compared, fields: Fields) -> set[tuple[str, str]]:
    """What these fields break of our rules, at all levels that are not sealed."""
    shape = row.shape
    if isinstance(shape, Command):
        return set(dissect(shape, shape.build(fields), None, known(row)).broken)
    return set(judge_frames(shape, shape.build(fields), known(row)).broken)


def rules_of(row: Compared) -> Iterator[Rule]:
    """The rules that the production's octets can break by themselves: ours, and those of what lies open inside.

    Left out are rules that need to remember something, the last nonce or a key: no grammar does.
    """
    inside = (rule for inner in row.shape.inside.values() for rule in inner.rules)
    for rule in (*row.shape.rules, *inside):
        if set(rule.needs) <= {"version_minor"} and (not row.about or set(rule.spoil) <= set(row.about)):
            yield rule


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_legal_here_parses_there(row: Compared) -> None:
    @SLOW
    @given(row.legal)
    def check(drawn: Fields) -> None:
        fields = whole(row, drawn)
        assert broken(row, fields) == set()
        assert parses(row.rfc, row.production, row.octets(fields))

    check()


RULES = {f"{row}, {row.key}: {rule.title}": (row, rule) for row in ROWS for rule in rules_of(row)}


NEVER_SPOILT = {(37, "23/socket-type/grammar")}
"""Rules that no value of the RFC breaks: a peer of 3.1 may have every type."""


@pytest.mark.parametrize(("row", "rule"), RULES.values(), ids=RULES)
def test_what_is_illegal_here_does_not_parse_there(row: Compared, rule: Rule) -> None:
    difference = LOOSER.get((row.rfc, row.production, rule.title))
    seen: set[bool] = set()

    @SLOW
    @given(row.legal)
    def check(drawn: Fields) -> None:
        spoilt = rule.spoilt(whole(row, drawn))
        if rule in row.shape.rules and rule.holds(SimpleNamespace(**spoilt, known=SimpleNamespace(**known(row)))):
            return  # there are values that this does not spoil: a long command may have a long size
        seen.add(parses(row.rfc, row.production, row.octets(spoilt)))

    check()
    if not seen:
        assert (row.rfc, rule.sender) in NEVER_SPOILT
    elif difference is None:
        assert seen == {False}
    else:
        assert True in seen, "a difference that is listed is one"


SIZED = [
    (row, row.shape)
    for row in ROWS
    if isinstance(row.shape, Command) and row.shape.size[0] and row.wrap is bare and not row.about
]


@pytest.mark.parametrize(("row", "shape"), SIZED, ids=[str(row) for row, _ in SIZED])
def test_what_is_too_short_or_too_long_does_not_parse(row: Compared, shape: Command) -> None:
    smallest, largest = shape.size

    @SLOW
    @given(row.legal)
    def check(drawn: Fields) -> None:
        octets = row.octets(whole(row, drawn))
        assert not parses(row.rfc, row.production, octets[: smallest - 1])
        if smallest == largest:
            assert not parses(row.rfc, row.production, octets + b"\x00")

    check()


# --- differences --------------------------------------------------------------------------------------------------


def test_every_difference_is_ruled_on() -> None:
    rules = {(row.rfc, row.production, rule.title) for row, rule in RULES.values()}
    assert set(LOOSER) <= rules
    for difference in (*LOOSER.values(), *(row.difference for row in STRICTER)):
        assert load()[difference.ruling].gist, "the catalogue has an entry about it"
        assert difference.why


@pytest.mark.parametrize("row", STRICTER, ids=lambda row: f"{row.compared} {row.difference.ruling} {row.fields}")
def test_what_is_legal_here_and_does_not_parse_there(row: Stricter) -> None:
    fields = whole(row.compared, row.fields)
    assert broken(row.compared, fields) == set()
    assert not parses(row.compared.rfc, row.compared.production, row.compared.octets(fields))


@pytest.mark.parametrize(("rfc", "production", "octets", "ruling"), ANY_CASE)
def test_names_in_another_case_parse_there_and_are_unknown_here(
    rfc: int, production: str, octets: bytes, ruling: str
) -> None:
    assert parses(rfc, production, octets)
    assert load()[ruling].gist
    assert octets not in SOCKET_TYPES
    names = {key.split("/")[1].encode() for key in COMMANDS if "/" in key}
    assert not any(name in octets for name in names)


# --- whole streams ------------------------------------------------------------------------------------------------


def said(mechanism: str) -> list[Specimen]:
    """What two reference peers say in a handshake that succeeds, and a message of each, in order."""
    names = ("HELLO", "WELCOME", "INITIATE", "READY", "MESSAGE")
    whole_talk = [one for one in specimens() if one.mechanism == mechanism and one.item.name in names]
    first = next(place for place, one in enumerate(whole_talk) if one.item.name == "READY")
    return whole_talk[: first + 1]


CONVERSATIONS = [
    (24, "plain", "PLAIN", True, b"\x00\x05hello\x01\x01a\x00\x00"),
    (26, "curvezmq", "CURVE", False, b"\x07MESSAGE" + bytes(25)),
]


@pytest.mark.parametrize(("rfc", "production", "mechanism", "framed", "traffic"), CONVERSATIONS)
def test_a_conversation_in_order_parses_and_no_other_order_does(
    rfc: int, production: str, mechanism: str, framed: bool, traffic: bytes
) -> None:
    steps = [one.item.encode() if framed else one.item.body() for one in said(mechanism)]
    assert len(steps) == 4
    assert parses(rfc, production, b"".join(steps) + traffic)
    for order in permutations(steps):
        assert parses(rfc, production, b"".join(order)) == (list(order) == steps)
    for missing in range(4):
        assert not parses(rfc, production, b"".join(steps[:missing] + steps[missing + 1 :]))


def test_an_error_of_the_server_does_not_end_the_grammar() -> None:
    """By the letter INITIATE follows an ERROR in the place of WELCOME (24/handshake/ends-with-error)."""
    hello, _, initiate, ready = [one.item.encode() for one in said("PLAIN")]
    error = b"\x04\x07\x05ERROR\x00"
    assert parses(24, "plain", hello + error + initiate + ready)
    assert not parses(24, "plain", hello + error)
    assert load()["24/handshake/ends-with-error"].ruling


@pytest.mark.parametrize(("rfc", "minor"), [(23, 0), (37, 1)])
def test_what_a_null_peer_sends_is_a_connection(rfc: int, minor: int) -> None:
    ready, *rest = [
        one.item for one in specimens() if one.mechanism == "NULL" and not one.as_server and one.item.flags & COMMAND
    ][:3]
    greeting = b"\xff" + bytes(8) + b"\x7f\x03" + bytes([minor]) + b"NULL" + bytes(48)
    stream = greeting + ready.encode() + b"\x01\x01a\x00\x00"
    assert parses(rfc, "connection", stream + b"".join(item.encode() for item in rest))
    assert parses(rfc, "zmtp", stream)
    assert parses(rfc, "null", stream[64:])
    assert parses(rfc, "null", b"\x04\x07\x05ERROR\x00")
    assert not parses(rfc, "connection", greeting), "a handshake has at least one command"
    assert not parses(rfc, "connection", greeting + b"\x00\x01a")
    assert not parses(rfc, "null", b"\x00\x01a" + ready.encode())


OLD = [
    # rfc, stream of one side, whether it is a connection
    (13, greeting_1_0() + encode_1_0(b"a", more=True) + encode_1_0(b""), True),
    (13, greeting_1_0(b"me") + encode_1_0(b"a"), True),
    (13, greeting_1_0(), True),
    (13, b"", False),
    (15, greeting_2_0("DEALER") + encode_2_0(b"a", more=True) + encode_2_0(b"", long=True), True),
    (15, greeting_2_0("SUB", b"me") + encode_2_0(b"\x01topic"), True),
    (15, greeting_2_0("PAIR"), True),
    (15, encode_2_0(b"a"), False),
]


@pytest.mark.parametrize(("rfc", "stream", "whole_stream"), OLD)
def test_what_an_old_peer_sends_is_a_connection(rfc: int, stream: bytes, whole_stream: bool) -> None:
    assert parses(rfc, "connection", stream) == whole_stream
    if whole_stream:
        assert parses(rfc, "zmtp", stream)


# --- nothing is left out ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rfc", WITH_ABNF)
def test_every_production_is_compared_by_itself_or_within_another(rfc: int) -> None:
    told = {row.production for row in ROWS if row.rfc == rfc} | {name for of, name in STREAMS if of == rfc}
    assert told <= set(productions(rfc))
    for _ in productions(rfc):
        told |= {name for one in told & set(productions(rfc)) for name in references(productions(rfc)[one])}
    assert set(productions(rfc)) == told - CORE


COUNTED = {13: 19, 15: 26, 23: 40, 24: 21, 26: 38, 27: 5, 37: 54}
"""How many productions each grammar has: 203 in all."""


def test_no_grammar_and_no_production_is_overlooked() -> None:
    """RFC 48 has two productions of RFC 37 again, word for word; every other RFC of the catalogue has none."""
    assert {rfc: len(productions(rfc)) for rfc in WITH_ABNF} == COUNTED
    for rfc in {entry.rfc for entry in load().values()} - set(WITH_ABNF):
        again = {one.production for one in text_of(rfc) if one.production}
        assert again == ({"group", "group-char"} if rfc == 48 else set())
        assert again <= set(productions(37))
