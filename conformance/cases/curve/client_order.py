"""Commands that come to a client out of their turn (RFC 26 "High-level Grammar")."""

from conformance.api import (
    Case,
    Client,
    answers,
    delivers,
    either,
    expect,
    frame,
    ignores,
    inject,
    message,
    octets,
    rejects,
    send,
    until,
    waits,
    withhold,
)

CLIENT = Client(sides=("binds", "connects"))
ORDER = ("26/handshake/order",)
COMMANDS = {
    "hello": ("a HELLO", b"\x05HELLO\x01\x00" + bytes(192)),
    "welcome": ("a WELCOME", b"\x07WELCOME" + bytes(160)),
    "initiate": ("an INITIATE", b"\x08INITIATE" + bytes(250)),
    "ready": ("a READY", b"\x05READY" + bytes(24)),
    "null_ready": ("a READY of NULL", b"\x05READY" + b"\x0bSocket-Type\x00\x00\x00\x06DEALER"),
    "message": ("a MESSAGE", b"\x07MESSAGE" + bytes(25)),
    "ping": ("a PING", b"\x04PING\x00\x00"),
    "unknown": ("a command that nobody knows", b"\x05OLLEH" + bytes(194)),
    "nameless": ("a command without a name", b"\x00" + bytes(199)),
    "overlong_name": ("a command whose name goes beyond its end", b"\xffWELCOME"),
    "empty": ("an empty command", b""),
}
"""What a server might send: how to call it, and its octets."""

INSTEAD_OF_WELCOME = {
    name: Case(
        title=f"a client closes on {what} in the place of WELCOME",
        checks=(*ORDER, "26/handshake/commands"),
        under_test=CLIENT,
        script=(send("WELCOME", frame_body=body), expect(rejects(before="INITIATE"))),
    )
    for name, (what, body) in COMMANDS.items()
    if name != "welcome"
}

INSTEAD_OF_READY = {
    name: Case(
        title=f"a client closes on {what} in the place of READY",
        checks=(*ORDER, "26/handshake/commands"),
        under_test=CLIENT,
        script=(until("INITIATE"), withhold(), octets(frame(0x04, body)), expect(rejects(before="INITIATE"))),
    )
    for name, (what, body) in COMMANDS.items()
    if name != "ready"
}

IN_TRAFFIC = {
    name: Case(
        title=f"a client closes on {what} in the midst of traffic",
        checks=(*ORDER, "26/handshake/commands"),
        under_test=CLIENT,
        script=(message(b"first"), expect(delivers((b"first",))), octets(frame(0x04, body)), expect(rejects())),
        note="ZMTP 3.1 has commands in traffic, but CURVE carries them inside MESSAGE." if name == "ping" else "",
    )
    for name, (what, body) in COMMANDS.items()
    if name != "message"
}

MESSAGE_FRAME_FIRST = Case(
    title="a client closes on a message frame in the place of WELCOME",
    checks=(*ORDER, "23/NULL/no-message-before-ready"),
    under_test=CLIENT,
    script=(until("HELLO"), withhold(), octets(frame(0x00, b"in clear")), expect(rejects(before="INITIATE"))),
)

MESSAGE_FRAME_SECOND = Case(
    title="a client closes on a message frame in the place of READY",
    checks=(*ORDER, "23/NULL/no-message-before-ready"),
    under_test=CLIENT,
    script=(until("INITIATE"), withhold(), octets(frame(0x00, b"in clear")), expect(rejects())),
)

WELCOME_TWICE = Case(
    title="a client stands the WELCOME that comes again in the place of READY: it closes or goes on",
    checks=("26/box/replay",),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        withhold(),
        octets(lambda known: dict(known.sent)["WELCOME"]),
        expect(either(answers("INITIATE"), rejects(), waits())),
    ),
    note="Out of turn it should end the handshake; but a valid WELCOME is to be answered, and this one is valid.",
)

WELCOME_AGAIN_IN_TRAFFIC = Case(
    title="a client closes on the WELCOME of the connection that comes again in traffic",
    checks=(*ORDER, "26/box/replay"),
    under_test=CLIENT,
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        octets(lambda known: dict(known.sent)["WELCOME"]),
        expect(rejects(before="INITIATE")),
    ),
)

READY_TWICE = Case(
    title="a client closes on the READY of the connection that comes again in traffic",
    checks=(*ORDER, "26/box/replay"),
    under_test=CLIENT,
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        octets(lambda known: dict(known.sent)["READY"]),
        expect(rejects()),
    ),
)

MESSAGE_BEFORE_READY = Case(
    title="a client closes on a MESSAGE before READY, sealed well as it is, and delivers nothing",
    checks=(*ORDER, "26/MESSAGE/after-ready"),
    under_test=CLIENT,
    script=(until("INITIATE"), withhold(), inject("MESSAGE", data=b"too early"), expect(rejects())),
    sensitive=True,
)

MESSAGE_BEHIND_READY = Case(
    title="a MESSAGE close behind READY is delivered",
    checks=("26/MESSAGE/after-ready", "26/MESSAGE/server-may-send"),
    under_test=CLIENT,
    script=(message(b"close behind"), expect(delivers((b"close behind",)))),
)

ERROR_IN_TRAFFIC = Case(
    title="a client closes on an ERROR in the midst of traffic, or ignores it",
    checks=("23/ERROR/after-handshake",),
    under_test=CLIENT,
    script=(
        message(b"first"),
        expect(delivers((b"first",))),
        octets(frame(0x04, b"\x05ERROR\x03400")),
        expect(either(rejects(), ignores())),
    ),
)
