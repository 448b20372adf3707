"""SERVER: numbers its peers, answers by number, single parts only (RFC 41 "The SERVER Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_numbered import NUMBERED
from conformance.api.scenes_receiving import FAIR, RECEIVERS, SINGLE_IN

RECEIVING = staged("41/SERVER", "CLIENT", RECEIVERS + SINGLE_IN)
PEERS = staged("41/SERVER", "CLIENT", FAIR)
ROUTING = staged("41/SERVER", "CLIENT", NUMBERED)
