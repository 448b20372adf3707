"""Options that several commands have, and the selection of cases that they make."""

import re
import shlex
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from conformance.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from conformance.api import Case
    from conformance.api import case as api


class Role(StrEnum):
    """The target's side of the handshake."""

    SERVER = "server"
    CLIENT = "client"
    PEER = "peer"


class Side(StrEnum):
    """Who makes the connection."""

    BINDS = "binds"
    CONNECTS = "connects"


Profile = Literal["rfc", "interop"]

Patterns = Annotated[
    list[str] | None,
    typer.Argument(metavar="CASE", help="Ids or globs: 'curve.server_hello.*', 'zmtp.*@binds'. All, if left out."),
]
Requirements = Annotated[
    list[str] | None,
    typer.Option(
        "--requirement", "-r", metavar="ID", help="Only cases that check it: 26/HELLO/padding or '26/HELLO/*'."
    ),
]
Roles = Annotated[
    list[Role] | None,
    typer.Option("--role", metavar="ROLE", help="server, client, or peer where the handshake has no sides."),
]
Mechanisms = Annotated[
    list[str] | None, typer.Option("--mechanism", "-m", metavar="NAME", help="Only this mechanism: NULL, PLAIN, CURVE.")
]
Sides = Annotated[
    list[Side] | None,
    typer.Option("--side", metavar="SIDE", help="binds or connects: which of the two the target does."),
]
Seed = Annotated[
    int, typer.Option(min=0, metavar="N", help="For the tester's randomness; the same seed sends the same octets.")
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="How many cases at once.")]
Deadline = Annotated[
    float, typer.Option("--deadline", min=0.1, metavar="SECONDS", help="How long the adapter may take to answer.")
]
Patience = Annotated[
    float | None,
    typer.Option(min=0.01, metavar="SECONDS", help="When silence is believed; measured at the start, if left out."),
]
Slow = Annotated[bool, typer.Option("--slow", help="Also play the cases that must let real time pass.")]
ReportDir = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where the reports go.  [default: reports/<target>/]", show_default=False),
]
Targets = Annotated[
    Path | None,
    typer.Option("--targets", metavar="FILE", help="A TOML file with targets of your own.", show_default=False),
]
ProfileOption = Annotated[
    Profile, typer.Option("--profile", help="Recorded in the results; both judge alike as yet.", show_default=True)
]
Strict = Annotated[bool, typer.Option("--strict", help="A recommendation that is not followed fails the run.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure that is confirmed.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="A line for every case, and tracebacks of our own bugs.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


def selected(
    patterns: Iterable[str] | None,
    requirements: Iterable[str] | None = None,
    roles: Iterable[Role] | None = None,
    mechanisms: Iterable[str] | None = None,
    sides: Iterable[Side] | None = None,
) -> "tuple[tuple[Case, api.Side], ...]":
    """The cases that these options select, each with its sides.

    Raises:
        Stop: a pattern matches nothing, or there is no such mechanism; or nothing fits all options together.
    """
    from conformance.harness.catalogue import Selection, UnknownCase, select

    selection = Selection(
        patterns=tuple(patterns or ()),
        requirements=tuple(requirements or ()),
        roles=tuple(roles or ()),
        mechanisms=known_mechanisms(mechanisms),
        sides=tuple(side.value for side in sides or ()),
    )
    try:
        found = select(selection)
    except UnknownCase as unknown:
        raise Stop(Exit.USAGE, str(unknown)) from None
    if not found:
        raise Stop(Exit.NOTHING, "nothing to do: no case fits all of these options together")
    return found


def known_mechanisms(names: Iterable[str] | None) -> tuple[str, ...]:
    """The mechanisms, in upper case; raises Stop for one that no case is about."""
    from conformance.harness.catalogue import cases

    known = tuple(dict.fromkeys(case.under_test.mechanism for case in cases().values()))
    wanted = tuple(name.upper() for name in names or ())
    for name in wanted:
        if name not in known:
            raise Stop(
                Exit.USAGE,
                f"no case is about the mechanism {name!r}; there are {', '.join(known)}",
            )
    return wanted


def as_words(valued: Mapping[str, object], flags: Mapping[str, bool]) -> str:
    """Options as they are typed, without those that have no value."""
    words = [word for name, value in valued.items() if value is not None for word in (name, str(value))]
    return shlex.join([*words, *(name for name, wanted in flags.items() if wanted)])


def report_dir(target: str) -> Path:
    """Where the reports on a target go if the user does not say."""
    return Path("reports") / re.sub(r"[^A-Za-z0-9._-]+", "-", target)


def in_words(
    patterns: Iterable[str] | None,
    requirements: Iterable[str] | None = None,
    roles: Iterable[Role] | None = None,
    mechanisms: Iterable[str] | None = None,
    sides: Iterable[Side] | None = None,
) -> tuple[str, ...]:
    """The selection as it is recorded in the results."""
    named = {"--requirement": requirements, "--role": roles, "--mechanism": mechanisms, "--side": sides}
    return (*(patterns or ()), *(f"{name}={value}" for name, values in named.items() for value in values or ()))
