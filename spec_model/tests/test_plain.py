"""PLAIN in memory: who is let in, what is refused in each state, and what a HELLO may look like (RFC 24)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.sealing import dissect
from spec_model.events import Closed, Failed, Ready, Rejected
from spec_model.faults.specimens import roles
from spec_model.framing import COMMAND, encode
from spec_model.grammar.greeting import GREETING, mechanism_octets
from spec_model.grammar.metadata import property_octets
from spec_model.grammar.plain import HELLO
from spec_model.tests.memory import Talk, talk, until

CLIENT, SERVER = 0, 1
ORDER = "24/handshake/order"
NULL_GREETING = GREETING.build({"mechanism": mechanism_octets("NULL")})


def command(octets: bytes) -> bytes:
    """A command frame."""
    return encode(COMMAND, octets)


def hello(username: bytes, password: bytes) -> bytes:
    """HELLO with these credentials."""
    return b"\x05HELLO" + bytes([len(username)]) + username + bytes([len(password)]) + password


def meeting(credentials: Mapping[bytes, bytes] | None, username: bytes = b"admin", password: bytes = b"secret") -> Talk:
    """A client with a name and a password meets a server that knows some users."""
    client, server = roles("PLAIN")
    return Talk(
        (
            Connection(replace(client, username=username, password=password), Replayed(1)),
            Connection(replace(server, credentials=credentials), Replayed(2)),
        )
    ).start()


# --- the handshake, octet for octet -------------------------------------------------------------------------------


def test_the_handshake() -> None:
    done = talk("PLAIN").start()
    properties = property_octets("Socket-Type", b"DEALER")
    client, server = (bytes(octets)[64:] for octets in done.octets)
    assert client == command(hello(b"admin", b"secret")) + command(b"\x08INITIATE" + properties)
    assert server == command(b"\x07WELCOME") + command(b"\x05READY" + properties)
    assert [octets[32] for octets in done.octets] == [0, 1], "as-server"
    assert [octets[12:32].rstrip(b"\x00") for octets in done.octets] == [b"PLAIN", b"PLAIN"]


# --- who is let in ------------------------------------------------------------------------------------------------

ALLOWED = [
    # users that the server knows, name, password, whether they come in
    ("everybody", None, b"admin", b"secret", True),
    ("a known user", {b"admin": b"secret"}, b"admin", b"secret", True),
    ("one of several", {b"other": b"x", b"admin": b"secret"}, b"admin", b"secret", True),
    ("nobody is known", {}, b"admin", b"secret", False),
    ("another password", {b"admin": b"Secret"}, b"admin", b"secret", False),
    ("a password that begins alike", {b"admin": b"secret1"}, b"admin", b"secret", False),
    ("a password that goes on behind a null octet", {b"admin": b"secret"}, b"admin", b"secret\x00", False),
    ("a name that goes on behind a null octet", {b"admin": b"secret"}, b"admin\x00", b"secret", False),
    ("somebody else's password", {b"other": b"secret"}, b"admin", b"secret", False),
    ("no name and no password", {b"": b""}, b"", b"", True),
    ("no password", {b"admin": b"secret"}, b"admin", b"", False),
    ("an unknown user without password", {}, b"", b"", False),
    ("the longest", {b"n" * 255: b"p" * 255}, b"n" * 255, b"p" * 255, True),
    ("octets of any value", {b"\x00\xff \n": b"\x80"}, b"\x00\xff \n", b"\x80", True),
]


@pytest.mark.parametrize(
    ("credentials", "username", "password", "let_in"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED]
)
def test_authentication(
    credentials: Mapping[bytes, bytes] | None, username: bytes, password: bytes, let_in: bool
) -> None:
    done = meeting(credentials, username, password)
    assert (done.states == ("traffic", "traffic")) == let_in
    assert done.rejected(SERVER) == ([] if let_in else ["24/HELLO/refused"])
    assert (b"WELCOME" in done.octets[SERVER]) == let_in
    assert [event.username for event in done.events[SERVER] if isinstance(event, Ready)] == [username] * let_in
    assert [event.username for event in done.events[CLIENT] if isinstance(event, Ready)] == [b""] * let_in
    failed = [event.reason for event in done.events[CLIENT] if isinstance(event, Failed)]
    assert failed == ([] if let_in else [b"not authenticated"])


def test_credentials_do_not_show_in_a_text() -> None:
    client, server = roles("PLAIN")
    assert "secret" not in repr((client, replace(server, credentials={b"admin": b"secret"})))
    assert hash(replace(server, credentials={b"admin": b"secret"})) == hash(server)


# --- what is refused ----------------------------------------------------------------------------------------------

REJECTED = [
    # side, state, octets, requirement
    (SERVER, "expect-greeting", NULL_GREETING, "23/greeting/mechanism-match"),
    (SERVER, "expect-hello", encode(0, hello(b"a", b"b")), ORDER),  # in a message frame
    (SERVER, "expect-hello", command(b""), ORDER),
    (SERVER, "expect-hello", command(b"HELLO   "), ORDER),  # as the prose has it: eight characters, no count
    (SERVER, "expect-hello", command(b"\x08HELLO   " + hello(b"a", b"b")[6:]), ORDER),
    (SERVER, "expect-hello", command(b"\x05hello\x00\x00"), ORDER),
    (SERVER, "expect-hello", command(b"\x08INITIATE"), ORDER),
    (SERVER, "expect-hello", command(b"\x07WELCOME"), ORDER),
    (SERVER, "expect-hello", command(b"\x05READY"), ORDER),
    (SERVER, "expect-hello", command(b"\x05ERROR\x00"), ORDER),
    (SERVER, "expect-hello", command(b"\x04PING\x00\x00"), ORDER),
    (SERVER, "expect-hello", command(b"\x05HELLO"), "24/HELLO/layout"),
    (SERVER, "expect-hello", command(b"\x05HELLO\x00"), "24/HELLO/layout"),
    (SERVER, "expect-hello", command(b"\x05HELLO\x05admin"), "24/HELLO/layout"),
    (SERVER, "expect-hello", command(b"\x05HELLO\xff" + b"a" * 254 + b"\x00"), "24/HELLO/layout"),
    (SERVER, "expect-hello", command(hello(b"admin", b"secret")[:-1]), "24/HELLO/layout"),
    (SERVER, "expect-hello", command(hello(b"admin", b"secret") + b"\x00"), "24/HELLO/layout"),
    (SERVER, "expect-hello", command(hello(b"admin", b"secret") + bytes(600)), "24/HELLO/layout"),
    (SERVER, "expect-initiate", command(hello(b"admin", b"secret")), ORDER),
    (SERVER, "expect-initiate", encode(0, b"too early"), ORDER),
    (SERVER, "expect-initiate", command(b"\x08INITIATE\x01"), "24/INITIATE/metadata"),
    (
        SERVER,
        "expect-initiate",
        command(b"\x08INITIATE" + property_octets("Socket-Type", b"PUB")),
        "23/socket-type/enforced",
    ),
    (CLIENT, "expect-welcome", command(hello(b"admin", b"secret")), ORDER),
    (CLIENT, "expect-welcome", command(b"\x05READY"), ORDER),
    (CLIENT, "expect-welcome", command(b"\x08INITIATE"), ORDER),
    (CLIENT, "expect-welcome", encode(0, b"\x07WELCOME"), ORDER),
    (CLIENT, "expect-welcome", command(b"\x07WELCOME\x00"), "24/WELCOME/takes-empty"),
    (CLIENT, "expect-ready", command(b"\x07WELCOME"), ORDER),
    (CLIENT, "expect-ready", encode(0, b"too early"), ORDER),
    (CLIENT, "expect-ready", command(b"\x05READY\x01"), "24/READY/metadata"),
]


@pytest.mark.parametrize(("side", "state", "octets", "requirement"), REJECTED)
def test_rejections(side: int, state: str, octets: bytes, requirement: str) -> None:
    connection = until(talk("PLAIN"), side, state).sides[side]
    connection.octets_to_send()
    events = connection.receive(octets)
    assert [event.requirement for event in events if isinstance(event, Rejected)] == [requirement]
    assert events[-1] == Closed(by_peer=False)
    said = connection.octets_to_send()
    assert (b"ERROR" in said) == (requirement == "23/socket-type/enforced"), "any other rejection is without words"
    assert b"WELCOME" not in said and b"READY" not in said


def test_two_of_one_role_come_to_no_connection() -> None:
    client, server = roles("PLAIN")
    clients = Talk((Connection(client, Replayed(1)), Connection(client, Replayed(2)))).start()
    assert "traffic" not in clients.states
    assert clients.rejected(1) == [ORDER], "one of them is the first that hears HELLO"
    servers = Talk((Connection(server, Replayed(1)), Connection(server, Replayed(2)))).start()
    assert servers.states == ("expect-hello", "expect-hello"), "both wait"


# --- what the sender alone is bound by ----------------------------------------------------------------------------

ACCUSED = [
    # octets of the user name, of the password, requirements that the client breaks by sending them
    (b"", b"", ()),
    (b"a" * 255, b"~" * 255, ()),
    (b"a b", b"", ("24/HELLO/sends-username",)),
    (b"", b"a\x00b", ("24/HELLO/sends-password",)),
    (b"\x7f", b"\xff", ("24/HELLO/sends-username", "24/HELLO/sends-password")),
]


@pytest.mark.parametrize(("username", "password", "accused"), ACCUSED)
def test_characters_bind_the_client(username: bytes, password: bytes, accused: tuple[str, ...]) -> None:
    judged = dissect(HELLO, hello(username, password))
    assert judged.accused == accused
    assert judged.refused == ""
    assert meeting(None, username, password).states == ("traffic", "traffic")


def test_a_command_in_a_long_frame_is_taken() -> None:
    connection = until(talk("PLAIN"), SERVER, "expect-hello").sides[SERVER]
    connection.octets_to_send()
    connection.receive(encode(COMMAND | 2, hello(b"admin", b"secret")))
    assert connection.octets_to_send() == command(b"\x07WELCOME")
