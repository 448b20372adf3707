"""The targets: which adapters there are, how each is started, and what it offers.

Theory of operation: `registry.toml` beside this module is a table of targets; a file of the user's own, in the same
form, adds to it or replaces entries. `resolve` turns a name into a Target whose command can be run as it is. A name
`faulty:<fault>` is the reference peer with one thing wrong and needs no entry. Whatever is wrong with a file or a name
is a RegistryError of one line that says where, and which names come near.
"""

import difflib
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from conformance.adapters.fields import HANDLE, TEXT, array, choice, compile_check, record
from conformance.adapters.operations import MECHANISMS, SOCKET_TYPES

BUILT_IN = Path(__file__).with_name("registry.toml")
FAULTY, REFERENCE = "faulty:", "reference"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_check_entry = compile_check(
    record(
        {
            "about": HANDLE,
            "command": array(HANDLE, 1),
            "roles": array(choice("bind", "connect"), 1),
            "mechanisms": array(choice(*MECHANISMS), 1),
            "socket_types": array(choice(*SOCKET_TYPES), 1),
            "environment?": {"type": "object"},
            "known?": HANDLE,
            "build?": record({"command": array(HANDLE, 1), "needs": array(HANDLE)}),
        }
    )
)
_check_text = compile_check(TEXT)


class RegistryError(ValueError):
    """A target or a file of targets cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Build:
    """How an adapter is made: the command, and the tools that have to be on the PATH."""

    command: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One target; `command` can be run as it is, `environment` is added to ours, `known` is an existing file."""

    name: str
    about: str
    command: tuple[str, ...]
    roles: tuple[str, ...]
    mechanisms: tuple[str, ...]
    socket_types: tuple[str, ...]
    environment: Mapping[str, str]
    known: Path | None
    build: Build | None
    source: Path

    def with_arguments(self, *arguments: str) -> "Target":
        """The same target started with more arguments, such as `--library PATH`."""
        return replace(self, command=(*self.command, *arguments))


@dataclass(frozen=True, slots=True)
class Registry:
    """The targets of one or two files, by name."""

    targets: Mapping[str, Target]

    @classmethod
    def load(cls, extra: Path | None = None) -> Self:
        """The built-in targets, and those of a user's file, which win; raises RegistryError."""
        return cls({**_read(BUILT_IN), **(_read(extra) if extra else {})})

    def resolve(self, name: str) -> Target:
        """The target of that name, `faulty:<fault>` included; raises RegistryError with the names that come near."""
        if name.startswith(FAULTY):
            fault = name.removeprefix(FAULTY)
            if not fault:
                raise RegistryError("a faulty target names its fault: faulty:<fault>")
            return replace(
                self.resolve(REFERENCE).with_arguments("--fault", fault),
                name=name,
                about=f"the reference with the fault {fault}",
                known=None,
            )
        if name in self.targets:
            return self.targets[name]
        near = difflib.get_close_matches(name.lower(), self.targets, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(self.targets)}"
        raise RegistryError(f"no target is called {name!r}; {hint}")


def _read(path: Path) -> dict[str, Target]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as reason:
        raise RegistryError(f"cannot read the targets in {path}: {reason.strerror}") from None
    except ValueError as reason:  # also where it is not UTF-8
        raise RegistryError(f"{path} is not TOML: {reason}") from None
    return {name: _target(path, name, entry) for name, entry in table.items()}


def _target(path: Path, name: str, entry: Any) -> Target:
    here = path.absolute().parent
    if not _NAME.fullmatch(name):
        raise RegistryError(f"{path}: [{name}]: a target's name has lower-case letters, digits, '.', '-' and '_'")
    if complaint := _check_entry(entry) or _check_environment(entry.get("environment", {})):
        raise RegistryError(f"{path}: [{name}]: {complaint}{_near(complaint)}")
    known = here / entry["known"] if "known" in entry else None
    if known and not known.is_file():
        raise RegistryError(f"{path}: [{name}]: known: there is no file {known}")
    build = entry.get("build")
    return Target(
        name=name,
        about=entry["about"],
        command=_filled(entry["command"], here),
        roles=tuple(entry["roles"]),
        mechanisms=tuple(entry["mechanisms"]),
        socket_types=tuple(entry["socket_types"]),
        environment=dict(entry.get("environment", {})),
        known=known,
        build=Build(_filled(build["command"], here), tuple(build["needs"])) if build else None,
        source=path,
    )


def _filled(command: list[str], here: Path) -> tuple[str, ...]:
    return tuple(word.replace("{python}", sys.executable).replace("{here}", str(here)) for word in command)


def _check_environment(environment: Mapping[str, Any]) -> str | None:
    for name, value in environment.items():
        if complaint := _check_text(value):
            return f"environment: {name}: {complaint}"
    return None


def _near(complaint: str) -> str:
    """A hint for a misspelt field."""
    fields = ("about", "command", "roles", "mechanisms", "socket_types", "environment", "known", "build", "needs")
    if not (match := re.search(r"unknown field '(.*)'", complaint)):
        return ""
    near = difflib.get_close_matches(match[1], fields, n=1)
    return f"; did you mean {near[0]}?" if near else ""
