"""Explaining finds what `dissect` finds, says where it is, opens what can be opened, and never raises.

Octets come from reference peers that talk in memory; what is broken in them is what the rules of the grammar spoil.
"""

from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_model.connection import Connection
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.dissected import Dissected
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.sealing import dissect
from spec_model.explain import KEY_NAMES, Explanation, Part, Reader, Session, explain, keys_of, read_hex, readable
from spec_model.explain.citations import citations
from spec_model.explain.layouts import grammars, levels, named
from spec_model.explain.levels import explain_command
from spec_model.explain.meanings import meaning
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, Specimen, roles, specimens
from spec_model.framing import COMMAND, LONG, MORE, encode
from spec_model.grammar import COMMANDS, SHAPES
from spec_model.grammar.greeting import GREETING
from spec_model.grammar.null import ERROR, READY
from spec_model.grammar.primitives import name_octets
from spec_model.legacy import encode_1_0, encode_2_0, greeting_1_0, greeting_2_0
from spec_model.requirements import load
from spec_model.role import MECHANISMS
from spec_model.tests.memory import Talk

FAST = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SPECIMENS = {
    f"{number} {one.mechanism} {'server' if one.as_server else 'client'} {one.item.name}": one
    for number, one in enumerate(specimens())
}


@cache
def talk(mechanism: str) -> tuple[bytes, bytes, Keyring]:
    """What client and server said in a handshake, a message and a PING; and every key of the conversation."""
    sides = tuple(Connection(role, Replayed(f"{mechanism} {number}")) for number, role in enumerate(roles(mechanism)))
    spoken = Talk((sides[0], sides[1])).start()
    for side in sides:
        side.send(b"two", b"frames")
        side.send_command("PING", {"ttl": 3, "context": b"hi"})
        spoken.run()
    keys = {"c": CLIENT_KEYS.secret, "s": SERVER_KEYS.secret}
    if mechanism == "CURVE":
        keys |= {"c'": sides[0].mechanism.keys["c'"], "s'": sides[1].mechanism.keys["s'"]}
    return bytes(spoken.octets[0]), bytes(spoken.octets[1]), keys_of(keys)


def names(found: Iterable[Part]) -> list[str]:
    """What came: the greeting, the grammar of each command, and "message" for a frame of one."""
    listed = []
    for part in found:
        body = part.find("body")
        keys = [name for _, inner in part.walk() if (name := inner.name) in COMMANDS and name != "frame"]
        listed += keys or (["message"] if body is not None else [part.name])
    return listed


def broken(found: Iterable[Part]) -> set[tuple[str, str]]:
    """What the grammar of the command says is broken; the grammars of property values are left to themselves."""
    return {
        (breach.sender, breach.receiver)
        for part in found
        for where, breach in part.breaches()
        if not where.endswith("property > value")
    }


def accused(found: Explanation) -> set[str]:
    return {breach.requirement for part in found.parts for _, breach in part.breaches()}


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


def test_offsets_count_from_the_first_octet_and_anew_in_a_box() -> None:
    client, _, keys = talk("CURVE")
    found = explain(client, keys=keys)
    for part in found.parts:
        for _, field in part.walk():
            if field.sealed:
                break
            assert client[field.offset : field.offset + len(field.octets)] == field.octets
    sealed = [field for part in found.parts for _, field in part.walk() if field.sealed]
    assert sealed and all(box.offset == 0 for box in sealed)
    payload = next(box for box in sealed if box.name == "payload")
    assert payload.parts[1].offset == 1


# --- streams --------------------------------------------------------------------------------------------------------

