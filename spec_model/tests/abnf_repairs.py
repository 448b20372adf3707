"""The RFCs' own grammars, read from their text and repaired where the text is no ABNF.

No grammar is copied here: productions are read from the folder that holds the RFCs (ZMTP_RFC_DIR, or shared/rfc beside the
repository), so this module has nothing but the repairs. Each names the RFC and the production, says what is written there
and what it is taken for, and why. A repair that no longer finds what it repairs fails a test: the list cannot go stale.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from abnf import ParseError, Rule

from spec_model.tests.rfc_texts import text_of

WITH_ABNF = (13, 15, 23, 24, 26, 27, 37)
"""The RFCs that define a grammar of ours. RFC 48 repeats two productions of RFC 37; RFC 45 is another transport."""

ANY = ""
"""A repair of every production of an RFC that needs it."""


@dataclass(frozen=True)
class Repair:
    """What is written in a production, and what it is taken for.

    Attributes:
        rfcs: the RFCs that have it.
        production: its name; `ANY` for every one in which the text stands.
        written: a regular expression.
        meant: what comes in its place.
        why: what makes it no ABNF, and what shows the meaning.
    """

    rfcs: tuple[int, ...]
    production: str
    written: str
    meant: str
    why: str


REPAIRS = (
    Repair(
        (23, 37),
        "mechanism-char",
        r'"A"-"Z"',
        "%x41-5A",
        "ABNF has ranges of numbers only; the prose names the capitals A to Z.",
    ),
    Repair((15, 23, 24, 26, 27, 37), ANY, r" \| ", " / ", "ABNF writes alternatives with a slash, as RFC 13 does."),
    Repair((24, 26), ANY, r"\b[CS]:(?=[a-z])", "", "C and S say who speaks, which a grammar of octets does not know."),
    Repair((13,), "idflags", r"%00", "%x00", "A number needs a base; all others of this grammar are hexadecimal."),
    Repair(
        (26,), "message", r"message_nonce", "message-nonce", "A name has no underscore; the next production has none."
    ),
    Repair((37,), "resource", r"\* \(", "*(", "A repetition stands before what it repeats, without a blank."),
)

BORROWED: Mapping[int, tuple[int, tuple[str, ...]]] = {
    24: (23, ("metadata", "property", "name", "name-char", "value", "message", "message-more", "message-last")),
}
"""Productions that an RFC takes from another one, as it says itself, besides those of `FRAMES`."""

FRAMES = ("command-size", "short-size", "long-size", "message-body", "error", "error-reason")


@cache
def written(rfc: int) -> Mapping[str, str]:
    """The productions of an RFC as they are written, comments left out, by name. Equal ones count once.

    Raises:
        ValueError: the RFC defines a name twice, and not alike.
    """
    found: dict[str, str] = {}
    for one in text_of(rfc):
        if one.production and found.setdefault(one.production, one.text) != one.text:
            raise ValueError(f"RFC {rfc} has two productions for {one.production}")
    return found


@cache
def productions(rfc: int) -> Mapping[str, str]:
    """The productions of an RFC after all repairs, with those that it borrows."""
    found = {name: _repaired(rfc, name, text) for name, text in written(rfc).items()}
    if rfc in BORROWED:
        lender, names = BORROWED[rfc]
        found = {**{name: productions(lender)[name] for name in (*names, *FRAMES)}, **found}
    return found


def _repaired(rfc: int, name: str, text: str) -> str:
    for repair in repairs_of(rfc, name):
        text = re.sub(repair.written, repair.meant, text)
    return text


def repairs_of(rfc: int, name: str) -> Iterator[Repair]:
    """The repairs that a production can need, in order."""
    return (repair for repair in REPAIRS if rfc in repair.rfcs and repair.production in (ANY, name))


def fresh(rfc: int) -> type[Rule]:
    """A grammar that has nothing but the rules of RFC 5234; `abnf` keeps the productions of each class apart."""
    made: type[Rule] = type(f"Rfc{rfc}", (Rule,), {})
    return made


@cache
def grammar(rfc: int) -> type[Rule]:
    """The grammar of an RFC: call it with a production's name for its parser."""
    made = fresh(rfc)
    for text in productions(rfc).values():
        made.create(text)
    return made


def parses(rfc: int, production: str, octets: bytes) -> bool:
    """Whether a production of an RFC stands for exactly these octets."""
    try:
        grammar(rfc)(production).parse_all(octets.decode("latin-1"))
    except ParseError:
        return False
    return True
