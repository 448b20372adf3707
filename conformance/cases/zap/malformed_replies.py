"""Replies that are none (RFC 27 "Message Format", "Version Detection"): they bind the handler, but let nobody in.

Each of them says 200, so that nothing else can be the reason. A server may refuse the client, or leave it waiting for a
reply that is one; the next client finds a handler that has come to its senses.
"""

from conformance.api import Case, Peer, Server, answers, either, expect, handler_replies, rejects, send, waits

MECHANISMS = {
    "null": (Peer(), "READY", ""),
    "plain": (Server("PLAIN", sides=("binds", "connects")), "HELLO", "WELCOME"),
    "curve": (Server(), "INITIATE", "READY"),
}

MALFORMED = {
    f"{name}_{slug}": Case(
        title=f"a {target.mechanism} peer is not let in by a reply {what}",
        checks=("27/status/malformed-reply",),
        under_test=target,
        script=(
            reply,
            send(command),
            expect(either(answers("ERROR"), rejects(before=welcome), waits())),
        ),
        sensitive=True,
    )
    for name, (target, command, welcome) in MECHANISMS.items()
    for slug, what, reply in (
        ("version_2", "of version 2.0", handler_replies(version="2.0")),
        ("version_empty", "without a version", handler_replies(version="")),
        ("version_longer", "whose version is 1.00", handler_replies(version="1.00")),
        ("one_frame", "of one frame", handler_replies(frames=1)),
        ("three_frames", "that ends after the status", handler_replies(frames=3)),
        ("five_frames", "without metadata", handler_replies(frames=5)),
        ("seven_frames", "with a frame too many", handler_replies(frames=7)),
        ("twenty_frames", "with fourteen frames too many", handler_replies(frames=20)),
        ("delimiter", "with no empty frame before it", handler_replies(delimiter=b"1.0")),
    )
}

FOREIGN = {
    f"{name}_{slug}": Case(
        title=f"a {target.mechanism} peer is not let in by a reply to {what}",
        checks=("27/status/foreign-request-id",),
        under_test=target,
        script=(
            handler_replies(request_id=request_id),
            send(command),
            expect(either(answers("ERROR"), rejects(before=welcome), waits())),
        ),
        sensitive=True,
    )
    for name, (target, command, welcome) in MECHANISMS.items()
    for slug, what, request_id in (
        ("another", "a request that nobody sent", b"of somebody else"),
        ("empty", "a request without an id", b""),
        ("zero", "a request whose id is a zero", b"\x00"),
    )
}
