"""Conversations of two reference peers in memory, and short ways to look at how they are explained."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from spec_model.connection import Connection
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Replayed
from spec_model.explain import Explanation, Part, keys_of
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, roles
from spec_model.grammar import COMMANDS
from spec_model.tests.memory import Talk


class Spoken(NamedTuple):
    """What client and server said, and every key of their conversation."""

    client: bytes
    server: bytes
    keys: Keyring

    @property
    def sides(self) -> tuple[bytes, bytes]:
        """What the client said, then what the server said."""
        return self.client, self.server


@cache
def talk(mechanism: str) -> Spoken:
    """A handshake, then a message of two frames and a PING from either side."""
    first, second = (
        Connection(role, Replayed(f"{mechanism} {number}")) for number, role in enumerate(roles(mechanism))
    )
    spoken = Talk((first, second)).start()
    for side in spoken.sides:
        side.send(b"two", b"frames")
        side.send_command("PING", {"ttl": 3, "context": b"hi"})
        spoken.run()
    keys = {"c": CLIENT_KEYS.secret, "s": SERVER_KEYS.secret}
    if mechanism == "CURVE":
        keys |= {"c'": first.mechanism.keys["c'"], "s'": second.mechanism.keys["s'"]}
    return Spoken(bytes(spoken.octets[0]), bytes(spoken.octets[1]), keys_of(keys))


def names(found: Iterable[Part]) -> list[str]:
    """What came: the greeting, the grammar of each command, and "message" for a frame of one."""
    listed = []
    for part in found:
        body = part.find("body")
        keys = [name for _, inner in part.walk() if (name := inner.name) in COMMANDS and name != "frame"]
        listed += keys or (["message"] if body is not None else [part.name])
    return listed


def accused(found: Explanation) -> set[str]:
    return {breach.requirement for part in found.parts for _, breach in part.breaches()}
