"""`check`: judge a peer from outside, without an adapter: one that listens, or one that connects to us."""

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from conformance.cli import options
from conformance.cli.address import Address, reach, resolve
from conformance.cli.exits import Exit, Stop, near

if TYPE_CHECKING:
    from conformance.harness.blackbox import Outside
    from conformance.harness.connecting import Connecting

STARTED_PATIENCE = 1.0
"""Seconds after which silence of a peer that we started is believed."""


def check(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="tcp://HOST:PORT | COMMAND", help="Where the peer listens; with --listen, what to start."
        ),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Listen here for a peer that connects; port 0 is any free one."),
    ] = None,
    mechanism: Annotated[str, typer.Option("--mechanism", "-m", metavar="NAME", help="What the peer speaks.")] = "NULL",
    role: Annotated[
        Literal["server", "client"] | None,
        typer.Option(
            help="Its side of a CURVE or PLAIN handshake.  [default: server if it listens, client if it connects]"
        ),
    ] = None,
    socket_type: Annotated[str, typer.Option(metavar="TYPE", help="Its socket type.")] = "DEALER",
    server_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The public key of a CURVE server, in Z85 or hex.")
    ] = None,
    secret_key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            envvar="ZMTP_SECRET_KEY",
            show_envvar=False,
            help="The tester's own secret key, if not the suite's well-known one; or by ZMTP_SECRET_KEY.",
        ),
    ] = None,
    case: Annotated[
        list[str] | None, typer.Option("--case", metavar="CASE", help="Only these cases: ids or globs.")
    ] = None,
    requirement: options.Requirements = None,
    wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.1, max=15, help="How long a connection of a peer may take to come."),
    ] = 10.0,
    patience: options.Patience = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let HOST be another machine than this one.")
    ] = False,
    report_dir: options.ReportDir = None,
    seed: options.Seed = 0,
    jobs: options.Jobs = 8,
    slow: options.Slow = False,
    profile: options.ProfileOption = "rfc",
    strict: options.Strict = False,
    fail_fast: options.FailFast = False,
    verbose: options.Verbose = False,
    json: options.Json = False,
) -> Exit:
    """Judge a peer from outside. Cases that need an adapter, or another kind of peer, are listed as unsupported.

    A PULL that listens:

        zmtp-conformance check tcp://127.0.0.1:5555 --socket-type PULL

    A CURVE server, whose public key is known:

        zmtp-conformance check tcp://127.0.0.1:5555 -m CURVE --server-key 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'

    A peer that connects; the command is started once for each connection, and {endpoint}, {host}, {port} and
    {server_key} in it are replaced. A fixed port means one case at a time:

        zmtp-conformance check --listen 127.0.0.1:0 -- ./my-client --connect {endpoint}

    A peer that somebody else starts, and that connects again whenever it is cut off:

        zmtp-conformance check --listen 127.0.0.1:5555
    """
    from conformance.cli.console import note
    from conformance.cli.keys import keys_for
    from conformance.cli.session import Manner, Session, Subject, unsupported
    from conformance.harness.blackbox import Bound, fit
    from conformance.harness.connecting import Connecting
    from conformance.harness.keys import PASSWORD, USERNAME
    from conformance.harness.player import Settings
    from conformance.harness.runner import Plan
    from spec_model.crypto.keys import z85_encode

    (known,) = options.known_mechanisms([mechanism])
    chosen = options.selected(case, requirement)
    command = tuple(words or ()) if listen is not None else ()
    target = _target(words, listen, known, role, _socket_type(socket_type), several=bool(command) or listen is None)
    keys = keys_for(target, server_key, secret_key)
    place_named = listen if listen is not None else (words or [""])[0]
    address = resolve(place_named, allow_remote=allow_remote, listen=listen is not None)
    if (known, target.role) == ("PLAIN", "server"):
        note(f"we authenticate ourselves as {USERNAME!r} with the password {PASSWORD!r}")
    behind: Bound | Connecting
    if listen is None:
        reach(address)
        behind, name = Bound(str(address)), str(address)
    else:
        behind = _listen(address, command, z85_encode(keys.server.public), wait)
        name = shlex.join(command) if command else "a peer that connects"
        if (known, target.role) == ("CURVE", "client"):
            note(f"the public key of our CURVE server, in Z85: {z85_encode(keys.server.public)}")
        if not command:
            note(f"waiting on {behind.endpoint} for a {known} {target.role} that connects; start it now")
        _await(behind)
        jobs = jobs if behind.at_once else 1
    given = options.as_words(
        {
            "--listen": listen,
            "--mechanism": known if known != "NULL" else None,
            "--role": role,
            "--socket-type": target.socket_type if target.socket_type != "DEALER" else None,
            "--server-key": server_key,
            "--wait": wait if wait != 10 else None,
            "--patience": patience,
            "--seed": seed or None,
        },
        {"--allow-remote": allow_remote, "--slow": slow},
    )
    if secret_key:
        given = f'{given} --secret-key "$ZMTP_SECRET_KEY"'
    place = shlex.join(words or ()) if listen is None else shlex.join(("--", *command)) if command else ""

    def replay(name: str) -> str:
        return " ".join(filter(None, ("zmtp-conformance check", given, f"--case '{name}'", place)))

    fitting, unfit = [], []
    for one, side in chosen:
        put = fit(one, side, target)
        if isinstance(put, str):
            unfit.append(unsupported(one, side, put))
        else:
            fitting.append((put, side))
    details = {
        "endpoint": str(address),
        "side": target.side,
        "mechanism": known,
        "role": target.role,
        "socket_type": target.socket_type,
        "command": list(command),
    }
    manner = Manner(
        directory=report_dir or options.report_dir(str(address) if listen is None else "listen"),
        replay=replay,
        profile=profile,
        selection=options.in_words(case, requirement),
        strict=strict,
        fail_fast=fail_fast,
        verbose=verbose,
        as_json=json,
    )
    settings = Settings(driven=False, keys=keys, witness=target.several)
    if patience is None and command:
        patience = STARTED_PATIENCE  # what is measured would hold the start of the command against its answers
    plan = Plan(jobs=jobs, seed=seed, slow=slow, patience=patience)
    code = Session(Subject(name, "", details), behind, settings, plan, manner).run(fitting, unfit)
    if listen is None and code is not Exit.INTERRUPTED:
        reach(address, "any more: it went away during the run, so what came after that was not judged")
    return code


