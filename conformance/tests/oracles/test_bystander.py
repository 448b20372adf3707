"""Oracle 3: a bystander that was connected before the stimulus is undisturbed; shown to fail, in memory and over TCP."""

from pathlib import Path

import pytest

from conformance.api import Case, Peer, app_sends, expect, message, octets, receives
from conformance.api.case import Side, UnderTest
from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.harness.bystander import stands_by
from conformance.harness.catalogue import cases
from conformance.harness.rehearsal import IN_MEMORY, play
from conformance.harness.verdict import Verdict
from conformance.tests.cli.cli_launch import results
from spec_model.connection import Connection
from spec_model.faults import faults

ENDS = "expected that a bystander is undisturbed; its connection was closed"
MUTES = "expected that a bystander is undisturbed; its message is not delivered"


STIMULI = (
    "null.first_command.other_commands.name_cut_off",
    "zmtp.greeting_signature.first_octets.octet_7f",
    "plain.server_hello.cut_short.no_user",
    "curve.server_hello.first_padding_bit",
    "curve.server_message.box_cut",
)


@pytest.mark.parametrize("name", STIMULI)
@pytest.mark.parametrize(("fault", "said"), [("ends-neighbours", ENDS), ("mutes-neighbours", MUTES)])
def test_who_harms_a_bystander_is_red(name: str, fault: str, said: str) -> None:
    """Closing on it and losing its message are told apart; the reference passes the same case."""
    case = cases()[name]
    assert play(case, "binds", Connection, IN_MEMORY).verdict in (Verdict.PASS, Verdict.INFO)
    result = play(case, "binds", faults()[f"harms.{fault}"].make, IN_MEMORY)
    assert (result.verdict, said in result.reason) == (Verdict.FAIL, True), result.reason


def negative(*script: object, **under_test: object) -> Case:
    """A case that sends something odd."""
    return Case("odd", ("23/frame/size",), UnderTest("NULL", **under_test), (octets(b"odd"), *script))  # type: ignore[arg-type]


PLACES: tuple[tuple[str, Case, Side, bool], ...] = (
    ("a socket that binds", negative(), "binds", True),
    ("one that connects makes one connection", negative(), "connects", False),
    ("nothing odd is sent", Case("even", ("23/frame/size",), Peer(), (message(b"x"),)), "binds", False),
    ("one that serves a single peer", negative(socket_type="PAIR", tester_type="PAIR"), "binds", False),
    ("one whose application sends", negative(app_sends(b"x"), expect(receives(b"x"))), "binds", False),
    ("one that lets nobody in", negative(refuses_clients=True), "binds", False),
    ("one that only sends", negative(socket_type="PUSH", tester_type="PULL"), "binds", False),
)


@pytest.mark.parametrize(("case", "side", "there"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_where_a_bystander_has_a_place(case: Case, side: Side, there: bool) -> None:
    """It must not take part in the play."""
    assert stands_by(case, side) == there


def test_over_tcp_it_is_blamed_case_by_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside other cases the target harms them all; each is played alone before it is blamed."""
    fault, arguments = "faulty:harms.ends-neighbours", ["curve.server_hello.*", "--report-dir", str(tmp_path)]
    assert main(["run", fault, *arguments]) == Exit.FAILS
    judged = results(tmp_path)["cases"]
    failed = [case for case in judged if case["verdict"] == "fail"]
    assert len(failed) > len(judged) / 2
    assert all(case["confirmed"] and ENDS in case["reason"] for case in failed), [case["reason"] for case in failed]
    assert not [case for case in judged if case["verdict"] == "error"]
    capsys.readouterr()
