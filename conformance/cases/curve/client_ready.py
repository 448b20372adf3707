"""READY as a client receives it (RFC 26 "The READY Command")."""

from conformance.api import (
    Case,
    Client,
    accepts,
    either,
    expect,
    metadata_octets,
    property_octets,
    rejects,
    reseal,
    send,
    tamper,
)

CLIENT = Client()
REJECTED = expect(rejects())
STRANGER = bytes(range(1, 33))
"""A secret key that nobody owns."""
TYPE = metadata_octets([("Socket-Type", b"DEALER")])

BOX_START_ALTERED = Case(
    title="a client closes on a READY with the first bit of its box flipped",
    checks=("26/READY/box",),
    under_test=CLIENT,
    script=(send("READY", tamper("box", flip=0)), REJECTED),
    sensitive=True,
)

BOX_END_ALTERED = Case(
    title="a client closes on a READY with the last bit of its box flipped",
    checks=("26/READY/box",),
    under_test=CLIENT,
    script=(send("READY", tamper("box", flip=-1)), REJECTED),
)

BOX_WITH_EXCESS = Case(
    title="a client closes on a READY with an octet behind its box",
    checks=("26/READY/box", "26/command/size-from-outside"),
    under_test=CLIENT,
    script=(send("READY", tamper("box", extend=b"\x00")), REJECTED),
)

OF_ANOTHER_KEY = Case(
    title="a client closes on a READY whose box was made by another key than S'",
    checks=("26/READY/box", "26/box/direction"),
    under_test=CLIENT,
    script=(send("READY", reseal("box", secret=STRANGER)), REJECTED),
    sensitive=True,
)

OF_THE_PERMANENT_KEY = Case(
    title="a client closes on a READY whose box was made by S in the place of S'",
    checks=("26/READY/box", "26/box/direction", "26/keys/forward-secrecy"),
    under_test=CLIENT,
    script=(send("READY", reseal("box", sender="S")), REJECTED),
)

PREFIX_OF_INITIATE = Case(
    title="a client closes on a READY whose box was sealed under the prefix of INITIATE",
    checks=("26/READY/nonce", "26/READY/box"),
    under_test=CLIENT,
    script=(send("READY", reseal("box", prefix=b"CurveZMQINITIATE")), REJECTED),
)

OTHER_SHORT_NONCE = Case(
    title="a client closes on a READY with another nonce than its box was sealed under",
    checks=("26/READY/nonce", "26/READY/box"),
    under_test=CLIENT,
    script=(send("READY", tamper("nonce", flip=-4)), REJECTED),
)

NONCE_ZERO = Case(
    title="a server may start to count its short nonces at zero",
    checks=("26/READY/answers-initiate", "26/short-nonce/first-value"),
    under_test=CLIENT,
    script=(send("READY", nonce=0), expect(accepts())),
)

LOWER_CASE_NAME = Case(
    title="a READY whose name is in small letters is no READY",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=CLIENT,
    script=(send("READY", name=b"\x05ready"), REJECTED),
)

SIZES = {
    name: Case(
        title=f"a client closes on a READY {what}",
        checks=("26/READY/size",),
        under_test=CLIENT,
        script=(step, REJECTED),
    )
    for name, what, step in (
        ("name_alone", "that is nothing but its name", send("READY", frame_body=b"\x05READY")),
        ("no_box", "that ends behind its nonce", send("READY", tamper("box", exchange=b""))),
        ("octets_29", "of 29 octets", send("READY", tamper("box", cut=1), metadata=b"")),
    )
}

WITHOUT_METADATA = Case(
    title="a READY of 30 octets, without metadata, is taken or refused",
    checks=("26/READY/size", "26/READY/judges-metadata"),
    under_test=CLIENT,
    script=(send("READY", metadata=b""), expect(either(accepts(), rejects()))),
)

BAD_METADATA = {
    name: Case(
        title=f"a READY in whose metadata {what} is taken or refused",
        checks=("26/READY/metadata", "26/READY/judges-metadata"),
        under_test=CLIENT,
        script=(send("READY", metadata=TYPE + spoilt), expect(either(rejects(), accepts()))),
        note="The client may judge the metadata, and is to validate all fields.",
    )
    for name, what, spoilt in (
        ("lone_octet", "one octet is left over", b"\x01"),
        ("cut_in_value", "a value is cut off", property_octets("X-a", b"value", value_size=6)),
        ("empty_name", "a name is empty", property_octets(b"", b"v")),
        ("bad_name", "a name has a space", property_octets(b"X a", b"v")),
        ("value_of_2_31", "a value says 2^31 octets", property_octets("X-a", b"v", value_size=2**31)),
        ("value_of_2_32_less_1", "a value says 2^32-1 octets", property_octets("X-a", b"v", value_size=2**32 - 1)),
    )
}

PASSING_METADATA = {
    name: Case(
        title=f"a READY in whose metadata {what} is taken",
        checks=checks,
        under_test=CLIENT,
        script=(send("READY", metadata=metadata), expect(accepts())),
    )
    for name, what, checks, metadata in (
        (
            "other_case",
            "Socket-Type is written otherwise",
            ("26/metadata/name-case",),
            property_octets("sOCKET-tYPE", b"DEALER"),
        ),
        ("empty_value", "a value is empty", ("26/metadata/empty-value",), TYPE + property_octets("X-Empty", b"")),
        (
            "any_octets",
            "a value has all 256 octets",
            ("26/metadata/opaque-value",),
            TYPE + property_octets("X-Octets", bytes(range(256))),
        ),
        (
            "value_of_64k",
            "a value has 64 KiB",
            ("26/metadata/opaque-value",),
            TYPE + property_octets("X-Large", bytes(65536)),
        ),
    )
}

WRONG_SOCKET_TYPE = Case(
    title="a READY with a socket type that does not go with the client's is refused",
    checks=("23/socket-type/enforced",),
    under_test=CLIENT,
    script=(send("READY", metadata=metadata_octets([("Socket-Type", b"PUB")])), REJECTED),
)
