"""Each check of CURVE, left out, lets in the attack that it prevents, or is redundant and the siege says by what."""

import re
from collections.abc import Mapping
from functools import cache

import pytest

from spec_model.proof.attacks import Found
from spec_model.proof.checks import Check, checks, with_zeros
from spec_model.proof.page import counted, page
from spec_model.proof.peer import Peer
from spec_model.proof.proof import Line, Proof, line_of, prove, wrong
from spec_model.proof.reasons import BEHIND, NOTES
from spec_model.proof.scene import LESSER, SCENES, WIRE, Goal
from spec_model.proof.siege import Siege
from spec_model.requirements import check_ids

CHECKS: Mapping[str, Check] = {check.id: check for check in checks()}
KNOWN: dict[tuple[str, int], Peer] = {}
"""Steps of the reference, computed once for all checks."""

REDUNDANT: Mapping[str, set[str]] = {
    # What else refuses what the check refuses; nothing, where the check is a care in sealing.
    "size.server.INITIATE": {"26/cookie/opens", "26/INITIATE/box", "26/vouch/box"},
    "size.client.READY": {"26/READY/box"},
    "rule.server.INITIATE.metadata.value-size.metadata": {"26/metadata/layout"},
    "rule.client.READY.metadata.value-size.metadata": {"26/metadata/layout"},
    "order.server.traffic.INITIATE": {"26/cookie/opens", "26/INITIATE/box", "26/INITIATE/size"},
    "care.client.same-vouch-nonce": set(),
    "care.server.same-cookie-nonce": set(),
    "care.server.one-long-nonce": set(),
}

PROMISED = (
    # check, what is reached without it: some of each kind, by hand
    ("box.server.INITIATE.box.vouch-box", Goal.CLIENT),
    ("box.server.INITIATE.box", Goal.METADATA),
    ("box.client.READY.box", Goal.METADATA),
    ("rule.server.MESSAGE.nonce-increments.nonce", Goal.REPLAY),
    ("box.client.MESSAGE.box", Goal.FORGE),
    ("order.server.expect-hello.INITIATE", Goal.CLIENT),
    ("order.client.expect-welcome.READY", Goal.SERVER),
    ("order.server.expect-hello.MESSAGE", Goal.EARLY),
    ("order.server.expect-initiate.HELLO", Goal.ROUND),
    ("order.server.traffic.HELLO", Goal.BACK),
    ("order.client.traffic.ERROR", Goal.BLAME),
    ("size.client.ERROR", Goal.OVERREAD),
    ("size.server.MESSAGE", Goal.OVERREAD),
    ("box.client.WELCOME.box", Goal.ALTER),
    ("rule.server.HELLO.version", Goal.ALTER),
    ("rule.client.MESSAGE.box.reserved-flags.flags", Goal.UNLAWFUL),
    ("rule.client.READY.metadata.layout.metadata", Goal.PROPERTIES),
    ("care.server.everybody-is-let-in", Goal.STRANGER),
    ("care.server.same-cookie-key", Goal.AGAIN),
    ("care.server.same-welcome-nonce", Goal.TWICE),
    ("care.server.same-transient-server", Goal.READ),
    ("care.client.client-key-in-the-open", Goal.IDENTIFY),
)


@cache
def _line(name: str) -> Line:
    return line_of(name, CHECKS, KNOWN)


@pytest.mark.parametrize("name", CHECKS)
def test_without_a_check_there_is_an_attack_or_another_check(name: str) -> None:
    line = _line(name)
    assert wrong(line) == []
    assert (line.alone.goal is None) == (name in REDUNDANT)
    if name in REDUNDANT:
        assert set(line.stands) == REDUNDANT[name]


@pytest.mark.parametrize(("name", "goal"), PROMISED)
def test_the_attack_is_the_one_that_the_check_prevents(name: str, goal: Goal) -> None:
    assert _line(name).alone.goal is goal


def test_every_check_of_the_tables_is_there() -> None:
    check_ids(check.requirement for check in CHECKS.values())
    kinds = {
        kind: sum(name.startswith(f"{kind}.") for name in CHECKS) for kind in ("size", "rule", "box", "order", "care")
    }
    assert sum(kinds.values()) == len(CHECKS) and min(kinds.values()) > 5
    assert {check.as_server for check in CHECKS.values()} == {True, False}
    assert {*BEHIND, *NOTES, *(second for second, _ in BEHIND.values())} <= CHECKS.keys()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_nothing_is_reached_when_nothing_is_left_out(scene: object) -> None:
    done = Siege(scene, careful=True).run()  # type: ignore[arg-type]
    assert done.attacks == {} and done.strange == []


def test_it_is_the_order_that_keeps_off_and_not_the_keys() -> None:
    zeros = with_zeros()
    assert Siege(WIRE, makes=(zeros, zeros)).run().attacks == {}


NOTHING = Found(("a",), None, "", "", 1, 1)
ONE = next(iter(CHECKS.values()))
STOOD = NOTHING._replace(refusals={ONE.requirement: {"26/HELLO/box"}})

BAD_LINES = [
    ("no attack and no reason", Line(ONE, NOTHING), "nothing that it refuses was ever tried"),
    ("an attack and a note", Line(ONE, NOTHING._replace(goal=Goal.FORGE), note="none"), "an attack is found"),
    ("nothing behind", Line(ONE, STOOD, NOTHING._replace(left_out=("a", "b"))), "with b left out too"),
    ("one is enough", Line(ONE, STOOD, None, (NOTHING._replace(goal=Goal.FORGE),)), "a alone keeps off"),
]


@pytest.mark.parametrize(("line", "fault"), [row[1:] for row in BAD_LINES], ids=[row[0] for row in BAD_LINES])
def test_a_table_that_does_not_hold_is_a_fault(line: Line, fault: str) -> None:
    assert any(fault in found for found in wrong(line))
    assert any(fault in found for found in Proof(table=[line]).faults())


def test_a_redundant_check_that_stands_is_no_fault() -> None:
    assert wrong(Line(ONE, STOOD)) == []


def test_the_page_counts() -> None:
    table = [Line(ONE, NOTHING._replace(goal=goal)) for goal in (Goal.FORGE, Goal.BACK, Goal.BACK)]
    table += [Line(ONE, STOOD), Line(ONE, STOOD, NOTHING)]
    assert re.findall(r"\d+", counted(table)) == ["5", "3", "1", "2", "2", "1", "1"]


def test_within_small_bounds_all_of_it_holds() -> None:
    told: list[tuple[int, int]] = []
    proof = prove(small=True, tell=lambda done, total, what: told.append((done, total)))
    assert proof.faults() == []
    assert told == [(number, len(told) - 1) for number in range(len(told))]
    text = page(proof)
    assert f"{proof.states} states and {proof.transitions} transitions" in text
    assert all(str(goal) in text for goal in LESSER)
