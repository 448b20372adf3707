"""Rows about addresses: identities of ROUTER, routing ids, and the single parts of the thread-safe types."""

from spec_model.patterns.pattern import Options
from spec_model.tests.patterns.rows import SMALL, Row, Script
from spec_model.tests.patterns.shapes import Shape
from spec_model.tests.patterns.stage import (
    Stage,
    answer,
    attach,
    comes,
    detach,
    dial,
    dropped,
    gets,
    nothing,
    number,
    refused,
    resume,
    sends,
    stall,
    wire,
)

ASK, REPLY, E = b"ask", b"reply", b""
SAFE = "CLIENT SERVER SCATTER GATHER PEER CHANNEL"
ONCE = "23/message/o* 37/message/o*"


def own_names(stage: Stage) -> None:
    """Peers that announce no usable identity get one each: not empty, and not one that a peer could announce."""
    names = []
    for _ in range(3):
        parts = answer(stage)
        assert isinstance(parts, tuple)
        names.append(parts[0])
    assert len(set(names)) == 3
    assert all(name[:1] == b"\0" and len(name) == 5 for name in names)


def nobodys(stage: Stage) -> None:
    """The message of the second peer was not delivered under the name of the first."""
    assert answer(stage) in (None, (b"\0" + number(1), b"2"))


NAMING = (
    Row(
        "a peer is known and reached by the identity that it announced", "ROUTER",
        f"routes-by-identity prefixes-identity removes-identity identity-from-metadata connects-to identity-unique "
        f"queue-on-accept 13/envelope/forward 23/identity/addresses 37/identity/addresses delivers {ONCE}",
        (
            attach("1", identity=b"bob"), attach("2", identity=b"al\0ice"), comes("2", E, ASK),
            gets(b"al\0ice", E, ASK), sends(b"al\0ice", E, REPLY), wire("2", (E, REPLY)), wire("1"), sends(b"bob",
            b"1"),
            wire("1", (b"1",)), wire("2"), comes("1", b"x"), gets(b"bob", b"x"),
        ),
    ),
    Row(
        "a peer without an identity of its own gets one", "ROUTER", "identity-unique 37/identity/first-octet",
        (
            attach("1"), attach("2", identity=E), attach("3", identity=b"\0theirs"), comes("1", b"x"), comes("2", b"x"),
            comes("3", b"x"), own_names, sends(b"\0" + number(2), b"y"), wire("2", (b"y",)), wire("1"), wire("3"),
            dropped(E, b"y"), dropped(b"\0theirs", b"y"),
        ),
    ),
    Row(
        "two peers never share an identity", "ROUTER", "identity-clash",
        (
            attach("1", identity=b"bob"), attach("2", identity=b"bob", welcome=False), comes("2", b"2"), nobodys,
            sends(b"bob", b"x"), sends(b"bob", b"y"), wire("1", (b"x",), (b"y",)), wire("2"), comes("1", b"z"),
            gets(b"bob", b"z"), detach("2"), sends(b"bob", b"x"), wire("1", (b"x",)),
        ),
    ),
    Row(
        "a message for nobody is dropped", "ROUTER", "unroutable never-blocks queue-destroyed",
        (
            dropped(b"bob", b"x"), attach("1", identity=b"bob"), dropped(b"bo", b"x"), dropped(b"bobb", b"x"),
            dropped(E, b"x"), wire("1"), detach("1"), dropped(b"bob", b"x"),
        ),
    ),
    Row(
        "a message for nobody, or for a full queue, is refused if the application wants to know", "ROUTER",
        "unroutable full",
        (
            refused(b"bob", b"x", why="28/ROUTER/unroutable"), attach("1", identity=b"bob"), stall("1"),
            sends(b"bob", b"1"), refused(b"bob", b"2", why="28/ROUTER/full"), resume("1"), wire("1", (b"1",)),
        ),
        Options(send_limit=1, mandatory=True),
    ),
    Row(
        "an identity alone is no message", "ROUTER", "removes-identity",
        (attach("1", identity=b"bob"), refused(b"bob"), refused(), wire("1")),
    ),
    Row(
        "a queue is made on connecting, and cannot be addressed before the peer is known", "ROUTER",
        "queue-on-connect identity-from-metadata",
        (
            dial("1"), dropped(E, b"x"), attach("1", identity=b"bob", dialled=True), wire("1"), sends(b"bob", b"y"),
            wire("1", (b"y",)),
        ),
    ),
    Row(
        "a peer that comes back with another identity is another peer", "ROUTER", "queue-kept-unconnected",
        (
            attach("1", identity=b"bob", dialled=True), stall("1"), sends(b"bob", b"x"), detach("1"), resume("1"),
            attach("1", identity=b"eve", dialled=True), wire("1"), dropped(b"bob", b"y"), sends(b"eve", b"y"),
            wire("1", (b"y",)),
        ),
    ),
    Row(
        "routing ids are the socket's own: from one, whatever the peer announces", "SERVER PEER",
        f"routing-id routing-id-shown routing-id-set routing-id-not-chosen routes-by-id connects-to queue-on-accept "
        f"23/identity/ignored-elsewhere 37/identity/ignored-elsewhere pattern/client-first delivers "
        f"pattern/atomic-send 37/thread-safe/atomic-send incoming-unmodified outgoing-unmodified {ONCE}",
        (
            attach("x", identity=b"bob"), attach("y", identity=b"bob"), comes("y", b"hi"), gets(number(2), b"hi"),
            sends(number(2), REPLY), wire("y", (REPLY,)), wire("x"), sends(number(1), b"1"), wire("x", (b"1",)),
            wire("y"), refused(b"bob", b"x"),
        ),
    ),
    Row(
        "a routing id that leads nowhere is refused", "SERVER PEER", "unroutable queue-destroyed routing-id",
        (
            refused(number(1), b"x"), attach("x"), refused(number(0), b"x"), refused(E, b"x"), refused(number(2), b"x"),
            wire("x"), detach("x"), refused(number(1), b"x"), attach("y"), refused(number(1), b"x"),
            sends(number(2), b"x"), wire("y", (b"x",)),
        ),
    ),
    Row(
        "connecting tells the routing id, and it stays", "PEER", "connect-returns-id queue-kept-unconnected",
        (
            dial("x", number(1)), dial("y", number(2)), dial("x", number(1)), sends(number(2), b"1"),
            attach("y", dialled=True), wire("y", (b"1",)), detach("y"), attach("y", dialled=True), comes("y", b"2"),
            gets(number(2), b"2"),
        ),
    ),
)  # fmt: skip

