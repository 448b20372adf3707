"""HELLO as a server receives it: every field wrong once (RFC 26 "The HELLO Command").

A WELCOME is already too much of an answer to a HELLO that has to be rejected.
"""

from conformance.api import Case, Server, accepts, either, expect, rejects, send, tamper

SERVER = Server()
REJECTED = expect(rejects(before="WELCOME"))

HIGHER_MAJOR = Case(
    title="a HELLO of version 2.0 is rejected",
    checks=("26/HELLO/version",),
    under_test=SERVER,
    script=(send("HELLO", version=b"\x02\x00"), REJECTED),
)

LOWER_MAJOR = Case(
    title="a HELLO of version 0.0 is rejected",
    checks=("26/HELLO/version",),
    under_test=SERVER,
    script=(send("HELLO", version=b"\x00\x00"), REJECTED),
)

HIGHER_MINOR = Case(
    title="a HELLO of version 1.1 is rejected",
    checks=("26/HELLO/version",),
    under_test=SERVER,
    script=(send("HELLO", version=b"\x01\x01"), REJECTED),
)

HIGHEST_MINOR = Case(
    title="a HELLO of version 1.255 is rejected",
    checks=("26/HELLO/version",),
    under_test=SERVER,
    script=(send("HELLO", version=b"\x01\xff"), REJECTED),
)

SWAPPED_VERSION = Case(
    title="a HELLO with minor and major version exchanged is rejected",
    checks=("26/HELLO/version",),
    under_test=SERVER,
    script=(send("HELLO", version=b"\x00\x01"), REJECTED),
)

FIRST_PADDING_BIT = Case(
    title="a HELLO whose padding starts with a one bit is rejected",
    checks=("26/HELLO/padding",),
    under_test=SERVER,
    script=(send("HELLO", padding=b"\x80" + bytes(71)), REJECTED),
)

LAST_PADDING_BIT = Case(
    title="a HELLO whose padding ends in a one bit is rejected",
    checks=("26/HELLO/padding",),
    under_test=SERVER,
    script=(send("HELLO", padding=bytes(71) + b"\x01"), REJECTED),
    note="The last two octets are padding by the grammar and not by the prose; 72 octets are the ruling.",
)

MIDDLE_OF_PADDING = Case(
    title="a HELLO with one octet of FF amidst its padding is rejected",
    checks=("26/HELLO/padding",),
    under_test=SERVER,
    script=(send("HELLO", padding=bytes(36) + b"\xff" + bytes(35)), REJECTED),
)

PADDING_OF_ONES = Case(
    title="a HELLO whose padding is all ones is rejected",
    checks=("26/HELLO/padding",),
    under_test=SERVER,
    script=(send("HELLO", padding=b"\xff" * 72), REJECTED),
)

OTHER_SHORT_NONCE = Case(
    title="a HELLO with another nonce than its signature was sealed under is rejected",
    checks=("26/HELLO/nonce", "26/HELLO/signature"),
    under_test=SERVER,
    script=(send("HELLO", tamper("nonce", flip=-8)), REJECTED),
)

NONCE_ZERO = Case(
    title="a client may start to count its short nonces at zero",
    checks=("26/WELCOME/answers-hello", "26/short-nonce/first-value"),
    under_test=SERVER,
    script=(send("HELLO", nonce=0), expect(accepts())),
)

LOWER_CASE_NAME = Case(
    title="a HELLO whose name is in small letters is no HELLO",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=SERVER,
    script=(send("HELLO", name=b"\x05hello"), REJECTED),
)

NAME_FILLED_WITH_SPACES = Case(
    title="a HELLO whose name is filled up to eight octets with spaces is no HELLO",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=SERVER,
    script=(send("HELLO", name=b"HELLO   ", padding=bytes(70)), REJECTED),
    note="General Design knows such names, and 70 octets of padding make 200 with it; the grammar is the ruling.",
)

IN_A_MESSAGE_FRAME = Case(
    title="a HELLO in a message frame is rejected, or taken for a HELLO",
    checks=("23/handshake/commands",),
    under_test=SERVER,
    script=(send("HELLO", frame_flags=0x00), expect(either(rejects(), accepts()))),
    note="The grammar binds the sender to a command frame; what the receiver does about another is not said.",
)

WITH_MORE = Case(
    title="a HELLO whose frame has the MORE bit is rejected, or taken for a HELLO",
    checks=("23/frame/more-on-command",),
    under_test=SERVER,
    script=(send("HELLO", frame_flags=0x05), expect(either(rejects(), accepts()))),
    note="What comes next must not be taken for the rest of the HELLO.",
)

IN_A_LONG_FRAME = Case(
    title="a HELLO in a long frame is as good as one in a short frame",
    checks=("23/command/accepts-either-size", "26/WELCOME/answers-hello"),
    under_test=SERVER,
    script=(send("HELLO", frame_flags=0x06), expect(accepts())),
)
