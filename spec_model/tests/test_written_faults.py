"""Every written fault shows itself in some conversation: rows of a fault and what tells it from a sound peer.

What is compared is what can be seen from outside: the octets that it sends, what its application is given, whether it
closes, whether it dies. The word before a conversation is a function of mechanism, side and the peer on that side.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy, Replayed
from spec_model.crypto.sealing import Tamper
from spec_model.events import Asked
from spec_model.faults import Crash, faults
from spec_model.faults.fault import Make, reading
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, roles
from spec_model.framing import COMMAND, MORE, encode
from spec_model.grammar.metadata import property_octets
from spec_model.role import Role
from spec_model.tables import STANDARD, Spoil
from spec_model.tests.memory import byte_by_byte, confront, reference, talk, until
from spec_model.tests.test_faults import beating, converse, erring, old, outcome, parties, provoke

Shown = Callable[[str, int, Make], object]
"""What the peer on this side shows in some conversation."""


def ordinary(mechanism: str, side: int, make: Make) -> object:
    """A legal conversation."""
    return outcome(converse(confront(mechanism, side, make)), side)


def in_pieces(mechanism: str, side: int, make: Make) -> object:
    """A legal conversation, byte by byte."""
    return outcome(converse(confront(mechanism, side, make, cut=byte_by_byte)), side)


def with_its_like(mechanism: str, side: int, make: Make) -> object:
    """A legal conversation of two of the same kind."""
    return outcome(converse(confront(mechanism, side, make, make)), side)


def of_types(client: str, server: str) -> Shown:
    """A conversation of these socket types."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        return outcome(confront(mechanism, side, make, types=(client, server)).start(), side)

    return shown


def in_traffic(*octets: bytes) -> Shown:
    """These octets, once both are ready."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        done = confront(mechanism, side, make).start()
        try:
            for segment in octets:
                done.events[side].extend(done.sides[side].receive(segment))
        except Crash as crash:
            return f"dies of {crash}"
        return outcome(done.run(), side)

    return shown


def in_handshake(octets: bytes) -> Shown:
    """These octets, right behind the greeting."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        return provoke(mechanism, side, make, octets, late=False)

    return shown


def a_message_of(size: int) -> Shown:
    """A message of so many octets in both directions."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        done = confront(mechanism, side, make).start()
        for one in done.sides:
            if one.state == "traffic":
                one.send(bytes(size))
        return outcome(done.run(), side)

    return shown


def told(key: str, **given: Any) -> Shown:
    """A peer that fills these fields otherwise, in all that it sends of a grammar."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        other = reading(STANDARD.with_spoil(key, Spoil(given=given)))
        try:
            return outcome(converse(confront(mechanism, side, make, other)), side)
        except Crash as crash:
            return f"dies of {crash}"

    return shown


def told_of(*properties: bytes) -> Shown:
    """A peer that has these properties too."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        key = f"{mechanism}/INITIATE" if mechanism != "NULL" and side else f"{mechanism}/READY"
        return told(key, metadata=lambda legal: legal + b"".join(properties))(mechanism, side, make)

    return shown


def told_all_metadata(metadata: bytes) -> Shown:
    """A peer that has nothing but this metadata."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        key = f"{mechanism}/INITIATE" if mechanism != "NULL" and side else f"{mechanism}/READY"
        return told(key, metadata=metadata)(mechanism, side, make)

    return shown


def told_messages(spoil: Spoil) -> Shown:
    """A CURVE peer all of whose MESSAGEs are unusual."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        other = reading(STANDARD.with_spoil(f"CURVE/MESSAGE/{'SC'[side]}", spoil))
        return outcome(converse(confront(mechanism, side, make, other)), side)

    return shown


def that_ends(octets: bytes) -> Shown:
    """These octets in traffic, and the end."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        done = confront(mechanism, side, make).start()
        done.events[side].extend(done.sides[side].receive(octets))
        try:
            done.events[side].extend(done.sides[side].end())
        except Crash as crash:
            return f"dies of {crash}"
        return outcome(done, side)

    return shown


def behind_the_handshake(mechanism: str, side: int, make: Make) -> object:
    """A message in one segment with the peer's last word of the handshake."""
    done = confront(mechanism, side, make)
    if mechanism != "NULL":
        return None
    for one in done.sides:
        one.start()
    other = done.sides[1 - side]
    other.receive(done.sides[side].octets_to_send())
    segment = other.octets_to_send() + encode(0, b"close behind")
    return [type(event).__name__ for event in done.sides[side].receive(segment)]


