"""Which socket types may talk to each other: the legal pairs of RFC 23 and RFC 37 "The Socket-Type Property"."""

import itertools

import pytest

from spec_model.patterns.compatibility import PEERS, SINCE_3_1, compatible

PAIRS = [
    # one side, the types that the other may have
    ("REQ", "REP ROUTER"),
    ("REP", "REQ DEALER"),
    ("DEALER", "REP DEALER ROUTER"),
    ("ROUTER", "REQ DEALER ROUTER"),
    ("PUB", "SUB XSUB"),
    ("XPUB", "SUB XSUB"),
    ("SUB", "PUB XPUB"),
    ("XSUB", "PUB XPUB"),
    ("PUSH", "PULL"),
    ("PULL", "PUSH"),
    ("PAIR", "PAIR"),
    ("CLIENT", "SERVER"),
    ("SERVER", "CLIENT"),
    ("RADIO", "DISH"),
    ("DISH", "RADIO"),
    ("SCATTER", "GATHER"),
    ("GATHER", "SCATTER"),
    ("PEER", "PEER"),
    ("CHANNEL", "CHANNEL"),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_pairs(ours: str, theirs: str) -> None:
    assert {name for name in (*PEERS, "", "NOVEL", ours.lower()) if compatible(ours, name)} == set(theirs.split())


def test_the_relation_goes_both_ways() -> None:
    pairs = itertools.product(PEERS, PEERS)
    assert [(one, other) for one, other in pairs if compatible(one, other) != compatible(other, one)] == []


def test_there_are_eleven_types_in_3_0_and_nineteen_in_3_1() -> None:
    assert (len(set(PEERS) - SINCE_3_1), len(PEERS)) == (11, 19)
    assert set(PEERS) == {name for name, _ in PAIRS}
