"""How an adapter process is made to end, and how it ended.

Theory of operation: first it is asked, by `quit` and the end of its stdin, while its stdout is read on so that it
cannot hang in a last word. Then it is told, by SIGTERM to its whole process group. SIGKILL is the caller's, who sends
it in any case, also for those whom the adapter has left behind.
"""

import contextlib
import os
import signal
import subprocess
import time

from conformance.adapters.exchange import Exchange, await_ready


def leave(process: subprocess.Popen[bytes], exchange: Exchange | None, grace: float) -> None:
    """Ask the process to go, then tell it to, each time for `grace` seconds; it may still be there afterwards."""
    deadline = time.monotonic() + grace
    if exchange and process.stdin and not process.stdin.closed:
        with contextlib.suppress(OSError):  # a full or broken pipe; closing it says the same
            os.write(process.stdin.fileno(), b'{"id":0,"op":"quit"}\n')
        process.stdin.close()
        # A child that outlives the adapter may hold the pipe open, so that there is no end of file to wait for.
        while not exchange.eof and process.poll() is None and (remaining := deadline - time.monotonic()) > 0:
            await_ready(min(remaining, 0.02), readable=exchange.stdout)
            exchange.read()
    if not ended(process, max(0.0, deadline - time.monotonic())):
        signal_group(process.pid, signal.SIGTERM)
        signal_group(process.pid, signal.SIGCONT)  # a suspended process hears SIGTERM only once it goes on
        ended(process, grace)


def ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ends within so many seconds."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def how_it_ended(status: int | None) -> str:
    """An exit status in words, for the sentence `the adapter ...`."""
    if status is None:
        return "closed its stdout but runs on"
    if status >= 0:
        return f"crashed: exit status {status}"
    try:
        return f"crashed: killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"crashed: killed by signal {-status}"


def signal_group(group: int, number: int) -> None:
    """Signal a process group that may have gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
