"""ERROR, received and sent (RFC 23 "Error Handling", "The NULL Security Mechanism")."""

from conformance.api import (
    Case,
    Known,
    Peer,
    delivers,
    either,
    expect,
    frame,
    handshake,
    holds,
    ignores,
    inject,
    message,
    metadata_octets,
    octets,
    peer,
    rejects,
    send,
    until,
    withhold,
)

COMMAND = 0x04
READY = frame(COMMAND, b"\x05READY" + metadata_octets([("Socket-Type", b"DEALER")]))


def errors(known: Known) -> list[bytes]:
    """What stands behind the name in each ERROR that the target sent."""
    return [
        bytes([fields.get("reason_size", 0)]) + fields.get("reason", b"")
        for name, fields in known.received
        if name == "ERROR"
    ]


INSTEAD_OF_READY = {
    name: Case(
        title=f"an ERROR {what} in the place of READY ends the connection",
        checks=("23/ERROR/fatal", "23/ERROR/reason-without-meaning", "23/NULL/grammar"),
        under_test=Peer(),
        script=(
            withhold(),
            send("greeting"),
            until("greeting"),
            inject("ERROR", reason_size=len(reason), reason=reason),
            expect(rejects()),
        ),
    )
    for name, what, reason in (
        ("empty", "without a reason", b""),
        ("text", "with a reason", b"Not-today"),
        ("longest", "with a reason of 255 characters", b"r" * 255),
        ("ok", "whose reason is 200", b"200"),
        ("temporary", "whose reason is 300", b"300"),
        ("control", "whose reason has control characters", b"\x1b[2J\x00\r\n"),
        ("not_ascii", "whose reason is no ASCII", b"\xff\xfe\x80"),
        ("format", "whose reason looks like a format", b"%s%n%d{0}${x}"),
    )
}

MALFORMED = {
    name: Case(
        title=f"an ERROR {what} ends the connection all the same",
        checks=("23/ERROR/fatal", "23/ERROR/layout"),
        under_test=Peer(),
        script=(withhold(), send("greeting"), until("greeting"), octets(frame(COMMAND, body)), expect(rejects())),
        sensitive=True,
    )
    for name, what, body in (
        ("no_reason", "that ends after its name", b"\x05ERROR"),
        ("reason_cut_off", "whose reason is shorter than it says", b"\x05ERROR\x09short"),
        ("reason_largest", "whose reason says 255 characters and has none", b"\x05ERROR\xff"),
        ("tail", "whose reason is longer than it says", b"\x05ERROR\x02longer"),
    )
}

THEN_READY = Case(
    title="a READY behind an ERROR does not make up for it",
    checks=("23/ERROR/fatal", "23/NULL/grammar"),
    under_test=Peer(),
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        octets(frame(COMMAND, b"\x05ERROR\x09Not-today") + READY),
        expect(rejects()),
    ),
)

IN_TRAFFIC = Case(
    title="an ERROR in traffic ends the connection or is ignored, and is never delivered",
    checks=("23/ERROR/after-handshake", "37/commands/defined", "23/traffic/commands"),
    under_test=Peer(),
    script=(
        handshake(),
        inject("ERROR", reason_size=9, reason=b"Not-today"),
        expect(either(rejects(), ignores())),
    ),
)

NEXT_IS_SERVED = Case(
    title="after an ERROR from one peer the next is served",
    checks=("23/ERROR/fatal", "23/connection/repeated"),
    under_test=Peer(sides=("binds",)),
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        inject("ERROR", reason_size=9, reason=b"Not-today"),
        expect(rejects()),
        peer("second"),
        message(b"no hard feelings"),
        expect(delivers((b"no hard feelings",))),
    ),
)

SENT_LAYOUT = Case(
    title="an ERROR that the target sends has a reason as long as it says",
    checks=("23/ERROR/layout",),
    under_test=Peer(),
    script=(
        send("READY", metadata=metadata_octets([("Socket-Type", b"PUB")])),
        expect(rejects()),
        expect(
            holds("every reason is as long as it says", lambda known: all(e[0] == len(e) - 1 for e in errors(known)))
        ),
    ),
    note="A target that refuses without ERROR has nothing to get wrong here.",
)

SENT_REASON = Case(
    title="the reason of an ERROR that the target sends is printable ASCII",
    checks=("23/ERROR/reason",),
    under_test=Peer(),
    script=(
        send("READY", metadata=metadata_octets([("Socket-Type", b"PUB")])),
        expect(rejects()),
        expect(
            holds(
                "every reason is printable",
                lambda known: all(0x20 <= octet < 0x7F for reason in errors(known) for octet in reason[1:]),
            )
        ),
    ),
)
