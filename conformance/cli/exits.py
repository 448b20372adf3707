"""Exit codes, and the one exception by which a command ends early."""

import difflib
from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """What the exit code says; never a count."""

    CONFORMS = 0
    FAILS = 1
    USAGE = 2
    UNREACHABLE = 3
    FAULT = 4
    NOTHING = 5
    INTERRUPTED = 130


class Stop(Exception):
    """End the command with this code, after this one line on standard error."""

    def __init__(self, code: Exit, line: str) -> None:
        super().__init__(line)
        self.code = code


def near(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name; empty where nothing comes near."""
    found = difflib.get_close_matches(name, list(known), 3, 0.5)
    return f"; did you mean {' or '.join(found)}?" if found else ""
