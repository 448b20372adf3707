"""MESSAGE as a client receives it, but for nonces and flags (RFC 26 "The MESSAGE Command")."""

from conformance.api import (
    Case,
    Client,
    delivers,
    either,
    expect,
    frame,
    ignores,
    message,
    octets,
    rejects,
    reseal,
    send,
    tamper,
)

CLIENT = Client()
REJECTED = expect(rejects())
STRANGER = bytes(range(1, 33))
"""A secret key that nobody owns."""

BOX_START_ALTERED = Case(
    title="a MESSAGE with the first bit of its box flipped ends the connection",
    checks=("26/MESSAGE/box",),
    under_test=CLIENT,
    script=(send("MESSAGE", tamper("box", flip=0), data=b"altered"), REJECTED),
    sensitive=True,
)

BOX_END_ALTERED = Case(
    title="a MESSAGE with the last bit of its box flipped ends the connection",
    checks=("26/MESSAGE/box",),
    under_test=CLIENT,
    script=(send("MESSAGE", tamper("box", flip=-1), data=b"altered"), REJECTED),
    sensitive=True,
)

FLAGS_ALTERED = Case(
    title="a MESSAGE with a bit of its sealed flags flipped ends the connection",
    checks=("26/MESSAGE/box",),
    under_test=CLIENT,
    script=(send("MESSAGE", tamper("box", flip=16 * 8), data=b"altered"), REJECTED),
    note="Without a check of the box it would be the first part of a message.",
    sensitive=True,
)

BOX_WITH_EXCESS = Case(
    title="a MESSAGE with an octet behind its box ends the connection",
    checks=("26/MESSAGE/box", "26/command/size-from-outside"),
    under_test=CLIENT,
    script=(send("MESSAGE", tamper("box", extend=b"\x00"), data=b"longer"), REJECTED),
)

BOX_CUT = Case(
    title="a MESSAGE whose box lacks its last octet ends the connection",
    checks=("26/MESSAGE/box",),
    under_test=CLIENT,
    script=(send("MESSAGE", tamper("box", cut=1), data=b"shorter"), REJECTED),
)

OTHER_SHORT_NONCE = Case(
    title="a MESSAGE with another nonce than its box was sealed under ends the connection",
    checks=("26/MESSAGE/nonce-prefix", "26/MESSAGE/box"),
    under_test=CLIENT,
    script=(send("MESSAGE", tamper("nonce", flip=-4), data=b"altered"), REJECTED),
)

PREFIX_OF_THE_CLIENT = Case(
    title="a MESSAGE to a client that was sealed under the prefix of the client ends the connection",
    checks=("26/MESSAGE/nonce-prefix", "26/MESSAGE/box"),
    under_test=CLIENT,
    script=(send("MESSAGE", reseal("box", prefix=b"CurveZMQMESSAGEC"), data=b"wrong way"), REJECTED),
)

PREFIX_OF_THE_GRAMMAR = Case(
    title="a MESSAGE that was sealed under a prefix that ends in a hyphen ends the connection",
    checks=("26/MESSAGE/nonce-prefix", "26/MESSAGE/box"),
    under_test=CLIENT,
    script=(send("MESSAGE", reseal("box", prefix=b"CurveZMQMESSAGE-"), data=b"hyphen"), REJECTED),
    note="A comment of the grammar has this prefix; the prose, with one for each direction, is the ruling.",
)

OF_ANOTHER_KEY = Case(
    title="a MESSAGE whose box was made by another key than S' ends the connection",
    checks=("26/MESSAGE/box", "26/box/direction"),
    under_test=CLIENT,
    script=(send("MESSAGE", reseal("box", secret=STRANGER), data=b"forged"), REJECTED),
    sensitive=True,
)

OF_THE_PERMANENT_KEY = Case(
    title="a MESSAGE whose box was made by S in the place of S' ends the connection",
    checks=("26/MESSAGE/box", "26/box/direction", "26/keys/forward-secrecy"),
    under_test=CLIENT,
    script=(send("MESSAGE", reseal("box", sender="S"), data=b"for ever"), REJECTED),
    sensitive=True,
)

