"""Messages of several frames: requests and replies of ZAP, and a message to a group."""

import ipaddress

from conformance.vectors.reading.commands import of_group
from conformance.vectors.reading.metadata import read
from conformance.vectors.reading.shared import Json, Reading, octets_of

CREDENTIALS = {b"NULL": 0, b"PLAIN": 2, b"CURVE": 1}


def _frames(inputs: Json) -> tuple[list[bytes], list[bytes] | None]:
    """The addresses, and what is behind the delimiter; None where there is no delimiter."""
    frames = [octets_of(one) for one in inputs["frames"]]
    if b"" not in frames:
        return frames, None
    place = frames.index(b"")
    return frames[:place], frames[place + 1 :]


def _string(octets: bytes) -> bool:
    return len(octets) <= 255 and octets.isascii()


def is_address(octets: bytes) -> bool:
    """Whether it is an address in its one canonical form, or one of version 4 within version 6 as people write it."""
    try:
        text = octets.decode("ascii")
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return text == str(address) or (mapped is not None and text == f"::ffff:{mapped}")


def request(inputs: Json, given: Json) -> Reading:
    """What a handler is asked."""
    found = Reading()
    envelope, frames = _frames(inputs)
    if frames is None or len(frames) < 6:
        return found.refuse("27/request/handler-checks")
    version, request_id, domain, address, identity, mechanism, *credentials = frames
    if version != b"1.0":
        found.refuse("27/request/handler-checks")
    if not domain:
        found.free("27/request/domain")
    if not is_address(address):
        found.free("27/request/address")
    if len(identity) > 255:
        found.free("27/request/identity-size")
    if not mechanism:
        found.free("27/request/mechanism-not-empty")
    if not (_string(domain) and _string(address) and _string(mechanism)):
        found.free("27/request/strings")
    if mechanism in CREDENTIALS and (
        len(credentials) != CREDENTIALS[mechanism] or (mechanism == b"CURVE" and len(credentials[0]) != 32)
    ):
        found.refuse("27/request/handler-checks")
    found.expected = {
        "envelope": [one.hex() for one in envelope],
        "version": version.hex(),
        "request_id": request_id.hex(),
        "domain": domain.hex(),
        "address": address.hex(),
        "identity": identity.hex(),
        "mechanism": mechanism.hex(),
        "credentials": [one.hex() for one in credentials],
    }
    return found


def reply(inputs: Json, given: Json) -> Reading:
    """What a handler answers."""
    found = Reading()
    envelope, frames = _frames(inputs)
    if frames is None or len(frames) != 6:
        return found.refuse("27/status/malformed-reply")
    version, request_id, status, text, user, metadata = frames
    if version != b"1.0":
        found.refuse("27/status/malformed-reply")
    if request_id.hex() != given["request_id"]:
        found.refuse("27/status/foreign-request-id")
    if status not in (b"200", b"300", b"400", b"500"):
        found.refuse("27/status/other")
    if status != b"200" and user:
        found.free("27/reply/user-id-empty")
    if not (_string(text) and _string(user)):
        found.free("27/reply/strings")
    read(metadata, "ZAP/reply", found)
    found.expected = {
        "envelope": [one.hex() for one in envelope],
        "version": version.hex(),
        "request_id": request_id.hex(),
        "status_code": status.hex(),
        "status_text": text.hex(),
        "user_id": user.hex(),
        "metadata": metadata.hex(),
    }
    return found


def to_group(inputs: Json, given: Json) -> Reading:
    """A group and a body."""
    frames, found = [octets_of(one) for one in inputs["frames"]], Reading()
    if len(frames) != 2:
        return found.free("37/group/message")
    of_group(frames[0], found)
    found.expected = {"group": frames[0].hex(), "body": frames[1].hex()}
    return found
