"""Whatever a user can get wrong ends with one clear line and the right exit code."""

import os
import socket
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.tests.cli.cli_launch import complaint, zmtp

ROWS = [
    # arguments, exit code, what the line says
    ("run", Exit.USAGE, "Missing argument"),
    ("nosuch", Exit.USAGE, "No such command 'nosuch'"),
    ("run libzqm", Exit.USAGE, "did you mean libzmq"),
    ("run reference --nosuch", Exit.USAGE, "No such option: --nosuch"),
    ("run reference nosuch.case", Exit.USAGE, "no case matches 'nosuch.case'"),
    ("run reference curve.server_hello.first_padding_bi", Exit.USAGE, "curve.server_hello.first_padding_bit"),
    ("run reference --requirement 26/HELO/padding", Exit.USAGE, "did you mean 26/HELLO/padding"),
    ("run reference --mechanism GSSAPI", Exit.USAGE, "no case is about the mechanism 'GSSAPI'"),
    ("run reference --role sever", Exit.USAGE, "'sever' is not one of"),
    ("run reference --jobs 0", Exit.USAGE, "greater than or equal to 1"),
    ("run reference --mechanism CURVE --role peer", Exit.NOTHING, "nothing to do"),
    ("run faulty:nosuch", Exit.USAGE, "no fault is called 'nosuch'"),
    ("run reference --library libzmq.so", Exit.USAGE, "--library is for libzmq"),
    ("run libzmq --library /no/such/libzmq.so", Exit.UNREACHABLE, "there is no library /no/such/libzmq.so"),
    ("run libzmq --library /etc/passwd", Exit.UNREACHABLE, "/etc/passwd"),
    ("run reference --targets /no/such.toml", Exit.USAGE, "/no/such.toml"),
    ("run reference 'zmtp.heartbeat.*' --report-dir /dev/null/x", Exit.FAULT, "cannot write /dev/null/x/events.ndjson"),
    ("targets nosuch", Exit.USAGE, "no target is called 'nosuch'"),
    ("cases nosuch.case", Exit.USAGE, "no case matches"),
    ("requirements 26/HELO", Exit.USAGE, "no requirement matches '26/HELO'"),
    ("requirements --level MUSTARD", Exit.USAGE, "'MUSTARD' is not one of"),
    ("kill --fault nosuch", Exit.USAGE, "no fault matches 'nosuch'"),
    ("check", Exit.USAGE, "name one peer"),
    ("check 127.0.0.1:5555", Exit.USAGE, "no endpoint tcp://HOST:PORT"),
    ("check tcp://127.0.0.1:0", Exit.USAGE, "no endpoint tcp://HOST:PORT"),
    ("check tcp://127.0.0.1:65536", Exit.USAGE, "no endpoint tcp://HOST:PORT"),
    ("check tcp://192.0.2.1:5555", Exit.USAGE, "--allow-remote"),
    ("check --listen 0.0.0.0:5555", Exit.USAGE, "--allow-remote"),
    ("check --listen nonsense", Exit.USAGE, "no HOST:PORT to listen on"),
    ("check tcp://127.0.0.1:5555 --socket-type DEALR", Exit.USAGE, "did you mean DEALER"),
    ("check tcp://127.0.0.1:5555 --role server", Exit.USAGE, "NULL has no sides"),
    ("check tcp://127.0.0.1:5555 --server-key x", Exit.USAGE, "keys are for CURVE"),
    ("check tcp://127.0.0.1:5555 -m CURVE", Exit.USAGE, "--server-key"),
    ("check tcp://127.0.0.1:5555 -m CURVE --server-key x", Exit.USAGE, "40 characters of Z85 or 64 hex digits"),
    ("check --listen 127.0.0.1:0 -- /no/such/command", Exit.UNREACHABLE, "cannot run /no/such/command"),
    ("check --listen 127.0.0.1:0 -- false", Exit.UNREACHABLE, "the command ended with status 1"),
    ("check --listen 127.0.0.1:0 --wait 0.2", Exit.UNREACHABLE, "no peer has connected"),
]


@pytest.mark.parametrize(("line", "code", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_one_line_and_the_exit_code(
    line: str,
    code: Exit,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Nothing is printed as a result, and no report is begun."""
    monkeypatch.chdir(tmp_path)
    assert main([word.strip("'") for word in line.split()]) == code
    said = capsys.readouterr()
    assert words in complaint(said.err)
    assert not said.out
    assert not list(tmp_path.iterdir())


def test_a_port_that_nothing_listens_on(capsys: pytest.CaptureFixture[str]) -> None:
    """A peer that is not there is not judged."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert main(["check", f"tcp://127.0.0.1:{port}"]) == Exit.UNREACHABLE
    assert complaint(capsys.readouterr().err).startswith(f"nothing listens on tcp://127.0.0.1:{port}")


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """We cannot listen where somebody else does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert main(["check", "--listen", f"127.0.0.1:{port}"]) == Exit.UNREACHABLE
    assert "cannot listen on" in complaint(capsys.readouterr().err)


@pytest.mark.parametrize("broken", ["[x", "[x]\nabout = 1\n", "[X!]\n", "\x00"])
def test_a_broken_file_of_targets(broken: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The line names the file."""
    file = tmp_path / "targets.toml"
    file.write_text(broken)
    assert main(["run", "reference", "--targets", str(file)]) == Exit.USAGE
    assert str(file) in complaint(capsys.readouterr().err)


def test_an_adapter_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A command that cannot be run is a target that cannot be started."""
    file = tmp_path / "targets.toml"
    file.write_text(
        '[gone]\nabout = "x"\ncommand = ["/no/such/adapter"]\n'
        'roles = ["bind"]\nmechanisms = ["NULL"]\nsocket_types = ["REQ"]\n'
    )
    assert main(["run", "gone", "--targets", str(file)]) == Exit.UNREACHABLE
    assert "/no/such/adapter" in complaint(capsys.readouterr().err)
    assert main(["targets", "gone", "--targets", str(file)]) == Exit.UNREACHABLE
    assert main(["targets", "--targets", str(file)]) == Exit.CONFORMS


def test_a_bug_of_ours_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And its traceback is there for who asks for it."""
    monkeypatch.setattr("conformance.harness.catalogue.select", lambda _: 1 / 0)
    assert main(["cases"]) == Exit.FAULT
    assert "a bug in the suite: ZeroDivisionError" in complaint(capsys.readouterr().err)
    assert main(["run", "reference", "-v"]) == Exit.FAULT
    assert "Traceback" in capsys.readouterr().err


def test_without_arguments_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Usage, on standard output; but it is not what was asked for."""
    assert main([]) == Exit.USAGE
    assert "zmtp-conformance run libzmq" in capsys.readouterr().out


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_an_output_that_is_full(tmp_path: Path) -> None:
    """What cannot be printed is said on standard error."""
    with Path("/dev/full").open("w") as full:
        ended = zmtp("cases", cwd=tmp_path, stdout=full)
    assert ended.returncode == Exit.FAULT
    assert "No space left on device" in complaint(ended.stderr)


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """`| head` ends nothing: the exit code is that of the command."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = zmtp("cases", cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (Exit.CONFORMS, "")
