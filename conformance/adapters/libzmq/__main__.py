"""`python -m conformance.adapters.libzmq [--library PATH]`: serve the adapter protocol on stdin and stdout."""

import argparse
import resource
import sys

from conformance.adapters.libzmq.adapter import Adapter
from conformance.adapters.libzmq.library import Library, NoLibrary
from conformance.adapters.protocol import Wire


def main() -> int:
    """Run the adapter: 0 after `quit` or the end of stdin, 3 where the library cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m conformance.adapters.libzmq", description=__doc__)
    parser.add_argument("--library", metavar="PATH", help="a libzmq shared library (default: the one of pyzmq)")
    arguments = parser.parse_args()
    try:
        library = Library(arguments.library)
    except NoLibrary as reason:
        print(reason, file=sys.stderr)
        return 3
    # Each connection takes a descriptor and each socket one more.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    Adapter(library, Wire()).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
