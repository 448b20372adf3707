"""The record of one fault: the reference with one thing wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field

from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy
from spec_model.role import Role
from spec_model.tables import Tables

Make = Callable[[Role, Entropy], Connection]
"""How a faulty peer comes to be: the same two arguments as the reference."""


@dataclass(frozen=True)
class Fault:
    """The reference with one thing wrong.

    Attributes:
        id: stable, readable, fit for a command line: "accepts.CURVE.HELLO.padding".
        title: what such a peer does: "accepts a HELLO though the padding is not all zero".
        requirements: what it breaks; a case that cites one of these and turns red kills it.
        mechanism: NULL, PLAIN or CURVE; empty for any.
        as_server: the side of the handshake that shows it; None for both.
        visible: whether a breach can show on the wire or to the application.
        because: why it cannot, naming what covers it; empty where it can.
        make: the faulty peer.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    mechanism: str
    as_server: bool | None
    visible: bool
    because: str
    make: Make = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.visible == bool(self.because):
            raise ValueError(f"{self.id}: `because` goes with a fault that is not visible, and only with it")

    def plays(self, role: Role) -> bool:
        """Whether a peer of this role shows the fault."""
        return self.mechanism in ("", role.mechanism) and self.as_server in (None, role.as_server)


def reading(tables: Tables) -> Make:
    """Peers that are the reference, but for the tables that they read."""

    def make(role: Role, entropy: Entropy) -> Connection:
        return Connection(role, entropy, tables)

    return make


def slug(text: str) -> str:
    """A text as a part of an id: blanks and underscores become hyphens."""
    return text.replace("_", "-").replace(" ", "-")


def a(noun: str) -> str:
    """The noun with its indefinite article."""
    return f"{'an' if noun[:1] in 'AEIOaeiou' else 'a'} {noun}"
