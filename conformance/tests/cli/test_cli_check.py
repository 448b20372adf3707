"""The black box: peers that listen, peers that we start, peers that somebody else starts."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.adapters.process import AdapterProcess
from conformance.api import (
    Case,
    Client,
    Peer,
    Server,
    accepts,
    app_sends,
    delivers,
    either,
    expect,
    ignores,
    message,
    send,
)
from conformance.api.case import Side
from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.harness.blackbox import Outside, fit
from conformance.harness.keys import SERVER
from conformance.tests.cli.cli_launch import CLIENT, PLAIN, complaint, eventually, results, zmtp
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair, z85_encode


@contextlib.contextmanager
def listening(**more: Any) -> Iterator[str]:
    """The endpoint of a reference peer that has bound."""
    with AdapterProcess([sys.executable, "-m", "conformance.adapters.reference"], environment=PLAIN) as adapter:
        adapter.start()
        options = {"socket_type": "DEALER", "mechanism": "NULL", "as_server": False, "bind": True, **more}
        yield adapter.ask("open", 10, **options)["endpoint"]


CASES = ["--case", "null.socket_type.incompatible.p*", "--case", "curve.server_hello.*", "--case", "zmtp.frames_sent.*"]


def verdicts(directory: Path) -> dict[str, int]:
    """The verdicts that somebody got, with their counts."""
    return {verdict: count for verdict, count in results(directory)["summary"].items() if count}


def test_a_peer_that_listens(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Cases of other mechanisms and those that need an adapter are unsupported by name."""
    with listening() as endpoint:
        assert main(["check", endpoint, *CASES, "--report-dir", str(tmp_path)]) == Exit.CONFORMS
    judged = results(tmp_path)
    assert judged["target"]["details"]["endpoint"] == endpoint
    assert set(verdicts(tmp_path)) <= {"pass", "info", "unsupported"}
    reasons = {case["id"]: case["reason"] for case in judged["cases"] if case["verdict"] == "unsupported"}
    assert reasons["curve.server_hello.first_padding_bit@binds"] == "is about CURVE; this target speaks NULL"
    assert "needs an adapter" in reasons["zmtp.frames_sent.order@binds"]
    capsys.readouterr()


