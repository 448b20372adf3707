"""What the types are asked that know their peers by numbers: SERVER and PEER (RFC 41, RFC 51)."""

from conformance.api.scenes import ATOMIC, BIG, BOUND, DIALLED, FEW, ONCE, OPAQUE, Scene
from conformance.api.script import (
    app_sends,
    delivers,
    expect,
    hang_up,
    message,
    peer,
    receives,
)
from conformance.api.sockets import (
    all_come,
    cannot_send,
    fills,
    knows,
    let_in,
    reads,
    stops_reading,
    takes,
    takes_part,
)

NUMBERED = (
    Scene(
        "by_id",
        "a {type} sends each message to the peer of that routing id, and to no other",
        f"routes-by-id routing-id-set routing-id-shown outgoing-unmodified connects-to queue-on-accept sends-and-receives "
        f"pattern/client-first {ATOMIC} {ONCE}",
        (
            message(b"of the first"),
            expect(delivers((b"of the first",))),
            peer("second", shared=True),
            message(b"of the second"),
            expect(delivers((b"of the second",))),
            *(app_sends(part, to="second") for part in OPAQUE),
            *(app_sends(part, to="first") for part in OPAQUE),
            *(expect(receives(part)) for part in OPAQUE),
            peer("first"),
            *(expect(receives(part)) for part in OPAQUE),
        ),
    ),
    Scene(
        "ids",
        "a {type} numbers its peers, each with a number of its own from 1 to 4294967295",
        "routing-id routing-id-shown",
        (
            *(
                step
                for name in ("first", "second", "third")
                for step in (peer(name, shared=True), expect(takes_part()))
            ),
            expect(
                knows(
                    "three peers have three numbers, none of them zero",
                    lambda ids: len(set(ids.values())) == 3 and all(any(one) and len(one) <= 4 for one in ids.values()),
                )
            ),
        ),
    ),
    Scene(
        "id_not_chosen",
        "the Identity that a peer announces decides nothing about its routing id at a {type}",
        "routing-id-not-chosen 23/identity/ignored-elsewhere 37/identity/ignored-elsewhere",
        (
            peer("first", identity=b"\x00\x12\x34\x56"),
            expect(takes_part()),
            peer("second", identity=b"\x00\x12\x34\x56", shared=True),
            expect(takes_part()),
            peer("third", identity=b"alpha", shared=True),
            expect(takes_part()),
            expect(
                knows(
                    "three peers have three ids, and none of them is what was announced",
                    lambda ids: len(set(ids.values())) == 3 and not {b"\x00\x12\x34\x56", b"alpha"} & set(ids.values()),
                )
            ),
        ),
        note="The first two announce the same, of the size that a number has.",
    ),
    Scene(
        "unroutable",
        "a {type} returns an error for a routing id that leads nowhere",
        "unroutable routes-by-id",
        (
            expect(takes_part()),
            expect(cannot_send(b"\x00\x00\x00\x00", b"lost", by_error=True)),
            expect(cannot_send(b"\xff\xff\xff\xfe", b"lost", by_error=True)),
            app_sends(b"found", to="first"),
            expect(receives(b"found")),
        ),
    ),
    Scene(
        "gone",
        "the routing id of a peer that has left leads nowhere, and a {type} says so",
        "queue-destroyed unroutable disconnect-discards",
        (
            expect(takes_part()),
            hang_up(),
            let_in("second"),
            expect(cannot_send(b"lost", to="first", by_error=True)),
            app_sends(b"found", to="second"),
            expect(receives(b"found")),
        ),
        BOUND,
    ),
    Scene(
        "full_by_id",
        "a {type} takes no more for a peer whose queue is full, hears it, serves others, and loses nothing",
        "blocks-when-full keeps-unqueued queue-per-peer queue-limit",
        (
            expect(takes_part()),
            stops_reading(),
            expect(fills(BIG, 80, to="first")),
            message(b"still here"),
            expect(delivers((b"still here",))),
            peer("second"),
            expect(takes_part()),
            app_sends(b"beside", to="second"),
            expect(receives(b"beside")),
            peer("first"),
            reads(),
            expect(all_come()),
            expect(takes(b"again", to="first")),
            expect(receives(b"again")),
        ),
        BOUND,
        FEW,
    ),
    Scene(
        "nobody_inherits_by_id",
        "what a {type} had queued for a peer that left is not sent to the next one",
        "disconnect-discards",
        (
            expect(takes_part()),
            stops_reading(),
            expect(fills(BIG, 80, to="first")),
            hang_up(abort=True),
            let_in("second"),
            app_sends(b"after", to="second"),
            expect(receives(b"after")),
        ),
        BOUND,
        FEW,
    ),
    Scene(
        "between_connections_by_id",
        "what a {type} is given for a peer whose connection was lost is sent when it is back, by the same id",
        "queue-kept-unconnected",
        (
            expect(takes_part()),
            hang_up(),
            peer("second"),
            expect(takes(b"gap", to="first")),
            expect(receives(b"gap")),
        ),
        DIALLED,
    ),
    Scene(
        "single_part_by_id",
        "the application of a {type} cannot send a message of several parts",
        "pattern/no-multipart 37/thread-safe/no-multipart-sent sends-single-part",
        (
            expect(takes_part()),
            expect(cannot_send(b"two", b"parts", to="first")),
            app_sends(b"one part", to="first"),
            expect(receives(b"one part")),
        ),
    ),
)
"""For types that know their peers by numbers."""
