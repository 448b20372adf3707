"""One legal specimen of everything that goes over the wire, taken from two reference peers that talk in memory.

Faults are judged on specimens before they are offered: does a spoilt one break what it should, and does nothing
else refuse it? The tests measure the rules on them too. Nothing here depends on time or on the system's randomness.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spec_model.connection import Connection, Outgoing
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair
from spec_model.crypto.sealing import Dissected, dissect
from spec_model.grammar.command import Command, Fields
from spec_model.grammar.greeting import mechanism_octets
from spec_model.role import MECHANISMS, Role
from spec_model.tables import STANDARD

TRAFFIC: Mapping[str, Fields] = {
    "PING": {"ttl": 10, "context": b"context"},
    "SUBSCRIBE": {"subscription": b"topic"},
    "CANCEL": {"subscription": b"topic"},
    "JOIN": {"group": b"group"},
    "LEAVE": {"group": b"group"},
}
"""The commands that are sent in traffic, with fields that are legal."""

CLIENT_KEYS, SERVER_KEYS = (KeyPair.generate(Replayed(name)) for name in ("the client's keys", "the server's keys"))


@dataclass(frozen=True)
class Specimen:
    """Something that a reference peer sent, and how to judge it.

    Attributes:
        mechanism: the mechanism of the connection.
        as_server: the side that sent it.
        item: what it was, with the sender's keys.
        known: what its receiver could compare it with, besides keys.
    """

    mechanism: str
    as_server: bool
    item: Outgoing
    known: Fields

    def judge(self, grammar: Command | None = None, **spoilt: Any) -> Dissected:
        """It, spoilt or not, taken apart with all keys by a grammar; by the standard one unless another is given.

        Args:
            spoilt: what to spoil, by the names of the arguments of `Outgoing.body`.
        """
        grammar = grammar or STANDARD.commands[self.item.grammar]
        return dissect(grammar, self.item.body(**spoilt), self.item.keys, self.known)


def roles(mechanism: str, client_type: str = "DEALER", server_type: str = "DEALER") -> tuple[Role, Role]:
    """Client and server of a mechanism, with fixed keys and credentials."""
    if mechanism == "NULL":
        # NULL has no server of the handshake: both greetings must say 0 (23/NULL/as-server).
        return Role(socket_type=client_type), Role(socket_type=server_type)
    if mechanism == "PLAIN":
        return Role("PLAIN", False, client_type, username=b"admin", password=b"secret"), Role(
            "PLAIN", True, server_type
        )
    return (
        Role("CURVE", False, client_type, permanent=CLIENT_KEYS, server_key=SERVER_KEYS.public),
        Role("CURVE", True, server_type, permanent=SERVER_KEYS),
    )


@cache
def specimens() -> tuple[Specimen, ...]:
    """Every grammar that is ever sent, at least once for each side that sends it, in the order of sending."""
    return tuple(specimen for mechanism in MECHANISMS for specimen in _talk(mechanism))


def _talk(mechanism: str) -> Iterator[Specimen]:
    for types in (("DEALER", "DEALER"), ("PUSH", "PUB")):  # the second pair provokes ERROR
        sides = [
            Connection(role, Replayed(f"specimen {mechanism} {number}"))
            for number, role in enumerate(roles(mechanism, *types))
        ]
        for side in sides:
            side.start()
        yield from _exchange(mechanism, sides)
        if all(side.state == "traffic" for side in sides):
            for side in sides:
                side.send(b"a message")
            yield from _exchange(mechanism, sides)
            for name, fields in TRAFFIC.items():
                for side in sides:
                    side.send_command(name, fields)
                yield from _exchange(mechanism, sides)


def _exchange(mechanism: str, sides: list[Connection]) -> Iterator[Specimen]:
    busy = True
    while busy:
        busy = False
        for number, side in enumerate(sides):
            other = sides[1 - number]
            while (item := side.outgoing()) is not None:
                busy = True
                if item.grammar:
                    known = {"mechanism": mechanism_octets(mechanism), "last_nonce": item.natural.get("nonce", 1)}
                    if isinstance(known["last_nonce"], int):
                        known["last_nonce"] -= 1
                    if "context" in item.natural:
                        known["context"] = item.natural["context"]
                    yield Specimen(mechanism, bool(number), item, known)
                other.receive(item.encode())
