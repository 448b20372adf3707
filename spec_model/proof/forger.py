"""What the attacker makes himself: commands of his own, with the keys that he has and with what he learned.

To the server he is a client with a transient key of his own, who claims to be himself or C; the vouch he seals with what he
has, or takes it from an INITIATE that he could open. To the client he is a server: the one that it called, if he has its
secret, or else he pretends. What he learns he learns by opening: of a WELCOME, S' and the cookie; of an INITIATE, the vouch.
He hands a cookie on as it came, and with his key inside exchanged for the client's by exclusive or, for whoever does not
look whether it is whole.

Where he is let in, or is the server that was called, he spoils what lies in his boxes too, by each rule of the grammar, and
cuts it off. And he seals under keys of zeros, for whoever opens a box before there is a key, in memory that was cleared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from spec_model.connection import Connection, Outgoing
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.sealing import Alteration, Reseal, Tamper, dissect
from spec_model.faults.fault import a
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS
from spec_model.framing import COMMAND, encode
from spec_model.grammar.command import Command
from spec_model.grammar.curve import (
    HELLO,
    INITIATE,
    MESSAGE_FROM_CLIENT,
    MESSAGE_FROM_SERVER,
    READY,
    SIGNATURE,
    WELCOME,
)
from spec_model.grammar.metadata import metadata_octets
from spec_model.proof.attacker import Act, Recording, about
from spec_model.proof.peer import Node, Sent, sent
from spec_model.proof.rings import Zeros
from spec_model.proof.scene import AS_SERVER, ATTACKER_KEYS, TRANSIENT, Scene
from spec_model.tables import STANDARD

_METADATA = metadata_octets([("Socket-Type", b"DEALER"), ("Identity", b"client")])
_ANYBODYS = (
    Act("a message in clear", encode(0, b"forged")),
    Act("an ERROR in clear", encode(COMMAND, b"\x05ERROR\x00")),
    Act("an ERROR that ends behind its name", encode(COMMAND, b"\x05ERROR")),
    Act("a command that nobody knows", encode(COMMAND, b"\x05OTHER")),
)
_LONG_NONCE = bytes(range(16))
_HALF_A_BOX = 100
"""How much is left of what lies in a box of INITIATE when he cuts it off: not all of the vouch."""


class Forger:
    """The attacker as a peer of his own."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._stolen = {"s": SERVER_KEYS.secret} if scene.stolen else {}
        self._made: dict[tuple[Any, ...], tuple[Act, ...]] = {}

    def at_once(self) -> tuple[Act, ...]:
        """What he can send to either without having learned anything."""
        if self.scene.mechanism != "CURVE":
            return in_clear(self.scene)
        acts = list(_ANYBODYS)
        own = self._hello(TRANSIENT.public)
        acts += (act._replace(plain=False) for act in about(sent(own), "the attacker's own HELLO"))
        for rule in (*HELLO.rules, *SIGNATURE.rules):
            acts.append(Act(f"a HELLO of the attacker in which {rule.title}", own.encode(rule.spoil)))
        return (*acts, *_under_zeros())

    def to_server(self, client: Node, server: Node) -> tuple[Act, ...]:
        """What he can send to the server after what both have sent."""
        welcomes = tuple(one for one in server.sent if one.name == "WELCOME")
        initiates = tuple(one for one in client.sent if one.name == "INITIATE")
        heard = self.scene.admitted and server.key("C'") == TRANSIENT.public and server.ready is not None
        key = ("server", heard, client.key("C'"), *(one.octets for one in (*welcomes, *initiates)))
        if key not in self._made:
            self._made[key] = tuple(self._as_client(client.key("C'"), welcomes, initiates, heard))
        return self._made[key]

    def to_client(self, client: Node, server: Node) -> tuple[Act, ...]:
        """What he can send to the client."""
        welcomes = tuple(one for one in server.sent if one.name == "WELCOME")
        key = ("client", client.key("C'"), *(one.octets for one in welcomes))
        if key not in self._made:
            self._made[key] = tuple(self._as_server(client.key("C'"), welcomes)) if client.key("C'") else ()
        return self._made[key]

    # --- to the server --------------------------------------------------------------------------------------------

    def _hello(self, transient: bytes) -> Outgoing:
        """A HELLO with this key; he can sign it if the key is his, or s."""
        own = {"c'": TRANSIENT.secret} if transient == TRANSIENT.public or not self.scene.stolen else self._stolen
        ring = Keyring({"C'": transient, "S": SERVER_KEYS.public, **own})
        natural = {"client_transient": transient, "nonce": 1}
        return Outgoing("HELLO", "CURVE/HELLO", natural, ring, COMMAND, STANDARD)

    def _as_client(
        self, transient: bytes, welcomes: tuple[Sent, ...], initiates: tuple[Sent, ...], heard: bool
    ) -> Iterator[Act]:
        if transient:
            yield Act("a HELLO of the attacker with the client's transient key", self._hello(transient).encode())
        vouches = list(self._vouches(transient, initiates))
        for learned in self._learned(welcomes, {"C'": TRANSIENT.public, "c'": TRANSIENT.secret}):
            ring = Keyring({"C'": TRANSIENT.public, "c'": TRANSIENT.secret, "S'": learned["server_transient"]})
            ring.learn_all({"C": ATTACKER_KEYS.public, "c": ATTACKER_KEYS.secret, "S": SERVER_KEYS.public})
            for claimed, name in ((ATTACKER_KEYS.public, "as himself"), (CLIENT_KEYS.public, "as the client")):
                natural = {
                    "cookie": learned["cookie"],
                    "nonce": 2,
                    "client": claimed,
                    "vouch_nonce": _LONG_NONCE,
                    "vouched_transient": TRANSIENT.public,
                    "vouched_server": SERVER_KEYS.public,
                    "metadata": _METADATA,
                }
                item = Outgoing("INITIATE", "CURVE/INITIATE", natural, ring, COMMAND, STANDARD)
                yield Act(f"an INITIATE of the attacker {name}", item.encode())
                if claimed == ATTACKER_KEYS.public and self.scene.admitted:
                    yield from _spoilt(item, INITIATE, f"an INITIATE of the attacker {name}")
                if claimed == CLIENT_KEYS.public:
                    for title, given, alteration in vouches:
                        yield Act(f"an INITIATE of the attacker {name}, {title}", item.encode(given, (alteration,)))
            if heard:
                message = {"nonce": 3, "flags": 0, "data": b"of the attacker"}
                item = Outgoing("MESSAGE", "CURVE/MESSAGE/C", message, ring, 0, STANDARD)
                yield Act("a MESSAGE of the attacker", item.encode())
                yield from _spoilt(item, MESSAGE_FROM_CLIENT, "a MESSAGE of the attacker")

    def _vouches(
        self, transient: bytes, initiates: tuple[Sent, ...]
    ) -> Iterator[tuple[str, Mapping[str, Any], Alteration]]:
        """Vouches that he did not seal with his own key."""
        if self.scene.stolen:
            between = Keyring({"C": CLIENT_KEYS.public, "S": SERVER_KEYS.public, **self._stolen})
            yield "with a vouch sealed by the stolen s", {}, _With("vouch_box", between)
        ring = Keyring({"S'": AS_SERVER.public, "s'": AS_SERVER.secret, "C'": transient})
        for one in initiates:
            judged = dissect(INITIATE, _body(one), ring)
            if "box" in judged.opened:
                given = {"vouch_nonce": judged.fields["vouch_nonce"]}
                vouch = Tamper("vouch_box", exchange=judged.fields["vouch_box"])
                yield "with a vouch that the client gave him", given, vouch

    def _learned(self, welcomes: tuple[Sent, ...], *keys: Mapping[str, bytes]) -> Iterator[Mapping[str, Any]]:
        """The fields of each WELCOME that he can open with some of these keys."""
        for one in welcomes:
            for some in keys:
                judged = dissect(WELCOME, _body(one), Keyring({"S": SERVER_KEYS.public, **some}))
                if "box" in judged.opened:
                    yield judged.fields

    # --- to the client --------------------------------------------------------------------------------------------

    def _as_server(self, transient: bytes, welcomes: tuple[Sent, ...]) -> Iterator[Act]:
        called = self.scene.roles[0].server_key
        secret = SERVER_KEYS.secret if self.scene.stolen and called == SERVER_KEYS.public else ATTACKER_KEYS.secret
        offers = [("his own S'", AS_SERVER.public, bytes(96))]
        own, its = {"C'": TRANSIENT.public, "c'": TRANSIENT.secret}, {"C'": transient, **self._stolen}
        for learned in self._learned(welcomes, own, *([its] if self._stolen else [])):
            cookie: bytes = learned["cookie"]
            inside = _exclusive_or(cookie[32:64], _exclusive_or(TRANSIENT.public, transient))
            forged = cookie[:32] + inside + cookie[64:]
            offers.append(("the S' and the cookie that he got", learned["server_transient"], cookie))
            offers.append(("the S' that he got and the cookie bent to C'", learned["server_transient"], forged))
        for title, offered, cookie in offers:
            ring = Keyring({"S": called, "s": secret, "C'": transient, "S'": offered, "s'": AS_SERVER.secret})
            natural = {"nonce": _LONG_NONCE, "server_transient": offered, "cookie": cookie}
            item = Outgoing("WELCOME", "CURVE/WELCOME", natural, ring, COMMAND, STANDARD)
            yield Act(f"a WELCOME of the attacker with {title}", item.encode())
        ring = Keyring({"C'": transient, "S'": AS_SERVER.public, "s'": AS_SERVER.secret})
        ready = {"nonce": 1, "metadata": _METADATA}
        answer = Outgoing("READY", "CURVE/READY", ready, ring, COMMAND, STANDARD)
        yield Act("a READY of the attacker", answer.encode())
        message = {"nonce": 2, "flags": 0, "data": b"forged"}
        item = Outgoing("MESSAGE", "CURVE/MESSAGE/S", message, ring, 0, STANDARD)
        yield Act("a MESSAGE of the attacker", item.encode())
        if called == ATTACKER_KEYS.public:
            yield from _spoilt(answer, READY, "a READY of the attacker")
            yield from _spoilt(item, MESSAGE_FROM_SERVER, "a MESSAGE of the attacker")


