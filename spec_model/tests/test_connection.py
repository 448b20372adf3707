"""Two reference peers in virtual time: whole, byte by byte, cut everywhere; and one that is told nonsense."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from spec_model.connection import Connection
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.sealing import Tamper
from spec_model.errors import LocalProtocolError
from spec_model.events import (
    Closed,
    CommandReceived,
    Event,
    Failed,
    Greeted,
    MessageReceived,
    Ready,
    Rejected,
    TimedOut,
)
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, roles
from spec_model.framing import COMMAND, encode
from spec_model.grammar.greeting import GREETING, mechanism_octets
from spec_model.mechanisms import COOKIE_LIFETIME
from spec_model.role import MECHANISMS, Role
from spec_model.tests.memory import Cut, Talk, byte_by_byte, talk, until, whole

GREETING_OF = {name: GREETING.build({"mechanism": mechanism_octets(name)}) for name in ("NULL", "CURVE", "OTHER")}


def command(octets: bytes) -> bytes:
    """A command frame."""
    return encode(COMMAND, octets)


def message(octets: bytes) -> bytes:
    """The only frame of a message."""
    return encode(0, octets)


def chat(mechanism: str, cut: Cut = whole, seed: str = "") -> Talk:
    """Handshake, messages and heartbeats of both sides; then both are still in traffic."""
    done = talk(mechanism, cut=cut, seed=seed).start()
    for side in done.sides:
        side.send(b"one", b"", b"x" * 300)
        side.send(b"")
        side.send_command("PING", {"ttl": 20, "context": b"beat"})
    return done.run()


# --- a whole conversation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("cut", [whole, byte_by_byte])
def test_a_whole_conversation(mechanism: str, cut: Cut) -> None:
    done = chat(mechanism, cut)
    assert done.states == ("traffic", "traffic")
    for side in (0, 1):
        assert done.delivered(side) == [(b"one", b"", b"x" * 300), (b"",)]
        assert [event.metadata for event in done.events[side] if isinstance(event, Ready)] == [
            {"socket-type": b"DEALER"}
        ]
        pongs = [event for event in done.events[side] if isinstance(event, CommandReceived) and event.name == "PONG"]
        assert [pong.judged.fields["context"] for pong in pongs] == [b"beat"]
        assert isinstance(done.events[side][0], Greeted)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_same_entropy_makes_the_same_octets(mechanism: str) -> None:
    assert chat(mechanism).octets == chat(mechanism).octets
    assert (chat(mechanism).octets == chat(mechanism, seed="another").octets) == (mechanism != "CURVE")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_how_the_octets_are_cut_makes_no_difference(mechanism: str) -> None:
    assert chat(mechanism, byte_by_byte).octets == chat(mechanism, whole).octets
    assert chat(mechanism, byte_by_byte).events == chat(mechanism, whole).events


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("side", (0, 1), ids=("client", "server"))
def test_every_split_point(mechanism: str, side: int) -> None:
    done = talk(mechanism).start()
    for connection in done.sides:
        connection.send(b"one", b"two")
    done.run()
    # The entropy is replayed, so a fresh peer understands what was said to the first one, cookie and keys included.
    stream, seed = bytes(done.octets[1 - side]), ("first", "second")[side]
    expected = delivered(hear(roles(mechanism)[side], seed, [stream]))
    assert expected == done.delivered(side)
    for place in range(1, len(stream)):
        assert delivered(hear(roles(mechanism)[side], seed, [stream[:place], stream[place:]])) == expected


def hear(role: Role, seed: str, segments: list[bytes]) -> list[Event]:
    """What a fresh peer makes of these segments."""
    connection = Connection(role, Replayed(f" {seed}"))
    events = list(connection.start())
    for segment in segments:
        events.extend(connection.receive(segment))
    return events


def delivered(events: list[Event]) -> list[tuple[bytes, ...]]:
    """The messages among the events."""
    return [event.parts for event in events if isinstance(event, MessageReceived)]


def test_the_worked_example_of_rfc_23() -> None:
    """RFC 23 "Worked Example": a DEALER with an empty identity connects to a ROUTER."""
    dealer = Connection(Role(socket_type="DEALER", identity=b"", version_minor=0), Replayed(1))
    router = Connection(Role(socket_type="ROUTER", version_minor=0), Replayed(2))
    done = Talk((dealer, router)).start()
    greeting = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL" + bytes(16) + b"\x00" + bytes(31)
    socket_type = b"\x0bSocket-Type\x00\x00\x00\x06"
    identity = b"\x08Identity\x00\x00\x00\x00"
    assert len(greeting) == 64
    assert bytes(done.octets[0]) == greeting + bytes((4, 41)) + b"\x05READY" + socket_type + b"DEALER" + identity
    assert bytes(done.octets[1]) == greeting + bytes((4, 28)) + b"\x05READY" + socket_type + b"ROUTER"
    assert done.states == ("traffic", "traffic")


# --- in some state ------------------------------------------------------------------------------------------------


def at(mechanism: str, side: int, state: str) -> Talk:
    """A conversation of two reference peers in which one side has got to a state."""
    return until(talk(mechanism), side, state)


CLIENT, SERVER = 0, 1
HUGE = b"\x02\x80" + bytes(7)

REJECTED = [
    # mechanism, side, state, octets, requirement
    ("NULL", CLIENT, "expect-greeting", b"\x00", "23/greeting/signature-checked"),
    ("NULL", CLIENT, "expect-greeting", b"\xff" + bytes(8) + b"\x7e", "23/greeting/signature-checked"),
    ("NULL", CLIENT, "expect-greeting", b"\xff" + bytes(8) + b"\x7f\x02", "23/greeting/lower-version"),
    ("NULL", CLIENT, "expect-greeting", b"\xff" + bytes(8) + b"\x7f\x00", "23/greeting/lower-version"),
    ("NULL", CLIENT, "expect-greeting", GREETING_OF["OTHER"], "23/greeting/mechanism-match"),
    ("NULL", CLIENT, "expect-greeting", GREETING_OF["CURVE"], "23/greeting/mechanism-match"),
    ("NULL", SERVER, "expect-ready", message(b""), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", message(b"\x05READY"), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", command(b""), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", command(b"\x00"), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", command(b"\x04PING\x00\x00"), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", command(b"\x05HELLO"), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", command(b"\x05ready"), "23/NULL/grammar"),
    ("NULL", SERVER, "expect-ready", HUGE, "23/frame/long-size-limit"),
    ("NULL", SERVER, "traffic", HUGE, "23/frame/long-size-limit"),
    ("CURVE", SERVER, "expect-greeting", GREETING_OF["NULL"], "23/greeting/mechanism-match"),
    ("CURVE", SERVER, "expect-hello", message(b"x"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-hello", command(b"\x05HELLO"), "26/HELLO/size"),
    ("CURVE", SERVER, "expect-hello", command(b"\x05HELLO" + bytes(195)), "26/HELLO/size"),
    ("CURVE", SERVER, "expect-hello", command(b"\x05HELLO" + bytes(194)), "26/HELLO/version"),
    ("CURVE", SERVER, "expect-hello", command(b"\x07WELCOME"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-hello", command(b"\x08INITIATE"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-hello", command(b"\x05READY"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-hello", command(b"\x07MESSAGE"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-hello", command(b"\x05ERROR\x00"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-hello", command(b"\x04PING\x00\x00"), "26/handshake/order"),
    ("CURVE", SERVER, "expect-initiate", command(b"\x08INITIATE"), "26/INITIATE/size"),
    ("CURVE", SERVER, "expect-initiate", command(b"\x08INITIATE" + bytes(247)), "26/INITIATE/size"),
    ("CURVE", SERVER, "expect-initiate", command(b"\x08INITIATE" + bytes(248)), "26/cookie/opens"),
    ("CURVE", SERVER, "expect-initiate", message(b"x"), "26/handshake/order"),
    ("CURVE", SERVER, "traffic", command(b"\x08INITIATE" + bytes(248)), "26/handshake/order"),
    ("CURVE", SERVER, "traffic", message(b"\x07MESSAGE" + bytes(24)), "26/MESSAGE/size"),
    ("CURVE", SERVER, "traffic", message(b"\x07MESSAGE" + b"\xff" * 8 + bytes(17)), "26/MESSAGE/box"),
    ("CURVE", SERVER, "traffic", message(b"in the open"), "26/handshake/order"),
    ("CURVE", CLIENT, "expect-welcome", command(b"\x07WELCOME"), "26/WELCOME/size"),
    ("CURVE", CLIENT, "expect-welcome", command(b"\x07WELCOME" + bytes(160)), "26/WELCOME/box"),
    ("CURVE", CLIENT, "expect-welcome", command(b"\x05READY" + bytes(24)), "26/handshake/order"),
    ("CURVE", CLIENT, "expect-ready", command(b"\x05READY" + bytes(23)), "26/READY/size"),
    ("CURVE", CLIENT, "expect-ready", command(b"\x05READY" + bytes(24)), "26/READY/box"),
    ("CURVE", CLIENT, "expect-ready", command(b"\x07WELCOME" + bytes(160)), "26/handshake/order"),
    ("CURVE", CLIENT, "traffic", command(b"\x05READY" + bytes(24)), "26/handshake/order"),
]


@pytest.mark.parametrize(("mechanism", "side", "state", "octets", "requirement"), REJECTED)
def test_rejections(mechanism: str, side: int, state: str, octets: bytes, requirement: str) -> None:
    connection = at(mechanism, side, state).sides[side]
    connection.octets_to_send()
    events = connection.receive(octets)
    assert [event.requirement for event in events if isinstance(event, (Rejected, TimedOut))] == [requirement]
    assert events[-1] == Closed(by_peer=False)
    assert connection.state == "closed"
    assert connection.octets_to_send() == b"", "a rejection is a close without words"
    assert connection.receive(octets) == ()
    assert connection.end() == ()


ACCEPTED = [
    # mechanism, state, octets, what is delivered of them and answered to them
    ("NULL", "traffic", message(b"x"), [(b"x",)], b""),
    ("NULL", "traffic", message(b""), [(b"",)], b""),
    ("NULL", "traffic", b"\x02" + bytes(7) + b"\x01x", [(b"x",)], b""),
    ("NULL", "traffic", b"\xf8\x01x", [(b"x",)], b""),  # reserved bits bind the sender alone
    ("NULL", "traffic", encode(1, b"a") + encode(1, b"") + encode(0, b"c"), [(b"a", b"", b"c")], b""),
    ("NULL", "traffic", encode(1, b"a"), [], b""),
    (
        "NULL",
        "traffic",
        encode(1, b"a") + command(b"\x04PING\x00\x00") + message(b"b"),
        [(b"a", b"b")],
        b"\x04\x05\x04PONG",
    ),
    ("NULL", "traffic", command(b"\x04PING\x00\x00" + bytes(17)), [], b"\x04\x15\x04PONG" + bytes(16)),
    ("NULL", "traffic", command(b"\x04PONG"), [], b""),
    ("NULL", "traffic", command(b"\x07UNKNOWN"), [], b""),
    ("NULL", "traffic", command(b""), [], b""),
    ("NULL", "traffic", command(b"\x05READY"), [], b""),
]


@pytest.mark.parametrize(("mechanism", "state", "octets", "messages", "answer"), ACCEPTED)
def test_acceptances(
    mechanism: str, state: str, octets: bytes, messages: list[tuple[bytes, ...]], answer: bytes
) -> None:
    connection = at(mechanism, SERVER, state).sides[SERVER]
    connection.octets_to_send()
    assert delivered(list(connection.receive(octets))) == messages
    assert connection.octets_to_send() == answer
    assert connection.state == state


# --- ERROR, closing, and the application's mistakes ----------------------------------------------------------------

ERRORS = [
    ("NULL", CLIENT, "expect-ready"),
    ("NULL", CLIENT, "traffic"),
    ("CURVE", CLIENT, "expect-welcome"),
    ("CURVE", CLIENT, "expect-ready"),
]


@pytest.mark.parametrize(("mechanism", "side", "state"), ERRORS)
@pytest.mark.parametrize("reason", [b"", b"300", b"Not for you"])
def test_error_ends_the_connection(mechanism: str, side: int, state: str, reason: bytes) -> None:
    connection = at(mechanism, side, state).sides[side]
    connection.octets_to_send()
    events = connection.receive(command(b"\x05ERROR" + bytes([len(reason)]) + reason))
    assert events[-2:] == (Failed(reason), Closed(by_peer=False))
    assert connection.octets_to_send() == b""


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_an_unfinished_message_is_never_delivered(mechanism: str) -> None:
    done = chat(mechanism)
    before = done.delivered(1)
    done.sides[0].push_frame(b"more to come", more=True)
    done.run()
    assert done.sides[1].end() == (Closed(by_peer=True),)
    assert done.sides[1].end() == ()
    assert done.delivered(1) == before


@pytest.mark.parametrize(("mechanism", "side", "state"), [*ERRORS[:1], *ERRORS[2:], ("CURVE", SERVER, "expect-hello")])
def test_no_message_is_sent_before_ready(mechanism: str, side: int, state: str) -> None:
    connection = at(mechanism, side, state).sides[side]
    with pytest.raises(LocalProtocolError, match=f"no message can be sent in state {state}"):
        connection.send(b"too early")


ROLES: list[tuple[dict[str, Any], str]] = [
    ({"mechanism": "GSSAPI"}, "unknown mechanism 'GSSAPI'; known are NULL, PLAIN, CURVE"),
    ({"mechanism": "PLAIN", "username": bytes(256)}, "a user name or password has at most 255 octets"),
    ({"mechanism": "PLAIN", "password": bytes(256)}, "a user name or password has at most 255 octets"),
    ({"mechanism": "CURVE", "as_server": True}, "CURVE needs a permanent key pair"),
    ({"mechanism": "CURVE", "permanent": CLIENT_KEYS}, "a CURVE client needs the server's permanent public key"),
]


@pytest.mark.parametrize(("fields", "message_"), ROLES)
def test_roles_that_cannot_be(fields: dict[str, Any], message_: str) -> None:
    with pytest.raises(ValueError, match=message_):
        Role(**fields)


# --- socket types -------------------------------------------------------------------------------------------------

SOCKET_TYPES = [
    # client, server, whether they may talk
    ("REQ", "REP", True),
    ("REQ", "ROUTER", True),
    ("DEALER", "REP", True),
    ("PUB", "SUB", True),
    ("PUSH", "PULL", True),
    ("PAIR", "PAIR", True),
    ("CLIENT", "SERVER", True),
    ("REQ", "REQ", False),
    ("PUB", "PULL", False),
    ("PAIR", "DEALER", False),
    ("NOVEL", "DEALER", False),
]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize(("client", "server", "legal"), SOCKET_TYPES)
def test_socket_types(mechanism: str, client: str, server: str, legal: bool) -> None:
    done = talk(mechanism, types=(client, server)).start()
    assert (done.states == ("traffic", "traffic")) == legal
    if legal:
        return
    # With NULL both READYs are under way at once, so both refuse; with the others the server is the first who can.
    error = b"\x05ERROR\x13Invalid socket type"
    assert done.rejected(0) == ["23/socket-type/enforced"] * (mechanism == "NULL")
    assert done.rejected(1) == ["23/socket-type/enforced"]
    assert done.octets[1].endswith(error) and (error in done.octets[0]) == (mechanism == "NULL")
    failed = [event.reason for event in done.events[0] if isinstance(event, Failed)]
    assert failed == [b"Invalid socket type"] * (mechanism != "NULL")


@pytest.mark.parametrize("mechanism", ["PLAIN", "CURVE"])
def test_a_client_refuses_a_socket_type_without_words(mechanism: str) -> None:
    class Lenient(Connection):
        def _enforce_socket_type(self, judged: object) -> None:
            pass

    done = talk(mechanism, server=Lenient, types=("REQ", "PUB")).start()
    assert done.rejected(0) == ["23/socket-type/enforced"]
    assert b"ERROR" not in done.octets[0]


def test_a_peer_without_socket_type_is_served() -> None:
    nameless = Connection(Role(socket_type=""), Replayed(1))
    done = Talk((nameless, Connection(Role(socket_type="DEALER"), Replayed(2)))).start()
    assert done.states == ("traffic", "traffic")


# --- CURVE: what is kept, and for how long ------------------------------------------------------------------------


def test_between_welcome_and_initiate_the_server_keeps_the_cookie_key_alone() -> None:
    done = at("CURVE", SERVER, "expect-hello")
    server, client = done.sides[SERVER], done.sides[CLIENT]
    mechanism = server.mechanism
    before = {name: value for name, value in vars(mechanism).items() if not isinstance(value, Keyring)}
    hello = client.outgoing()
    assert hello is not None
    server.receive(hello.encode())
    assert server.octets_to_send()[3:10] == b"WELCOME"
    after = {name: value for name, value in vars(mechanism).items() if not isinstance(value, Keyring)}
    assert {name for name in after if after[name] != before[name]} == {"cookie_expires"}
    assert names_of(mechanism.keys) == {"S", "s", "K"}
    assert vars(mechanism.keys)["_shared"] == {}, "nor anything that was computed from the client's key"
    assert not vars(server)["_out"]
    assert server.state == "expect-initiate"


def names_of(keys: Keyring) -> set[str]:
    """The names of the keys of a ring."""
    return set(vars(keys)["_keys"])


def test_with_initiate_the_cookie_key_goes() -> None:
    server = chat("CURVE").sides[SERVER]
    assert names_of(server.mechanism.keys) == {"S", "s", "C'", "s'"}


EXPIRY = [
    # seconds between WELCOME and INITIATE, whether the cookie still opens
    (0.0, True),
    (COOKIE_LIFETIME - 0.001, True),
    (COOKIE_LIFETIME, False),
    (3600.0, False),
]


@pytest.mark.parametrize("origin", [0.0, 12345.0])
@pytest.mark.parametrize(("seconds", "opens"), EXPIRY)
def test_a_cookie_expires(origin: float, seconds: float, opens: bool) -> None:
    done = talk("CURVE")
    client, server = done.sides
    for side in done.sides:
        side.tick(origin)
        side.start()
    server.receive(client.octets_to_send())
    client.receive(server.octets_to_send())
    server.receive(client.octets_to_send())  # HELLO
    client.receive(server.octets_to_send())  # WELCOME
    server.tick(origin + seconds)
    events = server.receive(client.octets_to_send())
    assert (server.state == "traffic") == opens
    if not opens:
        assert [event.requirement for event in events if isinstance(event, (Rejected, TimedOut))] == ["26/cookie/opens"]


ALLOWED = [
    ("everybody", None, True),
    ("this client", frozenset({CLIENT_KEYS.public}), True),
    ("another client", frozenset({SERVER_KEYS.public}), False),
    ("nobody", frozenset[bytes](), False),
]


@pytest.mark.parametrize(("allowed", "let_in"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_authentication(allowed: frozenset[bytes] | None, let_in: bool) -> None:
    client, server = roles("CURVE")
    done = Talk((Connection(client, Replayed(1)), Connection(replace(server, allowed=allowed), Replayed(2)))).start()
    assert (done.states == ("traffic", "traffic")) == let_in
    assert b"READY" in done.octets[1] if let_in else b"READY" not in done.octets[1]
    assert done.rejected(1) == ([] if let_in else ["26/INITIATE/unauthenticated"])
    keys = [event.client_key for event in done.events[1] if isinstance(event, Ready)]
    assert keys == ([CLIENT_KEYS.public] if let_in else [])


def test_a_client_with_another_servers_key_comes_to_no_connection() -> None:
    client, server = roles("CURVE")
    stray = replace(client, server_key=CLIENT_KEYS.public)
    done = Talk((Connection(stray, Replayed(1)), Connection(server, Replayed(2)))).start()
    assert done.rejected(1) == ["26/HELLO/signature"]


def test_nonces_count_up_through_handshake_and_messages() -> None:
    done = chat("CURVE")
    for side, handshake in ((1, ("HELLO", "INITIATE")), (0, ("READY",))):
        received = [event for event in done.events[side] if isinstance(event, CommandReceived) and not event.inside]
        nonces = [event.judged.fields["nonce"] for event in received if event.name in (*handshake, "MESSAGE")]
        assert nonces == list(range(1, len(nonces) + 1))


def test_the_clients_permanent_key_does_not_show() -> None:
    done = chat("CURVE")
    for octets in done.octets:
        assert CLIENT_KEYS.public not in octets
        assert CLIENT_KEYS.secret not in octets and SERVER_KEYS.secret not in octets


TAMPERED = [
    # what is flipped in INITIATE, the requirement by which the server refuses it
    ("cookie", "26/cookie/opens"),
    ("box", "26/INITIATE/box"),
    ("vouch_box", "26/vouch/box"),
    ("vouch_nonce", "26/vouch/box"),
    ("client", "26/vouch/box"),
    ("name", "26/handshake/order"),
]


@pytest.mark.parametrize(("name", "requirement"), TAMPERED)
def test_a_tampered_initiate(name: str, requirement: str) -> None:
    done = at("CURVE", SERVER, "expect-initiate")
    initiate = done.sides[CLIENT].outgoing()
    while initiate is None or initiate.name != "INITIATE":
        done.sides[CLIENT].receive(done.sides[SERVER].octets_to_send())
        initiate = done.sides[CLIENT].outgoing()
    events = done.sides[SERVER].receive(initiate.encode(alterations=(Tamper(name, flip=0),)))
    assert [event.requirement for event in events if isinstance(event, (Rejected, TimedOut))] == [requirement]


def replays() -> Iterator[tuple[str, int]]:
    """The commands of a client that may not come twice, and the state in which the second one comes."""
    yield from (("HELLO", 1), ("INITIATE", 2), ("MESSAGE", 3))


@pytest.mark.parametrize("name", [name for name, _ in replays()])
def test_a_replayed_command_is_refused(name: str) -> None:
    done = talk("CURVE")
    client, server = done.sides
    client.start()
    server.start()
    for _ in range(6):
        client.receive(server.octets_to_send())
        if client.state == "traffic" and name == "MESSAGE":
            client.send(b"once")
        while (item := client.outgoing()) is not None:
            octets = item.encode()
            server.receive(octets)
            if item.name == name:
                assert delivered(list(server.receive(octets))) == []
                assert server.state == "closed"
                return
    raise AssertionError(f"no {name} was sent")
