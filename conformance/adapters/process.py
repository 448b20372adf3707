"""The harness' end of the adapter protocol: one adapter process, asked without waiting and never left behind.

Theory of operation: the adapter runs in a session of its own, so that Ctrl-C reaches the harness alone and one signal
reaches all the adapter's children. `post` writes a request and returns its id; `pump` returns the replies that are there;
`fileno` goes into the harness' selector, and `ask` is the two in one for those who can wait. While `post` waits for a full
pipe it reads replies, so that two full pipes cannot block each other. A thread keeps the last 64 KiB of the adapter's
stderr. Everything that an adapter can do wrong is an AdapterError whose text is one printable line.

Nothing survives the harness, however that ends: `stop` and an exit handler end the process group, and where the harness
is killed, a shell that waits on a pipe from it does. (Linux' PR_SET_PDEATHSIG would reach neither the group nor a Mac, and
kills the child as soon as the *thread* that started it ends.)

One thread at a time may use an AdapterProcess.
"""

import json
import os
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from conformance.adapters.fields import brief
from conformance.adapters.guard import Stderr, Watchdog, end_at_exit, forget
from conformance.adapters.protocol import (
    MAX_LINE,
    PROTOCOL,
    BadMessage,
    Reply,
    validate_reply,
    validate_request,
)

MAX_BACKLOG = 256 * 1024 * 1024  # octets of replies that nobody has taken


class AdapterError(Exception):
    """An adapter is at fault; the text is one line, `stderr` the last of what the adapter logged."""

    def __init__(self, text: str, stderr: str = "") -> None:
        super().__init__(text)
        self.stderr = stderr


class AdapterNotStarted(AdapterError):
    """The command cannot be run, or ended before it said hello, or speaks another version of the protocol."""


class AdapterCrashed(AdapterError):
    """The process ended, or closed its stdout, without being asked to; `status` is negative for a signal."""

    def __init__(self, text: str, stderr: str = "", status: int | None = None) -> None:
        super().__init__(text, stderr)
        self.status = status


class AdapterHung(AdapterError):
    """A reply did not come in time, or the process no longer reads its requests."""


class AdapterRubbish(AdapterError):
    """A line is not JSON, breaks the protocol, or answers what nobody asked."""


class AdapterFlood(AdapterError):
    """The adapter writes more than anybody could have asked for."""


