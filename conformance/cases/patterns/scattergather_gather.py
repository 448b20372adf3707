"""GATHER: takes single parts fairly, never sends (RFC 49 "The GATHER Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_receiving import FAIR, MUTE, RECEIVERS, SINGLE_IN

RECEIVING = staged("49/GATHER", "SCATTER", RECEIVERS + SINGLE_IN)
PEERS = staged("49/GATHER", "SCATTER", FAIR)
DIRECTION = staged("49/GATHER", "SCATTER", MUTE)
