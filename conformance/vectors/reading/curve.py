"""Boxes and commands of CurveZMQ with libsodium's bare functions: one call for each box, keys and nonces as given."""

from nacl.bindings import crypto_box, crypto_box_open, crypto_secretbox, crypto_secretbox_open
from nacl.exceptions import CryptoError

from conformance.vectors.reading.metadata import read
from conformance.vectors.reading.shared import Json, Reading, number, octets_of

Keys = dict[str, bytes]


def opened(box: bytes, nonce: bytes, public: bytes, secret: bytes) -> bytes | None:
    """The plaintext of a box between two keys; None where it does not open."""
    try:
        return crypto_box_open(box, nonce, public, secret)
    except (CryptoError, ValueError, TypeError):
        return None


def box(inputs: Json, given: Json) -> Reading:
    """A box alone: it opens, and sealing what was in it makes it again."""
    keys = {name: octets_of(value) for name, value in inputs.items()}
    found, requirement = Reading(), _REQUIREMENT[octets_of(given["prefix"])]
    plaintext = opened(keys["box"], keys["nonce"], keys["sender_public"], keys["receiver_secret"])
    if plaintext is None:
        return found.refuse(requirement)
    assert crypto_box(plaintext, keys["nonce"], keys["receiver_public"], keys["sender_secret"]) == keys["box"]
    found.expected = {"plaintext": plaintext.hex()}
    return found


def secret_box(inputs: Json, given: Json) -> Reading:
    """The box of a cookie."""
    keys = {name: octets_of(value) for name, value in inputs.items()}
    try:
        plaintext = crypto_secretbox_open(keys["box"], keys["nonce"], keys["key"])
    except (CryptoError, ValueError, TypeError):
        return Reading().refuse("26/cookie/opens")
    assert crypto_secretbox(plaintext, keys["nonce"], keys["key"]) == keys["box"]
    return Reading(expected={"plaintext": plaintext.hex()})


_REQUIREMENT = {
    b"CurveZMQHELLO---": "26/HELLO/signature",
    b"WELCOME-": "26/WELCOME/box",
    b"CurveZMQINITIATE": "26/INITIATE/box",
    b"VOUCH---": "26/vouch/box",
    b"CurveZMQREADY---": "26/READY/box",
    b"CurveZMQMESSAGEC": "26/MESSAGE/box",
    b"CurveZMQMESSAGES": "26/MESSAGE/box",
}


def _keys(given: Json) -> Keys:
    return {name: octets_of(value) for name, value in given["keys"].items()}


def hello(inputs: Json, given: Json) -> Reading:
    """200 octets; 64 zeros in the box from C' to S."""
    octets, found, keys = octets_of(inputs["octets"]), Reading(), _keys(given)
    if len(octets) != 200:
        return found.refuse("26/HELLO/size")
    if octets[6:8] != b"\x01\x00":
        found.refuse("26/HELLO/version")
    if any(octets[8:80]):
        found.refuse("26/HELLO/padding")
    zeros = opened(octets[120:], b"CurveZMQHELLO---" + octets[112:120], octets[80:112], keys["s"])
    if zeros != bytes(64):
        found.refuse("26/HELLO/signature")
    found.expected = {
        "name": octets[:6].hex(),
        "version": octets[6:8].hex(),
        "padding": octets[8:80].hex(),
        "client_transient": octets[80:112].hex(),
        "nonce": number(octets[112:120]),
        "signature": octets[120:].hex(),
        "zeros": (zeros or b"").hex(),
    }
    return found


def welcome(inputs: Json, given: Json) -> Reading:
    """168 octets; S' and the cookie in the box from S to C'. The cookie is nobody's but the server's."""
    octets, found, keys = octets_of(inputs["octets"]), Reading(), _keys(given)
    if len(octets) != 168:
        return found.refuse("26/WELCOME/size")
    inner = opened(octets[24:], b"WELCOME-" + octets[8:24], keys["S"], keys["c'"])
    if inner is None or len(inner) != 128:
        return found.refuse("26/WELCOME/box")
    found.expected = {
        "name": octets[:8].hex(),
        "nonce": octets[8:24].hex(),
        "box": octets[24:].hex(),
        "server_transient": inner[:32].hex(),
        "cookie": inner[32:].hex(),
        "cookie_nonce": inner[32:48].hex(),
        "cookie_box": inner[48:].hex(),
    }
    return found


