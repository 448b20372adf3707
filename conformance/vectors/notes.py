"""What each flag says: what kind of mistake a test finds, what it leads to, and where that is written down in public."""

from collections.abc import Mapping
from dataclasses import dataclass


def _rfc(number: int) -> str:
    return f"https://rfc.zeromq.org/spec/{number}/"


def _cve(name: str) -> str:
    return f"https://www.cve.org/CVERecord?id={name}"


@dataclass(frozen=True)
class Note:
    """One flag.

    Attributes:
        bug: the kind of mistake.
        description: what the tests that carry it do.
        effect: what becomes of an implementation that makes the mistake.
        links: public sources.
    """

    bug: str
    description: str
    effect: str
    links: tuple[str, ...]


_FRAMES = (_rfc(23), _rfc(37))

NOTES: Mapping[str, Note] = {
    "Ordinary": Note("basic", "What every peer sends.", "Nothing works.", (_rfc(23),)),
    "Boundary": Note(
        "boundary",
        "A value at or next to a limit.",
        "An off-by-one: what is legal is refused, or the reverse.",
        (_rfc(23),),
    ),
    "Size": Note(
        "boundary",
        "A field as large or small as it can be, and one octet beyond.",
        "A buffer too small, or a size kept in too few bits.",
        (_rfc(23), _cve("CVE-2019-13132")),
    ),
    "BrokenRule": Note(
        "missing check",
        "The smallest change that breaks one rule.",
        "The rule is not enforced, or enforced where only the sender is bound.",
        (_rfc(23), _rfc(26)),
    ),
    "Freedom": Note(
        "interoperability",
        "Something unusual that a receiver has to let pass.",
        "Peers of other versions or makers are cut off.",
        (_rfc(23),),
    ),
    "SingleBit": Note(
        "missing check",
        "One bit differs from what it has to be.",
        "Only some octets of a constant or of an authenticator are compared.",
        (_rfc(26),),
    ),
    "Characters": Note(
        "missing check",
        "One octet on one side or the other of a class of characters.",
        "A table of characters has a hole, or text ends at a null octet.",
        (_rfc(23), _rfc(32)),
    ),
    "LyingSize": Note(
        "memory safety",
        "A size says more or less than what follows.",
        "Reading beyond the end, or losing the place in the stream.",
        (_rfc(23), _cve("CVE-2021-20235")),
    ),
    "HugeSize": Note(
        "memory safety",
        "A size near the largest numbers of 31, 32, 63 or 64 bits.",
        "A sum overflows, or memory is set aside for what never comes.",
        (*_FRAMES, _cve("CVE-2019-6250")),
    ),
    "Truncated": Note(
        "memory safety",
        "The octets break off.",
        "Reading beyond the end, or waiting for ever for what cannot come.",
        (_rfc(23),),
    ),
    "Overlong": Note(
        "memory safety",
        "There is more behind the end.",
        "A copy into a buffer of fixed size goes beyond it.",
        (_rfc(26), _cve("CVE-2019-13132")),
    ),
    "NoncePrefix": Note(
        "authentication",
        "A box is sealed or opened under another nonce.",
        "Boxes can be replayed in another place or direction.",
        (_rfc(26),),
    ),
    "WrongKey": Note(
        "authentication",
        "A box is sealed with a key that is not the right one.",
        "Somebody else is taken for the peer.",
        (_rfc(26),),
    ),
    "BoxOrder": Note(
        "interoperability",
        "Tag and ciphertext are in another order.",
        "Two libraries with different conventions cannot talk.",
        ("https://nacl.cr.yp.to/box.html",),
    ),
    "Mechanism": Note(
        "missing check",
        "The mechanism is nearly the right one.",
        "A peer goes on with a mechanism that it does not speak, in clear text at worst.",
        (_rfc(23),),
    ),
    "OlderVersion": Note(
        "interoperability",
        "The octets show a peer of an older version.",
        "It is taken for a peer of ZMTP 3.",
        (_rfc(13), _rfc(15), _rfc(23)),
    ),
    "Detection": Note(
        "interoperability",
        "The first octets tell which version a peer speaks.",
        "Peers of older versions are misunderstood.",
        (_rfc(23), _rfc(37)),
    ),
    "ReservedBits": Note(
        "interoperability",
        "A bit is set that has no meaning yet.",
        "A later version that gives it one is misread.",
        _FRAMES,
    ),
    "Length": Note(
        "missing check",
        "Text or octets whose number does not divide.",
        "A key is cut short or padded in silence.",
        (_rfc(32),),
    ),
    "Overflow": Note(
        "boundary", "Five characters stand for more than 32 bits.", "Several texts decode to one key.", (_rfc(32),)
    ),
    "SocketTypes": Note(
        "missing check",
        "Two socket types meet.",
        "Messages go where the pattern has no place for them.",
        (_rfc(23), _rfc(37)),
    ),
    "Subscriptions": Note(
        "boundary",
        "Subscriptions and a message.",
        "Subscribers get what they did not ask for, or miss what they did.",
        (_rfc(29), _rfc(48), _cve("CVE-2021-20236")),
    ),
    "Version": Note(
        "missing check",
        "The version of a request or reply is nearly the right one.",
        "Something unknown is taken for what is known.",
        (_rfc(27),),
    ),
    "Address": Note(
        "boundary", "An address in an unusual form.", "Rules about addresses can be walked around.", (_rfc(27),)
    ),
    "Credentials": Note(
        "authentication",
        "Credentials in another number or size than their mechanism has.",
        "A handler decides on what is not there.",
        (_rfc(27),),
    ),
    "Status": Note(
        "authentication",
        "A status code that is none of the four.",
        "A client is let in though nobody said so.",
        (_rfc(27),),
    ),
    "Envelope": Note(
        "interoperability",
        "Addresses and a delimiter before the message, or none.",
        "Replies do not find their way back.",
        (_rfc(27), _rfc(28)),
    ),
}
