"""CHANNEL: a PAIR of single-part messages (RFC 52)."""

from conformance.api.scenes import staged
from conformance.api.scenes_receiving import RECEIVERS, SINGLE_IN
from conformance.api.scenes_sending import ONE_PEER, SENDERS, SINGLE_OUT, TWO_WAY

SENDING = staged("52/CHANNEL", "CHANNEL", SENDERS + SINGLE_OUT, "nobody_inherits")
RECEIVING = staged("52/CHANNEL", "CHANNEL", RECEIVERS + SINGLE_IN + TWO_WAY, "multipart_not_delivered")
PEERS = staged("52/CHANNEL", "CHANNEL", ONE_PEER)
