"""Making hostile text harmless to look at, and records fit for JSON.

What a target says reaches a terminal, a browser, a CI page. Escaping markup is each format's own business; `inert`
comes before it and takes what no markup rule covers: control characters, characters that turn the direction of writing,
and characters that cannot be seen.
"""

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

LONGEST = 4000
"""Characters of one text that a report shows, unless told otherwise."""

# Letters by their category, and nothing to see: Hangul fillers and the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def inert(text: str, limit: int = LONGEST) -> str:
    r"""The text with everything invisible, directing or combining written as an escape (`\x1b`, `\u202e`).

    A line feed is an escape too: the result is one line. Plain text comes back as it was; a backslash is left alone, so
    the escapes are for eyes and cannot be undone. What is longer than `limit` characters is cut, and says so.
    """
    shown = text[:limit]
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(c if _harmless(c) else c.encode("unicode_escape", "surrogatepass").decode() for c in shown)
    return shown if len(text) <= limit else f"{shown}… ({len(text) - limit} more characters)"


def _harmless(character: str) -> bool:
    # isprintable() refuses controls, format and bidirectional controls, surrogates, unassigned ones and odd spaces.
    return character.isprintable() and character not in _BLANK and not unicodedata.category(character).startswith("M")


def plain(value: Any) -> Any:
    """The value in the words of JSON: octets become `{"hex": "05ff"}`, an enum its value, anything unknown its text.

    Names that begin with an underscore are dropped: parsers keep their own affairs there.
    """
    kind = type(value)
    if kind is str and value.isascii() or value is None or kind is bool:
        return value
    if kind is dict:
        return {str(plain(name)): plain(entry) for name, entry in value.items() if not str(name).startswith("_")}
    match value:
        case bool():
            return value
        case str():
            return str(value).encode("utf-8", "backslashreplace").decode()
        case bytes() | bytearray() | memoryview():
            return {"hex": bytes(value).hex()}
        case int():
            return int(value) if -(2**63) <= value < 2**64 else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Mapping():
            return {str(plain(name)): plain(entry) for name, entry in value.items() if not str(name).startswith("_")}
        case Iterable():
            return [plain(entry) for entry in value]
    return plain(str(value))


def ascii_json(value: Any, indent: int | None = None) -> bytes:
    """JSON in printable ASCII, so that showing the file on a terminal does no harm."""
    quick = msgspec.json.encode(value)
    if quick.isascii() and b"\x7f" not in quick:
        return quick if indent is None else msgspec.json.format(quick, indent=indent)
    return json.dumps(value, indent=indent, allow_nan=False).replace("\x7f", "\\u007f").encode("ascii")
