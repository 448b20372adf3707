"""Older releases of libzmq: each lies in a wheel of pyzmq, which pip downloads.

Theory of operation: RELEASES is the one table of versions, wheels and their digests. `unpack` takes the shared
libraries out of a wheel: libzmq under the name LIBRARY, and what it needs, such as libsodium, beside it under the name
by which it asks for it. Run as `python -m conformance.adapters.libzmq.releases VERSION` this fetches one release into
the current directory; a `Build` of the registry does so in a fresh folder. Nothing of a wheel is ever executed or
installed, and a wheel whose digest is not the pinned one is not unpacked.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FETCHER = "conformance.adapters.libzmq.releases"
LIBRARY = "libzmq.so"
PLATFORM = ("Linux", "x86_64")


@dataclass(frozen=True, slots=True)
class Release:
    """The wheel of pyzmq that carries a libzmq, made for a Python such as `36`, and its SHA-256."""

    pyzmq: str
    python: str
    sha256: str


RELEASES: Mapping[str, Release] = {
    "4.1.5": Release("15.4.0", "35", "859dff7e6f3c43f1c6c8b03d6a419ab02cc05f9a0d0a16b1a11ab5aa19563dd3"),
    "4.1.6": Release("16.0.4", "36", "5f4c356d278a1017caeec91194b499f550a2c16cf2cb0c6a5ce7f1b3dff8d323"),
    "4.2.5": Release("17.1.2", "36", "c095b224300bcac61e6c445e27f9046981b1ac20d891b2f1714da89d34c637c8"),
    "4.3.1": Release("18.0.2", "36", "61a4155964bd4a14ef95bf46cb1651bcf8dcbbed8c0108e9c974c1fcbb57788f"),
    "4.3.2": Release("19.0.2", "36", "00dca814469436455399660247d74045172955459c0bd49b54a540ce4d652185"),
    "4.3.3": Release("20.0.0", "36", "46250789730489009fe139cbf576679557c070a6a3628077d09a4153d52fd381"),
    "4.3.4": Release("22.3.0", "36", "de8df0684398bd74ad160afdc2a118ca28384ac6f5e234eb0508858d8d2d9364"),
}


class CannotFetch(Exception):
    """A release cannot be had; the text is one line."""


Download = Callable[[Release, Path], object]


def download(release: Release, folder: Path) -> None:
    """Let pip download a wheel into a folder; raises CannotFetch. What pip says goes where our own words go."""
    line = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"),
        *("--disable-pip-version-check", "--progress-bar=off", "--retries=2", "--dest", str(folder)),
        *("--implementation=cp", f"--python-version={release.python}", f"--abi=cp{release.python}m"),
        *("--platform=manylinux1_x86_64", f"pyzmq=={release.pyzmq}"),
    ]
    if status := subprocess.run(line, stdin=subprocess.DEVNULL).returncode:
        raise CannotFetch(f"pip ended with status {status}: it cannot download pyzmq {release.pyzmq}")


def fetch(version: str, into: Path, get: Download = download) -> None:
    """Put the libraries of a release into a folder; raises CannotFetch."""
    if (platform.system(), platform.machine()) != PLATFORM:
        raise CannotFetch(f"the wheels of older libzmq releases are for {' on '.join(PLATFORM)}, which this is not")
    release = RELEASES[version]
    with tempfile.TemporaryDirectory(dir=into) as folder:
        get(release, Path(folder))
        wheels = sorted(Path(folder).glob("pyzmq-*.whl"))
        if len(wheels) != 1:
            raise CannotFetch(f"the download of pyzmq {release.pyzmq} left {len(wheels)} wheels, not one")
        found = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
        if found != release.sha256:
            raise CannotFetch(f"{wheels[0].name} is not the wheel that is pinned: its SHA-256 is {found}")
        unpack(wheels[0], into)


def unpack(wheel: Path, into: Path) -> None:
    """Take the shared libraries out of a wheel; raises CannotFetch where there is no libzmq."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            path = PurePosixPath(entry)
            if path.parent.name in (".libs", "pyzmq.libs") and ".so" in path.name:
                name = LIBRARY if path.name.startswith("libzmq") else path.name
                (into / name).write_bytes(archive.read(entry))
    if not (into / LIBRARY).exists():
        raise CannotFetch(f"there is no libzmq in {wheel.name}")


def main() -> int:
    """Fetch the release that is named into the current directory: 0, or 1 and a line that says why not."""
    try:
        fetch(sys.argv[1], Path.cwd())
    except CannotFetch as reason:
        print(f"error: {reason}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
