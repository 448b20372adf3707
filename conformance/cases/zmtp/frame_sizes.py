"""Frames of every size in either form (RFC 23 "Framing")."""

from conformance.api import (
    Case,
    Peer,
    Server,
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
    send,
    waits,
)

LONG, COMMAND = 0x02, 0x04
READY_SIZE, HELLO_SIZE = 28, 200


def body(size: int) -> bytes:
    """So many octets in which a shift or a hole would show."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def long_size(size: int) -> bytes:
    """The head of a long message frame."""
    return bytes([LONG]) + size.to_bytes(8, "big")


NATURAL = {
    f"of_{size}": Case(
        title=f"a message of {size} octets arrives as it was sent",
        checks=("23/message/body", "23/frame/short" if size < 256 else "23/frame/long", "23/frame/size"),
        under_test=Peer(),
        script=(message(body(size)), expect(delivers((body(size),)))),
    )
    for size in (1, 127, 128, 254, 255, 256, 257, 65535, 65536, 100_000)
}

EMPTY = Case(
    title="a message of no octets arrives as an empty frame",
    checks=("23/frame/empty", "23/message/body"),
    under_test=Peer(),
    script=(message(b""), message(b"behind"), expect(delivers((b"",), (b"behind",)))),
)

SMALL_IN_LONG_FRAMES = {
    f"of_{size}": Case(
        title=f"a long frame that holds {size} octets is as good as a short one",
        checks=("23/frame/long-with-small-body", "23/message/body"),
        under_test=Peer(),
        script=(handshake(), octets(frame(LONG, body(size))), expect(delivers((body(size),)))),
    )
    for size in (0, 1, 127, 128, 255)
}

ANNOUNCED = {
    name: Case(
        title=f"of a frame that announces {words} octets nothing is delivered but the frame",
        checks=("23/frame/long-size-limit" if size > 2**63 - 1 else "23/frame/long", "23/frame/size"),
        under_test=Peer(sides=("binds",)),
        script=(
            handshake(),
            octets(long_size(size) + frame(0, b"a part of the body")),
            expect(either(rejects(), waits())),
            hang_up(),
            peer("second"),
            message(b"of another peer"),
            expect(delivers((b"of another peer",))),
        ),
        note="A size cut to 32 or 31 bits, taken for negative, or added to until it wraps would set the body free.",
        sensitive=True,
    )
    for name, words, size in (
        ("2_31", "2^31", 2**31),
        ("2_32", "2^32", 2**32),
        ("2_32_and_1", "2^32+1", 2**32 + 1),
        ("2_62", "2^62", 2**62),
        ("2_63_minus_1", "2^63-1", 2**63 - 1),
        ("2_63", "2^63", 2**63),
        ("2_64_minus_9", "2^64-9", 2**64 - 9),
        ("2_64_minus_1", "2^64-1", 2**64 - 1),
    )
}

ANNOUNCED_TO_A_CLIENT = Case(
    title="a target that connected stands a frame that announces 2^64-1 octets",
    checks=("23/frame/long-size-limit", "23/frame/size"),
    under_test=Peer(sides=("connects",)),
    script=(handshake(), octets(long_size(2**64 - 1) + b"and no more"), expect(either(rejects(), waits()))),
    sensitive=True,
)

READYS = {
    name: Case(
        title=f"a READY that announces {words} octets is not taken for one of {READY_SIZE}",
        checks=("23/frame/long-size-limit" if size > 2**63 - 1 else "23/frame/long", "23/frame/size"),
        under_test=Peer(),
        script=(send("READY", frame_flags=COMMAND | LONG, frame_size=size), expect(either(rejects(), waits()))),
        note="What follows belongs to the frame still: it is refused, or awaited.",
        sensitive=True,
    )
    for name, words, size in (
        ("2_32_more", "2^32 more", 2**32 + READY_SIZE),
        ("2_63_minus_1", "2^63-1", 2**63 - 1),
        ("2_63_more", "2^63 more", 2**63 + READY_SIZE),
    )
}

HELLOS = {
    name: Case(
        title=f"a HELLO that announces {words} octets is not taken for one of {HELLO_SIZE}",
        checks=("23/frame/long-size-limit" if size > 2**63 - 1 else "23/frame/long", "23/frame/size"),
        under_test=Server(),
        script=(
            send("HELLO", frame_flags=COMMAND | LONG, frame_size=size),
            expect(either(rejects(before="WELCOME"), waits())),
        ),
        note="Nobody has shown a key yet: memory set aside for this is a gift to anybody who asks.",
        sensitive=True,
    )
    for name, words, size in (
        ("2_32_more", "2^32 more", 2**32 + HELLO_SIZE),
        ("2_63_minus_1", "2^63-1", 2**63 - 1),
        ("2_63_more", "2^63 more", 2**63 + HELLO_SIZE),
    )
}
