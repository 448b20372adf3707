"""Oracle 6: memory does not grow without bound over repetitions; shown to fail, and not to accuse who grows once."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.cli.exits import Exit
from conformance.harness import growth
from conformance.harness.catalogue import cases
from conformance.harness.growth import (
    ANNOUNCED,
    AT_ONCE,
    BURDEN,
    NOISE,
    REFUSED,
    ROUNDS,
    UNFINISHED,
    Growth,
    Kind,
    kind_of,
)
from conformance.harness.rehearsal import IN_MEMORY, play
from conformance.harness.verdict import Result, Verdict
from conformance.tests.cli.cli_launch import results
from spec_model.connection import Connection

HELLO = "curve.server_hello.first_padding_bit"
PARTS = "null.first_command.messages_before_ready.unfinished"
SIZE = "zmtp.frame_sizes.announced.2_62"

LEAKS = (
    ("keeps-what-it-refuses", HELLO, Exit.FAILS),
    ("keeps-unfinished", PARTS, Exit.FAILS),
    ("keeps-unfinished", SIZE, Exit.FAILS),
    ("keeps-unfinished", HELLO, Exit.CONFORMS),
)


@pytest.mark.parametrize(("fault", "name", "code"), LEAKS)
def test_a_target_that_leaks_is_red(
    fault: str, name: str, code: Exit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It grows in every round; what it does not leak of does not accuse it."""
    assert main(["run", f"faulty:harms.{fault}", f"{name}@binds", "--report-dir", str(tmp_path)]) == code
    (case,) = results(tmp_path)["cases"]
    capsys.readouterr()
    assert (case["verdict"] == "fail") == (code is Exit.FAILS)
    if code is Exit.FAILS:
        assert case["confirmed"]
        assert f"expected that memory does not grow without bound; it grew in each of {ROUNDS} rounds" in case["reason"]
        assert "MiB" in case["trace"][-1]["what"]


@pytest.mark.parametrize("name", [HELLO, PARTS, SIZE])
def test_the_reference_does_not_grow(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same cases, the same repetitions."""
    assert main(["run", "reference", f"{name}@binds", "--report-dir", str(tmp_path)]) == Exit.CONFORMS
    capsys.readouterr()


KINDS = (
    (HELLO, REFUSED),
    (PARTS, UNFINISHED),
    (SIZE, ANNOUNCED),
    ("zmtp.frame_segments.every_split", None),
    ("curve.server_handshake.handshake", None),
)


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_the_kind_is_read_from_what_was_sent(name: str, kind: Kind | None) -> None:
    """By the frames, and by how it ended."""
    case = cases().get(name) or next(one for one in cases().values() if not one.negative)
    assert kind_of(play(case, "binds", Connection, IN_MEMORY)) is kind


MUCH = 100 * BURDEN * UNFINISHED.times
SEQUENCES = (
    ("never", [0], 1),
    ("noise", [NOISE - 1], 1),
    ("less than a share", [BURDEN * UNFINISHED.times // 2], 1),
    ("once", [MUCH, 0], 2),
    ("in all but the last", [MUCH] * ROUNDS + [0], 1 + ROUNDS),
    ("in all but one", [MUCH, MUCH, 0], 3),
    ("always", [MUCH] * (1 + ROUNDS), 1 + ROUNDS),
)


@pytest.mark.parametrize(("grows", "plays"), [row[1:] for row in SEQUENCES], ids=[row[0] for row in SEQUENCES])
def test_only_who_grows_in_every_round_is_accused(
    grows: list[int], plays: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that keeps what it freed grows once, and is asked again only if it grew at all."""
    size, repeated = 0, list[tuple[int, int]]()

    def repeat(entries: Iterable[object], at_once: int) -> Iterator[Result]:
        nonlocal size
        size += grows[len(repeated)]
        repeated.append((len(list(entries)), at_once))
        yield from ()

    monkeypatch.setattr(growth, "size_of", lambda pids: size)
    monkeypatch.setattr(growth, "SETTLING", 0.0)
    monkeypatch.setattr(growth, "can_be_weighed", lambda pids: True)
    watch = Growth(lambda: (1,), repeat)
    result = play(cases()[PARTS], "binds", Connection, IN_MEMORY)
    assert watch.takes(result)
    assert not watch.takes(result), "one case stands for its kind"
    assert watch.held == (result,)
    (judged,) = watch.judged()
    assert (judged.verdict is Verdict.FAIL) == (grows == [MUCH] * (1 + ROUNDS))
    assert repeated == [(1, AT_ONCE), *[(1, 1)] * ROUNDS][:plays]
    assert not watch.held


def test_nothing_is_repeated_where_nobody_can_be_weighed() -> None:
    """A target from outside has no process that is ours."""
    watch = Growth(lambda: (), lambda entries, at_once: iter(()))
    assert not watch.takes(play(cases()[PARTS], "binds", Connection, IN_MEMORY))


@pytest.mark.parametrize(("name", "weighed"), [("python3", True), ("java", False)])
def test_a_heap_that_is_only_collected_when_full_is_not_weighed(
    name: str, weighed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That such a process grows says nothing."""
    monkeypatch.setattr("psutil.Process.name", lambda process: name)
    assert growth.can_be_weighed([os.getpid()]) == weighed
    assert not growth.can_be_weighed([])


@pytest.mark.parametrize(
    ("program", "weighed"), [(b"\x7fELF and no more", True), (b"\x7fELF" + growth.GO + b"1.22", False)]
)
def test_a_program_that_go_has_built_is_not_weighed(
    program: bytes, weighed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its name says nothing, what stands in it does."""
    (tmp_path / "adapter").write_bytes(program)
    monkeypatch.setattr("psutil.Process.exe", lambda process: str(tmp_path / "adapter"))
    assert growth.can_be_weighed([os.getpid()]) == weighed
