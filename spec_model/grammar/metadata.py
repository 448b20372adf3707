"""Metadata: a list of properties, each a name and a value with their sizes (RFC 23 and 26 `metadata`).

The two RFCs have the same layout but their own sentences, and differ in whom they bind: RFC 23 lets a receiver validate,
RFC 26 obliges it to. `metadata_rules` therefore takes the ids.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from construct import GreedyBytes, GreedyRange, Int8ub, Int32ub, Struct, this

from spec_model.grammar.command import Command, Freedom, Rule
from spec_model.grammar.primitives import NAME_CHARACTERS, Octets

LARGEST_VALUE = 2**31 - 1

PROPERTY = Struct(
    "name_size" / Int8ub,
    "name" / Octets(this.name_size),
    "value_size" / Int32ub,
    "value" / Octets(this.value_size),
)

LAYOUT = Struct("properties" / GreedyRange(PROPERTY), "excess" / GreedyBytes)


class _ByHand:
    """The codec of `LAYOUT`; see `spec_model.grammar.codec`."""

    def parse(self, octets: bytes) -> dict[str, Any]:
        """The fields: all properties that are whole, and what is left behind them."""
        properties: list[dict[str, Any]] = []
        start, end = 0, len(octets)
        while start < end:
            name_end = start + 1 + octets[start]
            value_start = name_end + 4
            value_size = int.from_bytes(octets[name_end:value_start], "big")
            if value_start > end or value_start + value_size > end:
                break
            name, value = octets[start + 1 : name_end], octets[value_start : value_start + value_size]
            entry = {"name_size": octets[start], "name": name, "value_size": value_size, "value": value}
            properties.append(entry)
            start = value_start + value_size
        return {"properties": properties, "excess": octets[start:]}

    def build(self, fields: Mapping[str, Any]) -> bytes | None:
        """None but for what is empty: metadata is built property by property."""
        properties, excess = fields["properties"], fields["excess"]
        return excess if properties in ((), []) and isinstance(excess, bytes) else None


LAYOUT.codec = _ByHand()


def property_octets(
    name: bytes | str, value: bytes, *, name_size: int | None = None, value_size: int | None = None
) -> bytes:
    """One property as it stands on the wire; the sizes tell the truth unless they are given."""
    octets = name.encode("ascii") if isinstance(name, str) else name
    if name_size is None and value_size is None and len(octets) <= 0xFF:
        return bytes((len(octets),)) + octets + len(value).to_bytes(4, "big") + value
    built: bytes = PROPERTY.build(
        {
            "name_size": len(octets) if name_size is None else name_size,
            "name": octets,
            "value_size": len(value) if value_size is None else value_size,
            "value": value,
        }
    )
    return built


def metadata_octets(properties: Iterable[tuple[str, bytes]]) -> bytes:
    """The metadata of these names and values, in this order."""
    return b"".join(property_octets(name, value) for name, value in properties)


def read_metadata(octets: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and value of each property that can be read, up to the first that cannot."""
    for entry in LAYOUT.codec.parse(octets)["properties"]:
        yield entry["name"].decode("ascii", "backslashreplace"), entry["value"]


def metadata_command(title: str, ids: Callable[[str], str], *, obliges: bool, parsing: str = "") -> Command:
    """The grammar of metadata with the requirements of one RFC.

    Args:
        title: name for messages.
        ids: the requirement id of an aspect: `layout`, `name-size`, `name-chars`, `value-size`, `name-case`.
        obliges: whether the receiver has to refuse what is malformed.
        parsing: what asks it to refuse at least what cannot be parsed, where nothing obliges it to more.
    """

    def rule(aspect: str, holds: Callable[[Any], bool], spoilt: bytes, what: str) -> Rule:
        return Rule(
            lambda it: holds(it),
            spoil={"metadata": lambda legal: legal + spoilt},
            sender=ids(f"sends-{aspect}" if obliges else aspect),
            receiver=ids(aspect) if obliges else parsing if aspect == "layout" else "",
            title=what,
        )

    return Command(
        title,
        layout=LAYOUT,
        legal={"properties": (), "excess": b""},
        rules=(
            rule("layout", lambda it: not it.excess, b"\x01", "a property breaks off"),
            rule(
                "name-size",
                lambda it: all(entry["name_size"] >= 1 for entry in it.properties),
                property_octets(b"", b"v"),
                "a property has an empty name",
            ),
            rule(
                "name-chars",
                lambda it: all(set(entry["name"]) <= NAME_CHARACTERS for entry in it.properties),
                property_octets(b"X bad", b"v"),
                "a property name has a blank",
            ),
            rule(
                "value-size",
                lambda it: _value_size_in_range(it),
                property_octets(b"X-Big", b"v", value_size=2**31),
                "a value announces 2^31 octets",
            ),
        ),
        freedoms=(
            Freedom(
                ids("name-case"),
                change={"metadata": lambda legal: legal.replace(b"Socket-Type", b"sOCKET-tYPE")},
                strict=lambda it: all(
                    entry["name"] == b"Socket-Type"
                    for entry in it.properties
                    if entry["name"].lower() == b"socket-type"
                ),
                title="a known name is written in another case",
            ),
            Freedom(
                ids("value-empty"),
                change={"metadata": lambda legal: legal + property_octets(b"X-Empty", b"")},
                strict=lambda it: all(
                    entry["value"] or entry["name"].lower() == b"identity" for entry in it.properties
                ),
                title="a value is empty",
            ),
            Freedom(
                ids("other-properties"),
                change={"metadata": lambda legal: legal + property_octets(b"X-Unheard.Of_+1", b"\x00\xff")},
                strict=lambda it: all(
                    entry["name"].lower() in (b"socket-type", b"identity", b"resource") or not entry["value"]
                    for entry in it.properties
                ),
                title="a property is unknown",
            ),
        ),
    )


def _value_size_in_range(it: Any) -> bool:
    """Whether no value, the one that breaks off included, announces more than 2^31-1 octets."""
    if all(entry["value_size"] <= LARGEST_VALUE for entry in it.properties) and not it.excess:
        return True
    name_end = 1 + it.excess[0] if it.excess else 0
    size = it.excess[name_end : name_end + 4]
    return len(size) < 4 or int.from_bytes(size, "big") <= LARGEST_VALUE
