"""A peer that connects and speaks until it is cut off: `plain_client.py ENDPOINT [SERVER-KEY | die | again]`."""

import contextlib
import os
import signal
import socket
import sys
import time

from spec_model.connection import Connection
from spec_model.crypto.entropy import System
from spec_model.crypto.keys import KeyPair, z85_decode
from spec_model.role import Role


def speak(host: str, port: int, role: Role, *, die: bool) -> None:
    """Connect once, and let the reference answer."""
    connection = Connection(role, System())
    connection.start()
    with socket.create_connection((host, port)) as wire:
        while connection.state != "closed":
            wire.sendall(connection.octets_to_send())
            octets = wire.recv(1 << 16)
            if die:
                os.kill(os.getpid(), signal.SIGSEGV)
            if not octets:
                return
            connection.receive(octets)


def main() -> None:
    """Connect once, or again and again as long as somebody listens."""
    host, port = sys.argv[1].removeprefix("tcp://").rsplit(":", 1)
    extra = sys.argv[2] if len(sys.argv) > 2 else ""
    role = Role()
    if len(extra) == 40:
        role = Role("CURVE", permanent=KeyPair.generate(System()), server_key=z85_decode(extra))
    if extra != "again":
        speak(host, int(port), role, die=extra == "die")
    while extra == "again":
        with contextlib.suppress(OSError):
            speak(host, int(port), role, die=False)
        time.sleep(0.005)


if __name__ == "__main__":
    main()
