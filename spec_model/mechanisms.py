"""What the verbs of the mechanism machines do: natural values for what is sent, and what is kept of what was received.

One class per side. A verb "send X" calls `natural(X)` for the fields of X; a verb "take X" calls `take(X, fields)`. Nonces,
keys and cookies live here, and are gone when the connection is.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Entropy
from spec_model.crypto.keys import KeyPair
from spec_model.crypto.sealing import Dissected
from spec_model.grammar.metadata import metadata_octets
from spec_model.role import Role
from spec_model.tables import Tables

UNAUTHENTICATED = ("24/HELLO/refused", "26/INITIATE/unauthenticated")
"""Why a peer is not let in although all that it sent is well formed."""

COOKIE_LIFETIME = 60.0
"""Seconds after which a server forgets a cookie key (RFC 26 "The WELCOME Command" names this value as an example)."""


@lru_cache(maxsize=64)
def _octets_of(properties: tuple[tuple[str, bytes], ...]) -> bytes:
    return metadata_octets(properties)


class Null:
    """Either side of NULL."""

    machine = "null"
    prefix = "NULL"
    encrypts = False
    asks_about = "READY"
    """The command of the peer that has all that a ZAP handler is told; empty for the client, which asks nobody."""

    def __init__(self, role: Role, entropy: Entropy, tables: Tables) -> None:
        self.role, self.entropy, self.tables = role, entropy, tables
        self.keys = Keyring()
        self.client_key = b""
        self.username = b""
        self.peer_nonce = 0
        self.cookie_expires: float | None = None

    def grammar(self, name: str, *, sending: bool) -> str:
        """The key of the grammar for a command of this name."""
        return f"{self.prefix}/{name}"

    def natural(self, name: str) -> Mapping[str, Any]:
        """The fields of a command that is to be sent."""
        return {"metadata": self.metadata()} if name == "READY" else {}

    def metadata(self) -> bytes:
        """The metadata that is to be sent."""
        return _octets_of(self.role.metadata())

    def known(self, name: str) -> Mapping[str, Any]:
        """What the rules may compare a received command with."""
        return {}

    def take(self, judged: Dissected) -> None:
        """Keep what is needed of a received command."""

    def sent(self, name: str) -> None:
        """A command has been handed over for sending."""

    def refuses(self, judged: Dissected) -> str:
        """Why the peer is not let in although its command is well formed, or empty."""
        return ""

    def expire(self) -> None:
        """The time of a cookie is over."""


class PlainClient(Null):
    """The client's side of PLAIN."""

    machine = "plain_client"
    prefix = "PLAIN"
    asks_about = ""

    def natural(self, name: str) -> Mapping[str, Any]:
        if name == "HELLO":
            username, password = self.role.username, self.role.password
            return {
                "username_size": len(username),
                "username": username,
                "password_size": len(password),
                "password": password,
            }
        return {"metadata": self.metadata()} if name == "INITIATE" else {}


class PlainServer(Null):
    """The server's side of PLAIN."""

    machine = "plain_server"
    prefix = "PLAIN"
    asks_about = "HELLO"

    def take(self, judged: Dissected) -> None:
        if judged.name == "HELLO":
            self.username = judged.fields["username"]

    def refuses(self, judged: Dissected) -> str:
        users = self.role.credentials
        if judged.name != "HELLO" or users is None:
            return ""
        known = users.get(judged.fields["username"]) == judged.fields["password"]
        return "" if known else "24/HELLO/refused"


_NUMBERED = frozenset({"INITIATE", "READY", "MESSAGE"})
"""The commands whose short nonces the peer counts up."""


class _Curve(Null):
    prefix = "CURVE"
    encrypts = True
    side = ""

    def __init__(self, role: Role, entropy: Entropy, tables: Tables) -> None:
        super().__init__(role, entropy, tables)
        self.nonce = 0

    def grammar(self, name: str, *, sending: bool) -> str:
        if name == "MESSAGE":
            return "CURVE/MESSAGE/C" if sending == (self.side == "C") else "CURVE/MESSAGE/S"
        return f"CURVE/{name}"

    def next_nonce(self) -> int:
        """The next short nonce: handshake and messages share one counter that starts at 1."""
        self.nonce += 1
        return self.nonce

    def long_nonce(self) -> bytes:
        """A new long nonce: 16 random octets."""
        return self.entropy.octets(16)

    def known(self, name: str) -> Mapping[str, Any]:
        return {"last_nonce": self.peer_nonce} if name == "MESSAGE" else {}


