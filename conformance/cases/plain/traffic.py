"""Traffic behind a PLAIN handshake: plain frames, and commands among them (RFC 24, RFC 37 "Commands")."""

from collections.abc import Callable

from conformance.api import (
    Case,
    Client,
    Known,
    Server,
    app_sends,
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
    receives,
    rejects,
    send,
)

SERVER, CLIENT = Server("PLAIN"), Client("PLAIN")
TYPE = metadata_octets([("Socket-Type", b"DEALER")])
LARGE = bytes(number % 251 for number in range(100_000))


def once(name: str) -> Callable[[Known], bool]:
    """Whether the target has sent a command of that name no more than once."""
    return lambda known: sum(command == name for command, _ in known.received) <= 1


PING = {
    target.role: Case(
        title=f"a {target.role} answers a PING between two messages, and its application hears nothing of it",
        checks=("37/PONG/answers-ping", "37/PONG/echoes-context", "24/message/after-ready", "37/commands/defined"),
        under_test=target,
        script=(
            message(b"before"),
            send("PING", context=b"between"),
            expect(
                holds(
                    "PONG comes with that context, or the target announces 3.0",
                    lambda known: (
                        known.values("PONG", "context") == [b"between"]
                        or known.last("greeting").get("version_minor") == 0
                    ),
                )
            ),
            message(b"after"),
            expect(delivers((b"before",), (b"after",))),
        ),
    )
    for target in (SERVER, CLIENT)
}

COMMANDS = {
    f"{target.role}_{name}": Case(
        title=f"{what} in traffic is ignored by a {target.role}, or ends the connection",
        checks=("23/traffic/commands", "24/handshake/order"),
        under_test=target,
        script=(
            message(b"first"),
            expect(delivers((b"first",))),
            octets(frame(0x04, body)),
            expect(either(rejects(before=answer), ignores())),
            expect(holds(f"no {answer} came for it", once(answer))),
        ),
    )
    for target, name, what, answer, body in (
        (SERVER, "hello", "another HELLO", "WELCOME", b"\x05HELLO\x05admin\x06secret"),
        (SERVER, "broken_hello", "a HELLO cut short", "WELCOME", b"\x05HELLO\xffadmin"),
        (SERVER, "initiate", "another INITIATE", "READY", b"\x08INITIATE" + TYPE),
        (SERVER, "error", "an ERROR", "WELCOME", b"\x05ERROR\x03400"),
        (SERVER, "unknown", "a command that nobody knows", "WELCOME", b"\x05OLLEH\x05admin"),
        (CLIENT, "welcome", "another WELCOME", "INITIATE", b"\x07WELCOME"),
        (CLIENT, "ready", "another READY", "INITIATE", b"\x05READY" + TYPE),
        (CLIENT, "other_ready", "a READY of another socket type", "INITIATE", b"\x05READY\x0bSocket-Type\0\0\0\x03PUB"),
        (CLIENT, "error", "an ERROR", "INITIATE", b"\x05ERROR\x03400"),
        (CLIENT, "unknown", "a command that nobody knows", "INITIATE", b"\x05OLLEH\x05admin"),
    )
}

LARGE_MESSAGES = {
    target.role: Case(
        title=f"large messages go to a {target.role} and come from it as they were given",
        checks=("24/message/after-ready", "23/message/body", "23/message/clear-text-frames"),
        under_test=target,
        script=(
            message(b"", LARGE),
            expect(delivers((b"", LARGE))),
            app_sends(LARGE, b""),
            expect(receives(LARGE, b"")),
        ),
    )
    for target in (SERVER, CLIENT)
}

IN_THE_CLEAR = {
    target.role: Case(
        title=f"a {target.role} sends a message as a plain frame",
        checks=("23/message/clear-text-frames", "24/message/after-ready"),
        under_test=target,
        script=(
            handshake(),
            app_sends(b"for all to see"),
            expect(receives(b"for all to see")),
            expect(
                holds(
                    "it stands on the wire behind the flags 00 and its size",
                    lambda known: known.raw.endswith(b"\x00\x0efor all to see"),
                )
            ),
        ),
    )
    for target in (SERVER, CLIENT)
}
