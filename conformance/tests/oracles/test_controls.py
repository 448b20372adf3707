"""What a control that failed says about the case that was not played."""

from dataclasses import replace

import pytest

from conformance.harness.catalogue import Selection, select
from conformance.harness.rehearsal import without_control
from conformance.harness.verdict import Ending, Result, Verdict

(CASE, SIDE), *_ = select(Selection(patterns=("zmtp.messages.unfinished_then_back",)))


@pytest.mark.parametrize(
    ("verdict", "requirement", "said"),
    [
        (Verdict.FAIL, "23/message/atomic", Verdict.INCONCLUSIVE),
        (Verdict.WARN, "23/close/reconnect", Verdict.WARN),
        (Verdict.INCONCLUSIVE, "23/close/reconnect", Verdict.INCONCLUSIVE),
        (Verdict.UNSUPPORTED, "", Verdict.UNSUPPORTED),
    ],
)
def test_only_a_target_that_does_not_come_back_is_judged_by_a_control(
    verdict: Verdict, requirement: str, said: Verdict
) -> None:
    control = Result(CASE.control(), SIDE, verdict, Ending.CLOSED, "why", requirement)
    result = without_control(CASE, SIDE, control)
    assert result.verdict is said and result.case is CASE
    if said is verdict is Verdict.WARN:
        assert replace(result, case=control.case) == control