def initiate(inputs: Json, given: Json) -> Reading:
    """The cookie gives C' and s'; the box from C' to S' holds C, the vouch and metadata; the vouch, from C to S', C'
    and S."""
    octets, found, keys = octets_of(inputs["octets"]), Reading(), _keys(given)
    if len(octets) < 257:
        return found.refuse("26/INITIATE/size")
    try:
        cookie = crypto_secretbox_open(octets[25:105], b"COOKIE--" + octets[9:25], keys["K"])
    except CryptoError:
        return found.refuse("26/cookie/opens")
    transient, secret = cookie[:32], cookie[32:]
    inner = opened(octets[113:], b"CurveZMQINITIATE" + octets[105:113], transient, secret)
    if inner is None:
        return found.refuse("26/INITIATE/box")
    client, nonce, sealed, metadata = inner[:32], inner[32:48], inner[48:128], inner[128:]
    vouch = opened(sealed, b"VOUCH---" + nonce, client, secret)
    if vouch is None or len(vouch) != 64:
        return found.refuse("26/vouch/box")
    if vouch[:32] != transient:
        found.refuse("26/vouch/client-key")
    if vouch[32:] != keys["S"]:
        found.refuse("26/vouch/server-key")
    properties = read(metadata, "CURVE/INITIATE", found)
    found.expected = {
        "name": octets[:9].hex(),
        "cookie": octets[9:105].hex(),
        "nonce": number(octets[105:113]),
        "box": octets[113:].hex(),
        "cookie_nonce": octets[9:25].hex(),
        "cookie_box": octets[25:105].hex(),
        "cookie_client_transient": transient.hex(),
        "cookie_server_transient_secret": secret.hex(),
        "client": client.hex(),
        "vouch_nonce": nonce.hex(),
        "vouch_box": sealed.hex(),
        "metadata": metadata.hex(),
        "vouched_transient": vouch[:32].hex(),
        "vouched_server": vouch[32:].hex(),
        "excess": "",
        "properties": properties,
    }
    return found


def ready(inputs: Json, given: Json) -> Reading:
    """Metadata in the box from S' to C'."""
    octets, found, keys = octets_of(inputs["octets"]), Reading(), _keys(given)
    if len(octets) < 30:
        return found.refuse("26/READY/size")
    metadata = opened(octets[14:], b"CurveZMQREADY---" + octets[6:14], keys["S'"], keys["c'"])
    if metadata is None:
        return found.refuse("26/READY/box")
    properties = read(metadata, "CURVE/READY", found)
    found.expected = {
        "name": octets[:6].hex(),
        "nonce": number(octets[6:14]),
        "box": octets[14:].hex(),
        "metadata": metadata.hex(),
        "excess": "",
        "properties": properties,
    }
    return found


def message(inputs: Json, given: Json) -> Reading:
    """Flags and data in a box of its direction, under a nonce higher than the last."""
    octets, found, keys = octets_of(inputs["octets"]), Reading(), _keys(given)
    if len(octets) < 33:
        return found.refuse("26/MESSAGE/size")
    prefix, public, secret = (
        (b"CurveZMQMESSAGEC", "C'", "s'") if given["receiver"] == "server" else (b"CurveZMQMESSAGES", "S'", "c'")
    )
    if number(octets[8:16]) <= given["last_nonce"]:
        found.refuse("26/MESSAGE/nonce-increments")
    payload = opened(octets[16:], prefix + octets[8:16], keys[public], keys[secret])
    if payload is None:
        return found.refuse("26/MESSAGE/box")
    if not payload:
        return found.refuse("26/MESSAGE/size")
    if payload[0] & 0xFC:
        found.refuse("26/MESSAGE/reserved-flags")
    found.expected = {
        "name": octets[:8].hex(),
        "nonce": number(octets[8:16]),
        "box": octets[16:].hex(),
        "flags": payload[0],
        "data": payload[1:].hex(),
    }
    return found
