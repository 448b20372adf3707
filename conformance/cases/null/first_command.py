"""What comes in the place of READY (RFC 23 "The NULL Security Mechanism"): READY or ERROR, and nothing else."""

from conformance.api import (
    Case,
    Peer,
    accepts,
    delivers,
    either,
    expect,
    frame,
    hang_up,
    message,
    metadata_octets,
    octets,
    peer,
    rejects,
    send,
    until,
    withhold,
)

MORE, COMMAND = 0x01, 0x04
DEALER = metadata_octets([("Socket-Type", b"DEALER")])
READY = frame(COMMAND, b"\x05READY" + DEALER)

ACCEPTED = Case(
    title="two peers that send each other READY get to traffic",
    checks=(
        "23/NULL/ready-sent",
        "23/socket-type/legal-accepted",
        "23/socket/binds-and-connects",
        "23/traffic/commands",
        "23/message/body",
    ),
    under_test=Peer(),
    script=(expect(accepts()), message(b"traffic"), expect(delivers((b"traffic",)))),
)

OTHER_COMMANDS = {
    name: Case(
        title=f"{what} in the place of READY is refused",
        checks=("23/NULL/grammar", "23/handshake/failure-closes", "23/close/other-errors"),
        under_test=Peer(),
        script=(withhold(), send("greeting"), until("greeting"), octets(frame(COMMAND, body)), expect(rejects())),
    )
    for name, what, body in (
        ("unknown", "an unknown command", b"\x07UNKNOWN" + DEALER),
        ("hello", "the HELLO of another mechanism", b"\x05HELLO\x05admin\x06secret"),
        ("ping", "a PING", b"\x04PING\x00\x00context"),
        ("subscribe", "a SUBSCRIBE", b"\x09SUBSCRIBE"),
        ("longer_name", "a command called READYX", b"\x06READYX" + DEALER),
        ("shorter_name", "a command called READ", b"\x04READ" + DEALER),
        ("name_cut_off", "a READY whose name says six letters and has five", b"\x06READY"),
        ("name_padded", "a READY without the size of its name", b"READY\x00\x00\x00" + DEALER),
        ("nameless", "a command whose name has no letters", b"\x00" + DEALER),
        ("empty", "a command without a body", b""),
    )
}

OTHER_COMMANDS_THEN_READY = {
    name: Case(
        title=f"{what} before READY is refused: READY does not make up for it",
        checks=("23/NULL/grammar", "23/handshake/failure-closes", "23/close/other-errors"),
        under_test=Peer(),
        script=(
            withhold(),
            send("greeting"),
            until("greeting"),
            octets(frame(COMMAND, body) + READY),
            expect(rejects()),
        ),
    )
    for name, what, body in (
        ("unknown", "an unknown command", b"\x07UNKNOWN"),
        ("pong", "a PONG", b"\x04PONG"),
        ("empty", "a command without a body", b""),
    )
}

LOWER_CASE = Case(
    title="a READY in small letters is taken or refused, not left alone",
    checks=("23/READY/name", "23/NULL/grammar"),
    under_test=Peer(),
    script=(send("READY", name=b"\x05ready"), expect(either(accepts(), rejects()))),
    note="ABNF does not tell the cases apart; the prose, and every sender, does.",
)

MESSAGES_BEFORE_READY = {
    name: Case(
        title=f"{what} before READY is refused, and not delivered",
        checks=("23/NULL/no-message-before-ready", "23/NULL/grammar"),
        under_test=Peer(),
        script=(withhold(), send("greeting"), until("greeting"), octets(stream), expect(rejects())),
    )
    for name, what, stream in (
        ("one", "a message", frame(0, b"too early")),
        ("empty", "an empty message", frame(0, b"")),
        ("unfinished", "the first frame of a message", frame(MORE, b"too early")),
        ("then_ready", "a message in one segment with READY", frame(0, b"too early") + READY),
    )
}

NOT_DELIVERED_LATER = Case(
    title="a message that came before READY does not turn up later",
    checks=("23/NULL/no-message-before-ready",),
    under_test=Peer(sides=("binds",)),
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        octets(frame(0, b"too early") + READY),
        expect(rejects()),
        hang_up(),
        peer("second"),
        message(b"in time"),
        expect(delivers((b"in time",))),
    ),
)
