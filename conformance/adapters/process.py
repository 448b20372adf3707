"""The harness' end of the adapter protocol: one adapter process, asked without waiting and never left behind.

Theory of operation: the adapter runs in a session of its own, so that Ctrl-C reaches the harness alone and one signal
reaches all the adapter's children. `post` writes a request and returns its id; `pump` returns the replies that are
there; `fileno` goes into the harness' selector, and `ask` is the two in one for those who can wait. Everything that an
adapter can do wrong is an AdapterError whose text is one printable line.

Nothing survives the harness, however that ends: `stop` and an exit handler end the process group, and where the
harness is killed, a shell that waits on a pipe from it does. (Linux' PR_SET_PDEATHSIG would reach neither the group
nor a Mac, and kills the child as soon as the *thread* that started it ends.)

One thread at a time may use an AdapterProcess.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from conformance.adapters.errors import (
    AdapterCrashed,
    AdapterError,
    AdapterFlood,
    AdapterHung,
    AdapterNotStarted,
    AdapterRubbish,
)
from conformance.adapters.exchange import Exchange, await_ready
from conformance.adapters.fields import brief
from conformance.adapters.guard import Stderr, Watchdog, end_at_exit, forget
from conformance.adapters.leave import ended, how_it_ended, leave, signal_group
from conformance.adapters.protocol import MAX_LINE, PROTOCOL, Reply, require_request

__all__ = [
    "AdapterCrashed",
    "AdapterError",
    "AdapterFlood",
    "AdapterHung",
    "AdapterNotStarted",
    "AdapterProcess",
    "AdapterRubbish",
]

MAX_BACKLOG = 256 * 1024 * 1024  # octets of replies that nobody has taken


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
        self._exchange: Exchange | None = None
        self._watchdog: Watchdog | None = None
        self._stderr = Stderr()
        self._stopped = False

    def start(self, deadline_seconds: float = 10.0) -> Reply:
        """Run the command and return its reply to `hello`; raises AdapterNotStarted and the other AdapterErrors."""
        try:
            self._process = process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
                env={**os.environ, **self._environment},
            )
        except (OSError, ValueError) as reason:
            text = f"{self.name}: cannot run {brief(self.command[0], 200)}: {reason}"
            raise AdapterNotStarted(text) from None
        end_at_exit(self)
        self._watchdog = Watchdog(process.pid)
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._stderr.drain(process.stderr)
        self._exchange = Exchange(
            process.stdin.fileno(),
            process.stdout.fileno(),
            lambda kind, text: kind(self._say(text), self.stderr_tail),
            patience=self._patience,
            max_line=self._max_line,
            max_backlog=MAX_BACKLOG,
        )
        try:
            hello = self.ask("hello", deadline_seconds)
        except AdapterCrashed as crash:
            text = str(crash).replace("the adapter crashed", "the adapter did not start", 1)
            raise AdapterNotStarted(text, crash.stderr) from None
        if not hello.ok:
            raise AdapterNotStarted(self._say(f"refuses hello: {brief(hello.reason, 300)}"))
        if hello["protocol"] != PROTOCOL:
            raise AdapterNotStarted(self._say(f"speaks protocol {hello['protocol']}, this suite {PROTOCOL}"))
        self.hello = hello
        return hello

    @property
    def pid(self) -> int:
        """The process id, which is the process group's too: `os.killpg(adapter.pid, signal.SIGSTOP)` suspends it."""
        if self._process is None:
            raise AdapterNotStarted(self._say("has not been started"))
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process is there and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """The exit status, negative for a signal; None as long as the process runs."""
        return None if self._process is None else self._process.poll()

    @property
    def stderr_tail(self) -> str:
        """The last 64 KiB of what the adapter logged."""
        return self._stderr.text()

    @property
    def backlog(self) -> int:
        """How many replies the next `pump` returns although `fileno` may not become readable any more."""
        return len(self._pipes().backlog)

    def fileno(self) -> int:
        """The adapter's stdout, for a selector. Look at `backlog` first if `ask` or a large `post` was used between."""
        return self._pipes().stdout

    def post(self, op: str, **params: Any) -> int:
        """Send a request and return its id; ValueError where it breaks the protocol, then nothing has been sent."""
        require_request(op, params)
        return self._post(op, params)

    def hold(self) -> None:
        """From now on keep requests until `flush`: for a caller that posts many at once and asks with `pump` only."""
        self._pipes().hold()

    def flush(self) -> None:
        """Send the requests that are held."""
        try:
            self._pipes().flush()
        except BrokenPipeError:
            raise self._crashed() from None

    def post_unchecked(self, op: str, **params: Any) -> int:
        """Send a request that may break the protocol: for proving that an adapter refuses it.

        The reply's id may be null, as after `post_octets`.
        """
        return self._post(op, params, may_lack_id=True)

    def post_octets(self, line: bytes) -> None:
        """Send any line; the adapter may answer it with an error whose id is null, which `wait(None, ...)` returns."""
        try:
            self._pipes().write(line, may_lack_id=True)
        except BrokenPipeError:
            raise self._crashed() from None

    def pump(self) -> list[Reply]:
        """The replies that are there, without waiting; AdapterCrashed at the end of file, once all are returned."""
        exchange = self._pipes()
        over = self._intake(exchange)
        if over and not exchange.backlog:
            raise self._crashed()
        return exchange.take_all()

    def wait(self, id: int | None, deadline_seconds: float) -> Reply:
        """The reply to one posted request (None: to a line without id); others are kept for the next `pump`.

        Raises AdapterHung when the deadline has passed.
        """
        exchange = self._pipes()
        deadline = time.monotonic() + deadline_seconds
        while True:
            over = self._intake(exchange)
            if (reply := exchange.take(id)) is not None:
                return reply
            if over:
                raise self._crashed()
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                text = f"has not answered {exchange.operation(id)} within {deadline_seconds:g} s"
                raise AdapterHung(self._say(text), self.stderr_tail)
            await_ready(min(remaining, 0.1), readable=exchange.stdout)

    def ask(self, op: str, deadline_seconds: float, **params: Any) -> Reply:
        """Send a request and wait for its reply: `post`, then `wait`."""
        return self.wait(self.post(op, **params), deadline_seconds)

    def hang_up(self) -> None:
        """Close the adapter's stdin: it ought to end by itself."""
        if self._process is not None and self._process.stdin:
            self._process.stdin.close()

    def wait_exit(self, deadline_seconds: float) -> int | None:
        """The exit status, negative for a signal, as soon as there is one; None after the deadline."""
        if self._process is not None:
            ended(self._process, deadline_seconds)
        return self.exit_status

    def stop(self, grace_seconds: float = 1.0) -> None:
        """End the process and its group: `quit`, then SIGTERM, each given the grace, then SIGKILL. Idempotent."""
        process = self._process
        if process is None or self._stopped:
            return
        try:
            if process.poll() is None:
                leave(process, self._exchange, grace_seconds)
        finally:
            self._stopped = True
            signal_group(process.pid, signal.SIGKILL)  # also whomever the adapter has left behind
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

    def _post(self, op: str, params: Mapping[str, Any], *, may_lack_id: bool = False) -> int:
        try:
            return self._pipes().post(op, params, may_lack_id=may_lack_id)
        except BrokenPipeError:
            raise self._crashed() from None

    def _intake(self, exchange: Exchange) -> bool:
        """Take in what is there; whether that was all there will ever be.

        A child of the adapter may hold the pipe open after its death, so the end of file is only one of two signs.
        """
        ended_before = not self.alive
        exchange.intake()
        return exchange.eof or ended_before

    def _pipes(self) -> Exchange:
        if self._exchange is None or self._stopped:
            raise AdapterNotStarted(self._say("has been stopped" if self._stopped else "has not been started"))
        return self._exchange

    def _say(self, text: str) -> str:
        return f"{self.name}: the adapter {text}"

    def _crashed(self) -> AdapterCrashed:
        assert self._process
        if ended(self._process, 1.0):
            self._stderr.settle()
        status = self._process.poll()
        how = how_it_ended(status)
        last = self._stderr.last_line()
        return AdapterCrashed(self._say(f"{how}: {last}" if last else how), self.stderr_tail, status)
