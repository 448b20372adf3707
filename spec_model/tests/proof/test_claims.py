"""What CurveZMQ promises, each promise by the id of its requirement: kept by the reference, broken by the fault.

A promise is a function of client and server that says how it is broken, and nothing if it is kept. Beside it stand the
written faults that break it, each of which must be found. Three have no written fault yet and bring their own.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair
from spec_model.events import Rejected
from spec_model.faults import faults
from spec_model.faults.fault import Make
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, roles
from spec_model.faults.written import spoiling
from spec_model.faults.written_curve import playing
from spec_model.grammar.greeting import mechanism_octets
from spec_model.grammar.metadata import property_octets
from spec_model.mechanisms import CurveServer
from spec_model.proof.attacker import Recording
from spec_model.proof.listener import SESSION, Opened, opens, reads, shows
from spec_model.proof.peer import frozen, sent
from spec_model.proof.scene import WIRE, Goal
from spec_model.proof.siege import Siege
from spec_model.proof.walk import Bound
from spec_model.requirements import check_ids
from spec_model.role import MECHANISMS, Role
from spec_model.tables import Spoil

Makes = tuple[Make, Make]
Breaches = Iterator[str]

MANY = 1000
"""Connections of one pair of peers on which nothing may come again."""

FEW = 3
"""Connections that are enough to see that a faulty peer repeats itself."""


# --- the promises -------------------------------------------------------------------------------------------------


def permanent_key_hidden(makes: Makes) -> Breaches:
    """C stands nowhere but in the box of INITIATE."""
    recording = _recording(makes)
    if shows(recording, CLIENT_KEYS.public):
        yield "C is in the open"
    for box in _everything(recording):
        if CLIENT_KEYS.public in box.plaintext and (box.name, box.field) != ("INITIATE", "box"):
            yield f"C is in {box.field} of {box.name}"


def forward_secret(makes: Makes) -> Breaches:
    """Recorded traffic and both permanent secrets open no box of the session, nor does another connection's memory."""
    first, second = _recording(makes, "first"), _recording(makes, "second")
    sent = [*first.sent[0], *first.sent[1]]
    permanent = [CLIENT_KEYS.public, CLIENT_KEYS.secret, SERVER_KEYS.public, SERVER_KEYS.secret]
    found = opens(sent, permanent)
    assert {box.name for box in found} >= {"HELLO", "WELCOME"}  # the keys are the right ones
    yield from (f"{box.field} of {box.name} opens" for box in found if box.name in SESSION)
    yield from (f"{name} opens after a theft of memory" for name in reads(first, second))


def minimal_state(makes: Makes) -> Breaches:
    """Between WELCOME and INITIATE a server has the key of the cookie, and of the client nothing."""
    client, server = _connections(makes)
    client.start()
    server.start()
    client.receive(server.octets_to_send())
    server.receive(client.octets_to_send())
    assert server.state == "expect-initiate"
    welcome = sent(server.outgoing() or pytest.fail("no WELCOME"))
    kept = set(_octets(frozen(server)))
    made = welcome.item.natural
    for name, secret in (
        ("C'", client.mechanism.keys["C'"]),
        ("S'", made["server_transient"]),
        ("s'", made["cookie_server_transient_secret"]),
    ):
        if any(secret in octets for octets in kept):
            yield f"{name} is kept"


def amplifies_nothing(makes: Makes) -> Breaches:
    """Whatever is handed to a server that does not know from whom: its answers are not larger."""
    done = Siege(WIRE, Bound(0, 1, ()), makes).run(lambda attacks: Goal.AMPLIFY in attacks)
    yield from (
        f"to {moves[-1].title} more is sent than came" for goal, moves in done.attacks.items() if goal is Goal.AMPLIFY
    )


def fresh_client_keys(makes: Makes) -> Breaches:
    """No C' comes twice."""
    yield from _repeated(makes, "HELLO", "client_transient")


def fresh_server_keys(makes: Makes) -> Breaches:
    """No S' comes twice, nor its secret."""
    yield from _repeated(makes, "WELCOME", "server_transient")
    yield from _repeated(makes, "WELCOME", "cookie_server_transient_secret")


def fresh_server_nonces(makes: Makes) -> Breaches:
    """No long nonce comes twice under S, of a welcome or of a cookie."""
    yield from _repeated(makes, "WELCOME", "nonce", "cookie_nonce")


def fresh_vouch_nonces(makes: Makes) -> Breaches:
    """No long nonce of a vouch comes twice under C."""
    yield from _repeated(makes, "INITIATE", "vouch_nonce")


