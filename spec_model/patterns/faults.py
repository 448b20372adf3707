"""Faulty sockets: each the reference with one thing wrong, so that every case about patterns can be shown to fail.

Theory of operation: most are read out of the table: one word of one cell exchanged for another (`OTHERWISE` says
which), where the cell has requirements to break. What no word says is written by hand in the `faulty_*` modules as a
socket with one method changed; it suits every type whose row has one of the requirements that it breaks. A fault
belongs to one socket type. The reference adapter plays each by `--fault`, and `zmtp-conformance kill` names the case that
turns red for it; `UNSEEN` are those that no script can tell from the reference, or that a ruling lets pass.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from spec_model.patterns import faulty_addresses, faulty_messages, faulty_queues, faulty_subscriptions
from spec_model.patterns.faulty import Faulty
from spec_model.patterns.kind import OTHERWISE, Choice, Kind
from spec_model.patterns.kinds import KINDS
from spec_model.patterns.pattern import Options, Pattern
from spec_model.patterns.socket import Socket, pattern

Build = Callable[[Options | None], Pattern]

_PHRASES = {
    "peers": "serves {new} instead of {old}",
    "queues": "has queues {new} instead of {old}",
    "sends": "sends {new} instead of {old}",
    "takes": "delivers {new} instead of {old}",
    "turn": "talks {new} instead of {old}",
    "envelope": "puts {new} before a message instead of {old}",
    "unreachable": "{new} where it has nobody to send to",
    "full": "{new} where every queue is full",
    "flood": "{new} when an incoming queue is full",
    "multipart": "{new} messages of several parts",
    "match": "compares {new} instead of {old}",
    "asks": "sends {new} instead of {old}",
    "hears": "keeps {new} instead of {old}",
    "requests": "{new} subscription requests",
}


_OUTLIVES = "whether requests outlive their connection is left open where the socket dials ({}, ruling)"

UNSEEN: Mapping[str, str] = {
    "REQ.full.drop": "one request is under way at a time, so no outgoing queue of a REQ is ever full",
    "REQ.loses-the-unsent": "the request had found a connected peer; 28/REQ/keeps-unsent is about one that finds none",
    "REP.counts-the-departed": "what it queues for a peer that has left goes nowhere: that connection never comes back",
    "PUB.keeps-subscriptions": _OUTLIVES.format("29/PUB/queue-kept-unconnected"),
    "RADIO.keeps-subscriptions": _OUTLIVES.format("48/RADIO/queue-kept-unconnected"),
    "XSUB.requests.hidden": "it still asks by a call of its own, and any form passes (29/XSUB/takes-requests, ruling)",
}
"""Faults that do not show, each with the reason."""


@dataclass(frozen=True)
class PatternFault:
    """A socket type with one thing wrong.

    Attributes:
        id: stable, readable, fit for a command line: "DEALER.sends.all".
        title: what such a socket does: "a DEALER sends to all peers instead of to peers in turn".
        requirements: what it breaks; a case that cites one of these and turns red kills it.
        socket_type: the type that has the fault.
        build: makes the faulty socket.
        because: why no script over connections can show it; empty where one can.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    socket_type: str
    build: Build = field(repr=False, compare=False)
    because: str = ""

    @property
    def visible(self) -> bool:
        """Whether it can show on the wire or to the application."""
        return not self.because

    def make(self, socket_type: str, options: Options | None = None) -> Pattern:
        """A socket, as `spec_model.patterns.socket.pattern` makes it; one of the fault's type has the fault.

        Raises:
            ValueError: there is no such type.
        """
        return self.build(options) if socket_type == self.socket_type else pattern(socket_type, options)


@cache
def pattern_faults() -> tuple[PatternFault, ...]:
    """Every fault: for each type those of its row, then the written ones.

    Raises:
        ValueError: two faults have the same id.
    """
    found = tuple(fault for kind in KINDS.values() for fault in (*_derived(kind), *_written(kind)))
    if len({fault.id for fault in found}) < len(found):
        raise ValueError("two pattern faults have the same id")
    if gone := UNSEEN.keys() - {fault.id for fault in found}:
        raise ValueError(f"no pattern fault is called {', '.join(sorted(gone))}")
    return tuple(replace(fault, because=UNSEEN.get(fault.id, "")) for fault in found)


def _derived(kind: Kind) -> Iterator[PatternFault]:
    for column, cell in kind.cells():
        for word in OTHERWISE.get(cell.word, ()) if cell.aspects else ():
            changes: dict[str, Any] = {column: Choice(word, cell.aspects)}
            yield PatternFault(
                f"{kind.name}.{column}.{word.name.lower().replace('_', '-')}",
                _title(kind, _PHRASES[column].format(new=word.value, old=cell.word.value)),
                kind.ids(cell.aspects),
                kind.name,
                partial(Socket, replace(kind, **changes)),
            )


def _written(kind: Kind) -> Iterator[PatternFault]:
    for module in (faulty_messages, faulty_queues, faulty_addresses, faulty_subscriptions):
        for name, faulty in vars(module).items():
            own = isinstance(faulty, type) and faulty.__module__ == module.__name__ and not name.startswith("_")
            if own and issubclass(faulty, Faulty) and faulty.suits(kind):
                yield PatternFault(
                    f"{kind.name}.{faulty.slug()}",
                    _title(kind, faulty.title()),
                    faulty.broken(kind),
                    kind.name,
                    partial(faulty, kind),
                )


def _title(kind: Kind, deed: str) -> str:
    return f"{'an' if kind.name[0] == 'X' else 'a'} {kind.name} {deed}"
