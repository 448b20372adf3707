"""Older versions: what the first octets of a peer tell, what the reference does about it, frames there and back."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.sealing import dissect
from spec_model.events import Rejected
from spec_model.faults.specimens import roles
from spec_model.grammar.greeting import GREETING, mechanism_octets
from spec_model.grammar.legacy import FRAME_1_0, FRAME_2_0, GREETING_1_0, GREETING_2_0
from spec_model.legacy import (
    Found,
    OldFrame,
    Version,
    detect,
    encode_1_0,
    encode_2_0,
    frames_1_0,
    frames_2_0,
    greeting_1_0,
    greeting_2_0,
    refusal,
)
from spec_model.machines.legacy import LEGACY
from spec_model.requirements import check_ids
from spec_model.role import MECHANISMS
from spec_model.tests.test_grammar import FAST

SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
V1, V2, V3 = Version.ZMTP_1_0, Version.ZMTP_2_0, Version.ZMTP_3
SHORT, LONG = "23/legacy/short-identity", "23/legacy/long-identity"

# --- detection ----------------------------------------------------------------------------------------------------

DETECTED: list[tuple[str, bytes, Found | None]] = [
    # first octets of a peer, what they tell
    ("nothing", b"", None),
    ("anonymous", greeting_1_0(), Found(V1, SHORT, 1, 0, 2)),
    ("one octet", b"\x01", Found(V1, SHORT, 1, 0, 2)),
    ("named", greeting_1_0(b"me"), Found(V1, SHORT, 1, 2, 2)),
    ("the longest short length", b"\xfe", Found(V1, SHORT, 1, 253, 2)),
    ("a length of zero", b"\x00", Found(V1, SHORT, 1, -1, 2)),
    ("a letter: something else altogether", b"GET / HTTP/1.1\r\n", Found(V1, SHORT, 1, ord("G") - 1, 2)),
    ("FF", b"\xff", None),
    ("nine octets", SIGNATURE[:9], None),
    ("a long length", greeting_1_0(b"i" * 255, long=True), Found(V1, LONG, 10, 255, 10)),
    ("a long length of nothing", greeting_1_0(b"", long=True), Found(V1, LONG, 10, 0, 10)),
    ("even flags other than zero", b"\xff" + bytes(7) + b"\x05\x7e", Found(V1, LONG, 10, 4, 10)),
    ("odd flags: taken for a signature", b"\xff" + bytes(7) + b"\x05\x01", None),
    ("a signature", SIGNATURE, None),
    ("a signature for 1.0 peers", b"\xff" + bytes(7) + b"\x01\x7f", None),
    ("revision 0", SIGNATURE + b"\x00", Found(Version.UNKNOWN, "23/greeting/lower-version", 11)),
    ("revision 1", greeting_2_0("DEALER"), Found(V2, "23/legacy/detects-2.0", 11)),
    ("revision 2", SIGNATURE + b"\x02", Found(V2, "23/legacy/detects-2.0", 11)),
    ("2.0 with a padding", greeting_2_0("SUB", b"me", bytes(7) + b"\x03"), Found(V2, "23/legacy/detects-2.0", 11)),
    ("version 3", SIGNATURE + b"\x03", Found(V3, "23/greeting/higher-version", 11)),
    ("version 4", SIGNATURE + b"\x04\x00", Found(V3, "23/greeting/higher-version", 11)),
    ("version 255", SIGNATURE + b"\xff", Found(V3, "23/greeting/higher-version", 11)),
]


@pytest.mark.parametrize(("octets", "found"), [row[1:] for row in DETECTED], ids=[row[0] for row in DETECTED])
def test_detection(octets: bytes, found: Found | None) -> None:
    assert detect(octets) == found
    for size in range(len(octets)):
        if found is None or size < found.looked_at:
            assert detect(octets[:size]) is None, "it waits for as many octets as it needs"
        else:
            assert detect(octets[:size]) == found, "and looks at no more"


@FAST
@given(st.binary(max_size=70))
def test_every_stream_is_something(octets: bytes) -> None:
    found = detect(octets)
    if found is None:
        assert len(octets) < 11 and octets[:1] in (b"", b"\xff")
    else:
        assert (found.version is V1) == (found.identity_size is not None)


def test_an_identity_is_where_it_is_said_to_be() -> None:
    for octets in (greeting_1_0(b"somebody"), greeting_1_0(b"somebody", long=True)):
        found = detect(octets)
        assert found is not None and found.identity_at is not None and found.identity_size is not None
        assert octets[found.identity_at : found.identity_at + found.identity_size] == b"somebody"


# --- the reference does not downgrade -----------------------------------------------------------------------------


def test_refusals() -> None:
    rows = [
        (greeting_1_0(), "NULL", "23/greeting/lower-version"),
        (greeting_1_0(), "CURVE", "23/greeting/downgrade"),
        (greeting_1_0(b"", long=True), "PLAIN", "23/greeting/downgrade"),
        (greeting_2_0("DEALER"), "NULL", "23/greeting/lower-version"),
        (greeting_2_0("DEALER"), "PLAIN", "23/greeting/downgrade"),
        (SIGNATURE + b"\x00", "NULL", "23/greeting/lower-version"),
        (SIGNATURE + b"\x03", "NULL", ""),
        (SIGNATURE + b"\x03", "CURVE", ""),
    ]
    for octets, mechanism, requirement in rows:
        found = detect(octets)
        assert found is not None
        assert refusal(found, mechanism) == requirement


def streams() -> Iterator[bytes]:
    """What older peers send, whole conversations of them."""
    yield greeting_1_0() + encode_1_0(b"hello")
    yield greeting_1_0(b"me", long=True) + encode_1_0(b"hello")
    yield greeting_2_0("DEALER") + encode_2_0(b"hello")
    yield SIGNATURE + b"\x02" + bytes(60)
    yield SIGNATURE + b"\x00" + bytes(60)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("stream", list(streams()), ids=lambda stream: stream[:12].hex())
@pytest.mark.parametrize("side", (0, 1))
def test_the_reference_closes_on_older_peers(mechanism: str, stream: bytes, side: int) -> None:
    """It closes on the octet that tells the version, whatever comes behind and however it is cut."""
    found = detect(stream)
    assert found is not None
    for segments in ([stream], [stream[:1], stream[1:2], stream[2:]]):
        connection = Connection(roles(mechanism)[side], Replayed(1))
        connection.start()
        greeting = connection.octets_to_send()
        events = [event for segment in segments for event in connection.receive(segment)]
        assert connection.state == "closed"
        assert len([event for event in events if isinstance(event, Rejected)]) == 1
        assert connection.octets_to_send() == b""
        assert len(greeting) == 64


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_peer_of_3_is_found_and_served(mechanism: str) -> None:
    greeting = GREETING.build({"mechanism": mechanism_octets(mechanism)})
    found = detect(greeting)
    assert found is not None and found.version is V3 and refusal(found, mechanism) == ""


# --- the table ----------------------------------------------------------------------------------------------------


def test_every_row_cites_a_requirement_and_every_state_is_reached() -> None:
    check_ids([LEGACY.otherwise, *(row.requirement for row in LEGACY.rows)])
    reached = {LEGACY.initial}
    for _ in LEGACY.rows:
        reached |= {row.then for row in LEGACY.rows if row.state in reached}
    assert set(LEGACY.states) == reached
    assert set(Version) <= reached


@pytest.mark.parametrize("octet", range(256))
def test_every_octet_has_a_row(octet: int) -> None:
    assert (detect(bytes([octet])) is None) == (octet == 0xFF)
    assert (detect(SIGNATURE[:9] + bytes([octet])) is None) == bool(octet & 1)
    assert detect(SIGNATURE + bytes([octet])) is not None


# --- frames and greetings -----------------------------------------------------------------------------------------

FRAMES = [
    # body, more, long, octets of ZMTP 1.0, octets of ZMTP 2.0
    (b"", False, False, b"\x01\x00", b"\x00\x00"),
    (b"hello", False, False, b"\x06\x00hello", b"\x00\x05hello"),
    (b"hello", True, False, b"\x06\x01hello", b"\x01\x05hello"),
    (b"x", False, True, b"\xff" + bytes(7) + b"\x02\x00x", b"\x02" + bytes(7) + b"\x01x"),
    (b"x" * 253, False, False, b"\xfe\x00" + b"x" * 253, b"\x00\xfd" + b"x" * 253),
    (b"x" * 254, False, False, b"\xff" + bytes(7) + b"\xff\x00" + b"x" * 254, b"\x00\xfe" + b"x" * 254),
    (
        *(b"x" * 256, True, False, b"\xff" + bytes(6) + b"\x01\x01\x01" + b"x" * 256),
        b"\x03" + bytes(6) + b"\x01\x00" + b"x" * 256,
    ),
]


@pytest.mark.parametrize(("body", "more", "long", "octets_1_0", "octets_2_0"), FRAMES)
def test_frames(body: bytes, more: bool, long: bool, octets_1_0: bytes, octets_2_0: bytes) -> None:
    assert encode_1_0(body, more=more, long=long) == octets_1_0
    assert encode_2_0(body, more=more, long=long) == octets_2_0
    for octets, frames, grammar in ((octets_1_0, frames_1_0, FRAME_1_0), (octets_2_0, frames_2_0, FRAME_2_0)):
        assert list(frames(octets + octets + octets[:-1])) == [OldFrame(more, body)] * 2
        assert dissect(grammar, octets).broken == ()
        assert grammar.parse(octets)["body"] == body


def test_frames_of_length_zero_are_dropped() -> None:
    assert list(frames_1_0(b"\x00\x02\x00a\x00\xff" + bytes(8) + b"\x02\x00b")) == [
        OldFrame(False, b"a"),
        OldFrame(False, b"b"),
    ]


@FAST
@given(st.lists(st.tuples(st.binary(max_size=300), st.booleans(), st.booleans()), max_size=5), st.integers(0, 400))
def test_frames_read_back(frames: list[tuple[bytes, bool, bool]], cut: int) -> None:
    expected = [OldFrame(more, body) for body, more, _ in frames]
    for encode, read in ((encode_1_0, frames_1_0), (encode_2_0, frames_2_0)):
        octets = b"".join(encode(body, more=more, long=long) for body, more, long in frames)
        assert list(read(octets)) == expected
        read_of_cut = list(read(octets[: cut % (len(octets) + 1)]))
        assert read_of_cut == expected[: len(read_of_cut)]


GREETINGS = [
    # grammar, octets, what the sender breaks
    (GREETING_1_0, greeting_1_0(), ()),
    (GREETING_1_0, greeting_1_0(b"i" * 255), ()),
    (GREETING_1_0, greeting_1_0(b"\x00"), ("13/identity/first-octet",)),
    (GREETING_1_0, SIGNATURE[:8] + b"\x03\x7fme", ("13/greeting/idflags-zero",)),  # a newer peer that detects
    (GREETING_1_0, b"\x00", ("13/greeting/sent",)),
    (GREETING_2_0, greeting_2_0("PAIR"), ()),
    (GREETING_2_0, greeting_2_0("PUSH", b"i" * 255), ()),
    (GREETING_2_0, SIGNATURE + b"\x03\x05\x00\x00", ("15/greeting/revision",)),  # a newer peer that downgrades
    (GREETING_2_0, SIGNATURE + b"\x01\x09\x00\x00", ("15/greeting/socket-type",)),
    (GREETING_2_0, SIGNATURE + b"\x01\x05\x00\x02a", ("15/greeting/layout",)),
]


@pytest.mark.parametrize(("grammar", "octets", "accused"), GREETINGS)
def test_greetings(grammar: object, octets: bytes, accused: tuple[str, ...]) -> None:
    assert dissect(grammar, octets).accused == accused  # type: ignore[arg-type]


def test_to_a_1_0_peer_a_signature_is_the_head_of_an_identity_frame() -> None:
    """What the detection rests on (RFC 23 "Detecting ZMTP 1.0 and 2.0 Peers"): ten octets, then the identity."""
    pseudo_signature = b"\xff" + (len(b"me") + 1).to_bytes(8, "big") + b"\x7f"
    assert list(frames_1_0(pseudo_signature + b"me" + encode_1_0(b"hello"))) == [
        OldFrame(True, b"me"),  # 7F has the lowest bit set; the flags of an identity are not looked at
        OldFrame(False, b"hello"),
    ]
    assert dissect(GREETING_1_0, pseudo_signature + b"me").refused == ""
