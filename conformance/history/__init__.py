"""Bugs of implementations that were published, and which cases find them again: `published.toml` as records.

A suite that finds what is known to be wrong, in the releases that had it and not in those that mended it, can be believed
when it finds what is not known.
"""

import tomllib
from pathlib import Path

import msgspec

PUBLISHED = Path(__file__).with_name("published.toml")
INSTALLED = "installed"


class Bug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published bug; the attributes are explained at the head of `published.toml`."""

    name: str
    about: str
    link: str
    implementation: str
    cases: tuple[str, ...]
    red: tuple[str, ...] = ()
    green: tuple[str, ...] = ()
    because: str = ""

    @property
    def releases(self) -> tuple[str, ...]:
        """Targets on which it is looked for, in order."""
        return tuple(
            self.implementation if release == INSTALLED else f"{self.implementation}@{release}"
            for release in (*self.red, *self.green)
        )


def published(path: Path = PUBLISHED) -> tuple[Bug, ...]:
    """All of them, in the order of the file.

    Raises:
        ValueError: an entry names neither releases nor a reason, or has a key that is none.
    """
    found = []
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        try:
            bug = msgspec.convert({**entry, "name": name}, Bug)
        except msgspec.ValidationError as error:
            raise ValueError(f"{path.name}: [{name}]: {error}") from None
        if bool(bug.red and bug.green) == bool(bug.because):
            raise ValueError(f"{path.name}: [{name}]: give red and green, or because, and not both")
        found.append(bug)
    return tuple(found)
