"""What a hand-written faulty socket is: a class whose docstring is the title of the fault."""

import re
from typing import ClassVar

from spec_model.patterns.kind import Kind, Sends, Takes
from spec_model.patterns.socket import Socket


class Faulty(Socket):
    """has one thing wrong."""

    breaks: ClassVar[tuple[str, ...]] = ()
    """Aspects, as in the table; the fault suits the types whose row has one of them, and cites those that it has."""

    @classmethod
    def broken(cls, kind: Kind) -> tuple[str, ...]:
        """The requirements that a socket of this type breaks."""
        return tuple(name for name in kind.ids(cls.breaks) if name in kind.requirements)

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        """Whether a socket of this type can have the fault and show it."""
        return bool(cls.broken(kind))

    @classmethod
    def title(cls) -> str:
        """What it does: the first line of its docstring without the full stop."""
        return (cls.__doc__ or "").split("\n")[0].rstrip(".")

    @classmethod
    def slug(cls) -> str:
        """Its name as a part of an id: `DeliversTwice` is delivers-twice."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class Receiving(Faulty):
    """has something wrong with what it delivers."""

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.takes.word in (Takes.TURN, Takes.ONE)


class Sending(Faulty):
    """has something wrong with what it sends."""

    @classmethod
    def suits(cls, kind: Kind) -> bool:
        return super().suits(kind) and kind.sends.word is not Sends.NONE
