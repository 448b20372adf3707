"""Print the proof, or write it: `python -m spec_model.proof [--write DIR]`; exits with 1 if something is wrong."""

import argparse
import sys
from pathlib import Path

from spec_model.proof.page import page
from spec_model.proof.proof import prove


def main(arguments: list[str] | None = None) -> int:
    """Prove, and say so."""
    parser = argparse.ArgumentParser(prog="python -m spec_model.proof", description=__doc__)
    parser.add_argument("--write", metavar="DIR", type=Path, help="write DIR/proof.md instead of printing it")
    directory: Path | None = parser.parse_args(arguments).write
    proof = prove()
    if directory is None:
        sys.stdout.write(page(proof))
    else:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "proof.md").write_text(page(proof), encoding="utf-8")
    found = proof.faults()
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
