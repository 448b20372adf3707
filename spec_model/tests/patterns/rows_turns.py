"""Rows about turns: REQ and its delimiter, REP and its envelope."""

from spec_model.patterns.pattern import Options
from spec_model.tests.patterns.rows import Row
from spec_model.tests.patterns.stage import (
    attach,
    blocked,
    comes,
    detach,
    dial,
    dropped,
    gets,
    not_now,
    nothing,
    refused,
    resume,
    sends,
    stall,
    wire,
)

ASK, REPLY, E = b"ask", b"reply", b""
MULTIPART = "23/message/* 37/message/*"
ONCE = "23/message/o* 37/message/o*"

REQUESTING = (
    Row(
        "a request starts with a delimiter, and its reply comes without", "REQ",
        f"delimiter data-frames strips-delimiter connects-to 13/envelope/request 13/envelope/delimiter "
        f"accepts-from-last-peer 23/socket/binds-and-connects {MULTIPART}",
        (
            attach("a"), sends(ASK, E, b"2"), wire("a", (E, ASK, E, b"2")), comes("a", E, REPLY, E), gets(REPLY, E),
            sends(ASK), wire("a", (E, ASK)), comes("a", E, E), gets(E),
        ),
    ),
    Row(
        "a REQ asks once, then waits for the reply", "REQ", "lock-step one-in-flight",
        (
            attach("a"), attach("b"), not_now, sends(ASK), refused(ASK, why="28/REQ/lock-step"), nothing,
            wire("a", (E, ASK)), wire("b"), comes("a", E, REPLY), refused(ASK), gets(REPLY), not_now, sends(ASK),
            wire("b", (E, ASK)), wire("a"),
        ),
    ),
    Row(
        "requests go to peers in turn", "REQ", f"round-robin connects-to {ONCE}",
        (
            attach("a"), attach("b"), sends(b"1"), wire("a", (E, b"1")), wire("b"), comes("a", E, REPLY), gets(REPLY),
            sends(b"2"), wire("b", (E, b"2")), comes("b", E, REPLY), gets(REPLY), sends(b"3"), wire("a", (E, b"3")),
        ),
    ),
    Row(
        "a REQ waits for a connection; an endpoint alone is none", "REQ", "blocks-without-peer keeps-unsent",
        (blocked(ASK), dial("a"), blocked(ASK), attach("a", dialled=True), wire("a"), sends(ASK), wire("a", (E, ASK))),
    ),
    Row(
        "a request that had not left when its peer did goes to the next", "REQ", f"keeps-unsent {ONCE}",
        (
            attach("a"), stall("a"), sends(ASK), detach("a"), refused(ASK), attach("b"), wire("b", (E, ASK)),
            comes("b", E, REPLY), gets(REPLY), stall("b"), sends(b"2"), attach("c"), detach("b"), wire("c", (E, b"2")),
            comes("c", E, REPLY), gets(REPLY),
        ),
    ),
    Row(
        "a full queue keeps the request with the application", "REQ", "keeps-unsent",
        (
            attach("a"), stall("a"), sends(b"1"), comes("a", E, REPLY), gets(REPLY), blocked(b"2"), not_now,
            resume("a"), wire("a", (E, b"1")), sends(b"2"), wire("a", (E, b"2")),
        ),
        Options(send_limit=1),
    ),
    Row(
        "only the peer that was asked is heard, and once", "REQ", "accepts-from-last-peer discards-from-others",
        (
            attach("a"), attach("b"), comes("a", E, b"early"), sends(ASK), comes("b", E, b"other"),
            comes("x", E, b"no"), nothing, comes("a", E, REPLY), comes("a", E, b"again"), comes("b", E, b"other"),
            gets(REPLY), sends(ASK), nothing, wire("b", (E, ASK)), comes("a", E, b"late"), nothing, comes("b", E,
            b"2"), gets(b"2"),
        ),
    ),
    Row(
        "a reply of another form is not delivered, and the right one still is", "REQ", "reply-without-delimiter",
        (
            attach("a"), sends(ASK), comes("a", REPLY), comes("a", E), comes("a", b"id", E, REPLY), nothing,
            comes("a", E, REPLY), gets(REPLY),
        ),
    ),
    Row("a request has at least one frame", "REQ", "data-frames", (attach("a"), refused(), not_now, wire("a"))),
)  # fmt: skip

ANSWERING = (
    Row(
        "envelope and delimiter are kept from the application and put before the reply", "REP",
        f"envelope stores-envelope restores-envelope delivers-data incoming-unmodified outgoing-unmodified connects-to "
        f"13/envelope/layout 13/envelope/reply 23/socket/binds-and-connects {MULTIPART}",
        (
            attach("a"),
            comes("a", b"id1", b"id2", E, ASK, E, b"2"), gets(ASK, E, b"2"), sends(REPLY, E),
            wire("a", (b"id1", b"id2", E, REPLY, E)),
            comes("a", E, E, ASK), gets(E, ASK), sends(E), wire("a", (E, E)),
            comes("a", b"id3", E, ASK), gets(ASK), sends(REPLY), wire("a", (b"id3", E, REPLY)), nothing,
        ),
    ),
    Row(
        "one request, one reply, each to its sender", "REP",
        f"lock-step one-at-a-time waits-for-reply replies-to-originator connects-to fair-queuing {ONCE}",
        (
            attach("b"), attach("a"), refused(REPLY, why="28/REP/lock-step"), comes("a", E, b"1"), refused(REPLY),
            gets(b"1"), comes("a", E, b"2"), comes("a", E, b"4"), comes("b", E, b"3"), not_now, wire("a"), sends(b"r1"),
            refused(REPLY), wire("a", (E, b"r1")), wire("b"), gets(b"3"), not_now, sends(b"r3"), wire("b", (E, b"r3")),
            wire("a"), gets(b"2"), sends(b"r2"), wire("a", (E, b"r2")), gets(b"4"), sends(b"r4"), wire("a", (E, b"r4")),
            wire("b"), nothing,
        ),
    ),
    Row(
        "a request without a delimiter, or with nothing behind it, does not hold up the next", "REP",
        "request-without-delimiter",
        (attach("a"), comes("a", ASK), comes("a", b"id", E), comes("a", E), comes("a", E, ASK), gets(ASK), sends(REPLY),
         wire("a", (E, REPLY)), nothing),
    ),
    Row(
        "a reply to a peer that has left is dropped, and nobody else gets it", "REP", "originator-gone never-blocks",
        (
            attach("a"), attach("b"), comes("a", E, ASK), comes("b", E, b"2"), gets(ASK), detach("a"), dropped(REPLY),
            wire("b"), gets(b"2"), sends(REPLY), wire("b", (E, REPLY)), attach("a"), wire("a"),
        ),
    ),
    Row(
        "a reply does not go over a later connection of the same endpoint", "REP", "originator-gone never-blocks",
        (
            attach("a", dialled=True), comes("a", E, ASK), gets(ASK), detach("a"), attach("a", dialled=True),
            dropped(REPLY), wire("a"),
        ),
    ),
    Row(
        "a reply to a peer that does not read is dropped", "REP", "never-blocks",
        (
            attach("a"), stall("a"), comes("a", E, b"1"), comes("a", E, b"2"), gets(b"1"), sends(b"r1"), gets(b"2"),
            dropped(b"r2"), nothing, resume("a"), wire("a", (E, b"r1")),
        ),
        Options(send_limit=1),
    ),
)  # fmt: skip

ROWS = REQUESTING + ANSWERING
