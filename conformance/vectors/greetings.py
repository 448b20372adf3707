"""Tests of greetings: of ZMTP 3 with each mechanism, of 2.0 and 1.0, and of telling them apart by the first octets."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.vectors.plainly import tests_of
from conformance.vectors.record import Group, Test, distinct
from conformance.vectors.values import EVERY, Variant
from spec_model.grammar.command import Fields
from spec_model.grammar.greeting import GREETING, mechanism_octets
from spec_model.grammar.legacy import GREETING_1_0, GREETING_2_0, SOCKET_TYPES
from spec_model.legacy import Version, detect, encode_1_0, greeting_2_0
from spec_model.role import MECHANISMS


def groups() -> Iterator[Group]:
    """A group for each mechanism of ZMTP 3, for each older version, and for detection."""
    for mechanism in MECHANISMS:
        naturals = {
            f"{mechanism}, ZMTP 3.{minor}, as-server {server}": {
                **GREETING.legal,
                "mechanism": mechanism_octets(mechanism),
                "version_minor": minor,
                "as_server": server,
            }
            for server in ((0,) if mechanism == "NULL" else (0, 1))
            for minor in (1, 0)
        }
        known = {"mechanism": mechanism_octets(mechanism)}
        tests = tests_of("greeting", GREETING, naturals, known=known, more=_mechanisms, extensible=False)
        words = f"64 octets of greeting, for a peer of ZMTP 3 whose mechanism is {mechanism}."
        yield Group("Greeting", words, tuple(map(_older, tests)), {"mechanism": mechanism})
    fields = {
        "NULL": GREETING.legal,
        **{name: {**GREETING.legal, "mechanism": mechanism_octets(name)} for name in ("A", "A" * 20)},
    }
    fields = {f"the mechanism {name}": value for name, value in fields.items()}
    alone = tests_of("greeting", GREETING, fields, more=_characters, extensible=False)
    about = tuple(test for test in map(_older, alone) if "mechanism" in test.comment)
    yield Group(
        "GreetingFields", "64 octets of greeting, for whoever looks at the fields and has no mechanism yet.", about
    )
    named = {f"a {name}": {**GREETING_2_0.legal, "socket_type": number} for number, name in enumerate(SOCKET_TYPES)}
    named |= {"with an identity": {**GREETING_2_0.legal, "identity_size": 2, "identity": b"me"}}
    yield Group(
        "Greeting20", "A greeting of ZMTP 2.0.", tests_of("ZMTP 2.0/greeting", GREETING_2_0, named, extensible=False)
    )
    old = {"anonymous": GREETING_1_0.legal, "with an identity": {**GREETING_1_0.legal, "length": 3, "body": b"me"}}
    old |= {"an identity of 255 octets": {"length": 0xFF, "long_length": 256, "flags": 0, "body": b"i" * 255}}
    old |= {"an identity of 253 octets": {"length": 254, "long_length": None, "flags": 0, "body": b"i" * 253}}
    first = tests_of("ZMTP 1.0/greeting", GREETING_1_0, old, extensible=False)
    yield Group("Greeting10", "A greeting of ZMTP 1.0: a frame with the identity.", first)
    yield Group("Detection", "The first octets of a peer, and which version it speaks.", distinct(_detected()))


def _mechanisms(natural: Fields) -> Iterator[Variant]:
    """Names that are nearly the mechanism's."""
    name = natural["mechanism"].rstrip(b"\x00")
    for says, other in (
        ("the name in small letters", name.lower()),
        ("the name without its last letter", name[:-1]),
        ("the name twice", name * 2),
        ("the name behind a blank", b" " + name),
        ("no name at all", b""),
        ("20 letters", b"A" * 20),
        ("a name of every allowed sign", b"AZ09-_.+"),
    ):
        yield Variant(f"mechanism: {says}", {"mechanism": other.ljust(20, b"\x00")}, "mechanism", ("Mechanism",))


def _characters(natural: Fields) -> Iterator[Variant]:
    """The same, and a name that ends in each octet of ASCII."""
    yield from _mechanisms(natural)
    name = natural["mechanism"].rstrip(b"\x00")
    for octet in EVERY[0x20:0x80]:
        if octet not in name:
            changed = (name + bytes([octet])).ljust(20, b"\x00")
            yield Variant(
                f"mechanism: octet {octet:02x} behind the name", {"mechanism": changed}, "mechanism", ("Mechanism",)
            )


def _older(test: Test) -> Test:
    """A greeting that shows an older version is none of ZMTP 3, whatever else a receiver may do with its peer."""
    octets = test.inputs["octets"]
    found = detect(octets) if len(octets) >= 11 else None
    if found is None or found.version is Version.ZMTP_3 or test.result == "valid":
        return test
    return replace(
        test, result="invalid", ruling="", flags=(*test.flags, "OlderVersion"), expected={"version": found.version}
    )


def _detected() -> Iterator[Test]:
    heads = [
        (f"first octet {first:02x}", bytes([first]) + bytes(8) + b"\x7f\x03\x00")
        for first in (0x00, 0x01, 0x02, 0x7F, 0xFE)
    ]
    heads += [
        (f"tenth octet {tenth:02x}", b"\xff" + bytes(8) + bytes([tenth]) + b"\x03\x00")
        for tenth in EVERY[:2] + EVERY[0x7D:0x82] + b"\xfe\xff"
    ]
    heads += [
        (f"eleventh octet {major:02x}", b"\xff" + bytes(8) + b"\x7f" + bytes([major]) + b"\x00")
        for major in (0, 1, 2, 3, 4, 127, 128, 255)
    ]
    heads += [("ZMTP 1.0, anonymous", encode_1_0(b"") + b"\x02\x00a".ljust(10, b"x"))]
    heads += [("ZMTP 1.0, an identity behind a long length", encode_1_0(b"identity", long=True))]
    heads += [
        (
            "ZMTP 2.0, an identity of a ZMTP 1.0 peer in the padding",
            greeting_2_0("DEALER", b"me", (3).to_bytes(8, "big"))[:12],
        )
    ]
    for says, octets in heads:
        found = detect(octets)
        if found is not None:
            yield Test(
                says,
                {"octets": octets},
                "valid",
                "legal",
                (found.requirement,),
                "The rows of detection lead there.",
                ("Detection",),
                expected={"version": found.version},
            )
