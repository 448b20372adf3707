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

TTL_OF_ONE = Case(
    title="a peer that announced the smallest TTL and falls silent is dropped",
    checks=("37/heartbeat/ttl-expires", "37/PING/ttl"),
    under_test=Peer(),
    script=(send("PING", ttl=1), withhold(), expect(rejects())),
    note="A TTL of 1 is 100 ms.",
)

LARGE_TTL = {
    f"of_{ttl}": Case(
        title=f"a peer that announced a TTL of {ttl} may be silent for a while",
        checks=("37/heartbeat/ttl-expires", "37/PING/ttl"),
        under_test=Peer(),
        script=(send("PING", ttl=ttl), pause(0.4), expect(accepts())),
        note=why,
    )
    for ttl, why in (
        (0x0100, "In the wrong order of octets it would be 100 ms."),
        (0x0200, "In the wrong order of octets it would be 200 ms."),
        (0x7FFF, "The largest of 15 bits."),
        (0x8000, "As a signed number it would be over at once."),
        (0xFFFF, "As a signed number it would be over at once."),
    )
}

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
