"""`generate`: make again every file that is generated and committed, or say which are not what would be made now.

What is made is in `generated`. This command makes all of it, in one go and from one place, so that nothing is forgotten; CI
has it compare.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.exits import Exit, Stop


def generate(
    where: Annotated[Path, typer.Argument(metavar="DIR", help="Where they go.")] = Path("reports"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if a file is not what would be written.")
    ] = False,
) -> Exit:
    """Make all files again that are generated and committed: state machines, requirements, rulings, proof.

    Takes up to a minute, nearly all of it for the proof. After a change of a table, a requirement or a case:

        zmtp-conformance generate

    What CI asks:

        zmtp-conformance generate --check
    """
    from conformance.cli.console import note, say
    from conformance.cli.generated import GENERATED

    stale: list[str] = []
    for name, make in GENERATED.items():
        note(name)
        for path, text in make().items():
            if check:
                stale += _compared(where / path, text)
            else:
                say(_written(where / path, text))
    if check:
        stale += _superfluous(where)
        for line in stale:
            say(line)
        say("all files are up to date" if not stale else "run `zmtp-conformance generate` and look at what has changed")
    return Exit.FAILS if stale else Exit.CONFORMS


def _compared(path: Path, text: str) -> Iterator[str]:
    """One line about a file that is not what it should be, with the first line that differs."""
    try:
        there = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        yield f"{path}: {getattr(error, 'strerror', None) or 'no text'}"
        return
    differing = (line for line in difflib.unified_diff(there, text.splitlines(), n=0, lineterm="") if line[:1] in "+-")
    first = [line for line in differing if line[:3] not in ("---", "+++")][:1]
    yield from (f"{path}: {line[:100]}" for line in first)


def _superfluous(where: Path) -> Iterator[str]:
    """Files of machines that there are no more."""
    from conformance.cli.generated import of_machines

    made = {where / path for path in of_machines()}
    folder = where / "machines"
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    yield from (f"{path}: nothing makes it" for path in there if path not in made)


def _written(path: Path, text: str) -> str:
    from conformance.report import ReportError
    from conformance.report.files import write_whole

    try:
        return str(write_whole(path, text.encode()))
    except ReportError as error:
        raise Stop(Exit.FAULT, str(error)) from None
