"""CLIENT: sends in turn, takes fairly, single parts only (RFC 41 "The CLIENT Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_receiving import FAIR, RECEIVERS, SINGLE_IN
from conformance.api.scenes_sending import IN_TURN, SENDERS, SINGLE_OUT, TWO_WAY

SENDING = staged("41/CLIENT", "SERVER", SENDERS + SINGLE_OUT, "nobody_inherits")
RECEIVING = staged("41/CLIENT", "SERVER", RECEIVERS + SINGLE_IN + TWO_WAY)
PEERS = staged("41/CLIENT", "SERVER", IN_TURN + FAIR)
