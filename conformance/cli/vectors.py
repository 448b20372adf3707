"""`vectors`: write the test vectors, check them a second way, hand some out, and hold libzmq against them."""

from pathlib import Path
from typing import Annotated

import typer

from conformance.cli import options
from conformance.cli.exits import Exit, Stop, near

FOLDER = Path("vectors")
Folder = Annotated[Path, typer.Option("--folder", "-f", metavar="DIR", help="The folder of the vectors.")]


def generate(
    folder: Folder = FOLDER,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if a file is not as it has to be.")
    ] = False,
) -> Exit:
    """Write the test vectors: what the tables say, as data that any language reads without us.

    All files, after a change of a grammar, a case or a ruling:

        zmtp-conformance vectors generate

    Are the files in the repository what the tables say? Exit code 1 if not:

        zmtp-conformance vectors generate --check
    """
    from conformance.cli.console import say
    from conformance.report import ReportError
    from conformance.vectors.store import differences, everything, write

    try:
        texts = everything(folder)
        if check:
            lines = differences(folder, texts)
            for line in lines:
                say(line)
            say(f"{len(texts)} files, {len(lines)} of them differ")
            return Exit.FAILS if lines else Exit.CONFORMS
        write(folder, texts)
    except ReportError as error:
        raise Stop(Exit.FAULT, str(error)) from None
    say(f"{folder}: {len(texts)} files, {sum(map(len, texts.values())) / 1e6:.1f} MB")
    return Exit.CONFORMS


def check(
    folder: Folder = FOLDER,
    abnf: Annotated[bool, typer.Option("--abnf/--no-abnf", help="Ask the RFCs' own ABNF too.")] = True,
) -> Exit:
    """Check the test vectors: schema, ids, counts, flags, requirements, and every result a second way.

    The second way knows neither the tables nor construct: a small reader of its own, libsodium's bare functions, and the
    ABNF of the RFCs where their texts are at hand.

        zmtp-conformance vectors check
    """
    from conformance.cli.console import complain, say
    from conformance.vectors.check import check as check_files

    report = check_files(folder, abnf=abnf)
    for words, count in report.counts.items():
        say(f"{count:>9}  {words}")
    for line in report.notes:
        say(line)
    for line in report.wrong[:20]:
        complain(line)
    say(f"{len(report.wrong)} things are wrong")
    return Exit.FAILS if report.wrong else Exit.CONFORMS


def export(
    where: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    folder: Folder = FOLDER,
    rfc: Annotated[
        list[int] | None, typer.Option("--rfc", metavar="N", help="Tests about this RFC; can be repeated.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="Files of this kind; can be repeated.")
    ] = None,
    result: Annotated[
        list[str] | None, typer.Option("--result", help="Tests with this result; can be repeated.")
    ] = None,
) -> Exit:
    """Copy some of the vectors, with their schemas, into a folder of an implementation.

    What an implementation of CURVE wants for its unit tests:

        zmtp-conformance vectors export --rfc 26 --kind box --kind curve --kind transcripts test/vectors
    """
    from conformance.cli.console import say
    from conformance.report import ReportError
    from conformance.vectors.export import RESULTS, kinds, select
    from conformance.vectors.store import write_all

    for name in kind or ():
        if name not in kinds():
            raise Stop(Exit.USAGE, f"there is no kind {name!r}{near(name, kinds())}; there are {', '.join(kinds())}")
    for name in result or ():
        if name not in RESULTS:
            raise Stop(Exit.USAGE, f"there is no result {name!r}; there are {', '.join(RESULTS)}")
    texts, count = select(folder, tuple(rfc or ()), tuple(kind or ()), tuple(result or ()))
    if not count:
        raise Stop(Exit.NOTHING, f"nothing in {folder} fits")
    try:
        write_all(where, texts)
    except ReportError as error:
        raise Stop(Exit.FAULT, str(error)) from None
    say(f"{where}: {len(texts)} files, {count} entries")
    return Exit.CONFORMS


def compare(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="The target: libzmq, or another of `targets`.")
    ] = "libzmq",
    targets: options.Targets = None,
    jobs: options.Jobs = 32,
    every: Annotated[bool, typer.Option("--every", help="A line for each vector, not for differences alone.")] = False,
) -> Exit:
    """Play every valid and invalid vector that can be put on the wire against a real implementation.

    It has to accept each valid one, and to refuse each invalid one or be listed with what it does instead.

        zmtp-conformance vectors compare libzmq
    """
    from conformance.adapters.errors import AdapterError
    from conformance.cli.console import say
    from conformance.cli.making import ensure_made
    from conformance.cli.target import environment_of, resolve
    from conformance.vectors.compare import compare as compare_with

    found = resolve(target, targets)
    ensure_made(found)
    try:
        comparison = compare_with(target, found.command, environment_of(found), jobs=jobs)
    except AdapterError as error:
        raise Stop(Exit.UNREACHABLE, str(error)) from None
    for line in comparison.lines(every=every):
        say(line)
    return Exit.FAILS if comparison.unlisted or comparison.stale else Exit.CONFORMS
