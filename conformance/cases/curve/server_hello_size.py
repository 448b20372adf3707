"""The size of a HELLO, 200 octets, as a server checks it (RFC 26 "The HELLO Command")."""

from conformance.api import Case, Server, expect, rejects, send, tamper

SERVER = Server()
REJECTED = expect(rejects(before="WELCOME"))

NO_OCTETS = Case(
    title="an empty command in the place of HELLO is rejected",
    checks=("26/HELLO/size", "26/handshake/order"),
    under_test=SERVER,
    script=(send("HELLO", frame_body=b""), REJECTED),
)

NAME_ALONE = Case(
    title="a HELLO that is nothing but its name is rejected",
    checks=("26/HELLO/size",),
    under_test=SERVER,
    script=(send("HELLO", frame_body=b"\x05HELLO"), REJECTED),
)

BROKEN_NAME = Case(
    title="a HELLO that ends amidst its name is rejected",
    checks=("26/HELLO/size", "26/handshake/order"),
    under_test=SERVER,
    script=(send("HELLO", frame_body=b"\x05HEL"), REJECTED),
)

ONE_OCTET_LESS = Case(
    title="a HELLO of 199 octets is rejected",
    checks=("26/HELLO/size", "26/HELLO/signature"),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", cut=1)), REJECTED),
)

ONE_OCTET_MORE = Case(
    title="a HELLO of 201 octets, the last one being excess, is rejected",
    checks=("26/HELLO/size", "26/command/size-from-outside"),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", extend=b"\x00")), REJECTED),
)

LARGEST_SHORT_FRAME = Case(
    title="a HELLO of 255 octets is rejected",
    checks=("26/HELLO/size", "26/command/size-from-outside"),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", extend=bytes(55))), REJECTED),
)

TWICE_AS_LONG = Case(
    title="a HELLO with 200 octets of excess is rejected",
    checks=("26/HELLO/size", "26/command/size-from-outside"),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", extend=bytes(200))), REJECTED),
)

SIXTY_FOUR_K = Case(
    title="a HELLO with 64 KiB of excess is rejected",
    checks=("26/HELLO/size", "26/command/size-from-outside"),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", extend=bytes(65536))), REJECTED),
)

PADDING_OF_THE_PROSE = Case(
    title="a HELLO with 70 octets of padding, as the prose has it, is rejected",
    checks=("26/HELLO/size", "26/HELLO/padding"),
    under_test=SERVER,
    script=(send("HELLO", padding=bytes(70)), REJECTED),
    note="It has 198 octets in all, and the section asks for 200.",
)

ONE_PADDING_OCTET_MORE = Case(
    title="a HELLO with 73 octets of padding is rejected",
    checks=("26/HELLO/size",),
    under_test=SERVER,
    script=(send("HELLO", padding=bytes(73)), REJECTED),
)

WITHOUT_PADDING = Case(
    title="a HELLO without padding is rejected",
    checks=("26/HELLO/size", "26/HELLO/padding"),
    under_test=SERVER,
    script=(send("HELLO", padding=b""), REJECTED),
    note="The padding keeps a WELCOME from being larger than what asked for it.",
)
