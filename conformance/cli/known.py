"""The baseline that belongs to a target: its own, or the one that the user names."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.adapters.registry import Target
from conformance.baseline.compare import Baseline
from conformance.baseline.known import BaselineError, Known, load
from conformance.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from conformance.api import Case
    from conformance.api.case import Side


def file_of(target: Target, given: Path | None) -> Path | None:
    """Where the baseline of a target is; None if it has none."""
    return given or target.known


def known_of(target: Target, given: Path | None) -> Known | None:
    """The accepted deviations of a target.

    Raises:
        Stop: the file is no good.
    """
    path = file_of(target, given)
    try:
        return load(path) if path is not None else None
    except BaselineError as error:
        raise Stop(Exit.USAGE, str(error)) from None


def baseline_for(
    target: Target, given: Path | None, chosen: "Iterable[tuple[Case, Side]]", *, whole: bool, slow: bool
) -> Baseline | None:
    """The baseline of a run.

    Args:
        given: the file that the user named.
        chosen: what the run plays.
        whole: whether that is everything; then an entry of a case that is not there any more is wrong too.
        slow: whether cases that need time are played; if not, they are not selected either.

    Raises:
        Stop: the file is no good.
    """
    known = known_of(target, given)
    if known is None:
        return None
    selected = {f"{case.id}@{side}" for case, side in chosen if slow or not case.slow}
    if whole:
        waiting = {f"{case.id}@{side}" for case, side in chosen} - selected
        selected |= set(known.deviations) - waiting
    return Baseline(known, selected, date.today())
