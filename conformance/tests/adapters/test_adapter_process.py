"""Adapters that die, hang, flood, print rubbish or will not go: each is one clear error, and nothing is left."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

import conformance
from conformance.adapters.process import (
    AdapterCrashed,
    AdapterError,
    AdapterFlood,
    AdapterHung,
    AdapterNotStarted,
    AdapterProcess,
    AdapterRubbish,
)

HELLO = {
    "id": 0,
    "status": "ok",
    "protocol": 1,
    "name": "toy",
    "version": "1",
    "details": {},
    "roles": ["bind"],
    "mechanisms": ["NULL"],
    "socket_types": ["REQ"],
    "options": [],
}
SAYS_HELLO = f"""
import json, os, signal, subprocess, sys
def say(text): os.write(1, text.encode() + b"\\n")
def ok(): say(json.dumps({{"id": json.loads(input())["id"], "status": "ok"}}))
input()
say({json.dumps(HELLO)!r})
"""
FOR_EVER = "\nsys.stdin.read()\n"  # that is, until it is told to go
DEAF = "\nwhile True: signal.pause()\n"


def toy(code: str) -> list[str]:
    """The command of an adapter that says hello and then does this."""
    return [sys.executable, "-I", "-S", "-c", SAYS_HELLO + code]


@contextmanager
def running(code: str, **options: float) -> Iterator[AdapterProcess]:
    with AdapterProcess(toy(code), name="toy", **options) as adapter:  # type: ignore[arg-type]
        adapter.start()
        try:
            yield adapter
        finally:
            adapter.stop(grace_seconds=0.1)
    assert not adapter.alive


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("input(); sys.exit(4)", AdapterCrashed, "crashed: exit status 4"),
        ("input(); sys.exit('out of luck')", AdapterCrashed, "crashed: exit status 1: out of luck"),
        ("input(); os.kill(os.getpid(), signal.SIGSEGV)", AdapterCrashed, "crashed: killed by SIGSEGV"),
        ("input(); os.close(1); os.dup2(2, 1)" + FOR_EVER, AdapterCrashed, "closed its stdout but runs on"),
        ("subprocess.Popen(['sleep', '1000']); input(); sys.exit(5)", AdapterCrashed, "crashed: exit status 5"),
        (DEAF, AdapterHung, "has not answered close within 0.2 s"),
        (
            "input(); say('Segmentation fault')" + FOR_EVER,
            AdapterRubbish,
            "wrote rubbish: not JSON: 'Segmentation fault'",
        ),
        ("input(); say('\\x1b[31m')" + FOR_EVER, AdapterRubbish, "wrote rubbish: not JSON: '\\x1b[31m'"),
        ("input(); say('[1]')" + FOR_EVER, AdapterRubbish, "wrote rubbish: a reply is a JSON object, not [1]"),
        ("input(); say('[' * 200000)" + FOR_EVER, AdapterRubbish, "wrote rubbish: not JSON"),
        ("input(); say('{}')" + FOR_EVER, AdapterRubbish, "wrote rubbish: a reply has a status"),
        ('ok(); say(\'{"id":1,"status":"ok"}\')' + FOR_EVER, AdapterRubbish, "answers request 1, which is not open"),
        (
            'input(); say(\'{"id":77,"status":"ok"}\')' + FOR_EVER,
            AdapterRubbish,
            "answers request 77, which is not open",
        ),
        (
            'input(); say(\'{"id":1,"status":"ok","x":1}\')' + FOR_EVER,
            AdapterRubbish,
            "wrote rubbish: reply to close: unknown field 'x'",
        ),
        (
            'input(); say(\'{"id":null,"status":"error","reason":"what?"}\')' + FOR_EVER,
            AdapterRubbish,
            "complains of a line of ours: 'what?'",
        ),
        ("input()\nwhile True: os.write(1, b'x' * 65536)", AdapterFlood, "writes a line of more than 1000000 octets"),
    ],
)
def test_each_fault_is_one_clear_line(code: str, kind: type[AdapterError], text: str) -> None:
    with running(code, max_line=1_000_000) as adapter, pytest.raises(kind) as caught:
        ask_for_ever(adapter, 0.2 if kind is AdapterHung else 5)
    assert str(caught.value).startswith("toy: the adapter ")
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def ask_for_ever(adapter: AdapterProcess, deadline_seconds: float) -> NoReturn:
    while True:
        adapter.ask("close", deadline_seconds, handle="a")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (["/no/such/adapter"], "toy: cannot run '/no/such/adapter': [Errno 2] No such file or directory"),
        (
            [sys.executable, "-c", "import sys; sys.exit('no library')"],
            "toy: the adapter did not start: exit status 1: no lib",
        ),
        (["true"], "toy: the adapter did not start: exit status 0"),
        (
            [sys.executable, "-c", f"print({json.dumps({**HELLO, 'protocol': 2})!r}, flush=True); input(); input()"],
            "toy: the adapter speaks protocol 2, this suite 1",
        ),
        (
            [sys.executable, "-c", 'print(\'{"id":0,"status":"error","reason":"no"}\', flush=True); input(); input()'],
            "toy: the adapter refuses hello: 'no'",
        ),
    ],
)
def test_what_does_not_start(command: list[str], text: str) -> None:
    with AdapterProcess(command, name="toy") as adapter, pytest.raises(AdapterNotStarted) as caught:
        adapter.start()
    assert str(caught.value).startswith(text)


def test_nothing_works_before_the_start_and_after_the_stop() -> None:
    adapter = AdapterProcess(toy(FOR_EVER), name="toy")
    with pytest.raises(AdapterNotStarted, match="has not been started"):
        adapter.post("close", handle="a")
    adapter.stop()
    adapter.start()
    adapter.stop()
    adapter.stop()
    with pytest.raises(AdapterNotStarted, match="has been stopped"):
        adapter.pump()


def test_a_wrong_request_of_ours_is_not_sent() -> None:
    with running("ok()" + FOR_EVER) as adapter:
        with pytest.raises(ValueError, match="'handle' is missing"):
            adapter.post("close")
        assert adapter.ask("close", 5, handle="a").ok


def test_replies_come_in_any_order_and_none_is_lost() -> None:
    code = (
        "for line in [input() for _ in range(3)][::-1]: say(json.dumps({'id': json.loads(line)['id'], 'status': 'ok'}))"
    )
    with running(code + FOR_EVER) as adapter:
        first, second, third = (adapter.post("close", handle="a") for _ in range(3))
        assert adapter.wait(first, 5).ok
        assert adapter.backlog == 2
        assert [reply.id for reply in adapter.pump()] == [third, second]
        assert adapter.pump() == []


def test_replies_before_a_crash_are_delivered_first() -> None:
    with running("ok(); sys.exit(1)") as adapter:
        id = adapter.post("close", handle="a")
        assert adapter.wait_exit(5) == 1
        assert [reply.id for reply in adapter.pump()] == [id]
        with pytest.raises(AdapterCrashed, match="exit status 1") as caught:
            adapter.pump()
        assert caught.value.status == adapter.exit_status == 1


def test_the_descriptor_is_readable_when_a_reply_is_there() -> None:
    with running("ok()" + FOR_EVER) as adapter:
        id = adapter.post("close", handle="a")
        assert select.select([adapter], [], [], 5)[0] == [adapter]
        assert [reply.id for reply in adapter.pump()] == [id]


def test_two_full_pipes_do_not_block_each_other() -> None:
    code = """
