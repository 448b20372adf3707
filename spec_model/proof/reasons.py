"""What stands behind a check, and what the siege cannot say by itself of a check that is redundant.

A check is redundant if nobody reaches anything when it alone is left out. Of those that refuse something the siege itself
says by what else it is refused. Of a care in sealing it can only say that nothing was reached: why, stands here.
"""

from collections.abc import Mapping

from spec_model.proof.scene import Goal

BEHIND: Mapping[str, tuple[str, Goal]] = {
    "size.server.HELLO": ("box.server.HELLO.signature", Goal.AMPLIFY),
    "rule.server.INITIATE.vouch-box.server-key.vouched-server": (
        "box.server.INITIATE.cookie.cookie-box",
        Goal.MISLEAD,
    ),
    "order.server.traffic.INITIATE": ("care.server.cookie-for-ever", Goal.REPLAY),
    "care.client.same-vouch-nonce": ("care.server.same-transient-server", Goal.TWICE),
    "care.server.same-cookie-nonce": ("care.server.same-cookie-key", Goal.TWICE),
}
"""The check that is left out too, and what is reached then: with neither of the two alone."""

NOTES: Mapping[str, str] = {
    "rule.server.INITIATE.metadata.value-size.metadata": "no value of the walk has 2 GiB",
    "rule.client.READY.metadata.value-size.metadata": "no value of the walk has 2 GiB",
    "care.client.same-vouch-nonce": "S' is new on each connection, so that no key seals two vouches",
    "care.server.same-cookie-nonce": "the cookie key is new on each connection, so that it seals one cookie",
    "care.server.one-long-nonce": "the welcome box and the cookie have a key each, and a prefix each",
}
"""What is to be said of redundant checks besides."""
