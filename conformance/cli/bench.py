"""`bench`: how fast is the suite, and how fast the reference, each beside the same work done bare."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from conformance.bench.model import Line
    from conformance.bench.suite import Figures
    from conformance.bench.timing import Times


class Part(StrEnum):
    """One of the two comparisons."""

    SUITE = "suite"
    REFERENCE = "reference"


def bench(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The target of the suite.")] = "libzmq",
    cases: options.Patterns = None,
    targets: options.Targets = None,
    repeat: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Rounds.  [default: 3 of suite and replay, 9 of the reference]"),
    ] = None,
    jobs: options.Jobs = 32,
    only: Annotated[
        Part | None, typer.Option(help="Only the suite, or only the reference, which needs no target.")
    ] = None,
    json: options.Json = False,
) -> Exit:
    """Measure, side by side in one run: the suite against a bare replay, the reference against hand-written code.

    All cases on libzmq:

        zmtp-conformance bench

    Only some, in more rounds:

        zmtp-conformance bench libzmq 'null.*' --repeat 9

    Only the reference against hand-written code, after a change to its hot path:

        zmtp-conformance bench --only reference

    Times on a machine that does other things as well say little; the ratios of medians say more. A figure that is not
    reached does not change the exit code.
    """
    from conformance.adapters.errors import AdapterError
    from conformance.bench import model, suite, transcripts
    from conformance.cli.console import note, say_json
    from conformance.cli.making import ensure_made
    from conformance.cli.target import environment_of, resolve

    told: dict[str, object] = {}
    if only is not Part.REFERENCE:
        found, chosen = resolve(target, targets), options.selected(cases)
        ensure_made(found)
        try:
            figures = suite.measure(
                found.command, environment_of(found), chosen, repeat=repeat or 3, jobs=jobs, told=note
            )
        except AdapterError as error:
            raise Stop(Exit.UNREACHABLE, str(error)) from None
        told["suite"] = _suite_json(target, figures)
        if not json:
            _show_suite(target, figures)
    if only is not Part.SUITE:
        note("the reference")
        lines = [*model.measure(repeat or 9), *transcripts.measure(repeat or 9)]
        told["reference"] = [_line_json(line) for line in lines]
        if not json:
            _show_reference(lines)
    if json:
        say_json(told)
    return Exit.CONFORMS


def _show_suite(target: str, figures: "Figures") -> None:
    from conformance.cli.console import say

    say(f"{target}: {figures.cases} cases, {figures.plays} plays, {figures.octets} octets sent")
    say(f"  suite          {_seconds(figures.suite)}")
    say(f"  bare replay    {_seconds(figures.replay)}")
    say(f"  ratio          {figures.ratio:7.2f}")
    say(f"  longest timer  {figures.timer:7.2f} s  {figures.timer_of}")
    say(f"  process start  {figures.start:7.2f} s")
    word = "within" if figures.reached else "NOT within"
    say(f"  {word} 3 x replay + timer + start = {figures.allowed:.2f} s")
    say(f"  the replay was cut short in {figures.cut_short} plays, and gave up {figures.given_up}")


def _show_reference(lines: Iterable["Line"]) -> None:
    from conformance.cli.console import say

    say("reference, microseconds of processor time: median (quickest to slowest)")
    for line in lines:
        ours, theirs = (_microseconds(times, line.count) for times in (line.ours, line.theirs))
        reach = f"  {'within' if line.reached else 'NOT within'} {line.reach:g}" if line.reach else ""
        say(f"  {line.what:<55} {ours}  bare {theirs}  ratio {line.ratio:5.2f}{reach}")


def _seconds(times: "Times") -> str:
    quickest, slowest = times.spread
    return f"{times.median:7.2f} s  ({quickest:.2f} to {slowest:.2f})"


def _microseconds(times: "Times", count: int) -> str:
    median, quickest, slowest = (seconds / count * 1e6 for seconds in (times.median, *times.spread))
    return f"{median:8.2f} ({quickest:.2f} to {slowest:.2f})"


def _suite_json(target: str, figures: "Figures") -> dict[str, object]:
    return {
        "target": target,
        "cases": figures.cases,
        "verdicts": dict(figures.verdicts),
        "plays": figures.plays,
        "octets": figures.octets,
        "suite_seconds": figures.suite.rounds,
        "replay_seconds": figures.replay.rounds,
        "ratio": figures.ratio,
        "timer_seconds": figures.timer,
        "timer_of": figures.timer_of,
        "start_seconds": figures.start,
        "allowed_seconds": figures.allowed,
        "reached": figures.reached,
        "cut_short": figures.cut_short,
        "given_up": figures.given_up,
    }


def _line_json(line: "Line") -> dict[str, object]:
    return {
        "what": line.what,
        "per_second": line.count / line.ours.median,
        "bare_per_second": line.count / line.theirs.median,
        "ours_seconds": [seconds / line.count for seconds in line.ours.rounds],
        "bare_seconds": [seconds / line.count for seconds in line.theirs.rounds],
        "ratio": line.ratio,
        "reach": line.reach or None,
        "reached": line.reached,
    }
