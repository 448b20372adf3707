"""The shape of the result files, said once: validation, the published JSON Schemas and the reports read these records.

`events.ndjson` is one `Event` a line, in the order in which things happen. `results.json` is one `Results`, derived
from it. Octets are lower-case hex. Inside `fields` octets are `{"hex": "05ff"}`, so that they differ from text.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec

FORMAT = 1
"""The number of the format; it grows when a reader of the old one would go wrong."""

Hex = Annotated[
    str,  # checked by `unsound`: a regular expression takes seconds for the megabytes of a run
    msgspec.Meta(
        description="Octets, two lower-case digits each.", extra_json_schema={"pattern": "^(?:[0-9a-f]{2})*$"}
    ),
]
Count = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Time = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$")]
Name = Annotated[str, msgspec.Meta(min_length=1)]

Verdict = Literal["pass", "fail", "warn", "info", "unsupported", "inconclusive", "error"]
Ending = Literal["answered", "closed", "reset", "silent", "crashed", "none"]
Level = Literal["MUST", "MUST NOT", "SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record that refuses what it does not know."""


class Generator(Record, frozen=True):
    """The program that made the file."""

    name: Name
    version: str


class Target(Record, frozen=True):
    """What was judged; details are whatever else it says of itself."""

    name: Name
    version: str
    details: dict[str, Any]


class Moment(Record, frozen=True):
    """One thing that happened on the wire or beside it, `at` seconds after the case began."""

    at: Seconds
    peer: str
    direction: Literal["sent", "received", "note"]
    what: str
    octets: Hex
    fields: dict[str, Any]


class Judged(Record, frozen=True):
    """What one case gave on one side."""

    id: Name
    case: Name
    verdict: Verdict
    ending: Ending
    level: Level
    role: Literal["server", "client", "peer"]
    side: Literal["binds", "connects"]
    mechanism: str
    checks: list[str]
    requirement: str
    reason: str
    title: str
    note: str
    seconds: Seconds
    noticed: list[str]
    confirmed: bool
    replay: str
    sensitive: bool
    trace: list[Moment]


class Summary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"passed": "pass"}):
    """How many cases got which verdict."""

    passed: Count
    fail: Count
    warn: Count
    info: Count
    unsupported: Count
    inconclusive: Count
    error: Count

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """Count by verdict."""
        counts: dict[Verdict, int] = msgspec.to_builtins(self)
        return counts


class Header(Record, frozen=True, tag_field="event", tag="header"):
    """The first line: what is going to be judged, and how."""

    format: Literal[1]
    generator: Generator
    started: Time
    target: Target
    profile: Literal["rfc", "interop"]
    seed: int
    selection: list[str]
    planned: Count


def unsound(moments: Iterable[Moment]) -> str:
    """What is wrong with the octets of these moments; nothing if nothing is."""
    for moment in moments:
        try:
            if bytes.fromhex(moment.octets).hex() == moment.octets:
                continue
        except ValueError:
            pass
        return f"octets are two lower-case hex digits each, not {moment.octets[:32]!r} - at `$...octets`"
    return ""


class Begun(Record, frozen=True, tag_field="event", tag="case"):
    """A case begins, or begins again."""

    id: Name


class Step(Moment, frozen=True, tag_field="event", tag="step"):
    """One moment of the case `id`, as it happens; only needed where the case may never come to a result."""

    id: Name


class Result(Judged, frozen=True, tag_field="event", tag="result"):
    """A case is judged. Where its trace is empty the steps since it began are its trace."""


class Footer(Record, frozen=True, tag_field="event", tag="footer"):
    """The last line of a run that came to its end."""

    finished: Time
    interrupted: bool
    summary: Summary


Event = Header | Begun | Step | Result | Footer


class Results(Record, frozen=True):
    """A whole run. `published` says that the traces of sensitive cases were taken out."""

    format: Literal[1]
    generator: Generator
    target: Target
    profile: Literal["rfc", "interop"]
    seed: int
    selection: list[str]
    planned: Count
    started: Time
    finished: Time | None
    interrupted: bool
    published: bool
    summary: Summary
    cases: list[Judged]
