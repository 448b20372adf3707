"""What a connection tells its owner: one frozen record per thing that happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spec_model.crypto.sealing import Dissected


@dataclass(frozen=True)
class Greeted:
    """The peer's greeting came.

    Attributes:
        fields: its fields.
        judged: what the rules say of it.
    """

    fields: Mapping[str, Any]
    judged: Dissected


@dataclass(frozen=True)
class CommandReceived:
    """A command came, in the open or inside a CURVE MESSAGE.

    Attributes:
        name: its name, decoded as well as it goes.
        octets: its body, name included.
        judged: what the rules say of it.
        flags: the flags of its frame.
        inside: whether it came inside a MESSAGE.
    """

    name: str
    octets: bytes
    judged: Dissected
    flags: int = 0
    inside: bool = False


@dataclass(frozen=True)
class Ready:
    """The handshake is complete.

    Attributes:
        metadata: the peer's properties; names in lower case.
        client_key: the client's permanent public key where the mechanism has one and we are the server.
        username: the client's user name where the mechanism has one and we are the server.
    """

    metadata: Mapping[str, bytes]
    client_key: bytes = b""
    username: bytes = b""


@dataclass(frozen=True)
class MessageReceived:
    """A whole message came: its frames, in order."""

    parts: tuple[bytes, ...]


@dataclass(frozen=True)
class Failed:
    """The peer sent ERROR.

    Attributes:
        reason: hostile text.
    """

    reason: bytes


@dataclass(frozen=True)
class Rejected:
    """We refuse what the peer sent and close.

    Attributes:
        requirement: id of what the peer broke.
        detail: what it was.
    """

    requirement: str
    detail: str


@dataclass(frozen=True)
class Closed:
    """The connection is over: the peer closed, or we did after a rejection."""

    by_peer: bool = field(default=True)


Event = Greeted | CommandReceived | Ready | MessageReceived | Failed | Rejected | Closed
