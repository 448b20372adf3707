"""Writing files so that nobody ever finds half of one."""

import contextlib
import os
import secrets
from pathlib import Path

from conformance.report.errors import ReportError
from conformance.report.text import inert


def write_whole(path: Path, octets: bytes) -> Path:
    """Write the file whole or not at all, making its directory; return its path.

    What was there before stays until the new text is complete on disk.

    Raises:
        ReportError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("xb") as file:
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def unwritable(path: Path, error: OSError) -> ReportError:
    """The one line for a file that cannot be written."""
    return ReportError(f"cannot write {inert(str(path))}: {error.strerror or error}")


def unreadable(path: Path, cause: object) -> ReportError:
    """The one line for a file that cannot be read or understood."""
    text = cause.strerror or cause if isinstance(cause, OSError) else cause
    return ReportError(f"cannot read {inert(str(path))}: {inert(str(text))}")
