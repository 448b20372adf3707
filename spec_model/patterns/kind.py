"""The vocabulary of the table of socket types: what a type may do in each respect, and what asks it to.

Theory of operation: a `Kind` is one row of the table in `spec_model.patterns.kinds`, with a column for each respect
in which types differ. A cell is a `Choice`: a word of the column's vocabulary, and the requirements that another word
would break, the first of them in any case. The socket of `spec_model.patterns.socket` reads the row and knows no type
by name, so a row with one word exchanged is a faulty socket: `OTHERWISE` says which words can stand for which.

An aspect names a requirement in the row's own RFC: "round-robin" in the row of DEALER is 28/DEALER/round-robin,
"pattern/reliable" is 28/pattern/reliable. An id with two slashes is taken as it stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, TypeVar


class Peers(Enum):
    """How many take part."""

    MANY = "any number of peers"
    ONE = "one peer"


class Queues(Enum):
    """How long the queues of a peer that the socket dials live; those of an accepted peer go with its connection."""

    KEPT = "from dialling on, through lost connections"
    CONNECTED = "only while connected"


class Sends(Enum):
    """Which peers get a message."""

    TURN = "to peers in turn"
    ONE = "to the first peer"
    NAMED = "to the named peer"
    ASKER = "to the peer that asked"
    MATCHING = "to peers that want it"
    ALL = "to all peers"
    NONE = "nothing"


class Takes(Enum):
    """Whose messages reach the application, and in which order."""

    TURN = "from peers in turn"
    ONE = "from the first peer"
    ASKED = "from the peer that was asked"
    NONE = "nothing"


class Turn(Enum):
    """In which order the application sends and receives."""

    ANY = "in any order"
    ASKS = "by asking, then hearing"
    ANSWERS = "by hearing, then answering"


class Envelope(Enum):
    """What stands before the application's frames: on the wire (delimiter, stack, group) or at the application."""

    NONE = "nothing"
    DELIMITER = "a delimiter"
    STACK = "an envelope and a delimiter"
    IDENTITY = "the peer's identity"
    NUMBER = "the peer's routing id"
    GROUP = "a group"


class Lack(Enum):
    """What becomes of a message when nobody can get it."""

    BLOCK = "blocks"
    DROP = "drops"
    REFUSE = "returns an error"


class Flood(Enum):
    """What becomes of a message that finds the incoming queue full."""

    PAUSE = "stops reading"
    DROP = "drops"
    KEEP = "reads on without limit"


class Multipart(Enum):
    """Whether a message may have several frames."""

    ALLOWED = "takes"
    REFUSED = "refuses"


class Match(Enum):
    """How a subscription is compared with a message."""

    PREFIX = "prefixes"
    EXACT = "whole names"
    NONE = "nothing"


class Asks(Enum):
    """What a subscriber asks for, and a publisher hears."""

    SUBSCRIPTIONS = "counted subscriptions"
    UNCOUNTED = "subscriptions without a count"
    GROUPS = "groups"
    NONE = "nothing"


class Requests(Enum):
    """Whether subscription requests pass between the application and the wire as messages."""

    HIDDEN = "hides"
    SHOWN = "shows"


class Strays(Enum):
    """What a subscriber does with a message that it did not ask for."""

    DELIVERED = "delivers"
    DROPPED = "drops"


Word = TypeVar("Word", bound=Enum)


@dataclass(frozen=True)
class Choice(Generic[Word]):
    """One cell: a word, and the aspects that another word would break; none where the texts do not decide."""

    word: Word
    aspects: tuple[str, ...] = ()


def say(word: Word, *aspects: str) -> Choice[Word]:
    """A cell of the table."""
    return Choice(word, aspects)


