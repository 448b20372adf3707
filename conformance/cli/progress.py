"""How a run goes: a live bar on a terminal, now and then a plain line elsewhere; all on standard error."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.cli.console import coloured, err, note
from conformance.report import inert

SHOWN = frozenset({"fail", "warn", "inconclusive", "error"})
"""Verdicts that are worth a line at once."""

Tell = Callable[[str, str, str], None]
"""Gets verdict, id and reason of what was judged."""


@contextmanager
def progress(total: int, *, verbose: bool) -> Iterator[Tell]:
    """Show how far a run is; what is told inside counts as done.

    Args:
        total: how many there are to judge.
        verbose: a line for each, not only for what is not good.
    """
    counts: Counter[str] = Counter()
    live = err.is_terminal and not verbose
    with (_live if live else _plain)(total, counts) as step:

        def tell(verdict: str, name: str, reason: str) -> None:
            counts[verdict] += 1
            if verbose:
                note(Text.assemble(coloured(verdict, 12), " ", name, *([f": {inert(reason, 300)}"] if reason else ())))
            elif verdict in SHOWN and not live:
                note(Text.assemble(coloured(verdict, 12), " ", name))
            step()

        yield tell


def in_short(counts: Counter[str]) -> str:
    """`131 pass, 3 fail`."""
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()) or "nothing yet"


@contextmanager
def _live(total: int, counts: Counter[str]) -> Iterator[Callable[[], None]]:
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=err,
        transient=True,
    )
    with bar:
        task = bar.add_task("finding the pace of the target", total=total)
        yield lambda: bar.update(task, advance=1, description=in_short(counts))


@contextmanager
def _plain(total: int, counts: Counter[str]) -> Iterator[Callable[[], None]]:
    stride = max(10, total // 10)

    def step() -> None:
        done = counts.total()
        if done % stride == 0 or done == total:
            note(f"{done} of {total}: {in_short(counts)}")

    yield step
