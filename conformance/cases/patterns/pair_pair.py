"""PAIR: one peer at a time, both ways (RFC 31)."""

from conformance.api.scenes import staged
from conformance.api.scenes_receiving import MULTIPART, RECEIVERS
from conformance.api.scenes_sending import MULTIPART_OUT, ONE_PEER, SENDERS, TWO_WAY

SENDING = staged("31/PAIR", "PAIR", SENDERS + MULTIPART_OUT, "nobody_inherits")
RECEIVING = staged("31/PAIR", "PAIR", RECEIVERS + MULTIPART + TWO_WAY)
PEERS = staged("31/PAIR", "PAIR", ONE_PEER)
