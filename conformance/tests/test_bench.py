"""The measurements have their figures; what they are, no test asserts."""

from conformance.adapters.registry import Registry
from conformance.bench import model, suite
from conformance.harness.catalogue import Selection, select


def test_the_suite_beside_its_replay() -> None:
    """Every play that was recorded is replayed, and both were timed."""
    chosen = select(Selection(patterns=("null.ready_sent.*",)))
    told: list[str] = []
    figures = suite.measure(Registry.load().resolve("reference"), chosen, repeat=1, jobs=8, told=told.append)
    assert figures.cases == len(chosen) and figures.plays >= figures.cases
    assert len(figures.suite) == len(figures.replay) == 1 and figures.octets > 0 and told


def test_the_reference_beside_hand_written_code() -> None:
    """Each line names its work, and both sides did it."""
    lines = model.measure(repeat=1)
    assert len({line.what for line in lines}) == len(lines) > 5
    assert all(line.ours > 0 and line.theirs > 0 for line in lines)
