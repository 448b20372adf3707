"""What the fields of the grammar stand for, and what their values say.

`WORDS` has a phrase for every field of every grammar, by its name, or by grammar and name where one name means several
things. `reading` adds what can be told from the value alone: flags by their names, a version, a number of seconds. Nothing
that a peer chose is repeated: text from octets never comes out of here, so that a phrase can be shown as it is.
"""

from collections.abc import Callable, Mapping

from spec_model.explain.parts import Value
from spec_model.grammar import curve, legacy, properties
from spec_model.grammar.frame import COMMAND, LONG, MORE
from spec_model.grammar.greeting import mechanism_octets
from spec_model.grammar.primitives import LETTERS
from spec_model.role import MECHANISMS

WORDS: Mapping[str, str] = {
    "signature_start": "first octet of the signature: FF",
    "signature_end": "last octet of the signature: 7F",
    "greeting/padding": "inside the signature; of no meaning since ZMTP 2.0",
    "greeting of ZMTP 2.0/padding": "inside the signature; a ZMTP 1.0 peer reads it as the length of an identity",
    "version_major": "major version",
    "version_minor": "minor version",
    "greeting/mechanism": "name of the security mechanism, padded with null octets",
    "as_server": "whether the sender is the server of the handshake",
    "filler": "zero, up to 64 octets",
    "frame/flags": "what frame it is",
    "frame/size": "octets of the body",
    "frame/body": "what the frame carries",
    "command-body/name_size": "octets of the command's name",
    "command-body/name": "the command's name",
    "command-body/data": "whatever the command defines",
    "name": "the command's name, behind the octet that counts it",
    "metadata": "properties, one behind the other",
    "properties": "names and values with their sizes",
    "metadata/excess": "behind the last property that is whole",
    "WELCOME/excess": "nothing comes behind the name of this command",
    "property/name_size": "octets of the name",
    "property/name": "name of the property; the case of letters does not count",
    "property/value_size": "octets of the value",
    "property/value": "value of the property",
    "reason_size": "octets of the reason",
    "reason": "why the connection ends, for people",
    "username_size": "octets of the user name",
    "username": "user name",
    "password_size": "octets of the password",
    "password": "password, in clear text",
    "HELLO/version": "version of CurveZMQ",
    "HELLO/padding": "zero: makes HELLO longer than what answers it",
    "client_transient": "C', the client's transient public key",
    "HELLO/nonce": "short nonce of the signature",
    "signature": "box of 64 zero octets: proves that the sender has c' and knows S",
    "zeros": "64 zero octets",
    "WELCOME/nonce": "long nonce of the box",
    "WELCOME/box": "what the client needs to go on",
    "server_transient": "S', the server's transient public key",
    "cookie": "what the server would have to remember, for itself alone",
    "cookie_nonce": "long nonce of the cookie",
    "cookie_box": "C' and s', for the server alone",
    "cookie_client_transient": "C', as the server got it with HELLO",
    "cookie_server_transient_secret": "s', the server's transient secret key",
    "INITIATE/nonce": "short nonce of the box",
    "INITIATE/box": "who the client is",
    "client": "C, the client's permanent public key",
    "vouch_nonce": "long nonce of the vouch",
    "vouch_box": "proves that the owner of c also has c'",
    "vouched_transient": "C', for which the client's permanent key vouches",
    "vouched_server": "S, the server that the vouch is meant for",
    "READY/nonce": "short nonce of the box",
    "READY/box": "the server's properties",
    "MESSAGE/nonce": "short nonce of the box; greater than any before",
    "MESSAGE/box": "one frame of a message, or a command",
    "payload/flags": "what frame it was before it was sealed",
    "payload/data": "the body of that frame",
    "ttl": "how long the peer may live without hearing more, in tenths of a second; 0 for ever",
    "PING/context": "to be echoed by PONG",
    "PONG/context": "that of the PING",
    "SUBSCRIBE/subscription": "messages that start so are wanted",
    "CANCEL/subscription": "messages that start so are not wanted any more",
    "subscription/kind": "1 subscribes, 0 cancels",
    "subscription/subscription": "what the messages start with",
    "group": "name of the group",
    "Socket-Type/value": "the sender's socket type",
    "Identity/value": "by what a ROUTER can address the sender; empty leaves it to the ROUTER",
    "Resource/value": "which of several services behind one endpoint is wanted",
    "length": "octets of flags and body; FF: eight octets of length follow",
    "long_length": "octets of flags and body",
    "frame of ZMTP 1.0/flags": "what frame it is",
    "frame of ZMTP 1.0/body": "what the frame carries",
    "greeting of ZMTP 1.0/flags": "zero in the frame of an identity",
    "greeting of ZMTP 1.0/body": "the sender's identity; empty for none",
    "frame of ZMTP 2.0/flags": "what frame it is",
    "frame of ZMTP 2.0/size": "octets of the body",
    "frame of ZMTP 2.0/body": "what the frame carries",
    "revision": "1 for ZMTP 2.0",
    "greeting of ZMTP 2.0/socket_type": "the sender's socket type, by its number",
    "identity_flags": "zero in the frame of an identity",
    "identity_size": "octets of the identity",
    "greeting of ZMTP 2.0/identity": "the sender's identity; empty for none",
    "envelope": "addresses of the proxies on the way; none where there are none",
    "delimiter": "an empty frame",
    "ZAP request/version": "version of ZAP: 1.0",
    "ZAP reply/version": "version of ZAP: 1.0",
    "request_id": "tells which reply belongs to which request",
    "domain": "what the handler may judge by, besides the credentials",
    "address": "the IP address of the client",
    "ZAP request/identity": "the client's identity, if it is known",
    "ZAP request/mechanism": "name of the security mechanism",
    "credentials": "what the mechanism has: nothing, user name and password, or C",
    "status_code": "200 lets the client in, 300 not now, 400 not, 500 the handler failed",
    "status_text": "for people",
    "user_id": "who the client is; empty unless it is let in",
    "ZAP reply/metadata": "properties of the client, for the application",
    "message to a group/body": "the message",
}
"""What each field stands for; see the head of this module."""