def beside_another(mechanism: str, side: int, make: Make) -> object:
    """Half a message on one connection, a whole one on another of the same target."""
    entropy, pairs = Replayed("of the target"), []
    for seed in ("one", "two"):

        def sharing(role: Role, _: Entropy) -> Connection:
            return make(role, entropy)

        pairs.append(confront(mechanism, side, sharing, seed=seed).start())
    first, second = pairs
    first.sides[1 - side].push_frame(b"half", more=True)
    first.run()
    second.sides[1 - side].send(b"whole")
    return second.run().delivered(side)


def an_hour_after_ping(mechanism: str, side: int, make: Make) -> object:
    """The peer's PING sets no limit, and nothing more comes."""
    done = confront(mechanism, side, make).start()
    done.sides[1 - side].send_command("PING", {"ttl": 0})
    done.run().sides[side].tick(3600.0)
    return outcome(done, side)


def what_repeats(mechanism: str, side: int, make: Make) -> object:
    """Two connections that differ in all randomness: the keys and nonces that come again, also within one."""
    found = []
    for seed in ("one", "two"):
        done = confront(mechanism, side, make, seed=seed).start()
        values: dict[str, bytes] = {}
        for connection, events in zip(done.sides, done.events, strict=True):
            keys = connection.mechanism.keys
            values |= {name: keys[name] for name in ("C'", "S'") if name in keys}
            for event in events:
                for name, value in getattr(getattr(event, "judged", None), "fields", {}).items():
                    if name.endswith("nonce") and isinstance(value, bytes):
                        values[f"{getattr(event, 'name', '')} {name}"] = value
        found.append(values)
    one, two = found
    return {name for name in one if one[name] == two.get(name)}, len(one) - len(set(one.values()))


def an_hour_after_welcome(mechanism: str, side: int, make: Make) -> object:
    """INITIATE comes when the cookie is long out of date."""
    done = until(confront(mechanism, side, make), 1, "expect-initiate")
    client, server = done.sides
    client.receive(server.octets_to_send())
    server.tick(3600.0)
    server.receive(client.octets_to_send())
    return server.state


def replayed(mechanism: str, side: int, make: Make) -> object:
    """All that a client said on one connection comes again on another."""
    said = bytes(confront(mechanism, side, make).start().octets[0])
    again = make(roles("CURVE")[1], Replayed("another"))
    again.start()
    again.receive(said)
    return again.state


def the_same_hello(mechanism: str, side: int, make: Make) -> object:
    """One HELLO on two connections: whether the answers are the same."""
    said = bytes(talk(mechanism).start().octets[0])[: 64 + 2 + 200]
    answers = []
    for seed in ("one", "two"):
        server = make(roles("CURVE")[1], Replayed(seed))
        server.start()
        server.receive(said)
        answers.append(server.octets_to_send())
    return answers[0] == answers[1]


def who_is_let_in(mechanism: str, side: int, make: Make) -> object:
    """A client that is not allowed, one that is, and one where everybody is."""
    states = []
    for allowed in (frozenset({SERVER_KEYS.public}), frozenset({CLIENT_KEYS.public}), None):

        def choosing(role: Role, entropy: Entropy, allowed: frozenset[bytes] | None = allowed) -> Connection:
            return make(replace(role, allowed=allowed), entropy)

        states.append(confront(mechanism, side, choosing).start().states)
    return states


def which_user_is_let_in(mechanism: str, side: int, make: Make) -> object:
    """A user whose password is another, one whose is not, and one where everybody is let in."""
    states = []
    for users in ({b"admin": b"another"}, {b"admin": b"secret"}, None):

        def knowing(role: Role, entropy: Entropy, users: dict[bytes, bytes] | None = users) -> Connection:
            return make(replace(role, credentials=users), entropy)

        states.append(confront(mechanism, side, knowing).start().states)
    return states


def messages_that_do_not_open(mechanism: str, side: int, make: Make) -> object:
    """A MESSAGE of the peer that is flawed."""
    spoil = Spoil(alterations=(Tamper("box", flip=0),))
    other = reading(STANDARD.with_spoil(f"CURVE/MESSAGE/{'SC'[side]}", spoil))
    done = confront(mechanism, side, make, other).start()
    done.sides[1 - side].send(b"unreadable")
    return outcome(done.run(), side)


HUGE = b"\x02\x80" + bytes(7)
LONG_PING = b"\x06" + bytes(7) + b"\x0a\x04PING\x00\x00abc"
WITH_MORE = b"\x05\x07\x04PING\x00\x00"


