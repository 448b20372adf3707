"""Where a black box is: only on this machine, unless the user says otherwise."""

import ipaddress
import re
import socket
from dataclasses import dataclass

from conformance.cli.exits import Exit, Stop

CONTACT_SECONDS = 5.0


@dataclass(frozen=True)
class Address:
    """A host, already resolved, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"tcp://[{self.host}]:{self.port}" if ":" in self.host else f"tcp://{self.host}:{self.port}"


def resolve(text: str, *, allow_remote: bool, listen: bool) -> Address:
    """The host and port that the user named, resolved; another machine only where that is allowed."""
    found = re.fullmatch(r"(?:tcp://)?(\[[0-9A-Fa-f:.%]+\]|[^\[\]:/\s]+):([0-9]{1,5})", text)
    if found is None or (not listen and not text.startswith("tcp://")) or not int(not listen) <= int(found[2]) < 2**16:
        raise Stop(Exit.USAGE, f"{text!r} is no {'HOST:PORT to listen on' if listen else 'endpoint tcp://HOST:PORT'}")
    host, port = found[1].strip("[]"), int(found[2])
    try:
        resolved = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise Stop(Exit.UNREACHABLE, f"there is no host {host}: {error.strerror}") from None
    if not allow_remote and not all(map(_is_loopback, resolved)):
        raise Stop(
            Exit.USAGE,
            f"{host} is not this machine: cases send what can hurt; --allow-remote says that you may do that there",
        )
    return Address(min(resolved, key=lambda address: ":" in address), port)


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def reach(address: Address, more: str = "") -> None:
    """Raise Stop if nothing listens there."""
    try:
        socket.create_connection((address.host, address.port), timeout=CONTACT_SECONDS).close()
    except OSError as error:
        said = f"nothing listens on {address} {more}" if more else f"nothing listens on {address}"
        raise Stop(Exit.UNREACHABLE, f"{said} ({error.strerror or error})") from None
