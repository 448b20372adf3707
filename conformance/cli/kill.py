"""`kill`: can the cases fail? Each faulty peer, and the case that turns red for it."""

import time
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop, near


def kill(
    fault: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only these faults: ids or globs.")] = None,
    cases: options.Patterns = None,
    mechanism: options.Mechanisms = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Every case against every fault, not the first that kills.")
    ] = False,
    verbose: options.Verbose = False,
    json: options.Json = False,
) -> Exit:
    """Measure the power of the cases: play them, in memory, against peers with one thing wrong each.

    All faults; survivors are listed by name and make the exit code 1:

        zmtp-conformance kill

    Which cases see that a server lets a bad HELLO pass:

        zmtp-conformance kill --fault 'accepts.CURVE.HELLO.*' --thorough -v

    What a ROUTER can get wrong, and who sees it:

        zmtp-conformance kill --fault 'ROUTER.*' -v
    """
    from conformance.cli.console import say, say_json
    from conformance.cli.progress import progress
    from conformance.harness.kill import Wrong, matrix
    from spec_model.faults import faults
    from spec_model.patterns.faults import pattern_faults

    known: dict[str, Wrong] = {**faults(), **{one.id: one for one in pattern_faults()}}
    for pattern in fault or ():
        if not any(fnmatchcase(name, pattern) for name in known):
            raise Stop(Exit.USAGE, f"no fault matches {pattern!r}{near(pattern, known)}")
    wanted = [one for one in known.values() if not fault or any(fnmatchcase(one.id, pattern) for pattern in fault)]
    chosen = options.selected(cases, mechanisms=mechanism)
    began = time.monotonic()
    with progress(len(wanted), verbose=verbose) as tell:
        found = matrix(wanted, chosen, lambda one: tell(_word(one), one.fault.id, _by(one)), thorough=thorough)
    killed = [one for one in found.visible if one.killed]
    survivors = found.survivors
    if json:
        say_json(
            {
                "faults": len(found.kills),
                "visible": len(found.visible),
                "killed": len(killed),
                "survivors": [one.fault.id for one in survivors],
                "matrix": {one.fault.id: _as_json(one) for one in found.kills},
            }
        )
    else:
        for one in survivors:
            say(f"survives: {one.fault.id}: {one.fault.title} ({', '.join(one.fault.requirements)})")
        say(
            f"{len(found.kills)} faults, {len(found.visible)} that can show, {len(killed)} killed, "
            f"{len(survivors)} survive; {time.monotonic() - began:.1f} s"
        )
    return Exit.FAILS if survivors else Exit.CONFORMS


def _word(one: Any) -> str:
    if one.killed:
        return "killed"
    return "survives" if one.fault.visible else "invisible"


def _by(one: Any) -> str:
    return ", ".join(one.by) or one.fault.because


def _as_json(one: Any) -> Mapping[str, Any]:
    return {
        "title": one.fault.title,
        "requirements": list(one.fault.requirements),
        "visible": one.fault.visible,
        "because": one.fault.because,
        "killed": one.killed,
        "by": list(one.by),
        "others": list(one.others),
        "played": one.played,
    }
