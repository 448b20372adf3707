"""Say what a peer speaks, and read and write what the older versions speak.

    found = detect(first_octets)          # None until enough of them are there
    if found is not None and found.version is Version.ZMTP_1_0: ...

`detect` walks the rows of `spec_model.machines.legacy` over what has come so far. It only looks: the reference closes on
every older peer, and `refusal` says by which requirement. The framings are here so that a tester can be an old peer, and
read a target that chooses to downgrade.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from spec_model.grammar.legacy import FRAME_1_0, FRAME_2_0, GREETING_2_0, LONG, LONG_LENGTH, MORE, SOCKET_TYPES
from spec_model.machines.legacy import LEGACY

SIGNATURE_SIZE = 10


class Version(StrEnum):
    """What a peer speaks. ZMTP 3 stands for every version from 3.0 on."""

    ZMTP_1_0 = "ZMTP 1.0"
    ZMTP_2_0 = "ZMTP 2.0"
    ZMTP_3 = "ZMTP 3"
    UNKNOWN = "unknown version"


@dataclass(frozen=True)
class Found:
    """What the first octets of a peer tell.

    Attributes:
        version: what it speaks.
        requirement: the requirement by which that was found.
        looked_at: how many octets it took.
        identity_size: how many octets the identity of a ZMTP 1.0 peer has, which follow; -1 where its frame is too short
            to have any flags. None for the other versions.
        identity_at: where they start.
    """

    version: Version
    requirement: str
    looked_at: int
    identity_size: int | None = None
    identity_at: int | None = None


def detect(octets: bytes) -> Found | None:
    """What a peer speaks whose first octets these are; None while they could be of several versions."""
    state, requirement, looked_at = LEGACY.initial, "", 0
    for place, event_of in ((0, _first), (SIGNATURE_SIZE - 1, _tenth), (SIGNATURE_SIZE, _eleventh)):
        if len(octets) <= place:
            return None
        row = LEGACY.step(state, event_of(octets[place]))
        assert row is not None  # each octet has a row of its own
        state, requirement, looked_at = row.then, row.requirement, place + 1
        if state in set(Version):
            break
    version = Version(state)
    if version is not Version.ZMTP_1_0:
        return Found(version, requirement, looked_at)
    if octets[0] == LONG_LENGTH:
        return Found(version, requirement, looked_at, int.from_bytes(octets[1:9], "big") - 1, SIGNATURE_SIZE)
    return Found(version, requirement, looked_at, octets[0] - 1, 2)


def refusal(found: Found, mechanism: str) -> str:
    """The requirement by which the reference closes on a peer; empty if it goes on.

    Args:
        mechanism: our own.
    """
    row = LEGACY.step(found.version, "NULL" if mechanism == "NULL" else "security")
    return row.requirement if row is not None and row.do == "reject" else ""


def _first(octet: int) -> str:
    return "FF" if octet == LONG_LENGTH else "not FF"


def _tenth(octet: int) -> str:
    return "odd" if octet & 1 else "even"


def _eleventh(octet: int) -> str:
    return {0: "0", 1: "1 or 2", 2: "1 or 2"}.get(octet, "3 or higher")


# --- greetings and frames -----------------------------------------------------------------------------------------


class OldFrame(NamedTuple):
    """A frame of an older version: whether more frames of its message follow, and its body."""

    more: bool
    body: bytes


def encode_1_0(body: bytes, *, more: bool = False, long: bool = False) -> bytes:
    """A frame of ZMTP 1.0: the length counts the flags, and is long from 255 on or where asked for."""
    length, flags = len(body) + 1, MORE if more else 0
    head = length if length < LONG_LENGTH and not long else LONG_LENGTH
    return FRAME_1_0.build({"length": head, "long_length": length, "flags": flags, "body": body})


def encode_2_0(body: bytes, *, more: bool = False, long: bool = False) -> bytes:
    """A frame of ZMTP 2.0: long from 256 octets on, or where asked for."""
    flags = (MORE if more else 0) | (LONG if long or len(body) > 255 else 0)
    return FRAME_2_0.build({"flags": flags, "size": len(body), "body": body})


def greeting_1_0(identity: bytes = b"", *, long: bool = False) -> bytes:
    """What a ZMTP 1.0 peer sends first: its identity as a frame, empty where it is anonymous."""
    return encode_1_0(identity, long=long)


def greeting_2_0(socket_type: str, identity: bytes = b"", padding: bytes = bytes(8)) -> bytes:
    """What a ZMTP 2.0 peer sends first."""
    return GREETING_2_0.build(
        {
            "padding": padding,
            "socket_type": SOCKET_TYPES.index(socket_type),
            "identity_size": len(identity),
            "identity": identity,
        }
    )


def frames_1_0(octets: bytes) -> Iterator[OldFrame]:
    """The frames of ZMTP 1.0 in a stream, up to the first that is not whole. A frame of length zero is dropped."""
    place = 0
    while place < len(octets):
        head = 9 if octets[place] == LONG_LENGTH else 1
        length = int.from_bytes(octets[place + 1 : place + 9], "big") if head == 9 else octets[place]
        end = place + head + length
        if len(octets) < max(end, place + head):
            return
        if length:
            yield OldFrame(bool(octets[place + head] & MORE), octets[place + head + 1 : end])
        place = end


def frames_2_0(octets: bytes) -> Iterator[OldFrame]:
    """The frames of ZMTP 2.0 in a stream, up to the first that is not whole."""
    place = 0
    while place + 2 <= len(octets):
        head = 9 if octets[place] & LONG else 2
        end = place + head + int.from_bytes(octets[place + 1 : place + head], "big")
        if len(octets) < max(end, place + head):
            return
        yield OldFrame(bool(octets[place] & MORE), octets[place + head : end])
        place = end
