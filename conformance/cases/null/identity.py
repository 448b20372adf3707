"""The identities that peers announce (RFC 23 "The Identity Property"; RFC 37 for the first octet)."""

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
    receives,
    rejects,
    send,
)

DEALER = ("Socket-Type", b"DEALER")

IGNORED = {
    name: Case(
        title=f"a DEALER serves a peer that announces an identity of {what}",
        checks=("23/identity/ignored-elsewhere", "23/metadata/value-opaque"),
        under_test=Peer(),
        script=(send("READY", metadata=metadata_octets([DEALER, ("Identity", identity)])), expect(accepts())),
        note="A DEALER does not address by it, so it makes no difference.",
    )
    for name, what, identity in (
        ("empty", "no octets", b""),
        ("one_octet", "one octet", b"A"),
        ("longest", "255 octets", b"A" * 255),
        ("binary", "octets of all kinds", b"\xff\x00\x01\x80"),
    )
}

OUTSIDE_THE_GRAMMAR = {
    name: Case(
        title=f"a peer with an identity {what} is served or refused, not left alone",
        checks=(requirement,),
        under_test=Peer(),
        script=(
            send("READY", metadata=metadata_octets([DEALER, ("Identity", identity)])),
            expect(either(accepts(), rejects())),
        ),
    )
    for name, what, requirement, identity in (
        ("of_256", "of 256 octets", "23/identity/size", b"A" * 256),
        ("of_65536", "of 65,536 octets", "23/identity/size", b"A" * 65_536),
        ("zero_first", "that starts with zero", "37/identity/first-octet", b"\x00\x00\x00\x00\x01"),
    )
}

ADDRESSES = {
    name: Case(
        title=f"a ROUTER sends by name to a peer whose identity is {what}",
        checks=("23/identity/addresses", "23/identity/announced"),
        under_test=Peer(socket_type="ROUTER"),
        script=(
            send("READY", metadata=metadata_octets([DEALER, ("Identity", identity)])),
            message(b"hello"),
            expect(delivers((b"hello",))),
            app_sends(identity, b"to you"),
            expect(receives(b"to you")),
        ),
    )
    for name, what, identity in (
        ("one_octet", "one octet", b"A"),
        ("longest", "255 octets", b"A" * 255),
        ("zeros_inside", "four octets, two of them zero", b"A\x00\x00B"),
    )
}
