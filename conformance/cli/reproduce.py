"""`baseline reproduce`: play each accepted deviation once more by its stand-alone script, without the harness."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli import options
from conformance.cli.baseline import BaselineFile
from conformance.cli.exits import Exit, Stop
from conformance.cli.known import known_of

if TYPE_CHECKING:
    from conformance.adapters.process import AdapterProcess
    from conformance.adapters.registry import Target
    from conformance.api import Case
    from conformance.api.case import Side

AT_ONCE = 4
"""Scripts at once: each is two processes, and most of its time it waits."""


@dataclass(frozen=True)
class Reproduced:
    """What came of one script: `seen` is None where nothing can be said, and `what` says why."""

    name: str
    seen: bool | None
    what: str


def reproduce(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A name that `targets` lists.")],
    chosen: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE]...", help="Entries, or globs. All, if left out.", show_default=False),
    ] = None,
    file: BaselineFile = None,
    targets: options.Targets = None,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> Exit:
    """Play each accepted deviation again, by its stand-alone script instead of the harness.

    The target's adapter opens a socket; the script that `replay --save` writes runs in a process of its own against it. What
    it sees is held against the reason in the baseline. Where the case has a control, the same conversation without the one
    wrong thing, that is played in the same way, and has to lead to traffic:

        zmtp-conformance baseline reproduce libzmq

    A line for each entry: whether the script shows what the reason says, and what was sent last and what came of it. Exit
    code 1: something was not reproduced.
    """
    from fnmatch import fnmatchcase

    from conformance.cli.console import coloured, columns, say, say_json
    from conformance.cli.target import resolve
    from conformance.harness.catalogue import cases

    found = resolve(target, targets)
    known = known_of(found, file)
    if known is None:
        raise Stop(Exit.USAGE, f"no deviations of {target} are accepted")
    wanted = [
        (cases()[name.partition("@")[0]], name, entry.reason)
        for name, entry in known.deviations.items()
        if name.partition("@")[0] in cases() and (not chosen or any(fnmatchcase(name, one) for one in chosen))
    ]
    if not wanted:
        raise Stop(Exit.NOTHING, "no entry is called so")
    results = list(_all(wanted, seed, _starter(found)))
    if json:
        say_json([{"name": one.name, "seen": one.seen, "what": one.what} for one in results])
    else:
        for one in results:
            word = {True: "seen", False: "not seen", None: "cannot"}[one.seen]
            columns([(word, one.name), ("", one.what)])
    missing = [one.name for one in results if not one.seen]
    if not json:
        say(
            coloured("failed" if missing else "pass").append(
                f": {len(results) - len(missing)} of {len(results)} reproduced"
            )
        )
    return Exit.FAILS if missing else Exit.CONFORMS


def _starter(target: "Target") -> "Callable[[], AdapterProcess]":
    from conformance.cli.target import process_of

    def start() -> "AdapterProcess":
        process = process_of(target)
        process.start(10.0)
        return process

    return start


def _all(
    wanted: "Iterable[tuple[Case, str, str]]", seed: int, start: "Callable[[], AdapterProcess]"
) -> Iterator[Reproduced]:
    """The controls, each once, then the entries."""
    from conformance.harness.rehearsal import control_key

    plays: list[tuple[Case, Side, str, str]] = []
    controls: set[tuple[object, ...]] = set()
    for case, name, reason in wanted:
        side: Side = "binds" if name.endswith("@binds") else "connects"
        served = case.negative and not case.under_test.refuses_clients  # who refuses everybody has nobody to serve
        if served and (key := control_key(case, side)) not in controls:
            controls.add(key)
            plays.append((case.control(), side, f"control of {name}", "saw that it went on"))
        plays.append((case, side, name, reason))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda play: _one(play[0], play[1], play[2], play[3], seed, start), plays)


def _one(
    case: "Case", side: "Side", name: str, reason: str, seed: int, start: "Callable[[], AdapterProcess]"
) -> Reproduced:
    from conformance.standalone.expressions import Unexplained
    from conformance.standalone.reactions import seen
    from conformance.standalone.reproduce import CannotReproduce
    from conformance.standalone.reproduce import reproduce as play

    try:
        transcript = play(case, side, seed, start)
    except (CannotReproduce, Unexplained) as error:
        return Reproduced(name, None, str(error))
    shown = seen(reason, transcript)
    return Reproduced(name, shown, transcript.short() if shown is not None else "no row knows this reason")
