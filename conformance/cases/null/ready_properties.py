"""Unusual properties that a receiver has to live with (RFC 23 "Connection Metadata")."""

from conformance.api import (
    Case,
    Peer,
    accepts,
    app_sends,
    delivers,
    either,
    expect,
    message,
    metadata_octets,
    property_octets,
    receives,
    rejects,
    send,
)

DEALER = metadata_octets([("Socket-Type", b"DEALER")])
EVERY_OCTET = bytes(range(256))
LONGEST_NAME = "X-" + "n" * 253

TAKES = {
    name: Case(
        title=f"a peer whose READY has {what} is served",
        checks=(requirement, "23/metadata/other-properties", "23/metadata/x-names"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata), expect(accepts())),
    )
    for name, what, requirement, metadata in (
        (
            "unknown",
            "a property that nobody knows",
            "23/metadata/value-opaque",
            DEALER + property_octets("Weather", b"sunny"),
        ),
        (
            "all_characters",
            "a name with every sign that names may have",
            "23/metadata/value-opaque",
            DEALER + property_octets("X-Unheard.Of_+1", b"value"),
        ),
        (
            "longest_name",
            "a name of 255 characters",
            "23/metadata/value-opaque",
            DEALER + property_octets(LONGEST_NAME, b"value"),
        ),
        (
            "shortest_name",
            "a name of one character",
            "23/metadata/value-opaque",
            DEALER + property_octets("x", b"value"),
        ),
        (
            "empty_value",
            "a value of no octets",
            "23/metadata/value-empty",
            DEALER + property_octets("X-Empty", b""),
        ),
        (
            "opaque_value",
            "a value with every octet there is",
            "23/metadata/value-opaque",
            DEALER + property_octets("X-Opaque", EVERY_OCTET),
        ),
        (
            "value_of_zeros",
            "a value of zeros",
            "23/metadata/value-opaque",
            DEALER + property_octets("X-Zeros", bytes(16)),
        ),
        (
            "value_like_properties",
            "a value that looks like properties",
            "23/metadata/value-opaque",
            DEALER + property_octets("X-Inside", metadata_octets([("Socket-Type", b"PUB")])),
        ),
        (
            "socket_type_last",
            "its Socket-Type behind all else",
            "23/metadata/value-opaque",
            property_octets("X-First", b"1") + property_octets("Identity", b"me") + DEALER,
        ),
        (
            "a_hundred",
            "a hundred properties",
            "23/metadata/value-opaque",
            DEALER + metadata_octets([(f"X-{number}", b"%d" % number) for number in range(100)]),
        ),
        (
            "resource",
            "a Resource that nobody serves",
            "37/resource/accepted",
            DEALER + property_octets("Resource", b"some/where"),
        ),
    )
}

LARGE = {
    f"of_{size}": Case(
        title=f"a peer whose READY has a value of {size} octets is served or refused, not left alone",
        checks=("23/metadata/value-size", "23/command/long-size"),
        under_test=Peer(),
        script=(
            send("READY", metadata=DEALER + property_octets("X-Large", bytes(size))),
            expect(either(accepts(), rejects())),
        ),
        note="A value may have 2^31-1 octets; no text says how much a receiver has to bear before it knows its peer.",
    )
    for size in (300, 65_536, 1_000_000)
}

NAME_CASES = {
    name: Case(
        title=f"a peer that writes {spelt} is served",
        checks=("23/metadata/name-case", "23/socket-type/legal-accepted"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata_octets([(spelt, b"DEALER")])), expect(accepts())),
    )
    for name, spelt in (("lower_case", "socket-type"), ("upper_case", "SOCKET-TYPE"), ("mixed_case", "sOCKET-tYPE"))
}

NAME_CASE_UNDERSTOOD = {
    name: Case(
        title=f"a wrong socket type is refused under the name {spelt} too",
        checks=("23/socket-type/enforced", "23/metadata/name-case"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata_octets([(spelt, b"PUB")])), expect(rejects())),
        note="To take a property under an odd name is no proof that it was understood; an illegal value tells.",
    )
    for name, spelt in (("lower_case", "socket-type"), ("upper_case", "SOCKET-TYPE"))
}

NAME_CASE_OF_IDENTITY = Case(
    title="a ROUTER knows a peer by an identity whose name is written iDENTITY",
    checks=("23/metadata/name-case", "23/identity/addresses"),
    under_test=Peer(socket_type="ROUTER"),
    script=(
        send("READY", metadata=DEALER + property_octets("iDENTITY", b"me")),
        message(b"hello"),
        expect(delivers((b"hello",))),
        app_sends(b"me", b"to you"),
        expect(receives(b"to you")),
    ),
)

DUPLICATES = {
    name: Case(
        title=f"a READY with {what} is taken or refused, not left alone",
        checks=("23/metadata/duplicate",),
        under_test=Peer(),
        script=(send("READY", metadata=metadata), expect(either(accepts(), rejects()))),
        note="The grammar lets a name come twice, a dictionary does not; no text says what a receiver makes of it.",
    )
    for name, what, metadata in (
        ("the_same", "its Socket-Type twice", DEALER + DEALER),
        ("another_last", "another Socket-Type behind the first", DEALER + property_octets("Socket-Type", b"PUB")),
        ("another_first", "another Socket-Type before its own", property_octets("Socket-Type", b"PUB") + DEALER),
        ("identity", "two identities", DEALER + property_octets("Identity", b"a") + property_octets("identity", b"b")),
        ("unknown", "an unknown property twice", DEALER + property_octets("X-A", b"1") + property_octets("X-A", b"2")),
    )
}

RESOURCES = {
    name: Case(
        title=f"a peer whose Resource is {what} is served or refused, not left alone",
        checks=("37/resource/chars", "37/resource/grammar", "37/metadata/resource-sent"),
        under_test=Peer(),
        script=(
            send("READY", metadata=DEALER + property_octets("Resource", value)),
            expect(either(accepts(), rejects())),
        ),
        note="The grammar binds the sender, and a receiver accepts all requests.",
    )
    for name, what, value in (
        ("empty", "empty", b""),
        ("slash", "a slash", b"/"),
        ("double_slash", "two names with two slashes between", b"some//where"),
        ("last_slash", "a name with a slash behind", b"some/"),
        ("blank", "a name with a blank", b"some where"),
        ("no_text", "no text", b"\x00\xff"),
        ("long", "10,000 octets long", b"r" * 10_000),
    )
}
