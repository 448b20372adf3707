"""The command line: `zmtp-conformance`, or `python -m conformance`.

Theory of operation: a command is a function that returns an `Exit`, or raises `Stop` with an exit code and one line.
`main` turns whatever else can happen into the same: a wrong option, Ctrl-C, a full disk, a bug of ours. Commands import
what they work with only when they are called, so that `--help` is quick.
"""

import contextlib
import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from conformance import __version__
from conformance.cli import vectors
from conformance.cli.adapter import check_adapter
from conformance.cli.baseline import baseline, update
from conformance.cli.bench import bench
from conformance.cli.cases import cases
from conformance.cli.check import check
from conformance.cli.console import complain, err, out
from conformance.cli.exits import Exit, Stop
from conformance.cli.explain import explain
from conformance.cli.generate import generate
from conformance.cli.history import history
from conformance.cli.kill import kill
from conformance.cli.machines import machines
from conformance.cli.proof import proof
from conformance.cli.replay import replay
from conformance.cli.reproduce import reproduce
from conformance.cli.requirements import requirements
from conformance.cli.run import run
from conformance.cli.signals import interruptible
from conformance.cli.targets import build, targets
from conformance.cli.truth import truth

app = typer.Typer(
    name="zmtp-conformance",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

COMMANDS: dict[str, Callable[..., Exit]] = {
    "run": run,
    "check": check,
    "targets": targets,
    "baseline": baseline,
    "replay": replay,
    "cases": cases,
    "requirements": requirements,
    "explain": explain,
    "machines": machines,
    "proof": proof,
    "generate": generate,
    "kill": kill,
    "history": history,
    "check-adapter": check_adapter,
    "bench": bench,
    "truth": truth,
}

BELOW: dict[str, dict[str, Callable[..., Exit]]] = {
    "targets": {"build": build},
    "baseline": {"update": update, "reproduce": reproduce},
}
"""Commands of a command, besides `list`, which is what it does by itself."""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zmtp-conformance {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Does an implementation of ZMTP do what the RFCs ask?

    Judge the libzmq that pyzmq brings:

        zmtp-conformance run libzmq

    Exit codes: 0 conforms, 1 does not, 2 usage, 3 the target cannot be started or reached, 4 the suite or an adapter
    is at fault, 5 nothing was judged, 130 interrupted.
    """


class _ListsByDefault(TyperGroup):
    """A command that has commands of its own; without one of their names, the first of them is meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


def _add(name: str, command: Callable[..., Exit], under: typer.Typer = app) -> None:
    """Add a command. Its docstring is its help, whose indented lines, the examples, are not wrapped."""
    text, short = _help(command)
    under.command(name, help=text, short_help=short)(command)


def _help(command: Callable[..., Exit]) -> tuple[str, str]:
    text = inspect.getdoc(command) or ""
    paragraphs = [f"\b\n{part}" if part.startswith(" ") else part for part in text.split("\n\n")]
    return "\n\n".join(paragraphs), re.split(r"[.:](?:\s|$)", text)[0]


def _add_group(name: str, commands: Mapping[str, Callable[..., Exit]]) -> None:
    """Add a command that has others below it; the first one is meant where none is named, and its help is the group's."""
    text, short = _help(next(iter(commands.values())))
    group = typer.Typer(rich_markup_mode=None)
    for below, command in commands.items():
        _add(below, command, group)
    app.add_typer(group, name=name, cls=_ListsByDefault, help=text, short_help=short)


for _name, _command in COMMANDS.items():
    if _name in BELOW:
        _add_group(_name, {"list": _command, **BELOW[_name]})
    else:
        _add(_name, _command)
_add_group(
    "vectors",
    {"check": vectors.check, "generate": vectors.generate, "export": vectors.export, "compare": vectors.compare},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; never raises."""
    try:
        with interruptible():
            code = _dispatch(arguments)
            sys.stdout.flush()
    except KeyboardInterrupt:
        complain("interrupted")
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        code = Exit.CONFORMS
    except OSError as error:
        complain(f"cannot go on: {error}")
        code = Exit.FAULT
    _close_output()
    return int(code)


def _dispatch(arguments: Sequence[str] | None) -> int:
    try:
        done = app(args=arguments, prog_name="zmtp-conformance", standalone_mode=False)
        if done == Exit.INTERRUPTED and not isinstance(done, Exit):
            raise KeyboardInterrupt  # which typer has caught
        return Exit.CONFORMS if done is None else int(done)
    except Stop as stop:
        complain(str(stop))
        return stop.code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.TyperException as wrong:  # all that is wrong with options and arguments
        return _explain(wrong)
    except (KeyboardInterrupt, OSError):
        raise
    except Exception as bug:
        from conformance.cli.session import bug_line

        if {"-v", "--verbose"} & set(arguments if arguments is not None else sys.argv[1:]):
            traceback.print_exc()
        complain(bug_line(bug))
        return Exit.FAULT


def _explain(wrong: typer.TyperException) -> int:
    context = getattr(wrong, "ctx", None)
    text = wrong.format_message().replace("Value error, ", "")
    if type(wrong).__name__ == "NoArgsIsHelpError":
        out.print(text)
    else:
        command = context.command_path if context is not None else "zmtp-conformance"
        complain(f"{text.rstrip('.')} (see {command} --help)")
    return Exit.USAGE


def _close_output() -> None:
    """Nothing must be left for the interpreter to flush into a pipe or disk that does not take it."""
    for console, stream in ((out, sys.stdout), (err, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            console.quiet = True
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())


__all__ = ["app", "main"]