SAID = {
    "NULL": (["NULL/READY"], ["NULL/READY"]),
    "PLAIN": (["PLAIN/HELLO", "PLAIN/INITIATE"], ["PLAIN/WELCOME", "PLAIN/READY"]),
    "CURVE": (["CURVE/HELLO", "CURVE/INITIATE"], ["CURVE/WELCOME", "CURVE/READY"]),
}
TRAFFIC = ["message", "message", "traffic/PING", "traffic/PONG"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("side", [0, 1])
def test_a_conversation_is_read_to_the_last_octet(mechanism: str, side: int) -> None:
    octets, keys = talk(mechanism)[side], talk(mechanism)[2]
    found = explain(octets, keys=keys)
    assert (found.kind, found.mechanism) == ("stream", mechanism)
    assert found.sender == ("" if mechanism == "NULL" else ("client", "server")[side])
    assert b"".join(part.octets for part in found.parts) == octets
    said = names(found.parts)
    handshake = ["greeting", *SAID[mechanism][side]]
    assert said[: len(handshake)] == handshake
    rest = [name for name in said[len(handshake) :] if not name.startswith("CURVE/MESSAGE")]
    assert sorted(rest) == sorted(TRAFFIC if mechanism != "CURVE" else TRAFFIC[2:])
    assert not accused(found) and not found.assumed


def test_both_sides_share_what_was_learnt() -> None:
    """The permanent keys and one transient secret open all of it: the public halves are in the conversation."""
    client, server, keys = talk("CURVE")
    session = Session("CURVE", True, keys_of({"c": keys["c"], "s": keys["s"], "c'": keys["c'"]}))
    sides = Reader(session, "client"), Reader(session, "server")
    found = [*sides[0].feed(client[:266]), *sides[1].feed(server), *sides[0].feed(client[266:])]
    boxes = [field for part in found for _, field in part.walk() if "closed" in field.meaning]
    assert {box.name for box in boxes} == {"cookie_box"}  # K was never said


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_octets_one_by_one_make_the_same(mechanism: str) -> None:
    client, _, keys = talk(mechanism)
    reader = Reader(Session(keys=keys.snapshot()))
    parts = [part for octet in client for part in reader.feed(bytes((octet,)))]
    assert tuple(parts) == explain(client, keys=keys).parts


PING = b"\x04PING\x00\x03hi"
ONE_READY = encode(COMMAND, name_octets("READY"))
GREETED = GREETING.build({})

KINDS_OF = [
    ("a greeting", GREETED, "stream", ["greeting"]),
    ("part of a greeting", GREETED[:20], "stream", ["greeting"]),
    ("a greeting and frames", GREETED + ONE_READY, "stream", ["greeting", "NULL/READY"]),
    ("a spoilt greeting", b"\xfe" + GREETED[1:], "stream", ["greeting"]),
    ("a frame", encode(COMMAND, PING), "frames", ["traffic/PING"]),
    ("a long frame", encode(COMMAND | LONG, PING), "frames", ["traffic/PING"]),
    ("a message", encode(MORE, b"a") + encode(0, b"b"), "frames", ["message", "message"]),
    ("a frame that is cut off", encode(0, b"abc")[:4], "frames", ["frame"]),
    ("a command", PING, "command", ["traffic/PING"]),
    ("an unheard command", b"\x04NOPEx", "command", ["unknown command"]),
    ("a frame of an unheard command", encode(COMMAND, b"\x04NOPEx"), "frames", ["message"]),
    ("a command of CURVE", b"\x05HELLO\x01\x00" + bytes(192), "command", ["CURVE/HELLO"]),
    ("a command of PLAIN", b"\x05HELLO\x01a\x01b", "command", ["PLAIN/HELLO"]),
    ("a command of NULL", READY.build({}), "command", ["NULL/READY"]),
    ("ZMTP 2.0", greeting_2_0("REQ", b"me") + encode_2_0(b"x"), "stream", ["greeting of ZMTP 2.0", "message"]),
    ("no octets", b"", "frames", []),
]


@pytest.mark.parametrize(("octets", "kind", "said"), [row[1:] for row in KINDS_OF], ids=[row[0] for row in KINDS_OF])
def test_it_finds_out_what_octets_are(octets: bytes, kind: str, said: list[str]) -> None:
    found = explain(octets)
    assert (found.kind, names(found.parts)) == (kind, said)


def test_the_oldest_version_has_to_be_named() -> None:
    octets = greeting_1_0(b"me") + encode_1_0(b"a", more=True) + encode_1_0(bytes(300))
    found = explain(octets, grammar="stream")
    assert [part.name for part in found.parts] == ["greeting of ZMTP 1.0", *["frame of ZMTP 1.0"] * 2]
    assert not accused(found)


LATE = [
    ("READY twice", "NULL", "", [ONE_READY, ONE_READY], "23/traffic/commands", False),
    ("a message before READY", "NULL", "", [encode(0, b"x")], "23/NULL/grammar", True),
    ("INITIATE first", "PLAIN", "client", [encode(COMMAND, name_octets("INITIATE"))], "24/handshake/order", True),
    ("a server's HELLO", "PLAIN", "server", [encode(COMMAND, b"\x05HELLO\x00\x00")], "24/handshake/order", True),
    ("PING under CURVE in the open", "CURVE", "client", [encode(COMMAND, PING)], "26/handshake/order", True),
]


@pytest.mark.parametrize(
    ("mechanism", "sender", "frames", "requirement", "late"), [row[1:] for row in LATE], ids=[row[0] for row in LATE]
)
def test_what_comes_out_of_its_turn_is_said(
    mechanism: str, sender: str, frames: list[bytes], requirement: str, late: bool
) -> None:
    greeting = GREETING.build({"mechanism": mechanism.encode().ljust(20, b"\0"), "as_server": int(sender == "server")})
    found = explain(greeting + b"".join(frames))
    assert (requirement in accused(found)) == late


def test_a_nonce_that_was_used_is_seen() -> None:
    client, _, keys = talk("CURVE")
    last = explain(client, keys=keys).parts[-1].octets
    assert "26/MESSAGE/sends-incrementing-nonces" in accused(explain(client + last, keys=keys))


@pytest.mark.parametrize(("flags", "size"), [(0x06, 2**63), (0x02, 2**64 - 1)])
def test_a_size_beyond_all_bounds_ends_the_stream(flags: int, size: int) -> None:
    found = explain(GREETED + bytes([flags]) + size.to_bytes(8, "big") + b"rest")
    assert found.parts[-1].name == "frame" and "23/frame/long-size-limit" in accused(found)


# --- it never raises ------------------------------------------------------------------------------------------------

MANNERS = st.fixed_dictionaries(
    {
        "mechanism": st.sampled_from(["", *MECHANISMS]),
        "sender": st.sampled_from(["", "client", "server"]),
        "grammar": st.sampled_from(["", "command", "frames", "stream", *COMMANDS, *SHAPES]),
    }
)


@FAST
@given(octets=st.binary(max_size=400), manner=MANNERS)
def test_random_octets_never_raise(octets: bytes, manner: dict[str, str]) -> None:
    _, _, keys = talk("CURVE")
    for part in explain(octets, keys=keys, **manner).parts:
        assert all(name in load() for _, breach in part.breaches() for name in (breach.requirement,))


@FAST
@given(
    mechanism=st.sampled_from(MECHANISMS),
    side=st.integers(0, 1),
    changes=st.lists(st.tuples(st.integers(0, 700), st.binary(max_size=3), st.integers(0, 80)), max_size=4),
    manner=MANNERS,
)
def test_mutated_conversations_never_raise(
    mechanism: str, side: int, changes: list[tuple[int, bytes, int]], manner: dict[str, str]
) -> None:
    *sides, keys = talk(mechanism)
    octets = sides[side]
    for at, new, cut in changes:
        octets = octets[:at] + new + octets[at + cut :]
    for options in (manner, {}):
        explain(octets, keys=keys, **options)


# --- the tables themselves ------------------------------------------------------------------------------------------


def test_every_field_of_every_grammar_has_a_meaning() -> None:
    missing = [(key, field.name) for key in grammars() for level in levels(key) for field in level.fields if not field.meaning]
    assert not missing
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
