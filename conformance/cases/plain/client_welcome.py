"""WELCOME as a client receives it (RFC 24 "Implementation", `welcome`)."""

from conformance.api import Case, Client, accepts, answers, either, expect, rejects, send, withhold

CLIENT = Client("PLAIN")

ANSWERED = Case(
    title="a client answers WELCOME by INITIATE",
    checks=("24/INITIATE/answers-welcome",),
    under_test=CLIENT,
    script=(
        withhold(),
        send("greeting"),
        expect(answers("HELLO")),
        send("WELCOME"),
        expect(answers("INITIATE")),
    ),
)

EXCESS = {
    name: Case(
        title=f"a WELCOME with {what} behind its name is taken or refused",
        checks=("24/WELCOME/takes-empty",),
        under_test=CLIENT,
        script=(send("WELCOME", excess=excess), expect(either(rejects(), accepts()))),
        note="The grammar has nothing there; that the client has to check is not said.",
        sensitive=True,
    )
    for name, what, excess in (
        ("null", "a null octet", b"\x00"),
        ("metadata", "metadata", b"\x0bSocket-Type\x00\x00\x00\x06DEALER"),
        ("of_curve", "the 160 octets of CURVE", bytes(160)),
        ("octets_64k", "64 KiB", bytes(65536)),
    )
}

PADDED_NAMES = {
    name: Case(
        title=f"a WELCOME {what} is taken or refused, not left alone",
        checks=("24/command/receives-name",),
        under_test=CLIENT,
        script=(send("WELCOME", frame_body=body), expect(either(rejects(), accepts()))),
        note="The prose pads names to eight characters, the grammar counts them. Everybody counts.",
    )
    for name, what, body in (
        ("uncounted", "padded to eight characters, uncounted,", b"WELCOME "),
        ("counted", "padded to eight characters and counted", b"\x08WELCOME "),
    )
}

LOWER_CASE = Case(
    title="a welcome in small letters is taken or refused, not left alone",
    checks=("24/command/name-case",),
    under_test=CLIENT,
    script=(send("WELCOME", name=b"\x07welcome"), expect(either(rejects(), accepts()))),
    note="Quoted strings of ABNF match either case; every sender writes capitals.",
)

MESSAGE_FRAMES = {
    name.lower(): Case(
        title=f"{name} in a message frame is taken or refused, not left alone",
        checks=("24/command/handshake-frames",),
        under_test=CLIENT,
        script=(send(name, frame_flags=0x00), expect(either(rejects(), accepts()))),
        note="The sender has to set the COMMAND bit; that the receiver has to look at it is not said.",
    )
    for name in ("WELCOME", "READY")
}

LONG_FRAMES = {
    name.lower(): Case(
        title=f"{name} in a long frame is taken as in a short one",
        checks=("23/command/accepts-either-size", "24/message/after-ready"),
        under_test=CLIENT,
        script=(send(name, frame_flags=0x06), expect(accepts())),
    )
    for name in ("WELCOME", "READY")
}

WITH_MORE = {
    name.lower(): Case(
        title=f"{name} in a frame with MORE is taken or refused, not left alone",
        checks=("23/frame/more-on-command",),
        under_test=CLIENT,
        script=(send(name, frame_flags=0x05), expect(either(rejects(), accepts()))),
    )
    for name in ("WELCOME", "READY")
}
