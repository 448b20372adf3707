"""The metadata in an INITIATE: which a server rejects, which it has to let pass (RFC 26 "The INITIATE Command")."""

from conformance.api import Case, Server, accepts, either, expect, metadata_octets, property_octets, rejects, send

SERVER = Server()
TYPE = metadata_octets([("Socket-Type", b"DEALER")])
NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+"

LAYOUTS = {
    name: Case(
        title=f"an INITIATE in whose metadata {what} is rejected",
        checks=checks,
        under_test=SERVER,
        script=(send("INITIATE", metadata=TYPE + spoilt), expect(rejects())),
        sensitive=name.startswith("value_of_2"),
    )
    for name, what, checks, spoilt in (
        ("lone_octet", "one octet is left over", ("26/metadata/layout",), b"\x01"),
        ("lone_zero", "one zero octet is left over", ("26/metadata/layout", "26/metadata/name-size"), b"\x00"),
        ("cut_in_name", "a name is cut off", ("26/metadata/layout",), b"\x05X-a"),
        ("no_value_size", "the size of a value is missing", ("26/metadata/layout",), b"\x03X-a"),
        ("cut_in_value_size", "the size of a value is cut off", ("26/metadata/layout",), b"\x03X-a\x00\x00\x00"),
        ("no_value", "a value is missing", ("26/metadata/layout",), b"\x03X-a\x00\x00\x00\x01"),
        (
            "value_one_less",
            "a value has one octet less than it says",
            ("26/metadata/layout",),
            property_octets("X-a", b"value", value_size=6),
        ),
        (
            "value_one_more",
            "a value has one octet more than it says",
            ("26/metadata/layout",),
            property_octets("X-a", b"value", value_size=4),
        ),
        (
            "name_one_less",
            "a name has one octet less than it says",
            ("26/metadata/layout",),
            property_octets("X-a", b"v", name_size=4),
        ),
        ("name_of_255", "a name says 255 octets and has none", ("26/metadata/layout",), b"\xff"),
        ("empty_name", "a name is empty", ("26/metadata/name-size",), property_octets(b"", b"v")),
        ("nothing_at_all", "name and value are empty", ("26/metadata/name-size",), property_octets(b"", b"")),
        (
            "value_of_2_31",
            "a value says 2^31 octets",
            ("26/metadata/value-size", "26/metadata/layout"),
            property_octets("X-a", b"v", value_size=2**31),
        ),
        (
            "value_of_2_32_less_1",
            "a value says 2^32-1 octets",
            ("26/metadata/value-size", "26/metadata/layout"),
            property_octets("X-a", b"v", value_size=2**32 - 1),
        ),
        (
            "little_endian_size",
            "the size of a value has its last octet first",
            ("26/metadata/value-size", "26/metadata/layout"),
            property_octets("X-a", b"v", value_size=0x01000000),
        ),
    )
}

NAME_CHARS = {
    name: Case(
        title=f"an INITIATE in whose metadata a name has {what} is rejected",
        checks=("26/metadata/name-char",),
        under_test=SERVER,
        script=(send("INITIATE", metadata=TYPE + property_octets(b"X" + octet + b"a", b"v")), expect(rejects())),
    )
    for name, what, octet in (
        ("space", "a space", b" "),
        ("null", "a null octet", b"\x00"),
        ("slash", "a slash", b"/"),
        ("colon", "a colon", b":"),
        ("at", "an at sign", b"@"),
        ("line_feed", "a line feed", b"\n"),
        ("octet_128", "the octet 80", b"\x80"),
        ("octet_255", "the octet FF", b"\xff"),
    )
}

PASSING = {
    name: Case(
        title=f"an INITIATE in whose metadata {what} is let in",
        checks=checks,
        under_test=SERVER,
        script=(send("INITIATE", metadata=metadata), expect(accepts())),
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
            ("26/metadata/opaque-value", "26/metadata/value-size"),
            TYPE + property_octets("X-Octets", bytes(range(256))),
        ),
        (
            "all_characters",
            "a name has every character that there is",
            ("26/metadata/opaque-value",),
            TYPE + property_octets(NAME_CHARACTERS, b"v"),
        ),
        ("name_of_one", "a name has one character", ("26/metadata/opaque-value",), TYPE + property_octets("x", b"v")),
        (
            "longest_name",
            "a name has 255 characters",
            ("26/metadata/opaque-value",),
            TYPE + property_octets("X" * 255, b"v"),
        ),
        (
            "other_order",
            "Socket-Type comes last",
            ("26/metadata/opaque-value",),
            property_octets("X-First", b"v") + TYPE,
        ),
        (
            "many",
            "there are 300 properties",
            ("26/metadata/opaque-value", "26/READY/answers-initiate"),
            TYPE + b"".join(property_octets(f"X-{number}", b"v") for number in range(300)),
        ),
        (
            "value_of_400",
            "a value has 400 octets",
            ("26/metadata/opaque-value", "26/READY/answers-initiate"),
            TYPE + property_octets("X-Large", bytes(400)),
        ),
        (
            "value_of_64k",
            "a value has 64 KiB",
            ("26/metadata/opaque-value", "26/READY/answers-initiate"),
            TYPE + property_octets("X-Large", bytes(65536)),
        ),
    )
}

WRONG_SOCKET_TYPE = Case(
    title="an INITIATE with a socket type that does not go with the server's is refused",
    checks=("23/socket-type/enforced",),
    under_test=SERVER,
    script=(send("INITIATE", metadata=metadata_octets([("Socket-Type", b"PUB")])), expect(rejects())),
)

WRONG_SOCKET_TYPE_IN_OTHER_CASE = Case(
    title="a wrong socket type is refused under whatever mixture of letters its name comes",
    checks=("23/socket-type/enforced", "26/metadata/name-case"),
    under_test=SERVER,
    script=(send("INITIATE", metadata=property_octets("SOCKET-TYPE", b"PUB")), expect(rejects())),
    note="Tolerated is not understood: a known name in other letters could pass as an unknown one.",
)

TWICE = Case(
    title="an INITIATE that gives a name twice is let in or refused",
    checks=("23/metadata/duplicate",),
    under_test=SERVER,
    script=(send("INITIATE", metadata=TYPE + TYPE), expect(either(accepts(), rejects()))),
)
