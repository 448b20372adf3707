"""The text of the RFCs, which is not part of this repository: ZMTP_RFC_DIR names the folder, or it is ../shared/rfc.

A test that wants a text that is not there is skipped, and says so.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from spec_model.requirements.sentences import Sentence, sentences

REPOSITORY = Path(__file__).resolve().parents[2]
RFC_DIR = Path(os.environ.get("ZMTP_RFC_DIR") or REPOSITORY.parent / "shared" / "rfc")


@cache
def text_of(rfc: int) -> tuple[Sentence, ...]:
    """The sentences and productions of an RFC; skips the test where its text is not there."""
    file = RFC_DIR / f"rfc{rfc}.md"
    if not file.is_file():
        pytest.skip(f"the text of RFC {rfc} is not there: no {file.name} in ZMTP_RFC_DIR or ../shared/rfc")
    return tuple(sentences(file.read_text(encoding="utf-8")))
