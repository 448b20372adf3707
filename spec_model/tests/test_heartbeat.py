"""Heartbeats in virtual time: PINGs that go out, silence that is noticed, and the time that a PING gives us to live.

Nothing sleeps: `tick` says what time it is, and `deadline` says when the next tick has something to do.
"""

from dataclasses import replace
from typing import Any

import pytest

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.events import Closed, CommandReceived, Event, Rejected, TimedOut
from spec_model.faults.specimens import roles
from spec_model.framing import COMMAND, encode
from spec_model.grammar.greeting import GREETING
from spec_model.heartbeat import MOST_UNANSWERED
from spec_model.machines import Machine
from spec_model.machines.heartbeat import HEARTBEAT, LIFETIME
from spec_model.role import MECHANISMS, Role
from spec_model.tables import STANDARD
from spec_model.tests.memory import Cut, Talk, byte_by_byte, whole

FIRST, SECOND = 0, 1


def meeting(
    mechanism: str = "NULL", at: float = 0.0, cut: Cut = whole, second: dict[str, Any] | None = None, **first: Any
) -> Talk:
    """Two peers in traffic at some moment, the first of them with these options."""
    one, other = roles(mechanism)
    sides = (
        Connection(replace(one, **first), Replayed(1)),
        Connection(replace(other, **(second or {})), Replayed(2)),
    )
    for side in sides:
        side.tick(at)
    done = Talk(sides, cut).start()
    assert done.states == ("traffic", "traffic")
    return done


def tick(done: Talk, now: float, *, carry: bool = True) -> None:
    """It is `now` for both, and what they say arrives."""
    for side, events in zip(done.sides, done.events, strict=True):
        events.extend(side.tick(now))
    if carry:
        done.run()


def heard(done: Talk, side: int) -> list[tuple[str, object, object]]:
    """The heartbeats that a side received: name, TTL and context."""
    return [
        (event.name, event.judged.fields.get("ttl"), event.judged.fields["context"])
        for event in done.events[side]
        if isinstance(event, CommandReceived) and event.name in ("PING", "PONG")
    ]


def timeouts(events: list[Event]) -> list[str]:
    """The requirements by which a side gave up."""
    return [event.requirement for event in events if isinstance(event, TimedOut)]


def ping(ttl: int = 0, context: bytes = b"") -> bytes:
    """The octets of a PING in the open."""
    return encode(COMMAND, b"\x04PING" + ttl.to_bytes(2, "big") + context)


# --- off by default -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_without_options_no_clock_runs(mechanism: str) -> None:
    done = meeting(mechanism)
    assert [side.deadline for side in done.sides] == [None, None]
    tick(done, 1e9)
    assert done.states == ("traffic", "traffic")
    assert heard(done, FIRST) == heard(done, SECOND) == []


# --- our own PING -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("origin", [0.0, 98765.4])
def test_a_ping_each_interval(mechanism: str, origin: float) -> None:
    done = meeting(mechanism, origin, heartbeat_interval=2.0, heartbeat_ttl=3.5)
    for number in range(1, 4):
        due = done.sides[FIRST].deadline or 0.0
        assert due == pytest.approx(origin + 2.0 * number)
        tick(done, due - 0.001)
        assert len(heard(done, SECOND)) == number - 1
        tick(done, due)
        assert heard(done, SECOND) == [("PING", 35, b"")] * number
        assert heard(done, FIRST) == [("PONG", None, b"")] * number


def test_a_late_tick_sends_one_ping() -> None:
    done = meeting(heartbeat_interval=1.0)
    tick(done, 10.0)
    assert len(heard(done, SECOND)) == 1
    assert done.sides[FIRST].deadline == 11.0


MINORS = [
    # minor version of the first, of the second, whether the first sends PING
    (1, 1, True),
    (1, 2, True),
    (0, 1, False),
    (1, 0, False),
]


@pytest.mark.parametrize(("own", "other", "beats"), MINORS)
def test_who_announces_3_0_hears_and_sends_no_ping(own: int, other: int, beats: bool) -> None:
    done = meeting(heartbeat_interval=1.0, version_minor=own, second={"version_minor": other})
    tick(done, 1.0)
    assert bool(heard(done, SECOND)) == beats


