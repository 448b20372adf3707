"""`targets`: what can be judged here, what is missing where it cannot, and making that."""

from typing import Annotated, Any

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop

HELLO_SECONDS = 5.0


def targets(
    names: Annotated[list[str] | None, typer.Argument(metavar="TARGET", help="Only these.", show_default=False)] = None,
    extra: options.Targets = None,
    json: options.Json = False,
) -> Exit:
    """List the targets, and start each adapter once to see whether it is ready.

    Which targets are ready, and in which version:

        zmtp-conformance targets

    A file with targets of your own; the form is that of conformance/adapters/registry.toml:

        zmtp-conformance targets --targets my-targets.toml

    Make the adapter of one that is missing:

        zmtp-conformance targets build jeromq

    With names given, exit code 3 says that one of them is not ready.
    """
    from conformance.adapters.registry import Registry, RegistryError
    from conformance.cli.console import coloured, say, say_json
    from conformance.cli.target import resolve

    try:
        wanted = names or Registry.load(extra).names()
    except RegistryError as error:
        raise Stop(Exit.USAGE, str(error)) from None
    found = [_look(resolve(name, extra)) for name in wanted]
    if json:
        say_json(found)
    else:
        for entry in found:
            state = coloured("ready" if entry["ready"] else "missing", 8)
            state.stylize("green" if entry["ready"] else "yellow")
            state.append(f" {entry['name']:<12} {entry['version'] or entry['missing']}", "not bold default")
            say(state)
            say(f"         {'':<12} {entry['about']}")
    return Exit.UNREACHABLE if names and not all(entry["ready"] for entry in found) else Exit.CONFORMS


def build(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="TARGET", help="What to make.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that can be made.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what has been made before.")] = False,
    extra: options.Targets = None,
) -> Exit:
    """Make the adapters of targets with the targets' own ordinary tools, or fetch an older libzmq.

    The adapter of JeroMQ, with Maven:

        zmtp-conformance targets build jeromq

    An older release of libzmq; `run` fetches it too when it is first used:

        zmtp-conformance targets build libzmq@4.3.1

    What is made is kept in $ZMTP_CONFORMANCE_CACHE, or else in zmtp-conformance in the user's cache folder.
    Exit codes: 0 all is made, 3 something cannot be made.
    """
    from conformance.adapters.registry import Registry, RegistryError
    from conformance.cli.console import complain, note
    from conformance.cli.making import make
    from conformance.cli.target import resolve

    if every == bool(names):
        raise Stop(Exit.USAGE, "name the targets to build, or say --all")
    try:
        found = [resolve(name, extra) for name in names or Registry.load(extra).names()]
    except RegistryError as error:
        raise Stop(Exit.USAGE, str(error)) from None
    failed = False
    for target in found:
        if target.build is None:
            if not every:
                note(f"{target.name}: nothing to build")
        elif target.build.done and not again:
            note(f"{target.name}: ready")
        else:
            try:
                make(target, again=again)
            except Stop as stop:
                complain(str(stop))
                failed = True
    return Exit.UNREACHABLE if failed else Exit.CONFORMS


def _look(target: Any) -> dict[str, Any]:
    """One target as `--json` prints it."""
    from conformance.adapters.errors import AdapterError
    from conformance.cli.making import lacking
    from conformance.cli.target import process_of

    entry = {
        "name": target.name,
        "about": target.about,
        "ready": False,
        "version": "",
        "missing": "",
        "roles": list(target.roles),
        "mechanisms": list(target.mechanisms),
        "socket_types": list(target.socket_types),
    }
    if missing := lacking(target):
        return {**entry, "missing": missing}
    process = process_of(target)
    try:
        said = process.start(HELLO_SECONDS).fields
    except AdapterError as error:
        return {**entry, "missing": str(error)}
    finally:
        process.stop()
    told = {name: said[name] for name in ("version", "roles", "mechanisms", "socket_types")}
    return {**entry, "ready": True, **told}
