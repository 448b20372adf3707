"""Making what a target needs, with the target's own ordinary tools: all of it, or nothing.

Theory of operation: the sources are copied into a fresh folder of the cache, the commands run there, and only when all
have succeeded does one rename put the folder in its place. Whatever ends a build early - a command that fails, Ctrl-C -
ends the process group of the command that runs and removes the folder; where we are killed, a watchdog ends the group
and the next build of that target removes the folder. Two builds of one target wait for each other. What the tools say
goes to a log, which stays.
"""

import contextlib
import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from conformance.adapters.cache import sources_in
from conformance.adapters.guard import Watchdog
from conformance.adapters.leave import ended, signal_group
from conformance.adapters.registry import Build, Target

GRACE = 3.0  # seconds that a tool has to go after SIGTERM


class CannotMake(Exception):
    """Something cannot be made; the text is one line."""


def make(target: Target, environment: Mapping[str, str], told: Callable[[str], None], *, again: bool = False) -> None:
    """Make what a target needs, unless that has been done.

    Args:
        target: the target.
        environment: variables that are added to ours.
        told: gets a line for each thing that is begun.
        again: make it even if it has been done.

    Raises:
        CannotMake: a tool is missing, a command fails, the cache cannot be written.
    """
    build = target.build
    if build is None or (build.done and not again):
        return
    if missing := build.missing():
        raise CannotMake(f"needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not on the PATH")
    try:
        build.place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(build.place.parent / f".{target.name}.lock", told):
            if again or not build.done:  # by now
                _make(target.name, build, environment, told)
    except OSError as reason:
        raise CannotMake(f"the cache cannot be written: {reason}") from None


def log_of(target: Target) -> Path | None:
    """Where the tools' words of the last build of a target are; None where there is nothing to build."""
    return target.build.place.with_name(f"{target.name}.log") if target.build else None


def _make(name: str, build: Build, environment: Mapping[str, str], told: Callable[[str], None]) -> None:
    cache, prefix = build.place.parent, f".{name}.making."
    for leavings in cache.glob(f"{prefix}*"):  # of a build that was killed
        shutil.rmtree(leavings, ignore_errors=True)
    log_path = cache / f"{name}.log"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=cache))
    try:
        folder.chmod(0o755)  # mkdtemp is stricter than a cache needs to be
        if build.sources:
            _copy(build.sources, folder)
        with log_path.open("wb") as log:
            for number, command in enumerate(build.commands, 1):
                line = [word.replace("{source}", str(folder)) for word in command]
                told(f"{shlex.join(line)} ({number} of {len(build.commands)})")
                _run(line, folder, {**os.environ, **environment}, log, log_path)
        if not (folder / build.product).exists():
            raise CannotMake(f"all commands succeeded, but there is no {build.product}; the log is {log_path}")
        if build.place.exists():
            shutil.rmtree(build.place)
        folder.rename(build.place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(sources: Path, folder: Path) -> None:
    """Copy the sources, and not what earlier builds have left among them."""
    for path in sources_in(sources):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(sources / path, folder / path)


def _run(line: list[str], folder: Path, environment: Mapping[str, str], log: BinaryIO, log_path: Path) -> None:
    """Run one command to its end; whatever happens, none of its processes outlives this."""
    log.write(f"$ {shlex.join(line)}\n".encode())
    log.flush()
    start = log.tell()
    try:
        process = subprocess.Popen(
            line,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    except OSError as reason:
        raise CannotMake(f"cannot run {line[0]}: {reason.strerror}") from None
    watchdog = Watchdog(process.pid)
    try:
        status = process.wait()
    finally:
        if process.poll() is None:
            signal_group(process.pid, signal.SIGTERM)
            ended(process, GRACE)
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        watchdog.dismiss()
    if status:
        how = f"ended with status {status}" if status > 0 else f"was killed by signal {-status}"
        raise CannotMake(f"{line[0]} {how}: {_essence(log_path, start)}; the log is {log_path}")


def _essence(log: Path, start: int) -> str:
    """The line of a log that says most: the first that speaks of an error, else the last."""
    with log.open("rb") as file:
        file.seek(start)
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    line = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "it said nothing")
    return "".join(letter if letter.isprintable() else "?" for letter in line[:300])


@contextlib.contextmanager
def _alone(lock: Path, told: Callable[[str], None]) -> Iterator[None]:
    """Wait until nobody else makes the same."""
    with lock.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told("another process is making it; waiting")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
