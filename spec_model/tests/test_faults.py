"""Every fault can be made, talks legally where it should, and is seen to be faulty where it says that it can be seen.

Derived faults are confronted with what they get wrong: who forgot a rule with a peer that breaks it, who polices with a
peer that takes a freedom, who ignores a command with that command. The written ones follow in `test_written_faults`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy, Replayed
from spec_model.crypto.sealing import Tamper
from spec_model.events import Closed, Failed
from spec_model.faults import Fault, faults
from spec_model.faults.derive import Level, derived, levels, receiving
from spec_model.faults.fault import Make, reading
from spec_model.faults.rows import UNHEARD_OF, from_rows
from spec_model.faults.specimens import roles, specimens
from spec_model.framing import COMMAND, encode
from spec_model.grammar.command import Freedom, Rule
from spec_model.machines import MACHINES
from spec_model.requirements import load
from spec_model.role import MECHANISMS, Role
from spec_model.tables import STANDARD, Spoil
from spec_model.tests.memory import Talk, confront, reference, talk, until

ALL = list(faults().values())
KINDS = (
    "accepts",
    "sends",
    "polices",
    "forgets",
    "redirects",
    "ignores",
    "written",
    "spoils",
    "refuses",
    "serves",
    "harms",
)


def parties(fault: Fault) -> Iterator[tuple[str, int]]:
    """Mechanism and side of the peers that show a fault: 0 for the client, 1 for the server."""
    for mechanism in MECHANISMS:
        for side, role in enumerate(roles(mechanism)):
            if fault.mechanism in ("", mechanism) and (
                mechanism == "NULL" or fault.as_server in (None, role.as_server)
            ):
                yield mechanism, side


def converse(done: Talk) -> Talk:
    """Messages, heartbeats and ends, as far as the two come."""
    done.start()
    for part in (1, 2):
        for side in done.sides:
            if side.state == "traffic":
                side.send(b"one", b"two")
                side.send(b"three \x00 zero")
                side.send(b"")
                side.send(b"four")
            if side.state == "traffic" and part == 2:
                side.send_command("PING", {"ttl": 5, "context": b"beat"})
                for name in ("JOIN", "LEAVE"):
                    side.send_command(name, {"group": b"group"})
        done.run()
    for side in done.sides:
        if side.state == "traffic":
            side.push_frame(b"unfinished", more=True)
    done.run()
    for number, side in enumerate(done.sides):
        done.events[number].extend(side.end())
    return done


# --- what every fault is ------------------------------------------------------------------------------------------


def test_ids_are_readable_and_stable() -> None:
    for fault in ALL:
        assert re.fullmatch(rf"({'|'.join(KINDS)})(\.[A-Za-z_]+(-[A-Za-z0-9_]+)*)+", fault.id), fault.id
    # The ids depend on the tables alone, not on the order in which they are read.
    assert [fault.id for fault in derived()] == [fault.id for fault in derived()]
    assert len({fault.id for fault in ALL}) == len(ALL)


NAMED = [
    "accepts.CURVE.HELLO.padding",
    "accepts.CURVE.HELLO.signature.unopened",
    "accepts.CURVE.INITIATE.vouch-box.server-key.vouched-server",
    "sends.CURVE.HELLO.padding",
    "sends.frame.reserved-bits.commands",
    "polices.greeting.padding",
    "forgets.curve_server.expect-hello.HELLO",
    "redirects.null.expect-ready.READY",
    "ignores.curve_server.expect-hello.INITIATE",
    "written.reused-nonce-client",
    "written.cookie-for-ever",
]


@pytest.mark.parametrize("name", NAMED)
def test_ids_that_are_published(name: str) -> None:
    assert name in faults()


def test_the_order_is_derived_then_written() -> None:
    written = [fault.id.startswith(("written.", "harms.")) for fault in ALL]
    assert written == sorted(written)
    assert [fault.id for fault in derived()] == [fault.id for fault in ALL][: len(list(derived()))]


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.id)
def test_a_fault_can_be_made_and_says_what_it_is(fault: Fault) -> None:
    assert fault.visible != bool(fault.because)
    assert fault.requirements and len(set(fault.requirements)) == len(fault.requirements)
    assert set(fault.requirements) <= set(load())
    if fault.visible:
        assert any(load()[name].seen != "never" for name in fault.requirements)
    assert fault.title[:1].islower() and not fault.title.endswith(".")
    for mechanism, side in parties(fault):
        role = roles(mechanism)[side]
        assert fault.plays(role)
        connection = fault.make(role, Replayed(1))
        assert isinstance(connection, Connection)
        assert connection.start() == ()
    assert list(parties(fault)), "somebody shows it"


def test_a_fault_is_visible_or_says_why_not() -> None:
    with pytest.raises(ValueError, match="`because` goes with a fault that is not visible"):
        replace(ALL[0], visible=False)
    with pytest.raises(ValueError, match="`because` goes with a fault that is not visible"):
        replace(ALL[0], because="so")


# --- legal conversations ------------------------------------------------------------------------------------------

WHOLE = [(b"one", b"two"), (b"three \x00 zero",), (b"",), (b"four",)] * 2

SOUND_WITH_SOUND_PEERS = {
    # Written faults that nobody notices in a legal conversation.
    "amplifying-error",
    "any-socket-type",
    "as-server-inverted",
    "back-to-handshake",
    "believes-outer-more",
    "bodies-up-to-64k",
    "cookie-for-ever",
    "crashes-on-empty-command",
    "crashes-on-empty-name",
    "crashes-on-huge-size",
    "deaf-on-error",
    "deaf-to-odd-greetings",
    "deaf-to-reserved-flags",
    "deaf-when-refusing",
    "delivers-cut-frames",
    "dies-of-duplicates",
    "dies-of-early-ends",
    "dies-of-no-metadata",
    "dies-of-odd-names",
    "dies-of-reserved-identities",
    "dies-without-socket-type",
    "drops-behind-gaps",
    "duplicate-property",
    "error-after-message",
    "error-from-client",
    "everybody-is-let-in",
    "greeting-in-one-segment",
    "greets-last",
    "heeds-only-reasons",
    "hello-minor-version",
    "hello-padding-of-70",
    "joins-frames-of-commands",
    "long-identity",
    "mechanism-in-any-case",
    "mechanism-up-to-null",
    "never-closes",
    "no-socket-type",
    "one-command-a-segment",
    "one-long-nonce",
    "one-place-for-parts",
    "passes-over-bad-messages",
    "passes-over-low-initiates",
    "passes-over-malformed",
    "passes-over-rests",
    "plain-as-server-inverted",
    "plain-dies-of-odd-credentials",
    "plain-everybody-is-let-in",
    "plain-goes-on-after-error",
    "plain-initiates-at-once",
    "plain-takes-messages-before-ready",
    "plain-wants-two-characters",
    "plain-welcomes-servers",
    "pong-stale-memory",
    "pong-with-ttl",
    "pong-without-context",
    "ready-last",
    "refuses-identity",
    "refuses-resources",
    "refuses-socket-type-in-silence",
    "reused-handshake-nonce",
    "same-cookie-key",
    "same-cookie-nonce",
    "same-socket-type-only",
    "same-transient-client",
    "same-transient-server",
    "same-vouch-nonce",
    "same-welcome",
    "same-welcome-nonce",
    "sets-memory-aside",
    "short-commands-only",
    "sizes-of-32-bits",
    "smallest-ttl-for-none",
    "takes-messages-before-ready",
    "wants-nonces-from-one-client",
    "wants-nonces-from-one-server",
    "x-property",
}


def talks_legally(fault: Fault) -> bool:
    """Whether a sound peer notices nothing of the fault as long as it does nothing unusual itself."""
    kind, _, rest = fault.id.partition(".")
    if kind == "written":
        return rest in SOUND_WITH_SOUND_PEERS
    return kind in ("accepts", "ignores") or kind == "polices" and rest != "frame.empty.flags"


@pytest.mark.parametrize("fault", [one for one in ALL if talks_legally(one)], ids=lambda fault: fault.id)
def test_a_legal_conversation(fault: Fault) -> None:
    for mechanism, side in parties(fault):
        done = converse(confront(mechanism, side, fault.make))
        assert [done.delivered(0), done.delivered(1)] == [WHOLE, WHOLE]
        assert [done.rejected(0), done.rejected(1)] == [[], []]


def test_every_written_fault_that_is_said_to_be_sound_is_there() -> None:
    assert {f"written.{name}" for name in SOUND_WITH_SOUND_PEERS} <= set(faults())


# The reference says nothing of the kinds that are left out in a legal conversation.
SENDERS = [one for one in ALL if one.id.startswith("sends.") and one.visible and ".ERROR." not in one.id]


@pytest.mark.parametrize("fault", SENDERS, ids=lambda fault: fault.id)
def test_who_sends_something_wrong_sends_something_else(fault: Fault) -> None:
    for mechanism, side in parties(fault):
        sound, faulty = converse(talk(mechanism)), converse(confront(mechanism, side, fault.make))
        assert sound.octets[side] != faulty.octets[side]


# --- derived from grammars ----------------------------------------------------------------------------------------

RULES = [(level, rule) for level in levels() for rule in level.command.rules if rule.receiver]
FREEDOMS = [(level, freedom) for level in levels() for freedom in level.command.freedoms if level.key != "frame"]


def by_tables(kind: str, level: Level, wanted: Rule | Freedom) -> Fault:
    """The derived fault of a rule or a freedom."""
    requirement = wanted.receiver if isinstance(wanted, Rule) else wanted.requirement
    title = (wanted.title, f"{level.name} ")
    found = [
        fault
        for fault in derived()
        if fault.id.startswith(f"{kind}.{level.key.replace('/', '.')}.")
        and requirement in fault.requirements
        and fault.title.endswith(title[0])
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("level", "rule"), RULES, ids=[f"{level.key} {rule.title}" for level, rule in RULES])
def test_who_forgot_a_rule_accepts_what_breaks_it(level: Level, rule: Rule) -> None:
    fault = by_tables("accepts", level, rule)
    peer = reading(STANDARD.with_spoil(level.key, Spoil(given=rule.spoil)))
    for mechanism, side in parties(fault):
        sound = converse(confront(mechanism, side, reference, peer))
        faulty = converse(confront(mechanism, side, fault.make, peer))
        assert sound.rejected(side) in ([rule.receiver], ["26/metadata/layout"], ["23/NULL/ready-parsed"])
        if fault.visible or "ruling" in fault.because:
            assert faulty.rejected(side) == []
            assert faulty.delivered(side) or level.name == "WELCOME"
        else:
            assert faulty.rejected(side), fault.because


@pytest.mark.parametrize(("level", "freedom"), FREEDOMS, ids=[f"{level.key} {one.title}" for level, one in FREEDOMS])
def test_who_polices_a_freedom_refuses_it(level: Level, freedom: Freedom) -> None:
    fault = by_tables("polices", level, freedom)
    peer = reading(STANDARD.with_spoil(level.key, Spoil(given=freedom.change)))
    for mechanism, side in parties(fault):
        sound = converse(confront(mechanism, side, reference, peer))
        faulty = converse(confront(mechanism, side, fault.make, peer))
        assert (sound.rejected(side), sound.delivered(side)) == ([], WHOLE)
        assert (faulty.rejected(side), faulty.delivered(side)) == ([freedom.requirement], [])


LENGTHENED = [("CURVE/HELLO", "signature", 1), ("CURVE/WELCOME", "box", 0)]


@pytest.mark.parametrize(("key", "field", "side"), LENGTHENED)
def test_who_accepts_a_long_command_accepts_one(key: str, field: str, side: int) -> None:
    peer = reading(STANDARD.with_spoil(key, Spoil(alterations=(Tamper(field, extend=b"\x00"),))))
    fault = faults()[f"accepts.{key.replace('/', '.')}.long"]
    assert converse(confront("CURVE", side, reference, peer)).rejected(side)
    assert converse(confront("CURVE", side, fault.make, peer)).delivered(side) == WHOLE


UNOPENED = [("CURVE/HELLO", "signature"), ("CURVE/INITIATE", "vouch_box")]


@pytest.mark.parametrize(("key", "field"), UNOPENED)
def test_who_believes_an_unopened_box_accepts_one(key: str, field: str) -> None:
    peer = reading(STANDARD.with_spoil(key, Spoil(alterations=(Tamper(field, flip=0),))))
    fault = faults()[f"accepts.{key.replace('/', '.')}.{field.replace('_', '-')}.unopened"]
    assert converse(confront("CURVE", 1, reference, peer)).rejected(1)
    assert converse(confront("CURVE", 1, fault.make, peer)).delivered(1) == WHOLE


def test_who_is_said_to_receive_a_command_does() -> None:
    for one in specimens():
        mechanism, as_server = receiving(one.item.grammar)
        assert mechanism in ("", one.mechanism)
        assert as_server in (None, not one.as_server)


# --- derived from machines ----------------------------------------------------------------------------------------

IGNORED = [one for one in ALL if one.id.startswith("ignores.")]


@pytest.mark.parametrize("fault", IGNORED, ids=lambda fault: fault.id)
def test_who_ignores_a_command_stays_as_he_was(fault: Fault) -> None:
    _, machine, state, event = fault.id.split(".")
    (mechanism, side) = next(iter(parties(fault)))
    name = "NOVELTY" if event == UNHEARD_OF.replace(" ", "-") else event
    octets = (
        encode(0, b"body") if event == "message" else encode(COMMAND, bytes([len(name)]) + name.encode() + bytes(300))
    )
    sound, faulty = (bring(mechanism, side, state, make) for make in (reference, fault.make))
    assert sound.receive(octets)[-1] == Closed(by_peer=False) and sound.state == "closed"
    assert faulty.receive(octets) == () and faulty.state == state
    assert MACHINES[machine].step(state, event) is None


def bring(mechanism: str, side: int, state: str, make: Make) -> Connection:
    """A peer on some side, brought to a state by a legal one; what it had to say is said."""
    done = until(confront(mechanism, side, make), side, state)
    done.sides[side].octets_to_send()
    return done.sides[side]


TABLED = [one for one in ALL if one.id.startswith(("forgets.", "redirects."))]


@pytest.mark.parametrize("fault", TABLED, ids=lambda fault: fault.id)
def test_who_forgot_a_row_shows_it_or_not(fault: Fault) -> None:
    """A legal conversation, ERROR in every state, an unknown command, an old peer: one of them tells, or none."""
    differences = 0
    for mechanism, side in parties(fault):
        for provoked in (legal, erring, erring_late, unheard, old, mortal, beating):
            differences += provoked(mechanism, side, reference) != provoked(mechanism, side, fault.make)
    assert bool(differences) == (fault.visible or "ruling" in fault.because)


def outcome(done: Talk, side: int) -> object:
    """What one side shows: octets, messages, and whether it is still there."""
    return bytes(done.octets[side]), done.delivered(side), done.sides[side].state == "closed"


def legal(mechanism: str, side: int, make: Make) -> object:
    """Nothing special."""
    done = confront(mechanism, side, make).start()
    for one in done.sides:
        if one.state == "traffic":
            one.send(b"message")
            one.send_command("PING", {"context": b"beat"})
    return outcome(done.run(), side)


def provoke(mechanism: str, side: int, make: Make, octets: bytes, *, late: bool) -> object:
    """Octets that come behind the greeting of the peer, or in traffic."""
    done = confront(mechanism, side, make)
    for one in done.sides:
        one.start()
    if late:
        done.run()
        shown = outcome(done, side)
    else:
        greeting = done.sides[1 - side].outgoing()
        assert greeting is not None
        done.sides[side].receive(greeting.encode())
        shown = done.sides[side].octets_to_send()
    events = done.sides[side].receive(octets)
    # Who was refused by ERROR stays away, and who was cut off comes back: the event decides.
    failed = any(isinstance(event, Failed) for event in events)
    return shown, done.sides[side].octets_to_send(), done.sides[side].state == "closed", failed


def erring(mechanism: str, side: int, make: Make) -> object:
    """ERROR for an answer; a client that sends INITIATE gets another one after it."""
    found = [provoke(mechanism, side, make, encode(COMMAND, b"\x05ERROR\x00"), late=False)]
    if mechanism != "NULL" and side == 0:
        try:
            done = until(confront(mechanism, 0, make), 0, "expect-ready")
        except AssertionError:
            return found
        events = done.sides[0].receive(encode(COMMAND, b"\x05ERROR\x00"))
        found.append((done.sides[0].state == "closed", any(isinstance(event, Failed) for event in events)))
    return found


def erring_late(mechanism: str, side: int, make: Make) -> object:
    """ERROR in traffic; with CURVE it comes inside a MESSAGE."""
    return in_traffic(mechanism, side, make, b"\x05ERROR\x00")


def unheard(mechanism: str, side: int, make: Make) -> object:
    """A command in traffic that nobody ever heard of."""
    return in_traffic(mechanism, side, make, b"\x07NOVELTY")


def in_traffic(mechanism: str, side: int, make: Make, body: bytes) -> object:
    """A command in traffic, in the open or inside."""
    done = confront(mechanism, side, make).start()
    peer = done.sides[1 - side]
    if peer.state != "traffic":
        return outcome(done, side)
    if mechanism != "CURVE":
        done.sides[side].receive(encode(COMMAND, body))
        return outcome(done, side)
    peer.push_frame(b"", more=False)
    item = peer.outgoing()
    assert item is not None
    done.sides[side].receive(item.encode(given={"flags": 2, "data": body}))
    return outcome(done.run(), side)


def mortal(mechanism: str, side: int, make: Make) -> object:
    """The peer's PING gives it a second to live; then something comes in time, or nothing does."""
    found = []
    for more in (True, False):
        done = confront(mechanism, side, make).start()
        peer = done.sides[1 - side]
        if peer.state != "traffic":
            return outcome(done, side)
        peer.send_command("PING", {"ttl": 10})
        done.run()
        if more:
            peer.send(b"alive")
        done.run().sides[side].tick(60.0)
        found.append(outcome(done, side))
    return found


