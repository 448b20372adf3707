"""The RFCs' own ABNF as a third opinion, where a production stands for the octets of a type of group.

The productions are read from the texts of the RFCs, which are not part of the project, by the repairs and with the reviewed
list of differences that the grammar's own tests use. Where the texts, those tests or the package `abnf` are not at hand,
nothing is said, and the caller is told why.
"""

import importlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from spec_model.framing import COMMAND, encode

Json = Any

LONGEST, LONGEST_SEALED = 130, 300
"""Octets beyond which nothing is parsed: the package tries every way to cut metadata into properties, seconds for each
test; commands of CURVE have fixed sizes there."""


def _bare(octets: bytes) -> bytes:
    return octets


def _command(octets: bytes) -> bytes:
    return encode(COMMAND, octets)


def _message(octets: bytes) -> bytes:
    return encode(0, octets)


PRODUCTIONS: Mapping[str, tuple[tuple[int, str, Callable[[bytes], bytes]], ...]] = {
    "GreetingFields": ((23, "greeting", _bare),),
    "CommandBody": ((23, "command-body", _bare), (37, "command-body", _bare)),
    "NullReady": ((23, "ready", _command), (37, "ready", _command)),
    "NullError": ((23, "error", _command), (37, "error", _command)),
    "PlainHello": ((24, "hello", _command),),
    "PlainWelcome": ((24, "welcome", _command),),
    "PlainInitiate": ((24, "initiate", _command),),
    "PlainReady": ((24, "ready", _command),),
    "PlainError": ((24, "error", _command),),
    "CurveHello": ((26, "hello", _bare),),
    "CurveWelcome": ((26, "welcome", _bare),),
    "CurveInitiate": ((26, "initiate", _bare),),
    "CurveReady": ((26, "ready", _bare),),
    "CurveMessage": ((26, "message", _bare),),
    "CurveError": ((26, "error", _bare),),
    "Ping": ((37, "ping", _command),),
    "Subscribe": ((37, "subscribe", _command),),
    "Cancel": ((37, "cancel", _command),),
    "Join": ((37, "join", _command),),
    "Leave": ((37, "leave", _command),),
    "PropertySockettype": ((37, "socket-type", _bare),),
    "PropertyIdentity": ((37, "identity", _bare),),
    "PropertyResource": ((37, "resource", _bare),),
    "Greeting20": ((15, "greeting", _bare),),
}
"""The productions of a type of group, and how octets come to be those of the production."""

WITHOUT_KEYS = ("CurveHello", "CurveWelcome", "CurveInitiate", "CurveReady", "CurveMessage")
"""Types of which a production sees no more than sizes and constants: a box that does not open parses all the same."""


@dataclass
class Opinion:
    """What the productions say of all tests.

    Attributes:
        counts: how many tests a production agrees with, how many differ as listed, how many lie beyond it.
        wrong: differences that no list has.
        missing: why nothing was asked; empty otherwise.
    """

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    missing: str = ""


def ask(documents: Mapping[str, Json]) -> Opinion:
    """Ask about every test of every document."""
    try:
        repairs = importlib.import_module("spec_model.tests.abnf_repairs")
        differences = importlib.import_module("spec_model.tests.abnf_differences")
        texts = importlib.import_module("spec_model.tests.rfc_texts")
    except ImportError as error:
        return Opinion(missing=f"{error.name} is not installed")
    if not (texts.RFC_DIR / "rfc23.md").is_file():
        return Opinion(missing="the texts of the RFCs are not there (ZMTP_RFC_DIR)")
    listed: dict[tuple[int, str], set[str]] = {}
    for (rfc, production, _), one in differences.LOOSER.items():
        listed.setdefault((rfc, production), set()).add(one.ruling)
    for one in differences.STRICTER:
        listed.setdefault((one.compared.rfc, one.compared.production), set()).add(one.difference.ruling)
    opinion = Opinion()
    for whole in documents.values():
        for group in whole.get("groups", ()):
            for test in group["tests"]:
                for rfc, production, wrap in PRODUCTIONS.get(group["type"], ()):
                    octets = bytes.fromhex(test["inputs"]["octets"])
                    if len(octets) > (LONGEST_SEALED if group["type"] in WITHOUT_KEYS else LONGEST):
                        opinion.counts["too long to be parsed"] += 1
                        continue
                    there = repairs.parses(rfc, production, wrap(octets))
                    _compare(
                        opinion,
                        group["type"],
                        test,
                        there,
                        f"RFC {rfc} {production}",
                        listed.get((rfc, production), set()),
                    )
    return opinion


def _compare(opinion: Opinion, kind: str, test: Json, there: bool, where: str, listed: set[str]) -> None:
    if there == (test["sender"] == "legal"):
        opinion.counts["agree"] += 1
    elif there and kind in WITHOUT_KEYS:
        opinion.counts["beyond a grammar of octets"] += 1
    elif listed:
        opinion.counts["differ as a ruling lists"] += 1
    else:
        opinion.wrong.append(f"{where}: {test['id']} {test['comment']}: {'parses' if there else 'does not parse'}")
