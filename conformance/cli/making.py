"""Making what a target needs, as a command shows it: a line for each step, a spinner on a terminal, one line at the end."""

import shlex
import time

from conformance.adapters.registry import BUILT_IN, Target
from conformance.cli.console import err, note
from conformance.cli.exits import Exit, Stop


def how_to_make(target: Target) -> str:
    """The command that makes what a target needs, as it is typed."""
    extra = "" if target.file == BUILT_IN else f" --targets {shlex.quote(str(target.file))}"
    return f"zmtp-conformance targets build {target.name}{extra}"


def lacking(target: Target) -> str:
    """What a target still needs before it can be started, and how to get that; empty if nothing."""
    build = target.build
    if build is None or build.done:
        return ""
    if missing := build.missing():
        are = "is" if len(missing) == 1 else "are"
        return f"needs {' and '.join(missing)}, which {are} not on the PATH; then: {how_to_make(target)}"
    if build.at_first_use:
        return f"not fetched yet, the first run will: {how_to_make(target)}"
    return f"not built yet: {how_to_make(target)}"


def ensure_made(target: Target) -> None:
    """Make what can be made at first use; raises Stop where something else is needed or that fails."""
    if (lack := lacking(target)) and not (target.build and target.build.at_first_use):
        raise Stop(Exit.UNREACHABLE, f"{target.name}: {lack}")
    if lack:
        make(target)


def make(target: Target, *, again: bool = False) -> None:
    """Make what a target needs, and show how that goes; raises Stop where it cannot be made."""
    from conformance.adapters.build import CannotMake
    from conformance.adapters.build import make as make_quietly
    from conformance.cli.target import environment_of

    begun = time.monotonic()

    def told(line: str) -> None:
        note(f"{target.name}: {line}")
        spinner.update(f"{target.name}: {line}"[: err.width - 4])

    with err.status(f"{target.name}: begins") as spinner:
        try:
            make_quietly(target, environment_of(target), told, again=again)
        except CannotMake as reason:
            raise Stop(Exit.UNREACHABLE, f"{target.name} cannot be made: {reason}") from None
    note(f"{target.name}: ready after {time.monotonic() - begun:.1f} s")
