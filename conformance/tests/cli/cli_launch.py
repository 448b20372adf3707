"""Start the command line as a user does: a process of its own, in a directory of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import conformance

ROOT = Path(conformance.__file__).parent.parent
SICK = Path(__file__).with_name("sick_adapter.py")
CLIENT = Path(__file__).with_name("plain_client.py")
PLAIN = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")}


def start(*arguments: str, cwd: Path, **options: Any) -> "subprocess.Popen[str]":
    """Start `zmtp-conformance` and do not wait for it."""
    line = [sys.executable, "-m", "conformance", *arguments]
    usual: dict[str, Any] = {"stdin": subprocess.DEVNULL, "env": PLAIN, "preexec_fn": _heed_signals}
    usual |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(line, cwd=cwd, text=True, **{**usual, **options})


def _heed_signals() -> None:
    """What runs in the background of a shell, or under nohup, is deaf to some signals, and so would be what it starts."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def zmtp(*arguments: str, cwd: Path, seconds: float = 60, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run `zmtp-conformance` to its end."""
    process = start(*arguments, cwd=cwd, **options)
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"{arguments} did not end within {seconds} s: {out}{err}") from None
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def complaint(stderr: str) -> str:
    """The one line that says what went wrong."""
    lines = [line for line in stderr.splitlines() if line.startswith("zmtp-conformance: ")]
    assert len(lines) == 1, stderr
    assert "Traceback" not in stderr, stderr
    return lines[0].removeprefix("zmtp-conformance: ")


def sick_target(directory: Path, illness: str, after: int, unit: str = "requests") -> Path:
    """A file of targets with the target `sick`, whose adapter falls ill after so many requests, and notes its pids."""
    file = directory / "targets.toml"
    command = [sys.executable, str(SICK), illness, str(after), unit, str(directory / "pids")]
    file.write_text(
        f'[sick]\nabout = "the reference, sick"\ncommand = {json.dumps(command)}\nroles = ["bind", "connect"]\n'
        'mechanisms = ["NULL", "CURVE"]\nsocket_types = ["DEALER"]\n'
    )
    return file


def alive(directory: Path) -> list[int]:
    """Which of the noted processes are still there; waits a little for those that are on their way out."""
    noted = directory / "pids"
    pids = [int(line) for line in noted.read_text().split()] if noted.exists() else []
    eventually(lambda: not any(map(_is_alive, pids)), 3)
    return [pid for pid in pids if _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc/self").exists()
    return state != "Z"


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes to hold in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def results(directory: Path) -> dict[str, Any]:
    """The content of results.json."""
    found: dict[str, Any] = json.loads((directory / "results.json").read_text())
    return found