NO_SEND = "37/thread-safe/no-multipart-sent pattern/no-multipart sends-single-part"
DISCARD = "37/thread-safe/multipart-discarded discards-multipart"


def twice(shape: Shape) -> Script:
    """A message of two parts is refused, and the next one is sent."""
    first = shape.out("a", b"1")
    return (
        *shape.open("a", False), refused(*first, b"2"), wire("a"), sends(*first), wire("a", shape.sent(b"1")),
    )  # fmt: skip


def discarded(shape: Shape) -> Script:
    """A message of too many parts is dropped, the last part too, and the next one is delivered."""
    came = shape.came(b"1")
    return (
        *shape.open("a", False), comes("a", *came, b"2"), comes("a", *came, b"2", b"3"), nothing,
        comes("a", *came), gets(*shape.got("a", b"1")), nothing,
    )  # fmt: skip


SINGLE = (
    Row("a message of several parts cannot be sent", SAFE.replace("GATHER ", "") + " RADIO", NO_SEND, twice, SMALL),
    Row(
        "a message of several parts that comes is dropped whole", SAFE.replace("SCATTER ", "") + " DISH",
        DISCARD,
        discarded,
    ),
    Row(
        "a single frame is no message of a radio", "DISH", f"{DISCARD} shows-group",
        lambda s: (*s.open("a", False), comes("a", b"g"), nothing, comes("a", *s.came(E)), gets(*s.got("a", E))),
    ),
    Row(
        "a type that only receives sends nothing, whatever its parts", "GATHER",
        "pattern/atomic-send 37/thread-safe/atomic-send pattern/no-multipart receives-only",
        (attach("a"), refused(b"1"), refused(b"1", b"2"), wire("a")),
    ),
    Row(
        "a type that only sends gets nothing, whatever its parts", "SCATTER",
        "pattern/atomic-receive 37/thread-safe/atomic-receive sends-only",
        (attach("a"), nothing, comes("a", b"1"), comes("a", b"1", b"2"), nothing),
    ),
)  # fmt: skip

ROWS = NAMING + SINGLE
