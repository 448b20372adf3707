"""events.ndjson: complete, interrupted, half-written, damaged, on a full disk; and the results derived from it."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest

from conformance.report import EventWriter, ReportError, read_events, read_results, write_reports
from conformance.report.records import Event, Results
from conformance.report.schema import FOLDER, schemas

from .samples import EVERY_VERDICT, FAILED, FINISHED, HEADER, TRACE, result, run

FULL = Path("/dev/full")


@contextmanager
def room(octets: int) -> Iterator[None]:
    """Let no file grow beyond this size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_run_is_read_back(tmp_path: Path) -> None:
    """Header, results and footer come back as results; octets as hex, counts of all verdicts."""
    results = run(tmp_path / "events.ndjson")
    assert results["target"] == HEADER["target"]
    assert results["finished"] == FINISHED
    assert results["interrupted"] is False
    assert results["summary"] == dict.fromkeys(
        ("pass", "fail", "warn", "info", "unsupported", "inconclusive", "error"), 1
    )
    failed = results["cases"][0]
    assert "event" not in failed
    assert failed["reason"] == FAILED["reason"]
    assert failed["trace"][3]["octets"] == TRACE[3]["octets"].hex()
    assert failed["trace"][3]["fields"]["version"] == {"hex": "0100"}


def test_without_a_footer_a_run_was_interrupted(tmp_path: Path) -> None:
    """What was judged counts."""
    results = run(tmp_path / "events.ndjson", [FAILED], complete=False)
    assert (results["interrupted"], results["finished"], len(results["cases"])) == (True, None, 1)


