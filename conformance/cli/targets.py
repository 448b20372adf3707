"""`targets`: what can be judged here, and what is missing where it cannot."""

import shutil
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

    With names given, exit code 3 says that one of them is not ready.
    """
    from conformance.adapters.registry import Registry, RegistryError
    from conformance.cli.console import coloured, say, say_json
    from conformance.cli.target import resolve

    try:
        wanted = list(names or Registry.load(extra).targets)
    except RegistryError as error:
        raise Stop(Exit.USAGE, str(error)) from None
    found = [_look(resolve(name, extra)) for name in wanted]
    if json:
        say_json(found)
    else:
        for entry in found:
            state = coloured("ready" if entry["ready"] else "missing", 8)
            state.stylize("green" if entry["ready"] else "yellow")
            state.append(f" {entry['name']:<12} {entry['version'] or entry['missing']}")
            say(state)
            say(f"         {'':<12} {entry['about']}")
    return Exit.UNREACHABLE if names and not all(entry["ready"] for entry in found) else Exit.CONFORMS


def _look(target: Any) -> dict[str, Any]:
    """One target as `--json` prints it."""
    from conformance.adapters.errors import AdapterError
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
    process = process_of(target)
    try:
        said = process.start(HELLO_SECONDS).fields
    except AdapterError as error:
        tools = [tool for tool in (target.build.needs if target.build else ()) if shutil.which(tool) is None]
        return {**entry, "missing": f"{error}{'; to build it takes ' + ', '.join(tools) if tools else ''}"}
    finally:
        process.stop()
    told = {name: said[name] for name in ("version", "roles", "mechanisms", "socket_types")}
    return {**entry, "ready": True, **told}
