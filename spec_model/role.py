"""What a peer is: mechanism, side, socket type, keys or credentials. Frozen; all a connection needs besides entropy."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spec_model.crypto.keys import KeyPair
from spec_model.grammar.plain import LARGEST_CREDENTIAL
from spec_model.grammar.traffic import LARGEST_TTL

MECHANISMS = ("NULL", "PLAIN", "CURVE")


@dataclass(frozen=True)
class Role:
    """One peer's part in a connection.

    Attributes:
        mechanism: NULL, PLAIN or CURVE.
        as_server: whether it is the server of the security handshake; independent of who binds.
        socket_type: the value of its Socket-Type property; empty sends none, and then every type is welcome.
        identity: the value of its Identity property; None sends none.
        version_minor: the minor version that it announces; the major is 3.
        permanent: its permanent key pair (CURVE).
        server_key: the server's permanent public key, 32 octets (CURVE client).
        allowed: permanent public keys of the clients that it lets in; None lets everybody in (CURVE server).
        username, password: what it authenticates itself with, 0 to 255 octets each (PLAIN client).
        credentials: the password of each user that it lets in; None lets everybody in (PLAIN server).
        zap_domain: the domain in which it asks a ZAP handler about its clients, or about its peers where the mechanism is
            NULL; empty asks nobody.
        heartbeat_interval: seconds between the PINGs that it sends; 0 sends none.
        heartbeat_timeout: seconds without any octet after a PING, after which it gives up; 0 for never.
        heartbeat_ttl: seconds that its PINGs give the peer to live without hearing more, in steps of 0.1; 0 for ever.
        properties: more properties that it sends.
    """

    mechanism: str = "NULL"
    as_server: bool = False
    socket_type: str = "DEALER"
    identity: bytes | None = None
    version_minor: int = 1
    permanent: KeyPair | None = None
    server_key: bytes = b""
    allowed: frozenset[bytes] | None = None
    username: bytes = b""
    password: bytes = field(default=b"", repr=False)
    credentials: Mapping[bytes, bytes] | None = field(default=None, repr=False, hash=False)
    zap_domain: str = ""
    heartbeat_interval: float = 0.0
    heartbeat_timeout: float = 0.0
    heartbeat_ttl: float = 0.0
    properties: tuple[tuple[str, bytes], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.mechanism not in MECHANISMS:
            raise ValueError(f"unknown mechanism {self.mechanism!r}; known are {', '.join(MECHANISMS)}")
        if self.mechanism == "CURVE" and self.permanent is None:
            raise ValueError("CURVE needs a permanent key pair")
        if self.mechanism == "CURVE" and not self.as_server and len(self.server_key) != 32:
            raise ValueError("a CURVE client needs the server's permanent public key, 32 octets")
        if max(len(self.username), len(self.password)) > LARGEST_CREDENTIAL:
            raise ValueError(f"a user name or password has at most {LARGEST_CREDENTIAL} octets: one octet counts them")
        if min(self.heartbeat_interval, self.heartbeat_timeout, self.heartbeat_ttl) < 0:
            raise ValueError("heartbeat times are not negative")
        if self.heartbeat_ttl > LARGEST_TTL:
            raise ValueError(f"a TTL is at most {LARGEST_TTL} seconds: 16 bits of tenths")

    def metadata(self) -> tuple[tuple[str, bytes], ...]:
        """The properties that it sends, in order."""
        own = [("Socket-Type", self.socket_type.encode())] if self.socket_type else []
        if self.identity is not None:
            own.append(("Identity", self.identity))
        return (*own, *self.properties)
