"""Cut an RFC's Markdown into the sentences and grammar rules that can bind.

The catalogue never quotes an RFC: it keeps a digest of each sentence that an entry stands for. A revised text then shows
as a digest that no sentence has any more. Cutting must therefore be stable: white space is folded, Markdown emphasis and
links are dropped, and a list item is a sentence of its own even without a full stop.

Grammar rules are cut the same way: one entry per production, comments dropped, continuation lines joined.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

KEYWORDS = re.compile(
    r"\b(MUST NOT|MUST|SHALL NOT|SHALL|SHOULD NOT|SHOULD|REQUIRED|RECOMMENDED|MAY|OPTIONAL|shall|must|should)\b"
)
"""The words of RFC 2119. Three of them count in lower case too: these texts use them so where they bind."""

UNBINDING_SECTIONS = frozenset({"Preamble", "License"})
"""Sections that speak about the document: copyright, and the explanation of the key words themselves."""

_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf))\.$", re.IGNORECASE)
_PRODUCTION = re.compile(r"^\s*([A-Za-z][\w-]*)\s*=\s*(.*)$")


@dataclass(frozen=True)
class Sentence:
    """One sentence, list item or grammar production of an RFC: where it stands, what it says, which key words it has."""

    section: str
    text: str
    production: str = ""

    @property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the folded text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    @property
    def keywords(self) -> tuple[str, ...]:
        """The RFC 2119 key words of the sentence, in order; a grammar production has none."""
        return () if self.production else tuple(KEYWORDS.findall(self.text))


def sentences(markdown: str) -> Iterator[Sentence]:
    """Yield every sentence and every grammar production of a Markdown text, in order, outside the preamble."""
    section, paragraph, block = "", list[str](), list[str]()
    fenced = False
    body = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    for line in [*body.splitlines(), ""]:
        if line.lstrip().startswith("```"):
            yield from _prose(section, paragraph)
            if fenced:
                yield from _productions(section, block)
                block = []
            paragraph, fenced = [], not fenced
        elif fenced:
            block.append(line)
        elif heading := re.match(r"#+\s+(.*)", line):
            yield from _prose(section, paragraph)
            paragraph, section = [], _plain(heading[1])
        elif not line.strip() or re.match(r"\s*(?:[*-]|\d+\.)\s", line):
            yield from _prose(section, paragraph)
            paragraph = [line]
        else:
            paragraph.append(line)
    yield from _prose(section, paragraph)


def _prose(section: str, lines: list[str]) -> Iterator[Sentence]:
    text = _plain(re.sub(r"^\s*(?:[*-]|\d+\.)\s+", "", " ".join(lines)))
    if section in UNBINDING_SECTIONS or not text:
        return
    start = 0
    for stop in re.finditer(r"[.!?][\"')]*\s+(?=[A-Z0-9\"'(\[])", text):
        if not _ABBREVIATION.search(text[start : stop.start() + 1]):
            yield Sentence(section, text[start : stop.end()].strip())
            start = stop.end()
    if rest := text[start:].strip():
        yield Sentence(section, rest)


def _productions(section: str, lines: list[str]) -> Iterator[Sentence]:
    name, parts = "", list[str]()
    for line in lines:
        code = line.split(";", 1)[0].rstrip()
        if found := _PRODUCTION.match(code):
            if name:
                yield Sentence(section, _fold(f"{name} = {' '.join(parts)}"), name)
            name, parts = found[1], [found[2]]
        elif code.strip() and name:
            parts.append(code.strip())
    if name:
        yield Sentence(section, _fold(f"{name} = {' '.join(parts)}"), name)


def _plain(text: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"</?\w+/?>|\*\*|@@|`", "", text)
    return _fold(re.sub(r"(?<!\w)\*(\S[^*]*)\*", r"\1", text))


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
