"""The kinds of single-shot vectors: one file each, the RFCs that it is about, and what its groups are read from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from conformance.vectors import boxes, commands, frames, greetings, matching, messages, metadata, sealed, texts
from conformance.vectors.record import Group


@dataclass(frozen=True)
class Kind:
    """One file.

    Attributes:
        title: what its tests are about.
        rfcs: the RFCs that specify it.
        groups: reads the tables.
        keys: whether it holds secret keys.
    """

    title: str
    rfcs: tuple[int, ...]
    groups: Callable[[], Iterable[Group]]
    keys: bool = False


def _traffic() -> Iterable[Group]:
    yield from commands.groups_of("traffic")
    yield from commands.groups_of("message")
    yield from messages.groups_of("RADIO")


def _metadata() -> Iterable[Group]:
    yield from metadata.groups()
    yield from commands.groups_of("property")


KINDS: Mapping[str, Kind] = {
    "greeting": Kind("Greetings of ZMTP 3, 2.0 and 1.0", (13, 15, 23, 37), greetings.groups),
    "frame": Kind("Frames of ZMTP 3, 2.0 and 1.0, and bodies of commands", (13, 15, 23, 37), frames.groups),
    "null": Kind("The commands of NULL", (23, 37), lambda: commands.groups_of("NULL")),
    "plain": Kind("The commands of PLAIN", (23, 24), lambda: commands.groups_of("PLAIN")),
    "curve": Kind("The commands of CURVE, with all keys", (26,), sealed.groups, keys=True),
    "box": Kind("The boxes of CURVE, with all keys and nonces", (26,), boxes.groups, keys=True),
    "traffic": Kind("What may stand between messages, and messages that mean something", (23, 37), _traffic),
    "metadata": Kind("Metadata, and the properties that ZMTP defines", (23, 24, 26, 27, 37), _metadata),
    "z85": Kind("The text form of keys", (32,), texts.groups),
    "zap": Kind(
        "Requests to an authentication handler, and its replies",
        (27,),
        lambda: messages.groups_of("ZAP/request", "ZAP/reply"),
    ),
    "compatibility": Kind("Which socket types go together", (15, 23, 37), matching.compatibility),
    "subscription": Kind(
        "Which messages subscriptions and groups let through", (23, 29, 37, 48), matching.subscriptions
    ),
}
"""Every kind by the name of its file."""
