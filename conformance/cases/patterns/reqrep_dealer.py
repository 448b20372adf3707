"""DEALER: sends in turn, takes fairly, changes nothing (RFC 28 "The DEALER Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_receiving import FAIR, MULTIPART, RECEIVERS
from conformance.api.scenes_sending import IN_TURN, MULTIPART_OUT, SENDERS, TWO_WAY

SENDING = staged("28/DEALER", "ROUTER", SENDERS + MULTIPART_OUT, "nobody_inherits")
RECEIVING = staged("28/DEALER", "ROUTER", RECEIVERS + MULTIPART + TWO_WAY)
PEERS = staged("28/DEALER", "ROUTER", IN_TURN + FAIR)
