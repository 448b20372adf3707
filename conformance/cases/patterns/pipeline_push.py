"""PUSH: sends in turn, hears nothing, loses nothing (RFC 30 "The PUSH Socket Type")."""

from conformance.api.scenes import staged
from conformance.api.scenes_sending import DEAF, IN_TURN, MULTIPART_OUT, SENDERS

SENDING = staged("30/PUSH", "PULL", SENDERS + MULTIPART_OUT)
PEERS = staged("30/PUSH", "PULL", IN_TURN)
DIRECTION = staged("30/PUSH", "PULL", DEAF)
