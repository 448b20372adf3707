"""ERROR as a client receives it, and what a client must never send (RFC 26 "The ERROR Command", "General Design")."""

from conformance.api import (
    Case,
    Client,
    delivers,
    expect,
    frame,
    holds,
    message,
    octets,
    rejects,
    send,
    stays_away,
    tamper,
    until,
    withhold,
)

CLIENT = Client()
REFUSAL = octets(frame(0x04, b"\x05ERROR\x03400"))

INSTEAD_OF_WELCOME = Case(
    title="an ERROR in the place of WELCOME ends the connection, and no command follows",
    checks=("26/ERROR/client-accepts", "23/ERROR/fatal", "26/ERROR/fatal"),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        withhold(),
        REFUSAL,
        expect(rejects(before="INITIATE")),
    ),
)

INSTEAD_OF_READY = Case(
    title="an ERROR in the place of READY ends the connection, and no command follows",
    checks=("26/ERROR/client-accepts", "23/ERROR/fatal", "26/ERROR/fatal"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        withhold(),
        REFUSAL,
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
    title="a client that got an ERROR for its HELLO does not come back with the same keys",
    checks=("26/ERROR/fatal", "23/ERROR/no-reconnect"),
    under_test=CLIENT,
    script=(until("HELLO"), withhold(), REFUSAL, expect(rejects()), expect(stays_away())),
)

STAYS_AWAY_AFTER_INITIATE = Case(
    title="a client that got an ERROR for its INITIATE does not come back with the same keys",
    checks=("26/ERROR/fatal", "23/ERROR/no-reconnect"),
    under_test=CLIENT,
    script=(until("INITIATE"), withhold(), REFUSAL, expect(rejects()), expect(stays_away())),
)

REASONS = {
    name: Case(
        title=f"an ERROR {what} is fatal like any other",
        checks=("23/ERROR/reason-without-meaning", "26/ERROR/client-accepts", "23/ERROR/fatal"),
        under_test=CLIENT,
        script=(until("INITIATE"), withhold(), octets(frame(0x04, b"\x05ERROR" + reason)), expect(rejects())),
    )
    for name, what, reason in (
        ("none", "without a reason", b"\x00"),
        ("longest", "whose reason has 255 characters", b"\xff" + b"r" * 255),
        ("status_200", "that says 200", b"\x03200"),
        ("status_300", "that says 300", b"\x03300"),
        ("sentence", "whose reason is a sentence", b"\x12invalid client key"),
        ("format", "whose reason is full of format characters", b"\x08%s%n%s%n"),
        ("control", "whose reason has control characters", b"\x04\x00\x07\x1b\x7f"),
        ("octets_above_127", "whose reason is no ASCII", b"\x04\x80\xc3\x28\xff"),
        ("shorter", "whose reason is shorter than it says", b"\x09short"),
        ("longer", "whose reason is longer than it says", b"\x03longer"),
        ("no_length", "without the length of a reason", b""),
    )
}

NO_ERROR_ON_WELCOME = Case(
    title="a client sends no ERROR for a WELCOME that does not open",
    checks=("26/ERROR/client-never-sends",),
    under_test=CLIENT,
    script=(send("WELCOME", tamper("box", flip=0)), expect(rejects(before="ERROR"))),
)

NO_ERROR_ON_READY = Case(
    title="a client sends no ERROR for a READY that does not open",
    checks=("26/ERROR/client-never-sends",),
    under_test=CLIENT,
    script=(send("READY", tamper("box", flip=0)), expect(rejects(before="ERROR"))),
)

NO_ERROR_ON_MESSAGE = Case(
    title="a client sends no ERROR for a MESSAGE that does not open",
    checks=("26/ERROR/client-never-sends",),
    under_test=CLIENT,
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        send("MESSAGE", tamper("box", flip=0), data=b"altered"),
        expect(rejects(before="ERROR")),
    ),
)