def test_before_the_handshake_is_complete_there_is_none() -> None:
    connection = Connection(Role(heartbeat_interval=1.0, heartbeat_timeout=1.0), Replayed(1))
    connection.tick(0.0)
    connection.start()
    connection.octets_to_send()
    assert connection.deadline is None
    assert connection.tick(100.0) == ()
    assert connection.octets_to_send() == b""


# --- a peer that is silent ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_silence_after_a_ping_ends_the_connection(mechanism: str) -> None:
    done = meeting(mechanism, heartbeat_interval=2.0, heartbeat_timeout=3.0)
    first = done.sides[FIRST]
    events: list[Event] = []
    for now in (2.0, 4.0, 4.999):
        events.extend(first.tick(now))
    assert events == []
    assert first.deadline == 5.0
    events.extend(first.tick(5.0))
    assert events == [TimedOut("37/heartbeat/timeout", "nothing came for 3.0 s after PING"), Closed(by_peer=False)]
    assert first.deadline is None
    assert first.tick(100.0) == ()
    assert first.receive(b"\x00\x00") == ()


SIGNS = [
    # what comes in time
    ("PONG", encode(COMMAND, b"\x04PONG")),
    ("a message", encode(0, b"hello")),
    ("a frame of a message", encode(1, b"more")),
    ("a command that nobody knows", encode(COMMAND, b"\x07NOVELTY")),
    ("PING", ping()),
    ("the first octet of a frame", b"\x00"),
    ("an octet of a frame of a gigabyte", b"\x02\x00\x00\x00\x00\x40\x00\x00\x00x"),
]


@pytest.mark.parametrize("octets", [row[1] for row in SIGNS], ids=[row[0] for row in SIGNS])
def test_any_octet_is_a_sign_of_life(octets: bytes) -> None:
    first = meeting(heartbeat_interval=10.0, heartbeat_timeout=3.0).sides[FIRST]
    assert first.tick(10.0) == ()
    assert first.deadline == 13.0
    first.tick(12.9)
    first.receive(octets)
    assert first.tick(19.9) == ()
    assert first.deadline == 20.0, "only the next PING is due"
    first.tick(20.0)
    assert timeouts(list(first.tick(23.0))) == ["37/heartbeat/timeout"], "the new PING has no sign of life yet"


@pytest.mark.parametrize("machine", [HEARTBEAT, LIFETIME], ids=lambda machine: machine.name)
def test_a_connection_that_minds_signs_of_life_is_told_of_them(machine: Machine) -> None:
    row = machine.step(machine.initial, "sign of life")
    assert row is not None and STANDARD.settled
    minding = STANDARD.with_machine(machine.without(row))
    side = Connection(Role(), Replayed(1), minding)
    side.start()
    side.receive(GREETING.build({}))
    events = side.receive(encode(COMMAND, b"\x05READY"))
    assert [event.requirement for event in events if isinstance(event, Rejected)] == [machine.otherwise]


def test_no_octet_is_no_sign_of_life() -> None:
    first = meeting(heartbeat_interval=10.0, heartbeat_timeout=3.0).sides[FIRST]
    first.receive(b"\x00\x05ab")
    first.tick(10.0)
    first.receive(b"")
    assert timeouts(list(first.tick(13.0))) == ["37/heartbeat/timeout"]


def test_a_timeout_that_is_longer_than_the_interval_counts_from_the_first_ping() -> None:
    first = meeting(heartbeat_interval=1.0, heartbeat_timeout=2.5).sides[FIRST]
    assert first.tick(1.0) == first.tick(2.0) == first.tick(3.0) == ()
    assert first.deadline == 3.5
    assert timeouts(list(first.tick(3.5))) == ["37/heartbeat/timeout"]


def test_pings_do_not_pile_up() -> None:
    done = meeting(heartbeat_interval=1.0)
    first = done.sides[FIRST]
    for now in range(1, 100):
        first.tick(float(now))
    assert first.octets_to_send() == ping() * MOST_UNANSWERED
    first.receive(encode(COMMAND, b"\x04PONG") * 2)
    for now in range(100, 200):
        first.tick(float(now))
    assert first.octets_to_send() == ping() * 2, "each PONG makes room for one"
    first.receive(encode(0, b"a message is a sign of life and no PONG"))
    first.tick(200.0)
    assert first.octets_to_send() == b""


