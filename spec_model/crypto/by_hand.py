"""The greeting, the commands of CURVE's handshake and MESSAGE by hand, for when there is nothing odd about them.

`assemble` and `dissect` ask here first. A writer makes the octets of a command from exactly the fields that the reference
chooses; a reader takes apart what is legal from end to end and opens. Whatever is anything else is answered with None and
left to the grammar, which stays the only judge of what is wrong. A faulty peer has another grammar in its tables, and is not
known here. Property tests prove that both ways give the same.
"""

from collections.abc import Callable, Mapping
from struct import Struct

from nacl.bindings import crypto_box_afternm, crypto_box_open_afternm
from nacl.exceptions import CryptoError

from spec_model.crypto.boxes import Keyring, MissingKey, Unopened
from spec_model.crypto.dissected import Dissected
from spec_model.grammar import curve, null
from spec_model.grammar.command import Fields, Sealed
from spec_model.grammar.greeting import GREETING, mechanism_octets
from spec_model.grammar.metadata import LARGEST_VALUE, LAYOUT
from spec_model.grammar.primitives import NAME_CHARACTERS

_new = tuple.__new__  # what calling a NamedTuple does, without its detour

Reader = Callable[[bytes, Keyring | None, Fields | None], Dissected | None]
Writer = Callable[[Fields, Keyring], bytes | None]

_numbered = Struct(">8sQ").unpack_from
_ZEROS, _PADDING, _FILLER = bytes(64), bytes(72), bytes(31)
_GREETING_START = b"\xff" + bytes(8) + b"\x7f\x03"
_LEGAL = bytes(sorted(NAME_CHARACTERS))
_MECHANISMS = frozenset(map(mechanism_octets, ("NULL", "PLAIN", "CURVE")))
_OF_NULL = mechanism_octets("NULL")

_SIGNATURE = curve.HELLO.boxes["signature"]
_WELCOME = curve.WELCOME.boxes["box"]
_COOKIE = curve.COOKIE.boxes["cookie_box"]
_INITIATE = curve.INITIATE.boxes["box"]
_VOUCH = curve.INITIATE_BOX.boxes["vouch_box"]
_READY = curve.READY.boxes["box"]


# --- reading --------------------------------------------------------------------------------------------------------


