"""`explain` finds out what it was given, shows every field, opens boxes, and keeps from the terminal what a peer chose."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.harness.keys import CLIENT, SERVER
from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import z85_encode
from spec_model.framing import encode
from spec_model.grammar.frame import COMMAND
from spec_model.grammar.greeting import GREETING
from spec_model.grammar.null import ERROR
from spec_model.grammar.plain import HELLO
from spec_model.role import Role

PING = "04 09 04 50 49 4e 47 00 03 68 69"
CASE = "curve.server_hello.first_padding_bit@binds"
FAST = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that succeeds prints."""
    capsys.readouterr()
    assert main(["explain", *arguments]) == Exit.CONFORMS
    return capsys.readouterr().out


def hello() -> bytes:
    """The HELLO of a client with the suite's keys."""
    client = Connection(Role("CURVE", permanent=CLIENT, server_key=SERVER.public), Replayed(1))
    client.start()
    client.receive(GREETING.build({"mechanism": b"CURVE".ljust(20, b"\0"), "as_server": 1}))
    return client.octets_to_send()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a run of a few cases against the reference."""
    where = tmp_path_factory.mktemp("run")
    cases = [CASE, "curve.server_message.*@binds", "curve.client_message.*"]
    assert main(["run", "reference", *cases, "--report-dir", str(where)]) == Exit.CONFORMS
    return where


# --- requirements and grammars --------------------------------------------------------------------------------------


def test_a_requirement_is_shown_with_all_that_cites_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "26/HELLO/padding")
    for part in ("SHALL, binds the server", "seen: wire", "ruling:", "CURVE/HELLO: rule for the receiver", CASE[:-6]):
        assert part in text
    assert "accepts.CURVE.HELLO.padding" in text
    assert "machine" in said(capsys, "26/handshake/order")
    found = json.loads(said(capsys, "26/HELLO/padding", "--json"))
    assert found["binds"] == "server" and {one["kind"] for one in found["cited"]} == {"grammar", "fault"}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "CURVE/HELLO",
            ["200 octets", "72 octets", "26/HELLO/padding (receiver)", "sealed by C' for S", "signature box"],
        ),
        ("hello", ["PLAIN/HELLO", "CURVE/HELLO"]),
        ("frame", ["1 octet or 8, a number", "let pass", "23/frame/empty"]),
        ("ZAP/request", ["any number of frames", "27/request/version"]),
    ],
)
def test_a_grammar_is_shown_field_by_field(name: str, parts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, name)
    assert all(part in text for part in parts)
    assert json.loads(said(capsys, name, "--json"))[0]["levels"][0]["fields"]


def test_a_mechanism_chooses_among_grammars_of_one_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert "CURVE/HELLO" not in said(capsys, "HELLO", "--mechanism", "plain")


# --- octets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [PING, PING.replace(" ", ":"), "0x" + PING.replace(" ", ""), PING.upper()])
def test_hex_is_decoded_field_by_field(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = said(capsys, *text.split())
    assert "traffic/PING" in printed and "0.3 s" in printed and "nothing is broken" in printed


def test_what_is_broken_is_named_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    octets = GREETING.build({"as_server": 2}).hex()
    printed = said(capsys, octets)
    assert "broken: 23/greeting/as-server-value at greeting > as_server" in printed
    broken = json.loads(said(capsys, octets, "--json"))["broken"]
    assert broken[0]["where"] == "greeting > as_server" and broken[0]["gist"]


@pytest.mark.parametrize(
    "keys",
    [
        ["--test-keys"],
        ["--key", f"s={SERVER.secret.hex()}"],
        ["--key", f"s={z85_encode(SERVER.secret)}", "--key", f"C={CLIENT.public.hex()}"],
    ],
)
def test_keys_open_boxes(keys: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    octets = hello().hex()
    assert "closed: neither c' with S nor s with C' is known" in said(capsys, octets)
    assert "signature box" in said(capsys, octets, *keys)


def test_a_wrong_key_is_a_box_that_does_not_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert "26/HELLO/signature" in said(capsys, hello().hex(), "--key", f"s={bytes(range(32)).hex()}")


def test_it_can_be_told_what_octets_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert "read as ZMTP 2.0/frame" in said(capsys, "00 01 78", "--as", "zmtp 2.0/frame")
    assert "frame of ZMTP 1.0" in said(capsys, "01 00 02 00 78", "--as", "stream")
    assert "PLAIN/READY" in said(capsys, "05 5245414459", "--mechanism", "PLAIN", "--from", "server")


@pytest.mark.parametrize("name", ["octets.bin", "octets.hex"])
def test_files_of_octets_and_of_hex_are_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / name
    octets = bytes.fromhex(PING)
    file.write_bytes(octets if name.endswith("bin") else octets.hex(":").encode() + b"\n")
    assert "traffic/PING" in said(capsys, str(file))


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bytes.fromhex(PING))))
    assert "traffic/PING" in said(capsys, "-")


HOSTILE = "\x1b[31mred \x9b \r\n ‮ owned".encode()


@pytest.mark.parametrize(
    "octets",
    [
        encode(COMMAND, ERROR.build({"reason_size": len(HOSTILE), "reason": HOSTILE})),
        encode(COMMAND, bytes([len(HOSTILE)]) + HOSTILE),
        encode(0, HOSTILE),
        encode(COMMAND, HELLO.build({"username_size": len(HOSTILE), "username": HOSTILE})),
        GREETING.build({"mechanism": HOSTILE[:20].ljust(20, b"\0")}),
    ],
)
def test_nothing_that_a_peer_chose_reaches_the_terminal(octets: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ([], ["--json"]):
        printed = said(capsys, octets.hex(), *options).replace("\n", "")
        assert printed.isprintable(), ascii(printed)


@FAST
@given(octets=st.binary(min_size=1, max_size=200))
def test_no_octets_make_it_fail(octets: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, octets.hex(), "--as", "stream")
    assert said(capsys, octets.hex(" "), "--test-keys", "--json").isascii()


# --- runs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["events.ndjson", "results.json"])
def test_a_case_of_a_run_is_explained(file: str, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = said(capsys, str(run / file), "--case", CASE)
    assert "the tester sent HELLO" in printed and "the target closed" in printed
    assert "! breaks 26/HELLO/sends-padding by its sender and 26/HELLO/padding by whoever accepts it" in printed


def test_a_run_explains_itself_to_the_last_box(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tester's transient keys come from the seed; only cookies stay closed where the target made them."""
    results = json.loads((run / "results.json").read_text())
    opened = 0
    for case in results["cases"][:12]:
        (found,) = json.loads(said(capsys, str(run / "results.json"), "--case", case["id"], "--json"))
        for moment in found["moments"]:
            for part in _all(moment["parts"]):
                opened += part["sealed"]
                assert "closed:" not in part["meaning"] or part["name"] == "cookie_box", (case["id"], part)
    assert opened > 24


