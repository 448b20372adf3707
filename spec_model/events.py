"""What a connection tells its owner: one frozen record per thing that happened."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from spec_model.crypto.sealing import Dissected


class Greeted(NamedTuple):
    """The peer's greeting came.

    Attributes:
        fields: its fields.
        judged: what the rules say of it.
    """

    fields: Mapping[str, Any]
    judged: Dissected


class CommandReceived(NamedTuple):
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


class Asked(NamedTuple):
    """A ZAP handler is to be asked about the peer; nothing more of it is looked at before the reply (RFC 27).

    Attributes:
        frames: the request, delimiter included.
    """

    frames: tuple[bytes, ...]


class Ready(NamedTuple):
    """The handshake is complete.

    Attributes:
        metadata: the peer's properties; names in lower case.
        client_key: the client's permanent public key where the mechanism has one and we are the server.
        username: the client's user name where the mechanism has one and we are the server.
        user_id: what a ZAP handler calls the peer; empty where none was asked.
    """

    metadata: Mapping[str, bytes]
    client_key: bytes = b""
    username: bytes = b""
    user_id: bytes = b""


class MessageReceived(NamedTuple):
    """A whole message came: its frames, in order."""

    parts: tuple[bytes, ...]


class Failed(NamedTuple):
    """The peer sent ERROR.

    Attributes:
        reason: hostile text.
    """

    reason: bytes


class Rejected(NamedTuple):
    """We refuse what the peer sent and close.

    Attributes:
        requirement: id of what the peer broke.
        detail: what it was.
    """

    requirement: str
    detail: str


class TimedOut(NamedTuple):
    """The peer was silent for too long, which breaks nothing, and we close.

    Attributes:
        requirement: id of what asks us to.
        detail: what we waited for.
    """

    requirement: str
    detail: str


class Closed(NamedTuple):
    """The connection is over: the peer closed, or we did after a rejection or a silence."""

    by_peer: bool = True


Event = Greeted | CommandReceived | Asked | Ready | MessageReceived | Failed | Rejected | TimedOut | Closed
