"""The TTL of a PING: how long its sender's silence may last (RFC 37 "Connection Heartbeating")."""

from conformance.api import Case, Peer, accepts, expect, message, pause, rejects, send, withhold

TTL_EXPIRES = Case(
    title="a peer that announced a TTL and falls silent is dropped when it has run out",
    checks=("37/heartbeat/ttl-expires",),
    under_test=Peer(),
    script=(send("PING", ttl=2), withhold(), expect(rejects())),
    note="A TTL of 2 is 200 ms; whoever measures in seconds is later, and the case waits longer before it says so.",
)

TTL_OF_ZERO = Case(
    title="a TTL of zero sets no limit",
    checks=("37/heartbeat/ttl-zero",),
    under_test=Peer(),
    script=(send("PING", ttl=0), pause(0.4), expect(accepts())),
)

MESSAGES_ARE_LIFE = Case(
    title="messages before the end of a TTL keep the connection",
    checks=("37/heartbeat/any-traffic", "37/heartbeat/ttl-expires"),
    under_test=Peer(),
    script=(
        send("PING", ttl=4),
        pause(0.25),
        message(b"alive"),
        pause(0.25),
        message(b"still alive"),
        expect(accepts()),
    ),
    note="Together the pauses are longer than the TTL, each is shorter.",
)
