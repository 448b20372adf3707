"""Subscriptions of sizes at which octet counts turn over, both ways (RFC 23 and 37)."""

from conformance.api import (
    Case,
    Peer,
    app_sends,
    app_subscribes,
    app_unsubscribes,
    cancels,
    expect,
    in_force,
    peer,
    receives,
    requests,
    subscribes,
    takes_part,
)

LONGEST_SHORT = 254
SIZES = (1, 2, *range(244, 258), 300, 65_536)
"""Octets. The request in a short frame takes 254 octets as a message; 255 minus the name as a command."""


def _topic(size: int) -> bytes:
    return b"T" * (size - 1) + b"t"


def _sent(kind: str, minor: int) -> tuple[str, ...]:
    """An XSUB's application chooses the form where it asks by messages; that is judged elsewhere."""
    if kind == "XSUB":
        return ("29/XSUB/sends-requests", "29/XSUB/takes-requests")
    form = (
        ("37/SUBSCRIBE/sent", "37/CANCEL/sent")
        if minor
        else ("23/subscription/subscribe", "23/subscription/unsubscribe")
    )
    return (*form, "29/SUB/sends-requests")


TAKEN = {
    f"{kind.lower()}_3_{minor}_of_{size}": Case(
        title=f"{kind} takes a subscription of {size} octets, and its cancel, with 3.{minor}",
        checks=(
            *(("37/SUBSCRIBE/understood", "37/CANCEL/understood", "37/subscription/prefix") if minor else ()),
            *(() if minor else ("23/subscription/prefix",)),
            *(f"29/{kind}/takes-subscribe", f"29/{kind}/takes-unsubscribe", f"29/{kind}/prefix-match"),
        ),
        under_test=Peer(socket_type=kind, tester_type="SUB", sides=("binds",)),
        script=(
            peer("first", minor=minor),
            subscribes(_topic(size)),
            subscribes(b"other"),
            expect(in_force()),
            app_sends(_topic(size)[:-1]),
            app_sends(_topic(size)),
            app_sends(_topic(size) + b"more"),
            expect(receives(_topic(size))),
            expect(receives(_topic(size) + b"more")),
            cancels(_topic(size)),
            expect(in_force()),
            app_sends(_topic(size)),
            app_sends(b"other"),
            expect(receives(b"other")),
        ),
    )
    for kind in ("PUB", "XPUB")
    for minor in (0, 1)
    for size in SIZES
    if minor or size <= LONGEST_SHORT
}

SENT = {
    f"{kind.lower()}_3_{minor}_of_{size}": Case(
        title=f"{kind} asks for a topic of {size} octets, and cancels it, with 3.{minor}",
        checks=_sent(kind, minor),
        under_test=Peer(socket_type=kind, tester_type="XPUB", sides=("binds",)),
        script=(
            peer("first", minor=minor),
            expect(takes_part()),
            app_subscribes(_topic(size)),
            expect(requests("SUBSCRIBE", _topic(size))),
            app_unsubscribes(_topic(size)),
            expect(requests("CANCEL", _topic(size))),
        ),
    )
    for kind in ("SUB", "XSUB")
    for minor in (0, 1)
    for size in SIZES
}
