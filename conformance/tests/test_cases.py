"""The cases themselves: the reference passes them all, every faulty peer that shows is killed, and titles are sentences."""

from collections import Counter

import pytest

from conformance.api.case import Side
from conformance.harness.catalogue import Selection, UnknownCase, cases, select
from conformance.harness.kill import Matrix, matrix
from conformance.harness.rehearsal import rehearse
from conformance.harness.verdict import Verdict
from spec_model.faults import faults
from spec_model.requirements import load

ALL = select(Selection())


def test_the_reference_passes_every_case() -> None:
    """No fail, no warn, nothing inconclusive; what the reference has no socket for is unsupported by name."""
    results = rehearse(ALL)
    assert len(results) == len(ALL)
    bad = [f"{r.id}: {r.reason}" for r in results if r.verdict not in (Verdict.PASS, Verdict.INFO, Verdict.UNSUPPORTED)]
    assert not bad, "\n".join(bad)
    unsupported = Counter(r.reason for r in results if r.verdict is Verdict.UNSUPPORTED)
    assert all("the reference has no" in reason for reason in unsupported), unsupported


@pytest.fixture(scope="module")
def kills() -> Matrix:
    """The kill matrix of all derived and written faults."""
    return matrix(faults().values(), ALL)


def test_every_visible_fault_is_killed_by_a_case_that_cites_it(kills: Matrix) -> None:
    """There is no survivor among the faults that show."""
    assert len(kills.visible) >= 250
    survivors = [f"{kill.fault.id} {kill.fault.requirements}" for kill in kills.survivors]
    assert not survivors, "\n".join(survivors)


def test_no_invisible_fault_is_killed(kills: Matrix) -> None:
    """What is said not to show does not show."""
    shown = [f"{kill.fault.id} by {kill.by}" for kill in kills.kills if kill.by and not kill.fault.visible]
    assert not shown, "\n".join(shown)


def test_cases_say_what_they_are() -> None:
    """A title is one line without a full stop; what a case checks first can be seen."""
    for case in cases().values():
        assert 10 < len(case.title) < 110 and not case.title.endswith("."), case.id
        assert load()[case.checks[0]].seen != "never", case.id


def test_selection_by_glob_requirement_role_and_side() -> None:
    """Each option narrows, and together they narrow further."""
    padding = select(Selection(requirements=("26/HELLO/padding",)))
    assert padding and all("26/HELLO/padding" in case.checks for case, _ in padding)
    clients = select(Selection(patterns=("curve.*",), roles=("client",)))
    assert clients and all(case.under_test.role == "client" for case, _ in clients)
    side: Side = "connects"
    assert all(found == side for _, found in select(Selection(patterns=("null.*",), sides=(side,))))
    both = next(case for case in cases().values() if len(case.under_test.sides) == 2)
    assert len(select(Selection(patterns=(both.id,)))) == 2
    assert len(select(Selection(patterns=(f"{both.id}@binds",)))) == 1


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(patterns=("curve.server_helo.*",)), "no case matches"),
        (Selection(requirements=("26/HELLO/pading",)), "did you mean 26/HELLO/padding"),
    ],
)
def test_an_unknown_name_is_refused_with_a_hint(selection: Selection, words: str) -> None:
    """A pattern that matches nothing is a mistake, not an empty run."""
    with pytest.raises(UnknownCase, match=words):
        select(selection)