Reading = Callable[[int], str] | Callable[[bytes], str]

_FRAME_FLAGS = {MORE: "MORE", LONG: "LONG", COMMAND: "COMMAND"}
_OLD_FLAGS = {legacy.MORE: "MORE", legacy.LONG: "LONG"}
_PAYLOAD_FLAGS = {curve.MORE: "MORE", curve.COMMAND: "COMMAND"}


def _flags(names: Mapping[int, str]) -> Callable[[int], str]:
    def read(flags: int) -> str:
        reserved = flags & ~sum(names)
        found = [name for bit, name in names.items() if flags & bit]
        return ", ".join([*found, *([f"reserved bits {reserved:02x}"] if reserved else [])]) or "none set"

    return read


def _name(octets: bytes) -> str:
    """The name that stands behind its size, where it is one."""
    counted = octets[:1] == bytes([len(octets) - 1]) if octets else False
    return octets[1:].decode() if counted and set(octets[1:]) <= LETTERS else ""


def _mechanism(octets: bytes) -> str:
    return next((name for name in MECHANISMS if octets == mechanism_octets(name)), "none that this suite knows")


def _seconds(ttl: int) -> str:
    return f"{ttl / 10:g} s" if ttl else "for ever"


def _type_of_2_0(number: int) -> str:
    return legacy.SOCKET_TYPES[number] if number < len(legacy.SOCKET_TYPES) else "none that ZMTP 2.0 has"


def _type_of_3(octets: bytes) -> str:
    known = "known since 3.0" if octets in properties.SOCKET_TYPES_OF_3_0 else "new in 3.1"
    return known if octets in properties.SOCKET_TYPES else "no type of ZMTP"


_NUMBERS: Mapping[str, Callable[[int], str]] = {
    "frame/flags": _flags(_FRAME_FLAGS),
    "payload/flags": _flags(_PAYLOAD_FLAGS),
    "frame of ZMTP 1.0/flags": _flags({legacy.MORE: "MORE"}),
    "frame of ZMTP 2.0/flags": _flags(_OLD_FLAGS),
    "as_server": lambda number: {0: "no", 1: "yes"}.get(number, "neither yes nor no"),
    "ttl": _seconds,
    "greeting of ZMTP 2.0/socket_type": _type_of_2_0,
    "subscription/kind": lambda number: {0: "cancels", 1: "subscribes"}.get(number, "neither"),
}
_OCTETS: Mapping[str, Callable[[bytes], str]] = {
    "name": _name,
    "greeting/mechanism": _mechanism,
    "HELLO/version": lambda octets: f"{octets[0]}.{octets[1]}" if len(octets) == 2 else "",
    "Socket-Type/value": _type_of_3,
}


def meaning(grammar: str, name: str) -> str:
    """What a field stands for; empty for one that nobody described."""
    return WORDS.get(f"{grammar}/{name}") or WORDS.get(name, "")


def reading(grammar: str, name: str, value: Value) -> str:
    """What a value says by itself, or empty."""
    for key in (f"{grammar}/{name}", name):
        if isinstance(value, int) and key in _NUMBERS:
            return _NUMBERS[key](value)
        if isinstance(value, bytes) and key in _OCTETS:
            return _OCTETS[key](value)
    return ""


def explained(grammar: str, name: str, value: Value) -> str:
    """What a value says and what its field stands for."""
    return "; ".join(filter(None, (reading(grammar, name, value), meaning(grammar, name))))
