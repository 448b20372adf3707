"""What every type is asked that sends without an address: to peers in turn, or to its only one."""

from conformance.api.scenes import ATOMIC, BIG, BOUND, DIALLED, FEW, FOUR, ONCE, OPAQUE, SIX, Scene, said
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
    alone,
    cannot_send,
    comes,
    fills,
    hears_nothing,
    let_in,
    reaches,
    reads,
    shares,
    stops_reading,
    takes,
    takes_part,
    tries,
)

SENDERS = (
    Scene(
        "sends",
        "what the application of a {type} sends is what its peer gets, once and in order",
        f"outgoing-unmodified connects-to queue-on-accept sends-and-receives pattern/reliable pattern/in-process {ATOMIC} "
        f"{ONCE} 23/socket/binds-and-connects 37/socket/binds-and-connects",
        (
            expect(takes_part()),
            *(app_sends(part) for part in OPAQUE),
            *(expect(receives(part)) for part in OPAQUE),
        ),
    ),
    Scene(
        "without_peer",
        "a {type} without a peer takes no message, and loses none",
        "blocks-without-peer accepts-no-more keeps-unqueued",
        (
            alone(),
            expect(cannot_send(b"early")),
            expect(cannot_send(b"early too")),
            peer("first"),
            expect(takes_part()),
            app_sends(b"late"),
            expect(receives(b"late")),
        ),
        BOUND,
        note="Blocking and an error are the same to this case: the message stays with the application.",
    ),
    Scene(
        "before_connection",
        "what a {type} is given while its connection is being made is sent when it stands",
        "queue-on-connect 23/socket/connects-asynchronously 37/socket/connects-asynchronously",
        (
            expect(takes(b"early")),
            expect(takes(b"early too")),
            expect(receives(b"early")),
            expect(receives(b"early too")),
        ),
        DIALLED,
        note="The TCP connection is there; the handshake begins when the tester has to receive.",
    ),
    Scene(
        "between_connections",
        "what a {type} is given after it lost its connection is sent over the next one",
        "queue-kept-unconnected",
        (
            expect(takes_part()),
            hang_up(),
            peer("second"),
            expect(takes(b"gap")),
            expect(receives(b"gap")),
            app_sends(b"after"),
            expect(receives(b"after")),
        ),
        DIALLED,
        note="The target knows of the loss: it has connected again before the message is given.",
    ),
    Scene(
        "room_again",
        "a {type} takes no more when its queue is full, sends all that it took, and then goes on",
        "available accepts-no-more keeps-unqueued pattern/reliable queue-limit",
        (
            expect(takes_part()),
            expect(fills(BIG, 80)),
            expect(all_come()),
            expect(takes(b"again")),
            expect(receives(b"again")),
        ),
        BOUND,
        FEW,
    ),
    Scene(
        "left_alone",
        "a {type} whose only peer has left has no peer",
        "queue-destroyed blocks-without-peer accepts-no-more",
        (expect(takes_part()), hang_up(), expect(fills(6, 900, owed=True))),
        BOUND,
        note="That the peer has left may be seen a moment later: some messages may be lost before.",
    ),
    Scene(
        "nobody_inherits",
        "what a {type} had queued for a peer that left is not sent to the next one",
        "disconnect-discards",
        (
            expect(takes_part()),
            expect(fills(BIG, 80)),
            hang_up(abort=True),
            let_in("second"),
            app_sends(b"after"),
            expect(receives(b"after")),
        ),
        BOUND,
        FEW,
    ),
)
"""For types whose application sends without an address, and waits where there is nobody."""


MULTIPART_OUT = (
    Scene(
        "multipart_out",
        "a {type} sends the frames of a message together, also empty ones",
        "outgoing-unmodified 23/message/atomic-sending 37/message/atomic-sending 23/message/queued-until-final "
        "37/message/queued-until-final 23/message/layout 37/message/layout",
        (
            expect(takes_part()),
            app_sends(b"", b"x", b"", b"\x00y", b""),
            app_sends(b"next"),
            expect(receives(b"", b"x", b"", b"\x00y", b"")),
            expect(receives(b"next")),
        ),
    ),
)
"""For types that send messages of several frames without an address."""


