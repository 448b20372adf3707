"""The catalogue of requirements: what the RFCs ask, in our words, one entry per thing that can be broken.

Every table of the project cites these ids: a grammar rule, a machine row, a case, a fault. The ids are `rfc/subject/aspect`
and never change once published. The entries live in TOML files beside this module, one per RFC.

An entry whose text stands in an older RFC word for word, or nearly, says `same = "<older id>"` and inherits whatever it
does not give itself.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

RFC_TITLES: Mapping[int, str] = {
    13: "ZMTP 1.0",
    15: "ZMTP 2.0",
    23: "ZMTP 3.0",
    24: "ZMTP PLAIN",
    25: "ZMTP CURVE",
    26: "CurveZMQ",
    27: "ZAP",
    28: "Request-Reply",
    29: "Publish-Subscribe",
    30: "Pipeline",
    31: "Exclusive Pair",
    32: "Z85",
    37: "ZMTP 3.1",
    38: "ZMTP-GSSAPI",
    41: "Client-Server",
    48: "Radio-Dish",
    49: "Scatter-Gather",
    51: "Peer-to-Peer",
    52: "Channel",
}


class Level(StrEnum):
    """How strongly a sentence binds (RFC 2119). A bare constraint of the grammar counts as SHALL."""

    MUST = "MUST"
    MUST_NOT = "MUST NOT"
    SHALL = "SHALL"
    SHALL_NOT = "SHALL NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"

    @property
    def binding(self) -> bool:
        """Whether breaking it is a failure."""
        return self in (Level.MUST, Level.MUST_NOT, Level.SHALL, Level.SHALL_NOT)

    @property
    def free(self) -> bool:
        """Whether the text leaves it to the implementation."""
        return self is Level.MAY


class Seen(StrEnum):
    """How a breach can be seen: on the wire alone, only with an adapter behind the target, or not at all."""

    WIRE = "wire"
    DRIVEN = "driven"
    NEVER = "never"


class Kind(StrEnum):
    """Why one place alone needs a ruling. A ruling without a kind is about places that disagree, and names them."""

    SILENT = "silent"
    AMBIGUOUS = "ambiguous"
    SCOPE = "scope"


@dataclass(frozen=True)
class Requirement:
    """One thing that an RFC asks of one party.

    Attributes:
        id: `rfc/subject/aspect`, stable.
        level: the RFC 2119 level.
        binds: who can break it: sender, receiver, client, server, peer, binder, handler, implementer ...
        seen: how a breach can be observed.
        where: heading of the section in the RFC.
        gist: what is asked, in our words.
        digests: digests of the sentences and grammar productions that it stands for.
        because: why it cannot be observed (only where `seen` is never).
        ruling: how the project reads an ambiguous text, naming the places that disagree; empty where the text is clear.
        kind: why the ruling is about one place alone: the text is silent, or can be read in two ways, or is clear and the
            ruling says how much of it is judged; None where places disagree.
        between: those places, where the ruling does not name them by RFC and heading.
        allows: outcomes that pass by the ruling although the letter alone might refuse them.
        same: the id of the same requirement in an older RFC, or empty.
    """

    id: str
    level: Level
    binds: str
    seen: Seen
    where: str
    gist: str
    digests: tuple[str, ...]
    because: str = ""
    ruling: str = ""
    kind: Kind | None = None
    between: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    same: str = ""

    @property
    def rfc(self) -> int:
        """The number of the RFC."""
        return int(self.id.split("/", 1)[0])


class UnknownRequirement(KeyError):
    """An id that no catalogue file has."""

    def __str__(self) -> str:
        return f"unknown requirement {self.args[0]!r}"


_FIELDS = {
    "level",
    "binds",
    "seen",
    "where",
    "gist",
    "digest",
    "because",
    "ruling",
    "kind",
    "between",
    "allows",
    "same",
}

_OF_RULING = ("kind", "between")
"""Keys that go with a ruling: an entry with a ruling of its own does not take them over."""


@cache
def load() -> Mapping[str, Requirement]:
    """Every requirement of every catalogue file, by id, in the order of the files.

    Raises:
        ValueError: a catalogue file is malformed; the message names file and entry.
    """
    raw: dict[str, dict[str, Any]] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if f"rfc{name.split('/')[0]}.toml" != file.name or len(name.split("/")) < 3:
                    raise ValueError(f"{file.name}: {name!r} is not an id of the form rfc/subject/aspect of this file")
                raw[name] = entry
    return {name: _requirement(name, raw) for name in raw}


def _requirement(name: str, raw: Mapping[str, Mapping[str, Any]]) -> Requirement:
    entry = raw[name]
    if unknown := set(entry) - _FIELDS:
        raise ValueError(f"{name}: unknown keys {sorted(unknown)}")
    same = entry.get("same", "")
    if same and same not in raw:
        raise ValueError(f"{name}: same = {same!r}, which no entry has")
    older = (
        {name: value for name, value in raw[same].items() if name not in _OF_RULING or "ruling" not in entry}
        if same
        else {}
    )
    whole = {**older, **entry}
    try:
        digest = whole["digest"]
        found = Requirement(
            id=name,
            level=Level(whole["level"]),
            binds=whole["binds"],
            seen=Seen(whole["seen"]),
            where=whole["where"],
            gist=whole["gist"],
            digests=(digest,) if isinstance(digest, str) else tuple(digest),
            because=whole.get("because", ""),
            ruling=whole.get("ruling", ""),
            kind=Kind(whole["kind"]) if "kind" in whole else None,
            between=tuple(whole.get("between", ())),
            allows=tuple(whole.get("allows", ())),
            same=same,
        )
    except KeyError as missing:
        raise ValueError(f"{name}: {missing.args[0]} is missing") from None
    if (found.seen is Seen.NEVER) != bool(found.because):
        raise ValueError(f"{name}: `because` goes with seen = never, and only with it")
    if (found.kind or found.between) and not found.ruling or found.kind and found.between or len(found.between) == 1:
        raise ValueError(f"{name}: a ruling has a kind, or it is between two places at least")
    return found


def get(name: str) -> Requirement:
    """The requirement of that id.

    Raises:
        UnknownRequirement: there is none.
    """
    try:
        return load()[name]
    except KeyError:
        raise UnknownRequirement(name) from None


def check_ids(names: Iterable[str]) -> None:
    """Raise `UnknownRequirement` for the first id that the catalogue does not have."""
    for name in names:
        get(name)
