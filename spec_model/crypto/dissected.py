"""What a command is once it has been taken apart."""

from typing import NamedTuple

from spec_model.grammar.command import Fields


class Dissected(NamedTuple):
    """A command taken apart.

    Attributes:
        name: the grammar's name.
        fields: values of all fields that could be read, of all levels; sealed fields hold the box.
        broken: requirements that are broken by the sender and by whoever accepts it: (sender's, receiver's) pairs, either
            of which can be empty.
        opened: names of sealed fields that opened.
        unread: names of sealed fields for which the key is missing.
    """

    name: str
    fields: Fields
    broken: tuple[tuple[str, str], ...] = ()
    opened: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def refused(self) -> str:
        """The first requirement that obliges a receiver to refuse it, or empty."""
        return next((receiver for _, receiver in self.broken if receiver), "") if self.broken else ""

    @property
    def accused(self) -> tuple[str, ...]:
        """The requirements that the sender broke, each once."""
        return tuple(dict.fromkeys(sender for sender, _ in self.broken if sender))