def test_both_may_beat() -> None:
    done = meeting(
        "CURVE", heartbeat_interval=1.0, heartbeat_timeout=2.0, second={"heartbeat_interval": 0.7, "heartbeat_ttl": 1.0}
    )
    now = 0.0
    while now < 60.0:
        now = min(side.deadline for side in done.sides if side.deadline is not None)
        tick(done, now)
    assert done.states == ("traffic", "traffic")
    assert len(heard(done, SECOND)) > 100


# --- the peer's TTL -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("cut", [whole, byte_by_byte])
@pytest.mark.parametrize(("ttl", "seconds"), [(1, 0.1), (20, 2.0), (0xFFFF, 6553.5)])
def test_a_ttl_expires(mechanism: str, cut: Cut, ttl: int, seconds: float) -> None:
    done = meeting(mechanism, 5.0, cut)
    done.sides[SECOND].send_command("PING", {"ttl": ttl})
    done.run()
    first = done.sides[FIRST]
    assert first.deadline == pytest.approx(5.0 + seconds)
    assert first.tick(5.0 + seconds - 0.01) == ()
    events = list(first.tick(5.0 + seconds + 0.01))
    assert timeouts(events) == ["37/heartbeat/ttl-expires"]
    assert events[-1] == Closed(by_peer=False)
    assert not any(isinstance(event, Rejected) for event in events), "the peer broke nothing"
    assert heard(done, SECOND) == [("PONG", None, b"")]


def test_a_ttl_of_zero_is_none() -> None:
    first = meeting().sides[FIRST]
    first.receive(ping(0))
    assert first.deadline is None
    assert first.tick(1e9) == ()


AFTER = [
    # what comes behind a PING with a TTL of 1 s, when the connection is given up, or None
    ("nothing", b"", 1.0),
    ("a message", encode(0, b"hello"), None),
    ("PING without TTL", ping(0), None),
    ("PING with another TTL", ping(30), 3.0),
    ("half of a PING", ping(0)[:-1], None),
    ("PONG", encode(COMMAND, b"\x04PONG"), None),
]


@pytest.mark.parametrize(("octets", "gives_up"), [row[1:] for row in AFTER], ids=[row[0] for row in AFTER])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("cut", [whole, byte_by_byte])
def test_what_comes_behind_a_ping(octets: bytes, gives_up: float | None, together: bool, cut: Cut) -> None:
    """In one segment with it or in another makes no difference: time alone counts."""
    first = meeting().sides[FIRST]
    for segment in (ping(10) + octets,) if together else (ping(10), octets):
        for part in cut(segment):
            first.receive(part)
    assert first.deadline == gives_up
    assert (first.tick(1e6) == ()) == (gives_up is None)


def test_a_ttl_counts_from_the_ping() -> None:
    first = meeting().sides[FIRST]
    first.receive(ping(10)[:-1])
    first.tick(7.0)
    first.receive(ping(10)[-1:])
    assert first.deadline == 8.0


def test_what_became_due_first_happens_first() -> None:
    first = meeting(heartbeat_interval=1.0, heartbeat_timeout=1.0).sides[FIRST]
    first.receive(ping(15))
    first.tick(1.0)
    assert first.deadline == 1.5
    assert timeouts(list(first.tick(60.0))) == ["37/heartbeat/ttl-expires"]


# --- roles and rows -----------------------------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"heartbeat_interval": -1.0}, "heartbeat times are not negative"),
    ({"heartbeat_timeout": -0.1}, "heartbeat times are not negative"),
    ({"heartbeat_ttl": 6553.6}, "a TTL is at most 6553.5 seconds"),
]


@pytest.mark.parametrize(("fields", "text"), WRONG)
def test_roles_that_cannot_be(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Role(**fields)


def test_pairs_without_a_row_cannot_happen() -> None:
    """They are rejections by the table; the clocks see to it that none of them comes."""
    missing = {
        (machine.name, state, event)
        for machine in (HEARTBEAT, LIFETIME)
        for state, event, row in machine.pairs()
        if row is None
    }
    waits_for = {"start": "off", "end of timeout": "awaiting", "end of TTL": "limited"}
    for name, state, event in missing:
        # A timer runs only in its own state; a PING is a sign of life, after which nothing is limited.
        assert waits_for.get(event, "") != state
        assert (name, state) == ("lifetime", "limited") or event in waits_for or state == "off"
