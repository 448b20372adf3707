"""`requirements`: what the RFCs ask, and which cases check it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop, near
from spec_model.requirements import Level, Requirement, Seen, load


def requirements(
    patterns: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids or globs: '26/HELLO/*'.")] = None,
    level: Annotated[
        list[Level] | None, typer.Option(metavar="LEVEL", help="Only of this level: MUST, SHALL NOT ...")
    ] = None,
    seen: Annotated[
        list[Seen] | None, typer.Option(metavar="PLACE", help="Only what shows there: wire, driven or never.")
    ] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Only what no case checks.")] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Count for each RFC what is checked.")] = False,
    rulings: Annotated[bool, typer.Option("--rulings", help="Print all rulings as a Markdown page.")] = False,
    json: options.Json = False,
) -> Exit:
    """List requirements, or show one: what is asked of whom, where, how it can be seen, which cases check it.

    What RFC 26 asks about HELLO:

        zmtp-conformance requirements '26/HELLO/*'

    One in full, with its ruling:

        zmtp-conformance requirements 26/HELLO/padding

    What could be seen on the wire and no case checks:

        zmtp-conformance requirements --unchecked --seen wire
    """
    from conformance.cli.console import columns, out, say, say_json

    everything, checking = load(), _checking()
    for pattern in patterns or ():
        if not any(fnmatchcase(name, pattern) for name in everything):
            raise Stop(Exit.USAGE, f"no requirement matches {pattern!r}{near(pattern, everything)}")
    found = [
        entry
        for entry in everything.values()
        if (not patterns or any(fnmatchcase(entry.id, pattern) for pattern in patterns))
        and (not level or entry.level in level)
        and (not seen or entry.seen in seen)
        and not (unchecked and checking[entry.id])
    ]
    if rulings:
        from conformance.cli.rulings import page

        out.out(page(found), end="", highlight=False)
    elif coverage:
        _coverage(found, checking, json)
    elif json:
        say_json([_as_json(entry, checking[entry.id]) for entry in found])
    elif patterns and len(patterns) == 1 and patterns[0] in everything:
        _show(found[0], checking[found[0].id])
    else:
        columns((entry.id, entry.level, entry.seen, f"{len(checking[entry.id])} cases", entry.gist) for entry in found)
        say(f"{len(found)} requirements")
    return Exit.CONFORMS


def _checking() -> Mapping[str, list[str]]:
    from conformance.harness.catalogue import cases

    found: defaultdict[str, list[str]] = defaultdict(list)
    for case in cases().values():
        for name in case.checks:
            found[name].append(case.id)
    return found


def _as_json(entry: Requirement, cases: list[str]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "rfc": entry.rfc,
        "level": entry.level.value,
        "binds": entry.binds,
        "seen": entry.seen.value,
        "where": entry.where,
        "gist": entry.gist,
        "because": entry.because,
        "ruling": entry.ruling,
        "allows": list(entry.allows),
        "same": entry.same,
        "digests": list(entry.digests),
        "cases": cases,
    }


def _show(entry: Requirement, cases: list[str]) -> None:
    from conformance.cli.console import say

    say(entry.id)
    say(f"  {entry.gist}")
    say()
    say(f'  {entry.level}, binds the {entry.binds}; RFC {entry.rfc}, "{entry.where}"')
    say(f"  seen: {entry.seen}{f': {entry.because}' if entry.because else ''}")
    if entry.same:
        say(f"  the same as {entry.same}")
    if entry.ruling:
        say(f"  ruling: {entry.ruling}")
    if entry.allows:
        say(f"  passes besides: {', '.join(entry.allows)}")
    say(f"  checked by {len(cases)} cases{':' if cases else ''}")
    for name in cases:
        say(f"    {name}")


def _coverage(found: Iterable[Requirement], checking: Mapping[str, list[str]], json: bool) -> None:
    """For each RFC: all, those that can be seen on the wire, with an adapter, or never, and those that a case checks."""
    from conformance.cli.console import out, say_json, table
    from spec_model.requirements import RFC_TITLES

    counts: dict[int, dict[str, int]] = {}
    for entry in found:
        count = counts.setdefault(entry.rfc, dict.fromkeys(("all", "wire", "driven", "never", "checked", "open"), 0))
        checked = bool(checking[entry.id])
        count["all"] += 1
        count[entry.seen.value] += 1
        count["checked"] += checked
        count["open"] += not checked and entry.seen.value != "never"
    if json:
        say_json([{"rfc": rfc, "title": RFC_TITLES[rfc], **count} for rfc, count in sorted(counts.items())])
        return
    made = table("Requirements", ("RFC", "title", "all", "wire", "driven", "never", "checked", "open"))
    for rfc, count in sorted(counts.items()):
        made.add_row(str(rfc), RFC_TITLES[rfc], *map(str, count.values()))
    out.print(made, soft_wrap=False)