def _all(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [inner for part in parts for inner in (part, *_all(part["parts"]))]


# --- what users get wrong -------------------------------------------------------------------------------------------

WRONG = [
    ("26/HELO/padding", "did you mean 26/HELLO/padding"),
    ("nonsense", "no requirement, no name of the grammar, no file and no hex text"),
    ("04f", "3 hex digits are no whole octets"),
    ("/etc", "cannot read /etc"),
    ("/dev/null", "there are no octets to explain"),
    (f"{PING} --mechanism GSSAPI", "there is no mechanism 'GSSAPI'; there are NULL, PLAIN, CURVE"),
    (f"{PING} --as nonsense", "octets cannot be read as 'nonsense'"),
    (f"{PING} --from nobody", "'nobody' is not one of"),
    (f"{PING} --key s", "--key takes NAME=KEY"),
    (f"{PING} --key x={'00' * 32}", "NAME is one of C c S s C'"),
    (f"{PING} --key s=0011", "--key s takes 40 characters of Z85 or 64 hex digits"),
    (f"{PING} --key s={'~' * 40}", "--key s takes 40 characters of Z85"),
]


@pytest.mark.parametrize(("arguments", "line"), WRONG)
def test_mistakes_end_with_one_line(arguments: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *arguments.split()]) == Exit.USAGE
    printed = capsys.readouterr()
    assert line in printed.err and printed.err.count("\n") == 1 and not printed.out


@pytest.mark.parametrize(
    ("text", "arguments", "line"),
    [
        ('{"event": "header"', [], "cannot read"),
        ('{"cases": []}', [], "cannot read"),
        ("04", ["--case", "x"], "--case is for a run"),
    ],
)
def test_odd_files_end_with_one_line(
    text: str, arguments: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    assert main(["explain", str(file), *arguments]) == Exit.USAGE
    printed = capsys.readouterr().err
    assert line in printed and printed.count("\n") == 1


def test_a_run_of_many_cases_wants_one_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(run / "events.ndjson")
    assert main(["explain", file]) == Exit.USAGE
    assert "name one with --case" in capsys.readouterr().err
    assert main(["explain", file, "--case", CASE.replace("bit", "bid")]) == Exit.USAGE
    assert f"did you mean {CASE}" in capsys.readouterr().err
