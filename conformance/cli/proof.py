"""`proof`: the reference proven against itself, and the table of what each check of CURVE prevents."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from spec_model.proof.proof import Tell


def proof(
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", "-w", metavar="DIR", help="Write DIR/proof.md instead of printing it.", show_default=False
        ),
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help="Smaller bounds and no table of checks: some seconds instead of a minute.")
    ] = False,
) -> Exit:
    """Prove the reference against itself: walk every interleaving of client and server, with and without an attacker.

    Without an attacker there must be no deadlock, no state without an end, no message before the handshake is complete,
    no reaction that is no row of the tables. With one, who drops, repeats, reorders, alters, cuts, splices and forges,
    CURVE must deliver what was sent, once and in order. Then each check of CURVE is left out, and the walk finds the attack
    that the check prevents; or the check is redundant, and the walk says by what. Bounds, states and transitions are
    printed.

    Takes up to a minute. Exit code 0 if all of it holds, 4 if not: then the suite is at fault, not a target.

    The page that is committed:

        zmtp-conformance proof --write reports

    The walks alone, within smaller bounds:

        zmtp-conformance proof --small
    """
    from conformance.cli.console import complain, out, say
    from conformance.report import ReportError
    from conformance.report.files import write_whole
    from spec_model.proof.page import page
    from spec_model.proof.proof import prove

    with _progress() as tell:
        proven = prove(small, tell)
    if write is None:
        out.out(page(proven), end="", highlight=False)
    else:
        try:
            say(str(write_whole(write / "proof.md", page(proven).encode())))
        except ReportError as error:
            raise Stop(Exit.FAULT, str(error)) from None
    found = proven.faults()
    for fault in found:
        complain(fault)
    return Exit.FAULT if found else Exit.CONFORMS


@contextmanager
def _progress() -> Iterator["Tell"]:
    """A live bar on a terminal, now and then a line elsewhere; on standard error."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from conformance.cli.console import err, note

    if not err.is_terminal:

        def line(done: int, total: int, what: str) -> None:
            if done % max(1, total // 5) == 0 or done == total:
                note(f"{done} of {total}: {what}")

        yield line
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("")

        def step(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield step
