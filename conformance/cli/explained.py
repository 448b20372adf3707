"""What `explain` prints: octets field by field, grammars field by field, a requirement with all that cites it.

Whatever a peer chose is in `Part.octets` and nowhere else; it is shown as hex, or as text that has passed `describe` and
`inert`, which leave nothing that a terminal could take for an order.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rich.text import Text

from conformance.cli.console import note, say, say_json
from conformance.report import inert
from conformance.report.octets import describe
from spec_model.explain import Breach, Explanation, Part
from spec_model.explain.citations import Citation, citations
from spec_model.explain.layouts import Clause, Field, Level, levels
from spec_model.requirements import Requirement, get, load

SHOWN = 8
"""Octets of a field that are shown as they stand on the wire."""

_BAD = "bold red"


# --- octets ---------------------------------------------------------------------------------------------------------


def octets(found: Explanation, *, json: bool) -> None:
    """Print what octets are."""
    if json:
        say_json(octets_json(found))
        return
    about = [f"read as {found.kind}"]
    about += [f"mechanism {found.mechanism}"] if found.mechanism else []
    about += [f"sent by the {found.sender}"] if found.sender else []
    say("; ".join(about))
    say()
    parts(found.parts)
    say()
    _verdict(found.parts)
    for guess in found.assumed:
        note(f"{guess}; --mechanism, --from and --as say otherwise")


def parts(found: Iterable[Part], indent: str = "", *, sealed: bool = False) -> None:
    """Print parts with everything in them, a line each, and a line for everything that is broken.

    Args:
        indent: what stands before each line.
        sealed: they are inside a box: their offsets, which count in the plaintext, stand in brackets.
    """
    for part in found:
        inside = sealed or part.sealed
        say(inert(_line(part, indent, inside)))
        for breach in part.broken:
            say(Text(inert(f"{' ' * 6}  {indent}! {sentence(breach)}"), _BAD))
        parts(part.parts, f"{indent}  ", sealed=inside)


def sentence(breach: Breach) -> str:
    """What is broken by whom, in one line."""
    ids = [f"{breach.sender} by its sender"] if breach.sender else []
    ids += [f"{breach.receiver} by whoever accepts it"] if breach.receiver else []
    return f"breaks {' and '.join(ids)}: {get(breach.requirement).gist} ({breach.what})"


def octets_json(found: Explanation) -> dict[str, Any]:
    """What octets are, for JSON."""
    return {
        "read_as": found.kind,
        "mechanism": found.mechanism,
        "sender": found.sender,
        "assumed": list(found.assumed),
        "parts": [part_json(part) for part in found.parts],
        "broken": list(broken_json(found.parts)),
    }


def part_json(part: Part) -> dict[str, Any]:
    """One part with all that is in it, for JSON; octets are hex, numbers numbers."""
    value = {"value": part.value} if isinstance(part.value, int) else {}
    return {
        "name": part.name,
        "offset": part.offset,
        "sealed": part.sealed,
        "octets": part.octets.hex(),
        **value,
        "meaning": part.meaning,
        "broken": [_breach_json("", breach) for breach in part.broken],
        "parts": [part_json(inner) for inner in part.parts],
    }


def broken_json(found: Iterable[Part]) -> Iterator[dict[str, str]]:
    """Everything that is broken, each with where, for JSON."""
    for part in found:
        for where, breach in part.breaches():
            yield _breach_json(where, breach)


def _breach_json(where: str, breach: Breach) -> dict[str, str]:
    place = {"where": where} if where else {}
    gist = get(breach.requirement).gist
    return {**place, "sender": breach.sender, "receiver": breach.receiver, "gist": gist, "what": breach.what}


def _line(part: Part, indent: str, sealed: bool) -> str:
    """Offset, name, octets, value and meaning of a part."""
    if part.parts:
        shown, value = f"{len(part.octets)} octets", ""
    else:
        cut = f" .. ({len(part.octets)})" if len(part.octets) > SHOWN else ""
        shown = f"{part.octets[:SHOWN].hex(' ')}{cut}" or "-"
        value = str(part.value) if isinstance(part.value, int) else describe(part.octets)
        value = "" if not part.octets or value == part.octets.hex(" ") and not cut else value
    place = f"({part.offset})" if sealed else str(part.offset)
    said = "; ".join(filter(None, (value, part.meaning)))
    return f"{place:>6}  {indent + part.name:<30}  {shown:<29}  {said}".rstrip()


def _verdict(found: Iterable[Part]) -> None:
    """The last lines: what is broken and where, in short."""
    broken = [entry for part in found for entry in part.breaches()]
    if not broken:
        say("nothing is broken that could be told from these octets")
    for where, breach in broken:
        say(Text(inert(f"broken: {breach.requirement} at {where}"), _BAD))


# --- grammars -------------------------------------------------------------------------------------------------------


def layouts(keys: Iterable[str], *, json: bool) -> None:
    """Print grammars: fields with sizes and legal values, then everything that is asked."""
    if json:
        say_json([{"grammar": key, "levels": [_level_json(level) for level in levels(key)]} for key in keys])
        return
    for number, key in enumerate(keys):
        if number:
            say()
        for depth, level in enumerate(levels(key)):
            say(f"{'' if depth else key + ': '}{level.name}, {level.size}")
            for field in level.fields:
                say(inert(_field(field)))
            for clause in level.clauses:
                say(inert(_clause(clause)))


def _field(field: Field) -> str:
    legal = field.legal
    value = f"legal: {describe(legal) if isinstance(legal, bytes) else legal}" if legal is not None else ""
    inside = f"inside: {field.inside}" if field.inside else ""
    said = "; ".join(filter(None, (value, field.meaning, field.box, inside)))
    return f"    {field.name:<30}  {field.size:<38}  {said}"


def _clause(clause: Clause) -> str:
    sides = {"sender": clause.sender, "receiver": clause.receiver}
    ids = ", ".join(f"{name} ({side})" for side, name in sides.items() if name)
    gist = get(clause.receiver or clause.sender).gist
    verb = "let pass" if clause.kind == "freedom" else "broken"
    return f"      {clause.kind:<8}  {ids}: {gist} ({verb}, say, where {clause.what})"


def _level_json(level: Level) -> dict[str, Any]:
    return {
        "name": level.name,
        "size": level.size,
        "fields": [
            {
                "name": field.name,
                "size": field.size,
                "meaning": field.meaning,
                "legal": field.legal.hex() if isinstance(field.legal, bytes) else field.legal,
                "inside": field.inside,
                "box": field.box,
            }
            for field in level.fields
        ],
        "asks": [
            {"kind": one.kind, "what": one.what, "sender": one.sender, "receiver": one.receiver}
            for one in level.clauses
        ],
    }


# --- requirements ---------------------------------------------------------------------------------------------------


def requirement(name: str, *, json: bool) -> None:
    """Print a requirement, and every rule, row, case and fault that cites it."""
    from conformance.harness.catalogue import checking

    entry, cited, cases = get(name), citations(name), checking(name)
    same = [other.id for other in load().values() if other.same == name or other.id == entry.same]
    if json:
        say_json({**_requirement_json(entry), "same": same, "cited": list(map(vars, cited)), "cases": list(cases)})
        return
    say(entry.id)
    say(f"  {entry.gist}")
    say(f'  {entry.level}, binds the {entry.binds}; RFC {entry.rfc}, "{entry.where}"')
    say(f"  seen: {entry.seen}{f': {entry.because}' if entry.because else ''}")
    for title, text in (
        (f"ruling ({entry.kind})" if entry.kind else "ruling", entry.ruling),
        ("between", "; ".join(entry.between)),
        ("passes besides", ", ".join(entry.allows)),
        ("same", ", ".join(same)),
    ):
        if text:
            say(f"  {title}: {text}")
    for kind, places in groupby(cited, key=lambda citation: citation.kind):
        _list(kind, [f"{place.where}: {place.what}" for place in places])
    _list("case", cases)
    if not cited and not cases:
        say("  no table and no case cites it")


def _list(kind: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if listed:
        say(f"  cited by {len(listed)} {kind}{'' if len(listed) == 1 else 's'}:")
    for line in listed:
        say(f"    {inert(line)}")


def _requirement_json(entry: Requirement) -> dict[str, Any]:
    return {
        "id": entry.id,
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
    }


__all__ = ["Citation", "layouts", "octets", "parts", "requirement", "sentence"]
