"""SCATTER: sends single parts in turn, hears nothing (RFC 49 "The SCATTER Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_sending import DEAF, IN_TURN, SENDERS, SINGLE_OUT

SENDING = staged("49/SCATTER", "GATHER", SENDERS + SINGLE_OUT)
PEERS = staged("49/SCATTER", "GATHER", IN_TURN)
DIRECTION = staged("49/SCATTER", "GATHER", DEAF)
