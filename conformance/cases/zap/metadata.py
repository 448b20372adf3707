"""The metadata of a reply (RFC 27 "Message Format"): what a server does with it, sound or not.

No text says how it gets to the client. What a case can say is that a 200 with it lets in as any other, and that metadata
which nobody can read hurts nobody.
"""

from conformance.api import (
    Case,
    Peer,
    Server,
    accepts,
    answers,
    delivers,
    either,
    expect,
    handler_replies,
    message,
    metadata_octets,
    property_octets,
    rejects,
)

MECHANISMS = {"null": Peer(), "plain": Server("PLAIN", sides=("binds", "connects")), "curve": Server()}
GROUP = metadata_octets([("X-Group", b"staff")])

SOUND = {
    f"{name}_{slug}": Case(
        title=f"a {target.mechanism} peer is let in by a 200 that has {what}",
        checks=("27/status/success", "27/metadata/returned"),
        under_test=target,
        script=(handler_replies(metadata=metadata), message(b"let in"), expect(delivers((b"let in",)))),
    )
    for name, target in MECHANISMS.items()
    for slug, what, metadata in (
        ("one", "a property", GROUP),
        ("several", "several properties", metadata_octets([(f"X-{number}", b"%d" % number) for number in range(50)])),
        ("empty_value", "a property without a value", property_octets("X-Empty", b"")),
        ("longest_name", "a name of 255 characters", property_octets("X-" + "n" * 253, b"value")),
        ("large", "a value of 100,000 octets", property_octets("X-Large", bytes(100_000))),
    )
}

CONTRADICTS = {
    name: Case(
        title=f"metadata that gives a {target.mechanism} peer another socket type and an Identity hurts nobody",
        checks=("27/status/bad-metadata", "27/metadata/returned"),
        under_test=target,
        script=(
            handler_replies(metadata=metadata_octets([("Socket-Type", b"PUB"), ("Identity", b"me")])),
            expect(either(accepts(), answers("ERROR"), rejects())),
        ),
        note="What such words of a handler mean is not said. The server may hold them against the client.",
    )
    for name, target in MECHANISMS.items()
}

UNREADABLE = {
    f"{name}_{slug}": Case(
        title=f"metadata in which {what} hurts no {target.mechanism} server",
        checks=("27/status/bad-metadata",),
        under_test=target,
        script=(handler_replies(metadata=metadata), expect(either(accepts(), answers("ERROR"), rejects()))),
        note="The format binds the handler; what the server does with the client is left open.",
        sensitive=True,
    )
    for name, target in MECHANISMS.items()
    for slug, what, metadata in (
        ("one_octet", "a property ends after the size of its name", b"\x01"),
        ("zeros", "all is zero", bytes(7)),
        ("name_255", "a name is said to have 255 octets and has five", b"\xffX-Con"),
        ("no_value_size", "a name has no value size behind it", b"\x05X-Con"),
        ("value_size_cut", "the value size has three octets", b"\x05X-Con\x00\x00\x00"),
        ("value_one_more", "a value says one octet more", GROUP + property_octets("X-Con", b"value", value_size=6)),
        ("value_2_31", "a value says 2^31 octets", property_octets("X-Con", b"value", value_size=2**31)),
        ("value_2_32", "a value says 2^32-1 octets", property_octets("X-Con", b"value", value_size=2**32 - 1)),
        ("tail", "an octet follows the last property", GROUP + b"\x05"),
    )
}