class AdapterProcess:
    """One adapter process: `with AdapterProcess(command) as adapter: adapter.start(); adapter.ask("open", 5, ...)`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str = "",
        environment: Mapping[str, str] | None = None,
        patience: float = 5.0,
        max_line: int = MAX_LINE,
    ) -> None:
        """Prepare to run a command; `environment` is added to ours, `patience` (s) is how long a write may block."""
        self.command = tuple(command)
        self.name = name or os.path.basename(self.command[0])
        self.hello: Reply | None = None  # what the adapter said of itself
        self._environment = dict(environment or {})
        self._patience = patience
        self._max_line = max_line
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr = Stderr()
        self._watchdog: Watchdog | None = None
        self._next_id = 0
        self._asked: dict[int, str] = {}  # the operations of the requests that have not been answered
        self._null_replies = 0  # how many lines we sent that an adapter may answer without an id
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._backlog: deque[tuple[Reply, int]] = deque()  # with the size of its line
        self._backlog_size = 0
        self._eof = False

    def start(self, deadline_seconds: float = 10.0) -> Reply:
        """Run the command and return its reply to `hello`; raises AdapterNotStarted and the other AdapterErrors."""
        try:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
                env={**os.environ, **self._environment},
            )
        except (OSError, ValueError) as reason:
            raise AdapterNotStarted(f"{self.name}: cannot run {brief(self.command[0])}: {reason}") from None
        end_at_exit(self)
        self._watchdog = Watchdog(self._process.pid)
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._stdin, self._stdout = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._stdin, False)
        os.set_blocking(self._stdout, False)
        self._stderr.drain(self._process.stderr)
        try:
            hello = self.ask("hello", deadline_seconds)
        except AdapterCrashed as crash:
            text = str(crash).replace("the adapter crashed", "the adapter did not start", 1)
            raise AdapterNotStarted(text, crash.stderr) from None
        if not hello.ok:
            raise AdapterNotStarted(self._say(f"hello was refused: {brief(hello.reason, 300)}"))
        if hello["protocol"] != PROTOCOL:
            raise AdapterNotStarted(self._say(f"speaks protocol {hello['protocol']}, this suite {PROTOCOL}"))
        self.hello = hello
        return hello

    @property
    def pid(self) -> int:
        """The process id, which is the process group's too: `os.killpg(adapter.pid, signal.SIGSTOP)` suspends it."""
        return self._running().pid

    @property
    def alive(self) -> bool:
        """Whether the process is there and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """The exit status, negative for a signal, None as long as the process runs."""
        return None if self._process is None else self._process.poll()

    @property
    def stderr_tail(self) -> str:
        """The last 64 KiB of what the adapter logged."""
        return self._stderr.text()

    @property
    def backlog(self) -> int:
        """How many replies the next `pump` returns although `fileno` may not become readable any more."""
        return len(self._backlog)

    def fileno(self) -> int:
        """The adapter's stdout, for a selector. Look at `backlog` first if `ask` or a large `post` was used between."""
        self._running()
        return self._stdout

    def post(self, op: str, **params: Any) -> int:
        """Send a request and return its id; ValueError where it breaks the protocol, then nothing has been sent."""
        message = {"id": self._next_id, "op": op, **params}
        validate_request(message)
        return self._post(message, op)

    def post_unchecked(self, op: str, **params: Any) -> int:
        """Send a request that may break the protocol: for proving that an adapter refuses it."""
        self._null_replies += 1
        return self._post({"id": self._next_id, "op": op, **params}, op)

    def post_octets(self, line: bytes) -> None:
        """Send any line; the adapter may answer it with an error whose id is null."""
        self._null_replies += 1
        self._write(line + b"\n")

    def pump(self) -> list[Reply]:
        """The replies that are there, without waiting; at the end of file AdapterCrashed, once all have been returned."""
        self._intake()
        if self._eof and not self._backlog:
            raise self._crashed()
        replies = [reply for reply, _ in self._backlog]
        self._backlog.clear()
        self._backlog_size = 0
        return replies

    def wait(self, id: int | None, deadline_seconds: float) -> Reply:
        """The reply to one posted request (None: to a line without id); others are kept for the next `pump`.

        Raises AdapterHung when the deadline has passed.
        """
        deadline = time.monotonic() + deadline_seconds
        while True:
            self._intake()
            for index, (reply, size) in enumerate(self._backlog):
                if reply.id == id:
                    del self._backlog[index]
                    self._backlog_size -= size
                    return reply
            if self._eof:
                raise self._crashed()
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                what = self._asked.get(id, "a request") if id is not None else "a malformed line"
                raise AdapterHung(self._say(f"no answer to {what} within {deadline_seconds:g} s"), self.stderr_tail)
            _wait_for(remaining, readable=self._stdout)

    def ask(self, op: str, deadline_seconds: float, **params: Any) -> Reply:
        """Send a request and wait for its reply: `post`, then `wait`."""
        return self.wait(self.post(op, **params), deadline_seconds)

    def stop(self, grace_seconds: float = 1.0) -> None:
        """End the process and all of its group: `quit`, then SIGTERM, then SIGKILL, each given the grace. Idempotent."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed:
            return
        try:
            if process.poll() is None:
                self._leave(process, grace_seconds)
        finally:
            _signal_group(process.pid, signal.SIGKILL)  # also whoever the adapter has left behind
            process.wait()
            if self._watchdog:
                self._watchdog.dismiss()
            self._stderr.close()
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()
            forget(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _leave(self, process: subprocess.Popen[bytes], grace: float) -> None:
        """Ask the process to go, more and more firmly, until it has gone or nothing but SIGKILL is left."""
        assert process.stdin
        try:
            os.write(self._stdin, b'{"id":%d,"op":"quit"}\n' % self._next_id)
        except OSError:
            pass  # a full or broken pipe; closing it says the same
        process.stdin.close()
        deadline = time.monotonic() + grace
        while not self._eof and (remaining := deadline - time.monotonic()) > 0:
            _wait_for(remaining, readable=self._stdout)
            self._read()
        if _ended(process, max(0.0, deadline - time.monotonic())):
            return
        _signal_group(process.pid, signal.SIGTERM)
        _signal_group(process.pid, signal.SIGCONT)  # a suspended process hears SIGTERM only once it goes on
        _ended(process, grace)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise AdapterNotStarted(self._say("has not been started"))
        return self._process

    def _post(self, message: Mapping[str, Any], op: str) -> int:
        id = self._next_id
        self._next_id += 1
        self._asked[id] = op
        self._write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        return id

    def _write(self, octets: bytes) -> None:
        self._running()
        rest = memoryview(octets)
        deadline = 0.0
        while rest:
            try:
                rest = rest[os.write(self._stdin, rest) :]
                deadline = 0.0
                continue
            except BlockingIOError:
                pass
            except (BrokenPipeError, ValueError):
                self._intake()
                raise self._crashed() from None
            deadline = deadline or time.monotonic() + self._patience
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                text = f"has not read its requests for {self._patience:g} s"
                raise AdapterHung(self._say(text), self.stderr_tail)
            _wait_for(remaining, readable=self._stdout, writable=self._stdin)
            self._intake()

    def _read(self) -> bytes:
        """What is in the pipe now, at most 256 KiB; empty if nothing, and at the end of file, which is noted."""
        try:
            chunk = os.read(self._stdout, 1 << 18)
        except BlockingIOError:
            return b""
        self._eof = not chunk
        return chunk

    def _intake(self) -> None:
        """Turn what is in the pipe into replies in the backlog."""
        self._running()
        while not self._eof and (chunk := self._read()):
            *lines, rest = chunk.split(b"\n")
            if lines:
                lines[0] = b"".join((*self._partial, lines[0]))
                self._partial.clear()
                self._partial_size = 0
            self._partial.append(rest)
            self._partial_size += len(rest)
            for line in lines:
                self._accept(line)
            if self._partial_size > self._max_line:
                raise AdapterFlood(self._say(f"wrote a line of more than {self._max_line} octets"), self.stderr_tail)
            if self._backlog_size > MAX_BACKLOG:
                raise AdapterFlood(self._say(f"more than {MAX_BACKLOG} octets of replies wait"), self.stderr_tail)

    def _accept(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            id = message.get("id") if isinstance(message, dict) else None
            reply = validate_reply(self._asked.get(id, "nothing") if isinstance(id, int) else "nothing", message)
        except BadMessage as bad:
            raise self._rubbish(str(bad)) from None
        except (ValueError, RecursionError):
            raise self._rubbish(f"not JSON: {brief(line.decode(errors='backslashreplace'), 100)}") from None
        if reply.id is None and self._null_replies:
            self._null_replies -= 1
        elif reply.id is None:
            raise self._rubbish(f"complains of a line of ours: {brief(reply.reason, 200)}")
        elif self._asked.pop(reply.id, None) is None:
            raise self._rubbish(f"answers request {reply.id}, which is not open")
        self._backlog.append((reply, len(line)))
        self._backlog_size += len(line)

    def _say(self, text: str) -> str:
        return f"{self.name}: the adapter {text}"

    def _rubbish(self, text: str) -> AdapterRubbish:
        return AdapterRubbish(self._say(f"wrote rubbish: {text}"), self.stderr_tail)

    def _crashed(self) -> AdapterCrashed:
        process = self._running()
        _ended(process, 1.0)
        self._stderr.settle()
        status = process.poll()
        if status is None:
            how = "closed its stdout but runs on"
        elif status < 0:
            how = f"crashed: killed by {_signal_name(-status)}"
        else:
            how = f"crashed: exit status {status}"
        last = self._stderr.last_line()
        return AdapterCrashed(self._say(f"{how}: {last}" if last else how), self.stderr_tail, status)


def _wait_for(seconds: float, *, readable: int, writable: int | None = None) -> None:
    """Wait until a descriptor is ready, at most so long; poll() unlike select() takes any descriptor."""
    poll = select.poll()
    poll.register(readable, select.POLLIN)
    if writable is not None:
        poll.register(writable, select.POLLOUT)
    poll.poll(seconds * 1000)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ends within so many seconds."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
