"""The catalogue is complete, well formed, and the only source of ids.

Completeness is proven against the RFCs' own text, which is not part of this repository: ZMTP_RFC_DIR names the folder
that holds it, or it lies beside the repository as shared/rfc. Without it those tests say that they were skipped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from spec_model import requirements
from spec_model.faults import faults
from spec_model.machines import MACHINES
from spec_model.requirements import Kind, Level, Requirement, Seen, UnknownRequirement, check_ids, get, load
from spec_model.requirements.sentences import sentences
from spec_model.tables import STANDARD
from spec_model.tests.rfc_texts import text_of

CATALOGUED = sorted({requirement.rfc for requirement in load().values()})


def digests_of(rfc: int) -> set[str]:
    """Every digest that an entry of that RFC stands for."""
    return {digest for entry in load().values() if entry.rfc == rfc for digest in entry.digests}


# --- complete -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rfc", CATALOGUED)
def test_every_sentence_with_a_key_word_has_an_entry(rfc: int) -> None:
    told = digests_of(rfc)
    assert [f"{one.section}: {one.digest}" for one in text_of(rfc) if one.keywords and one.digest not in told] == []


@pytest.mark.parametrize("rfc", CATALOGUED)
def test_every_grammar_production_has_an_entry(rfc: int) -> None:
    told = digests_of(rfc)
    assert [one.production for one in text_of(rfc) if one.production and one.digest not in told] == []


@pytest.mark.parametrize("rfc", CATALOGUED)
def test_every_digest_is_of_a_sentence(rfc: int) -> None:
    there = {one.digest for one in text_of(rfc)}
    entries = [entry for entry in load().values() if entry.rfc == rfc]
    assert [entry.id for entry in entries if not entry.digests or not set(entry.digests) <= there] == []


@pytest.mark.parametrize("rfc", CATALOGUED)
def test_every_entry_names_a_section_of_the_text(rfc: int) -> None:
    sections = {one.section for one in text_of(rfc)}
    assert [entry.id for entry in load().values() if entry.rfc == rfc and entry.where not in sections] == []


def test_the_two_rfcs_of_the_mechanisms_are_catalogued() -> None:
    assert {23, 26} <= set(CATALOGUED)


def test_a_changed_sentence_is_noticed() -> None:
    one, other = (next(sentences(f"# A\n\nA peer SHALL send {what}.")) for what in ("this", "that"))
    assert one.digest != other.digest
    assert one.keywords == ("SHALL",)


# --- well formed --------------------------------------------------------------------------------------------------


WELL_FORMED = [
    ("because goes with never", lambda entry: (entry.seen is Seen.NEVER) == bool(entry.because)),
    ("it says what, where and who", lambda entry: entry.gist.endswith(".") and entry.where and entry.binds),
    ("what passes by a ruling has a ruling", lambda entry: not entry.allows or entry.ruling),
    ("it is the same as an older one", lambda entry: not entry.same or load()[entry.same].rfc < entry.rfc),
]


@pytest.mark.parametrize("holds", [row[1] for row in WELL_FORMED], ids=[row[0] for row in WELL_FORMED])
def test_entries_are_well_formed(holds: Callable[[Requirement], object]) -> None:
    assert [entry.id for entry in load().values() if not holds(entry)] == []


def test_levels() -> None:
    rows = [
        (Level.MUST, True, False),
        (Level.MUST_NOT, True, False),
        (Level.SHALL, True, False),
        (Level.SHALL_NOT, True, False),
        (Level.SHOULD, False, False),
        (Level.SHOULD_NOT, False, False),
        (Level.MAY, False, True),
    ]
    assert [(level, level.binding, level.free) for level in Level] == rows


# --- errors of the loader -----------------------------------------------------------------------------------------

GOOD = 'level = "MUST"\nbinds = "peer"\nseen = "wire"\nwhere = "Here"\ngist = "It is so."\ndigest = "0123456789ab"\n'

BAD_FILES = [
    ("an id of another RFC", f'["24/a/b"]\n{GOOD}', "rfc23.toml: '24/a/b' is not an id of the form"),
    ("an id of two parts", f'["23/a"]\n{GOOD}', "'23/a' is not an id of the form"),
    ("an unknown key", f'["23/a/b"]\n{GOOD}colour = "red"\n', "23/a/b: unknown keys ['colour']"),
    ("no level", '["23/a/b"]\n' + GOOD.replace('level = "MUST"\n', ""), "23/a/b: level is missing"),
    ("no digest", '["23/a/b"]\n' + GOOD.replace('digest = "0123456789ab"\n', ""), "23/a/b: digest is missing"),
    ("a level that there is not", '["23/a/b"]\n' + GOOD.replace("MUST", "OUGHT"), "'OUGHT' is not a valid Level"),
    ("never without because", '["23/a/b"]\n' + GOOD.replace("wire", "never"), "23/a/b: `because` goes with"),
    ("because without never", f'["23/a/b"]\n{GOOD}because = "so"\n', "23/a/b: `because` goes with"),
    (
        "a kind without a ruling",
        f'["23/a/b"]\n{GOOD}kind = "silent"\n',
        "23/a/b: a ruling has a kind, or it is between",
    ),
    ("between one", f'["23/a/b"]\n{GOOD}ruling = "So."\nbetween = ["this"]\n', "23/a/b: a ruling has a kind"),
    ("an unknown kind", f'["23/a/b"]\n{GOOD}ruling = "So."\nkind = "odd"\n', "'odd' is not a valid Kind"),
    ("the same as nothing", f'["23/a/b"]\n{GOOD}same = "13/a/b"\n', "23/a/b: same = '13/a/b', which no entry has"),
]


def load_text(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> Mapping[str, Requirement]:
    """What the loader makes of a folder with one catalogue file of this text."""
    (folder / "rfc23.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(requirements, "files", lambda package: folder)
    return load.__wrapped__()


@pytest.mark.parametrize(("text", "message"), [row[1:] for row in BAD_FILES], ids=[row[0] for row in BAD_FILES])
def test_loader_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        load_text(monkeypatch, tmp_path, text)
    assert message in str(error.value)


def test_loader_inherits_what_is_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = f'["23/a/b"]\n{GOOD}["23/a/c"]\nsame = "23/a/b"\nlevel = "SHOULD"\n'
    entries = load_text(monkeypatch, tmp_path, text)
    assert entries["23/a/c"] == replace(entries["23/a/b"], id="23/a/c", level=Level.SHOULD, same="23/a/b")


def test_a_ruling_of_its_own_has_a_kind_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    silent = f'["23/a/b"]\n{GOOD}ruling = "Not said."\nkind = "silent"\n'
    text = f'{silent}["23/a/c"]\nsame = "23/a/b"\n["23/a/d"]\nsame = "23/a/b"\nruling = "So."\n'
    entries = load_text(monkeypatch, tmp_path, text)
    assert [entries[f"23/a/{name}"].kind for name in "bcd"] == [Kind.SILENT, Kind.SILENT, None]


def test_unknown_ids_are_named() -> None:
    with pytest.raises(UnknownRequirement, match="unknown requirement '23/no/such'"):
        get("23/no/such")
    with pytest.raises(UnknownRequirement):
        check_ids(["23/greeting/padding", "23/no/such"])


# --- the only source of ids ---------------------------------------------------------------------------------------


def ids_of_grammars() -> Iterator[str]:
    """Every id that a grammar cites."""
    for command in STANDARD.commands.values():
        for level in command.levels():
            yield from level.size_rule
            yield from (name for rule in level.rules for name in (rule.sender, rule.receiver))
            yield from (freedom.requirement for freedom in level.freedoms)
            yield from (name for box in level.boxes.values() for name in (box.requirement, box.sends))


def ids_of_machines() -> Iterator[str]:
    """Every id that a machine cites."""
    for machine in MACHINES.values():
        yield machine.otherwise
        yield from (row.requirement for row in machine.rows)


def ids_of_faults() -> Iterator[str]:
    """Every id that a fault cites."""
    for fault in faults().values():
        yield from fault.requirements


@pytest.mark.parametrize("cited", [ids_of_grammars, ids_of_machines, ids_of_faults])
def test_every_id_that_is_cited_exists(cited: Callable[[], Iterator[str]]) -> None:
    check_ids(filter(None, cited()))
