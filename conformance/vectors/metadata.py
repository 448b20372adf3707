"""Tests of metadata: a list of properties, as READY, INITIATE and a ZAP reply carry it, each with its RFC's requirements.

The layout is one, the sentences are three: RFC 23 binds mostly the sender, RFC 26 obliges a server to validate, RFC
27 speaks of a handler. So the same octets are judged three times, each time by the grammar that the tables have for
that place.
"""

from collections.abc import Iterator

from conformance.vectors.plainly import outcome
from conformance.vectors.policy import one_thing
from conformance.vectors.record import Group, Test, distinct
from conformance.vectors.values import EDGES, EVERY
from spec_model.crypto.sealing import dissect
from spec_model.grammar import COMMANDS, MESSAGES
from spec_model.grammar.command import Command
from spec_model.grammar.metadata import property_octets

Said = tuple[str, bytes, tuple[str, ...], str]
"""Words, octets, flags, and the aspect that they are about."""

ORDINARY = property_octets("Socket-Type", b"DEALER")
VALUES = {"Socket-Type": b"DEALER", "Resource": b"service/one"}
"""What a property holds whose values have a grammar."""

NAMES = ("Socket-Type", "Identity", "Resource", "X-Debug", "a", "A-Z_a.z+0-9")


def candidates(alphabet: bytes = EDGES) -> Iterator[Said]:
    """Metadata worth trying, legal or not."""
    yield "no property at all", b"", ("Boundary",), "layout"
    yield "one property", ORDINARY, ("Ordinary",), "layout"
    for name in NAMES:
        yield f"the name {name}", property_octets(name, VALUES.get(name, b"value")), ("Ordinary",), "name-chars"
    for name in ("socket-type", "SOCKET-TYPE", "sOCKET-tYPE"):
        yield f"the name {name}, in another case", property_octets(name, b"DEALER"), ("Freedom",), "name-case"
    yield (
        "an unknown property behind a known one",
        ORDINARY + property_octets("X-Unheard.Of_+1", b"\x00\xff"),
        ("Freedom",),
        "other",
    )
    yield (
        "an unknown property before a known one",
        property_octets("X-Unheard.Of_+1", b"\x00\xff") + ORDINARY,
        ("Freedom",),
        "other",
    )
    for count in (2, 3, 16, 100):
        listed = b"".join(property_octets(f"X-{number}", b"%d" % number) for number in range(count))
        yield f"{count} properties", listed, ("Boundary",), "layout"
    for size in (1, 2, 127, 128, 254, 255):
        yield f"a name of {size} characters", property_octets(b"n" * size, b"v"), ("Boundary",), "name-size"
    for size in (0, 1, 127, 128, 255, 256, 257, 65536):
        yield f"a value of {size} octets", property_octets("X-Value", b"v" * size), ("Boundary",), "value-size"
    yield "a value of every octet", property_octets("X-Value", EVERY), ("Characters",), "value-opaque"
    for octet in alphabet:
        yield (
            f"a name that holds the octet {octet:02x}",
            property_octets(b"X" + bytes([octet]) + b"Y", b"v"),
            ("Characters",),
            "name-chars",
        )
    for where, before, behind in (
        ("the only one", b"", b""),
        ("the first", b"", ORDINARY),
        ("the last", ORDINARY, b""),
    ):
        yield f"an empty name, {where}", before + property_octets(b"", b"v") + behind, ("BrokenRule",), "name-size"
    for end in range(1, len(ORDINARY)):
        yield f"the only property broken off after {end} octets", ORDINARY[:end], ("Truncated",), "layout"
        yield (
            f"the second property broken off after {end} octets",
            property_octets("X-First", b"1") + ORDINARY[:end],
            ("Truncated",),
            "layout",
        )
    for told in (0, 5, 7, 255, 256, 65536, 2**24, 2**31 - 1, 2**31, 2**31 + 6, 2**32 - 1):
        yield (
            f"a value of 6 octets that says {told}",
            property_octets("X-Value", b"123456", value_size=told),
            ("LyingSize",),
            "value-size",
        )
    for told in (8, 6, 1, 255):
        yield (
            f"a name of 7 characters that says {told}",
            property_octets("X-Value", b"123456", name_size=told),
            ("LyingSize",),
            "layout",
        )
    for extra in (b"\x00", b"\xff", bytes(4), bytes(5)):
        yield f"{extra.hex()} behind the last property", ORDINARY + extra, ("Overlong",), "layout"


def tests_of(key: str, command: Command, alphabet: bytes = EDGES) -> Iterator[Test]:
    """The tests for the metadata of one place."""
    known, rules = {"name-case": 0, "other": 2}, ("layout", "name-size", "name-chars", "value-size")
    for says, octets, flags, aspect in candidates(alphabet):
        judged = dissect(command, octets)
        if not one_thing(judged.broken):
            continue
        freedom = command.freedoms[known[aspect]].requirement if aspect in known else ""
        rule = command.rules[rules.index(aspect) if aspect in rules else 3]
        about = (freedom or rule.requirement,)
        properties = [{"name": one["name"], "value": one["value"]} for one in judged.fields["properties"]]
        yield outcome(says, {"octets": octets}, judged.broken, key, flags, about, {"properties": properties})


def groups() -> Iterator[Group]:
    """The groups of the file."""
    for key, what in (
        ("NULL/READY", "what follows the name in READY of NULL"),
        ("PLAIN/INITIATE", "what follows the name in INITIATE of PLAIN: a server judges it"),
        ("PLAIN/READY", "what follows the name in READY of PLAIN: a client judges it"),
    ):
        tests = tests_of(key, COMMANDS[key].inside["metadata"])
        yield Group("Metadata", f"Metadata: {what}.", distinct(tests), {"in": key})
    for key, box in (("CURVE/INITIATE", "box"), ("CURVE/READY", "box")):
        tests = tests_of(
            key, COMMANDS[key].boxes[box].inner.inside["metadata"], EVERY if key == "CURVE/INITIATE" else EDGES
        )
        yield Group("Metadata", f"Metadata: what stands in the box of {key}, decrypted.", distinct(tests), {"in": key})
    reply = MESSAGES["ZAP/reply"].inside["metadata"]
    yield Group(
        "Metadata",
        "Metadata: the last frame of a ZAP reply.",
        distinct(tests_of("ZAP/reply", reply)),
        {"in": "ZAP/reply"},
    )