@pytest.mark.parametrize("form", ["Z85", "hex"])
def test_a_curve_server_with_a_key_of_its_own(form: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its public key is all that we know of it."""
    keys = KeyPair.generate(Replayed("a server that is nobody else's"))
    with listening(mechanism="CURVE", as_server=True, secret_key=keys.secret.hex()) as endpoint:
        key = z85_encode(keys.public) if form == "Z85" else keys.public.hex()
        options = ["-m", "CURVE", "--server-key", key, "--report-dir", str(tmp_path), "--case", "curve.server_hello.*"]
        assert main(["check", endpoint, *options]) == Exit.CONFORMS
    assert verdicts(tmp_path).get("pass", 0) > 10
    capsys.readouterr()


def test_a_faulty_peer_is_found_from_outside(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And the replay line names the endpoint and the options."""
    command = [sys.executable, "-m", "conformance.adapters.reference", "--fault", "accepts.CURVE.HELLO.padding"]
    with AdapterProcess(command, environment=PLAIN) as adapter:
        adapter.start()
        options = {"socket_type": "DEALER", "mechanism": "CURVE", "as_server": True, "secret_key": SERVER.secret.hex()}
        endpoint = adapter.ask("open", 10, bind=True, **options)["endpoint"]
        key = z85_encode(SERVER.public)
        case = "curve.server_hello.first_padding_bit@binds"
        arguments = ["check", endpoint, "-m", "CURVE", "--server-key", key, "--case", case]
        assert main([*arguments, "--report-dir", str(tmp_path)]) == Exit.FAILS
    (judged,) = results(tmp_path)["cases"]
    assert judged["replay"].endswith(f"--case '{case}' {endpoint}")
    capsys.readouterr()


def test_a_command_is_started_for_each_connection(tmp_path: Path) -> None:
    """On ports of its own choice, some beside each other; nobody is left at the end."""
    options = ("--case", "zmtp.greeting_sent.*", "--report-dir", str(tmp_path))
    command = (sys.executable, str(CLIENT), "{endpoint}")
    ended = zmtp("check", "--listen", "127.0.0.1:0", *options, "--", *command, cwd=tmp_path)
    assert ended.returncode == Exit.CONFORMS, ended.stdout + ended.stderr
    assert verdicts(tmp_path).get("pass", 0) >= 5
    assert eventually(lambda: not clients(), 3)


def test_a_curve_client_gets_our_key(tmp_path: Path) -> None:
    """In the place of {server_key}."""
    options = ("-m", "CURVE", "--case", "curve.client_welcome.[a-n]*", "--report-dir", str(tmp_path), "--jobs", "2")
    command = (sys.executable, str(CLIENT), "tcp://{host}:{port}", "{server_key}")
    ended = zmtp("check", "--listen", "127.0.0.1:0", *options, "--", *command, cwd=tmp_path)
    assert ended.returncode == Exit.CONFORMS, ended.stdout + ended.stderr
    assert z85_encode(SERVER.public) in ended.stderr
    assert verdicts(tmp_path).get("pass", 0) > 0


def test_a_command_that_crashes(tmp_path: Path) -> None:
    """A signal of its own making is a crash."""
    options = ("--case", "zmtp.greeting_sent.s*", "--report-dir", str(tmp_path))
    command = (sys.executable, str(CLIENT), "{endpoint}", "die")
    ended = zmtp("check", "--listen", "127.0.0.1:0", *options, "--", *command, cwd=tmp_path)
    assert ended.returncode == Exit.FAILS, ended.stdout + ended.stderr
    crashed = [case for case in results(tmp_path)["cases"] if case["ending"] == "crashed"]
    assert crashed
    assert "died of" in crashed[0]["reason"]


def test_a_peer_that_somebody_else_starts(tmp_path: Path) -> None:
    """It is waited for, and comes again whenever it is cut off."""
    port = str(free_port())
    peer = [sys.executable, str(CLIENT), f"tcp://127.0.0.1:{port}", "again"]
    with subprocess.Popen(peer, cwd=tmp_path, env=PLAIN) as running:
        options = ("--case", "zmtp.greeting_sent.s*", "--case", "null.socket_type.incompatible.p*")
        ended = zmtp("check", "--listen", f"127.0.0.1:{port}", *options, cwd=tmp_path)
        running.kill()
    assert "waiting on tcp://127.0.0.1:" in ended.stderr
    assert ended.returncode == Exit.CONFORMS, ended.stdout + ended.stderr
    assert verdicts(tmp_path / "reports/listen").get("pass", 0) >= 5


def test_a_peer_that_stays_away(tmp_path: Path) -> None:
    """It is not blamed for what was not put to it; what was judged before counts."""
    port = free_port()
    once = threading.Thread(target=connect_once, args=(port,), daemon=True)
    once.start()
    options = ("--case", "zmtp.greeting_sent.s*", "--wait", "1")
    ended = zmtp("check", "--listen", f"127.0.0.1:{port}", *options, cwd=tmp_path)
    once.join(5)
    assert ended.returncode == Exit.UNREACHABLE, ended.stdout + ended.stderr
    assert "no peer has connected to" in complaint(ended.stderr)
    assert "fail" not in verdicts(tmp_path / "reports/listen")


def connect_once(port: int) -> None:
    """Connect as soon as somebody listens, and never again."""

    def connected() -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        return False

    eventually(connected, 30)


def test_a_peer_that_goes_away(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Whatever came after that is not held against it."""
    command = [sys.executable, "-c", LISTENS_ONCE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdout is not None
        endpoint = peer.stdout.readline().strip()
        options = ["--case", "zmtp.greeting_signature.*", "--report-dir", str(tmp_path)]
        assert main(["check", endpoint, *options]) == Exit.UNREACHABLE
    assert "nothing listens on" in complaint(capsys.readouterr().err)
    assert "fail" not in verdicts(tmp_path)


LISTENS_ONCE = """
import socket
with socket.create_server(("127.0.0.1", 0)) as listener:
    print("tcp://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    listener.accept()[0].close()
"""


def free_port() -> int:
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def clients() -> list[int]:
    """The processes that run our client."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(CLIENT).encode() in entry.read_bytes() and int(entry.parent.name) != os.getpid():
                found.append(int(entry.parent.name))
    return found


NULL = Outside("binds", "NULL", None, "DEALER")
PLAYS = (expect(accepts()),)
FITS: list[tuple[str, Case, Side, Outside, str]] = [
    # what, case, side, peer, why it does not fit (nothing: it does)
    ("a plain one", Case("", ("x",), Peer(), PLAYS), "binds", NULL, ""),
    ("the other side", Case("", ("x",), Peer(), PLAYS), "connects", NULL, "is for a target that connects"),
    ("another mechanism", Case("", ("x",), Server(), PLAYS), "binds", NULL, "is about CURVE"),
    (
        "another role",
        Case("", ("x",), Client(), PLAYS),
        "binds",
        Outside("binds", "CURVE", True, "DEALER"),
        "is for a client",
    ),
    ("refusal", Case("", ("x",), Peer(refuses_clients=True), PLAYS), "binds", NULL, "needs an adapter"),
    ("identity", Case("", ("x",), Peer(identity=b"i"), PLAYS), "binds", NULL, "needs an adapter"),
    ("application", Case("", ("x",), Peer(), (app_sends(b"m"),)), "binds", NULL, "needs an adapter"),
    ("delivery", Case("", ("x",), Peer(), (expect(delivers((b"m",))),)), "binds", NULL, "needs an adapter"),
    ("either", Case("", ("x",), Peer(), (expect(either(accepts(), ignores())),)), "binds", NULL, "needs an adapter"),
    ("another type", Case("", ("x",), Peer(), PLAYS), "binds", Outside("binds", "NULL", None, "PULL"), ""),
    (
        "its own type",
        Case("", ("x",), Peer(socket_type="PULL"), PLAYS),
        "binds",
        Outside("binds", "NULL", None, "PULL"),
        "",
    ),
    ("a third type", Case("", ("x",), Peer(socket_type="PULL"), PLAYS), "binds", NULL, "is for a PULL"),
    (
        "words about the type",
        Case("", ("x",), Peer(), (send("READY", metadata=b"DEALER"),)),
        "binds",
        Outside("binds", "NULL", None, "PULL"),
        "speaks of a DEALER",
    ),
    (
        "a message for who takes none",
        Case("", ("x",), Peer(), (message(b"m"), *PLAYS)),
        "binds",
        Outside("binds", "NULL", None, "PUSH"),
        "takes none",
    ),
]


@pytest.mark.parametrize(("what", "case", "side", "peer", "why"), FITS, ids=[row[0] for row in FITS])
def test_which_cases_fit(what: str, case: Case, side: Side, peer: Outside, why: str) -> None:
    """A case that does not fit says why; one that does gets the peer's socket type, and a partner for it."""
    put = fit(case, side, peer)
    if why:
        assert isinstance(put, str)
        assert why in put
    else:
        assert isinstance(put, Case)
        assert put.under_test.socket_type == peer.socket_type
        assert put.under_test.tester_type in {"DEALER", "PUSH"}
