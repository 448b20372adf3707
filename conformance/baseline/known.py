"""known.toml: one table for each accepted deviation, named by case and side.

    ["curve.server_hello.nonzero_padding@binds"]
    verdict = "fail"
    reason = "fails 26/HELLO/padding: expected close; saw WELCOME after N ms"
    why = "The server compares the version and nothing behind it."
    link = "https://example.org/issues/1"      # where it is known in public; optional
    expires = 2027-01-31                       # the last day on which it is accepted; optional

`why` is for a human to write: an entry without it is no explanation, and the file is refused until there is one.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

_Words = Annotated[str, msgspec.Meta(pattern=r"\S")]
_CASE = re.compile(r"[\w.]+@(?:binds|connects)")
_AT_LINE = re.compile(r"(.*) \(at line (\d+), column \d+\)", re.DOTALL)


class BaselineError(ValueError):
    """A baseline cannot be read, used or written; the text is one line that says where."""


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one case: the verdict, the reason that must match, why, a link, the last day."""

    verdict: Literal["fail", "warn"]
    reason: _Words
    why: str
    link: Annotated[str, msgspec.Meta(pattern=r"^(?:https?://\S+)?$")] = ""
    expires: date | None = None


@dataclass(frozen=True)
class Known:
    """A baseline as it was read.

    Attributes:
        path: where from.
        deviations: by case and side, in the order of the file.
    """

    path: Path
    deviations: Mapping[str, Deviation]


def load(path: Path) -> Known:
    """Read a baseline in which everything is explained.

    Raises:
        BaselineError: it cannot be read, does not follow the form, or has entries that nobody has explained yet.
    """
    known = read(path)
    unexplained = [name for name, deviation in known.deviations.items() if not deviation.why.strip()]
    if unexplained:
        more = f", and {len(unexplained) - 1} more" if len(unexplained) > 1 else ""
        raise BaselineError(f"{_place(path, unexplained[0])}: nobody has said why: fill in `why`{more}")
    return known


def read(path: Path) -> Known:
    """Read a baseline, explained or not yet.

    Raises:
        BaselineError: it cannot be read, or does not follow the form.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"cannot read the baseline {path}: {error.strerror or error}") from None
    except ValueError as error:  # also where it is not UTF-8
        at = _AT_LINE.fullmatch(str(error))
        raise BaselineError(f"{path}:{at[2]}: {at[1]}" if at else f"{path}: {error}") from None
    return Known(path, {name: _deviation(path, name, entry) for name, entry in table.items()})


def _deviation(path: Path, name: str, entry: Any) -> Deviation:
    if not _CASE.fullmatch(name):
        raise BaselineError(f'{_place(path, name)}: an entry is called ["case@binds"] or ["case@connects"], in quotes')
    try:
        return msgspec.convert(entry, Deviation)
    except msgspec.ValidationError as error:
        raise BaselineError(f"{_place(path, name)}: {error}") from None


def _place(path: Path, name: str) -> str:
    """File, line and entry: where its table begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = (number for number, line in enumerate(lines, 1) if line.lstrip().startswith("[") and name in line)
    number = next(heads, 0)
    return f"{path}:{number}: {name}" if number else f"{path}: {name}"
