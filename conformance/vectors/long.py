"""Long octets, shortly: most of them are a few octets over and over, perhaps with others before."""

from typing import Any

Json = Any

SHORT, PERIOD, BEFORE = 96, 256, 40
"""Octets up to which a value is written out, the longest pattern that is looked for, and how many may stand before it."""


def shortly(octets: bytes) -> Json:
    """The octets as data: written out, or as pieces of which the last is repeated until it has so many octets."""
    if len(octets) <= SHORT:
        return {"octets": octets.hex()}
    for start in range(min(BEFORE, len(octets) // 2)):
        period = period_of(octets[start:])
        if period:
            repeated = {"octets": octets[start : start + period].hex(), "repeatedTo": len(octets) - start}
            return {"pieces": [{"octets": octets[:start].hex()}, repeated]} if start else repeated
    return {"octets": octets.hex()}


def period_of(octets: bytes) -> int:
    """The length of the pattern that the octets repeat; 0 if there is none that saves anything."""
    place = 0
    while 0 <= (place := octets.find(octets[:8], place + 1)) <= min(PERIOD, len(octets) // 4):
        if octets[place:] == octets[:-place]:
            return place
    return 0
