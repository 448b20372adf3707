"""What a reader finds, and the small tools of all readers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any

LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
NAME = LETTERS | frozenset(b"0123456789-_.+")
VISIBLE = frozenset(range(0x21, 0x7F))


@dataclass
class Reading:
    """What was found in one input.

    Attributes:
        wrong: what is wrong: the requirement, whether a receiver has to refuse, and whether the sender is to blame.
        expected: what comes out of it, as a vector has it.
    """

    wrong: list[tuple[str, bool, bool]] = field(default_factory=list)
    expected: Mapping[str, Json] | None = None

    def refuse(self, requirement: str, *, sender: bool = True) -> "Reading":
        """A receiver must refuse."""
        self.wrong.append((requirement, True, sender))
        return self

    def free(self, requirement: str, *, sender: bool = True) -> "Reading":
        """A receiver may refuse."""
        self.wrong.append((requirement, False, sender))
        return self

    @property
    def result(self) -> str:
        """The word for it."""
        if any(refuse for _, refuse, _ in self.wrong):
            return "invalid"
        return "acceptable" if self.wrong else "valid"

    @property
    def sender(self) -> str:
        """Whether somebody may send it."""
        return "illegal" if any(blamed for _, _, blamed in self.wrong) else "legal"


def octets_of(text: str) -> bytes:
    """The octets of hexadecimal digits."""
    return bytes.fromhex(text)


def only(octets: bytes, alphabet: Collection[int]) -> bool:
    """Whether all octets are of the alphabet."""
    return all(octet in alphabet for octet in octets)


def number(octets: bytes) -> int:
    """A number in network order."""
    return int.from_bytes(octets, "big")
