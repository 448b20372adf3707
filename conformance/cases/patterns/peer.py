"""PEER: numbers its peers, whoever connected, single parts only (RFC 51)."""

from conformance.api import Case, Peer, app_sends, connect_told, expect, receives, takes, takes_part
from conformance.api.scenes import staged
from conformance.api.scenes_numbered import NUMBERED
from conformance.api.scenes_receiving import FAIR, RECEIVERS, SINGLE_IN

RECEIVING = staged("51/PEER", "PEER", RECEIVERS + SINGLE_IN)
PEERS = staged("51/PEER", "PEER", FAIR)
ROUTING = staged("51/PEER", "PEER", NUMBERED)

CONNECTING = Case(
    title="the call that connects a PEER gives back the routing id of the new peer, and it can be used at once",
    checks=("51/PEER/connect-returns-id", "51/PEER/queue-on-connect", "51/PEER/routes-by-id", "51/PEER/routing-id"),
    under_test=Peer(socket_type="PEER", tester_type="PEER", sides=("connects",)),
    script=(
        expect(connect_told()),
        expect(takes(b"early", to="first")),
        expect(receives(b"early")),
        expect(takes_part()),
        app_sends(b"by the id that messages show", to="first"),
        expect(receives(b"by the id that messages show")),
    ),
)
