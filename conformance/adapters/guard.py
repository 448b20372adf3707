"""What stays behind an adapter process: the last of its log, and those who end it when the harness cannot.

Theory of operation: a daemon thread reads the adapter's stderr, so that a talkative adapter never blocks, and keeps the
last 64 KiB. Against orphans stand three: `AdapterProcess.stop`, an exit handler that stops whatever still runs, and for
a harness that is killed a Watchdog: a shell that reads a pipe from us, and kills the adapter's process group when that
pipe ends without the word that dismisses it.
"""

import atexit
import contextlib
import os
import subprocess
import threading
from collections import deque
from typing import IO, Protocol

STDERR_TAIL = 64 * 1024  # octets

_WATCH = 'read -r word || kill -s KILL -- "-$0"'  # dash does not know `kill -KILL --`


class Stderr:
    """The last 64 KiB of a stream, drained by a thread."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stream: IO[bytes] | None = None

    def drain(self, stream: IO[bytes]) -> None:
        """Read the stream to its end in a thread of its own."""
        self._stream = stream
        self._thread = threading.Thread(target=self._run, args=(stream,), name="adapter-stderr", daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What has been read, at most the last 64 KiB; octets that are not UTF-8 are escaped."""
        with self._lock:
            return b"".join(self._chunks)[-STDERR_TAIL:].decode(errors="backslashreplace")

    def last_line(self, limit: int = 300) -> str:
        """The last line that is not blank, printable and of bounded length; empty if there is none."""
        lines = [line.strip() for line in self.text().splitlines() if line.strip()]
        if not lines:
            return ""
        line = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in lines[-1][:limit])
        return line if len(lines[-1]) <= limit else line + "..."

    def settle(self, seconds: float = 0.5) -> None:
        """Wait for the end of the stream, for a bounded time: a grandchild may keep it open."""
        if self._thread:
            self._thread.join(seconds)

    def close(self) -> None:
        """Give the stream up; where a stranger still holds its other end, the thread stays with it and ends then."""
        self.settle()
        if self._stream and self._thread and not self._thread.is_alive():
            self._stream.close()

    def _run(self, stream: IO[bytes]) -> None:
        while chunk := os.read(stream.fileno(), 1 << 16):
            with self._lock:
                self._chunks.append(chunk)
                self._size += len(chunk)
                while self._size - len(self._chunks[0]) >= STDERR_TAIL:
                    self._size -= len(self._chunks.popleft())


class Watchdog:
    """A shell that kills a process group when we end without dismissing it; nothing where there is no shell."""

    def __init__(self, group: int) -> None:
        self._shell: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _WATCH, str(group)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,  # a Ctrl-C is for the harness alone
            )

    def dismiss(self) -> None:
        """Let the shell go without harm, and wait until it has gone: the group's number may be another's soon."""
        if self._shell and self._shell.stdin:
            with contextlib.suppress(OSError):
                self._shell.stdin.write(b"dismissed\n")
            self._shell.stdin.close()
            self._shell.wait()
            self._shell = None


class Stoppable(Protocol):
    """What can be stopped at exit."""

    def stop(self, grace_seconds: float = ...) -> None: ...


_running: set[Stoppable] = set()


def end_at_exit(process: Stoppable) -> None:
    """Stop this process when the interpreter exits, unless `forget` is called first."""
    if not _running:
        atexit.register(_stop_all)
    _running.add(process)


def forget(process: Stoppable) -> None:
    """The process has been stopped."""
    _running.discard(process)
    if not _running:
        atexit.unregister(_stop_all)


def _stop_all() -> None:
    for process in tuple(_running):
        process.stop(0.2)