def _target(
    words: list[str] | None, listen: str | None, mechanism: str, role: str | None, socket_type: str, *, several: bool
) -> "Outside":
    from conformance.harness.blackbox import Outside

    if listen is None and len(words or ()) != 1:
        raise Stop(Exit.USAGE, "name one peer, tcp://HOST:PORT, or listen for one that connects: --listen HOST:PORT")
    if mechanism == "NULL" and role is not None:
        raise Stop(Exit.USAGE, "the mechanism NULL has no sides: leave --role out")
    as_server = None if mechanism == "NULL" else (role == "server") if role else listen is None
    return Outside("binds" if listen is None else "connects", mechanism, as_server, socket_type, several)


def _socket_type(name: str) -> str:
    from spec_model.patterns.compatibility import PEERS

    if name.upper() not in PEERS:
        raise Stop(Exit.USAGE, f"there is no socket type {name!r}{near(name.upper(), PEERS)}")
    return name.upper()


def _listen(address: Address, command: Iterable[str], server_key: str, wait: float) -> "Connecting":
    from conformance.harness.connecting import Connecting

    try:
        return Connecting(address.host, address.port, command, {"server_key": server_key}, wait)
    except OSError as error:
        raise Stop(Exit.UNREACHABLE, f"cannot listen on {address}: {error.strerror or error}") from None


def _await(behind: "Connecting") -> None:
    """Wait for a first connection; raise Stop if none comes."""
    try:
        missing = behind.first_contact()
    except BaseException:
        behind.stop()
        raise
    if missing:
        behind.stop()
        raise Stop(Exit.UNREACHABLE, missing)
