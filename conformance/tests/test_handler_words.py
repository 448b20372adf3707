"""The words for a ZAP handler, played in memory: what it is told to answer, and what it was asked."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.api import (
    Case,
    Peer,
    Server,
    UnderTest,
    accepts,
    expect,
    handler_replies,
    handler_saw,
    message,
    rejects,
)
from conformance.api.handler import HandlerReplies
from conformance.api.script import Step
from conformance.harness.memory import MemoryWorld
from conformance.harness.player import Player
from conformance.harness.rehearsal import IN_MEMORY
from conformance.harness.verdict import Result, Verdict
from spec_model.grammar.metadata import metadata_octets

CHECKS = ("27/status/success", "27/request/identity")


def played(*script: Step, under_test: UnderTest) -> Result:
    case = Case("a case of the tests", CHECKS, under_test, script, id="test.handler")
    result: Result = MemoryWorld().run(Player(case, "binds", IN_MEMORY).play())
    return result


ROWS: list[tuple[str, UnderTest, tuple[Step, ...], Verdict, str]] = [
    # what, the target, the script, the verdict, words of the reason
    ("asked once", Peer(), (expect(accepts()), expect(handler_saw())), Verdict.PASS, ""),
    ("asked twice", Peer(), (expect(accepts()), expect(handler_saw(times=2))), Verdict.FAIL, "2 requests .* saw 1"),
    ("not asked", Peer(), (expect(handler_saw(times=0)),), Verdict.PASS, ""),
    (
        "another mechanism",
        Peer(),
        (expect(accepts()), expect(handler_saw(mechanism=b"PLAIN"))),
        Verdict.FAIL,
        "mechanism b'PLAIN'; saw mechanism b'NULL'",
    ),
    (
        "what the tester knows",
        Server("PLAIN"),
        (expect(accepts()), expect(handler_saw(credentials=lambda known: known.credentials))),
        Verdict.PASS,
        "",
    ),
    ("refused", Peer(), (handler_replies("400"), expect(rejects())), Verdict.PASS, ""),
    ("refused in vain", Peer(), (handler_replies("400"), expect(accepts())), Verdict.FAIL, "saw closed"),
    ("no reply at all", Server(), (handler_replies(silent=True), expect(accepts())), Verdict.FAIL, "nothing for"),
    (
        "let in with metadata",
        Server(),
        (handler_replies(metadata=metadata_octets([("X-A", b"")]), user_id="joe"), message(b"x"), expect(accepts())),
        Verdict.PASS,
        "",
    ),
]


@pytest.mark.parametrize(("what", "target", "script", "verdict", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_a_script(what: str, target: UnderTest, script: tuple[Step, ...], verdict: Verdict, words: str) -> None:
    result = played(*script, under_test=target)
    assert result.verdict is verdict, result.reason
    if words:
        with pytest.raises(AssertionError, match=words):
            raise AssertionError(result.reason)


GIVEN: list[tuple[HandlerReplies, Mapping[str, Any]]] = [
    (handler_replies(), {}),
    (handler_replies("200", text="OK"), {}),
    (handler_replies("300"), {"status": "300"}),
    (handler_replies(frames=3, version="2.0"), {"frames": 3, "version": "2.0"}),
]


@pytest.mark.parametrize(("step", "given"), GIVEN)
def test_only_what_is_unusual_is_given(step: HandlerReplies, given: Mapping[str, Any]) -> None:
    assert step.given == given
    case = Case("a case of the tests", CHECKS, Peer(), (step, expect(accepts())))
    assert case.asks_handler and case.negative == bool(given)
    assert case.control().script[0] == HandlerReplies()
