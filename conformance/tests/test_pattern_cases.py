"""The cases of socket patterns and subscriptions: what they kill, what their scenes cite, and how they read."""

import re

import pytest

from conformance.api import scenes, scenes_numbered, scenes_receiving, scenes_sending
from conformance.api.scenes import Scene
from conformance.cli.wording import sentences
from conformance.harness.blackbox import Outside, fit
from conformance.harness.catalogue import Selection, cases, select
from conformance.harness.kill import Matrix, matrix
from conformance.harness.rehearsal import IN_MEMORY, play
from conformance.harness.verdict import Verdict
from spec_model.connection import Connection
from spec_model.patterns.faults import UNSEEN, pattern_faults
from spec_model.patterns.kinds import KINDS

OURS = select(Selection(patterns=("patterns.*", "subscriptions.*")))
ROWS = tuple(f"{kind.rfc}/{kind.name}" for kind in KINDS.values())
TABLES = (scenes, scenes_numbered, scenes_receiving, scenes_sending)
SCENES = tuple(
    scene
    for module in TABLES
    for table in vars(module).values()
    if isinstance(table, tuple)
    for scene in table
    if isinstance(scene, Scene)
)


@pytest.fixture(scope="module")
def kills() -> Matrix:
    """The kill matrix of the faults of patterns."""
    return matrix(pattern_faults(), OURS)


def test_every_pattern_fault_that_shows_is_killed_by_a_case_that_cites_it(kills: Matrix) -> None:
    assert len(kills.visible) >= 400
    survivors = [f"{kill.fault.id} {kill.fault.requirements}" for kill in kills.survivors]
    assert not survivors, "\n".join(survivors)


def test_a_pattern_fault_that_is_said_not_to_show_does_not(kills: Matrix) -> None:
    unseen = [kill for kill in kills.kills if not kill.fault.visible]
    assert {kill.fault.id for kill in unseen} == set(UNSEEN)
    assert not [f"{kill.fault.id} by {kill.by}" for kill in unseen if kill.by]


@pytest.mark.parametrize(
    ("fault", "case"),
    [
        ("PUSH.sends.one", "patterns.pipeline_push.peers.round_robin"),
        ("PULL.takes.one", "patterns.pipeline_pull.peers.fair"),
        ("PUSH.full.drop", "patterns.pipeline_push.sending.room_again"),
        ("PUSH.queues-without-limit", "patterns.pipeline_push.sending.room_again"),
        ("PUSH.waits-for-the-slowest", "patterns.pipeline_push.peers.slow_peer"),
        ("PUB.queues-without-limit", "patterns.pubsub_publisher.slow.pub"),
        ("PUB.ignores-cancels", "subscriptions.publisher.cancel.pub_3_1"),
        ("SUB.asks-in-messages", "subscriptions.subscriber.asks.sub_3_1"),
        ("SUB.asks-in-commands", "subscriptions.subscriber.asks.sub_3_0"),
        ("SUB.asks.uncounted", "subscriptions.subscriber.counted.sub_3_1"),
        ("SUB.forgets-late-publishers", "subscriptions.subscriber.before.sub_3_1"),
        ("XSUB.leaves-without-a-word", "patterns.pubsub_sub.closing"),
        ("ROUTER.shares-identities", "patterns.reqrep_router_identity.clash"),
        ("REQ.takes.turn", "patterns.reqrep_req.forged"),
        ("SERVER.unreachable.drop", "patterns.clientserver_server.routing.unroutable"),
        ("PEER.hides-the-new-id", "patterns.peer.connecting"),
        ("PAIR.serves-a-second", "patterns.pair_pair.peers.second_peer"),
        ("RADIO.match.prefix", "patterns.radiodish_radio.members"),
        ("DISH.hides-the-group", "patterns.radiodish_dish.delivers"),
    ],
)
def test_each_word_can_fail(fault: str, case: str) -> None:
    """The fault turns red exactly what it should, and the reference passes it."""
    wrong = next(one for one in pattern_faults() if one.id == fault)
    side = cases()[case].under_test.sides[0]
    assert play(cases()[case], side, Connection, IN_MEMORY).verdict in (Verdict.PASS, Verdict.INFO)
    result = play(cases()[case], side, Connection, IN_MEMORY, wrong.make)
    assert result.verdict in (Verdict.FAIL, Verdict.WARN), result.reason
    assert set(cases()[case].checks) & set(wrong.requirements)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.key)
def test_every_aspect_of_a_scene_is_one_of_a_type(scene: Scene) -> None:
    """`staged` leaves out what a type does not have; what none has would be a slip of the pen."""
    found = {name for row in ROWS for name in scene.checks(row)}
    for aspect in scene.aspects.split():
        assert any(name == aspect or name.endswith(f"/{aspect}") for name in found), aspect


def test_cases_read_as_sentences() -> None:
    """No record shows through."""
    for case, _ in OURS:
        for sentence in sentences(case.script):
            assert not re.search(r"\w+\(.*\)$", sentence) and "0x" not in sentence, (case.id, sentence)


def test_without_an_adapter_the_application_cannot_be_asked() -> None:
    """A peer that is judged from outside is not accused of what only its application knows."""
    case = cases()["patterns.pipeline_push.peers.round_robin"]
    assert "needs an adapter" in str(fit(case, "binds", Outside("binds", "NULL", None, "PUSH")))