@dataclass(frozen=True)
class Kind:
    """One socket type.

    Attributes:
        name: as in the Socket-Type property.
        rfc: number of its pattern RFC.
        peers, queues, sends, takes, turn, envelope, multipart, match, requests, strays: see the vocabularies.
        asks: what it asks its peers for.
        hears: what its peers ask it for.
        unreachable: what becomes of a message without any peer for it.
        full: what becomes of it when the outgoing queue of every peer for it is full.
        flood: what becomes of an incoming message that finds its queue full.
        besides: aspects that every socket fulfils by its make.
    """

    name: str
    rfc: int
    peers: Choice[Peers]
    sends: Choice[Sends]
    takes: Choice[Takes]
    envelope: Choice[Envelope]
    queues: Choice[Queues] = field(default=say(Queues.KEPT))
    turn: Choice[Turn] = field(default=say(Turn.ANY))
    unreachable: Choice[Lack] = field(default=say(Lack.DROP))
    full: Choice[Lack] = field(default=say(Lack.DROP))
    flood: Choice[Flood] = field(default=say(Flood.PAUSE))
    multipart: Choice[Multipart] = field(default=say(Multipart.ALLOWED))
    match: Choice[Match] = field(default=say(Match.NONE))
    asks: Choice[Asks] = field(default=say(Asks.NONE))
    hears: Choice[Asks] = field(default=say(Asks.NONE))
    requests: Choice[Requests] = field(default=say(Requests.HIDDEN))
    strays: Choice[Strays] = field(default=say(Strays.DELIVERED))
    besides: tuple[str, ...] = ()

    def cells(self) -> Iterator[tuple[str, Choice[Any]]]:
        """Each column with its cell."""
        for column in fields(self):
            cell = getattr(self, column.name)
            if isinstance(cell, Choice):
                yield column.name, cell

    def ids(self, aspects: tuple[str, ...]) -> tuple[str, ...]:
        """The requirements that aspects of this row stand for."""
        forms = ("{0.rfc}/{0.name}/{1}", "{0.rfc}/{1}", "{1}")
        return tuple(forms[aspect.count("/")].format(self, aspect) for aspect in aspects)

    def why(self, column: str) -> str:
        """The first requirement behind a cell, or empty."""
        cell: Choice[Any] = getattr(self, column)
        return next(iter(self.ids(cell.aspects)), "")

    @property
    def requirements(self) -> tuple[str, ...]:
        """Every requirement of the row, in the order of the columns."""
        said = (aspect for _, cell in self.cells() for aspect in cell.aspects)
        return tuple(dict.fromkeys(self.ids((*said, *self.besides))))


OTHERWISE: Mapping[Enum, tuple[Enum, ...]] = {
    Peers.MANY: (Peers.ONE,),
    Queues.KEPT: (Queues.CONNECTED,),
    Sends.TURN: (Sends.ALL, Sends.ONE),
    Sends.NAMED: (Sends.ALL, Sends.TURN),
    Sends.ASKER: (Sends.ALL, Sends.TURN),
    Sends.MATCHING: (Sends.ALL, Sends.TURN),
    Sends.ALL: (Sends.TURN,),
    Sends.NONE: (Sends.ALL,),
    Takes.TURN: (Takes.ONE,),
    Takes.ONE: (Takes.NONE,),
    Takes.ASKED: (Takes.TURN,),
    Takes.NONE: (Takes.TURN,),
    Turn.ANY: (Turn.ASKS,),
    Turn.ASKS: (Turn.ANY,),
    Turn.ANSWERS: (Turn.ANY,),
    Envelope.NONE: (Envelope.DELIMITER,),
    Envelope.DELIMITER: (Envelope.NONE,),
    Envelope.STACK: (Envelope.DELIMITER, Envelope.NONE),
    Envelope.IDENTITY: (Envelope.NUMBER, Envelope.NONE),
    Envelope.NUMBER: (Envelope.IDENTITY, Envelope.NONE),
    Lack.BLOCK: (Lack.DROP,),
    Lack.DROP: (Lack.BLOCK,),
    Lack.REFUSE: (Lack.DROP, Lack.BLOCK),
    Flood.PAUSE: (Flood.DROP,),
    Flood.DROP: (Flood.KEEP,),
    Multipart.REFUSED: (Multipart.ALLOWED,),
    Match.PREFIX: (Match.EXACT,),
    Match.EXACT: (Match.PREFIX,),
    Asks.SUBSCRIPTIONS: (Asks.UNCOUNTED,),
    Requests.HIDDEN: (Requests.SHOWN,),
    Requests.SHOWN: (Requests.HIDDEN,),
}
"""For each word those that a faulty socket may have in its place, where its cell has requirements to break."""
