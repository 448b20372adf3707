"""WELCOME as a client receives it (RFC 26 "The WELCOME Command")."""

from conformance.api import Case, Client, accepts, either, expect, rejects, reseal, send, tamper

CLIENT = Client()
REJECTED = expect(rejects(before="INITIATE"))
STRANGER = bytes(range(1, 33))
"""A secret key that nobody owns."""

BOX_START_ALTERED = Case(
    title="a client closes on a WELCOME with the first bit of its box flipped",
    checks=("26/WELCOME/box",),
    under_test=CLIENT,
    script=(send("WELCOME", tamper("box", flip=0)), REJECTED),
    sensitive=True,
)

BOX_END_ALTERED = Case(
    title="a client closes on a WELCOME with the last bit of its box flipped",
    checks=("26/WELCOME/box",),
    under_test=CLIENT,
    script=(send("WELCOME", tamper("box", flip=-1)), REJECTED),
    sensitive=True,
)

NO_BOX = Case(
    title="a client closes on a WELCOME of zeros",
    checks=("26/WELCOME/box",),
    under_test=CLIENT,
    script=(send("WELCOME", tamper("box", exchange=bytes(144))), REJECTED),
    sensitive=True,
)

OF_ANOTHER_SERVER = Case(
    title="a client closes on the WELCOME of a server whose key is not the one that it knows",
    checks=(
        "26/keys/server-known",
        "26/WELCOME/box",
        "26/box/direction",
        "25/handshake/mutual-authentication",
    ),
    under_test=CLIENT,
    script=(send("WELCOME", reseal("box", secret=STRANGER)), REJECTED),
    sensitive=True,
)

PREFIX_OF_THE_COOKIE = Case(
    title="a client closes on a WELCOME whose box was sealed under the prefix of cookies",
    checks=("26/WELCOME/nonce", "26/WELCOME/box"),
    under_test=CLIENT,
    script=(send("WELCOME", reseal("box", prefix=b"COOKIE--")), REJECTED),
)

OTHER_LONG_NONCE = Case(
    title="a client closes on a WELCOME with another nonce than its box was sealed under",
    checks=("26/WELCOME/nonce", "26/WELCOME/box"),
    under_test=CLIENT,
    script=(send("WELCOME", tamper("nonce", flip=0)), REJECTED),
)

LAST_NONCE_OCTET_ALTERED = Case(
    title="a client closes on a WELCOME with the last octet of its nonce altered",
    checks=("26/WELCOME/nonce", "26/WELCOME/box"),
    under_test=CLIENT,
    script=(send("WELCOME", tamper("nonce", flip=-1)), REJECTED),
)

LOWER_CASE_NAME = Case(
    title="a WELCOME whose name is in small letters is no WELCOME",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=CLIENT,
    script=(send("WELCOME", name=b"\x07welcome"), REJECTED),
)

NAME_FILLED_WITH_SPACES = Case(
    title="a WELCOME whose name is filled up to eight octets with a space is no WELCOME",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=CLIENT,
    script=(send("WELCOME", name=b"WELCOME "), REJECTED),
    note="The size is the same either way; the length-prefixed name of the grammar is the ruling.",
)

SIZES = {
    name: Case(
        title=f"a client closes on a WELCOME {what}",
        checks=("26/WELCOME/size",),
        under_test=CLIENT,
        script=(step, REJECTED),
    )
    for name, what, step in (
        ("name_alone", "that is nothing but its name", send("WELCOME", frame_body=b"\x07WELCOME")),
        ("no_box", "that ends behind its nonce", send("WELCOME", tamper("box", exchange=b""))),
        ("octets_167", "of 167 octets", send("WELCOME", tamper("box", cut=1))),
        ("octets_169", "of 169 octets, the last one being excess", send("WELCOME", tamper("box", extend=b"\x00"))),
        ("octets_255", "of 255 octets", send("WELCOME", tamper("box", extend=bytes(87)))),
        ("octets_256", "of 256 octets", send("WELCOME", tamper("box", extend=bytes(88)))),
        ("octets_64k", "with 64 KiB of excess", send("WELCOME", tamper("box", extend=bytes(65536)))),
        ("cookie_of_95", "whose box holds a cookie of 95 octets", send("WELCOME", tamper("cookie", cut=1))),
        ("cookie_of_97", "whose box holds a cookie of 97 octets", send("WELCOME", tamper("cookie", extend=b"\x00"))),
        ("no_cookie", "whose box holds no cookie", send("WELCOME", cookie=b"")),
        ("empty_box", "whose box holds nothing", send("WELCOME", box=b"")),
    )
}

IN_A_MESSAGE_FRAME = Case(
    title="a client closes on a WELCOME in a message frame, or takes it for a WELCOME",
    checks=("23/handshake/commands",),
    under_test=CLIENT,
    script=(send("WELCOME", frame_flags=0x00), expect(either(rejects(), accepts()))),
)

IN_A_LONG_FRAME = Case(
    title="a WELCOME in a long frame is as good as one in a short frame",
    checks=("23/command/accepts-either-size", "26/INITIATE/answers-welcome"),
    under_test=CLIENT,
    script=(send("WELCOME", frame_flags=0x06), expect(accepts())),
)
