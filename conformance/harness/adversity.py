"""Adversity: what must not change a verdict. Each is a context in which a run is played.

A busy machine: processes that do nothing but burn time beside tester and target. A target that is now and then not there:
its processes are stopped, and continued a quarter of a second later, all through the run. Whatever else happens, the burners
are gone and the target is continued when the context is left.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator

import psutil

PERIOD = 0.25
"""Seconds for which the target is stopped, and for which it then runs."""


@contextlib.contextmanager
def calm() -> Iterator[None]:
    """Nothing at all."""
    yield


@contextlib.contextmanager
def burners(count: int) -> Iterator[None]:
    """So many processes that burn time; they end with us, however we end."""
    # Each reads its standard input in a thread: when that ends, the one who wanted it is gone.
    code = "import os,sys,threading\nthreading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()\nwhile 1: pass"
    burning = [subprocess.Popen([sys.executable, "-I", "-c", code], stdin=subprocess.PIPE) for _ in range(count)]
    try:
        yield
    finally:
        for process in burning:
            process.kill()
        for process in burning:
            process.wait()
            if process.stdin:
                process.stdin.close()


@contextlib.contextmanager
def stopping(pids: Callable[[], Iterable[int]], period: float = PERIOD) -> Iterator[None]:
    """Stop the target's processes for a period, let them run for one, and so on.

    Args:
        pids: the target's processes, asked each time: there may be others by then.
    """
    over = threading.Event()
    stopped: set[int] = set()

    def go_on() -> None:
        for pid in tuple(stopped):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            stopped.discard(pid)

    def toggle() -> None:
        while not over.wait(period):
            for pid in _with_children(pids):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
                    stopped.add(pid)
            over.wait(period)
            go_on()

    thread = threading.Thread(target=toggle, name="stopping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        go_on()


def _with_children(pids: Callable[[], Iterable[int]]) -> list[int]:
    """The processes and those that they have started; none while they change."""
    found: list[int] = []
    with contextlib.suppress(psutil.Error, RuntimeError):
        for pid in pids():
            found += [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return found
