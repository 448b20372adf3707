"""What a run ends with: the verdict table, every case that asks for a look, the sentence, and where the reports are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text

from conformance.baseline.compare import Comparison
from conformance.cli.console import coloured, out, say, say_json, table
from conformance.report import inert
from conformance.report.matrix import matrix
from conformance.report.overview import NOTEWORTHY, by_severity, conclude
from conformance.report.results import validate

VERDICTS = ("pass", "fail", "warn", "info", "unsupported", "inconclusive", "error")


def show(results: Mapping[str, Any], files: Iterable[Path], compared: Comparison | None = None) -> None:
    """Print the end of a run; what the baseline lists and expects is counted, and not shown again."""
    target = results["target"]
    out.print(_table(results, f"{target['name']} {target['version']}".strip()), soft_wrap=False)
    checked = validate(results)
    for case in by_severity(checked.cases):
        if case.verdict in NOTEWORTHY and not (compared and case.id in compared.matched):
            say()
            say(Text.assemble(coloured(case.verdict, 6), " ", (case.id, "bold")))
            for line in filter(None, (case.title, case.reason, case.replay)):
                say(f"       {inert(line, 1000)}")
    conclusion = conclude(checked, matrix(checked))
    say()
    say(Text.assemble(coloured(conclusion.verdict), ": ", conclusion.sentence))
    if compared:
        _show_comparison(compared)
    paths = list(files)
    folder = paths[0].parent
    say(f"{folder}: {', '.join(path.name for path in paths)}")


def _show_comparison(compared: Comparison) -> None:
    for name, wrong in compared.complaints:
        say(Text.assemble(coloured("failed"), f": baseline: {inert(f'{name} {wrong}', 1000)}"))
    word = "ok" if compared.holds else "failed"
    say(
        Text.assemble(
            coloured(word),
            f": baseline: {len(compared.matched)} deviations as listed, {len(compared.new)} that are not listed, "
            f"{len(compared.complaints)} entries that do not hold",
        )
    )


def show_json(results: Mapping[str, Any], files: Iterable[Path], compared: Comparison | None = None) -> None:
    """Print the results without their traces, which are in results.json, the files, and how they suit the baseline."""
    cases = [{name: value for name, value in case.items() if name != "trace"} for case in results["cases"]]
    beside = {}
    if compared:
        complaints = [{"id": name, "wrong": wrong} for name, wrong in compared.complaints]
        beside = {"baseline": {"matched": compared.matched, "new": compared.new, "complaints": complaints}}
    say_json({**results, **beside, "cases": cases, "files": [str(path) for path in files]})


def _table(results: Mapping[str, Any], title: str) -> Any:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for case in results["cases"]:
        counts.setdefault((case["mechanism"], case["role"]), Counter())[case["verdict"]] += 1
    used = [verdict for verdict in VERDICTS if verdict in VERDICTS[:4] or results["summary"][verdict]]
    made = table(inert(title), ("mechanism", "role", *used, "all"))
    for (mechanism, role), counted in sorted(counts.items()):
        numbers = [
            Text(str(counted[verdict] or "-"), coloured(verdict).style if counted[verdict] else "dim")
            for verdict in used
        ]
        made.add_row(mechanism, role, *numbers, str(counted.total()))
    totals = [str(results["summary"][verdict] or "-") for verdict in used]
    made.add_row("all", "", *totals, str(len(results["cases"])), style="bold")
    return made
