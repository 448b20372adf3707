"""Heartbeats: whether we take the peer for dead, and how long the peer lets us live (RFC 37 "Connection Heartbeating").

Two machines run beside the traffic of a connection. `heartbeat` is ours: it sends PING each interval, and gives up when
nothing at all came for the timeout since the first PING that is still without any sign of life. `lifetime` is what the
peer's PING asks of us: to give up unless something more comes within its TTL. Whatever octet comes is a sign of life, so
`lifetime` hears of it before it hears of a PING, and a PING never finds it limited. Both give up without blaming the
peer: silence breaks no requirement.
"""

from spec_model.machines.table import Machine, Row

MANY = "interval with many PINGs unanswered"
"""The interval is over, but so many PINGs had no PONG yet that another would be one too many."""

#   state       on                 do           then        requirement
HEARTBEAT = Machine(
    "heartbeat",
    "off",
    (
        Row("off", "start", "", "idle", "37/PING/sent"),
        Row("off", "sign of life", "", "off", "37/heartbeat/any-traffic"),
        Row("idle", "interval", "send PING", "awaiting", "37/PING/sent"),
        Row("idle", MANY, "", "idle", "37/heartbeat/few-unanswered"),
        Row("idle", "sign of life", "", "idle", "37/heartbeat/any-traffic"),
        Row("awaiting", "interval", "send PING", "awaiting", "37/PING/sent"),
        Row("awaiting", MANY, "", "awaiting", "37/heartbeat/few-unanswered"),
        Row("awaiting", "sign of life", "", "idle", "37/heartbeat/any-traffic"),
        Row("awaiting", "end of timeout", "expire", "closed", "37/heartbeat/timeout"),
    ),
    otherwise="37/heartbeat/timeout",
)

#   state         on                  do        then         requirement
LIFETIME = Machine(
    "lifetime",
    "unlimited",
    (
        Row("unlimited", "sign of life", "", "unlimited", "37/heartbeat/any-traffic"),
        Row("unlimited", "PING without TTL", "", "unlimited", "37/heartbeat/ttl-zero"),
        Row("unlimited", "PING with TTL", "", "limited", "37/heartbeat/ttl-expires"),
        Row("limited", "sign of life", "", "unlimited", "37/heartbeat/any-traffic"),
        Row("limited", "end of TTL", "expire", "closed", "37/heartbeat/ttl-expires"),
    ),
    otherwise="37/heartbeat/ttl-expires",
)
