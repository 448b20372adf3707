"""Greetings of every version, and which version the first octets show."""

import struct
from typing import Any

from conformance.vectors.reading.shared import Json, Reading, number, octets_of

MECHANISM = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+\x00")


def version_of(octets: bytes) -> str:
    """RFC 23 "Detecting ZMTP 1.0 and 2.0 Peers": first octet, tenth, eleventh."""
    if octets[0] != 0xFF or not octets[9] & 1:
        return "ZMTP 1.0"
    return {0: "unknown version", 1: "ZMTP 2.0", 2: "ZMTP 2.0"}.get(octets[10], "ZMTP 3")


def detection(inputs: Json, given: Json) -> Reading:
    """Which version a peer speaks."""
    return Reading(expected={"version": version_of(octets_of(inputs["octets"]))})


def greeting(inputs: Json, given: Json) -> Reading:
    """64 octets of ZMTP 3."""
    octets = octets_of(inputs["octets"])
    found = Reading()
    start, padding, end, major, minor, mechanism, server, filler = struct.unpack(">B8sBBB20sB31s", octets)
    if start != 0xFF:
        found.refuse("23/greeting/signature-checked")
    if end != 0x7F:
        (found.free if end & 1 else found.refuse)("23/greeting/signature-checked")
    if major < 3:
        found.refuse("23/greeting/lower-version")
    name = mechanism.rstrip(b"\x00")
    if not set(mechanism) <= MECHANISM:
        found.free("23/greeting/mechanism-chars")
    if b"\x00" in name or not name:
        found.free("23/greeting/mechanism-padding")
    if "mechanism" in given and name != given["mechanism"].encode():
        found.refuse("23/greeting/mechanism-match", sender=False)
    if server > 1:
        found.free("23/greeting/as-server-value")
    if name == b"NULL" and server:
        found.free("23/NULL/as-server")
    if any(filler):
        found.free("23/greeting/filler")
    found.expected = {
        "signature_start": start,
        "padding": padding.hex(),
        "signature_end": end,
        "version_major": major,
        "version_minor": minor,
        "mechanism": mechanism.hex(),
        "as_server": server,
        "filler": filler.hex(),
    }
    return found


def greeting_2_0(inputs: Json, given: Json) -> Reading:
    """Signature, revision, socket type, identity."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if len(octets) < 14 or len(octets) != 14 + octets[13]:
        return found.free("15/greeting/layout")
    if octets[0] != 0xFF:
        found.free("15/legacy/short-identity")
    if octets[9] != 0x7F:
        found.free("15/legacy/long-identity")
    if octets[10] != 1:
        found.free("15/greeting/revision")
    if octets[11] > 8:
        found.free("15/greeting/socket-type")
    if octets[12]:
        found.free("15/identity/layout")
    found.expected = {
        "signature_start": octets[0],
        "padding": octets[1:9].hex(),
        "signature_end": octets[9],
        "revision": octets[10],
        "socket_type": octets[11],
        "identity_flags": octets[12],
        "identity_size": octets[13],
        "identity": octets[14:].hex(),
    }
    return found


def split_1_0(octets: bytes) -> tuple[dict[str, Any], bool]:
    """The fields of a frame of ZMTP 1.0, and whether they are whole and nothing is left."""
    long = octets[:1] == b"\xff"
    head = 9 if long else 1
    if len(octets) < head:
        return {}, False
    length = number(octets[1:9]) if long else octets[0]
    if not length:
        return {"length": octets[0], **({"long_length": 0} if long else {}), "body": ""}, len(octets) == head
    fields = {"length": octets[0], **({"long_length": length} if long else {})}
    whole = len(octets) == head + length
    return {**fields, "flags": octets[head] if whole else 0, "body": octets[head + 1 :].hex()}, whole


def greeting_1_0(inputs: Json, given: Json) -> Reading:
    """A frame that holds the identity."""
    octets, found = octets_of(inputs["octets"]), Reading()
    fields, whole = split_1_0(octets)
    if not whole or len(octets) < 2:
        return found.free("13/greeting/sent")
    identity = octets_of(fields["body"])
    if len(identity) > 255:
        found.free("13/greeting/identity")
    if identity[:1] == b"\x00":
        found.free("13/identity/first-octet")
    if fields["flags"]:
        found.free("13/greeting/idflags-zero")
    found.expected = fields
    return found
