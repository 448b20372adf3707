"""How the commands to a server are written: name and frame (RFC 24 "Implementation", RFC 23 "Framing")."""

from conformance.api import Case, Server, accepts, either, expect, metadata_octets, rejects, send

SERVER = Server("PLAIN")
HELLO = b"\x05admin\x06secret"
INITIATE = metadata_octets([("Socket-Type", b"DEALER")])

PADDED_NAMES = {
    name: Case(
        title=f"{what} is taken or refused, not left alone",
        checks=("24/command/receives-name",),
        under_test=SERVER,
        script=(send(command, frame_body=body), expect(either(rejects(), accepts()))),
        note="The prose pads names to eight characters, the grammar counts them. Everybody counts.",
    )
    for name, what, command, body in (
        ("hello", "a HELLO padded to eight characters, uncounted,", "HELLO", b"HELLO   " + HELLO),
        ("hello_nulls", "a HELLO padded with null octets, uncounted,", "HELLO", b"HELLO\x00\x00\x00" + HELLO),
        ("hello_counted", "a HELLO padded to eight characters and counted", "HELLO", b"\x08HELLO   " + HELLO),
        ("initiate", "an INITIATE of eight characters, uncounted,", "INITIATE", b"INITIATE" + INITIATE),
    )
}

NAME_CASE = {
    name: Case(
        title=f"{what} is taken or refused, not left alone",
        checks=("24/command/name-case",),
        under_test=SERVER,
        script=(send(command, name=octets), expect(either(rejects(), accepts()))),
        note="Quoted strings of ABNF match either case; every sender writes capitals.",
    )
    for name, what, command, octets in (
        ("hello", "a hello in small letters", "HELLO", b"\x05hello"),
        ("hello_mixed", "a Hello with one capital", "HELLO", b"\x05Hello"),
        ("initiate", "an initiate in small letters", "INITIATE", b"\x08initiate"),
    )
}

MESSAGE_FRAMES = {
    name.lower(): Case(
        title=f"{name} in a message frame is taken or refused, not left alone",
        checks=("24/command/handshake-frames",),
        under_test=SERVER,
        script=(send(name, frame_flags=0x00), expect(either(rejects(), accepts()))),
        note="The sender has to set the COMMAND bit; that the receiver has to look at it is not said.",
    )
    for name in ("HELLO", "INITIATE")
}

LONG_FRAMES = {
    name.lower(): Case(
        title=f"{name} in a long frame is taken as in a short one",
        checks=("23/command/accepts-either-size", "24/WELCOME/answers-hello"),
        under_test=SERVER,
        script=(send(name, frame_flags=0x06), expect(accepts())),
    )
    for name in ("HELLO", "INITIATE")
}

WITH_MORE = {
    name.lower(): Case(
        title=f"{name} in a frame with MORE is taken or refused, not left alone",
        checks=("23/frame/more-on-command",),
        under_test=SERVER,
        script=(send(name, frame_flags=0x05), expect(either(rejects(), accepts()))),
    )
    for name in ("HELLO", "INITIATE")
}
