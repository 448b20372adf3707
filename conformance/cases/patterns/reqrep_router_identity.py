"""Names of a ROUTER's peers: announced, made up, odd, claimed twice (RFC 28; RFC 23, 37 "The Identity Property")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    app_sends,
    delivers,
    either,
    expect,
    knows,
    message,
    peer,
    receives,
    rejects,
    takes_part,
    told_apart,
)


def _router(**more: Any) -> UnderTest:
    return Peer(socket_type="ROUTER", **more)


ANNOUNCED = {
    name: Case(
        title=f"a ROUTER knows a peer by the identity that it announces: {what}",
        checks=(
            *("28/ROUTER/identity-from-metadata", "23/identity/addresses", "37/identity/addresses"),
            *("28/ROUTER/prefixes-identity", "28/ROUTER/routes-by-identity", "23/identity/size", "37/identity/size"),
        ),
        under_test=_router(),
        script=(
            peer("first", identity=identity),
            message(b"hello"),
            expect(delivers((b"hello",))),
            expect(knows("the peer's name is its identity", lambda names, own=identity: names["first"] == own)),  # type: ignore[misc]
            app_sends(identity, b"answer"),
            expect(receives(b"answer")),
        ),
    )
    for name, what, identity in (
        ("one_octet", "one octet", b"A"),
        ("binary", "octets of all kinds", b"\x01\x00\xff\x80\r\n"),
        ("longest", "255 octets", b"I" * 255),
        ("like_a_number", "five octets, the first not zero", b"\x80\x00\x00\x00\x01"),
    )
}

MADE_UP = {
    name: Case(
        title=f"a ROUTER gives each peer that announces {what} a name of its own, never an empty one",
        checks=(
            *("28/ROUTER/identity-unique", "23/identity/addresses", "28/ROUTER/prefixes-identity"),
            *("37/identity/first-octet", "23/identity/size", "37/identity/size"),
        ),
        under_test=_router(),
        script=(
            *(
                step
                for name in ("first", "second", "third")
                for step in (
                    peer(name, identity=identity, shared=True),
                    message(b"of the " + name.encode()),
                    expect(delivers((b"of the " + name.encode(),))),
                )
            ),
            expect(
                knows(
                    "three peers have three names, of 1 to 255 octets",
                    lambda names: len(set(names.values())) == 3 and all(0 < len(n) < 256 for n in names.values()),
                )
            ),
            app_sends(b"for the second", to="second"),
            app_sends(b"for the first", to="first"),
            peer("first"),
            expect(receives(b"for the first")),
            peer("second"),
            expect(receives(b"for the second")),
        ),
    )
    for name, what, identity in (("none", "no identity", None), ("empty", "an empty identity", b""))
}

ODD = {
    name: Case(
        title=f"a peer whose identity {what} is served under some name, or refused",
        checks=(requirement, "28/ROUTER/identity-unique"),
        under_test=_router(sides=("binds",)),
        script=(
            message(b"before"),
            expect(delivers((b"before",))),
            peer("odd", identity=identity),
            message(b"of the odd one"),
            expect(either(delivers((b"of the odd one",)), rejects())),
            peer("first"),
            app_sends(b"for the first", to="first"),
            expect(receives(b"for the first")),
        ),
        note="The text binds the sender. Keeping the name, making one, and a close pass; the other peer keeps its own.",
    )
    for name, what, requirement, identity in (
        ("of_256", "has 256 octets", "23/identity/size", b"I" * 256),
        ("zero_first", "starts with a zero octet", "37/identity/first-octet", b"\x00\x00\x00\x00\x01"),
        ("only_zero", "is a zero octet", "37/identity/first-octet", b"\x00"),
    )
}

CLASH = Case(
    title="two peers that announce the same identity are never shown under one name",
    checks=("28/ROUTER/identity-clash", "28/ROUTER/identity-unique"),
    under_test=_router(sides=("binds",)),
    script=(
        peer("first", identity=b"alpha"),
        expect(takes_part()),
        peer("second", identity=b"alpha"),
        expect(told_apart("first", "second")),
    ),
    note="Refusing or ignoring the second, giving it another name, and letting it take over from the first pass.",
)
