"""READYs whose properties do not add up (RFC 23 "The NULL Security Mechanism", `metadata`).

Most have a sound Socket-Type first, so that what is wrong behind it is the only reason to mind. A receiver should parse
what it gets, and so notice; where it may go on nevertheless, the case says so.
"""

from conformance.api import (
    Case,
    Peer,
    accepts,
    either,
    expect,
    metadata_octets,
    property_octets,
    rejects,
    send,
)

DEALER = metadata_octets([("Socket-Type", b"DEALER")])

UNREADABLE = {
    name: Case(
        title=f"a READY in which {what} is refused",
        checks=("23/NULL/ready-parsed", "23/NULL/closes-on-invalid", "23/handshake/failure-closes"),
        under_test=Peer(),
        script=(send("READY", metadata=DEALER + broken), expect(rejects())),
        note="A receiver is told to parse READY: what cannot be parsed cannot be passed over unnoticed.",
        sensitive=True,
    )
    for name, what, broken in (
        ("one_octet", "a property ends after the size of its name", b"\x01"),
        ("zero_octet", "a property ends after saying that it has no name", b"\x00"),
        ("name_one_more", "a name is said to be one octet longer than the rest", b"\x06X-Con"),
        ("name_largest", "a name is said to have 255 octets and has five", b"\xffX-Con"),
        ("no_value_size", "a name has no value size behind it", b"\x05X-Con"),
        ("value_size_cut", "the value size has three octets", b"\x05X-Con\x00\x00\x00"),
        (
            "value_one_more",
            "a value says one octet more than there is",
            property_octets("X-Con", b"value", value_size=6),
        ),
        (
            "value_one_less",
            "a value says one octet less than there is",
            property_octets("X-Con", b"value", value_size=4),
        ),
        ("value_missing", "a value says one octet and has none", property_octets("X-Con", b"", value_size=1)),
        ("value_2_31", "a value says 2^31 octets", property_octets("X-Con", b"value", value_size=2**31)),
        ("value_2_31_minus_1", "a value says 2^31-1 octets", property_octets("X-Con", b"value", value_size=2**31 - 1)),
        ("value_2_32_minus_1", "a value says 2^32-1 octets", property_octets("X-Con", b"value", value_size=2**32 - 1)),
        ("value_2_32_minus_5", "a value says 2^32-5 octets", property_octets("X-Con", b"value", value_size=2**32 - 5)),
        ("little_endian", "a value size has its octets turned round", b"\x05X-Con\x05\x00\x00\x00value"),
        ("tail", "an octet follows the last property", property_octets("X-Con", b"value") + b"\x05"),
    )
}

SOCKET_TYPE_LIES = {
    name: Case(
        title=f"a READY whose only property has {what} is refused",
        checks=("23/NULL/ready-parsed", "23/NULL/closes-on-invalid", "23/handshake/failure-closes"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata), expect(rejects())),
        sensitive=True,
    )
    for name, what, metadata in (
        ("name_one_more", "a name size of one too many", property_octets("Socket-Type", b"DEALER", name_size=12)),
        ("name_one_less", "a name size of one too few", property_octets("Socket-Type", b"DEALER", name_size=10)),
        ("name_zero", "a name size of zero", property_octets("Socket-Type", b"DEALER", name_size=0)),
        ("name_255", "a name size of 255", property_octets("Socket-Type", b"DEALER", name_size=255)),
        ("value_one_more", "a value size of one too many", property_octets("Socket-Type", b"DEALER", value_size=7)),
        ("value_one_less", "a value size of one too few", property_octets("Socket-Type", b"DEALER", value_size=5)),
        ("value_zero", "a value size of zero", property_octets("Socket-Type", b"DEALER", value_size=0)),
        ("value_largest", "a value size of 2^32-1", property_octets("Socket-Type", b"DEALER", value_size=2**32 - 1)),
    )
}

EMPTY_NAMES = {
    name: Case(
        title=f"a READY that has a property without a name, {where}, is taken or refused",
        checks=("23/metadata/name-size", "23/NULL/ready-validated", "23/metadata/checked"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata), expect(either(rejects(), accepts()))),
        note="Zero-sized names are not valid, and validating is left to the receiver.",
        sensitive=True,
    )
    for name, where, metadata in (
        ("last", "behind the others", DEALER + property_octets("", b"value")),
        ("first", "before the others", property_octets("", b"value") + DEALER),
        ("no_value", "and without a value", DEALER + property_octets("", b"")),
    )
}

NAME_CHARACTERS = {
    name: Case(
        title=f"a READY with a property name that has {what} is taken or refused, not left alone",
        checks=("23/metadata/name-chars", "23/NULL/ready-validated"),
        under_test=Peer(),
        script=(
            send("READY", metadata=DEALER + property_octets(octets, b"value")),
            expect(either(accepts(), rejects())),
        ),
    )
    for name, what, octets in (
        ("blank", "a blank", b"X bad"),
        ("zero", "a zero octet", b"X\x00bad"),
        ("high_bit", "octets above 7F", b"X-\xff\xfe"),
    )
}
