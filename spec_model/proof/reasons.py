"""What stands behind a check without which no attack is found, and why there is none.

These are the words of the table that no walk can find; that there is no attack within the bound, it has found. Each reason
is given once, for all checks that it is true of.
"""

from collections.abc import Mapping

BEHIND: Mapping[str, str] = {
    "size.server.HELLO": "box.server.HELLO.signature",
    "box.server.HELLO.signature": "size.server.HELLO",
    "rule.server.INITIATE.vouch-box.server-key.vouched-server": "box.server.INITIATE.cookie.cookie-box",
    "box.server.INITIATE.cookie.cookie-box": "rule.server.INITIATE.vouch-box.server-key.vouched-server",
    "order.server.traffic.INITIATE": "care.server.cookie-for-ever",
}
"""The check that has to be left out too before there is an attack."""

_REASONS: Mapping[str, tuple[str, ...]] = {
    "a HELLO that is cut off has no signature, which stands at its end": ("size.server.HELLO",),
    "WELCOME is sealed for the C' that HELLO names: who does not own it cannot read the answer, nor go on": (
        "box.server.HELLO.signature",
    ),
    "who makes a HELLO chooses what is in it, and the size alone keeps WELCOME smaller; the field is kept for the future": (
        "rule.server.HELLO.version",
        "rule.server.HELLO.padding",
    ),
    "only the owner of C' or of S makes this box, and what is in it tells nobody anything": (
        "rule.server.HELLO.signature.signature.zeros",
    ),
    "what is missing of a box keeps it from opening, and what is too much is in no box": (
        "size.client.WELCOME",
        "size.server.INITIATE",
        "size.client.READY",
        "size.server.MESSAGE",
        "size.client.MESSAGE",
    ),
    "the key stream is known to S and C' alone: flipped bits give the client an S' that nobody owns, and no READY opens": (
        "box.client.WELCOME.box",
    ),
    "nobody but C, and who owns s', can seal a vouch that opens, and INITIATE, in which it lies, opens for this C' alone": (
        "rule.server.INITIATE.vouch-box.client-key.vouched-transient",
        "rule.server.INITIATE.vouch-box.server-key.vouched-server",
    ),
    "the attacker can change who is named in a cookie, but not what was vouched for": (
        "box.server.INITIATE.cookie.cookie-box",
    ),
    "whoever gets so far was let in, and his metadata is his to choose; it is checked to be readable": (
        "rule.server.INITIATE.metadata.layout.metadata",
        "rule.server.INITIATE.metadata.name-size.metadata",
        "rule.server.INITIATE.metadata.name-char.metadata",
        "rule.server.INITIATE.metadata.value-size.metadata",
        "rule.client.READY.metadata.layout.metadata",
        "rule.client.READY.metadata.name-size.metadata",
        "rule.client.READY.metadata.name-char.metadata",
        "rule.client.READY.metadata.value-size.metadata",
    ),
    "the flags are in the box, where only the peer can set them": (
        "rule.server.MESSAGE.box.reserved-flags.flags",
        "rule.client.MESSAGE.box.reserved-flags.flags",
    ),
    "an ERROR ends the connection whatever is in it; it is in the clear, and he may as well cut the wire": (
        "size.client.ERROR",
        "order.client.traffic.ERROR",
    ),
    "there is no key yet that would open it": (
        "order.server.expect-hello.INITIATE",
        "order.server.expect-hello.MESSAGE",
        "order.server.expect-initiate.MESSAGE",
        "order.client.expect-welcome.READY",
        "order.client.expect-welcome.MESSAGE",
    ),
    "another HELLO gets another WELCOME, as on another connection, and the cookie before it opens no more": (
        "order.server.expect-initiate.HELLO",
    ),
    "an established connection is thrown back to its beginning, which cutting the wire does as well": (
        "order.server.traffic.HELLO",
    ),
    "the key of the cookie is forgotten at the first INITIATE": ("order.server.traffic.INITIATE",),
    "another WELCOME opens only if S made it for this C', and READY has to go with it": (
        "order.client.expect-ready.WELCOME",
    ),
    "the keys of the box are new on each connection, so that its nonce could be anything": (
        "care.client.same-vouch-nonce",
        "care.server.same-welcome-nonce",
        "care.server.same-cookie-nonce",
        "care.server.one-long-nonce",
    ),
}

NO_ATTACK: Mapping[str, str] = {name: why for why, names in _REASONS.items() for name in names}
"""Why nothing is found, by the id of the check."""