for line in sys.stdin:
    request = json.loads(line)
    say(json.dumps({"id": request["id"], "status": "error", "reason": request["parts"][0]}))
"""
    with running(code) as adapter:
        part = "ab" * 200_000
        ids = [adapter.post("send", handle="a", parts=[part], timeout_ms=0) for _ in range(10)]
        assert all(adapter.wait(id, 5).reason == part for id in ids)


def test_a_process_that_does_not_read_is_hung() -> None:
    with running(DEAF, patience=0.1) as adapter, pytest.raises(AdapterHung, match=r"not read its requests for 0\.1 s"):
        adapter.post("send", handle="a", parts=["00" * 1_000_000], timeout_ms=0)


def test_a_suspended_process_can_go_on() -> None:
    with running("ok()" + FOR_EVER) as adapter:
        os.killpg(adapter.pid, signal.SIGSTOP)
        id = adapter.post("close", handle="a")
        with pytest.raises(AdapterHung):
            adapter.wait(id, 0.05)
        assert adapter.alive
        os.killpg(adapter.pid, signal.SIGCONT)
        assert adapter.wait(id, 5).ok


def test_the_log_is_drained_and_its_end_is_kept() -> None:
    code = "os.write(2, b'x' * 1_000_000); os.write(2, b'\\n\\x1b[31mthe end\\n'); sys.exit(1)"
    with running(code) as adapter:
        with pytest.raises(AdapterCrashed) as caught:
            adapter.ask("close", 5, handle="a")
        assert str(caught.value).endswith("exit status 1: \\x1b[31mthe end")
        assert len(caught.value.stderr) == len(adapter.stderr_tail) == 65536


@pytest.mark.parametrize(
    "code",
    [
        "input(); sys.exit(0)",
        "sys.exit(0)",
        FOR_EVER,
        DEAF,
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)" + DEAF,
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "input()\nwhile True: os.write(1, b'x' * 65536)",
        "while True: os.write(2, b'x' * 65536)",
    ],
)
def test_every_process_ends(code: str) -> None:
    adapter = AdapterProcess(toy(code), name="toy")
    adapter.start()
    before = time.monotonic()
    adapter.stop(grace_seconds=0.05)
    assert not adapter.alive
    assert adapter.exit_status is not None
    assert time.monotonic() - before < 2


def test_children_of_the_adapter_end_with_it() -> None:
    code = """
child = subprocess.Popen(['sleep', '1000'])
input()
say(json.dumps({'id': 1, 'status': 'error', 'reason': str(child.pid)}))
"""
    with running(code) as adapter:
        child = int(adapter.ask("close", 5, handle="a").reason)
    assert gone(child)


@pytest.mark.parametrize("ending", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)", "raise RuntimeError"])
def test_nothing_survives_the_harness(ending: str) -> None:
    code = f"""
import os, signal, sys
from conformance.adapters.process import AdapterProcess
adapter = AdapterProcess({toy("signal.signal(signal.SIGTERM, signal.SIG_IGN)" + DEAF)!r})
adapter.start()
print(adapter.pid, flush=True)
{ending}
"""
    root = str(Path(conformance.__file__).parents[1])
    harness = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        check=False,
    )
    assert gone(int(harness.stdout))


def gone(pid: int) -> bool:
    """Whether a process that is not our child ends within 5 s."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            return bool(select.select([descriptor], [], [], 5)[0])
        finally:
            os.close(descriptor)
    return True
