"""`run`: judge a target through its adapter."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop


def run(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A name that `targets` lists, or faulty:<id> for a faulty peer.")
    ],
    cases: options.Patterns = None,
    requirement: options.Requirements = None,
    role: options.Roles = None,
    mechanism: options.Mechanisms = None,
    side: options.Sides = None,
    library: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Judge this libzmq shared library, of any release since 4.0.")
    ] = None,
    targets: options.Targets = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", metavar="FILE", help="The accepted deviations, if not the target's own.", show_default=False
        ),
    ] = None,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Accept no deviations.")] = False,
    report_dir: options.ReportDir = None,
    seed: options.Seed = 0,
    jobs: options.Jobs = 32,
    deadline: options.Deadline = 10.0,
    patience: options.Patience = None,
    slow: options.Slow = False,
    profile: options.ProfileOption = "rfc",
    strict: options.Strict = False,
    fail_fast: options.FailFast = False,
    verbose: options.Verbose = False,
    json: options.Json = False,
) -> Exit:
    """Judge a target: play cases against it, write reports, end with a verdict table.

    The libzmq inside the installed pyzmq, all cases:

        zmtp-conformance run libzmq

    Your own build of it, the CURVE server only:

        zmtp-conformance run libzmq --library ./build/lib/libzmq.so --mechanism CURVE --role server

    One case again, on one side, with a line for everything:

        zmtp-conformance run libzmq 'curve.server_hello.first_padding_bit@binds' -v

    Deviations that are known and explained (see `baseline`) are expected: the run then ends with 0 if there are just
    these, and with 1 if one is missing, differs, or is new.
    """
    from conformance.cli.known import baseline_for
    from conformance.cli.session import Manner, Session
    from conformance.cli.supervision import MOST_FAULTS
    from conformance.cli.target import attach, resolve
    from conformance.harness.player import Settings
    from conformance.harness.runner import Plan

    chosen = options.selected(cases, requirement, role, mechanism, side)
    found = resolve(target, targets, library)
    if no_baseline and baseline:
        raise Stop(Exit.USAGE, "--baseline and --no-baseline exclude each other")
    selection = options.in_words(cases, requirement, role, mechanism, side)
    accepted = None
    if not no_baseline and (
        library is None or baseline
    ):  # what is known of a release says nothing about another library
        accepted = baseline_for(found, baseline, chosen, whole=not selection, slow=slow)
    subject, behind = attach(found, deadline)
    given = options.as_words(
        {
            "--library": library,
            "--targets": targets,
            "--patience": patience,
            "--seed": seed or None,
            "--profile": profile if profile != "rfc" else None,
        },
        {"--slow": slow},
    )

    def replay(name: str) -> str:
        return " ".join(filter(None, ("zmtp-conformance run", shlex.quote(target), given, f"'{name}'")))

    manner = Manner(
        directory=report_dir or options.report_dir(target),
        replay=replay,
        profile=profile,
        selection=selection,
        strict=strict,
        fail_fast=fail_fast,
        verbose=verbose,
        as_json=json,
        baseline=accepted,
    )
    code = Session(subject, behind, Settings(), Plan(jobs=jobs, seed=seed, slow=slow, patience=patience), manner).run(
        chosen
    )
    if 0 < len(behind.faults) < MOST_FAULTS and code is not Exit.INTERRUPTED:
        raise Stop(Exit.FAULT, f"the adapter was at fault: {behind.faults[-1]}")
    return code
