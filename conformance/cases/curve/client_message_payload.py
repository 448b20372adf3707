"""What is inside the MESSAGE commands that a client receives: flags and data (RFC 26 "The MESSAGE Command")."""

from conformance.api import (
    Case,
    Client,
    answers,
    delivers,
    either,
    expect,
    hang_up,
    holds,
    ignores,
    message,
    peer,
    rejects,
    send,
)

CLIENT = Client()

RESERVED_FLAGS = {
    f"bit_{bit}": Case(
        title=f"a MESSAGE with flag bit {bit} set ends the connection and is not delivered",
        checks=("26/MESSAGE/reserved-flags",),
        under_test=CLIENT,
        script=(send("MESSAGE", flags=1 << bit, data=b"reserved"), expect(rejects())),
    )
    for bit in range(2, 8)
}

RESERVED_FLAG_BESIDE_MORE = Case(
    title="a MESSAGE with a reserved flag beside MORE ends the connection",
    checks=("26/MESSAGE/reserved-flags",),
    under_test=CLIENT,
    script=(send("MESSAGE", flags=0x81, data=b"reserved"), expect(rejects())),
)

ALL_FLAGS = Case(
    title="a MESSAGE with all flags set ends the connection and is not delivered",
    checks=("26/MESSAGE/reserved-flags",),
    under_test=CLIENT,
    script=(send("MESSAGE", flags=0xFF, data=b"\x04PING\x00\x00"), expect(rejects())),
)

PING = Case(
    title="a PING inside a MESSAGE is answered or ignored, or ends the connection",
    checks=("26/MESSAGE/command-flag", "23/traffic/commands"),
    under_test=CLIENT,
    script=(
        send("PING", context=b"sealed"),
        expect(either(answers("PONG", context=b"sealed"), rejects(), ignores())),
    ),
    note="Bit 1 is reserved here, and marks the commands of ZMTP 3.1 in all deployed software.",
)

PONG = Case(
    title="a PONG inside a MESSAGE has the context of the PING, and nothing more",
    checks=("37/PONG/echoes-context", "37/PONG/layout"),
    under_test=CLIENT,
    script=(
        send("PING", context=b"sealed"),
        expect(either(answers("PONG", context=b"sealed"), rejects(), ignores())),
        expect(
            holds(
                "every PONG has a context that was sent",
                lambda known: all(
                    fields.get("context") in (b"sealed", b"fence") for name, fields in known.received if name == "PONG"
                ),
            )
        ),
    ),
)

UNKNOWN_COMMAND = Case(
    title="an unknown command inside a MESSAGE is not delivered",
    checks=("26/MESSAGE/command-flag", "23/traffic/commands"),
    under_test=CLIENT,
    script=(
        send("MESSAGE", flags=0x02, data=b"\x07UNKNOWNwith data"),
        expect(either(ignores(), rejects())),
    ),
)

HANDSHAKE_COMMAND = Case(
    title="a READY inside a MESSAGE is not delivered",
    checks=("26/MESSAGE/command-flag", "23/traffic/commands"),
    under_test=CLIENT,
    script=(send("MESSAGE", flags=0x02, data=b"\x05READY" + bytes(24)), expect(either(ignores(), rejects()))),
)

NAMELESS_COMMAND = Case(
    title="a command without a name inside a MESSAGE is not delivered",
    checks=("26/MESSAGE/command-flag", "23/traffic/commands"),
    under_test=CLIENT,
    script=(send("MESSAGE", flags=0x02, data=b""), expect(either(ignores(), rejects()))),
)

LOOKS_LIKE_A_COMMAND = Case(
    title="a message that looks like a PING is a message, as its flags say",
    checks=("26/MESSAGE/payload", "23/frame/command-bit"),
    under_test=CLIENT,
    script=(
        send("MESSAGE", data=b"\x04PING\x00\x00"),
        expect(delivers((b"\x04PING\x00\x00",))),
    ),
)

EMPTY = Case(
    title="flags without data are an empty message",
    checks=("26/MESSAGE/empty-payload", "26/MESSAGE/size"),
    under_test=CLIENT,
    script=(message(b""), message(b"behind"), expect(delivers((b"",), (b"behind",)))),
)

PARTS = Case(
    title="parts with MORE and one without are one message",
    checks=("26/MESSAGE/more", "26/MESSAGE/payload"),
    under_test=CLIENT,
    script=(
        message(b"a", b"", b"c"),
        message(b"alone"),
        expect(delivers((b"a", b"", b"c"), (b"alone",))),
    ),
)

EMPTY_PARTS = Case(
    title="a message of empty parts arrives as such",
    checks=("26/MESSAGE/more", "26/MESSAGE/empty-payload"),
    under_test=CLIENT,
    script=(message(b"", b"", b""), message(b"behind"), expect(delivers((b"", b"", b""), (b"behind",)))),
)

UNFINISHED = Case(
    title="a message whose last part never comes is not delivered",
    checks=("23/message/atomic", "26/MESSAGE/more"),
    under_test=CLIENT,
    script=(
        send("MESSAGE", flags=0x01, data=b"unfinished"),
        hang_up(),
        peer("second"),
        message(b"whole"),
        expect(delivers((b"whole",))),
    ),
)


def _counted(size: int) -> bytes:
    """So many octets that repeat only after 251."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


BODIES = {
    f"octets_{size}": Case(
        title=f"a message of {size} octets arrives as it was sent",
        checks=("26/MESSAGE/payload", "26/MESSAGE/after-ready"),
        under_test=CLIENT,
        script=(
            message(_counted(size)),
            expect(delivers((_counted(size),))),
        ),
        note="222 octets of data are the most that a short frame can hold." if size in (222, 223) else "",
    )
    for size in (1, 222, 223, 255, 256, 65535, 65536, 1_000_000)
}