def with_role(make: Make, **asked: object) -> Make:
    """The same peer, with more asked of its role."""
    return lambda role, entropy: make(replace(role, **asked), entropy)  # type: ignore[arg-type]


def silent_after(ttl: int, seconds: float) -> Shown:
    """A PING with this time-to-live, and then nothing for a while."""

    def shown(mechanism: str, side: int, make: Make) -> object:
        done = confront(mechanism, side, make).start()
        done.sides[1 - side].send_command("PING", {"ttl": ttl})
        done.run().sides[side].tick(seconds)
        return outcome(done, side)

    return shown


def before_the_end(mechanism: str, side: int, make: Make) -> object:
    """The greeting of the peer, and then nothing; PINGs are wanted each second."""
    done = confront(mechanism, side, with_role(make, heartbeat_interval=1.0))
    for one in done.sides:
        one.start()
    done.sides[side].receive(done.sides[1 - side].octets_to_send()[:64])
    for now in (1.0, 2.0):
        done.sides[side].tick(now)
    return done.sides[side].octets_to_send()


def kept_by_messages(mechanism: str, side: int, make: Make) -> object:
    """Messages in the place of PONGs, for longer than the timeout."""
    done = confront(mechanism, side, with_role(make, heartbeat_interval=1.0, heartbeat_timeout=3.0)).start()
    for now in range(1, 8):
        done.sides[side].tick(float(now))
        done.sides[1 - side].send(b"alive")
        done.sides[side].receive(done.sides[1 - side].octets_to_send())
    return done.sides[side].state


def what_is_told_of_silence(mechanism: str, side: int, make: Make) -> object:
    """The events of a peer whose PING has no answer."""
    done = confront(mechanism, side, with_role(make, heartbeat_interval=1.0, heartbeat_timeout=3.0)).start()
    return [event for now in range(1, 8) for event in done.sides[side].tick(float(now))]


def with_a_ttl(mechanism: str, side: int, make: Make) -> object:
    """A PING that gives the peer three seconds."""
    done = confront(mechanism, side, with_role(make, heartbeat_interval=1.0, heartbeat_ttl=3.0)).start()
    done.sides[side].tick(1.0)
    return outcome(done.run(), side)


REPLIES: tuple[tuple[bytes, ...], ...] = (
    (b"", b"1.0", b"1", b"200", b"OK", b"joe", b""),
    *(
        (b"", b"1.0", b"1", status, b"no", b"", b"")
        for status in (b"300", b"400", b"500", b"", b"201", b"2000", b" 200")
    ),
    *((b"", version, b"1", b"200", b"OK", b"", b"") for version in (b"2.0", b"1.00")),
    (b"", b"1.0", b"1", b"200"),
    (b"", b"1.0", b"1", b"200", b"OK", b"", b"", b""),
    (b"x", b"1.0", b"1", b"200", b"OK", b"", b""),
    (b"", b"1.0", b"another", b"200", b"OK", b"", b""),
    (b"", b"1.0", b"1", b"200", b"OK", b"", b"\x05X-Con"),
)


def asked(mechanism: str, side: int, make: Make) -> object:
    """What a ZAP handler is asked, and what comes of each reply of it; two clients come, one after the other."""
    found: list[object] = []
    for number, reply in enumerate(REPLIES):
        mine, named = asking(make, Replayed(number)), named_client()
        for _ in range(2):
            done = confront(mechanism, side, mine, named).start()
            requests = [event.frames for event in done.events[side] if isinstance(event, Asked)]
            try:
                for _request in requests:
                    done.events[side].extend(done.sides[side].authenticated(reply))
            except Crash as crash:
                found.append(f"dies of {crash}")
            found += [requests, outcome(done.run(), side)]
    return found


def asking(make: Make, entropy: Entropy) -> Make:
    """The side that asks; all its connections have one entropy, as those of a target have."""
    return lambda role, _: with_role(make, zap_domain="d", identity=b"own")(role, entropy)


def named_client() -> Make:
    """A client with an Identity, and with credentials that are no text."""
    return with_role(reference, identity=b"me", username=b"\xff\x00admin", password=b"")