def beating(mechanism: str, side: int, make: Make) -> object:
    """PINGs of its own each second: answered, answered by nothing or by messages, with a timeout or without one."""
    found = []
    for timeout, answer in ((3.0, "PONG"), (3.0, ""), (0.0, ""), (0.0, "message")):

        def beats(role: Role, entropy: Entropy, timeout: float = timeout) -> Connection:
            return make(replace(role, heartbeat_interval=1.0, heartbeat_timeout=timeout), entropy)

        done = confront(mechanism, side, beats).start()
        mine, other = done.sides[side], done.sides[1 - side]
        for now in range(1, 16):
            mine.tick(float(now))
            if answer == "PONG":
                done.run()
            elif answer and other.state == "traffic":
                other.send(b"alive")
                mine.receive(other.octets_to_send())
        if answer == "PONG" and other.state == "traffic":
            other.send(b"alive")
        found.append(outcome(done.run(), side))
    return found


def old(mechanism: str, side: int, make: Make) -> object:
    """A peer of ZMTP 2.0."""
    connection = confront(mechanism, side, make).sides[side]
    connection.start()
    connection.receive(b"\xff" + bytes(8) + b"\x7f\x01")
    return connection.state == "closed"


def test_every_row_has_its_faults() -> None:
    told = {fault.id.partition(".")[2] for fault in from_rows()}
    for machine in MACHINES.values():
        for row in machine.rows:
            name = f"{machine.name}.{row.state}.{row.on.replace(' ', '-')}"
            assert name in told or row.on == "start" and not row.do
