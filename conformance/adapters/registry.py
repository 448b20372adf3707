"""The targets: which adapters there are, how each is started, and what it offers.

Theory of operation: `registry.toml` beside this module is a table of targets; a file of the user's own, in the same
form, adds to it or replaces entries. `resolve` turns a name into a Target whose command can be run as it is, once its
Build is done if it has one. Two kinds of name need no entry: `faulty:<fault>` is the reference peer with one thing
wrong, `libzmq@<version>` an older release of libzmq, whose Build fetches it. Whatever is wrong with a file or a name is
a RegistryError of one line that says where, and which names come near.
"""

import difflib
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from conformance.adapters.cache import cache_root, digest_of
from conformance.adapters.fields import HANDLE, TEXT, array, choice, compile_check, record
from conformance.adapters.libzmq.releases import FETCHER, LIBRARY, RELEASES
from conformance.adapters.operations import MECHANISMS, SOCKET_TYPES

BUILT_IN = Path(__file__).with_name("registry.toml")
FAULTY, REFERENCE = "faulty:", "reference"
LIBZMQ, AT = "libzmq", "libzmq@"

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
            "source?": HANDLE,
            "product?": HANDLE,
            "build?": record({"commands": array(array(HANDLE, 1), 1), "needs": array(HANDLE)}),
        }
    )
)
_check_text = compile_check(TEXT)


class RegistryError(ValueError):
    """A target or a file of targets cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Build:
    """How something is made that a target's command needs.

    Attributes:
        commands: run in this order in a copy of the sources; `{source}` stands for that copy.
        needs: the tools that have to be on the PATH.
        sources: the folder that is copied; None where the commands bring everything.
        place: where the copy goes when all commands have succeeded.
        product: the file in `place` that the target's command needs.
        at_first_use: whether it is quick enough to be made without being asked for.
    """

    commands: tuple[tuple[str, ...], ...]
    needs: tuple[str, ...]
    sources: Path | None
    place: Path
    product: str
    at_first_use: bool = False

    @property
    def done(self) -> bool:
        """Whether it has been made."""
        return (self.place / self.product).exists()

    def missing(self) -> tuple[str, ...]:
        """The tools that it needs and that are not on the PATH."""
        return tuple(tool for tool in self.needs if shutil.which(tool) is None)


@dataclass(frozen=True, slots=True)
class Target:
    """One target; `command` can be run as it is, `environment` is added to ours, `known` is an existing file.

    `file` is the file of targets that it is from.
    """

    name: str
    about: str
    command: tuple[str, ...]
    roles: tuple[str, ...]
    mechanisms: tuple[str, ...]
    socket_types: tuple[str, ...]
    environment: Mapping[str, str]
    known: Path | None
    build: Build | None
    file: Path

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

    def names(self) -> list[str]:
        """All targets that stand for a product, the older releases of libzmq included."""
        older = {LIBZMQ: [AT + version for version in RELEASES]}
        return [each for name in self.targets for each in (name, *older.get(name, ()))]

    def resolve(self, name: str) -> Target:
        """The target of that name, which may be one that needs no entry; raises RegistryError, with names that come near."""
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
        if name.startswith(AT):
            return _release(self.resolve(LIBZMQ), name.removeprefix(AT))
        near = difflib.get_close_matches(name.lower(), self.targets, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(self.targets)}"
        raise RegistryError(f"no target is called {name!r}; {hint}")


def _release(libzmq: Target, version: str) -> Target:
    """An older libzmq, which a Build fetches."""
    if version not in RELEASES:
        raise RegistryError(f"no libzmq@{version} can be fetched; there are {', '.join(map(AT.__add__, RELEASES))}")
    release = RELEASES[version]
    name = AT + version
    place = _place(name, digest_of(None, (release.sha256,)))
    return replace(
        libzmq.with_arguments("--library", str(place / LIBRARY)),
        name=name,
        about=f"libzmq {version}, from the wheel of pyzmq {release.pyzmq}",
        known=None,
        build=Build(((sys.executable, "-m", FETCHER, version),), (), None, place, LIBRARY, at_first_use=True),
    )


def _place(name: str, digest: str) -> Path:
    """The folder of the cache in which what belongs to a target is kept."""
    return cache_root() / "adapters" / f"{name}-{digest}"


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
    build = _build(path, name, entry)
    words = {"{python}": sys.executable, "{here}": str(here)} | ({"{cache}": str(build.place)} if build else {})
    environment = entry.get("environment", {})
    return Target(
        name=name,
        about=entry["about"],
        command=_filled(entry["command"], words),
        roles=tuple(entry["roles"]),
        mechanisms=tuple(entry["mechanisms"]),
        socket_types=tuple(entry["socket_types"]),
        environment=dict(zip(environment, _filled(environment.values(), words), strict=True)),
        known=known,
        build=replace(build, commands=tuple(_filled(command, words) for command in build.commands)) if build else None,
        file=path,
    )


def _build(path: Path, name: str, entry: Mapping[str, Any]) -> Build | None:
    """How the target is made, its commands not filled in yet: where it goes depends on them."""
    given = [key for key in ("build", "source", "product") if key in entry]
    if not given:
        return None
    if len(given) < 3:
        raise RegistryError(f"{path}: [{name}]: build, source and product go together; here is only {', '.join(given)}")
    commands = tuple(tuple(command) for command in entry["build"]["commands"])
    sources = path.absolute().parent / entry["source"]
    if not sources.is_dir():
        raise RegistryError(f"{path}: [{name}]: source: there is no folder {sources}")
    try:
        digest = digest_of(sources, (word for command in commands for word in (*command, "")))
    except OSError as reason:
        raise RegistryError(f"{path}: [{name}]: source: cannot read {reason.filename}: {reason.strerror}") from None
    return Build(commands, tuple(entry["build"]["needs"]), sources, _place(name, digest), entry["product"])


def _filled(words: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Words with their placeholders replaced."""

    def fill(word: str) -> str:
        for placeholder, value in values.items():
            word = word.replace(placeholder, value)
        return word

    return tuple(map(fill, words))


def _check_environment(environment: Mapping[str, Any]) -> str | None:
    for name, value in environment.items():
        if complaint := _check_text(value):
            return f"environment: {name}: {complaint}"
    return None


def _near(complaint: str) -> str:
    """A hint for a misspelt field."""
    fields = (
        *("about", "command", "roles", "mechanisms", "socket_types", "environment", "known"),
        *("source", "product", "build", "commands", "needs"),
    )
    if not (match := re.search(r"unknown field '(.*)'", complaint)):
        return ""
    near = difflib.get_close_matches(match[1], fields, n=1)
    return f"; did you mean {near[0]}?" if near else ""