def _read_greeting(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
    if len(octets) != 64 or octets[0] != 0xFF or octets[9] != 0x7F or octets[33:] != _FILLER:
        return None
    mechanism, major, as_server = octets[12:32], octets[10], octets[32]
    if not known or mechanism != known.get("mechanism") or mechanism not in _MECHANISMS or major < 3:
        return None
    if as_server > 1 or as_server and mechanism == _OF_NULL:
        return None
    fields = {
        "signature_start": 0xFF,
        "padding": octets[1:9],
        "signature_end": 0x7F,
        "version_major": major,
        "version_minor": octets[11],
        "mechanism": mechanism,
        "as_server": as_server,
        "filler": _FILLER,
    }
    return _new(Dissected, ("greeting", fields, (), (), ()))


def _read_null_ready(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
    metadata = octets[6:]
    if octets[:6] != b"\x05READY" or (properties := _properties(metadata)) is None:
        return None
    fields = {"name": b"\x05READY", "metadata": metadata, "properties": properties, "excess": b""}
    return _new(Dissected, ("READY", fields, (), (), ()))


def _read_hello(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
    if keys is None or len(octets) != 200 or octets[:8] != b"\x05HELLO\x01\x00" or octets[8:80] != _PADDING:
        return None
    secret = keys.get("s")
    if secret is None or not keys.lacks("c", "c'"):
        return None  # one who has the client's secrets is not the server
    client, nonce, box = octets[80:112], octets[112:120], octets[120:]
    if _opened_between(keys, client, secret, _SIGNATURE.prefix + nonce, box) != _ZEROS:
        return None
    fields = {
        "name": b"\x05HELLO",
        "version": b"\x01\x00",
        "padding": _PADDING,
        "client_transient": client,
        "nonce": int.from_bytes(nonce, "big"),
        "signature": box,
        "zeros": _ZEROS,
    }
    return _new(Dissected, ("HELLO", fields, (), ("signature",), ()))


def _read_welcome(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
    # Who has a cookie key may be able to read the cookie; that is not the client's part.
    if keys is None or "K" in keys or len(octets) != 168 or octets[:8] != b"\x07WELCOME":
        return None
    nonce, box = octets[8:24], octets[24:]
    inner = _opened(keys, _WELCOME, nonce, box)
    if inner is None or len(inner) != 128:
        return None
    fields = {
        "name": b"\x07WELCOME",
        "nonce": nonce,
        "box": box,
        "server_transient": inner[:32],
        "cookie": inner[32:],
        "cookie_nonce": inner[32:48],
        "cookie_box": inner[48:],
    }
    return _new(Dissected, ("WELCOME", fields, (), ("box",), ("cookie_box",)))


def _read_initiate(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
    if keys is None or len(octets) < 257 or octets[:9] != b"\x08INITIATE" or not keys.lacks("C'", "s'", "c", "c'"):
        return None
    cookie = _opened(keys, _COOKIE, octets[9:25], octets[25:105])
    server = keys.get("S")
    if cookie is None or server is None:
        return None
    transient, secret, nonce, box = cookie[:32], cookie[32:], octets[105:113], octets[113:]
    inner = _opened_between(keys, transient, secret, _INITIATE.prefix + nonce, box)
    if inner is None or len(inner) < 128:
        return None
    client, vouch_nonce, vouch_box, metadata = inner[:32], inner[32:48], inner[48:128], inner[128:]
    vouch = _opened_between(keys, client, secret, _VOUCH.prefix + vouch_nonce, vouch_box)
    if vouch is None or vouch != transient + server or (properties := _properties(metadata)) is None:
        return None
    fields = {
        "name": b"\x08INITIATE",
        "cookie": octets[9:105],
        "nonce": int.from_bytes(nonce, "big"),
        "box": box,
        "cookie_nonce": octets[9:25],
        "cookie_box": octets[25:105],
        "cookie_client_transient": transient,
        "cookie_server_transient_secret": secret,
        "client": client,
        "vouch_nonce": vouch_nonce,
        "vouch_box": vouch_box,
        "metadata": metadata,
        "vouched_transient": transient,
        "vouched_server": server,
        "properties": properties,
        "excess": b"",
    }
    return _new(Dissected, ("INITIATE", fields, (), ("cookie_box", "box", "vouch_box"), ()))


def _read_ready(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
    if keys is None or len(octets) < 30 or octets[:6] != b"\x05READY":
        return None
    box = octets[14:]
    metadata = _opened(keys, _READY, octets[6:14], box)
    if metadata is None or (properties := _properties(metadata)) is None:
        return None
    fields = {
        "name": b"\x05READY",
        "nonce": int.from_bytes(octets[6:14], "big"),
        "box": box,
        "metadata": metadata,
        "properties": properties,
        "excess": b"",
    }
    return _new(Dissected, ("READY", fields, (), ("box",), ()))


def _message_reader(sealed: Sealed) -> Reader:
    prefix, sender, receiver = sealed.prefix, sealed.sender, sealed.receiver

    def read(octets: bytes, keys: Keyring | None, known: Fields | None) -> Dissected | None:
        if keys is None or not known or len(octets) < 33:
            return None
        name, nonce = _numbered(octets)
        if name != b"\x07MESSAGE" or nonce <= known.get("last_nonce", nonce):
            return None
        box = octets[16:]
        try:
            payload = crypto_box_open_afternm(box, prefix + octets[8:16], keys.between(sender, receiver))
        except (MissingKey, CryptoError, ValueError, TypeError):
            return None
        if not payload or (flags := payload[0]) > 3:
            return None
        fields = {"name": name, "nonce": nonce, "box": box, "flags": flags, "data": payload[1:]}
        return _new(Dissected, ("MESSAGE", fields, (), ("box",), ()))

    return read


def _opened(keys: Keyring, sealed: Sealed, nonce: bytes, box: bytes) -> bytes | None:
    try:
        return keys.open(sealed, nonce, box)
    except (MissingKey, Unopened):
        return None


def _opened_between(keys: Keyring, client: bytes, secret: bytes, nonce: bytes, box: bytes) -> bytes | None:
    """The plaintext of a box from a client's key to a secret key."""
    try:
        return crypto_box_open_afternm(box, nonce, keys.shared(client, secret))
    except (CryptoError, ValueError, TypeError, RuntimeError):
        return None


def _properties(metadata: bytes) -> object:
    """The properties of metadata without a fault, or None."""
    fields = LAYOUT.codec.parse(metadata)
    if fields["excess"]:
        return None
    properties = fields["properties"]
    for entry in properties:
        name = entry["name"]
        if not name or name.translate(None, _LEGAL) or entry["value_size"] > LARGEST_VALUE:
            return None
    return properties


# --- writing --------------------------------------------------------------------------------------------------------


def _write_greeting(natural: Fields, keys: Keyring) -> bytes | None:
    if len(natural) != 3:
        return None
    minor, as_server = bytes((natural["version_minor"],)), bytes((natural["as_server"],))
    return b"".join((_GREETING_START, minor, natural["mechanism"], as_server, _FILLER))


def _write_hello(natural: Fields, keys: Keyring) -> bytes | None:
    if len(natural) != 2:
        return None
    nonce = natural["nonce"].to_bytes(8, "big")
    signature = keys.seal(_SIGNATURE, nonce, _ZEROS)
    return b"".join((b"\x05HELLO\x01\x00", _PADDING, natural["client_transient"], nonce, signature))


def _write_welcome(natural: Fields, keys: Keyring) -> bytes | None:
    if len(natural) != 5:
        return None
    nonce, cookie_nonce = natural["nonce"], natural["cookie_nonce"]
    secrets = natural["cookie_client_transient"] + natural["cookie_server_transient_secret"]
    cookie = keys.seal(_COOKIE, cookie_nonce, secrets)
    inner = b"".join((natural["server_transient"], cookie_nonce, cookie))
    return b"".join((b"\x07WELCOME", nonce, keys.seal(_WELCOME, nonce, inner)))


def _write_initiate(natural: Fields, keys: Keyring) -> bytes | None:
    if len(natural) != 7:
        return None
    nonce, vouch_nonce = natural["nonce"].to_bytes(8, "big"), natural["vouch_nonce"]
    vouch = keys.seal(_VOUCH, vouch_nonce, natural["vouched_transient"] + natural["vouched_server"])
    inner = b"".join((natural["client"], vouch_nonce, vouch, natural["metadata"]))
    return b"".join((b"\x08INITIATE", natural["cookie"], nonce, keys.seal(_INITIATE, nonce, inner)))


def _write_ready(natural: Fields, keys: Keyring) -> bytes | None:
    if len(natural) != 2:
        return None
    nonce = natural["nonce"].to_bytes(8, "big")
    return b"".join((b"\x05READY", nonce, keys.seal(_READY, nonce, natural["metadata"])))


def _message_writer(sealed: Sealed) -> Writer:
    prefix, sender, receiver = sealed.prefix, sealed.sender, sealed.receiver

    def write(natural: Fields, keys: Keyring) -> bytes | None:
        if len(natural) != 3:
            return None
        nonce, flags = natural["nonce"].to_bytes(8, "big"), natural["flags"].to_bytes(1, "big")
        box = crypto_box_afternm(flags + natural["data"], prefix + nonce, keys.between(sender, receiver))
        octets: bytes = b"\x07MESSAGE" + nonce + box
        return octets

    return write


# --- who is known ---------------------------------------------------------------------------------------------------

READERS: Mapping[int, Reader] = {
    id(GREETING): _read_greeting,
    id(null.READY): _read_null_ready,
    id(curve.HELLO): _read_hello,
    id(curve.WELCOME): _read_welcome,
    id(curve.INITIATE): _read_initiate,
    id(curve.READY): _read_ready,
    id(curve.MESSAGE_FROM_CLIENT): _message_reader(curve.MESSAGE_FROM_CLIENT.boxes["box"]),
    id(curve.MESSAGE_FROM_SERVER): _message_reader(curve.MESSAGE_FROM_SERVER.boxes["box"]),
}
WRITERS: Mapping[int, Writer] = {
    id(GREETING): _write_greeting,
    id(curve.HELLO): _write_hello,
    id(curve.WELCOME): _write_welcome,
    id(curve.INITIATE): _write_initiate,
    id(curve.READY): _write_ready,
    id(curve.MESSAGE_FROM_CLIENT): _message_writer(curve.MESSAGE_FROM_CLIENT.boxes["box"]),
    id(curve.MESSAGE_FROM_SERVER): _message_writer(curve.MESSAGE_FROM_SERVER.boxes["box"]),
}
"""What to ask first, by identity of the grammar: one that is merely equal belongs to somebody who changed something.

A reader gives what `dissect` gives, or None: ask the grammar. A writer gives what `assemble` gives for natural fields, or
None; what it raises means None as well, unless it is MissingKey.
"""
