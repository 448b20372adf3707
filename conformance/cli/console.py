"""Where words go: results to standard output, progress and complaints to standard error.

Theory of operation: nothing here reads markup, because what is printed can hold what a target chose; such text passes
`inert` besides. Colour is rich's business: none where the output is no terminal or NO_COLOR is set. A reader that goes
away early (`| head`) silences the output and ends nothing: a verdict is worth the same whether or not it was read.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from conformance.report import inert

COLOURS = {
    "pass": "green",
    "fail": "bold red",
    "warn": "yellow",
    "info": "cyan",
    "unsupported": "dim",
    "inconclusive": "magenta",
    "error": "bold magenta",
    "ok": "green",
    "failed": "bold red",
}
"""The style of each word that judges."""


class _Patient(Console):
    """A console that falls silent where nobody reads any more."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), self.file.fileno())


def _console(*, stderr: bool) -> Console:
    return _Patient(stderr=stderr, soft_wrap=True, markup=False, emoji=False, highlight=False)


out = _console(stderr=False)
err = _console(stderr=True)


def say(line: str | Text = "") -> None:
    """Print a line of the result."""
    out.print(line)


def note(line: str | Text = "") -> None:
    """Print a line about how things go."""
    err.print(line)


def complain(line: str) -> None:
    """Say what went wrong, in one line."""
    with contextlib.suppress(OSError):  # if nobody can be told, nobody is
        err.print(Text.assemble(("zmtp-conformance: ", "bold red"), " ".join(inert(line, 2000).split())))


def say_json(value: Any) -> None:
    """Print a value as JSON, in ASCII."""
    sys.stdout.flush()
    out.out(json.dumps(value, indent=1), highlight=False)


def coloured(word: str, width: int = 0) -> Text:
    """A word that judges, in its colour."""
    return Text(f"{word:<{width}}", COLOURS.get(word, ""))


def columns(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows with their columns aligned, the last one as long as it is: easy to read and to grep."""
    listed = list(rows)
    if listed:
        widths = [max(len(row[column]) for row in listed) for column in range(len(listed[0]) - 1)]
        for row in listed:
            cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
            say(inert("  ".join([*cells, row[-1]]).rstrip(), 2000))


def table(title: str, headings: Iterable[str]) -> Table:
    """An empty table; columns after the first two are numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        made.add_column(
            Text(heading, COLOURS.get(heading, "")), justify="left" if number < 2 else "right", no_wrap=True
        )
    return made