def _spoilt(item: Outgoing, command: Command, name: str) -> Iterator[Act]:
    """All that can be wrong inside the boxes of a command of his own: each rule broken, and what lies there cut off."""
    for level in command.levels():
        for rule in level.rules if level is not command else ():
            if rule.receiver:
                yield Act(f"{name} in which {rule.title}", item.encode(rule.spoil))
    yield Act(f"{name} in whose box nothing is", item.encode({"box": b""}))
    yield Act(f"{name} in whose box something is missing", item.encode({"box": lambda whole: whole[:_HALF_A_BOX]}))


def _under_zeros() -> Iterator[Act]:
    """What he seals with zeros where a key should be."""
    nothing = Zeros({"S": SERVER_KEYS.public})
    fields = {"nonce": 9, "flags": 0, "data": b"forged", "metadata": _METADATA}
    for key, name, whose in (
        ("CURVE/MESSAGE/C", "MESSAGE", "a client's MESSAGE"),
        ("CURVE/MESSAGE/S", "MESSAGE", "a server's MESSAGE"),
        ("CURVE/READY", "READY", "a READY"),
    ):
        # A command, as it must be before the handshake is complete: of a message nothing would be opened.
        item = Outgoing(name, key, fields, nothing, COMMAND, STANDARD)
        yield Act(f"{whose} under a key of zeros", item.encode())
    between = {"C'": TRANSIENT.public, "c'": TRANSIENT.secret, "S'": AS_SERVER.public}
    ring = Zeros({**between, "C": CLIENT_KEYS.public, "S": SERVER_KEYS.public, "s'": AS_SERVER.secret})
    natural = {
        "cookie_nonce": _LONG_NONCE,
        "cookie_client_transient": TRANSIENT.public,
        "cookie_server_transient_secret": AS_SERVER.secret,
        "nonce": 9,
        "client": CLIENT_KEYS.public,
        "vouch_nonce": _LONG_NONCE,
        "vouched_transient": TRANSIENT.public,
        "vouched_server": SERVER_KEYS.public,
        "metadata": _METADATA,
    }
    item = Outgoing("INITIATE", "CURVE/INITIATE", natural, ring, COMMAND, STANDARD)
    yield Act("an INITIATE as the client, with a cookie of his own under a key of zeros", item.encode())


class _With:
    """Seal a box from C to S with other keys than those of the command."""

    def __init__(self, field: str, keys: Keyring) -> None:
        self.field, self.keys = field, keys

    def reseal(self, box: Any, keys: Keyring) -> tuple[Any, Keyring]:
        """The box from C to S."""
        return Reseal(self.field, sender="C", receiver="S").reseal(box, self.keys)

    def spoil(self, octets: bytes) -> bytes:
        """Nothing more."""
        return octets


def in_clear(scene: Scene) -> tuple[Act, ...]:
    """What he can send where nothing is sealed: commands of a connection of his own, with his own metadata."""
    client, server = (replace(role, identity=b"attacker", credentials=None) for role in scene.roles)
    acts = list(_ANYBODYS)
    own = Recording((client, server), (Connection, Connection), "attacker")
    for one in (*own.sent[0], *own.sent[1]):
        if one.name not in ("message", "greeting"):
            acts.append(Act(f"{a(one.name)} of the attacker", one.octets))
    return tuple(acts)


def _body(one: Sent) -> bytes:
    return one.body


def _exclusive_or(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
