"""Commands that lie open: NULL, PLAIN, and those that may stand between messages."""

from collections.abc import Callable

from conformance.vectors.reading.metadata import read
from conformance.vectors.reading.shared import VISIBLE, Json, Reading, number, octets_of, only

Reader = Callable[[Json, Json], Reading]


def with_metadata(place: str, name: bytes, too_short: str) -> Reader:
    """A command that is its name and metadata."""

    def reader(inputs: Json, given: Json) -> Reading:
        octets, found = octets_of(inputs["octets"]), Reading()
        if len(octets) < len(name):
            return found.free(too_short)
        read(octets[len(name) :], place, found)
        found.expected = {"name": octets[: len(name)].hex(), "metadata": octets[len(name) :].hex(), "excess": ""}
        return found

    return reader


def error(layout: str, reason: str, *, sized: bool) -> Reader:
    """ERROR and its counted reason; only CURVE obliges a client to mind the size of the whole."""

    def reader(inputs: Json, given: Json) -> Reading:
        octets, found = octets_of(inputs["octets"]), Reading()
        if not 7 <= len(octets) <= 262:
            return (found.refuse if sized else found.free)(layout)
        if octets[6] != len(octets) - 7:
            found.free(layout)
        if not only(octets[7:], VISIBLE | {0x20}):
            found.free(reason)
        found.expected = {"name": octets[:6].hex(), "reason_size": octets[6], "reason": octets[7:].hex()}
        return found

    return reader


def plain_hello(inputs: Json, given: Json) -> Reading:
    """User name and password, each counted."""
    octets, found = octets_of(inputs["octets"]), Reading()
    end = 7 + octets[6] if len(octets) > 6 else 0
    if not 8 <= len(octets) <= 518 or len(octets) <= end:
        return found.refuse("24/HELLO/layout")
    username, size, password = octets[7:end], octets[end], octets[end + 1 :]
    if size != len(password):
        found.refuse("24/HELLO/layout")
    if not only(username, VISIBLE):
        found.free("24/HELLO/sends-username")
    if not only(password[:size], VISIBLE):
        found.free("24/HELLO/sends-password")
    found.expected = {
        "name": octets[:6].hex(),
        "username_size": len(username),
        "username": username.hex(),
        "password_size": size,
        "password": password.hex(),
    }
    return found


def plain_welcome(inputs: Json, given: Json) -> Reading:
    """A name and nothing else."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if len(octets) < 8:
        return found.free("24/command/name")
    if len(octets) > 8:
        found.free("24/WELCOME/takes-empty")
    found.expected = {"name": octets[:8].hex(), "excess": octets[8:].hex()}
    return found


def ping(inputs: Json, given: Json) -> Reading:
    """A time to live and a context of at most 16 octets."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if len(octets) < 7:
        return found.free("37/PING/layout")
    if len(octets) > 7 + 16:
        found.free("37/PING/context-size")
    found.expected = {"name": octets[:5].hex(), "ttl": number(octets[5:7]), "context": octets[7:].hex()}
    return found


def pong(inputs: Json, given: Json) -> Reading:
    """The context of the PING."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if len(octets) < 5:
        return found.free("37/PONG/layout")
    if octets[5:].hex() != given["context"]:
        found.free("37/PONG/echoes-context")
    found.expected = {"name": octets[:5].hex(), "context": octets[5:].hex()}
    return found


def with_rest(name: bytes, rest: str, too_short: str, *, group: bool = False) -> Reader:
    """A command that is its name and one field; a group has at most 255 octets, none of them zero."""

    def reader(inputs: Json, given: Json) -> Reading:
        octets, found = octets_of(inputs["octets"]), Reading()
        if len(octets) < len(name):
            return found.free(too_short)
        value = octets[len(name) :]
        if group:
            of_group(value, found)
        found.expected = {"name": octets[: len(name)].hex(), rest: value.hex()}
        return found

    return reader


def of_group(value: bytes, found: Reading) -> None:
    """What is wrong with the name of a group."""
    if len(value) > 255:
        found.free("37/group/size")
    if 0 in value:
        found.free("37/group/chars")


def subscription(inputs: Json, given: Json) -> Reading:
    """A message that subscribes or cancels."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if not octets or octets[0] > 1:
        found.free("23/subscription/subscribe")
    found.expected = {"kind": octets[0], "subscription": octets[1:].hex()} if octets else None
    return found
