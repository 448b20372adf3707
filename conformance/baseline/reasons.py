"""The part of a reason that is the same in every run: what stands in a baseline, and what has to match.

How long something took, where it listened, which process it was and octets that nobody can foretell differ from run to run
without meaning anything. They are replaced by words, in the reason that was seen and in the one that is listed alike, so a
reason can be copied into a baseline as it was printed.
"""

import re

MANY_ESCAPES = 8
"""A literal with so many octets that cannot be read is a key, a nonce or a box: nobody can foretell it."""

_REPLACED = (
    (re.compile(r"\b\d+(?:\.\d+)? (m?s)\b"), r"N \1"),
    (re.compile(r"\btcp://[^\s,;)'\"]+"), "tcp://..."),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b"), "ADDRESS"),
    (re.compile(r"\b(port|pid|process|thread) \d+\b"), r"\1 N"),
    (re.compile(r"\b0x[0-9a-fA-F]{4,}\b"), "0x..."),
)
_LITERAL = re.compile(r"\bb(['\"])(?:(?!\1)[^\\]|\\.)*(?:\1|$)")


def stable(reason: str) -> str:
    """The reason without what differs from run to run."""
    text = _LITERAL.sub(_octets, reason)
    for pattern, word in _REPLACED:
        text = pattern.sub(word, text)
    return " ".join(text.split())


def _octets(literal: re.Match[str]) -> str:
    return "b'...'" if literal[0].count("\\x") >= MANY_ESCAPES else literal[0]
