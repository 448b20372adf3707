"""A peer that connects once and speaks until it is cut off: `plain_client.py ENDPOINT [SERVER-KEY | die]`."""

import os
import signal
import socket
import sys

from spec_model.connection import Connection
from spec_model.crypto.entropy import System
from spec_model.crypto.keys import KeyPair, z85_decode
from spec_model.role import Role


def main() -> None:
    """Connect, and let the reference answer."""
    host, port = sys.argv[1].removeprefix("tcp://").rsplit(":", 1)
    extra = sys.argv[2] if len(sys.argv) > 2 else ""
    role = Role()
    if extra and extra != "die":
        role = Role("CURVE", permanent=KeyPair.generate(System()), server_key=z85_decode(extra))
    connection = Connection(role, System())
    connection.start()
    with socket.create_connection((host, int(port))) as wire:
        while connection.state != "closed":
            wire.sendall(connection.octets_to_send())
            octets = wire.recv(1 << 16)
            if extra == "die":
                os.kill(os.getpid(), signal.SIGSEGV)
            if not octets:
                return
            connection.receive(octets)


if __name__ == "__main__":
    main()
