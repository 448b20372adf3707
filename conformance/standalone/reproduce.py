"""Play a stand-alone script against a target's adapter: the harness plays no part in what goes over the wire.

Theory of operation: an adapter process of its own opens the socket as the case wants it; the script runs as anybody would
run it, `python -I script.py tcp://...`, in another process. Where the script says that the application has to do something,
the adapter is told to, a moment later, and the script goes on. What the script printed and what the application got is
the transcript.
"""

import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from conformance.adapters.errors import AdapterError
from conformance.adapters.process import AdapterProcess
from conformance.api import Case
from conformance.api.case import Side
from conformance.api.script import AppSends, Expect
from conformance.api.socket_expectations import Publishes
from conformance.api.socket_steps import AppAsks, AppCloses
from conformance.harness.application import Application
from conformance.harness.effects import Answer, Effect, Observation, Post, Seen, Wait
from conformance.harness.errors import Broken, CannotDo, Unmet
from conformance.harness.player import Settings
from conformance.harness.tcp import offered
from conformance.standalone.recording import record
from conformance.standalone.script import script
from conformance.standalone.transcript import Transcript

SETTLES = 0.3
"""Seconds that the target has before its application does the next thing: nothing outside tells when it is ready."""

LONGEST = 60.0
ROOM = 3.0
"""Seconds for which what the application got is taken in at the end."""

_LISTENS = re.compile(r"listening on (tcp://\S+)")
_ASKED = "to do, then press Enter: "
_FAULTS = (AdapterError, Broken, CannotDo, Unmet)


class CannotReproduce(Exception):
    """The target or the script does not offer what it takes."""


def reproduce(case: Case, side: Side, seed: int, start: Callable[[], AdapterProcess]) -> Transcript:
    """Play the script of a case.

    Args:
        start: makes an adapter process and starts it.

    Raises:
        CannotReproduce: there is no such script, or the target cannot be set up for it.
        Unexplained: the case does something that no script can do alone.
    """
    text = script(case, side, seed, "reproduced")
    todo = [act.step for act in record(case, side, seed, 0).acts if act.kind == "app"]
    process = start()
    try:
        return _Play(case, side, process, todo).run(text)
    except _FAULTS as fault:
        raise CannotReproduce(str(fault)) from None
    finally:
        process.stop()


class _Play:
    def __init__(self, case: Case, side: Side, process: AdapterProcess, todo: list[Any]) -> None:
        self._case, self._side, self._process, self._todo = case, side, process, todo
        domain = f"{case.id}@{side}" if case.asks_handler else ""
        self._app = Application(case.under_test, side, Settings(driven=True), domain)
        self._lines: list[str] = []

    def run(self, text: str) -> Transcript:
        """Play it and give what was seen."""
        self._drive(self._app.open("bind" if self._side == "binds" else ""))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "script.py")
            path.write_text(text, encoding="utf-8")
            where = self._app.endpoint if self._side == "binds" else "tcp://127.0.0.1:0"
            with subprocess.Popen(
                [sys.executable, "-I", str(path), where],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as running:
                watchdog = threading.Timer(LONGEST, running.kill)
                watchdog.start()
                try:
                    self._follow(running)
                finally:
                    watchdog.cancel()
                    running.kill()
        if running.returncode:
            raise CannotReproduce(f"the script failed: {' '.join(self._lines[-1:]).strip()}")
        transcript = Transcript.of(self._lines)
        self._take_in(transcript)
        return transcript

    def _follow(self, running: "subprocess.Popen[str]") -> None:
        assert running.stdin is not None and running.stdout is not None
        for line in running.stdout:
            self._lines.append(line)
            if found := _LISTENS.search(line):
                self._drive(self._app.connect(found[1]))
            if _ASKED in line:
                time.sleep(SETTLES)
                self._do(self._todo.pop(0))
                running.stdin.write("\n")
                running.stdin.flush()
        running.wait()

    def _do(self, step: Any) -> None:
        match step:
            case AppSends(parts, "") | Expect(what=Publishes(parts)):
                self._drive(self._app.send(parts, wait=True))
            case AppAsks(op, topic):
                self._drive(self._app.configure(op, topic))
            case AppCloses():
                self._drive(self._app.shut())
            case _:
                raise CannotReproduce(
                    "the application has to answer a peer by a name that it learns in the harness only"
                )

    def _take_in(self, transcript: Transcript) -> None:
        """What the application got, and what the handler was asked."""
        if self._app.handler is not None:
            self._drive(self._app.handler.take())
            transcript.requests += self._app.handler.requests
        until = time.monotonic() + ROOM
        while self._app.inbox.handle and time.monotonic() < until:
            reply = self._process.ask("recv", 10.0, handle=self._app.inbox.handle, count=1, timeout_ms=200)
            if not reply.ok or not reply["messages"]:
                return
            transcript.app += [tuple(bytes.fromhex(part) for part in entry) for entry in reply["messages"]]

    def _drive(self, play: Generator[Effect, Any, Any]) -> None:
        """Do what the application's side asks of its adapter, one thing after the other."""
        answer: Any = None
        while True:
            try:
                effect = play.send(answer)
            except StopIteration:
                return
            match effect:
                case Post(op, params, _):
                    answer = self._process.post(op, **(offered(self._process, params) if op == "open" else params))
                case Wait(None, ticket, seconds):
                    assert isinstance(ticket, int)
                    reply = self._process.wait(ticket, seconds)
                    answer = Observation(Seen.REPLY, answer=Answer(reply.status, reply.fields, reply.reason))