def growing_nonces(makes: Makes) -> Breaches:
    """The short nonces of a side grow, from its first command to its last message."""
    recording = _recording(makes)
    for side, items in enumerate(recording.sent):
        nonces = [one.item.natural["nonce"] for one in items if isinstance(one.item.natural.get("nonce"), int)]
        if nonces != sorted(set(nonces)):
            yield f"side {side} counts {nonces}"


def one_mechanism(makes: Makes) -> Breaches:
    """A socket of any mechanism meets peers of all: whoever announces another is refused before anything is said."""
    for mechanism in MECHANISMS:
        for side, role in enumerate(roles(mechanism)):
            for announced in (*MECHANISMS, mechanism.lower(), f"{mechanism}\0X"):
                if announced != mechanism:
                    yield from _met(makes[side](role, Replayed("socket")), announced)


def _met(connection: Connection, announced: str) -> Breaches:
    connection.start()
    connection.octets_to_send()
    tables = connection.tables.commands["greeting"]
    octets = tables.build({"mechanism": mechanism_octets(announced), "as_server": int(not connection.role.as_server)})
    events = connection.receive(octets)
    refused = [event.requirement for event in events if isinstance(event, Rejected)]
    if refused != ["23/greeting/mechanism-match"] or connection.octets_to_send():
        yield f"{connection.role.mechanism} goes on with {announced!r}"


def secrets_stay(makes: Makes) -> Breaches:
    """No secret key is in what is sent, nor in a box that the other side opens; s' is in the cookie alone."""
    recording = _recording(makes)
    client, server = (peer.mechanism.keys for peer in recording.peers)
    secrets = {"c": client["c"], "c'": client["c'"], "s": server["s"], "s'": server.get("s'")}
    for name, secret in ((name, secret) for name, secret in secrets.items() if secret):
        if shows(recording, secret):
            yield f"{name} is in the open"
        for box in _everything(recording):
            if secret in box.plaintext and (name, box.field) != ("s'", "cookie_box"):
                yield f"{name} is in {box.field} of {box.name}"


# --- faults that nobody has written yet ---------------------------------------------------------------------------


class _KeepsClient(CurveServer):
    """C' is kept beside the cookie."""

    def sent(self, name: str) -> None:
        pass


class _KeepsTransient(CurveServer):
    """The transient key pair is kept beside the cookie."""

    kept: bytes = b""

    def transient(self) -> KeyPair:
        pair = super().transient()
        self.kept = pair.secret
        return pair


class _AnyMechanism(Connection):
    """Plays the mechanism that the peer announces, if it is a weaker one."""

    def _receive_greeting(self, octets: bytes) -> bytes:
        announced = octets[12:32].rstrip(b"\0").decode("ascii", "replace")
        if announced == "NULL" != self.role.mechanism:
            greeting, self.role = self.role, Role("NULL", socket_type=self.role.socket_type)
            self.mechanism = type(self).mechanisms["NULL", greeting.as_server](self.role, Replayed(""), self.tables)
        return super()._receive_greeting(octets)


_LOCAL: dict[str, Make] = {
    "keeps C'": playing(_KeepsClient),
    "keeps s'": playing(_KeepsTransient),
    "plays any mechanism": _AnyMechanism,
    "sends c in its metadata": spoiling(
        {
            "CURVE/INITIATE": Spoil(
                given={"metadata": lambda octets: octets + property_octets("X-Key", CLIENT_KEYS.secret)}
            )
        }
    ),
    "sends s in its metadata": spoiling(
        {"CURVE/READY": Spoil(given={"metadata": lambda octets: octets + property_octets("X-Key", SERVER_KEYS.secret)})}
    ),
    "shows c in HELLO": spoiling({"CURVE/HELLO": Spoil(given={"padding": bytes(40) + CLIENT_KEYS.secret})}),
}

