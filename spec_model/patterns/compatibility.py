"""Which socket types may talk to each other, in one table for all versions.

Theory of operation: `PEERS` is the list of ZMTP 3.1, the newest and longest. An older version has fewer types
(`SINCE_3_1`), or other names for them on the wire (`ANNOUNCED_2_0`), or no names at all; `COMPATIBLE` is the reading
of the list for each version. A version is (major, minor); ZMTP 1.0 and 2.0 are (1, 0) and (2, 0) whatever their
revision octet says.

Sources: RFC 37 and RFC 23 "The Socket-Type Property", RFC 15 "Socket Compatibility" and "Publish-Subscribe", RFC 13
(which has no socket types).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

Version = tuple[int, int]

PEERS: Mapping[str, frozenset[str]] = {
    "REQ": frozenset({"REP", "ROUTER"}),
    "REP": frozenset({"REQ", "DEALER"}),
    "DEALER": frozenset({"REP", "DEALER", "ROUTER"}),
    "ROUTER": frozenset({"REQ", "DEALER", "ROUTER"}),
    "PUB": frozenset({"SUB", "XSUB"}),
    "XPUB": frozenset({"SUB", "XSUB"}),
    "SUB": frozenset({"PUB", "XPUB"}),
    "XSUB": frozenset({"PUB", "XPUB"}),
    "PUSH": frozenset({"PULL"}),
    "PULL": frozenset({"PUSH"}),
    "PAIR": frozenset({"PAIR"}),
    "CLIENT": frozenset({"SERVER"}),
    "SERVER": frozenset({"CLIENT"}),
    "RADIO": frozenset({"DISH"}),
    "DISH": frozenset({"RADIO"}),
    "SCATTER": frozenset({"GATHER"}),
    "GATHER": frozenset({"SCATTER"}),
    "PEER": frozenset({"PEER"}),
    "CHANNEL": frozenset({"CHANNEL"}),
}

SINCE_3_1 = frozenset({"CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER", "PEER", "CHANNEL"})
"""Types that ZMTP 3.0 does not have."""

ANNOUNCED_2_0: Mapping[str, str] = {"XPUB": "PUB", "XSUB": "SUB"}
"""What ZMTP 2.0 calls the types that it does not know; all others keep their names (15/socket-type/xpub-xsub)."""

UNNAMED = ""
"""What a peer of ZMTP 1.0 announces: no type, so that every pairing is taken (RFC 13)."""

ENFORCED: Mapping[Version, str] = {
    (2, 0): "15/socket-type/enforced",
    (3, 0): "23/socket-type/enforced",
    (3, 1): "37/socket-type/enforced",
}
"""The requirement behind the table of each version; ZMTP 1.0 has nothing to enforce."""


def announced(socket_type: str, version: Version = (3, 1)) -> str:
    """The name by which a socket of this type goes on a connection of this version."""
    if version < (2, 0):
        return UNNAMED
    return ANNOUNCED_2_0.get(socket_type, socket_type) if version < (3, 0) else socket_type


def _read(version: Version) -> Mapping[str, frozenset[str]]:
    """The list as a version sees it: our types to the names that their peers announce."""
    known = [ours for ours in PEERS if version >= (3, 1) or ours not in SINCE_3_1]
    return MappingProxyType({ours: frozenset(announced(theirs, version) for theirs in PEERS[ours]) for ours in known})


COMPATIBLE: Mapping[Version, Mapping[str, frozenset[str]]] = MappingProxyType(
    {version: _read(version) for version in ((1, 0), (2, 0), (3, 0), (3, 1))}
)
"""For each version our socket types, and for each of them the names that its peers may announce."""


def compatible(ours: str, theirs: str, version: Version = (3, 1)) -> bool:
    """Whether a socket of type `ours` may talk to one that announces `theirs`.

    Args:
        ours, theirs: names of socket types in upper case; `theirs` is empty for a peer that announces none.
        version: major and minor version of the connection; a version between or beyond the known ones is read as the
            next lower one.
    """
    return theirs in (COMPATIBLE.get(version) or COMPATIBLE[_known(version)]).get(ours, ())


@cache
def _known(version: Version) -> Version:
    return max((entry for entry in COMPATIBLE if entry <= version), default=(1, 0))
