"""The pages that are derived from results: HTML, JUnit XML, Markdown, and the matrix behind them."""

import re
import xml.etree.ElementTree as ET
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from conformance.report import html as page
from conformance.report import write_reports
from conformance.report.html import html
from conformance.report.junit import junit
from conformance.report.markdown import code, markdown
from conformance.report.matrix import matrix
from conformance.report.overview import conclude, expected_and_seen
from conformance.report.records import Results
from conformance.report.results import validate, withhold

from .samples import EVERY_VERDICT, FAILED, HEADER, TRACE, moment, result, run

MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`|]]>&lt;"
HOSTILE = MARKUP + "\x00\x1b[2J\x9b\u202egnp\u2066\u200b\n# x"
ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def judged(tmp_path: Path, *cases: dict[str, Any], complete: bool = True) -> Results:
    """Results of these cases."""
    return validate(run(tmp_path / "events.ndjson", cases or EVERY_VERDICT, complete=complete))


def hostile(tmp_path: Path) -> Results:
    """Results in which everything that comes from outside attacks the reader."""
    case = result(
        verdict="fail",
        reason=f"fails 26/HELLO/padding: expected close; saw {HOSTILE}",
        title=HOSTILE,
        note=HOSTILE,
        mechanism=HOSTILE,
        noticed=[HOSTILE, "26/HELLO/version"],
        checks=["26/HELLO/padding", HOSTILE],
        replay=HOSTILE,
        trace=[
            {**moment(0.0, "received", HOSTILE, HOSTILE.encode(), **{HOSTILE: HOSTILE}), "peer": HOSTILE},
            moment(0.1, "received", "READY", b"", name=HOSTILE.encode()[:40], more=[HOSTILE, {HOSTILE: b"\x00"}]),
        ],
    )
    case["id"] = case["case"] = HOSTILE
    dull = result("info.case", "info", reason=HOSTILE, requirement=HOSTILE, checks=[HOSTILE])
    results = run(tmp_path / "events.ndjson", [case, dull])
    results["target"] = {"name": HOSTILE, "version": HOSTILE, "details": {HOSTILE: HOSTILE}}
    results["generator"] = {"name": HOSTILE, "version": HOSTILE}
    results["selection"] = [HOSTILE]
    return validate(results)


class Reader(HTMLParser):
    """Collects what a browser would act upon."""

    VOID = frozenset({"meta", "link", "br", "input", "img", "hr"})

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tag and attributes."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every element closes the one that was opened last."""
        assert self.open.pop() == tag


# --- the page ---------------------------------------------------------------------------------------------------------


def test_page_shows_what_a_reader_asks_for(tmp_path: Path) -> None:
    """Target, counts, requirement with RFC and section, both sides, fields, octets, replay line."""
    text = html(judged(tmp_path))
    for wanted in (
        "libzmq",
        "4.3.5",
        "Does not conform: 1 requirement broken, seen in 1 case",
        "A server rejects a HELLO whose padding has an octet that is not zero.",
        "“The HELLO Command”",
        "WELCOME (168 octets) after 3 ms",
        "71 zero octets, 01 (72 octets)",
        "0000</span>  04 c8 05 48 45 4c 4c 4f  01 00 00 00 00 00 00 00  ...HELLO........",
        "zmtp-conformance run libzmq --case curve.server_hello.nonzero_padding@binds --seed 7",
        "confirmed by a second play",
    ):
        assert wanted in text, wanted


def test_page_is_self_contained_and_well_formed(tmp_path: Path) -> None:
    """It loads nothing, its elements nest, its ids are unique, its links within lead somewhere."""
    read = Reader(html(judged(tmp_path)))
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert not {"iframe", "object", "embed", "base", "img", "audio", "video"} & set(read.tags)
    assert [value for _, name, value in read.attributes if name in ("src", "srcset", "style", "action")] == []
    assert [value for tag, name, value in read.attributes if tag == "link" and name == "href"] == ["data:,"]
    links = [value for tag, name, value in read.attributes if tag == "a" and name == "href"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(read.ids)
    assert all(link.startswith(("#", "https://rfc.zeromq.org/")) for link in links)


def test_page_can_be_used_without_a_mouse(tmp_path: Path) -> None:
    """Skip link first, a language, captions, header cells with a scope, regions that scroll can be focused."""
    text = html(judged(tmp_path))
    read = Reader(text)
    assert text.index('class="skip"') < text.index("<header")
    assert ("html", "lang", "en") in read.attributes
    assert read.tags.count("caption") == read.tags.count("table") > 0
    scopes = [value for tag, name, value in read.attributes if tag == "th" and name == "scope"]
    assert len(scopes) == read.tags.count("th")
    assert text.count('class="wide" tabindex="0" role="region" aria-label=') == text.count('class="wide"')


def test_hostile_text_is_inert_on_the_page(tmp_path: Path) -> None:
    """It makes no element, no attribute and no invisible character."""
    harmless, attacked = Reader(html(judged(tmp_path))), html(hostile(tmp_path))
    read = Reader(attacked)
    assert read.open == []
    assert set(read.tags) <= set(harmless.tags) | {"details"}
    assert read.tags.count("script") == read.tags.count("style") == 1
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert not ODD.search(attacked)
    assert r"\x00\x1b[2J\x9b\u202egnp\u2066\u200b\n# x" in attacked
    assert len(read.ids) == len(set(read.ids))
    assert all(re.fullmatch(r"[A-Za-z0-9_.@/-]+", name) for name in read.ids)


def test_policy_allows_our_script_alone(tmp_path: Path) -> None:
    """The digests of the page's policy are those of the script and the style that it has."""
    text = html(judged(tmp_path))
    found = re.search('Policy" content="([^"]+)"', text)
    assert found is not None
    policy = dict(part.partition(" ")[::2] for part in unescape(found[1]).split("; "))
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        content = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert content is not None
        assert page._source(content[1]) == policy[directive]
    assert policy["default-src"] == "'none'"


def test_long_octets_are_cut_with_a_note(tmp_path: Path) -> None:
    """4096 octets of a moment are shown."""
    text = html(judged(tmp_path, result(trace=[moment(0, "received", "message", bytes(5000))])))
    assert "904 more octets; all of them are in results.json." in text
    assert ">0ff0</span>" in text
    assert ">1000</span>" not in text


def test_long_traces_are_cut_with_a_note(tmp_path: Path) -> None:
    """The first and the last moments are shown."""
    text = html(judged(tmp_path, result(trace=[moment(i, "sent", f"message-{i};") for i in range(301)])))
    assert "The first and the last 100 of 301 moments" in text
    assert ("message-99;" in text, "message-100;" in text, "message-201;" in text) == (True, False, True)


def test_the_page_has_a_budget_for_traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes to the most urgent cases."""
    monkeypatch.setattr(page, "BUDGET", 10_000)
    text = html(judged(tmp_path, result("a.b"), FAILED))
    assert text.count('class="trace"') == 1
    assert text.index('class="trace"') < text.index("the trace is in results.json")


def test_sensitive_traces_are_withheld_when_published(tmp_path: Path) -> None:
    """In every file, and for good: what was published stays published."""
    secret = b"what nobody may see yet"
    case = result(verdict="fail", sensitive=True, trace=[moment(0, "received", "READY", secret, name=secret)])
    results = run(tmp_path / "events.ndjson", [case, result("a.b", trace=TRACE)])
    local, public = tmp_path / "local", tmp_path / "public"
    for path in write_reports(results, public, published=True):
        assert secret.hex() not in path.read_text()
        assert secret.decode() not in path.read_text()
    assert "The trace is withheld" in (public / "index.html").read_text()
    assert "HELLO" in (public / "index.html").read_text()
    write_reports(results, local)
    assert secret.hex() in (local / "results.json").read_text()
    assert secret.decode() in (local / "index.html").read_text()
    again = withhold(validate(results))
    assert withhold(again) == again
    assert "The trace is withheld" in html(again)


def test_interrupted_and_empty_runs_have_pages(tmp_path: Path) -> None:
    """They say what is missing."""
    assert "6 of 7 cases were not judged" in html(judged(tmp_path, FAILED, complete=False))
    results = validate({**run(tmp_path / "events.ndjson", []), "planned": 0})
    assert "Nothing was judged" in html(results)
    assert Reader(html(results)).open == []


# --- the matrix -------------------------------------------------------------------------------------------------------

PADDING, VERSION, FILLER = "26/HELLO/padding", "26/HELLO/version", "23/greeting/filler"


@pytest.mark.parametrize(
    ("what", "cases", "expected"),
    [
        ("a pass keeps all that it checks", [("pass", PADDING, (PADDING, VERSION), ())], ("pass", "pass")),
        ("a breach is one requirement's", [("fail", PADDING, (PADDING, VERSION), ())], ("fail", "inconclusive")),
        (
            "others may know",
            [("fail", PADDING, (PADDING, VERSION), ()), ("pass", "", (VERSION,), ())],
            ("fail", "pass"),
        ),
        ("the worst counts", [("pass", "", (PADDING,), ()), ("warn", PADDING, (PADDING,), ())], ("warn", None)),
        (
            "unsupported is the least",
            [("unsupported", "", (PADDING,), ()), ("pass", "", (PADDING,), ())],
            ("pass", None),
        ),
        ("noticed is a breach", [("pass", PADDING, (PADDING,), (VERSION,))], ("pass", "fail")),
        ("nobody asked", [("pass", FILLER, (FILLER,), ())], (None, None)),
    ],
)
def test_matrix(
    what: str, cases: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]], expected: Any, tmp_path: Path
) -> None:
    """Rows: the cases (verdict, requirement, checks, noticed); what is said of padding and version."""
    made = [
        result(f"a.case{i}", verdict, requirement=requirement, checks=checks, noticed=noticed)
        for i, (verdict, requirement, checks, noticed) in enumerate(cases)
    ]
    rows = {row.asked.id: row.verdict for chapter in matrix(judged(tmp_path, *made)) for row in chapter.checked}
    assert (rows.get(PADDING), rows.get(VERSION)) == expected, what


def test_matrix_lists_what_was_not_checked(tmp_path: Path) -> None:
    """A chapter is the whole RFC; an unknown id does not disturb it."""
    chapters = matrix(judged(tmp_path, FAILED, result("a.b", checks=["99/no/such", "x"], requirement="")))
    assert [chapter.rfc for chapter in chapters] == [0, 26, 99]
    curve = chapters[1]
    assert len(curve.checked) == 1
    assert curve.size == len(curve.unchecked) + 1 > 100
    assert "does not have this requirement" in chapters[2].checked[0].asked.gist


@pytest.mark.parametrize(
    ("verdicts", "verdict", "words"),
    [
        (["pass", "fail", "error"], "fail", "Does not conform"),
        (["pass", "error"], "error", "went wrong in 1 case"),
        (["unsupported"], "inconclusive", "Nothing was judged"),
        (["pass", "inconclusive"], "inconclusive", "came to no verdict"),
        (["pass", "warn"], "warn", "not followed in 1 case"),
        (["pass", "info", "unsupported"], "pass", "Conforms in all 2 cases judged"),
    ],
)
def test_conclusion(verdicts: list[str], verdict: str, words: str, tmp_path: Path) -> None:
    """Rows: verdicts of the cases; the verdict of the run, and words of its sentence."""
    results = judged(tmp_path, *(result(f"a.case{i}", each) for i, each in enumerate(verdicts)))
    concluded = conclude(results, matrix(results))
    assert concluded.verdict == verdict
    assert words in concluded.sentence


@pytest.mark.parametrize(
    ("reason", "halves"),
    [
        ("fails 26/HELLO/padding: expected close; saw WELCOME", ("close", "WELCOME")),
        ("expected close; saw a; saw b", ("close", "a; saw b")),
        ("the control was refused", ("", "")),
        ("", ("", "")),
    ],
)
def test_reasons_have_two_sides(reason: str, halves: tuple[str, str]) -> None:
    """Rows: reason; what was expected and seen."""
    assert expected_and_seen(reason) == halves


# --- JUnit and Markdown -----------------------------------------------------------------------------------------------


def outcomes(octets: bytes) -> dict[str, str]:
    """Module and outcome of each test case."""
    return {
        case.get("name", "").partition("@")[0]: next((child.tag for child in case), "passed")
        for case in ET.fromstring(octets).iter("testcase")
    }


@pytest.mark.parametrize(("strict", "warned"), [(False, "passed"), (True, "failure")])
def test_junit_tells_failure_error_and_skipped_apart(strict: bool, warned: str, tmp_path: Path) -> None:
    """One test case for each case; a warning fails only where the gate is strict."""
    assert outcomes(junit(judged(tmp_path), strict=strict)) == {
        "curve.server_hello.nonzero_padding": "failure",
        "curve.server_hello.version": "passed",
        "zmtp.greeting.filler": warned,
        "zmtp.greeting.padding": "passed",
        "curve.client.vouch": "skipped",
        "null.ready.twice": "error",
        "null.ready.late": "error",
    }


def test_junit_counts_and_remarks(tmp_path: Path) -> None:
    """Totals stand at each suite; a warning and an info leave their reason in system-out."""
    suites = {suite.get("name"): suite for suite in ET.fromstring(junit(judged(tmp_path))).iter("testsuite")}
    assert suites["curve.server_hello"].attrib["failures"] == "1"
    assert suites["null.ready"].attrib["errors"] == "2"
    assert suites["curve.client"].attrib["skipped"] == "1"
    assert suites["zmtp.greeting"].attrib["timestamp"] == HEADER["started"][:19]
    remarks = (suites["zmtp.greeting"].findtext("system-out") or "").splitlines()
    assert [remark.partition(":")[0] for remark in remarks] == ["warn", "info"]
    failure = next(suites["curve.server_hello"].iter("failure"))
    assert failure.get("type") == "26/HELLO/padding"
    assert "replay: zmtp-conformance run libzmq" in (failure.text or "")


def test_junit_of_an_interrupted_run_is_red(tmp_path: Path) -> None:
    """A gate that reads only this file notices."""
    assert outcomes(junit(judged(tmp_path, result("a.b"), complete=False))) == {
        "a.b": "passed",
        "the run comes to its end": "error",
    }


def test_hostile_text_is_inert_in_junit(tmp_path: Path) -> None:
    """It is legal XML, makes no element, and shows nothing invisible."""
    octets = junit(hostile(tmp_path))
    tags = {element.tag for element in ET.fromstring(octets).iter()}
    assert tags <= {
        "testsuites",
        "testsuite",
        "testcase",
        "properties",
        "property",
        "failure",
        "system-out",
        "system-err",
    }
    assert not ODD.search(octets.decode())
    assert not re.search(r"&#x?0*(?:[0-8bce-f]|1[0-9a-f]);", octets.decode())


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("", "` `"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a|b", r"`a\|b`"),
        ("a\nb", r"`a\nb`"),
        ("<b>@all", "`<b>@all`"),
    ],
)
def test_code_spans(text: str, span: str) -> None:
    """Rows: text; a span that holds it, also in a table."""
    assert code(text) == span


def test_markdown_names_what_asks_for_a_look(tmp_path: Path) -> None:
    """Heading, counts, findings and coverage."""
    text = markdown(judged(tmp_path))
    assert text.startswith("## `libzmq 4.3.5`: Does not conform: 1 requirement broken, seen in 1 case\n")
    assert "| 1 | 1 | 1 | 1 | 1 | 1 | 1 |" in text
    assert "| fail | `curve.server_hello.nonzero_padding@binds` | `fails 26/HELLO/padding: expected close;" in text
    assert "| RFC 26, CurveZMQ | 2 of " in text


def test_hostile_text_is_inert_in_markdown(tmp_path: Path) -> None:
    """Outside of code spans nothing of it is left."""
    text = markdown(hostile(tmp_path))
    assert not ODD.search(text)
    outside = re.sub(r"(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)", "", text)
    assert "<" not in outside
    assert "alert" not in outside
    assert "\n# x" not in text
