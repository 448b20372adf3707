"""Peers that never complete their handshake take no messages away from those that did (RFC 28 "The DEALER Socket Type").

A peer counts as connected only when the handshake is complete. Who hands it messages before that loses them, and whoever
opens connections and says nothing can make that happen at will.
"""

from conformance.api import (
    Case,
    Peer,
    app_sends,
    expect,
    handshake,
    octets,
    peer,
    receives,
    send,
    withhold,
)

SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
MESSAGES = tuple(f"message {number}".encode() for number in range(6))

SAID = {
    "nothing": ("says nothing", (octets(b""),)),
    "signature": ("stops after its signature", (octets(SIGNATURE),)),
    "greeting": ("stops after its greeting", (send("greeting"), withhold())),
}

TAKES_NOTHING = {
    name: Case(
        title=f"a peer that {words} gets none of the messages of a DEALER that another peer waits for",
        checks=("28/DEALER/queue-on-accept", "28/DEALER/round-robin"),
        under_test=Peer(sides=("binds",)),
        script=(
            withhold(),
            *steps,
            peer("second"),
            handshake(),
            *(app_sends(one) for one in MESSAGES),
            *(expect(receives(one)) for one in MESSAGES),
        ),
        note="CVE-2020-15166 of libzmq was this.",
        sensitive=True,
    )
    for name, (words, steps) in SAID.items()
}
