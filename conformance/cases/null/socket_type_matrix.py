"""Every socket type against every other (RFC 37 "The Socket-Type Property"): read from the one table of the model.

A target without a socket of some type is not asked about it. Whether it served is proven by an answer to PING where no
application could tell.
"""

from conformance.api import SOCKET_PEERS, Case, Peer, accepts, expect, metadata_octets, rejects, send

NATURAL = {ours: "DEALER" if "DEALER" in theirs else min(theirs) for ours, theirs in SOCKET_PEERS.items()}
"""What the tester is by itself, for each type of target."""


def socket_type(name: str) -> bytes:
    """Metadata with nothing but a socket type."""
    return metadata_octets([("Socket-Type", name.encode())])


SERVES = {
    f"{ours}_{theirs}".lower(): Case(
        title=f"a socket of type {ours} serves a peer of type {theirs}",
        checks=("37/socket-type/legal-accepted", "37/socket-type/grammar"),
        under_test=Peer(socket_type=ours, tester_type=NATURAL[ours], sides=("binds",)),
        script=(
            *(() if theirs == NATURAL[ours] else (send("READY", metadata=socket_type(theirs)),)),
            expect(accepts()),
        ),
    )
    for ours in SOCKET_PEERS
    for theirs in sorted(SOCKET_PEERS[ours])
}

REFUSES = {
    f"{ours}_{theirs}".lower(): Case(
        title=f"a socket of type {ours} refuses a peer of type {theirs}",
        checks=("37/socket-type/enforced",),
        under_test=Peer(socket_type=ours, tester_type=NATURAL[ours], sides=("binds",)),
        script=(send("READY", metadata=socket_type(theirs)), expect(rejects())),
    )
    for ours in SOCKET_PEERS
    for theirs in SOCKET_PEERS
    if theirs not in SOCKET_PEERS[ours]
}
