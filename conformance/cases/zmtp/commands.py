"""Commands in traffic that nobody has heard of, or that are no commands of the grammar (RFC 23 "Commands")."""

from conformance.api import (
    Case,
    Peer,
    delivers,
    either,
    expect,
    frame,
    handshake,
    ignores,
    message,
    octets,
    rejects,
)

COMMAND, LONG = 0x04, 0x02

UNKNOWN = {
    name: Case(
        title=f"{what} is ignored or refused, and never delivered",
        checks=("23/traffic/commands", "23/frame/command-bit"),
        under_test=Peer(),
        script=(handshake(), octets(frame(COMMAND, body)), expect(either(ignores(), rejects()))),
        note="No text says what to do with it; to hand it to the application is the one thing that is wrong.",
    )
    for name, what, body in (
        ("name", "a command of an unknown name", b"\x07UNKNOWNdata"),
        ("without_data", "a command of an unknown name and no data", b"\x07UNKNOWN"),
        ("lower_case", "a command called ping", b"\x04ping\x00\x00"),
        ("longer_name", "a command whose name begins with PING", b"\x05PINGS\x00\x00"),
        ("with_digits", "a command whose name has digits and zeros", b"\x04P1\x00G\x00\x00"),
        ("longest_name", "a command with a name of 255 letters", b"\xff" + b"N" * 255),
        ("of_curve", "a MESSAGE of CURVE", b"\x07MESSAGE" + bytes(32)),
        ("long", "an unknown command of 60,000 octets", b"\x07UNKNOWN" + bytes(60_000)),
    )
}

MALFORMED = {
    name: Case(
        title=f"{what} is ignored or refused, and never delivered",
        checks=("23/traffic/commands", "23/command/name-size"),
        under_test=Peer(),
        script=(handshake(), octets(frame(COMMAND, body)), expect(either(ignores(), rejects()))),
        note="A receiver that reads the name has to look at the size of the body first.",
        sensitive=True,
    )
    for name, what, body in (
        ("empty", "a command without a body", b""),
        ("nameless", "a command whose name has no letters", b"\x00data"),
        ("only_size", "a command that ends before its name", b"\x04"),
        ("short_name", "a command whose name is cut off", b"\x04PIN"),
        ("endless_name", "a command whose name is longer than its body", b"\xffPING\x00\x00"),
    )
}

EMPTY_LONG = Case(
    title="a long command frame without a body in traffic is ignored or refused",
    checks=("23/traffic/commands", "23/command/accepts-either-size"),
    under_test=Peer(),
    script=(handshake(), octets(frame(COMMAND | LONG, b"")), expect(either(ignores(), rejects()))),
    sensitive=True,
)

BETWEEN_MESSAGES = Case(
    title="an unknown command between two messages costs neither of them, unless it is refused",
    checks=("23/traffic/commands", "23/message/order"),
    under_test=Peer(),
    script=(
        message(b"before"),
        expect(delivers((b"before",))),
        octets(frame(COMMAND, b"\x07UNKNOWNdata") + frame(0, b"after")),
        expect(either(delivers((b"after",)), rejects())),
    ),
)

SECOND_READY = Case(
    title="a READY in traffic is ignored or refused, and never delivered",
    checks=("23/NULL/grammar", "23/traffic/commands"),
    under_test=Peer(),
    script=(
        handshake(),
        octets(frame(COMMAND, b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER")),
        expect(either(ignores(), rejects())),
    ),
    note="Each peer sends one; what a second one means is not said.",
)
