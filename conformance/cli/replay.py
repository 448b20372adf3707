"""`replay`: what plays one case of a run again: a line for this suite, or a script that needs none."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from conformance.cli.exits import Exit, Stop, near

_CUT = re.compile(r"with the stream cut after (\d+) octets")


def replay(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A recorded run: its results.json or events.ndjson.")],
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE", help="A case of it with its side: 'curve.server_hello.first_padding_bit@binds'."
        ),
    ],
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a script that plays it without this project.")
    ] = None,
) -> Exit:
    """Print the line that plays one case of a run again, or save it as a script to attach to a bug report.

        zmtp-conformance replay reports/libzmq/results.json 'curve.server_hello.first_padding_bit@binds'

    The script needs Python and nothing else, for CURVE PyNaCl as well. It sends what the case sent, and shows what comes
    back beside what the requirement wants; its first lines say how the implementation has to be set up. Boxes for keys that
    the implementation chooses are sealed while it runs:

        zmtp-conformance replay reports/libzmq/results.json 'curve.server_hello.first_padding_bit@binds' --save report.py

        python report.py tcp://127.0.0.1:5555

    A failure that could be a vulnerability nobody knows in public says so: report it in private first (SECURITY.md).
    """
    from conformance.cli.console import note, say
    from conformance.harness.catalogue import cases
    from conformance.report import inert

    recorded = _recorded(run)
    found = next((one for one in recorded["cases"] if one["id"] == case), None)
    if found is None:
        raise Stop(Exit.USAGE, f"{run} has no case {case!r}{near(case, [one['id'] for one in recorded['cases']])}")
    if save is None:
        say(inert(found["replay"] or f"zmtp-conformance run {recorded['target']['name']} '{case}'", 2000))
        return Exit.CONFORMS
    known = cases().get(found["case"])
    if known is None:
        raise Stop(Exit.USAGE, f"there is no case {found['case']} any more: {run} is of another version of the suite")
    _save(save, known, found, recorded)
    say(f"{save}: plays {case}; its first lines say how")
    if known.sensitive:
        note("this could be a vulnerability that is not known in public: report it in private first (SECURITY.md)")
    return Exit.CONFORMS


def _save(path: Path, case: Any, found: Mapping[str, Any], recorded: Mapping[str, Any]) -> None:
    from conformance.report import ReportError
    from conformance.report.files import write_whole
    from conformance.standalone.script import Unexplained, script

    target = f"{recorded['target']['name']} {recorded['target']['version']}".strip()
    cut = _CUT.search(found["reason"])
    try:
        text = script(
            case,
            found["side"],
            recorded["seed"],
            f"{found['verdict']}: {found['reason']}",
            found["requirement"],
            target,
            int(cut[1]) if cut else 0,
        )
    except Unexplained as reason:
        raise Stop(Exit.NOTHING, f"{found['id']} cannot be a script of its own: {reason}") from None
    try:
        write_whole(path, text.encode())
    except ReportError as error:
        raise Stop(Exit.FAULT, str(error)) from None


def _recorded(path: Path) -> Mapping[str, Any]:
    from conformance.report import ReportError, read_events, read_results

    try:
        return read_events(path) if path.suffix == ".ndjson" else read_results(path)
    except ReportError as error:
        raise Stop(Exit.USAGE, str(error)) from None
