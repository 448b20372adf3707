"""PULL: takes fairly, delivers all, never sends (RFC 30 "The PULL Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_receiving import FAIR, MULTIPART, MUTE, RECEIVERS

RECEIVING = staged("30/PULL", "PUSH", RECEIVERS + MULTIPART)
PEERS = staged("30/PULL", "PUSH", FAIR)
DIRECTION = staged("30/PULL", "PUSH", MUTE)
