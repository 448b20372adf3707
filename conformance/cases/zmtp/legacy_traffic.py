"""Messages with peers of ZMTP 2.0 (RFC 15), by a target that works with them; closing conforms as well.

The tester sends the whole of what such a peer would say. A target that downgrades has to get every octet of the older
framing right; one that does not closes. To go on with ZMTP 3, or to fall silent, is neither.
"""

from collections.abc import Callable

from conformance.api import (
    Case,
    Known,
    Peer,
    app_sends,
    app_subscribes,
    either,
    expect,
    hang_up,
    hears,
    holds,
    octets,
    peer,
    rejects,
    waits,
    withhold,
)

MORE, LONG = 0x01, 0x02
DEALER = 0x05
ANYTHING = bytes(range(256)) * 2


def frame_2_0(body: bytes, flags: int = 0, *, long: bool = False) -> bytes:
    """A frame of ZMTP 2.0: flags, length, body."""
    if long or len(body) > 255:
        return bytes([flags | LONG]) + len(body).to_bytes(8, "big") + body
    return bytes([flags, len(body)]) + body


def continues(with_octets: bytes) -> Callable[[Known], bool]:
    """Whether this is what follows the eleven octets that every version begins with."""
    return lambda known: known.raw[11 : 11 + len(with_octets)] == with_octets


def number_is(number: int) -> Callable[[Known], bool]:
    """Whether the socket type of ZMTP 2.0 is this one, if there is any; a whole greeting of ZMTP 3 has none."""
    return lambda known: len(known.raw) >= 64 or known.raw[11:12] in (b"", bytes([number]))


def message_2_0(*parts: bytes) -> bytes:
    """A message of ZMTP 2.0."""
    return b"".join(frame_2_0(part, MORE) for part in parts[:-1]) + frame_2_0(parts[-1])


GREETING_2_0 = b"\xff" + bytes(8) + b"\x7f\x01" + bytes([DEALER]) + frame_2_0(b"")
FILL = b"so that more than a greeting of ZMTP 3 is there for whoever reads one first"

FROM_2_0 = {
    name: Case(
        title=f"{what} of a peer of ZMTP 2.0 is delivered as it is, or the peer refused",
        checks=(
            requirement,
            "15/message/layout",
            "15/frame/layout",
            "15/connection/stages",
            "23/greeting/lower-version",
        ),
        under_test=Peer(),
        script=(
            withhold(),
            octets(GREETING_2_0 + stream + frame_2_0(FILL)),
            expect(either(hears(*parts), rejects())),
        ),
    )
    for name, what, requirement, parts, stream in (
        ("short", "a message", "15/frame/final", (b"hello",), frame_2_0(b"hello")),
        ("empty", "an empty message", "15/frame/body", (b"",), frame_2_0(b"")),
        (
            "several_frames",
            "a message of three frames",
            "15/frame/more",
            (b"a", b"", b"c"),
            frame_2_0(b"a", MORE) + frame_2_0(b"", MORE) + frame_2_0(b"c"),
        ),
        ("largest_short", "a frame of 255 octets", "15/frame/short", (ANYTHING[:255],), frame_2_0(ANYTHING[:255])),
        ("long", "a frame of 512 octets", "15/frame/long", (ANYTHING,), frame_2_0(ANYTHING)),
        ("long_small", "a long frame of 3 octets", "15/frame/long", (b"abc",), frame_2_0(b"abc", long=True)),
        (
            "long_more",
            "a message that begins with a long frame",
            "15/frame/more",
            (ANYTHING, b"end"),
            frame_2_0(ANYTHING, MORE) + frame_2_0(b"end"),
        ),
    )
}

TO_2_0 = {
    name: Case(
        title=f"{what} goes to a peer of ZMTP 2.0 in the framing of ZMTP 2.0, if it is served at all",
        checks=(requirement, "15/frame/length", "15/frame/layout", "15/greeting/layout", "23/greeting/lower-version"),
        under_test=Peer(),
        script=(
            withhold(),
            octets(GREETING_2_0 + frame_2_0(FILL)),
            app_sends(*parts),
            expect(
                either(
                    holds(
                        "socket type, identity and the message follow the version",
                        continues(bytes([DEALER]) + frame_2_0(b"") + message_2_0(*parts)),
                    ),
                    rejects(),
                )
            ),
        ),
        note="A target that takes the peer for none leaves the message with its application.",
    )
    for name, what, requirement, parts in (
        ("short", "a message", "15/frame/single-without-more", (b"hello",)),
        ("several_frames", "a message of three frames", "15/frame/more", (b"a", b"", b"c")),
        ("long", "a message of 512 octets", "15/frame/long", (ANYTHING,)),
    )
}

