"""Where things are kept that are made once and used often: built adapters, and libraries that were fetched.

Theory of operation: what is made goes into a folder whose name carries a digest of all that it is made of, so that a
changed source or version is another folder and nothing is ever stale. Such a folder appears whole or not at all.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

VARIABLE = "ZMTP_CONFORMANCE_CACHE"
LEAVINGS = frozenset({"target", "node_modules", "__pycache__"})
"""Folders that tools leave in a source tree: they are neither copied nor part of a digest, nor is what begins with a dot."""

BASELINE = "known.toml"
"""The accepted deviations of a target, which stand beside its adapter's sources: what is written there changes no build."""


def cache_root() -> Path:
    """The folder of everything that is kept; it need not exist."""
    if own := os.environ.get(VARIABLE):
        return Path(own).absolute()
    shared = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(shared) if os.path.isabs(shared) else Path.home() / ".cache") / "zmtp-conformance"


def sources_in(folder: Path) -> Iterator[Path]:
    """The files below a folder that belong to its sources, relative to it, in a fixed order."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_leaving(name))
        yield from (Path(place, name).relative_to(folder) for name in sorted(files) if not is_leaving(name))


def is_leaving(name: str) -> bool:
    """Whether a file or folder of this name is no source."""
    return name in LEAVINGS or name == BASELINE or name.startswith(".")


def digest_of(folder: Path | None, words: Iterable[str]) -> str:
    """Twelve hexadecimal digits that change with any source below a folder and with any word, such as a command's."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(b"%d:%s" % (len(word.encode()), word.encode()))
    if folder is not None:
        for path in sources_in(folder):
            content = (folder / path).read_bytes()
            digest.update(b"\n%s %d:%s" % (path.as_posix().encode(), len(content), content))
    return digest.hexdigest()[:12]
