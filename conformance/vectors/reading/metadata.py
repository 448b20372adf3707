"""Metadata in each of its places, and the values of the properties that ZMTP defines."""

import re

from conformance.vectors.reading.shared import LETTERS, NAME, Json, Reading, number, octets_of, only

Ids = tuple[str, str, str, str]
"""The requirements about layout, size of a name, its characters, and size of a value."""

_NAMES = ("23/metadata/name-size", "23/metadata/name-chars", "23/metadata/value-size")
_REPLY = ("27/reply/metadata-format", "27/reply/metadata-name", "27/reply/metadata-name", "27/reply/metadata-value")
_INITIATE = ("26/metadata/layout", "26/metadata/name-size", "26/metadata/name-char", "26/metadata/value-size")

PLACES: dict[str, tuple[bool, bool, Ids]] = {
    # whether the layout, and whether the rest, obliges a receiver
    "NULL/READY": (False, False, ("23/NULL/ready-parsed", *_NAMES)),
    "PLAIN/INITIATE": (True, False, ("24/INITIATE/metadata", *_NAMES)),
    "PLAIN/READY": (False, False, ("24/READY/metadata", *_NAMES)),
    "CURVE/INITIATE": (True, True, _INITIATE),
    "CURVE/READY": (False, False, ("26/READY/metadata",) * 4),
    "ZAP/reply": (False, False, _REPLY),
}


def read(octets: bytes, place: str, found: Reading) -> list[Json]:
    """The properties that are whole; what is wrong is added to what was found, a value of 2^31 octets but once."""
    properties: list[Json] = []
    small = unreadable = huge = strange = False
    while octets:
        name_end = 1 + octets[0]
        size = number(octets[name_end : name_end + 4])
        known = len(octets) >= name_end + 4
        huge |= known and size > 2**31 - 1
        if not known or len(octets) < name_end + 4 + size:
            unreadable = True
            break
        name, value = octets[1:name_end], octets[name_end + 4 : name_end + 4 + size]
        small |= not name
        strange |= not only(name, NAME)
        properties.append({"name": name.hex(), "value": value.hex()})
        octets = octets[name_end + 4 + size :]
    layout, rest, (of_layout, of_size, of_characters, of_value) = PLACES[place]
    for wrong, refuse, requirement in (
        (small, rest, of_size),
        (strange, rest, of_characters),
        (huge, rest or layout, of_value),
        (unreadable and not huge, layout, of_layout),
    ):
        if wrong:
            (found.refuse if refuse else found.free)(requirement)
    return properties


def metadata(inputs: Json, given: Json) -> Reading:
    """Metadata alone."""
    found = Reading()
    found.expected = {"properties": read(octets_of(inputs["octets"]), given["in"], found)}
    return found


TYPES = (
    b"REQ REP DEALER ROUTER PUB XPUB SUB XSUB PUSH PULL PAIR CLIENT SERVER RADIO DISH SCATTER GATHER PEER CHANNEL"
).split()


def socket_type(inputs: Json, given: Json) -> Reading:
    """One of nineteen names."""
    value, found = octets_of(inputs["octets"]), Reading()
    if value not in TYPES:
        found.free("37/socket-type/enforced")
    found.expected = {"value": value.hex()}
    return found


def identity(inputs: Json, given: Json) -> Reading:
    """At most 255 octets, the first of which is not zero."""
    value, found = octets_of(inputs["octets"]), Reading()
    if len(value) > 255:
        found.free("37/identity/size")
    if value[:1] == b"\x00":
        found.free("37/identity/first-octet")
    found.expected = {"value": value.hex()}
    return found


RESOURCE = LETTERS | frozenset(b"0123456789$-_@.&+/")


def resource(inputs: Json, given: Json) -> Reading:
    """Names between slashes, none of them empty."""
    value, found = octets_of(inputs["octets"]), Reading()
    if not value or re.search(rb"^/|//|/$", value):
        found.free("37/resource/grammar")
    if not only(value, RESOURCE):
        found.free("37/resource/chars")
    found.expected = {"value": value.hex()}
    return found
