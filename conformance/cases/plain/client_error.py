"""ERROR as a client receives it: the server's last word (RFC 24 "Implementation", RFC 23 "Error Handling")."""

from conformance.api import (
    Case,
    Client,
    expect,
    frame,
    holds,
    metadata_octets,
    octets,
    rejects,
    send,
    stays_away,
    until,
    withhold,
)

CLIENT = Client("PLAIN")
REFUSAL = frame(0x04, b"\x05ERROR\x03400")
WELCOME = frame(0x04, b"\x07WELCOME")
READY = frame(0x04, b"\x05READY" + metadata_octets([("Socket-Type", b"DEALER")]))
FATAL = ("24/ERROR/client-accepts", "23/ERROR/fatal", "24/handshake/ends-with-error")

INSTEAD_OF_WELCOME = Case(
    title="an ERROR in the place of WELCOME ends the connection, and no command follows",
    checks=FATAL,
    under_test=CLIENT,
    script=(
        until("HELLO"),
        withhold(),
        octets(REFUSAL),
        expect(rejects(before="INITIATE")),
        expect(
            holds(
                "nothing came after HELLO",
                lambda known: [name for name, _ in known.received] == ["greeting", "HELLO"],
            )
        ),
    ),
)

INSTEAD_OF_READY = Case(
    title="an ERROR in the place of READY ends the connection, and no command follows",
    checks=FATAL,
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        withhold(),
        octets(REFUSAL),
        expect(rejects()),
        expect(
            holds(
                "nothing came after INITIATE",
                lambda known: [name for name, _ in known.received] == ["greeting", "HELLO", "INITIATE"],
            )
        ),
    ),
)

STAYS_AWAY_AFTER_HELLO = Case(
    title="a client that got an ERROR for its HELLO does not come back with the same credentials",
    checks=("23/ERROR/no-reconnect", "24/ERROR/client-accepts"),
    under_test=CLIENT,
    script=(until("HELLO"), withhold(), octets(REFUSAL), expect(rejects()), expect(stays_away())),
)

STAYS_AWAY_AFTER_INITIATE = Case(
    title="a client that got an ERROR for its INITIATE does not come back with the same credentials",
    checks=("23/ERROR/no-reconnect", "24/ERROR/client-accepts"),
    under_test=CLIENT,
    script=(until("INITIATE"), withhold(), octets(REFUSAL), expect(rejects()), expect(stays_away())),
)

WITH_THE_GREETING = Case(
    title="an ERROR that follows the greeting at once ends the connection",
    checks=("23/ERROR/fatal", "24/ERROR/client-accepts"),
    under_test=CLIENT,
    script=(withhold(), send("greeting"), octets(REFUSAL), expect(rejects(before="INITIATE"))),
)

DOES_NOT_MEND = {
    name: Case(
        title=f"an ERROR ends the connection although {what} follows in the same segment",
        checks=FATAL,
        under_test=CLIENT,
        script=(until(command), withhold(), octets(REFUSAL + stream), expect(rejects(before=answer))),
    )
    for name, what, command, answer, stream in (
        ("welcome", "a WELCOME", "HELLO", "INITIATE", WELCOME),
        ("ready", "a READY", "INITIATE", "ERROR", READY),
        ("message", "a READY and a message", "INITIATE", "ERROR", READY + frame(0x00, b"never mind")),
    )
}

REASONS = {
    name: Case(
        title=f"an ERROR {what} is fatal like any other",
        checks=("23/ERROR/reason-without-meaning", *FATAL),
        under_test=CLIENT,
        script=(
            until("HELLO"),
            withhold(),
            octets(frame(0x04, b"\x05ERROR" + reason)),
            expect(rejects(before="INITIATE")),
        ),
        sensitive=True,
    )
    for name, what, reason in (
        ("none", "without a reason", b"\x00"),
        ("longest", "whose reason has 255 characters", b"\xff" + b"r" * 255),
        ("status_200", "that says 200", b"\x03200"),
        ("status_300", "that says 300", b"\x03300"),
        ("status_500", "that says 500", b"\x03500"),
        ("status_of_letters", "that says 4xx", b"\x034xx"),
        ("sentence", "whose reason is a sentence", b"\x11not authenticated"),
        ("format", "whose reason is full of format characters", b"\x08%s%n%s%n"),
        ("control", "whose reason has control characters", b"\x04\x00\x07\x1b\x7f"),
        ("octets_above_127", "whose reason is no ASCII", b"\x04\x80\xc3\x28\xff"),
        ("shorter", "whose reason is shorter than it says", b"\x09short"),
        ("longer", "whose reason is longer than it says", b"\x03longer"),
        ("no_length", "without the length of a reason", b""),
    )
}
