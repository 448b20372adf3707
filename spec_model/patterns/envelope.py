"""Envelopes: what stands before the frames on the wire, and what before those at the application.

Theory of operation: `refusal` says whether a message can be sent at all, `wrap` makes of it what goes on the wire, to
whom, and what subscriptions are compared with; `unwrap` does the reverse, and finds the messages that are not
delivered because their form is not the type's. The frames in between are never touched.

Sources: RFC 28 (delimiter, address envelope, identity), RFC 41 and 51 (routing id), RFC 37 "The Radio-Dish Pattern"
(group) and "Thread-Safe Socket Types" (single-part messages).
"""

from dataclasses import dataclass

from spec_model.patterns.kind import Envelope, Kind, Multipart
from spec_model.patterns.pattern import Parts
from spec_model.patterns.pipe import Arrival

LARGEST_GROUP = 255  # octets
DELIMITER = b""
HEADED = (Envelope.IDENTITY, Envelope.NUMBER, Envelope.GROUP)
"""Envelopes that the application sees, as the first of its frames."""


@dataclass(frozen=True)
class Addressed:
    """A message on its way out.

    Attributes:
        address: identity or routing id of its receiver, empty where the type names none.
        topic: what subscriptions and groups are compared with.
        wire: its frames as they are sent.
    """

    address: bytes
    topic: bytes
    wire: Parts


def refusal(kind: Kind, parts: Parts) -> str:
    """Why the application's message cannot be sent: the id of a requirement, or empty."""
    envelope = kind.envelope.word
    body = parts[1:] if envelope in HEADED else parts
    if not body:
        return "23/message/layout"  # a message has at least one frame
    if kind.multipart.word is Multipart.REFUSED and len(body) > 1:
        return kind.why("multipart")
    return group_refusal(parts[0]) if envelope is Envelope.GROUP else ""


def group_refusal(group: bytes) -> str:
    """Why these octets are no group: the id of a requirement, or empty."""
    if len(group) > LARGEST_GROUP:
        return "48/group/size"
    return "48/group/chars" if b"\0" in group else ""


def wrap(envelope: Envelope, parts: Parts, stack: Parts) -> Addressed:
    """The application's message as it leaves.

    Args:
        envelope: the type's.
        parts: the application's frames, at least one.
        stack: the envelope of the request that is answered, delimiter included.
    """
    if envelope in (Envelope.IDENTITY, Envelope.NUMBER):
        return Addressed(parts[0], b"", parts[1:])
    if envelope is Envelope.DELIMITER:
        parts = (DELIMITER, *parts)
    elif envelope is Envelope.STACK:
        parts = (*stack, *parts)
    return Addressed(b"", parts[0], parts)


def unwrap(kind: Kind, parts: Parts, address: bytes) -> Arrival | None:
    """A message from the wire as the application gets it, or None: it is not delivered.

    Args:
        kind: the receiver's type.
        parts: the frames as they came, at least one.
        address: identity or routing id of the peer.
    """
    envelope = kind.envelope.word
    if kind.multipart.word is Multipart.REFUSED and len(parts) != 1 + (envelope is Envelope.GROUP):
        return None
    if envelope in (Envelope.IDENTITY, Envelope.NUMBER):
        return Arrival((), (address, *parts))
    if envelope not in (Envelope.DELIMITER, Envelope.STACK):
        return Arrival((), parts)
    # The first empty frame is the delimiter; a REQ wants it first, a REP anywhere, and both want something after it.
    place = parts.index(DELIMITER) if DELIMITER in parts else len(parts)
    if place + 1 >= len(parts) or (envelope is Envelope.DELIMITER and place):
        return None
    return Arrival(parts[: place + 1], parts[place + 1 :])
