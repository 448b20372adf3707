"""The main job: a verdict for every case, over TCP, on the reference and on the libzmq that the pyzmq wheel brings."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conformance.adapters.process import AdapterProcess
from conformance.adapters.registry import Registry
from conformance.harness.catalogue import Selection, select
from conformance.harness.player import Settings
from conformance.harness.runner import Plan, Runner
from conformance.harness.tcp import Adapters
from conformance.harness.verdict import Result, Verdict
from spec_model.faults import faults


@contextmanager
def target(name: str) -> Iterator[Adapters]:
    """The adapters of a target, stopped at the end."""
    entry = Registry.load().resolve(name)

    def start() -> AdapterProcess:
        process = AdapterProcess(entry.command, environment=entry.environment, name=name)
        process.start()
        return process

    adapters = Adapters(start)
    try:
        yield adapters
    finally:
        adapters.stop()


def judge(name: str, *patterns: str) -> list[Result]:
    """The results of some cases, all by default."""
    with target(name) as adapters:
        return list(Runner(adapters, Settings(), Plan()).results(select(Selection(patterns=patterns))))


def lines(results: list[Result], *verdicts: Verdict) -> str:
    """The results of these verdicts, a line each."""
    return "\n".join(f"{r.verdict} {r.id}: {r.reason}" for r in results if r.verdict in verdicts)


def test_the_reference_over_tcp() -> None:
    """The reference passes over TCP what it passes in memory."""
    results = judge("reference")
    assert len(results) == len(select(Selection()))
    assert not lines(results, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.ERROR)


def test_libzmq_gets_a_verdict_for_every_case() -> None:
    """Nothing is inconclusive and nothing is the suite's fault; what fails was played twice."""
    results = judge("libzmq")
    assert {r.id for r in results} == {f"{case.id}@{side}" for case, side in select(Selection())}
    assert not lines(results, Verdict.INCONCLUSIVE, Verdict.ERROR)
    assert all(r.confirmed for r in results if r.verdict in (Verdict.FAIL, Verdict.WARN))
    assert sum(r.verdict is Verdict.PASS for r in results) > len(results) / 2


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("accepts.CURVE.HELLO.padding", "curve.server_hello.*"),
        ("written.reused-nonce-server", "curve.server_sends.*"),
        ("sends.greeting.filler", "zmtp.greeting_sent.*"),
    ],
)
def test_a_faulty_peer_is_caught_over_tcp(fault: str, pattern: str) -> None:
    """A fault that a case kills in memory is killed by it over TCP."""
    if fault not in faults():
        pytest.fail(f"the fault {fault} is gone; there are {sorted(faults())}")
    results = judge(f"faulty:{fault}", pattern)
    assert lines(results, Verdict.FAIL, Verdict.WARN), lines(results, *Verdict)
