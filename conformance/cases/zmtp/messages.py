"""Messages of several frames: whole or not at all, in order, once (RFC 23 "Messages", "Socket Semantics")."""

from conformance.api import (
    Case,
    Peer,
    delivers,
    either,
    expect,
    frame,
    handshake,
    hang_up,
    message,
    octets,
    peer,
    rejects,
    repeat,
)

MORE, COMMAND = 0x01, 0x04
EVERY_OCTET = bytes(range(256))

MULTIPART = {
    name: Case(
        title=f"a message of {what} arrives as one message",
        checks=("23/message/atomic", "23/message/body", "23/frame/empty"),
        under_test=Peer(),
        script=(message(*parts), message(b"behind"), expect(delivers(parts, (b"behind",)))),
    )
    for name, what, parts in (
        ("2", "two frames", (b"first", b"second")),
        ("with_empty_first", "two frames, the first empty", (b"", b"second")),
        ("with_empty_last", "two frames, the last empty", (b"first", b"")),
        ("all_empty", "three empty frames", (b"", b"", b"")),
        ("short_and_long", "short and long frames in turn", (b"s", b"l" * 256, b"s" * 255, b"l" * 5000, b"")),
        ("equal", "three equal frames", (b"same", b"same", b"same")),
        ("100", "a hundred frames", tuple(b"%d" % number for number in range(100))),
    )
}

OPAQUE = Case(
    title="every octet arrives as it was sent",
    checks=("23/message/body",),
    under_test=Peer(),
    script=(message(EVERY_OCTET, EVERY_OCTET[::-1]), expect(delivers((EVERY_OCTET, EVERY_OCTET[::-1])))),
)

ORDER = Case(
    title="three hundred messages arrive once each, in the order of sending",
    checks=("23/message/order", "23/message/once", "23/message/body"),
    under_test=Peer(),
    script=(
        repeat(300, lambda number: (message(b"%d" % number, b"x" * number),)),
        expect(delivers(*((b"%d" % number, b"x" * number) for number in range(300)))),
    ),
    note="The second frame goes from short to long on the way.",
)

UNFINISHED = {
    name: Case(
        title=f"of a message that breaks off {where} nothing is delivered",
        checks=("23/message/atomic",),
        under_test=Peer(sides=("binds",)),
        script=(
            message(b"before"),
            expect(delivers((b"before",))),
            octets(begun),
            hang_up(abort=abort),
            peer("second"),
            message(b"whole"),
            expect(delivers((b"whole",))),
        ),
    )
    for name, where, begun, abort in (
        ("after_first", "after its first frame", frame(MORE, b"first"), False),
        ("after_second", "after its second frame", frame(MORE, b"first") + frame(MORE, b"second"), False),
        ("in_last", "in the midst of its last frame", frame(MORE, b"first") + frame(0, b"second")[:-1], False),
        ("in_size", "in the size of its last frame", frame(MORE, b"first") + b"\x02\x00\x00\x00", False),
        ("by_reset", "with a reset", frame(MORE, b"first") + frame(MORE, b"second"), True),
        ("in_only", "in the midst of its only frame", frame(0, b"cut off")[:-3], False),
    )
}

UNFINISHED_THEN_BACK = Case(
    title="what a lost connection left unfinished is not finished by the next one",
    checks=("23/message/atomic", "23/close/reconnect"),
    under_test=Peer(sides=("connects",)),
    script=(
        handshake(),
        octets(frame(MORE, b"first half")),
        hang_up(),
        peer("second"),
        message(b"second half"),
        expect(delivers((b"second half",))),
    ),
)

UNFINISHED_BESIDE = Case(
    title="frames of two peers are never mixed into one message",
    checks=("23/message/atomic",),
    under_test=Peer(sides=("binds",)),
    script=(
        handshake(),
        octets(frame(MORE, b"of the first")),
        peer("second"),
        message(b"of the second", b"also"),
        expect(delivers((b"of the second", b"also"))),
        peer("first"),
        octets(frame(0, b"of the first too")),
        expect(delivers((b"of the first", b"of the first too"))),
    ),
)

COMMAND_INSIDE = Case(
    title="a command between the frames of a message does not become part of it",
    checks=("23/message/atomic", "23/frame/command-bit"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(frame(MORE, b"first") + frame(COMMAND, b"\x04PING\x00\x00") + frame(0, b"second")),
        expect(either(delivers((b"first", b"second")), rejects())),
    ),
    note="The grammar has no command there; a receiver may mind.",
)
