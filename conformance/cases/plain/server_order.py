"""What comes to a server out of its turn (RFC 24 "Implementation": the grammar has one order, and a step each).

`before` shows what a server that lets it pass would go on with.
"""

from conformance.api import (
    Case,
    Server,
    delivers,
    either,
    expect,
    frame,
    handshake,
    holds,
    ignores,
    message,
    metadata_octets,
    octets,
    peer,
    rejects,
    send,
    until,
    withhold,
)

SERVER = Server("PLAIN", sides=("binds", "connects"))
BINDING = Server("PLAIN")
MORE, COMMAND = 0x01, 0x04
ORDER = ("24/handshake/order", "23/handshake/failure-closes")
TYPE = metadata_octets([("Socket-Type", b"DEALER")])
HELLO = frame(COMMAND, b"\x05HELLO\x05admin\x06secret")
INITIATE = frame(COMMAND, b"\x08INITIATE" + TYPE)
COMMANDS = {
    "hello": ("a HELLO", b"\x05HELLO\x05admin\x06secret"),
    "welcome": ("a WELCOME", b"\x07WELCOME"),
    "initiate": ("an INITIATE", b"\x08INITIATE" + TYPE),
    "ready": ("a READY", b"\x05READY" + TYPE),
    "error": ("an ERROR", b"\x05ERROR\x03400"),
    "hello_of_curve": ("the HELLO of CURVE", b"\x05HELLO\x01\x00" + bytes(192)),
    "ping": ("a PING", b"\x04PING\x00\x00"),
    "pong": ("a PONG", b"\x04PONG"),
    "subscribe": ("a SUBSCRIBE", b"\x09SUBSCRIBE"),
    "unknown": ("a command that nobody knows", b"\x05OLLEH\x05admin\x06secret"),
    "longer_name": ("a command called HELLOX", b"\x06HELLOX\x05admin\x06secret"),
    "shorter_name": ("a command called HELL", b"\x04HELL\x05admin\x06secret"),
    "name_cut_off": ("a command whose name goes beyond its end", b"\xffHELLO"),
    "nameless": ("a command without a name", b"\x00\x05admin\x06secret"),
    "empty": ("a command without a body", b""),
}
"""What a client might send: how to call it, and its octets."""

INSTEAD_OF_HELLO = {
    name: Case(
        title=f"{what} in the place of HELLO is rejected",
        checks=ORDER,
        under_test=SERVER,
        script=(
            withhold(),
            send("greeting"),
            until("greeting"),
            octets(frame(COMMAND, body)),
            expect(rejects(before="WELCOME")),
        ),
    )
    for name, (what, body) in COMMANDS.items()
    if name not in ("hello", "hello_of_curve")
}

INSTEAD_OF_INITIATE = {
    name: Case(
        title=f"{what} in the place of INITIATE is rejected",
        checks=ORDER,
        under_test=SERVER,
        script=(
            until("WELCOME"),
            withhold(),
            octets(frame(COMMAND, body)),
            expect(rejects(before="WELCOME")),
        ),
    )
    for name, (what, body) in COMMANDS.items()
    if name != "initiate"
}

BEFORE_HELLO = {
    name: Case(
        title=f"{what} before HELLO is rejected: HELLO does not make up for it",
        checks=ORDER,
        under_test=SERVER,
        script=(
            withhold(),
            send("greeting"),
            until("greeting"),
            octets(frame(COMMAND, COMMANDS[name][1]) + HELLO),
            expect(rejects(before="WELCOME")),
        ),
    )
    for name, what in (("initiate", "an INITIATE"), ("error", "an ERROR"), ("unknown", "an unknown command"))
}

HELLO_TWICE = Case(
    title="a HELLO that comes again in one segment with the first leads to no handshake",
    checks=ORDER,
    under_test=SERVER,
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        octets(HELLO + HELLO),
        expect(rejects()),
        expect(holds("no second WELCOME came", lambda known: [n for n, _ in known.received].count("WELCOME") < 2)),
    ),
)

INITIATE_TWICE = Case(
    title="an INITIATE that comes again is not answered again: it is ignored or ends the connection",
    checks=("23/traffic/commands", "24/handshake/order"),
    under_test=SERVER,
    script=(
        handshake(),
        octets(INITIATE),
        expect(either(rejects(before="READY"), ignores())),
        expect(holds("one READY came", lambda known: [n for n, _ in known.received].count("READY") == 1)),
    ),
    note="Behind READY there is traffic, where RFC 23 leaves it open what becomes of a command that is none.",
)

MESSAGES = {
    f"{name}_{place}": Case(
        title=f"{what} {where} is rejected",
        checks=("24/message/client-waits-for-ready", "24/handshake/no-skipping", *ORDER),
        under_test=SERVER,
        script=(*before, octets(frames), expect(rejects(before="WELCOME"))),
    )
    for place, where, before in (
        ("first", "in the place of HELLO", (withhold(), send("greeting"), until("greeting"))),
        ("second", "in the place of INITIATE", (until("WELCOME"), withhold())),
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
        title=f"a message behind {what} is not delivered, then or later",
        checks=("24/handshake/no-skipping", "24/message/client-waits-for-ready"),
        under_test=BINDING,
        script=(
            withhold(),
            send("greeting"),
            until("greeting"),
            octets(stream + frame(0, b"too early")),
            expect(rejects()),
            peer("second"),
            message(b"in time"),
            expect(delivers((b"in time",))),
        ),
        sensitive=True,
    )
    for name, what, stream in (
        ("greeting", "nothing but a greeting", b""),
        ("hello", "a HELLO without an INITIATE", HELLO),
        ("initiate", "an INITIATE without a HELLO", INITIATE),
        ("null_ready", "a READY, as if the mechanism was NULL,", frame(COMMAND, b"\x05READY" + TYPE)),
        ("turned_round", "an INITIATE and then a HELLO", INITIATE + HELLO),
    )
}

NEXT_IS_SERVED = Case(
    title="a client that got everything wrong may come again and do it right",
    checks=("23/connection/repeated", "24/handshake/order"),
    under_test=BINDING,
    script=(
        withhold(),
        send("greeting"),
        until("greeting"),
        octets(INITIATE),
        expect(rejects(before="READY")),
        peer("second"),
        message(b"better"),
        expect(delivers((b"better",))),
    ),
)
