"""READY as a client receives it (RFC 24 "Implementation", `ready`)."""

from conformance.api import (
    Case,
    Client,
    accepts,
    either,
    expect,
    holds,
    metadata_octets,
    property_octets,
    rejects,
    send,
)

CLIENT = Client("PLAIN")
TYPE = metadata_octets([("Socket-Type", b"DEALER")])

UNREADABLE = {
    name: Case(
        title=f"a READY in which {what} is taken or refused",
        checks=("24/READY/metadata",),
        under_test=CLIENT,
        script=(send("READY", metadata=TYPE + broken), expect(either(rejects(), accepts()))),
        note="The server is told to parse INITIATE; what the client does with READY is not said.",
        sensitive=True,
    )
    for name, what, broken in (
        ("one_octet", "a property ends after the size of its name", b"\x01"),
        ("zero_octet", "a property ends after saying that it has no name", b"\x00"),
        ("name_largest", "a name is said to have 255 octets and has five", b"\xffX-Con"),
        ("no_value_size", "a name has no value size behind it", b"\x05X-Con"),
        ("value_size_cut", "the value size has three octets", b"\x05X-Con\x00\x00\x00"),
        ("value_one_more", "a value says one octet too many", property_octets("X-Con", b"value", value_size=6)),
        ("value_2_31", "a value says 2^31 octets", property_octets("X-Con", b"value", value_size=2**31)),
        ("value_2_32_minus_1", "a value says 2^32-1 octets", property_octets("X-Con", b"value", value_size=2**32 - 1)),
        ("value_2_32_minus_5", "a value says 2^32-5 octets", property_octets("X-Con", b"value", value_size=2**32 - 5)),
        ("tail", "an octet follows the last property", property_octets("X-Con", b"value") + b"\x05"),
    )
}

DOUBTFUL = {
    name: Case(
        title=f"a READY {what} is taken or refused, not left alone",
        checks=("23/handshake/failure-closes", *checks),
        under_test=CLIENT,
        script=(send("READY", metadata=metadata), expect(either(rejects(), accepts()))),
        sensitive=True,
    )
    for name, what, checks, metadata in (
        ("nothing", "without metadata", ("23/metadata/socket-type-sent",), b""),
        ("empty_name", "with a property without a name", ("23/metadata/name-size",), TYPE + property_octets("", b"v")),
        ("name_blank", "whose name has a blank", ("23/metadata/name-chars",), TYPE + property_octets(b"X bad", b"v")),
        ("twice", "with its Socket-Type twice", ("23/metadata/duplicate",), TYPE + TYPE),
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
        title=f"a READY {what} is taken",
        checks=("24/message/after-ready", *checks),
        under_test=CLIENT,
        script=(send("READY", metadata=metadata), expect(accepts())),
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
            "many",
            "with 300 properties",
            ("23/metadata/other-properties",),
            TYPE + metadata_octets([(f"X-{number}", b"%d" % number) for number in range(300)]),
        ),
        ("identity", "with an Identity", ("23/identity/ignored-elsewhere",), TYPE + property_octets("Identity", b"me")),
    )
}

WRONG_SOCKET_TYPE = {
    name: Case(
        title=f"a READY whose socket type is {what} is refused by a DEALER",
        checks=("23/socket-type/enforced",),
        under_test=CLIENT,
        script=(send("READY", metadata=property_octets(property_name, value)), expect(rejects())),
    )
    for name, what, property_name, value in (
        ("pub", "PUB", "Socket-Type", b"PUB"),
        ("unknown", "unknown", "Socket-Type", b"BOGUS"),
        ("empty", "empty", "Socket-Type", b""),
        ("lower_case_name", "PUB, its name in small letters,", "socket-type", b"PUB"),
    )
}

NO_ERROR_OF_CLIENTS = Case(
    title="a client that refuses the server's socket type closes, with ERROR or without",
    checks=("24/ERROR/client-never-sends", "23/socket-type/enforced"),
    under_test=CLIENT,
    script=(
        send("READY", metadata=metadata_octets([("Socket-Type", b"PUB")])),
        expect(rejects()),
        expect(
            either(
                holds("no ERROR came", lambda known: all(name != "ERROR" for name, _ in known.received)),
                holds("ERROR came", lambda known: any(name == "ERROR" for name, _ in known.received)),
            )
        ),
    ),
    note="The grammar gives ERROR to the server alone; RFC 23 lets whoever refuses a socket type send it.",
)
