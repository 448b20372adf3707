"""The reference's adapter, which falls ill after so many requests: `python sick_adapter.py ILLNESS AFTER [PID-FILE]`."""

import os
import sys
import time
from pathlib import Path

from conformance.adapters.protocol import Request
from conformance.adapters.reference import __main__ as reference
from conformance.adapters.wire import Wire, answer
from spec_model.connection import Connection

STDOUT = os.dup(1)  # the adapter's own, which Wire hides


def fall_ill(illness: str) -> None:
    """Do one of the things that no adapter may do."""
    match illness:
        case "die":
            os._exit(7)
        case "hang":
            time.sleep(3600)
        case "flood":
            while True:
                os.write(STDOUT, b"x" * 65536)
        case "rubbish":
            os.write(STDOUT, b"this is no JSON\n")
        case "ignore":
            pass


def main() -> None:
    """Serve, and fall ill in time."""
    illness, after = sys.argv[1], int(sys.argv[2])
    if len(sys.argv) > 3:
        with Path(sys.argv[3]).open("a") as pids:
            print(os.getpid(), file=pids)
    served = 0

    def sickly(wire: Wire, handler: object, request: Request) -> None:
        nonlocal served
        served += 1
        if served > after:
            fall_ill(illness)
        else:
            answer(wire, handler, request)

    vars(reference)["answer"] = sickly
    reference.TcpNetwork(Wire(), Connection, "sick").run()


if __name__ == "__main__":
    main()