def test_every_cut_of_the_last_line_is_forgiven(tmp_path: Path) -> None:
    """A run that dies at any octet of its last line leaves what came before."""
    path = tmp_path / "events.ndjson"
    run(path, [result("a.b.c", trace=()), result("a.b.d", trace=())], complete=False)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    for cut in range(last, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert [case["case"] for case in read_events(path)["cases"]] == ["a.b.c"]
    path.write_bytes(whole[:-1])  # all there but the line's end
    assert len(read_events(path)["cases"]) == 2


@pytest.mark.parametrize(
    ("what", "content", "complaint"),
    [
        ("empty", b"", "it has no header"),
        ("half a header", b'{"event": "hea', "it has no header"),
        ("rubbish in the middle", b'\x00\x00\n{"event": "case", "id": "a"}\n', "line 1: "),
        ("not UTF-8", b'{"event": "case", "id": "\xff"}\n', "line 1: "),
        ("an unknown event", b'{"event": "party"}\n', "line 1: "),
        ("an unknown field", b'{"event": "case", "id": "a", "more": 1}\n', "line 1: "),
        ("deep", b"[" * 100_000 + b"\n", "line 1: "),
    ],
)
def test_damage_is_one_clear_line(tmp_path: Path, what: str, content: bytes, complaint: str) -> None:
    """Rows: what is wrong, the file, the complaint."""
    path = tmp_path / "events.ndjson"
    path.write_bytes(content)
    with pytest.raises(ReportError) as caught:
        read_events(path)
    assert str(caught.value).startswith(f"cannot read {path}: {complaint}"), what
    assert str(caught.value).isprintable()


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    """The name and the cause."""
    with pytest.raises(ReportError, match=r"cannot read .*none: No such file"):
        read_events(tmp_path / "none")


def test_steps_are_the_trace_of_a_result_without_one(tmp_path: Path) -> None:
    """Of the last play only: a case that begins again forgets its steps."""
    path = tmp_path / "events.ndjson"
    with EventWriter(path) as events:
        events.write(HEADER)
        for _ in range(2):
            events.write({"event": "case", "id": "a.b@binds"})
            for moment in TRACE[:2]:
                events.write({"event": "step", "id": "a.b@binds", **moment})
        events.write(result("a.b", trace=()))
        events.write(result("a.c", trace=TRACE[:1]))
    assert [len(case["trace"]) for case in read_events(path)["cases"]] == [2, 1]


def test_the_last_word_on_a_case_counts(tmp_path: Path) -> None:
    """In the results and in the footer's summary."""
    path = tmp_path / "events.ndjson"
    with EventWriter(path) as events:
        events.write(HEADER)
        events.write(result("a.b", "fail"))
        events.write(result("a.b", "pass"))
        events.finish(FINISHED)
    assert read_events(path)["summary"]["fail"] == 0
    assert json.loads(path.read_bytes().splitlines()[-1])["summary"]["pass"] == 1


def test_each_event_is_on_disk_when_write_returns(tmp_path: Path) -> None:
    """Nothing waits in a buffer of ours."""
    path = tmp_path / "deep" / "events.ndjson"
    events = EventWriter(path)
    events.write(HEADER)
    events.write(FAILED)
    assert len(path.read_bytes().splitlines()) == 2
    events.close()


@pytest.mark.parametrize(
    "event",
    [
        {"event": "party"},
        {**FAILED, "verdict": "maybe"},
        {**FAILED, "colour": "red"},
        {**FAILED, "trace": [{"at": 0.0}]},
        {**FAILED, "seconds": -1.0},
        {**HEADER, "format": 2},
        {**HEADER, "started": "yesterday"},
        {name: value for name, value in FAILED.items() if name != "reason"},
    ],
)
def test_an_event_of_another_shape_is_refused(tmp_path: Path, event: dict[str, Any]) -> None:
    """And nothing of it is written."""
    path = tmp_path / "events.ndjson"
    with EventWriter(path) as events, pytest.raises(ReportError, match=r"no event of events\.ndjson"):
        events.write(event)
    assert path.read_bytes() == b""


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_clear_line() -> None:
    """It names file and cause, and says so again instead of losing events in silence."""
    events = EventWriter(FULL)
    for _ in range(2):
        with pytest.raises(ReportError) as caught:
            events.write(HEADER)
        assert str(caught.value) == "cannot write /dev/full: No space left on device"
    events.close()


def test_a_disk_that_fills_up_keeps_what_was_judged(tmp_path: Path) -> None:
    """The line that had no room is taken back whole."""
    path = tmp_path / "events.ndjson"
    with EventWriter(path) as events:
        events.write(HEADER)
        events.write(FAILED)
        with room(path.stat().st_size + 100), pytest.raises(ReportError, match=r"cannot write .*: File too large"):
            events.write(result("a.b"))
    assert path.read_bytes().endswith(b"\n")
    assert len(read_events(path)["cases"]) == 1


def test_reports_without_room_leave_the_old_ones(tmp_path: Path) -> None:
    """No half file, no draft."""
    results = run(tmp_path / "run" / "events.ndjson")
    out = tmp_path / "out"
    paths = write_reports(results, out)
    before = {path: path.read_bytes() for path in paths}
    with room(1000), pytest.raises(ReportError, match=r"cannot write .*results.json: File too large"):
        write_reports(results, out)
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    """For the events and for the reports."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match=r"cannot write .*: (Not a directory|File exists)"):
        EventWriter(tmp_path / "file" / "events.ndjson")
    with pytest.raises(ReportError, match=r"cannot write .*: (Not a directory|File exists)"):
        write_reports(run(tmp_path / "events.ndjson"), tmp_path / "file" / "out")


# --- schemas ----------------------------------------------------------------------------------------------------------


def validator(name: str) -> jsonschema.Draft202012Validator:
    """The published schema of that name."""
    schema = json.loads((FOLDER / name).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_published_schemas_are_up_to_date() -> None:
    """`python -m conformance.report.schema` would write the same."""
    assert {path.name: path.read_bytes() for path in FOLDER.glob("*.json")} == schemas()


def test_what_is_written_follows_the_schemas(tmp_path: Path) -> None:
    """Each line of events.ndjson, and results.json."""
    results = run(tmp_path / "events.ndjson")
    for line in (tmp_path / "events.ndjson").read_bytes().splitlines():
        validator("events.schema.json").validate(json.loads(line))
    write_reports(results, tmp_path)
    validator("results.schema.json").validate(json.loads((tmp_path / "results.json").read_bytes()))
    assert read_results(tmp_path / "results.json") == results


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object with named members, of any depth."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schemas_are_closed(name: str) -> None:
    """No record has unknown members, and each has all of its own."""
    for schema in objects(json.loads(schemas()[name])):
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"extra": 1},
        {"finished": 7},
        {"cases": [{}]},
        {"seed": "7"},
        {"target": {"name": "", "version": "", "details": {}}},
    ],
)
def test_schema_and_reader_refuse_the_same(tmp_path: Path, change: dict[str, Any]) -> None:
    """Two readings of one shape."""
    results = {**run(tmp_path / "events.ndjson"), **change}
    assert not validator("results.schema.json").is_valid(results)
    with pytest.raises(ReportError, match="these are no results: "):
        write_reports(results, tmp_path / "out")
    (tmp_path / "results.json").write_text(json.dumps(results))
    with pytest.raises(ReportError, match="cannot read "):
        read_results(tmp_path / "results.json")


def test_a_summary_that_does_not_count_the_cases_is_refused(tmp_path: Path) -> None:
    """The count and the cases are one fact."""
    results = run(tmp_path / "events.ndjson")
    results["summary"]["pass"] += 1
    with pytest.raises(ReportError, match="the summary does not count the cases"):
        write_reports(results, tmp_path)


def test_records_are_what_the_samples_cover() -> None:
    """A new kind of event needs a row above."""
    assert {kind.__name__ for kind in Event.__args__} == {"Header", "Begun", "Step", "Result", "Footer"}
    assert len(EVERY_VERDICT) == 7
    assert Results.__struct_fields__[-1] == "cases"
