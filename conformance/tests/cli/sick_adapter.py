"""The reference's adapter, which falls ill: `python sick_adapter.py ILLNESS AFTER requests|sockets PID-FILE`."""

import os
import subprocess
import sys
import time
from pathlib import Path


def fall_ill(illness: str, sound: "subprocess.Popen[bytes]", pids: Path) -> None:
    """Do one of the things that no adapter may do; a file beside the one with the pids says that it happened."""
    pids.with_name("ill").touch()
    match illness:
        case "die":
            sound.kill()
            os._exit(7)
        case "hang":
            time.sleep(3600)
        case "flood":
            while True:
                os.write(1, b"x" * 65536)
        case "rubbish":
            os.write(1, b"this is no JSON\n")
        case "stall":
            pass  # the request is taken and forgotten


def main() -> None:
    """Hand requests on to the sound adapter, which answers by itself, and fall ill in time."""
    illness, after, counts_all, pids = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "requests", Path(sys.argv[4])
    line = [sys.executable, "-m", "conformance.adapters.reference"]
    with subprocess.Popen(line, stdin=subprocess.PIPE) as sound, pids.open("a") as noted:
        print(os.getpid(), sound.pid, file=noted, flush=True)
        assert sound.stdin is not None
        seen = 0
        for request in sys.stdin.buffer:
            seen += counts_all or b'"op":"open"' in request
            if seen > after:
                fall_ill(illness, sound, pids)
            else:
                sound.stdin.write(request)
                sound.stdin.flush()


if __name__ == "__main__":
    main()
