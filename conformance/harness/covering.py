"""What of the catalogue the cases cover: checked, asked in another text and checked there, a gap with a reason, or open.

`conformance/cases/gaps.toml` names what no case can check, each with the reason. What a case checks is no gap any more, and
an entry that names nothing is an error: the list never goes stale in silence.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from conformance.harness.catalogue import cases
from spec_model.requirements import Requirement, Seen, load


class Cover(StrEnum):
    """How a requirement is covered."""

    CHECKED = "checked"
    SAME = "same"
    NEVER = "never"
    GAP = "gap"
    OPEN = "open"


@dataclass(frozen=True)
class Covering:
    """How one requirement is covered.

    Attributes:
        cover: how.
        cases: ids of the cases that check it, or the same of another text.
        elder: the id of the other text, where the cover is `SAME`.
        because: why nobody checks it, where it is `NEVER` or `GAP`.
    """

    cover: Cover
    cases: tuple[str, ...] = ()
    elder: str = ""
    because: str = ""


@cache
def covering() -> Mapping[str, Covering]:
    """How each requirement of the catalogue is covered, by id.

    Raises:
        ValueError: an entry of the table of gaps names nothing that is uncovered.
    """
    citing: dict[str, tuple[str, ...]] = {}
    for case in cases().values():
        for name in dict.fromkeys(case.checks):
            citing[name] = (*citing.get(name, ()), case.id)
    groups: dict[str, list[str]] = {}
    for name in load():
        groups.setdefault(_root(name), []).append(name)
    found = {name: _covered(entry, citing, groups[_root(name)]) for name, entry in load().items()}
    for patterns, binds, because in _gaps():
        named = [n for n, e in load().items() if _names(patterns, n) and binds in ("", e.binds)]
        left = [name for name in named if found[name].cover is Cover.OPEN]
        if not left:
            raise ValueError(f"gaps.toml: {', '.join(patterns)} names nothing that is uncovered")
        found |= {name: Covering(Cover.GAP, because=because) for name in left}
    return found


def share(entries: Iterable[Requirement]) -> tuple[int, int]:
    """How many of those that can be seen a case checks, here or in another text, and how many can be seen."""
    visible = [entry.id for entry in entries if entry.seen is not Seen.NEVER]
    found = covering()
    return sum(found[name].cover in (Cover.CHECKED, Cover.SAME) for name in visible), len(visible)


def _root(name: str) -> str:
    """The oldest text that asks the same."""
    while load()[name].same:
        name = load()[name].same
    return name


def _covered(entry: Requirement, citing: Mapping[str, tuple[str, ...]], group: Iterable[str]) -> Covering:
    if entry.id in citing:
        return Covering(Cover.CHECKED, citing[entry.id])
    if entry.seen is Seen.NEVER:
        return Covering(Cover.NEVER, because=entry.because)
    elder = next((name for name in group if name in citing), "")
    return Covering(Cover.SAME, citing[elder], elder) if elder else Covering(Cover.OPEN)


def _names(patterns: Iterable[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _gaps() -> Iterable[tuple[tuple[str, ...], str, str]]:
    text = (files("conformance.cases") / "gaps.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["gap"]:
        yield tuple(entry["ids"]), entry.get("binds", ""), entry["because"]
