"""Frames of every version, streams of them, and what every command begins with."""

from conformance.vectors.reading.greetings import split_1_0
from conformance.vectors.reading.shared import LETTERS, Json, Reading, number, octets_of, only

MORE, LONG, COMMAND = 1, 2, 4


def frame(inputs: Json, given: Json) -> Reading:
    """One frame of ZMTP 3."""
    octets, found = octets_of(inputs["octets"]), Reading()
    flags, head = octets[0], 9 if octets[0] & LONG else 2
    size = number(octets[1:head])
    if flags & 0xF8:
        found.free("23/frame/reserved-bits")
    if flags & COMMAND and flags & MORE:
        found.free("23/frame/more-on-command")
    if size >= 2**63:
        return found.refuse("23/frame/long-size-limit")
    if flags & COMMAND and flags & LONG and size <= 255:
        found.free("23/command/short-size")
    assert len(octets) == head + size
    found.expected = {"more": bool(flags & MORE), "command": bool(flags & COMMAND), "body": octets[head:].hex()}
    return found


def stream(inputs: Json, given: Json) -> Reading:
    """The frames that are whole, and how much is left."""
    octets = octets_of(inputs["octets"])
    frames: list[Json] = []
    while len(octets) >= 2:
        head = 9 if octets[0] & LONG else 2
        if len(octets) < head or len(octets) < head + number(octets[1:head]):
            break
        end = head + number(octets[1:head])
        frames.append({"flags": octets[0], "body": octets[head:end].hex()})
        octets = octets[end:]
    return Reading(expected={"frames": frames, "left": len(octets)})


def command_body(inputs: Json, given: Json) -> Reading:
    """A counted name, then data."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if not octets or not octets[0] or len(octets) <= octets[0]:
        return found.refuse("23/command/name-size")
    name = octets[1 : 1 + octets[0]]
    if not only(name, LETTERS):
        found.free("23/command/name-chars")
    found.expected = {"name_size": octets[0], "name": name.hex(), "data": octets[1 + octets[0] :].hex()}
    return found


def frame_2_0(inputs: Json, given: Json) -> Reading:
    """Flags, size, body."""
    octets, found = octets_of(inputs["octets"]), Reading()
    head = 9 if octets[0] & LONG else 2
    if len(octets) < head or len(octets) != head + number(octets[1:head]):
        return found.free("15/frame/layout")
    if octets[0] & 0xFC:
        found.free("15/frame/reserved-bits")
    found.expected = {"flags": octets[0], "size": len(octets) - head, "body": octets[head:].hex()}
    return found


def frame_1_0(inputs: Json, given: Json) -> Reading:
    """Length, flags, body; the length counts the flags."""
    found = Reading()
    fields, whole = split_1_0(octets_of(inputs["octets"]))
    if not whole:
        return found.free("13/frame/layout")
    if "flags" not in fields:
        return found.free("13/frame/zero-length")
    if fields["flags"] & 0xFE:
        found.free("13/frame/reserved-bits")
    found.expected = fields
    return found
