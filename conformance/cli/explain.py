"""`explain`: what a requirement asks, what a command looks like, what octets mean and what they break.

Theory of operation: the argument says by itself what it is; the order of the questions is fixed, so that nothing is ever
found by chance: an id of the catalogue, a name of the grammar, a file, hex text. The decoding is `spec_model.explain`,
which never raises; printing is `conformance.cli.explained`, which escapes whatever a peer chose.
"""

import contextlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop, near

if TYPE_CHECKING:
    from spec_model.crypto.boxes import Keyring

LARGEST = 256 * 1024 * 1024
"""Octets of a file that is read."""


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT",
            help="A requirement's id, a name of the grammar, hex octets, or a file: a run, octets or hex. - is stdin.",
        ),
    ],
    mechanism: Annotated[
        str | None, typer.Option("--mechanism", "-m", metavar="NAME", help="What they speak: NULL, PLAIN or CURVE.")
    ] = None,
    sender: Annotated[
        Literal["client", "server"] | None, typer.Option("--from", help="Which side of the handshake sent the octets.")
    ] = None,
    read_as: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help="Read octets as command, frames or stream, or by a grammar's name."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar="NAME=KEY", help="A CURVE key, hex or Z85; NAME is one of C c S s C' c' S' s' K."
        ),
    ] = None,
    test_keys: Annotated[
        bool, typer.Option("--test-keys", help="Use the suite's well-known permanent keys, of client and server.")
    ] = False,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="ID", help="Of a run: the case to explain, with or without its side."),
    ] = None,
    json: options.Json = False,
) -> Exit:
    """Explain a requirement, a command or octets: field by field, opening boxes, naming what is broken where.

    What a requirement asks, and all that rests on it:

        zmtp-conformance explain 26/HELLO/padding

    What a command looks like, where its fields are and what is asked of them:

        zmtp-conformance explain CURVE/HELLO

    Octets: a command, a frame, or what one side of a connection sent:

        zmtp-conformance explain 04 09 04 50 49 4e 47 00 03 68 69

        zmtp-conformance explain capture.bin --key "s=..." --key "c'=..."

    What was said in one case of a run:

        zmtp-conformance explain reports/libzmq/events.ndjson --case curve.server_hello.first_padding_bit@binds
    """
    from conformance.cli import explained
    from spec_model.explain.layouts import grammars, named
    from spec_model.requirements import load

    text = " ".join(what).strip()
    manner = Manner(
        _mechanism(mechanism), sender or "", _grammar(read_as), _keys(key or (), test_keys), test_keys, json
    )
    if text in load():
        explained.requirement(text, json=json)
    elif text and (found := named(text, manner.mechanism)):
        explained.layouts(found, json=json)
    elif text == "-" or _is_file(text):
        _file(None if text == "-" else Path(text), case, manner)
    else:
        _octets(_from_hex(text, [*load(), *grammars()]), manner)
    return Exit.CONFORMS


@dataclass(frozen=True)
class Manner:
    """How octets are to be read and shown: the options."""

    mechanism: str
    sender: str
    grammar: str
    keys: "Keyring"
    test_keys: bool
    json: bool


def _octets(octets: bytes, manner: Manner) -> None:
    from conformance.cli import explained
    from spec_model.explain import explain as decode

    if not octets:
        raise Stop(Exit.USAGE, "there are no octets to explain")
    found = decode(octets, mechanism=manner.mechanism, sender=manner.sender, keys=manner.keys, grammar=manner.grammar)
    explained.octets(found, json=manner.json)


def _file(path: Path | None, case: str | None, manner: Manner) -> None:
    """Explain what a file holds: a run, hex text, or octets; None is standard input."""
    from conformance.cli import recorded
    from spec_model.explain import read_hex

    data = _read(path)
    if recorded.is_run(data):
        recorded.explain(path, data, case or "", manner)
        return
    if case is not None:
        raise Stop(Exit.USAGE, "--case is for a run: events.ndjson or results.json")
    with contextlib.suppress(ValueError):  # no hex text: then they are the octets themselves
        data = read_hex(data.decode("ascii"))
    _octets(data, manner)


def _is_file(text: str) -> bool:
    try:
        return bool(text) and Path(text).exists()
    except (OSError, ValueError):  # too long for a name, or with a null character
        return False


def _read(path: Path | None) -> bytes:
    try:
        with path.open("rb") if path else contextlib.nullcontext(sys.stdin.buffer) as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot read {path or 'standard input'}: {error.strerror or error}") from None
    if len(data) > LARGEST:
        raise Stop(
            Exit.USAGE, f"{path or 'standard input'} has more than {LARGEST >> 20} MiB; cut out what is of interest"
        )
    return data


def _from_hex(text: str, known: Iterable[str]) -> bytes:
    from spec_model.explain import read_hex
    from spec_model.requirements import load

    try:
        return read_hex(text)
    except ValueError as wrong:
        hint = near(text, known)
        reason = str(wrong) if not hint and set(text) <= set("0123456789abcdefABCDEFxX:, ") else ""
        start = text.rstrip("*")
        if "/" in start and any(name.startswith(start) for name in load()):
            hint = f"; zmtp-conformance requirements {start + '*'!r} lists those that start so"
        line = reason or f"{text[:60]!r} is no requirement, no name of the grammar, no file and no hex text{hint}"
        raise Stop(Exit.USAGE, line) from None


def _mechanism(name: str | None) -> str:
    from spec_model.role import MECHANISMS

    wanted = (name or "").upper()
    if wanted and wanted not in MECHANISMS:
        raise Stop(Exit.USAGE, f"there is no mechanism {name!r}; there are {', '.join(MECHANISMS)}")
    return wanted


def _grammar(name: str | None) -> str:
    from spec_model.explain import KINDS, readable

    if name is None:
        return ""
    found = readable(name)
    if not found:
        raise Stop(Exit.USAGE, f"octets cannot be read as {name!r}{near(name, KINDS)}; {', '.join(KINDS)} or a grammar")
    return found


def _keys(given: Iterable[str], test_keys: bool) -> "Keyring":
    from conformance.cli.keys import key as read
    from conformance.harness.keys import CLIENT, SERVER
    from spec_model.explain import KEY_NAMES, keys_of

    keys = {"c": CLIENT.secret, "s": SERVER.secret} if test_keys else {}
    for entry in given:
        name, equals, text = entry.partition("=")
        if not equals or name not in KEY_NAMES:
            raise Stop(Exit.USAGE, f"--key takes NAME=KEY, and NAME is one of {' '.join(KEY_NAMES)}")
        keys[name] = read(f"--key {name}", text)
    return keys_of(keys)
