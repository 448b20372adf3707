"""Subscriptions that are large enough to exhaust whoever walks them octet by octet (RFC 23 and 37).

Whoever keeps topics in a tree with one level for each octet, and climbs down by calling itself, needs a stack as deep as
the longest topic that anybody may send.
"""

from conformance.api import Case, Peer, app_sends, cancels, expect, hang_up, in_force, peer, receives, subscribes

TOPIC = b"T" * 1_000_000


def _case(kind: str, ends: str) -> Case:
    last = hang_up() if ends == "disconnection" else cancels(TOPIC)
    return Case(
        title=f"{kind} outlives a topic of a million octets, and its {ends}",
        checks=("23/subscription/prefix", "29/PUB/prefix-match" if kind == "PUB" else "29/XPUB/prefix-match"),
        under_test=Peer(socket_type=kind, tester_type="SUB", sides=("binds",)),
        script=(
            peer("first", minor=0),
            subscribes(TOPIC),
            subscribes(b"a"),
            expect(in_force()),
            last,
            peer("second", minor=0),
            subscribes(b"other"),
            expect(in_force()),
            app_sends(b"other message"),
            expect(receives(b"other message")),
        ),
        note="CVE-2021-20236 of libzmq was this.",
        sensitive=True,
    )


TOPICS = {
    f"{kind.lower()}_{ends}": _case(kind, ends)
    for kind in ("PUB", "XPUB")
    for ends in ("cancellation", "disconnection")
}
