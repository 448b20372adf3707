"""What the cases cover is computed: by the cases, by the same words of another text, or by a reason that is given."""

from collections.abc import Iterator

import pytest

from conformance.harness import covering as module
from conformance.harness.catalogue import cases
from conformance.harness.covering import Cover, covering, share
from spec_model.requirements import Seen, load


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    covering.cache_clear()
    yield
    covering.cache_clear()


def test_each_requirement_has_one_cover_and_what_goes_with_it() -> None:
    cited = {name for case in cases().values() for name in case.checks}
    for name, found in covering().items():
        assert (found.cover is Cover.CHECKED) == (name in cited), name
        assert bool(found.because) == (found.cover in (Cover.NEVER, Cover.GAP)), name
        assert bool(found.elder) == (found.cover is Cover.SAME), name
        assert bool(found.cases) == (found.cover in (Cover.CHECKED, Cover.SAME)), name
        assert found.cover is not Cover.NEVER or load()[name].seen is Seen.NEVER


def test_the_same_in_another_text_is_covered_by_it() -> None:
    found = covering()["37/greeting/size"]
    assert (found.cover, found.elder) == (Cover.SAME, "23/greeting/size")
    assert found.cases == covering()["23/greeting/size"].cases


def test_the_share_is_counted() -> None:
    covered, visible = share(load().values())
    assert visible == sum(entry.seen is not Seen.NEVER for entry in load().values())
    assert covered == sum(found.cover in (Cover.CHECKED, Cover.SAME) for found in covering().values())
    assert share([load()["27/reply/version"]]) == (0, 1)


def test_a_gap_under_which_nothing_is_left_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_gaps", lambda: [(("23/greeting/*",), "", "there is a reason")])
    with pytest.raises(ValueError, match=r"23/greeting/.* names nothing that is uncovered"):
        covering()


def test_a_gap_is_narrowed_by_who_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_gaps", lambda: [(("27/*",), "handler", "the handler is ours")])
    found = {name for name, one in covering().items() if one.cover is Cover.GAP}
    assert found and {load()[name].binds for name in found} == {"handler"}
