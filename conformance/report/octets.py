"""Octets for people: a hexdump, a short description of a value, and decoded fields as a flat list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WIDTH = 16
SHOWN = 4096
"""Octets of one moment that a report shows."""

_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_SHOWN = bytes(octet if 0x20 <= octet < 0x7F else ord(".") for octet in range(256))
_TEXT = re.compile(rb"[ -~]+")
_RUNS = re.compile(rb"\0{4,}|(?:[^\0]+|\0{1,3}(?!\0))+")  # many zero octets, or everything up to them


@dataclass(frozen=True)
class Line:
    """One line of a hexdump: all three parts are text of fixed width, but the last line's."""

    offset: str
    hex: str
    text: str


@dataclass(frozen=True)
class Dump:
    """A hexdump of the first octets, and how many octets are left out after them."""

    lines: tuple[Line, ...]
    left_out: int


def hexdump(octets: bytes, limit: int = SHOWN) -> Dump:
    """The octets in lines of 16, cut after `limit`."""
    shown = octets[:limit]
    lines = []
    for start in range(0, len(shown), WIDTH):
        chunk = shown[start : start + WIDTH]
        halves = "  ".join(part.hex(" ") for part in (chunk[:8], chunk[8:]) if part)
        text = chunk.translate(_SHOWN).decode("ascii")
        lines.append(Line(f"{start:04x}", halves.ljust(3 * WIDTH), text))
    return Dump(tuple(lines), len(octets) - len(shown))


def describe(octets: bytes, limit: int = 48) -> str:
    """Octets as a short text: `"DEALER"`, `71 zero octets, 01`, `"NULL", 16 zero octets`, `05 ff`."""
    if not octets:
        return "empty"
    parts, left = list[str](), limit
    for match in _RUNS.finditer(octets):
        run = match[0]
        if not run.strip(b"\0") and len(run) >= 4:
            parts.append(f"{len(run)} zero octets")
            continue
        shown, left = run[:left], max(0, left - len(run))
        text = len(octets) == len(run) or len(run) > 2
        if shown:
            parts.append(f'"{shown.decode()}"' if text and _TEXT.fullmatch(run) else shown.hex(" "))
        if len(shown) < len(run):
            return ", ".join(parts) + f" … ({len(octets)} octets)"
    return ", ".join(parts) + (f" ({len(octets)} octets)" if len(octets) > 16 and len(parts) > 1 else "")


def describe_fields(fields: dict[str, Any], limit: int = 200) -> list[tuple[str, str]]:
    """Decoded fields as names and descriptions, nested ones as `properties[0].name`; at most `limit` of them."""
    found: list[tuple[str, str]] = []
    for name, text in _walk("", fields):
        if len(found) == limit:
            return [*found, ("…", "more fields are left out")]
        found.append((name, text))
    return found


def _walk(path: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case {"hex": str(text)} if len(value) == 1 and _HEX.fullmatch(text):
            yield path, describe(bytes.fromhex(text))
        case dict() if value:
            for name, inner in value.items():
                yield from _walk(f"{path}.{name}" if path else name, inner)
        case list() if value:
            for index, inner in enumerate(value):
                yield from _walk(f"{path}[{index}]", inner)
        case bool():
            yield path, "yes" if value else "no"
        case int() if value > 9:
            yield path, f"{value} (0x{value:02x})"
        case None:
            yield path, "none"
        case dict() | list():
            if path:
                yield path, "empty"
        case _:
            yield path, str(value)
