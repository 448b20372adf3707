"""Verdicts, endings, and the record of what one case gave.

The verdict says what is concluded, the ending how the target's part ended; they are separate facts. A breach weighs as much
as the requirement that it breaks: MUST and SHALL fail, SHOULD warns, MAY informs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conformance.api import Case
from conformance.api.case import Side
from spec_model.requirements import Level, get


class Verdict(StrEnum):
    """What is concluded (ISO 9646, and two for what was not judged)."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    INFO = "info"
    UNSUPPORTED = "unsupported"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Ending(StrEnum):
    """How the target's part ended."""

    ANSWERED = "answered"
    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"
    CRASHED = "crashed"
    NONE = "none"


BAD = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.ERROR})
"""Verdicts that are confirmed once, alone, before they are reported."""


@dataclass(frozen=True)
class Moment:
    """One thing that happened on the wire or beside it.

    Attributes:
        at: seconds since the case began.
        peer: name of the connection.
        direction: "sent" by the tester, "received" from the target, "note" for everything else.
        what: in words: a command's name, "closed", what the application got.
        octets: what went over the wire, whole as it was written or read.
        fields: the decoded fields where there are any; octets as bytes, numbers as int.
    """

    at: float
    peer: str
    direction: str
    what: str
    octets: bytes = b""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What one case gave on one side.

    Attributes:
        case: the case.
        side: whether the target bound or connected.
        verdict, ending: see the head of this module.
        reason: one line: requirement, expected, seen. Text from the target in it is escaped to printable ASCII.
        requirement: the requirement that is broken, or the first that the case checks.
        seconds: how long it took.
        trace: what happened, in order.
        noticed: further requirements that the target broke on the way, that other cases judge.
        confirmed: whether a second play, alone, gave the same.
        replay: the command line that plays just this case.
    """

    case: Case
    side: Side
    verdict: Verdict
    ending: Ending
    reason: str
    requirement: str = ""
    seconds: float = 0.0
    trace: tuple[Moment, ...] = ()
    noticed: tuple[str, ...] = ()
    confirmed: bool = False
    replay: str = ""

    @property
    def id(self) -> str:
        """Case and side: `curve.server_hello.nonzero_padding@binds`."""
        return f"{self.case.id}@{self.side}"

    @property
    def level(self) -> Level:
        """The level of the requirement that decides."""
        return get(self.requirement or self.case.checks[0]).level


def weigh(requirement: str) -> Verdict:
    """What a breach of this requirement is worth."""
    level = get(requirement).level
    if level.binding:
        return Verdict.FAIL
    return Verdict.INFO if level.free else Verdict.WARN
