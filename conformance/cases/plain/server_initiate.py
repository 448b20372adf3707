"""The metadata in an INITIATE: what a server refuses, and what it lets pass (RFC 24 "Implementation", `initiate`).

The server parses and validates INITIATE. Most of what is wrong here stands behind a sound Socket-Type, so that it is
the only reason to mind.
"""

from conformance.api import (
    Case,
    Server,
    accepts,
    delivers,
    either,
    expect,
    message,
    metadata_octets,
    property_octets,
    rejects,
    send,
)

SERVER = Server("PLAIN")
TYPE = metadata_octets([("Socket-Type", b"DEALER")])
NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+"

UNREADABLE = {
    name: Case(
        title=f"an INITIATE in which {what} is refused",
        checks=("24/INITIATE/metadata", "23/handshake/failure-closes"),
        under_test=SERVER,
        script=(send("INITIATE", metadata=TYPE + broken), expect(rejects())),
        sensitive=True,
    )
    for name, what, broken in (
        ("one_octet", "a property ends after the size of its name", b"\x01"),
        ("zero_octet", "a property ends after saying that it has no name", b"\x00"),
        ("name_one_more", "a name is said to be one octet longer than the rest", b"\x06X-Con"),
        ("name_largest", "a name is said to have 255 octets and has five", b"\xffX-Con"),
        ("no_value_size", "a name has no value size behind it", b"\x05X-Con"),
        ("value_size_cut", "the value size has three octets", b"\x05X-Con\x00\x00\x00"),
        ("value_one_more", "a value says one octet too many", property_octets("X-Con", b"value", value_size=6)),
        ("value_one_less", "a value says one octet too few", property_octets("X-Con", b"value", value_size=4)),
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
        title=f"an INITIATE whose only property has {what} is refused",
        checks=("24/INITIATE/metadata", "23/handshake/failure-closes"),
        under_test=SERVER,
        script=(send("INITIATE", metadata=metadata), expect(rejects())),
        sensitive=True,
    )
    for name, what, metadata in (
        ("name_one_more", "a name size of one too many", property_octets("Socket-Type", b"DEALER", name_size=12)),
        ("name_one_less", "a name size of one too few", property_octets("Socket-Type", b"DEALER", name_size=10)),
        ("name_zero", "a name size of zero", property_octets("Socket-Type", b"DEALER", name_size=0)),
        ("value_one_more", "a value size of one too many", property_octets("Socket-Type", b"DEALER", value_size=7)),
        ("value_one_less", "a value size of one too few", property_octets("Socket-Type", b"DEALER", value_size=5)),
        ("value_zero", "a value size of zero", property_octets("Socket-Type", b"DEALER", value_size=0)),
    )
}

DOUBTFUL = {
    name: Case(
        title=f"an INITIATE {what} is taken or refused, not left alone",
        checks=("23/handshake/failure-closes", *checks),
        under_test=SERVER,
        script=(send("INITIATE", metadata=metadata), expect(either(rejects(), accepts()))),
        sensitive=True,
    )
    for name, what, checks, metadata in (
        ("nothing", "without metadata", ("24/INITIATE/empty-metadata", "24/INITIATE/socket-type"), b""),
        (
            "no_socket_type",
            "without a Socket-Type",
            ("23/metadata/socket-type-sent", "24/INITIATE/socket-type"),
            property_octets("X-Any", b"1"),
        ),
        ("empty_name", "with a property without a name", ("23/metadata/name-size",), TYPE + property_octets("", b"v")),
        (
            "nothing_at_all",
            "with a property without name and value",
            ("23/metadata/name-size",),
            TYPE + property_octets("", b""),
        ),
        ("name_blank", "whose name has a blank", ("23/metadata/name-chars",), TYPE + property_octets(b"X bad", b"v")),
        (
            "name_null",
            "whose name has a null octet",
            ("23/metadata/name-chars",),
            TYPE + property_octets(b"X\x00", b"v"),
        ),
        ("name_high_bit", "whose name is no ASCII", ("23/metadata/name-chars",), TYPE + property_octets(b"\xff", b"v")),
        ("twice", "with its Socket-Type twice", ("23/metadata/duplicate",), TYPE + TYPE),
        (
            "another_last",
            "with another Socket-Type behind the first",
            ("23/metadata/duplicate",),
            TYPE + property_octets("Socket-Type", b"PUB"),
        ),
        (
            "value_of_1m",
            "with a value of 1,000,000 octets",
            ("23/metadata/value-size",),
            TYPE + property_octets("X-Large", bytes(1_000_000)),
        ),
    )
}

