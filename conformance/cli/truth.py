"""`truth`: does a run come to the same verdicts again, on a busy machine, and with a target that is stopped now and then?"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from conformance.cli.supervision import Supervised

Verdicts = Mapping[str, tuple[str, str]]
"""By case and side: the verdict, and the reason."""

Condition = tuple[str, "Callable[[Supervised], AbstractContextManager[None]]"]


def truth(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A name that `targets` lists.")],
    cases: options.Patterns = None,
    mechanism: options.Mechanisms = None,
    side: options.Sides = None,
    targets: options.Targets = None,
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="How many runs with nothing beside them.")] = 3,
    burning: Annotated[int, typer.Option("--burners", min=0, metavar="N", help="Busy processes beside one run.")] = 4,
    stopped: Annotated[
        bool, typer.Option("--stopped/--no-stopped", help="A run in which the target is stopped every other 250 ms.")
    ] = True,
    jobs: options.Jobs = 32,
    deadline: options.Deadline = 10.0,
    patience: options.Patience = None,
    slow: options.Slow = False,
    json: options.Json = False,
) -> Exit:
    """Compare the verdicts of several runs: a verdict that changes is the suite's fault, not the target's.

    The same run three times, once beside four processes that burn time, and once with the target stopped and continued all
    the time. The table has a line for each case whose verdict is not the same everywhere:

        zmtp-conformance truth libzmq

    Some cases only, for a first look:

        zmtp-conformance truth libzmq 'null.*' --runs 2

    Exit code 0 if all verdicts agree, 1 if not. It takes several times as long as a run, and the machine should do nothing
    else meanwhile.
    """
    from conformance.cli.console import note
    from conformance.cli.target import resolve
    from conformance.harness.adversity import burners, calm, stopping

    found, chosen = resolve(target, targets), options.selected(cases, None, None, mechanism, side)
    conditions: list[Condition] = [(f"run {number + 1}", lambda behind: calm()) for number in range(runs)]
    if burning:
        conditions.append((f"{burning} burners", lambda behind: burners(burning)))
    if stopped:
        conditions.append(("stopped", lambda behind: stopping(behind.pids)))
    if len(conditions) < 2:
        raise Stop(Exit.USAGE, "nothing to compare: ask for more runs, burners, or a stopped target")
    came: dict[str, Verdicts] = {}
    for name, condition in conditions:
        note(f"{target}: {name}")
        came[name] = _verdicts(found, chosen, condition, jobs=jobs, deadline=deadline, patience=patience, slow=slow)
    return _show(target, came, as_json=json)


def _verdicts(
    found: Any,
    chosen: Iterable[Any],
    condition: "Callable[[Supervised], AbstractContextManager[None]]",
    *,
    jobs: int,
    deadline: float,
    patience: float | None,
    slow: bool,
) -> Verdicts:
    """What one run comes to."""
    from conformance.cli.target import attach
    from conformance.harness.player import Settings
    from conformance.harness.runner import Plan, Runner

    _, behind = attach(found, deadline)
    try:
        with condition(behind):
            runner = Runner(behind, Settings(), Plan(jobs=jobs, slow=slow, patience=patience))
            return {one.id: (one.verdict.value, one.reason) for one in runner.results(chosen)}
    finally:
        behind.stop()


def differing(came: Mapping[str, Verdicts]) -> dict[str, dict[str, tuple[str, str]]]:
    """The cases whose verdict is not the same in all runs, with what each run said; one that is missing says so."""
    names = dict.fromkeys(name for verdicts in came.values() for name in verdicts)
    said = {name: {run: verdicts.get(name, ("missing", "")) for run, verdicts in came.items()} for name in names}
    return {name: runs for name, runs in said.items() if len({verdict for verdict, _ in runs.values()}) > 1}


def _show(target: str, came: Mapping[str, Verdicts], *, as_json: bool) -> Exit:
    from collections import Counter

    from conformance.cli.console import coloured, columns, say, say_json
    from conformance.cli.summary import VERDICTS
    from conformance.report import inert

    unlike = differing(came)
    counts = {run: Counter(verdict for verdict, _ in verdicts.values()) for run, verdicts in came.items()}
    if as_json:
        say_json({"target": target, "runs": counts, "differing": unlike})
        return Exit.FAILS if unlike else Exit.CONFORMS
    used = [verdict for verdict in VERDICTS if any(counted[verdict] for counted in counts.values())]
    rows = [("", *used, "all")]
    rows += [(run, *(str(counted[v] or "-") for v in used), str(counted.total())) for run, counted in counts.items()]
    columns(rows)
    for name, runs in unlike.items():
        say()
        say(name)
        columns((f"  {run}", verdict, inert(reason, 300)) for run, (verdict, reason) in runs.items())
    say()
    cases = len(next(iter(came.values())))
    word, rest = (
        ("failed", f"{len(unlike)} of {cases} verdicts differ") if unlike else ("ok", f"{cases} verdicts agree")
    )
    say(coloured(word).append(f": {target}: {rest} in {len(came)} runs"))
    return Exit.FAILS if unlike else Exit.CONFORMS
