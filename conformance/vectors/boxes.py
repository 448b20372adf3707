"""Known answers for the boxes of CurveZMQ alone: keys, nonce, box and plaintext, without a command around them.

Each test has the keys of both ends, so it can be read both ways: whoever opens the box gets the plaintext or nothing, and
whoever seals the plaintext of a valid one gets exactly the box. A nonce is the whole 24 octets: the prefix that RFC 26 gives
to the box, and what travels in the command.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.vectors.plainly import LEGAL
from conformance.vectors.record import Group, Test, distinct
from spec_model.crypto.boxes import Keyring, Unopened
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair
from spec_model.grammar import COMMANDS
from spec_model.grammar.command import Sealed
from spec_model.requirements import load

SIZES = (0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1000)
"""Octets of plaintext: blocks of XSalsa20 have 64, the first of them 32 less."""

TEXT = Replayed("the plaintext of all boxes").octets(1000)
STRANGER = KeyPair.generate(Replayed("a stranger to all boxes"))


def groups() -> Iterator[Group]:
    """A group for each of the nine boxes."""
    seen: set[bytes] = set()
    for command in COMMANDS.values():
        for level in command.levels():
            for name, box in level.boxes.items():
                if box.prefix not in seen:
                    seen.add(box.prefix)
                    kind = "SecretBox" if box.symmetric else "Box"
                    words = f"The {name.replace('_', ' ')} of {level.name}"
                    between = f"under {box.sender}" if box.symmetric else f"from {box.sender} to {box.receiver}"
                    given = {"prefix": box.prefix, "algorithm": ALGORITHMS[kind]}
                    yield Group(kind, f"{words}, {between}.", distinct(_tests(box)), given)


ALGORITHMS = {"Box": "curve25519xsalsa20poly1305", "SecretBox": "xsalsa20poly1305"}


def _tests(box: Sealed) -> Iterator[Test]:
    entropy = Replayed(f"box {box.prefix!r}")
    sender, receiver, key = KeyPair.generate(entropy), KeyPair.generate(entropy), entropy.octets(32)
    nonce = entropy.octets(24 - len(box.prefix))
    for size in dict.fromkeys((*SIZES, *_natural(box))):
        yield _sealed(box, sender, receiver, key, nonce, TEXT[:size], f"a plaintext of {size} octets")
    zeros, ones = bytes(len(nonce)), b"\xff" * len(nonce)
    for says, other in (("all zero", zeros), ("1", zeros[:-1] + b"\x01"), ("all ones", ones)):
        yield _sealed(box, sender, receiver, key, other, TEXT[:64], f"what travels of the nonce is {says}")
    good = _sealed(box, sender, receiver, key, nonce, TEXT[:64], "")
    octets: bytes = good.inputs["box"]
    for place in (0, 7, 15, 16, 17, 47, 48, len(octets) - 1):
        for bit in (0, 7):
            spoilt = octets[:place] + bytes([octets[place] ^ 1 << bit]) + octets[place + 1 :]
            where = "tag" if place < 16 else "ciphertext"
            yield _bad(
                box, good, f"bit {bit} of octet {place + 1} turned over, in the {where}", {"box": spoilt}, "SingleBit"
            )
    for end in (0, 1, 15, 16, len(octets) - 1):
        yield _bad(box, good, f"broken off after {end} of {len(octets)} octets", {"box": octets[:end]}, "Truncated")
    yield _bad(box, good, "one more octet behind the end", {"box": octets + b"\x00"}, "Overlong")
    yield _bad(
        box,
        good,
        "16 zero octets before the box, as the oldest interface of NaCl has them",
        {"box": bytes(16) + octets},
        "Overlong",
    )
    yield _bad(box, good, "the tag behind the ciphertext", {"box": octets[16:] + octets[:16]}, "BoxOrder")
    whole: bytes = good.inputs["nonce"]
    for place in (0, len(box.prefix) - 1, len(box.prefix), 23):
        where = "prefix" if place < len(box.prefix) else "part that travels"
        spoilt = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        yield _bad(
            box, good, f"another nonce: octet {place + 1} differs, in the {where}", {"nonce": spoilt}, "NoncePrefix"
        )
    yield _bad(
        box,
        good,
        "the nonce's part that travels, before the prefix",
        {"nonce": whole[len(box.prefix) :] + whole[: len(box.prefix)]},
        "NoncePrefix",
    )
    if box.symmetric:
        yield _bad(box, good, "another key", {"key": STRANGER.secret}, "WrongKey")
        return
    yield _bad(
        box, good, "another sender", {"sender_public": STRANGER.public, "sender_secret": STRANGER.secret}, "WrongKey"
    )
    yield _bad(
        box,
        good,
        "another receiver",
        {"receiver_public": STRANGER.public, "receiver_secret": STRANGER.secret},
        "WrongKey",
    )


def _natural(box: Sealed) -> tuple[int, ...]:
    smallest = box.inner.size[0]
    return (smallest,) if smallest else ()


def _ring(box: Sealed, inputs: Mapping[str, Any]) -> Keyring:
    if box.symmetric:
        return Keyring({box.sender: inputs["key"]})
    return Keyring({box.sender: inputs["sender_public"], box.receiver.lower(): inputs["receiver_secret"]})


def _sealed(
    box: Sealed, sender: KeyPair, receiver: KeyPair, key: bytes, nonce: bytes, plaintext: bytes, says: str
) -> Test:
    keys: dict[str, bytes] = (
        {"key": key}
        if box.symmetric
        else {
            "sender_public": sender.public,
            "sender_secret": sender.secret,
            "receiver_public": receiver.public,
            "receiver_secret": receiver.secret,
        }
    )
    octets = _ring(box, keys).seal(box, nonce, plaintext)
    inputs = {**keys, "nonce": box.prefix + nonce, "box": octets}
    return Test(says, inputs, "valid", "legal", _about(box), LEGAL, ("Boundary",), expected={"plaintext": plaintext})


def _bad(box: Sealed, good: Test, says: str, change: Mapping[str, bytes], flag: str) -> Test:
    inputs = {**good.inputs, **change}
    prefix, nonce = inputs["nonce"][: len(box.prefix)], inputs["nonce"][len(box.prefix) :]
    try:
        _ring(box, inputs).open(_with(box, prefix), nonce, inputs["box"])
    except Unopened:
        return Test(says, inputs, "invalid", "illegal", _about(box), load()[_about(box)[0]].gist, (flag,))
    raise AssertionError(f"it opens all the same: {says}")


def _with(box: Sealed, prefix: bytes) -> Sealed:
    return Sealed(box.inner, box.sender, box.receiver, prefix, box.nonce, box.requirement, box.sends)


def _about(box: Sealed) -> tuple[str, ...]:
    return (box.requirement, box.sends)
