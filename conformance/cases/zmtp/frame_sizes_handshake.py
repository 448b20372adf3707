"""Frames of the handshake that announce another size than they have (RFC 23 "Framing"), in either form.

A size that is too small cuts the command short and leaves its end to be read as a frame; one that is too large makes the
command wait for octets that never come. Neither makes a command of it.
"""

from conformance.api import Case, Client, Peer, Server, either, expect, rejects, send, waits

COMMAND, LONG = 0x04, 0x02
SMALL = (0, 1, 127, 128, 254, 255, 256, 257)
HUGE = (2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 1)

COMMANDS = {
    # the target, the command, what would show that it was taken, octets that it has at the least
    "null_ready": (Peer(sides=("binds",)), "READY", "", 28),
    "plain_hello": (Server("PLAIN"), "HELLO", "WELCOME", 8),
    "curve_hello": (Server(), "HELLO", "WELCOME", 200),
    "curve_initiate": (Server(), "INITIATE", "READY", 258),
    "curve_welcome": (Client(), "WELCOME", "INITIATE", 168),
}

CUT_SHORT = {
    f"{name}_{form}_{size}": Case(
        title=f"a {command} of {target.mechanism} in a {form} frame that announces {size} octets is not taken",
        checks=(f"23/frame/{form}", "23/frame/size", "23/frame/layout"),
        under_test=target,
        script=(
            send(command, frame_flags=flags, frame_size=size),
            expect(either(rejects(before=answer), waits())),
        ),
        sensitive=True,
    )
    for name, (target, command, answer, least) in COMMANDS.items()
    for form, flags, largest in (("short", COMMAND, 255), ("long", COMMAND | LONG, 2**64))
    for size in SMALL
    if size < least and size <= largest
}

NEVER_COMPLETE = {
    f"{name}_{size}": Case(
        title=f"a {command} of {target.mechanism} in a frame that announces {size} octets is not taken",
        checks=("23/frame/long-size-limit" if size > 2**63 - 1 else "23/frame/long", "23/frame/size"),
        under_test=COMMANDS[name][0],
        script=(
            send(command, frame_flags=COMMAND | LONG, frame_size=size),
            expect(either(rejects(before=answer), waits())),
        ),
        note="READY and HELLO of CURVE are put to the same test elsewhere.",
        sensitive=True,
    )
    for name, (target, command, answer, _) in COMMANDS.items()
    if name in ("plain_hello", "curve_initiate", "curve_welcome")
    for size in HUGE
}