LOWER_CASE_NAME = Case(
    title="a MESSAGE whose name is in small letters is no MESSAGE, and ends the connection",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=CLIENT,
    script=(send("MESSAGE", name=b"\x07message", data=b"small"), REJECTED),
)

SIZES = {
    name: Case(
        title=f"a MESSAGE {what} ends the connection",
        checks=("26/MESSAGE/size", "26/MESSAGE/box"),
        under_test=CLIENT,
        script=(send("MESSAGE", frame_body=b"\x07MESSAGE" + rest), REJECTED),
    )
    for name, what, rest in (
        ("name_alone", "that is nothing but its name", b""),
        ("half_a_nonce", "that ends amidst its nonce", bytes(4)),
        ("no_box", "without a box", bytes(7) + b"\x09"),
        ("box_of_one", "with a box of one octet", bytes(7) + b"\x09" + bytes(1)),
        ("box_of_15", "with a box of 15 octets", bytes(7) + b"\x09" + bytes(15)),
    )
}

NO_FLAGS = Case(
    title="a MESSAGE of 32 octets, whose box opens and holds nothing, ends the connection",
    checks=("26/MESSAGE/size", "26/MESSAGE/payload"),
    under_test=CLIENT,
    script=(send("MESSAGE", box=b""), REJECTED),
)

IN_CLEAR = Case(
    title="a message in clear in the midst of traffic ends the connection and is not delivered",
    checks=(
        "26/handshake/order",
        "26/MESSAGE/box",
        "25/traffic/refuses-clear-text",
    ),
    under_test=CLIENT,
    script=(message(b"first"), expect(delivers((b"first",))), octets(frame(0x00, b"in clear")), REJECTED),
    sensitive=True,
)

EMPTY_IN_CLEAR = Case(
    title="an empty frame in the midst of traffic ends the connection and is not delivered",
    checks=("26/handshake/order", "26/MESSAGE/size"),
    under_test=CLIENT,
    script=(message(b"first"), expect(delivers((b"first",))), octets(frame(0x00, b"")), REJECTED),
)

CLEAR_BETWEEN_PARTS = Case(
    title="a frame in clear between two parts of a message ends the connection; nothing is delivered",
    checks=("26/handshake/order", "26/MESSAGE/box"),
    under_test=CLIENT,
    script=(send("MESSAGE", flags=0x01, data=b"first part"), octets(frame(0x00, b"in clear")), REJECTED),
    sensitive=True,
)

IN_A_COMMAND_FRAME = Case(
    title="a MESSAGE in a command frame is delivered or ignored, or ends the connection",
    checks=("23/message/encrypted-as-commands",),
    under_test=CLIENT,
    script=(
        send("MESSAGE", data=b"commanded", frame_flags=0x04),
        expect(either(delivers((b"commanded",)), rejects(), ignores())),
    ),
    note="By RFC 23 an encrypted message is a command; every deployed implementation sends a message frame.",
)

OUTER_MORE = Case(
    title="MORE on the frame of a MESSAGE that is the last part does not make it an earlier one",
    checks=("26/MESSAGE/more",),
    under_test=CLIENT,
    script=(
        send("MESSAGE", data=b"alone", frame_flags=0x01),
        expect(either(delivers((b"alone",)), rejects())),
    ),
    note="The sealed flag is the message's; anybody on the way could have set the other.",
    sensitive=True,
)

GOOD_BEFORE_BAD = Case(
    title="what was delivered before an invalid MESSAGE stays delivered, and is all",
    checks=("26/MESSAGE/box", "26/MESSAGE/after-ready"),
    under_test=CLIENT,
    script=(
        message(b"good"),
        expect(delivers((b"good",))),
        send("MESSAGE", tamper("box", flip=0), data=b"bad"),
        REJECTED,
    ),
)
