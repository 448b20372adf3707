"""`baseline`: the accepted deviations of a target, and writing them from a full run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop
from conformance.cli.known import file_of, known_of

BaselineFile = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="The file, if not the target's own.", show_default=False),
]


def baseline(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A name that `targets` lists.")],
    file: BaselineFile = None,
    targets: options.Targets = None,
    json: options.Json = False,
) -> Exit:
    """List the accepted deviations of a target: what `run` expects of it.

    Those of libzmq:

        zmtp-conformance baseline libzmq

    Write them anew from a full run, with the words that are there already; a new entry has an empty `why`, which nobody
    accepts until a human has filled it in:

        zmtp-conformance baseline update libzmq --baseline known.toml

    The file has a table for each case, ["case@binds"] or ["case@connects"], with verdict, reason and why, and may have a
    link and the last day on which it is accepted (expires = 2027-01-31). How long something took, ports and addresses in a
    reason do not have to match. Exit code 1: an entry has expired.
    """
    from datetime import date

    from conformance.cli.console import coloured, columns, say, say_json
    from conformance.cli.target import resolve

    known = known_of(resolve(target, targets), file)
    if known is None:
        raise Stop(
            Exit.USAGE, f"no deviations of {target} are accepted; begin with: baseline update {target} --baseline FILE"
        )
    expired = [name for name, entry in known.deviations.items() if entry.expires and entry.expires < date.today()]
    if json:
        import msgspec

        say_json({name: msgspec.to_builtins(entry) for name, entry in known.deviations.items()})
        return Exit.FAILS if expired else Exit.CONFORMS
    for name, entry in known.deviations.items():
        columns(
            [
                (entry.verdict, f"{name}{f', until {entry.expires}' if entry.expires else ''}"),
                ("", entry.reason),
                ("", f"{entry.why} {entry.link}".rstrip()),
            ]
        )
    say(f"{known.path}: {len(known.deviations)} accepted deviations")
    for name in expired:
        say(coloured("failed").append(f": {name} was accepted until {known.deviations[name].expires}, which is over"))
    return Exit.FAILS if expired else Exit.CONFORMS


def update(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A name that `targets` lists.")],
    file: BaselineFile = None,
    recorded: Annotated[
        Path | None,
        typer.Option("--from", metavar="RUN", help="Take a run that was recorded: its results.json or events.ndjson."),
    ] = None,
    targets: options.Targets = None,
    report_dir: options.ReportDir = None,
    deadline: options.Deadline = 10.0,
    patience: options.Patience = None,
) -> Exit:
    """Write the accepted deviations of a target from a full run.

    The run plays all cases, the slow ones too. One that was cut short, that plays a selection, or in which a case is
    inconclusive or in error is refused, and nothing is written.

    What you wrote into `why`, `link` and `expires` stays; cases that do not deviate any more are taken out. A new entry
    has an empty `why`, and as long as one is empty `run` refuses the file: say why it is the target's fault.

        zmtp-conformance baseline update libzmq --baseline known.toml
    """
    from conformance.baseline.known import BaselineError
    from conformance.baseline.update import update as write
    from conformance.cli.console import note, say
    from conformance.cli.target import resolve

    found = resolve(target, targets)
    path = file_of(found, file)
    if path is None:
        raise Stop(Exit.USAGE, f"{target} has no baseline of its own yet: say where it goes, --baseline FILE")
    results = _recorded(recorded, target) if recorded else _played(found, report_dir, deadline, patience)
    if refused := incomplete(results):
        raise Stop(Exit.FAILS, f"no baseline can be made of this run: {refused}")
    try:
        change = write(path, target, results["cases"])
    except BaselineError as error:
        raise Stop(Exit.FAULT, str(error)) from None
    for word, names in (("added", change.added), ("changed", change.changed), ("removed", change.removed)):
        for name in names:
            say(f"{word:<8} {name}")
    counted = (f"{len(change.added)} new", f"{len(change.changed)} changed", f"{len(change.removed)} gone")
    say(f"{path}: {change.kept} as before, {', '.join(counted)}")
    if change.added:
        say("say in each new entry why it is the target's fault: an empty `why` is refused")
    if sensitive := [case["id"] for case in results["cases"] if case["sensitive"] and case["id"] in change.added]:
        note(f"{len(sensitive)} of them could be vulnerabilities that are not known in public: see SECURITY.md first")
    if change.changed:
        say("look whether `why` still explains what has changed")
    return Exit.CONFORMS


def incomplete(results: Mapping[str, Any]) -> str:
    """Why no baseline can be made of a run, or empty."""
    from conformance.harness.catalogue import Selection, select
    from conformance.harness.player import NEEDS_TIME

    cases = results["cases"]
    if results["interrupted"]:
        return "it was cut short"
    if results["selection"]:
        return f"it played a selection only: {' '.join(results['selection'])}"
    for verdict in ("error", "inconclusive"):
        doubtful = [case["id"] for case in cases if case["verdict"] == verdict]
        if doubtful:
            return f"{len(doubtful)} cases are {verdict}: {', '.join(doubtful[:3])}"
    unplayed = {f"{case.id}@{side}" for case, side in select(Selection())} ^ {case["id"] for case in cases}
    unplayed |= {case["id"] for case in cases if case["verdict"] == "unsupported" and case["reason"] == NEEDS_TIME}
    if unplayed:
        return f"its cases are not all that there are: {', '.join(sorted(unplayed)[:3])}"
    return ""


def _recorded(path: Path, target: str) -> Mapping[str, Any]:
    from conformance.report import ReportError, read_events, read_results

    try:
        results = read_events(path) if path.suffix == ".ndjson" else read_results(path)
    except ReportError as error:
        raise Stop(Exit.USAGE, str(error)) from None
    if results["target"]["name"] != target:
        raise Stop(Exit.USAGE, f"{path} is a run of {results['target']['name']}, not of {target}")
    return results


def _played(found: Any, report_dir: Path | None, deadline: float, patience: float | None) -> Mapping[str, Any]:
    """Play everything."""
    from conformance.cli.session import Manner, Session
    from conformance.cli.target import attach
    from conformance.harness.catalogue import Selection, select
    from conformance.harness.player import Settings
    from conformance.harness.runner import Plan
    from conformance.report import read_events

    subject, behind = attach(found, deadline)
    directory = report_dir or options.report_dir(found.name)
    manner = Manner(directory, lambda name: f"zmtp-conformance run {found.name} '{name}'")
    code = Session(subject, behind, Settings(), Plan(slow=True, patience=patience), manner).run(select(Selection()))
    if code not in (Exit.CONFORMS, Exit.FAILS):
        raise Stop(code, "no baseline can be made of this run")
    if behind.faults:
        raise Stop(Exit.FAULT, f"no baseline can be made of this run: the adapter was at fault: {behind.faults[-1]}")
    return read_events(directory / "events.ndjson")