SHOWS: list[tuple[str, Shown]] = [
    ("greets-last", with_its_like),
    ("greeting-in-one-segment", in_pieces),
    ("drops-behind-greeting", ordinary),
    ("mechanism-in-any-case", told("greeting", mechanism=bytes.lower)),
    ("mechanism-up-to-null", told("greeting", mechanism=lambda natural: natural[:10] + b"X" + natural[11:])),
    ("as-server-inverted", ordinary),
    ("frame-in-one-segment", in_pieces),
    ("reads-little-endian", in_traffic(b"\x02" + bytes(7) + b"\x01x")),
    ("sends-little-endian", a_message_of(300)),
    ("signed-sizes", in_traffic(encode(0, bytes(128)))),
    ("bodies-up-to-64k", a_message_of(65537)),
    ("short-commands-only", in_traffic(LONG_PING)),
    ("ready-last", with_its_like),
    ("ready-twice-null", ordinary),
    ("message-before-ready-null", ordinary),
    ("takes-messages-before-ready", in_handshake(encode(0, b"early"))),
    ("no-socket-type", ordinary),
    ("lower-case-socket-type", ordinary),
    ("duplicate-property", ordinary),
    ("x-property", ordinary),
    ("long-identity", ordinary),
    ("any-socket-type", of_types("PUSH", "PUB")),
    ("same-socket-type-only", of_types("PUSH", "PULL")),
    ("refuses-socket-type-in-silence", of_types("PUSH", "PUB")),
    ("refuses-identity", told_of(property_octets("Identity", b"me"))),
    ("delivers-twice", ordinary),
    ("swaps-messages", ordinary),
    ("delivers-parts", ordinary),
    ("delivers-unfinished", ordinary),
    ("drops-empty", ordinary),
    ("cuts-at-zero", ordinary),
    ("delivers-commands", ordinary),
    ("sends-no-more", ordinary),
    ("sends-more-always", ordinary),
    ("pong-stale-memory", ordinary),
    ("pong-with-ttl", ordinary),
    ("pong-without-context", ordinary),
    ("deaf-when-refusing", in_handshake(HUGE)),
    ("deaf-on-error", erring),
    ("never-closes", erring),
    ("passes-over-malformed", in_handshake(encode(COMMAND, b"\x07NOVELTY"))),
    ("heeds-only-reasons", erring),
    ("crashes-on-empty-command", in_traffic(encode(COMMAND, b""))),
    ("crashes-on-huge-size", in_traffic(HUGE)),
    ("crashes-on-empty-name", told_of(property_octets("", b"x"))),
    ("deaf-to-odd-greetings", told("greeting", filler=b"\x01" * 31)),
    ("deaf-to-older-versions", old),
    ("deaf-to-reserved-flags", in_traffic(b"\x80\x01x", b"\x00\x01y")),
    ("joins-frames-of-commands", in_traffic(WITH_MORE, b"\x00\x01x")),
    ("passes-over-rests", in_traffic(WITH_MORE, b"\x00\x01x")),
    ("sizes-of-32-bits", in_traffic(b"\x02" + bytes(3) + b"\x01" + bytes(3) + b"\x01x")),
    ("sets-memory-aside", in_traffic(b"\x02\x40" + bytes(7))),
    ("one-command-a-segment", behind_the_handshake),
    ("dies-of-early-ends", that_ends(b"\x00\x05cut")),
    ("delivers-cut-frames", that_ends(b"\x00\x05cut")),
    ("one-place-for-parts", beside_another),
    ("smallest-ttl-for-none", an_hour_after_ping),
    ("dies-of-context", in_traffic(LONG_PING)),
    ("little-endian-ttl", silent_after(0x0100, 3.0)),
    ("signed-ttl", silent_after(0x8000, 3.0)),
    ("pings-early", before_the_end),
    ("never-enough-pings", beating),
    ("wants-pongs", kept_by_messages),
    ("stays-away-after-silence", what_is_told_of_silence),
    ("ttl-in-milliseconds", with_a_ttl),
    ("dies-of-no-metadata", told_all_metadata(b"")),
    ("dies-without-socket-type", told_all_metadata(property_octets("X-Any", b""))),
    ("dies-of-duplicates", told_of(property_octets("X-Any", b"1"), property_octets("x-aNY", b"2"))),
    ("dies-of-odd-names", told_of(property_octets(b"X any", b""))),
    ("dies-of-reserved-identities", told_of(property_octets("Identity", b"\x00me"))),
    ("refuses-resources", told_of(property_octets("Resource", b"some/where"))),
    ("plain-dies-of-odd-credentials", told("PLAIN/HELLO", username_size=1, username=b"\x00")),
    ("plain-wants-two-characters", told("PLAIN/HELLO", username_size=1, username=b"a")),
    ("plain-everybody-is-let-in", which_user_is_let_in),
    ("plain-nobody-is-let-in", which_user_is_let_in),
    ("plain-as-server-inverted", ordinary),
    ("plain-padded-names", ordinary),
    ("plain-welcomes-unasked", ordinary),
    ("plain-welcomes-servers", told("greeting", as_server=1)),
    ("plain-initiates-at-once", in_handshake(b"")),
    ("plain-goes-on-after-error", erring),
    ("plain-message-before-ready-server", ordinary),
    ("plain-message-before-ready-client", ordinary),
    ("plain-takes-messages-before-ready", in_handshake(encode(0, b"early"))),
    ("plain-ready-twice", ordinary),
    ("reused-nonce-client", ordinary),
    ("decreasing-nonce-client", ordinary),
    ("reused-nonce-server", ordinary),
    ("decreasing-nonce-server", ordinary),
    ("reused-handshake-nonce", ordinary),
    ("same-welcome-nonce", what_repeats),
    ("same-cookie-nonce", what_repeats),
    ("same-vouch-nonce", what_repeats),
    ("one-long-nonce", what_repeats),
    ("one-message-prefix", ordinary),
    ("gives-away-secret-client", ordinary),
    ("gives-away-secret-server", ordinary),
    ("same-transient-client", what_repeats),
    ("same-transient-server", what_repeats),
    ("cookie-for-ever", an_hour_after_welcome),
    ("same-cookie-key", replayed),
    ("same-welcome", the_same_hello),
    ("cookie-altered", ordinary),
    ("curvecp-vouch", ordinary),
    ("permanent-key-ready", ordinary),
    ("client-key-in-the-open", ordinary),
    ("everybody-is-let-in", who_is_let_in),
    ("nobody-is-let-in", who_is_let_in),
    ("message-before-ready-server", ordinary),
    ("message-before-ready-client", ordinary),
    ("ready-twice-server", ordinary),
    ("error-from-client", in_handshake(encode(COMMAND, b"\x05READY"))),
    ("error-after-message", messages_that_do_not_open),
    ("amplifying-welcome", ordinary),
    ("amplifying-error", told("CURVE/HELLO", version=b"\x02\x00")),
    ("payload-more-ignored", ordinary),
    ("passes-over-bad-messages", messages_that_do_not_open),
    ("hello-padding-of-70", told("CURVE/HELLO", padding=bytes(71) + b"\x01")),
    ("hello-padding-of-70-sent", ordinary),
    ("hello-minor-version", told("CURVE/HELLO", version=b"\x01\x01")),
    ("wants-nonces-from-one-client", told("CURVE/READY", nonce=0)),
    ("wants-nonces-from-one-server", told("CURVE/HELLO", nonce=0)),
    ("drops-behind-gaps", told_messages(Spoil(given={"nonce": lambda natural: natural + 5}))),
    ("passes-over-low-initiates", told("CURVE/INITIATE", nonce=1)),
    ("believes-outer-more", told_messages(Spoil(frame={"flags": MORE}))),
    ("back-to-handshake", told_messages(Spoil(frame={"flags": COMMAND}))),
    *((name.removeprefix("written."), asked) for name in faults() if name.startswith("written.zap-")),
]