ANNOUNCES = {
    name.lower(): Case(
        title=f"to a peer of ZMTP 2.0 a {name} gives {number} as its socket type, or it closes",
        checks=("15/greeting/socket-type", "15/greeting/layout", "15/identity/layout", "23/greeting/lower-version"),
        under_test=Peer(socket_type=name, tester_type=other, sides=("binds",)),
        script=(
            withhold(),
            octets(b"\xff" + bytes(8) + b"\x7f\x01" + bytes([peer_number]) + frame_2_0(b"") + bytes(64)),
            expect(
                either(
                    holds(
                        "its number and an empty identity follow the version",
                        continues(bytes([number]) + frame_2_0(b"")),
                    ),
                    rejects(),
                )
            ),
        ),
    )
    for name, number, other, peer_number in (
        ("PAIR", 0, "PAIR", 0),
        ("PUB", 1, "SUB", 2),
        ("SUB", 2, "PUB", 1),
        ("REQ", 3, "REP", 4),
        ("REP", 4, "REQ", 3),
        ("DEALER", 5, "DEALER", 5),
        ("ROUTER", 6, "DEALER", 5),
        ("PULL", 7, "PUSH", 8),
        ("PUSH", 8, "PULL", 7),
    )
}

IDENTITY_TO_2_0 = Case(
    title="to a peer of ZMTP 2.0 a named target gives its identity in a short final frame, or it closes",
    checks=("15/identity/layout", "23/legacy/speaks-2.0", "23/greeting/lower-version"),
    under_test=Peer(identity=b"its own name"),
    script=(
        withhold(),
        octets(GREETING_2_0 + frame_2_0(FILL)),
        expect(
            either(
                holds(
                    "socket type and identity follow the version",
                    continues(bytes([DEALER]) + frame_2_0(b"its own name")),
                ),
                rejects(),
            )
        ),
    ),
)

MISFIT = Case(
    title="a peer of ZMTP 2.0 that gives PUB as its socket type is refused by a DEALER",
    checks=("15/socket-type/enforced", "15/socket-type/disconnects-silently", "23/greeting/lower-version"),
    under_test=Peer(sides=("binds",)),
    script=(
        withhold(),
        octets(b"\xff" + bytes(8) + b"\x7f\x01\x01" + frame_2_0(b"") + frame_2_0(FILL)),
        expect(rejects()),
    ),
    note="Whether the target refuses the version or the socket type: it closes.",
)

SUBSCRIBES_BY_MESSAGES = Case(
    title="a SUB subscribes at a publisher of ZMTP 2.0 by a message, if it works with one at all",
    checks=("15/subscription/messages", "15/greeting/layout", "23/greeting/lower-version"),
    under_test=Peer(socket_type="SUB", tester_type="PUB"),
    script=(
        withhold(),
        app_subscribes(b"topic"),
        octets(b"\xff" + bytes(8) + b"\x7f\x01\x01" + frame_2_0(b"") + frame_2_0(b"other" + FILL)),
        expect(
            either(
                holds(
                    "01 and the topic come in a frame", continues(b"\x02" + frame_2_0(b"") + frame_2_0(b"\x01topic"))
                ),
                rejects(),
            )
        ),
    ),
)

ANNOUNCES_ELDER = {
    name.lower(): Case(
        title=f"to a peer of ZMTP 2.0 an {name} gives itself out as a {elder}, or it closes",
        checks=("15/socket-type/xpub-xsub", "15/greeting/socket-type", "23/greeting/lower-version"),
        under_test=Peer(socket_type=name, tester_type=other, sides=("binds",)),
        script=(
            withhold(),
            octets(b"\xff" + bytes(8) + b"\x7f\x01" + bytes([theirs]) + frame_2_0(b"") + bytes(64)),
            expect(either(holds("twelve octets have come", lambda known: len(known.raw) > 11), rejects())),
            expect(holds(f"no other number than that of {elder} follows the version", number_is(ours), now=True)),
        ),
        note="ZMTP 2.0 has no numbers for the types that came later.",
    )
    for name, elder, ours, other, theirs in (("XPUB", "PUB", 1, "SUB", 2), ("XSUB", "SUB", 2, "PUB", 1))
}

AGAIN = {
    name: Case(
        title=f"a peer of {version} that comes a second time is treated as it was the first time",
        checks=(requirement, "23/connection/repeated", "23/greeting/lower-version", "23/greeting/signature-checked"),
        under_test=Peer(sides=("binds",)),
        script=(
            withhold(),
            octets(stream),
            expect(either(hears(FILL), rejects())),
            hang_up(),
            peer("second"),
            withhold(),
            octets(stream),
            expect(either(hears(FILL), rejects())),
        ),
    )
    for name, version, requirement, stream in (
        ("zmtp_2_0", "ZMTP 2.0", "15/connection/repeated", GREETING_2_0 + frame_2_0(FILL)),
    )
}

OUTSIDE_THE_GRAMMAR = {
    name: Case(
        title=f"a peer of {version} with {what} is served or refused, or what is wrong is dropped",
        checks=(requirement, "23/greeting/lower-version", "23/greeting/signature-checked"),
        under_test=Peer(),
        script=(withhold(), octets(stream), expect(either(hears(FILL), rejects(), waits()))),
        note="Crashes and what the application gets besides are watched all the same.",
        sensitive=True,
    )
    for name, version, what, requirement, stream in (
        (
            "flags_2_0",
            "ZMTP 2.0",
            "a reserved flag",
            "15/frame/reserved-bits",
            GREETING_2_0 + frame_2_0(FILL, 0x80),
        ),
    )
}
