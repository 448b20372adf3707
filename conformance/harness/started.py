"""One run of a command: in a process group of its own, which a watchdog ends should we be killed, and never left behind."""

import contextlib
import os
import signal
import subprocess
import time

from conformance.adapters.guard import Stderr, Watchdog

GRACE_SECONDS = 1.0
"""How long a command may take to end itself once it is asked to."""

_CRASHES = frozenset(
    {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE, -signal.SIGTRAP}
)


class Started:
    """One run of the command, for one connection; `told` says that its death is known."""

    def __init__(self, line: list[str], handle: str, endpoint: str) -> None:
        self.handle, self.endpoint = handle, endpoint
        self._process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        self._watchdog = Watchdog(self._process.pid)
        self._stderr = Stderr()
        assert self._process.stderr is not None
        self._stderr.drain(self._process.stderr)
        self._kill_at = 0.0
        self.told = False
        self.fileno = -1
        with contextlib.suppress(AttributeError, OSError):  # where there are no such descriptors, deadlines find it out
            self.fileno = os.pidfd_open(self._process.pid)

    @property
    def died(self) -> str:
        """How it crashed, if it did and nobody was told; none of our signals does that."""
        status = self._process.poll()
        if self.told or status not in _CRASHES:
            return ""
        return f"the command died of {signal.Signals(-status).name}{f': {self.last_words}' if self.last_words else ''}"

    @property
    def failed(self) -> bool:
        """Whether it has ended, and not well."""
        return bool(self._process.poll())

    @property
    def last_words(self) -> str:
        """The last line that it wrote to its standard error, or its exit status."""
        status = self._process.poll()
        self._stderr.settle(0.1)
        said = self._stderr.last_line()
        return said or (f"the command ended with status {status}" if status is not None else "")

    @property
    def ended(self) -> bool:
        """Whether the process has ended; `gone` may still have to clear up."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Ask it to end; `gone` sees to it that it does."""
        if not self._kill_at:
            self._kill_at = time.monotonic() + GRACE_SECONDS
            self._signal(signal.SIGTERM)

    def gone(self) -> bool:
        """Whether it has ended; what it leaves behind is ended with it. Closes the descriptor."""
        if self._process.poll() is None:
            if self._kill_at and time.monotonic() >= self._kill_at:
                self._signal(signal.SIGKILL)
                self._process.wait()
            else:
                return False
        if self.died:
            return False  # until somebody is told
        self._signal(signal.SIGKILL)
        self._watchdog.dismiss()
        self._stderr.close()
        if self.fileno >= 0:
            os.close(self.fileno)
            self.fileno = -1
        return True

    def wait(self) -> None:
        """Wait until it has ended if it is asked to, at most for the grace."""
        if self._kill_at:
            try:
                self._process.wait(max(0.0, self._kill_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
