"""The only source of randomness: the system's, or one that can be replayed.

Whatever a peer chooses at random it takes from here, so a handshake with `Replayed` entropy is reproducible to the octet.
"""

import hashlib
from typing import Protocol

from nacl.utils import random as system_random


class Entropy(Protocol):
    """Something that yields random octets."""

    def octets(self, count: int) -> bytes:
        """The next `count` octets."""


class System:
    """Randomness of the operating system, by PyNaCl."""

    def octets(self, count: int) -> bytes:
        """The next `count` octets."""
        return system_random(count)


class Replayed:
    """Octets that depend on nothing but a seed: BLAKE2b over seed and a counter. For tests and vectors, never for secrets.

    Args:
        seed: any number or text; the same seed yields the same octets.
    """

    def __init__(self, seed: int | str) -> None:
        self._key = hashlib.blake2b(f"zmtp-conformance test entropy {seed}".encode(), digest_size=32).digest()
        self._drawn = 0

    def octets(self, count: int) -> bytes:
        """The next `count` octets."""
        drawn = b""
        while len(drawn) < count:
            drawn += hashlib.blake2b(self._drawn.to_bytes(8, "big"), key=self._key).digest()
            self._drawn += 1
        return drawn[:count]
