"""What every type is asked whose application receives."""

from conformance.api.scenes import ATOMIC_IN, BOUND, DIALLED, FEW_IN, MORE, ONCE, OPAQUE, Scene, told
from conformance.api.script import (
    delivers,
    either,
    expect,
    hang_up,
    message,
    octets,
    peer,
    rejects,
)
from conformance.api.sockets import (
    cannot_send,
    gathers,
    gets_nothing,
    has_read,
    heard_beside,
    holds_back,
    let_in,
    takes_part,
    tries,
)
from spec_model.framing import encode as frame

_TALK = ((b"talk",),) * 5


_FLOOD = tuple((b"%04d" % number + b"x" * 4000,) for number in range(30))


_BULK = tuple((b"%04d" % number + b"x" * 100_000,) for number in range(24))


RECEIVERS = (
    Scene(
        "delivers",
        "what a peer sends reaches the application of a {type} as it was sent, once and in order",
        f"delivers delivers-messages receives incoming-unmodified connects-to queue-on-accept sends-and-receives "
        f"pattern/reliable pattern/in-process {ATOMIC_IN} {ONCE}",
        (*(message(part) for part in OPAQUE), expect(delivers(*((part,) for part in OPAQUE)))),
    ),
    Scene(
        "over_lost_connection",
        "what had come whole to a {type} that connected is delivered though the connection was lost since",
        "queue-kept-unconnected",
        (
            message(b"before"),
            hang_up(),
            peer("second"),
            message(b"after"),
            expect(delivers((b"before",), (b"after",))),
        ),
        DIALLED,
    ),
    Scene(
        "cut_off",
        "a {type} delivers nothing of a message that is cut off by its sender's end",
        "disconnect-discards 23/message/atomic 37/message/atomic",
        (
            expect(takes_part()),
            octets(frame(0, b"cut off")[:-2]),
            hang_up(),
            let_in("second"),
            message(b"whole"),
            expect(delivers((b"whole",))),
        ),
        BOUND,
    ),
    Scene(
        "limit_in",
        "a {type} whose application does not read stops reading, or drops",
        "queue-limit drops-when-full",
        (expect(takes_part()), expect(holds_back(*_BULK))),
        BOUND,
        FEW_IN,
        note="No answer to a PING behind the messages means that they are not read; then TCP holds the sender back.",
    ),
    Scene(
        "nothing_lost",
        "of more messages than its queue holds a {type} delivers every one",
        "delivers delivers-messages pattern/reliable",
        (*told(_FLOOD), expect(delivers(*_FLOOD))),
        BOUND,
        FEW_IN,
    ),
)
"""For types whose application receives what any peer sends."""


MULTIPART = (
    Scene(
        "multipart_in",
        "a {type} delivers the frames of a message together, also empty ones",
        "incoming-unmodified delivers delivers-messages 23/message/atomic 37/message/atomic",
        (
            message(b"", b"x", b"", b"\x00y", b""),
            message(b"next"),
            expect(delivers((b"", b"x", b"", b"\x00y", b""), (b"next",))),
        ),
    ),
    Scene(
        "unfinished_in",
        "a {type} delivers nothing of a message whose last frame never comes",
        "disconnect-discards 23/message/atomic 37/message/atomic",
        (
            expect(takes_part()),
            octets(frame(MORE, b"first frame")),
            hang_up(),
            let_in("second"),
            message(b"whole"),
            expect(delivers((b"whole",))),
        ),
        BOUND,
    ),
)
"""For types that receive messages of several frames."""


SINGLE_IN = (
    Scene(
        "multipart_dropped",
        "a {type} drops a message of several parts whole, and delivers the next one",
        "discards-multipart pattern/no-multipart 37/thread-safe/multipart-discarded",
        (
            message(b"two", b"parts"),
            message(b"three", b"parts", b"here"),
            message(b"one part"),
            expect(either(delivers((b"one part",)), rejects())),
        ),
        note="The pattern RFCs let a socket disconnect a peer that sends such a message.",
    ),
    Scene(
        "multipart_not_delivered",
        "a {type} delivers no part of a message of several parts, be its sender disconnected or not",
        "discards-multipart disconnects-multipart",
        (
            tries(b"two", b"parts"),
            peer("second"),
            message(b"one part"),
            expect(delivers((b"one part",))),
        ),
        BOUND,
    ),
)
"""For types that take messages of one part only."""


FAIR = (
    Scene(
        "fair",
        "a {type} starves no peer whose message waits, though another goes on sending",
        "fair-queuing connects-to queue-on-accept pattern/joins-any-time",
        (
            *(*told(_TALK), expect(has_read())),
            peer("second", shared=True),
            *(message(b"patient"), expect(has_read())),
            expect(heard_beside(b"patient", talker="first", talk=_TALK[0])),
        ),
        note="The first peer sends another message whenever one is read, so that one of its own always waits. Any order "
        "passes in which the second is heard at all.",
    ),
    Scene(
        "crowded",
        "a {type} reads from one peer while the queue of another is full",
        "queue-per-peer queue-per-subscriber",
        (
            *told(_FLOOD),
            peer("second"),
            message(b"beside"),
            expect(has_read()),
            expect(gathers(_FLOOD, ((b"beside",),))),
        ),
        BOUND,
        FEW_IN,
    ),
)
"""For types that take messages of any number of peers."""


MUTE = (
    Scene(
        "cannot_send",
        "the application of a {type} cannot send, and its peer gets nothing",
        "receives-only",
        (
            expect(has_read()),
            expect(cannot_send(b"upstream", by_error=True)),
            expect(gets_nothing()),
        ),
    ),
)
"""For types whose application only receives."""
