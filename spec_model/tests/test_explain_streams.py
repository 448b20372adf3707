"""What one side of a connection sends is read to the last octet, whatever it is; nothing makes the reader raise."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_model.explain import Reader, Session, explain, keys_of
from spec_model.framing import COMMAND, LONG, MORE, encode
from spec_model.grammar import COMMANDS, SHAPES
from spec_model.grammar.greeting import GREETING
from spec_model.grammar.null import READY
from spec_model.grammar.primitives import name_octets
from spec_model.legacy import encode_1_0, encode_2_0, greeting_1_0, greeting_2_0
from spec_model.requirements import load
from spec_model.role import MECHANISMS
from spec_model.tests.spoken import accused, names, talk

FAST = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


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
    octets, keys = talk(mechanism).sides[side], talk(mechanism).keys
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
    octets, keys = talk(mechanism).sides[side], talk(mechanism).keys
    for at, new, cut in changes:
        octets = octets[:at] + new + octets[at + cut :]
    for options in (manner, {}):
        explain(octets, keys=keys, **options)
