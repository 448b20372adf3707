"""What comes to a client out of its turn (RFC 24 "Implementation": the grammar has one order, and a step each)."""

from conformance.api import (
    Case,
    Client,
    delivers,
    either,
    expect,
    frame,
    message,
    metadata_octets,
    octets,
    peer,
    rejects,
    send,
    until,
    withhold,
)

CLIENT = Client("PLAIN", sides=("binds", "connects"))
MORE, COMMAND = 0x01, 0x04
ORDER = ("24/handshake/order", "23/handshake/failure-closes")
TYPE = metadata_octets([("Socket-Type", b"DEALER")])
WELCOME = frame(COMMAND, b"\x07WELCOME")
READY = frame(COMMAND, b"\x05READY" + TYPE)
COMMANDS = {
    "hello": ("a HELLO", b"\x05HELLO\x05admin\x06secret"),
    "welcome": ("a WELCOME", b"\x07WELCOME"),
    "initiate": ("an INITIATE", b"\x08INITIATE" + TYPE),
    "ready": ("a READY", b"\x05READY" + TYPE),
    "ping": ("a PING", b"\x04PING\x00\x00"),
    "pong": ("a PONG", b"\x04PONG"),
    "subscribe": ("a SUBSCRIBE", b"\x09SUBSCRIBE"),
    "unknown": ("a command that nobody knows", b"\x07EMOCLEW"),
    "longer_name": ("a command called WELCOMEX", b"\x08WELCOMEX"),
    "shorter_name": ("a command called WELCOM", b"\x06WELCOM"),
    "name_cut_off": ("a command whose name goes beyond its end", b"\x08WELCOME"),
    "nameless": ("a command without a name", b"\x00" + TYPE),
    "empty": ("a command without a body", b""),
}
"""What a server might send: how to call it, and its octets."""

INSTEAD_OF_WELCOME = {
    name: Case(
        title=f"a client closes on {what} in the place of WELCOME",
        checks=ORDER,
        under_test=CLIENT,
        script=(
            until("HELLO"),
            withhold(),
            octets(frame(COMMAND, body)),
            expect(rejects(before="INITIATE")),
        ),
    )
    for name, (what, body) in COMMANDS.items()
    if name != "welcome"
}

INSTEAD_OF_READY = {
    name: Case(
        title=f"a client closes on {what} in the place of READY",
        checks=ORDER,
        under_test=CLIENT,
        script=(
            until("INITIATE"),
            withhold(),
            octets(frame(COMMAND, body)),
            expect(rejects(before="INITIATE")),
        ),
    )
    for name, (what, body) in COMMANDS.items()
    if name != "ready"
}

BEFORE_WELCOME = {
    name: Case(
        title=f"a client closes on {what} before WELCOME: WELCOME does not make up for it",
        checks=ORDER,
        under_test=CLIENT,
        script=(
            until("HELLO"),
            withhold(),
            octets(frame(COMMAND, COMMANDS[name][1]) + WELCOME),
            expect(rejects(before="INITIATE")),
        ),
    )
    for name, what in (("ready", "a READY"), ("hello", "a HELLO"), ("unknown", "an unknown command"))
}

WELCOME_TWICE = Case(
    title="a client closes on a WELCOME that comes again in one segment with the first",
    checks=ORDER,
    under_test=CLIENT,
    script=(until("HELLO"), withhold(), octets(WELCOME + WELCOME), expect(rejects())),
)

MESSAGES = {
    f"{name}_{place}": Case(
        title=f"a client closes on {what} {where}",
        checks=("24/message/server-waits-for-ready", "24/handshake/order", "23/NULL/no-message-before-ready"),
        under_test=CLIENT,
        script=(*before, octets(frames), expect(rejects(before=answer))),
    )
    for place, where, answer, before in (
        ("first", "in the place of WELCOME", "INITIATE", (until("HELLO"), withhold())),
        ("second", "in the place of READY", "INITIATE", (until("INITIATE"), withhold())),
    )
    for name, what, frames in (
        ("message", "a message", frame(0, b"too early")),
        ("empty_message", "an empty message", frame(0, b"")),
        ("unfinished_message", "the first frame of a message", frame(MORE, b"too early")),
        ("long_message", "a message of 300 octets", frame(0, bytes(300))),
    )
}

NOT_DELIVERED = {
    name: Case(
        title=f"a client does not deliver a message behind {what}, then or later",
        checks=("24/handshake/order", "23/NULL/no-message-before-ready"),
        under_test=Client("PLAIN", sides=("binds",)),
        script=(
            *before,
            octets(stream + frame(0, b"too early")),
            expect(rejects()),
            peer("second"),
            message(b"in time"),
            expect(delivers((b"in time",))),
        ),
        sensitive=True,
    )
    for name, what, before, stream in (
        ("greeting", "nothing but a greeting", (withhold(), send("greeting"), until("greeting")), b""),
        ("welcome", "a WELCOME without a READY", (until("HELLO"), withhold()), WELCOME),
        ("ready", "a READY without a WELCOME", (until("HELLO"), withhold()), READY),
        ("error", "an ERROR", (until("INITIATE"), withhold()), frame(COMMAND, b"\x05ERROR\x03400")),
    )
}

UNASKED_READY = Case(
    title="a READY that did not wait for INITIATE is taken or refused, not left alone",
    checks=("24/handshake/order",),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        withhold(),
        octets(WELCOME + READY + frame(0, b"together")),
        expect(either(delivers((b"together",)), rejects())),
    ),
    note="A client that reads WELCOME and READY in turn cannot see that the server did not wait for INITIATE.",
)
