"""Two reference peers whose every octet, secret and random choice is written down: the machinery of the transcripts.

A scene is a list of acts: the application of one side sends a message or a command, or time passes. After each act
everything that the peers have to say is carried over, one item after the other, and recorded as a step: who sent it,
its octets, and how they come about: each field in order, and for a sealed field the keys, the nonce and what is
inside. An implementation whose random source yields `random` in order makes the same octets.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.vectors.talk import KEY_NAMES
from conformance.vectors.values import number_size
from spec_model.connection import Connection, Outgoing
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Entropy, Replayed
from spec_model.crypto.sealing import dissect, nonce_octets
from spec_model.events import Closed, Event, Failed, MessageReceived, Ready, Rejected, TimedOut
from spec_model.framing import COMMAND, encode
from spec_model.grammar.command import Command
from spec_model.role import Role
from spec_model.tables import STANDARD, Tables

SIDES = ("client", "server")
Json = Any


@dataclass(frozen=True)
class Sends:
    """An application sends a message."""

    side: str
    parts: tuple[bytes, ...]


@dataclass(frozen=True)
class Commands:
    """A side sends a command that may stand between messages."""

    side: str
    name: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Ticks:
    """It is so many seconds since both began, for these sides."""

    now: float
    sides: tuple[str, ...] = SIDES


@dataclass(frozen=True)
class Leaves:
    """A side closes the transport."""

    side: str


Act = Sends | Commands | Ticks | Leaves


@dataclass(frozen=True)
class Scene:
    """One conversation.

    Attributes:
        title: what happens.
        roles: client and server; for NULL, who speaks first and the other.
        acts: what happens after the greetings have gone out.
        requirements: what it is about.
        tables: what each side reads; another than the standard one makes a peer that does something wrong.
        wrong: what it does, and empty for an honest one.
    """

    title: str
    roles: tuple[Role, Role]
    acts: tuple[Act, ...] = ()
    requirements: tuple[str, ...] = ()
    tables: tuple[Tables, Tables] = (STANDARD, STANDARD)
    wrong: str = ""


class Noted:
    """Entropy that can be replayed, and that keeps what was drawn."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self.drawn: list[bytes] = []

    def octets(self, count: int) -> bytes:
        """The next octets."""
        self.drawn.append(self._entropy.octets(count))
        return self.drawn[-1]


@dataclass
class Played:
    """What became of a scene.

    Attributes:
        steps: what was sent, received and decided, in order.
        drawn: what each side drew at random.
        keys: all keys of the connection by RFC 26's names.
        ends: the state of each side at the end.
    """

    steps: list[dict[str, Json]] = field(default_factory=list)
    drawn: tuple[list[bytes], list[bytes]] = ([], [])
    keys: dict[str, bytes] = field(default_factory=dict)
    ends: tuple[str, str] = ("", "")


def play(scene: Scene) -> Played:
    """Play a scene from the first octet on."""
    seeds = [Noted(Replayed(f"transcript {scene.title} {side}")) for side in SIDES]
    peers = [Connection(*pair) for pair in zip(scene.roles, seeds, scene.tables, strict=True)]
    played = Played(drawn=(seeds[0].drawn, seeds[1].drawn))
    told: list[tuple[Outgoing, dict[str, Json]]] = []
    for number, peer in enumerate(peers):
        _events(peer.start(), SIDES[number], played)
    _carry(peers, played, told)
    for act in scene.acts:
        _act(act, peers, played)
        _carry(peers, played, told)
    for peer in peers:
        played.keys |= {name: key for name in KEY_NAMES if (key := peer.mechanism.keys.get(name))}
    for item, step in told:
        _explain(item, step, Keyring(played.keys))
    played.ends = (peers[0].state, peers[1].state)
    return played


