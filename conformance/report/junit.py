"""JUnit XML: what CI systems read. Failure, error and skipped are three different things.

A `fail` is a failure, and so is a `warn` where the gate is strict. What could not be judged (`inconclusive`, `error`)
is an error, what the target does not offer (`unsupported`) is skipped, and everything else passes. What passes and
still has something to say (`warn`, `info`) says it in the suite's system-out: inside a test case the schema wants
nothing but its result.
"""

from pathlib import Path
from typing import Any

from junitparser import Attr, Error, Failure, JUnitXml, Skipped, SystemErr, SystemOut, TestCase, TestSuite

from conformance.report.files import write_whole
from conformance.report.matrix import describe
from conformance.report.overview import unplayed
from conformance.report.records import Judged, Results
from conformance.report.text import inert


class Suite(TestSuite):
    """A suite with an attribute that Ant's schema asks for."""

    package = Attr()


def write_junit(results: Results, path: Path, *, strict: bool = False) -> Path:
    """Write JUnit XML whole or not at all; raises ReportError.

    Args:
        results: the run.
        path: the file.
        strict: a recommendation that is not followed (`warn`) is a failure too.
    """
    return write_whole(path, junit(results, strict=strict))


def junit(results: Results, *, strict: bool = False) -> bytes:
    """JUnit XML with one suite for each module of cases, valid against the schemas of Ant and of Jenkins."""
    document: Any = JUnitXml()  # junitparser is typed in part
    modules: dict[str, list[Judged]] = {}
    for case in results.cases:
        modules.setdefault(_module(case), []).append(case)
    for module, cases in modules.items():
        suite = _suite(results, module)
        suite.add_testcases([_testcase(case, strict) for case in cases])
        remarks = [f"{case.verdict}: {case.id}: {case.reason}" for case in cases if _remarkable(case, strict)]
        _close(suite, remarks)
        document.add_testsuite(suite)
    if results.interrupted:
        document.add_testsuite(_interrupted(results))
    for number, suite in enumerate(document):
        suite._elem.set("id", str(number))
    document._elem.attrib.clear()  # Ant's schema wants no totals at the root
    octets: bytes = document.tostring()
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + octets


def _module(case: Judged) -> str:
    return inert(case.case.rpartition(".")[0] or case.case)


def _suite(results: Results, name: str) -> Any:
    suite = Suite(name)
    suite.package = name
    suite.hostname = "localhost"  # the schema wants one, and nobody needs to know ours
    suite.timestamp = results.started[:19]
    facts = {
        "target": results.target.name,
        "target.version": results.target.version,
        "profile": results.profile,
        "seed": str(results.seed),
        "generator": f"{results.generator.name} {results.generator.version}",
    }
    for fact, value in facts.items():
        suite.add_property(fact, inert(value))
    return suite


def _testcase(case: Judged, strict: bool) -> TestCase:
    test = TestCase(inert(f"{case.id}: {case.title}"), _module(case), round(case.seconds, 3))
    kind = inert(case.requirement or case.verdict)
    message = inert(case.reason)
    match case.verdict:
        case "fail":
            test.result = _with_text(Failure(message, kind), case)
        case "warn" if strict:
            test.result = _with_text(Failure(message, kind), case)
        case "inconclusive" | "error":
            test.result = _with_text(Error(message, case.verdict), case)
        case "unsupported":
            test.result = Skipped(message)
    return test


def _with_text(outcome: Failure | Error, case: Judged) -> Failure | Error:
    asked = describe(case.requirement) if case.requirement else None
    lines = [
        case.reason,
        f"requirement: {asked.id} ({asked.level}): {asked.gist}" if asked else "",
        f"note: {' '.join(case.note.split())}" if case.note else "",
        f"ending: {case.ending}",
        f"replay: {case.replay}" if case.replay else "",
    ]
    outcome.text = "\n".join(inert(line) for line in lines if line)
    return outcome


def _remarkable(case: Judged, strict: bool) -> bool:
    return case.verdict == "info" or (case.verdict == "warn" and not strict)


def _interrupted(results: Results) -> Any:
    suite = _suite(results, "run")
    test = TestCase("the run comes to its end", "run", 0.0)
    test.result = Error(f"interrupted: {unplayed(results)} of {results.planned} cases were not judged", "interrupted")
    suite.add_testcase(test)
    _close(suite, [])
    return suite


def _close(suite: Any, remarks: list[str]) -> None:
    suite.update_statistics()
    suite.time = round(suite.time or 0.0, 3)
    suite.append(SystemOut("\n".join(inert(remark) for remark in remarks)))
    suite.append(SystemErr(""))