@pytest.mark.parametrize(("name", "shown"), SHOWS, ids=[row[0] for row in SHOWS])
def test_a_written_fault_shows(name: str, shown: Shown) -> None:
    fault = faults()[f"written.{name}"]
    differences = 0
    for who in parties(fault):
        sound = shown(*who, reference)
        assert sound == shown(*who, reference), "two sound peers do not differ"
        differences += sound != shown(*who, fault.make)
    assert differences


def test_every_written_fault_has_a_row() -> None:
    assert [f"written.{name}" for name, _ in SHOWS] == [name for name in faults() if name.startswith("written.")]


CRASHES = [
    ("crashes-on-empty-command", encode(COMMAND, b""), "an empty command body"),
    ("crashes-on-huge-size", HUGE, "a frame of 9223372036854775808 octets"),
    ("crashes-on-empty-name", encode(COMMAND, b"\x05READY" + property_octets("", b"x")), "an empty property name"),
]


@pytest.mark.parametrize(("name", "octets", "message"), CRASHES)
def test_a_crash_comes_out_of_receive(name: str, octets: bytes, message: str) -> None:
    done = until(talk("NULL", server=faults()[f"written.{name}"].make), 1, "expect-ready")
    with pytest.raises(Crash, match=message):
        done.sides[1].receive(octets)