def _act(act: Act, peers: list[Connection], played: Played) -> None:
    match act:
        case Sends(side, parts):
            if peers[SIDES.index(side)].state == "traffic":
                played.steps.append({"application": side, "sends": parts})
                peers[SIDES.index(side)].send(*parts)
        case Commands(side, name, fields):
            played.steps.append({"application": side, "asks": name, "with": fields})
            peers[SIDES.index(side)].send_command(name, fields)
        case Ticks(now, sides):
            played.steps.append({"clock": now, "of": sides})
            for side in sides:
                _events(peers[SIDES.index(side)].tick(now), side, played)
        case Leaves(side):
            played.steps.append({"closes": side, "because": "its application closes"})
            peers[SIDES.index(side)].end()
            _events(peers[1 - SIDES.index(side)].end(), SIDES[1 - SIDES.index(side)], played)


def _carry(peers: list[Connection], played: Played, told: list[tuple[Outgoing, dict[str, Json]]]) -> None:
    busy = True
    while busy:
        busy = False
        for number, peer in enumerate(peers):
            other, name = peers[1 - number], SIDES[1 - number]
            while (item := peer.outgoing()) is not None:
                busy = True
                octets = item.encode()
                step: dict[str, Json] = {"from": SIDES[number], "name": item.name, "octets": octets}
                played.steps.append(step)
                told.append((item, step))
                keep_keys(item, played.keys)
                if other.state != "closed":
                    _events(other.receive(octets), name, played)
    for number, peer in enumerate(peers):
        if peer.state == "closed" and peers[1 - number].state != "closed":
            _events(peers[1 - number].end(), SIDES[1 - number], played)


def keep_keys(item: Outgoing, keys: dict[str, bytes]) -> None:
    """Keep the keys that an item was made with, the server's transient secret in its cookie included."""
    keys |= {name: key for name in KEY_NAMES if (key := item.keys.get(name))}
    if "cookie_server_transient_secret" in item.natural:
        keys |= {"S'": item.natural["server_transient"], "s'": item.natural["cookie_server_transient_secret"]}


def _events(events: Iterable[Event], side: str, played: Played) -> None:
    for event in events:
        match event:
            case Ready(metadata):
                played.steps.append({"ready": side, "metadata": dict(sorted(metadata.items()))})
            case MessageReceived(parts):
                played.steps.append({"application": side, "receives": parts})
            case Rejected(requirement, _) | TimedOut(requirement, _):
                played.steps.append({"closes": side, "because": requirement})
            case Failed(reason):
                played.steps.append({"closes": side, "because": "ERROR", "reason": reason})
            case Closed(by_peer=True):
                played.steps.append({"closes": side, "because": "the other side closed"})


def _explain(item: Outgoing, step: dict[str, Json], keys: Keyring) -> None:
    """Add how the octets come about: the frame, and the fields of what is in it, in order."""
    octets: bytes = step["octets"]
    if not item.grammar:
        return
    body = octets
    if item.name != "greeting":
        flags, head = octets[0], 9 if octets[0] & 2 else 2
        body = octets[head:]
        if encode(flags & (COMMAND | 1), body) != octets:
            return  # its frame is what is wrong with it
        step["flags"] = flags
    command = STANDARD.commands[item.grammar]
    judged = dissect(command, body, keys, {})
    if not judged.fields or judged.unread or len(judged.opened) != _boxes(command):
        return
    step["fields"] = list(_fields(command, judged.fields))


def _boxes(command: Command) -> int:
    return sum(len(level.boxes) for level in command.levels())


def _fields(command: Command, values: Mapping[str, Any]) -> Iterator[Json]:
    for part in command.layout.subcons:
        name = part.name
        value = values.get(name)
        if name in command.boxes:
            box = command.boxes[name]
            algorithm = "xsalsa20poly1305" if box.symmetric else "curve25519xsalsa20poly1305"
            sealed = {
                "algorithm": algorithm,
                **({"key": box.sender} if box.symmetric else {"from": box.sender, "to": box.receiver}),
                "nonce": box.prefix + nonce_octets(values[box.nonce]),
                "fields": list(_fields(box.inner, values)),
            }
            yield {"field": name, "seal": sealed}
        elif name in command.inside and command.inside[name].boxes:
            yield {"field": name, "fields": list(_fields(command.inside[name], values))}
        else:
            octets = value.to_bytes(number_size(part.subcon), "big") if isinstance(value, int) else value
            yield {"field": name, "octets": octets}
