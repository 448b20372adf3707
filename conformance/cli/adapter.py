"""`check-adapter`: is an adapter honest?"""

from typing import Annotated

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop


def check_adapter(
    command: Annotated[
        list[str], typer.Argument(metavar="TARGET | COMMAND", help="A target, or an adapter's command line.")
    ],
    targets: options.Targets = None,
    deadline: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="How long each step may take.")] = 5.0,
    json: options.Json = False,
) -> Exit:
    """Prove an adapter honest: it refuses what it cannot do, answers in time, loses and mixes nothing.

    The adapter of a target:

        zmtp-conformance check-adapter libzmq

    One that you are writing; put -- before a command that has options of its own:

        zmtp-conformance check-adapter -- ./my-adapter --some-option

    Exit codes: 0 all is well, 3 it does not start, 4 it failed a check.
    """
    from conformance.adapters import check
    from conformance.adapters.registry import AT, FAULTY, Registry, RegistryError
    from conformance.cli.console import coloured, say, say_json
    from conformance.cli.making import ensure_made
    from conformance.cli.target import environment_of, resolve
    from conformance.report import inert

    try:
        known = Registry.load(targets).targets
    except RegistryError as error:
        raise Stop(Exit.USAGE, str(error)) from None
    line, environment = tuple(command), dict[str, str]()
    if len(command) == 1 and (command[0] in known or command[0].startswith((FAULTY, AT))):
        target = resolve(command[0], targets)
        ensure_made(target)
        line, environment = target.command, environment_of(target)
    findings = check.check_adapter(line, environment=environment, deadline_seconds=deadline)
    if json:
        say_json([{"name": one.name, "verdict": one.verdict, "line": one.line} for one in findings])
    else:
        for one in findings:
            text = coloured(one.verdict, 11)
            text.append(f" {one.name}: {inert(one.line, 500)}", "not bold default")
            say(text)
    failed = [one.name for one in findings if one.verdict == "failed"]
    if "starts" in failed and len(findings) == 1:
        return Exit.UNREACHABLE
    return Exit.FAULT if failed else Exit.CONFORMS
