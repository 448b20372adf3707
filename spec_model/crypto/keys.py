"""Curve25519 key pairs and their text form Z85 (RFC 32)."""

from dataclasses import dataclass, field

from nacl.bindings import crypto_scalarmult_base

from spec_model.crypto.entropy import Entropy

Z85_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_VALUES = {character: value for value, character in enumerate(Z85_ALPHABET)}


@dataclass(frozen=True)
class KeyPair:
    """A public key and its secret key, 32 octets each. The secret key is not shown by `repr`."""

    public: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, entropy: Entropy) -> "KeyPair":
        """A new pair from 32 octets of entropy."""
        secret = entropy.octets(32)
        return cls(crypto_scalarmult_base(secret), secret)

    @classmethod
    def from_secret(cls, secret: bytes) -> "KeyPair":
        """The pair that belongs to a secret key."""
        return cls(crypto_scalarmult_base(secret), secret)


def z85_encode(octets: bytes) -> str:
    """The Z85 text of octets: five characters for four octets.

    Raises:
        ValueError: the number of octets is no multiple of four.
    """
    if len(octets) % 4:
        raise ValueError(f"Z85 encodes multiples of 4 octets, not {len(octets)}")
    text = ""
    for start in range(0, len(octets), 4):
        value = int.from_bytes(octets[start : start + 4], "big")
        text += "".join(Z85_ALPHABET[value // 85**power % 85] for power in (4, 3, 2, 1, 0))
    return text


def z85_decode(text: str) -> bytes:
    """The octets of Z85 text.

    Raises:
        ValueError: the length is no multiple of five, a character is not of the alphabet, or five characters stand for
            more than 2^32-1.
    """
    if len(text) % 5:
        raise ValueError(f"Z85 decodes multiples of 5 characters, not {len(text)}")
    octets = b""
    for start in range(0, len(text), 5):
        value = 0
        for character in text[start : start + 5]:
            if character not in _VALUES:
                raise ValueError(f"{character!r} at {start} is not a character of Z85")
            value = value * 85 + _VALUES[character]
        if value >= 2**32:
            raise ValueError(f"{text[start : start + 5]!r} stands for more than four octets hold")
        octets += value.to_bytes(4, "big")
    return octets
