"""From a target's name to a running adapter."""

import os
from pathlib import Path

import conformance
from conformance.adapters.errors import AdapterCrashed, AdapterError, AdapterNotStarted
from conformance.adapters.process import AdapterProcess
from conformance.adapters.registry import BUILT_IN, FAULTY, Registry, RegistryError, Target
from conformance.cli.exits import Exit, Stop, near
from conformance.cli.making import ensure_made
from conformance.cli.session import Subject
from conformance.cli.supervision import Supervised
from conformance.harness.tcp import Adapters

LIBZMQ = "conformance.adapters.libzmq"
_FIRST = {"socket_type": "DEALER", "mechanism": "NULL", "as_server": False, "bind": True, "options": {"linger_ms": 0}}


def resolve(name: str, extra: Path | None = None, library: Path | None = None) -> Target:
    """The target of that name, with a library if one is given.

    Raises:
        Stop: there is no such target, fault or library, or the user's file of targets is no good.
    """
    try:
        found = Registry.load(extra).resolve(name)
    except RegistryError as error:
        raise Stop(Exit.USAGE, str(error)) from None
    if name.startswith(FAULTY):
        _check_fault(name.removeprefix(FAULTY))
    if library is not None:
        if LIBZMQ not in found.command or found.build:
            raise Stop(Exit.USAGE, f"--library is for libzmq; {name} has none to choose")
        if os.sep in str(library) and not library.is_file():
            raise Stop(Exit.UNREACHABLE, f"there is no library {library}")
        found = found.with_arguments("--library", str(library))
    return found


def _check_fault(fault: str) -> None:
    from conformance.adapters.reference.faulty import titles

    if fault not in titles():
        raise Stop(Exit.USAGE, f"no fault is called {fault!r}{near(fault, titles())}")


def environment_of(target: Target) -> dict[str, str]:
    """What is added to the environment of this target's adapter.

    Our own adapters find the packages that we run from, whatever lies in the current directory.
    """
    environment = dict(target.environment)
    if target.file == BUILT_IN:
        places = (str(Path(conformance.__file__).parent.parent), os.environ.get("PYTHONPATH"))
        environment |= {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(filter(None, places))}
    return environment


def process_of(target: Target) -> AdapterProcess:
    """An adapter process of this target, not yet started."""
    return AdapterProcess(target.command, name=target.name, environment=environment_of(target))


def attach(target: Target, deadline: float) -> tuple[Subject, Supervised]:
    """Start the target's adapter and open a socket with it, so that what cannot work is known before anything is judged.

    Args:
        deadline: how long the adapter may take to answer, in seconds; for its hello it has 10 s at least.

    Raises:
        Stop: it has to be built first, does not start, or is at fault at once.
    """
    ensure_made(target)
    try:
        first = _start(target, deadline)
        try:
            opened = first.ask("open", deadline, **_FIRST)
            if opened.ok:
                first.ask("close", deadline, handle=opened["handle"])
        except BaseException:
            first.stop()
            raise
    except (AdapterNotStarted, AdapterCrashed) as error:
        raise Stop(Exit.UNREACHABLE, str(error)) from None
    except AdapterError as error:
        raise Stop(Exit.FAULT, str(error)) from None
    assert first.hello is not None
    said = first.hello.fields
    waiting = [first]
    adapters = Adapters(lambda: waiting.pop() if waiting else _start(target, deadline))
    adapters.process()
    details = {name: value for name, value in said.items() if name not in ("version", "protocol")}
    return Subject(target.name, said["version"], details), Supervised(target.name, adapters, deadline)


def _start(target: Target, deadline: float) -> AdapterProcess:
    process = process_of(target)
    try:
        process.start(max(deadline, 10.0))
    except BaseException:
        process.stop()
        raise
    return process
