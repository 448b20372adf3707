"""`bench`: how fast is the suite, and how fast the reference, each beside the same work done bare."""

import statistics
from typing import Annotated

import typer

from conformance.cli import options
from conformance.cli.exits import Exit


def bench(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The target of the suite.")] = "libzmq",
    cases: options.Patterns = None,
    targets: options.Targets = None,
    repeat: Annotated[int, typer.Option(metavar="N", min=1, help="Rounds of suite and replay.")] = 3,
    jobs: options.Jobs = 32,
    json: options.Json = False,
) -> Exit:
    """Measure, side by side in one run: the suite against a bare replay, the reference against hand-written code.

    All cases on libzmq:

        zmtp-conformance bench

    Only some, in more rounds:

        zmtp-conformance bench libzmq 'null.*' --repeat 9

    Times on a machine that does other things as well say little; the ratios say more.
    """
    from conformance.adapters.registry import Registry
    from conformance.bench import model, suite
    from conformance.cli.console import note, say, say_json

    resolved = Registry.load(targets).resolve(target)
    figures = suite.measure(resolved, options.selected(cases), repeat=repeat, jobs=jobs, told=note)
    lines = model.measure()
    if json:
        say_json(
            {
                "suite": {
                    "target": target,
                    "cases": figures.cases,
                    "plays": figures.plays,
                    "octets": figures.octets,
                    "suite_seconds": figures.suite,
                    "replay_seconds": figures.replay,
                    "timer_seconds": figures.timer,
                    "start_seconds": figures.start,
                    "allowed_seconds": figures.allowed,
                    "reached": figures.reached,
                },
                "reference": [
                    {"what": one.what, "ours_seconds": one.ours, "bare_seconds": one.theirs, "ratio": one.ratio}
                    for one in lines
                ],
            }
        )
        return Exit.CONFORMS
    spent, bare = statistics.median(figures.suite), statistics.median(figures.replay)
    say(f"{target}: {figures.cases} cases; {figures.plays} plays, {figures.octets} octets sent")
    say(f"  suite   {spent:7.2f} s  ({', '.join(f'{one:.2f}' for one in figures.suite)})")
    say(f"  replay  {bare:7.2f} s  ({', '.join(f'{one:.2f}' for one in figures.replay)}), ratio {spent / bare:.2f}")
    say(f"  longest timer {figures.timer:.2f} s, process start {figures.start:.2f} s")
    word = "within" if figures.reached else "NOT within"
    say(f"  {word} 3 x replay + timer + start = {figures.allowed:.2f} s")
    say("reference, best of many rounds, in microseconds")
    for one in lines:
        reach = f"  (reach {one.reach})" if one.reach else ""
        say(f"  {one.what:40} {one.ours * 1e6:9.2f}  bare {one.theirs * 1e6:9.2f}  ratio {one.ratio:5.2f}{reach}")
    return Exit.CONFORMS
