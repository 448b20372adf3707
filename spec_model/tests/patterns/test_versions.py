"""Compatible types per version: RFC 15 "Socket Compatibility", and what older versions do not know."""

import pytest

from spec_model.patterns.compatibility import COMPATIBLE, ENFORCED, PEERS, SINCE_3_1, announced, compatible
from spec_model.patterns.kinds import KINDS
from spec_model.requirements import check_ids

VERSION_2_0 = [
    # ours, what the peers announce
    ("PAIR", "PAIR"),
    ("PUB", "SUB"),
    ("SUB", "PUB"),
    ("XPUB", "SUB"),
    ("XSUB", "PUB"),
    ("REQ", "REP ROUTER"),
    ("REP", "REQ DEALER"),
    ("DEALER", "REP DEALER ROUTER"),
    ("ROUTER", "REQ DEALER ROUTER"),
    ("PULL", "PUSH"),
    ("PUSH", "PULL"),
]


@pytest.mark.parametrize(("ours", "theirs"), VERSION_2_0)
def test_2_0(ours: str, theirs: str) -> None:
    assert {name for name in (*PEERS, "") if compatible(ours, name, (2, 0))} == set(theirs.split())


def test_types_and_versions() -> None:
    assert set(COMPATIBLE[2, 0]) == set(COMPATIBLE[3, 0]) == set(PEERS) - SINCE_3_1 == {ours for ours, _ in VERSION_2_0}
    assert COMPATIBLE[3, 1] == PEERS
    assert set(PEERS) == set(KINDS)
    assert set(ENFORCED) == set(COMPATIBLE) - {(1, 0)}
    check_ids(ENFORCED.values())


ROWS = [
    # version, ours, theirs, legal
    ((1, 0), "PUB", "", True),
    ((1, 0), "PUB", "SUB", False),
    ((1, 0), "CLIENT", "", False),
    ((2, 1), "XPUB", "SUB", True),
    ((2, 0), "XPUB", "XSUB", False),
    ((3, 0), "XPUB", "XSUB", True),
    ((3, 0), "DISH", "RADIO", False),
    ((3, 1), "DISH", "RADIO", True),
    ((3, 7), "DISH", "RADIO", True),
    ((4, 0), "DISH", "RADIO", True),
    ((0, 0), "PUB", "", True),
]


@pytest.mark.parametrize(("version", "ours", "theirs", "legal"), ROWS)
def test_pairs_of_a_version(version: tuple[int, int], ours: str, theirs: str, legal: bool) -> None:
    assert compatible(ours, theirs, version) is legal


@pytest.mark.parametrize(
    ("version", "name"), [((1, 0), ""), ((2, 0), "PUB"), ((3, 0), "XPUB"), ((3, 1), "XPUB"), ((4, 0), "XPUB")]
)
def test_what_an_xpub_announces(version: tuple[int, int], name: str) -> None:
    assert announced("XPUB", version) == name