TAKES = {
    name: Case(
        title=f"an INITIATE {what} is taken",
        checks=("24/READY/answers-initiate", *checks),
        under_test=SERVER,
        script=(send("INITIATE", metadata=metadata), expect(accepts())),
    )
    for name, what, checks, metadata in (
        (
            "lower_case",
            "that writes socket-type",
            ("23/metadata/name-case",),
            property_octets("socket-type", b"DEALER"),
        ),
        (
            "mixed_case",
            "that writes sOCKET-tYPE",
            ("23/metadata/name-case",),
            property_octets("sOCKET-tYPE", b"DEALER"),
        ),
        ("empty_value", "with an empty value", ("23/metadata/value-empty",), TYPE + property_octets("X-Empty", b"")),
        (
            "unknown",
            "with a property that nobody knows",
            ("23/metadata/other-properties",),
            TYPE + property_octets("X-Unheard.Of_+1", b"\x00\xff"),
        ),
        (
            "all_characters",
            "with a name of all characters that there are",
            ("23/metadata/other-properties",),
            TYPE + property_octets(NAME_CHARACTERS, b"v"),
        ),
        (
            "longest_name",
            "with a name of 255 characters",
            ("23/metadata/other-properties",),
            TYPE + property_octets("X" * 255, b"v"),
        ),
        (
            "any_octets",
            "with a value of all 256 octets",
            ("23/metadata/value-opaque",),
            TYPE + property_octets("X-Octets", bytes(range(256))),
        ),
        (
            "socket_type_last",
            "with its Socket-Type behind all else",
            ("23/metadata/value-opaque",),
            property_octets("X-First", metadata_octets([("Socket-Type", b"PUB")])) + TYPE,
        ),
        (
            "many",
            "with 300 properties",
            ("23/metadata/other-properties",),
            TYPE + metadata_octets([(f"X-{number}", b"%d" % number) for number in range(300)]),
        ),
        (
            "resource",
            "with a Resource that nobody serves",
            ("37/resource/accepted",),
            TYPE + property_octets("Resource", b"some/where"),
        ),
    )
}

IDENTITIES = {
    name: Case(
        title=f"a client is served that introduces itself by {what}",
        checks=("24/goals/independent-identity", "24/READY/answers-initiate"),
        under_test=SERVER,
        script=(
            send("INITIATE", metadata=TYPE + property_octets("Identity", identity)),
            message(b"by name"),
            expect(delivers((b"by name",))),
        ),
        note="Access goes by the user name of HELLO, which is the same in all these cases.",
    )
    for name, what, identity in (
        ("empty", "an empty identity", b""),
        ("another_name", "an identity that is not its user name", b"root"),
        ("binary", "an identity of any octets", b"A\x00\xff"),
        ("longest", "an identity of 255 octets", b"i" * 255),
    )
}

WRONG_SOCKET_TYPE = {
    name: Case(
        title=f"an INITIATE whose socket type is {what} is refused by a DEALER",
        checks=("23/socket-type/enforced", "24/INITIATE/socket-type"),
        under_test=SERVER,
        script=(send("INITIATE", metadata=property_octets(property_name, value)), expect(rejects())),
    )
    for name, what, property_name, value in (
        ("pub", "PUB", "Socket-Type", b"PUB"),
        ("req", "REQ", "Socket-Type", b"REQ"),
        ("unknown", "unknown", "Socket-Type", b"BOGUS"),
        ("empty", "empty", "Socket-Type", b""),
        ("prefix", "the beginning of a known one", "Socket-Type", b"DEALE"),
        ("null_behind", "a known one with a null behind it", "Socket-Type", b"DEALER\x00"),
        ("lower_case_name", "PUB, its name in small letters,", "socket-type", b"PUB"),
    )
}
