"""The measurements have their figures; what they are, no test asserts."""

import json

import pytest

from conformance.adapters.process import AdapterProcess
from conformance.adapters.registry import Registry
from conformance.bench import handwritten, model, suite
from conformance.bench.recording import Accepting, Ask, Await, Dialling, Ending, Reading, RecordingRunner, Sending
from conformance.bench.replay import Replay
from conformance.bench.timing import in_turns
from conformance.cli import main
from conformance.harness.catalogue import Selection, select
from conformance.harness.runner import Plan
from conformance.harness.stage import Settings
from conformance.harness.tcp import Adapters
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS

REFERENCE = Registry.load().resolve("reference")


def recorded(*patterns: str) -> RecordingRunner:
    """A recorded run of some cases on the reference."""

    def start() -> AdapterProcess:
        process = AdapterProcess(REFERENCE.command)
        process.start()
        return process

    adapters = Adapters(start)
    try:
        runner = RecordingRunner(adapters, Settings(), Plan(jobs=8))
        assert {result.verdict.value for result in runner.results(select(Selection(patterns=patterns)))} <= {
            "pass",
            "info",
        }
    finally:
        adapters.stop()
    return runner


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("null.ready_sent.*", {Ask, Await, Dialling, Accepting, Sending, Reading}),
        ("curve.server_hello.*", {Ask, Await, Dialling, Sending, Reading, Ending}),
        ("zmtp.greeting_partial.every_split*", {Ask, Await, Dialling, Accepting, Sending, Reading}),
    ],
)
def test_what_is_recorded_can_be_replayed(pattern: str, kinds: set[type]) -> None:
    recordings = recorded(pattern).recordings
    steps = [step for recording in recordings for step in recording.steps]
    assert kinds <= set(map(type, steps))
    assert not any(isinstance(step, Ask) and step.op == "recv" for step in steps)
    replay = Replay(REFERENCE.command, {})
    try:
        for _ in range(2):
            done = replay.run(recordings, jobs=8)
            assert done.plays == len(recordings)
            assert done.octets == sum(recording.octets for recording in recordings) > 0
            assert done.given_up == 0
            assert pattern.startswith("curve") or done.cut_short == 0, (
                "nothing in the open is different the second time"
            )
    finally:
        replay.stop()


def test_the_suite_beside_its_replay() -> None:
    """Every play that was recorded is replayed, and both were timed."""
    chosen = select(Selection(patterns=("null.ready_sent.*",)))
    told: list[str] = []
    figures = suite.measure(REFERENCE.command, {}, chosen, repeat=2, jobs=8, told=told.append)
    assert figures.cases == sum(figures.verdicts.values()) == len(chosen) <= figures.plays
    assert len(figures.suite.rounds) == len(figures.replay.rounds) == 2
    assert figures.allowed > figures.timer + figures.start > 0 < figures.octets
    assert told


def test_the_reference_beside_hand_written_code() -> None:
    """Each line names its work, and both sides did it."""
    lines = model.measure(repeat=1)
    assert len({line.what for line in lines}) == len(lines) > 5
    assert all(line.ours.median > 0 and line.theirs.median > 0 and line.count > 0 for line in lines)


def test_everybody_has_a_turn_in_every_round() -> None:
    turns: list[str] = []

    def work(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    times = in_turns({"one": lambda: work("one"), "two": lambda: work("two")}, 3)
    assert turns == ["one", "two"] * 4, "the first round warms up"
    assert times["one"].rounds == (3.0, 5.0, 7.0)
    assert (times["one"].median, times["one"].spread) == (5.0, (3.0, 7.0))


@pytest.mark.parametrize("mechanism", ["NULL", "CURVE"])
def test_the_baseline_talks_to_the_reference(mechanism: str) -> None:
    """What is compared does the same: each side of one can talk to the other side of the other."""
    for ours_first in (True, False):
        ours, theirs = model.connections(mechanism), model.by_hand(mechanism)
        one, other = (ours[0], theirs[1]) if ours_first else (ours[1], theirs[0])
        one.start()
        model.meet(one, other)
        assert one.state == "traffic"
        assert other.ready
        for parts in ((b"", b"one", bytes(300)), (b"two",)):
            one.send(*parts)
            assert other.receive(one.octets_to_send()) == [parts]
            other.send(*parts)
            assert one.receive(other.octets_to_send())[-1].parts == parts  # type: ignore[union-attr]


def test_the_baseline_refuses_what_is_wrong() -> None:
    client = handwritten.CurveClient(CLIENT_KEYS.public, CLIENT_KEYS.secret, SERVER_KEYS.public)
    server = handwritten.CurveServer(SERVER_KEYS.public, SERVER_KEYS.secret)
    server.receive(client.octets_to_send())
    client.receive(server.octets_to_send())
    hello = bytearray(client.octets_to_send())
    hello[50] ^= 1  # in the padding
    with pytest.raises(AssertionError):
        server.receive(bytes(hello))


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "reference", "null.ready_sent.*", "--repeat", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["suite"]["target"] == "reference"
    assert {"ratio", "reached", "allowed_seconds", "timer_seconds", "start_seconds"} <= set(told["suite"])
    assert all({"what", "ratio", "reach", "per_second"} <= set(line) for line in told["reference"])
    assert main(["bench", "nonesuch"]) == 2


def test_only_the_reference_needs_no_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "nonesuch", "--only", "reference", "--repeat", "1"]) == 0
    told = capsys.readouterr().out
    assert "CURVE handshake, HELLO to READY, over its cryptography" in told
    assert "bare replay" not in told
    assert main(["bench", "--only", "neither"]) == 2
