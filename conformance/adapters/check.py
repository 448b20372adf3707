"""Is an adapter honest? Small proofs, each of which a dishonest adapter fails.

Theory of operation: a verdict about a target is worth as much as its adapter's word. So before any case runs, an
adapter can be made to show that it refuses what it cannot do, answers in time, loses and mixes nothing, and that the
options which it claims have an effect that can be seen on the wire. The checks themselves are in `checks`; here they
are run, in order. An adapter that is no longer there or no longer speaks the protocol after a check has failed that
check, and the next one gets a new process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from conformance.adapters.checks.bench import Bench, Check, Dishonest, Skipped
from conformance.adapters.checks.effects import EFFECTS
from conformance.adapters.checks.refusals import ENDINGS, REFUSALS
from conformance.adapters.checks.traffic import TRAFFIC
from conformance.adapters.errors import AdapterError
from conformance.adapters.process import AdapterProcess

CHECKS: Mapping[str, Check] = {**REFUSALS, **TRAFFIC, **EFFECTS, **ENDINGS}


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: its name, `ok`, `failed` or `unsupported`, and a line that explains it."""

    name: str
    verdict: Literal["ok", "failed", "unsupported"]
    line: str


def check_adapter(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    deadline_seconds: float = 5.0,
    checks: Mapping[str, Check] = CHECKS,
) -> list[Finding]:
    """Run the checks against an adapter; raises nothing for what the adapter does.

    No step may take longer than the deadline, and a few take half of it by intention. An adapter that cannot be
    started has the one finding `starts`, which has failed.
    """
    findings: list[Finding] = []

    def start() -> Bench:
        return _start(command, environment, deadline_seconds)

    try:
        bench = start()
    except AdapterError as reason:
        return [Finding("starts", "failed", str(reason))]
    try:
        for name, check in checks.items():
            if not bench.adapter.alive:
                bench.adapter.stop()
                bench = start()
            finding = _judge(name, check, bench)
            findings.append(finding)
            if finding.verdict == "failed":  # who knows what is still under way
                bench.adapter.stop()
    except AdapterError as reason:
        findings.append(Finding("starts", "failed", f"the adapter does not start again: {reason}"))
    finally:
        bench.adapter.stop()
    return findings


def _start(command: Sequence[str], environment: Mapping[str, str] | None, deadline: float) -> Bench:
    adapter = AdapterProcess(command, environment=environment, patience=deadline)
    try:
        adapter.start(max(deadline, 10.0))
    except BaseException:
        adapter.stop()
        raise
    return Bench(adapter, deadline)


def _judge(name: str, check: Check, bench: Bench) -> Finding:
    try:
        return Finding(name, "ok", check(bench))
    except Skipped as reason:
        return Finding(name, "unsupported", str(reason))
    except (Dishonest, AdapterError) as reason:
        return Finding(name, "failed", str(reason))
    except OSError as reason:  # nobody listens where the adapter says that its socket does
        return Finding(name, "failed", f"a connection to the adapter's socket: {reason}")
