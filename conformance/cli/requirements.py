"""`requirements`: what the RFCs ask, and which cases check it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
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
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", "-w", metavar="DIR", help="Write requirements.md and rulings.md there.", show_default=False
        ),
    ] = None,
    json: options.Json = False,
) -> Exit:
    """List requirements, or show one: what is asked of whom, where, how it can be seen, which cases check it.

    What RFC 26 asks about HELLO:

        zmtp-conformance requirements '26/HELLO/*'

    One in full, with its ruling:

        zmtp-conformance requirements 26/HELLO/padding

    What could be seen on the wire and no case checks:

        zmtp-conformance requirements --unchecked --seen wire

    Both pages, as files:

        zmtp-conformance requirements --write reports
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
    if write is not None:
        _write(write, found, checking)
    elif rulings:
        from conformance.cli.rulings import page

        out.out(page(found), end="", highlight=False)
    elif coverage:
        _coverage(found, json)
    elif json:
        say_json([_as_json(entry, checking[entry.id]) for entry in found])
    elif patterns and len(patterns) == 1 and patterns[0] in everything:
        _show(found[0], checking[found[0].id])
    else:
        columns((entry.id, entry.level, entry.seen, f"{len(checking[entry.id])} cases", entry.gist) for entry in found)
        say(f"{len(found)} requirements")
    return Exit.CONFORMS


def _write(where: Path, found: Iterable[Requirement], checking: Mapping[str, list[str]]) -> None:
    """Write the pages; what is selected besides is all that they have."""
    from conformance.cli.console import say
    from conformance.report import ReportError
    from conformance.report.files import write_whole

    for name, text in pages(found, checking).items():
        try:
            say(str(write_whole(where / f"{name}.md", text.encode())))
        except ReportError as error:
            raise Stop(Exit.FAULT, str(error)) from None


def pages(found: Iterable[Requirement], checking: Mapping[str, list[str]] | None = None) -> Mapping[str, str]:
    """The pages about these requirements, by name.

    Args:
        checking: the cases that check each; looked up, if left out.
    """
    from conformance.cli import coverage, rulings

    listed = list(found)
    checking = _checking() if checking is None else checking
    return {"requirements": coverage.page(listed, checking), "rulings": rulings.page(listed)}


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
        "kind": entry.kind and entry.kind.value,
        "between": list(entry.between),
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
        say(f"  ruling{f' ({entry.kind})' if entry.kind else ''}: {entry.ruling}")
        if entry.between:
            say(f"  between: {'; '.join(entry.between)}")
    if entry.allows:
        say(f"  passes besides: {', '.join(entry.allows)}")
    say(f"  checked by {len(cases)} cases{':' if cases else ''}")
    for name in cases:
        say(f"    {name}")


def _coverage(found: Iterable[Requirement], json: bool) -> None:
    """For each RFC: all, those that can be seen on the wire, with an adapter, or never, and what covers them."""
    from conformance.cli.console import out, say, say_json, table
    from conformance.cli.coverage import COLUMNS, counts
    from conformance.harness.covering import Cover, covering, share
    from spec_model.requirements import RFC_TITLES

    listed = list(found)
    by_rfc = {rfc: tuple(entries) for rfc, entries in groupby(listed, key=lambda entry: entry.rfc)}
    counted = {rfc: counts(entries) for rfc, entries in sorted(by_rfc.items())}
    if json:
        rows = [(rfc, dict(zip(COLUMNS, count, strict=True))) for rfc, count in counted.items()]
        say_json([{"rfc": rfc, "title": RFC_TITLES[rfc], **count} for rfc, count in rows])
        return
    made = table("Requirements", ("RFC", "title", *COLUMNS))
    for rfc, count in counted.items():
        made.add_row(str(rfc), RFC_TITLES[rfc], *map(str, count))
    made.add_row("", "all", *map(str, counts(listed)))
    out.print(made, soft_wrap=False)
    covered, visible = share(listed)
    say(f"{covered} of {visible} that can be seen are checked: {100 * covered / visible if visible else 100:.1f} %")
    known = covering()
    gaps = [(known[entry.id].because, entry.id) for entry in listed if known[entry.id].cover is Cover.GAP]
    for because, names in groupby(sorted(gaps), key=lambda gap: gap[0]):
        say(f"gap: {because}")
        say(f"  {', '.join(name for _, name in names)}")
    left = [entry.id for entry in listed if known[entry.id].cover is Cover.OPEN]
    if left:
        say(f"open, without a reason: {', '.join(left)}")
