"""Saved scripts run without this project, and show the reaction that the harness saw."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.adapters.process import AdapterProcess
from conformance.adapters.registry import Registry
from conformance.api import Case
from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.cli.target import process_of
from conformance.harness.application import Application
from conformance.harness.catalogue import cases
from conformance.harness.player import Settings
from conformance.tests.cli.cli_launch import complaint, results

SCRIPTS = (
    "null.first_command.other_commands.name_cut_off@binds",
    "zmtp.frame_sizes.announced.2_62@binds",
    "null.socket_type.error_first@connects",
    "plain.server_hello.cut_short.no_user@binds",
    "plain.client_order.instead_of_welcome.shorter_name@connects",
    "curve.server_hello.first_padding_bit@binds",
    "curve.server_cookie.nonce_altered@binds",
    "curve.server_message.box_cut@binds",
    "curve.server_message_payload.all_flags@binds",
    "curve.client_message.box_start_altered@connects",
    "curve.client_message_payload.all_flags@connects",
)
TARGETS = ("reference", "libzmq")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of the cases on each target."""
    directory = tmp_path_factory.mktemp("runs")
    for target in TARGETS:
        code = main(["run", target, *SCRIPTS, "--report-dir", str(directory / target)])
        assert code in (Exit.CONFORMS, Exit.FAILS)
    return {target: directory / target for target in TARGETS}


@pytest.fixture(scope="module", params=TARGETS)
def adapter(request: pytest.FixtureRequest) -> Iterator[AdapterProcess]:
    """A running adapter."""
    with process_of(Registry.load().resolve(request.param)) as process:
        process.start()
        yield process


def played(process: AdapterProcess, script: Path, case: Case, side: str) -> str:
    """What a script prints; it runs isolated, in a directory of its own, with nothing in its environment."""
    application = Application(case.under_test, "binds" if side == "binds" else "connects", Settings())
    configuration = application._configuration(bind=side == "binds")
    if application.pool:
        process.ask("zap", 10, reply={"status": "200", "text": "OK", "user_id": "", "metadata": ""})
    opened = process.ask("open", 10, **configuration)
    assert opened.ok, opened.reason
    where = opened["endpoint"] if side == "binds" else "tcp://127.0.0.1:0"
    line = [sys.executable, "-I", str(script), where]
    environment = {"PATH": os.environ["PATH"]}
    running = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd="/"
    )
    try:
        first = ""
        if side == "connects":
            assert running.stdout is not None
            first = running.stdout.readline()
            endpoint = re.search(r"tcp://\S+", first)
            assert endpoint, first
            process.ask("connect", 10, handle=opened["handle"], endpoint=endpoint[0])
        printed = first + running.communicate(timeout=60)[0]
    finally:
        running.kill()
        running.wait()
        process.ask("close", 10, handle=opened["handle"])
    assert running.returncode == 0, printed
    return printed


def reaction(trace: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """What the harness received on the first connection, and whether that was closed."""
    came = [moment for moment in trace if moment["direction"] == "received" and moment["peer"] == "first"]
    names = [name for moment in came for name in moment["what"].split(", ")]
    inside = {at + 1 for at, name in enumerate(names) if name == "MESSAGE"}  # a command that came in a MESSAGE
    outside = [name for at, name in enumerate(names) if not (at in inside and name == "PONG")]
    return [name for name in outside if name not in ("closed", "reset", "octets")], names[-1:] in (
        ["closed"],
        ["reset"],
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_saved_script_shows_what_the_harness_saw(
    name: str, adapter: AdapterProcess, runs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same answers in the same order, and the same end; where the target goes on, a PONG shows it."""
    run = runs[adapter.name] / "results.json"
    script = tmp_path / "report.py"
    assert main(["replay", str(run), name, "--save", str(script)]) == Exit.CONFORMS
    capsys.readouterr()
    (judged,) = (case for case in results(run.parent)["cases"] if case["id"] == name)
    case = cases()[judged["case"]]
    assert "conformance" not in re.sub("zmtp-conformance", "", script.read_text())
    printed = played(adapter, script, case, judged["side"])
    (seen,) = (line for line in printed.splitlines() if re.match(r"seen +first:", line))
    came = [re.sub(" with .*", "", one) for one in seen.split(": ", 1)[1].split(";")[0].split(", ")]
    names, closed = reaction(judged["trace"])
    assert came[: len(names)] == names, (printed, judged["reason"])
    assert (re.search("; (closed|reset)$", seen) is not None) == closed, (printed, judged["reason"])
    assert len(came) == len(names) or not closed and "PONG" in seen, (printed, judged["reason"])


def test_the_line_that_plays_a_case_again(runs: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Without --save; a name that is not there is refused with a hint."""
    run = str(runs["libzmq"] / "events.ndjson")
    assert main(["replay", run, SCRIPTS[0]]) == Exit.CONFORMS
    assert capsys.readouterr().out.strip() == f"zmtp-conformance run libzmq '{SCRIPTS[0]}'"
    assert main(["replay", run, SCRIPTS[0].replace("@binds", "@bind")]) == Exit.USAGE
    assert "did you mean null.first_command" in complaint(capsys.readouterr().err)


def test_hostile_text_stays_a_comment(tmp_path: Path) -> None:
    """What a target said cannot become code."""
    from conformance.standalone.script import script

    case = cases()[SCRIPTS[0].partition("@")[0]]
    text = script(case, "binds", 0, 'x\nimport os; os.abort()\r"""\u2028boom', target="evil\nraise SystemExit(9)")
    assert not re.search(r"^(import os|raise SystemExit|boom|\")", text, re.MULTILINE)
    compile(text, "script", "exec")


def test_a_sensitive_case_says_so(tmp_path: Path) -> None:
    """In its first lines."""
    from conformance.standalone.script import script

    sensitive = next(case for case in cases().values() if case.sensitive and case.under_test.mechanism == "NULL")
    assert "tell the implementation's maintainers in private first" in script(
        sensitive, sensitive.under_test.sides[0], 0, ""
    )