CLAIMS: tuple[tuple[str, Callable[[Makes], Breaches], tuple[str, ...]], ...] = (
    ("26/keys/permanent-hidden", permanent_key_hidden, ("client-key-in-the-open",)),
    ("26/keys/forward-secrecy", forward_secret, ("permanent-key-ready", "cookie-for-ever", "same-transient-server")),
    ("26/server/minimal-state", minimal_state, ("keeps C'", "keeps s'")),
    ("26/WELCOME/amplification", amplifies_nothing, ("amplifying-welcome", "amplifying-error")),
    ("26/HELLO/unique-transient-key", fresh_client_keys, ("same-transient-client",)),
    ("26/WELCOME/fresh-transient-key", fresh_server_keys, ("same-transient-server",)),
    ("26/WELCOME/unique-nonce", fresh_server_nonces, ("same-welcome-nonce", "same-cookie-nonce", "one-long-nonce")),
    ("26/vouch/unique-nonce", fresh_vouch_nonces, ("same-vouch-nonce",)),
    (
        "26/short-nonce/handshake-counts",
        growing_nonces,
        ("reused-handshake-nonce", "reused-nonce-client", "reused-nonce-server", "decreasing-nonce-server"),
    ),
    (
        "23/mechanism/same-for-socket",
        one_mechanism,
        ("accepts.greeting.mechanism-match", "mechanism-in-any-case", "mechanism-up-to-null", "plays any mechanism"),
    ),
    (
        "26/keys/secrets-never-travel",
        secrets_stay,
        ("sends c in its metadata", "sends s in its metadata", "shows c in HELLO"),
    ),
)


@pytest.mark.parametrize(("requirement", "broken"), [row[:2] for row in CLAIMS], ids=[row[0] for row in CLAIMS])
def test_the_reference_keeps(requirement: str, broken: Callable[[Makes], Breaches]) -> None:
    check_ids([requirement])
    assert list(broken((Connection, Connection))) == []


@pytest.mark.parametrize(
    ("broken", "name"), [(row[1], name) for row in CLAIMS for name in row[2]], ids=lambda value: str(value)[:40]
)
def test_the_fault_breaks(broken: Callable[[Makes], Breaches], name: str) -> None:
    assert list(broken(_faulty(name)))


def test_with_every_key_every_box_opens() -> None:
    found = {(box.name, box.field) for box in _everything(_recording((Connection, Connection)))}
    assert found == {
        ("HELLO", "signature"),
        ("WELCOME", "box"),
        ("WELCOME", "cookie_box"),
        ("INITIATE", "cookie_box"),
        ("INITIATE", "box"),
        ("INITIATE", "vouch_box"),
        ("READY", "box"),
        ("MESSAGE", "box"),
    }


# --- small tools --------------------------------------------------------------------------------------------------


def _faulty(name: str) -> Makes:
    if name in _LOCAL:
        make, as_server = _LOCAL[name], None
    else:
        fault = faults()[name if name.startswith("accepts.") else f"written.{name}"]
        make, as_server = fault.make, fault.as_server
    if name == "permanent-key-ready":
        as_server = None  # a client that does not know of it comes to no session
    return Connection if as_server is True else make, Connection if as_server is False else make


def _recording(makes: Makes, seed: str = "claims") -> Recording:
    return Recording(WIRE.roles, makes, seed)


def _connections(makes: Makes) -> tuple[Connection, Connection]:
    client, server = (make(role, Replayed("claims")) for make, role in zip(makes, WIRE.roles, strict=True))
    return client, server


def _everything(recording: Recording) -> tuple[Opened, ...]:
    """Every box of a connection, opened with all keys that there are; that of the cookie too."""
    names = ("C", "c", "S", "s", "C'", "c'", "S'", "s'")
    keys = {key for peer in recording.peers for name in names if (key := peer.mechanism.keys.get(name))}
    keys.add(next(iter(_cookie_keys(recording)), bytes(32)))
    return opens([*recording.sent[0], *recording.sent[1]], keys)


def _cookie_keys(recording: Recording) -> Iterable[bytes]:
    return [one.item.keys["K"] for one in recording.sent[1] if "K" in one.item.keys]


def _repeated(makes: Makes, name: str, *fields: str) -> Breaches:
    """The fields of a command that have one value twice, over all connections and all fields."""
    reference = makes == (Connection, Connection)
    seen: dict[Any, str] = {}
    for items in _handshakes() if reference else (_recording(makes, f"{number}").sent for number in range(FEW)):
        for one in (*items[0], *items[1]):
            for field in fields if one.name == name else ():
                value = one.item.natural[field]
                if value in seen:
                    yield f"{field} is that of {seen[value]} again"
                seen[value] = field


_MANY: list[tuple[list[Any], list[Any]]] = []


def _handshakes() -> list[tuple[list[Any], list[Any]]]:
    """Many connections of the reference, made once for all promises."""
    if not _MANY:
        _MANY.extend(_recording((Connection, Connection), f"{number}").sent for number in range(MANY))
    return _MANY


def _octets(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for part in value:
            yield from _octets(part)