class CurveClient(_Curve):
    """The client's side of CURVE."""

    machine = "curve_client"
    side = "C"
    asks_about = ""

    def __init__(self, role: Role, entropy: Entropy, tables: Tables) -> None:
        super().__init__(role, entropy, tables)
        assert role.permanent is not None
        self.keys.learn_pair("C", role.permanent)
        self.keys.learn("S", role.server_key)
        self.cookie = b""

    def transient(self) -> KeyPair:
        """The transient key pair of this connection."""
        return KeyPair.generate(self.entropy)

    def natural(self, name: str) -> Mapping[str, Any]:
        if name == "MESSAGE":
            return {"nonce": self.next_nonce()}
        if name == "HELLO":
            self.keys.learn_pair("C'", self.transient())
            return {"client_transient": self.keys["C'"], "nonce": self.next_nonce()}
        if name == "INITIATE":
            return {
                "cookie": self.cookie,
                "nonce": self.next_nonce(),
                "client": self.keys["C"],
                "vouch_nonce": self.long_nonce(),
                "vouched_transient": self.keys["C'"],
                "vouched_server": self.keys["S"],
                "metadata": self.metadata(),
            }
        return super().natural(name)

    def take(self, judged: Dissected) -> None:
        name, fields = judged.name, judged.fields
        if name in _NUMBERED:
            self.peer_nonce = fields["nonce"]
        elif name == "WELCOME":
            self.keys.learn("S'", fields["server_transient"])
            self.cookie = fields["cookie"]


class CurveServer(_Curve):
    """The server's side of CURVE."""

    machine = "curve_server"
    side = "S"
    asks_about = "INITIATE"

    def __init__(self, role: Role, entropy: Entropy, tables: Tables) -> None:
        super().__init__(role, entropy, tables)
        assert role.permanent is not None
        self.keys.learn_pair("S", role.permanent)

    def transient(self) -> KeyPair:
        """The transient key pair for one WELCOME."""
        return KeyPair.generate(self.entropy)

    def cookie_key(self) -> bytes:
        """The key of the cookie of one WELCOME: 32 random octets."""
        return self.entropy.octets(32)

    def natural(self, name: str) -> Mapping[str, Any]:
        if name == "MESSAGE":
            return {"nonce": self.next_nonce()}
        if name == "WELCOME":
            pair = self.transient()
            self.keys.learn("K", self.cookie_key())
            return {
                "nonce": self.long_nonce(),
                "server_transient": pair.public,
                "cookie_nonce": self.long_nonce(),
                "cookie_client_transient": self.keys["C'"],
                "cookie_server_transient_secret": pair.secret,
            }
        if name == "READY":
            return {"nonce": self.next_nonce(), "metadata": self.metadata()}
        return super().natural(name)

    def sent(self, name: str) -> None:
        if name == "WELCOME":
            # Nothing of the client is kept until it comes back with the cookie.
            self.keys.forget("C'")

    def take(self, judged: Dissected) -> None:
        name, fields = judged.name, judged.fields
        if name in _NUMBERED:
            self.peer_nonce = fields["nonce"]
        if name == "HELLO":
            self.keys.learn("C'", fields["client_transient"])
        elif name == "INITIATE":
            self.client_key = fields["client"]
            transient, secret = fields["cookie_client_transient"], fields["cookie_server_transient_secret"]
            self.keys.learn_all({"C'": transient, "s'": secret})  # nothing needs the public half of s' here
            self.cookie_expires = None
            self.expire()

    def expire(self) -> None:
        self.keys.forget("K")

    def refuses(self, judged: Dissected) -> str:
        if judged.name != "INITIATE":
            return ""
        if "box" not in judged.opened:
            return "26/cookie/opens"
        allowed = self.role.allowed
        return "" if allowed is None or judged.fields["client"] in allowed else "26/INITIATE/unauthenticated"


MECHANISMS: Mapping[tuple[str, bool], type[Null]] = {
    ("NULL", False): Null,
    ("NULL", True): Null,
    ("PLAIN", False): PlainClient,
    ("PLAIN", True): PlainServer,
    ("CURVE", False): CurveClient,
    ("CURVE", True): CurveServer,
}
"""The side to play, by mechanism and whether it is the server of the handshake."""
