"""How a script can end early; see `conformance.harness.player`."""

from conformance.harness.verdict import Ending


class Unmet(Exception):
    """The target did something else than expected.

    Attributes:
        ending: how its part ended.
        requirement: what it broke, where that is not the case's own.
    """

    def __init__(self, text: str, ending: Ending, requirement: str = "") -> None:
        super().__init__(text)
        self.ending, self.requirement = ending, requirement


class Harmed(Unmet):
    """An oracle saw that the target harmed what the case is not about: a failure, whatever the case's requirement weighs."""


class Stuck(Exception):
    """The script cannot go on: the target closed or fell silent before its turn.

    Attributes:
        ending: how its part ended.
    """

    def __init__(self, text: str, ending: Ending) -> None:
        super().__init__(text)
        self.ending = ending


class CannotDo(Exception):
    """The target does not offer what the case needs."""


class Broken(Exception):
    """The suite or the adapter is at fault."""
