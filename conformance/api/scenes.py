"""Scripts that several socket types have in common, as a table: what every sender, and what every receiver, is asked.

Theory of operation: the pattern RFCs say the same of many types in the same words: a PUSH, a SCATTER, a DEALER and a CLIENT
send in turn, and every type that receives is fair. A `Scene` is such a sentence with its script; `staged` makes of it the
case of one type, with those of its aspects that the type's RFC has: "round-robin" is 30/PUSH/round-robin for a PUSH.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.api.case import Case, Peer, Side
from conformance.api.script import (
    Step,
    app_sends,
    message,
)
from spec_model.requirements import Seen, load

BOUND: tuple[Side, ...] = ("binds",)
DIALLED: tuple[Side, ...] = ("connects",)
BOTH: tuple[Side, ...] = ("binds", "connects")
BIG = 1 << 18
"""Octets of a message of which the system's own buffers hold a few only."""

FEW = {"send_limit": 2}
FEW_IN = {"receive_limit": 2}
MORE = 0x01


@dataclass(frozen=True)
class Scene:
    """A sentence about several socket types.

    Attributes:
        key: the last part of the case's id.
        title: as in `Case`, with {type} for the type.
        aspects: of the type's own RFC, or whole ids; those that the type does not have are left out.
        script: as in `Case`.
        sides, options: as in `UnderTest`.
        note: as in `Case`.
    """

    key: str
    title: str
    aspects: str
    script: tuple[Step, ...]
    sides: tuple[Side, ...] = BOTH
    options: Mapping[str, int | bool] = field(default_factory=dict)
    note: str = ""

    def checks(self, row: str) -> tuple[str, ...]:
        """The requirements that it checks of a type, given as "30/PUSH"."""
        forms = (f"{row}/{{}}", f"{row.split('/')[0]}/{{}}", "{}")
        names = (forms[aspect.count("/")].format(aspect) for aspect in self.aspects.split())
        return tuple(name for name in names if name in load() and load()[name].seen is not Seen.NEVER)


def staged(
    row: str, tester: str, scenes: tuple[Scene, ...], *without: str, before: tuple[Step, ...] = ()
) -> dict[str, Case]:
    """The cases of one socket type.

    Args:
        row: RFC and type: "30/PUSH".
        tester: the type that the tester plays.
        without: keys of scenes that do not suit this type.
        before: what goes before each script.
    """
    kind = row.split("/")[1]
    return {
        scene.key: Case(
            title=scene.title.format(type=kind),
            checks=scene.checks(row),
            under_test=Peer(socket_type=kind, tester_type=tester, sides=scene.sides, options=scene.options),
            script=(*before, *scene.script),
            note=scene.note,
        )
        for scene in scenes
        if scene.key not in without and scene.checks(row)
    }


def numbered(whose: bytes, count: int) -> tuple[tuple[bytes, ...], ...]:
    """Messages of one frame each that say whose they are and which."""
    return tuple((b"%s %d" % (whose, number),) for number in range(count))


def told(messages: tuple[tuple[bytes, ...], ...]) -> tuple[Step, ...]:
    """The tester sends these."""
    return tuple(message(*parts) for parts in messages)


def said(messages: tuple[tuple[bytes, ...], ...]) -> tuple[Step, ...]:
    """The application sends these."""
    return tuple(app_sends(*parts) for parts in messages)


SIX = numbered(b"turn", 6)

FOUR = numbered(b"turn", 4)

OPAQUE = (b"one", b"", bytes(range(256)), b"long" * 500, b"\x00", b"\x01last")

ONCE = "23/message/once 37/message/once 23/message/order 37/message/order"

ATOMIC = "pattern/atomic-send 37/thread-safe/atomic-send"

ATOMIC_IN = "pattern/atomic-receive 37/thread-safe/atomic-receive"
