"""Messages with peers of ZMTP 1.0 (RFC 13), by a target that works with them; closing conforms as well.

The tester sends the whole of what such a peer would say. A target that downgrades has to get every octet of the older
framing right; one that does not closes. To go on with ZMTP 3, or to fall silent, is neither.
"""

from collections.abc import Callable

from conformance.api import (
    Case,
    Known,
    Peer,
    app_sends,
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
ANYTHING = bytes(range(256)) * 2


def frame_1_0(body: bytes, flags: int = 0, *, long: bool = False) -> bytes:
    """A frame of ZMTP 1.0: a length that counts the flags, flags, body."""
    if long or len(body) > 253:
        return b"\xff" + (len(body) + 1).to_bytes(8, "big") + bytes([flags]) + body
    return bytes([len(body) + 1, flags]) + body


def speaks_1_0(identity: bytes, *parts: bytes) -> Callable[[Known], bool]:
    """Whether the ten octets are the head of an identity frame, and its body and a message of ZMTP 1.0 follow."""
    message = b"".join(frame_1_0(part, MORE) for part in parts[:-1]) + frame_1_0(parts[-1])
    head = b"\xff" + (1 + len(identity)).to_bytes(8, "big")
    return lambda known: known.raw[:9] == head and known.raw[10:] == identity + message


GREETING_1_0 = frame_1_0(b"")
FILL = b"so that more than a greeting of ZMTP 3 is there for whoever reads one first"

FROM_1_0 = {
    name: Case(
        title=f"{what} of a peer of ZMTP 1.0 is delivered as it is, or the peer refused",
        checks=(
            requirement,
            "13/message/layout",
            "13/frame/layout",
            "13/connection/stages",
            "23/greeting/signature-checked",
        ),
        under_test=Peer(),
        script=(
            withhold(),
            octets(greeting + stream + frame_1_0(FILL)),
            expect(either(hears(*parts), rejects())),
        ),
    )
    for name, what, requirement, greeting, parts, stream in (
        ("short", "a message", "13/frame/short", GREETING_1_0, (b"hello",), frame_1_0(b"hello")),
        ("empty", "an empty message", "13/frame/length-counts-flags", GREETING_1_0, (b"",), frame_1_0(b"")),
        (
            "several_frames",
            "a message of three frames",
            "13/frame/more",
            GREETING_1_0,
            (b"a", b"", b"c"),
            frame_1_0(b"a", MORE) + frame_1_0(b"", MORE) + frame_1_0(b"c"),
        ),
        (
            "largest_short",
            "a frame of length 254",
            "13/frame/short",
            GREETING_1_0,
            (b"x" * 253,),
            frame_1_0(b"x" * 253),
        ),
        ("long", "a frame of 512 octets", "13/frame/body", GREETING_1_0, (ANYTHING,), frame_1_0(ANYTHING)),
        (
            "long_small",
            "a long frame of 3 octets",
            "13/frame/long-with-small-length",
            GREETING_1_0,
            (b"abc",),
            frame_1_0(b"abc", long=True),
        ),
        ("named", "a message", "13/greeting/identity", frame_1_0(b"me"), (b"hello",), frame_1_0(b"hello")),
        (
            "named_long",
            "a message, its identity in a long frame,",
            "13/greeting/anonymous",
            frame_1_0(b"", long=True),
            (b"hello",),
            frame_1_0(b"hello"),
        ),
        (
            "odd_identity_flags",
            "a message, its identity flags being 7E,",
            "13/greeting/idflags-not-validated",
            frame_1_0(b"me", 0x7E),
            (b"hello",),
            frame_1_0(b"hello"),
        ),
    )
}

TO_1_0 = {
    name: Case(
        title=f"{what} goes to a peer of ZMTP 1.0 behind an identity frame, in its framing, if at all",
        checks=(
            requirement,
            "15/legacy/speaks-1.0",
            "15/legacy/identity-length",
            "13/greeting/sent",
            "13/frame/layout",
            "23/legacy/speaks-1.0",
            "23/greeting/signature-checked",
        ),
        under_test=Peer(identity=identity),
        script=(
            withhold(),
            octets(GREETING_1_0 + frame_1_0(FILL)),
            app_sends(*parts),
            expect(
                either(
                    holds("identity frame and message of ZMTP 1.0 came", speaks_1_0(identity or b"", *parts)),
                    rejects(),
                )
            ),
        ),
    )
    for name, what, requirement, identity, parts in (
        ("short", "a message", "13/frame/single-without-more", None, (b"hello",)),
        ("several_frames", "a message of three frames", "13/frame/more", None, (b"a", b"", b"c")),
        ("largest_short", "a frame of length 254", "13/frame/short", None, (b"x" * 253,)),
        ("long", "a message of 512 octets", "13/frame/long", None, (ANYTHING,)),
        ("named", "a message of a named target", "13/greeting/identity", b"its own name", (b"hello",)),
    )
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
        ("zmtp_1_0", "ZMTP 1.0", "13/connection/repeated", GREETING_1_0 + frame_1_0(FILL)),
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
            "length_zero",
            "ZMTP 1.0",
            "a frame of length zero",
            "13/frame/zero-length",
            GREETING_1_0 + b"\x00" + frame_1_0(FILL),
        ),
        (
            "flags_1_0",
            "ZMTP 1.0",
            "a reserved flag",
            "13/frame/reserved-bits",
            GREETING_1_0 + frame_1_0(FILL, 0x80),
        ),
        (
            "identity_zero",
            "ZMTP 1.0",
            "an identity that starts with a zero",
            "13/identity/first-octet",
            frame_1_0(b"\x00me") + frame_1_0(FILL),
        ),
    )
}
