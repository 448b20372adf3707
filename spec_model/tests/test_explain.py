"""Explaining finds what `dissect` finds, says where it is, opens what can be opened, and never raises.

Octets come from reference peers that talk in memory; what is broken in them is what the rules of the grammar spoil.
"""

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_model.crypto.dissected import Dissected
from spec_model.crypto.sealing import dissect
from spec_model.explain import KEY_NAMES, Part, keys_of, read_hex, readable
from spec_model.explain.citations import citations
from spec_model.explain.layouts import grammars, levels, named
from spec_model.explain.levels import explain_command
from spec_model.explain.meanings import meaning
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, Specimen, specimens
from spec_model.grammar import COMMANDS
from spec_model.grammar.greeting import GREETING
from spec_model.grammar.null import ERROR, READY
from spec_model.requirements import load

FAST = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SPECIMENS = {
    f"{number} {one.mechanism} {'server' if one.as_server else 'client'} {one.item.name}": one
    for number, one in enumerate(specimens())
}


def broken(found: Iterable[Part]) -> set[tuple[str, str]]:
    """What the grammar of the command says is broken; the grammars of property values are left to themselves."""
    return {
        (breach.sender, breach.receiver)
        for part in found
        for where, breach in part.breaches()
        if not where.endswith("property > value")
    }


# --- one command ----------------------------------------------------------------------------------------------------


def same(command_key: str, octets: bytes, one: Specimen) -> Dissected:
    judged = dissect(COMMANDS[command_key], octets, one.item.keys, one.known)
    part = explain_command(COMMANDS[command_key], octets, one.item.keys, one.known)
    assert broken([part]) == set(judged.broken)
    for name, value in judged.fields.items():
        if isinstance(value, int | bytes) and name != "excess":
            found = part.find(name)
            assert found is not None and found.value == value, name
    return judged


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_command_is_read_as_dissect_reads_it(name: str) -> None:
    one = SPECIMENS[name]
    octets = one.item.body()
    judged = same(one.item.grammar, octets, one)
    part = explain_command(COMMANDS[one.item.grammar], octets, one.item.keys, one.known)
    assert b"".join(field.octets for field in part.parts) == octets
    opened = [field for _, field in part.walk() if field.sealed]
    assert len(opened) == len(judged.opened)


@pytest.mark.parametrize("name", SPECIMENS)
def test_what_is_broken_is_what_dissect_says(name: str) -> None:
    one = SPECIMENS[name]
    for level in COMMANDS[one.item.grammar].levels():
        for rule in level.rules:
            same(one.item.grammar, one.item.body(given=rule.spoil), one)
    for cut in (0, 1, 7):
        same(one.item.grammar, one.item.body()[: -cut or None] + b"\x00" * (cut == 0), one)


@FAST
@given(
    name=st.sampled_from(sorted(SPECIMENS)), at=st.integers(0, 400), new=st.binary(max_size=3), cut=st.integers(0, 2)
)
def test_mutated_commands_are_judged_alike(name: str, at: int, new: bytes, cut: int) -> None:
    one = SPECIMENS[name]
    octets = one.item.body()
    same(one.item.grammar, octets[:at] + new + octets[at + cut :], one)


PLACES = [
    ("greeting", GREETING.build({"as_server": 2}), "greeting > as_server", "23/greeting/as-server-value"),
    ("greeting", GREETING.build({"signature_end": 0x7E}), "greeting > signature_end", "23/greeting/signature"),
    (
        "NULL/READY",
        READY.build({"metadata": b"\x01a\x00\x00\x00\x00\x02a b\x00\x00"}),
        "READY > metadata > excess",
        "23/READY/layout",
    ),
    (
        "NULL/READY",
        READY.build({"metadata": b"\x01a\x00\x00\x00\x00\x03a b\x00\x00\x00\x00"}),
        "READY > metadata > property",
        "23/metadata/name-chars",
    ),
    (
        "NULL/READY",
        READY.build({"metadata": b"\x0bsocket-type\x00\x00\x00\x02NO"}),
        "READY > metadata > property > value",
        "37/socket-type/grammar",
    ),
    ("NULL/ERROR", ERROR.build({"reason_size": 9}), "ERROR > reason_size", "23/ERROR/layout"),
    ("traffic/PING", b"\x04PING\x00", "PING", "37/PING/layout"),
]


@pytest.mark.parametrize(("key", "octets", "where", "requirement"), PLACES)
def test_what_is_broken_has_a_place(key: str, octets: bytes, where: str, requirement: str) -> None:
    part = explain_command(COMMANDS[key], octets)
    assert (where, requirement) in {(place, breach.requirement) for place, breach in part.breaches()}


# --- the tables themselves ------------------------------------------------------------------------------------------


def test_every_field_of_every_grammar_has_a_meaning() -> None:
    for key in grammars():
        for level in levels(key):
            assert not [field.name for field in level.fields if not field.meaning], key
    assert meaning("nothing", "nowhere") == ""


def test_every_clause_names_a_requirement() -> None:
    for key in grammars():
        for level in levels(key):
            for clause in level.clauses:
                assert (clause.sender or clause.receiver) in load(), (key, clause)
                assert {clause.sender, clause.receiver} <= {*load(), ""}


NAMES = [
    ("hello", "", ("PLAIN/HELLO", "CURVE/HELLO")),
    ("HELLO", "CURVE", ("CURVE/HELLO",)),
    ("curve/welcome", "", ("CURVE/WELCOME",)),
    ("frame", "", ("frame",)),
    ("ping", "NULL", ("traffic/PING",)),
    ("ZAP/request", "", ("ZAP/request",)),
    ("nothing", "", ()),
]


@pytest.mark.parametrize(("name", "mechanism", "keys"), NAMES)
def test_grammars_are_found_by_name(name: str, mechanism: str, keys: tuple[str, ...]) -> None:
    assert named(name, mechanism) == keys


def test_what_cites_a_requirement_is_found() -> None:
    kinds = {citation.kind for name in ("26/HELLO/padding", "26/handshake/order") for citation in citations(name)}
    assert kinds == {"grammar", "fault", "machine"}
    assert {one.kind for one in citations("28/DEALER/round-robin")} == {"socket type", "fault"}
    cited = {rule.requirement for shape in COMMANDS.values() for level in shape.levels() for rule in level.rules}
    assert all(any(one.kind == "grammar" for one in citations(name)) for name in sorted(cited)[:5])


# --- hex text and keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["04ff", "04 FF", "04:ff", "0x04, 0xff", "\\x04\\xff", " 04\n\tff "])
def test_hex_text_is_read(text: str) -> None:
    assert read_hex(text) == b"\x04\xff"


@pytest.mark.parametrize(("text", "reason"), [("04f", "no whole octets"), ("zz", "no hex text"), ("½", "no hex text")])
def test_other_text_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_hex(text)


def test_secret_keys_bring_their_public_halves() -> None:
    keys = keys_of({"c": CLIENT_KEYS.secret, "S": SERVER_KEYS.public})
    assert keys["C"] == CLIENT_KEYS.public and "s" not in keys
    assert len(KEY_NAMES) == 9 and readable("curve/hello") == "CURVE/HELLO" and not readable("curve")
    with pytest.raises(ValueError, match="there is no key"):
        keys_of({"X": bytes(32)})
    with pytest.raises(ValueError, match="a key has 32"):
        keys_of({"K": bytes(31)})