SINGLE_OUT = (
    Scene(
        "single_part_sent",
        "the application of a {type} cannot send a message of several parts",
        "pattern/no-multipart 37/thread-safe/no-multipart-sent sends-single-part",
        (
            expect(takes_part()),
            expect(cannot_send(b"two", b"parts")),
            app_sends(b"one part"),
            expect(receives(b"one part")),
        ),
    ),
)
"""For types that send without an address, and in single parts."""


IN_TURN = (
    Scene(
        "round_robin",
        "a {type} with three peers sends to each in turn",
        f"round-robin connects-to queue-on-accept pattern/reliable outgoing-unmodified {ONCE}",
        (
            *(
                step
                for name in ("first", "second", "third")
                for step in (peer(name, shared=True), expect(takes_part()))
            ),
            *said(SIX),
            expect(shares(*SIX, among=("first", "second", "third"))),
        ),
        note="Whose turn is first is free: of every three messages each peer gets one.",
    ),
    Scene(
        "joins_later",
        "a peer that comes to a {type} at work has its turn from then on",
        "pattern/joins-any-time round-robin queue-on-accept queue-on-connect",
        (
            expect(takes_part()),
            app_sends(b"before"),
            expect(receives(b"before")),
            peer("second", shared=True),
            expect(takes_part()),
            *said(FOUR),
            expect(shares(*FOUR, among=("first", "second"))),
        ),
    ),
    Scene(
        "left_out",
        "a {type} passes over a peer that has left",
        "queue-destroyed round-robin",
        (
            *(step for name in ("first", "second") for step in (peer(name), expect(takes_part()))),
            hang_up(),
            peer("third"),
            expect(takes_part()),
            *said(FOUR),
            expect(shares(*FOUR, among=("first", "third"))),
        ),
        BOUND,
    ),
    Scene(
        "slow_peer",
        "a {type} serves a peer that reads beside one that does not",
        "queue-per-peer available",
        (
            *(step for name in ("first", "second") for step in (peer(name), expect(takes_part()))),
            expect(fills(BIG, 120)),
            reads(),
            *(expect(takes(b"again")) for _ in range(6)),
            expect(comes(b"again")),
        ),
        BOUND,
        FEW,
        note="The first peer never reads. What it had room for may go to it; the rest goes to the second.",
    ),
)
"""For types that send to their peers in turn."""


DEAF = (
    Scene(
        "hears_nothing",
        "the application of a {type} gets nothing, whatever a peer sends",
        "sends-only discards-messages",
        (
            tries(b"stray"),
            peer("second"),
            expect(takes_part()),
            expect(hears_nothing()),
            app_sends(b"still served"),
            expect(reaches(b"still served", among=("second", "first"))),
        ),
        BOUND,
        note="The peer that sent a message may be refused or served on.",
    ),
)
"""For types whose application only sends."""


TWO_WAY = (
    Scene(
        "hears_while_full",
        "a {type} hears a peer that does not read, and what it had for it dies with it",
        "queue-per-peer disconnect-discards sends-and-receives",
        (
            expect(takes_part()),
            stops_reading(),
            expect(fills(BIG, 80)),
            message(b"still here"),
            expect(delivers((b"still here",))),
            hang_up(abort=True),
            let_in("second"),
            app_sends(b"after"),
            expect(receives(b"after")),
        ),
        BOUND,
        FEW,
    ),
)
"""For types that send without an address, and receive."""


ONE_PEER = (
    Scene(
        "second_peer",
        "while a {type} has a peer, nothing of a second one is delivered, and nothing is sent to it",
        "one-peer",
        (
            expect(takes_part()),
            peer("second"),
            tries(b"intruder"),
            peer("first"),
            message(b"of the first"),
            expect(delivers((b"of the first",))),
            *(app_sends(b"for the first %d" % number) for number in range(4)),
            *(expect(receives(b"for the first %d" % number)) for number in range(4)),
        ),
        BOUND,
        note="How the second is kept out is free; the first must not notice.",
    ),
    Scene(
        "place_is_free",
        "once the peer of a {type} has left, another takes its place",
        "queue-destroyed queue-on-accept",
        (
            expect(takes_part()),
            hang_up(),
            let_in("second"),
            app_sends(b"for the second"),
            expect(receives(b"for the second")),
        ),
        BOUND,
    ),
)
"""For types that have one peer at a time."""
