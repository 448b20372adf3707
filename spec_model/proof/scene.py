"""Where an attack happens: who talks to whom, what the attacker holds, and what he is after.

The client C and the server S of CURVE have fixed permanent keys, and S admits C alone. The attacker has a permanent key M.
In the first scene he is on the wire between them. In the second he runs a server himself, and C wants to talk to that:
whatever S believes then to hear from C is wrong. In the third he has stolen the permanent secret of S; that he can play S
to the client then no protocol can prevent, but he must not be able to play C to S. In the fourth S admits him too: he is let
in and means harm. The mechanisms in clear are besieged on the wire too, to say what he can do.

What he is after is of two kinds. Most goals break what CURVE promises: who somebody is, what was said, and when. The
`LESSER` ones break no such promise by themselves, but are what careful reading prevents: reading beyond the end, taking
what nobody may send, being thrown back. They are looked for when none of the others is reached.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS
from spec_model.proof.attacker import Recording
from spec_model.proof.peer import Node, Parts
from spec_model.proof.weighed import Weighed, sealed
from spec_model.role import Role

ATTACKER_KEYS, TRANSIENT, AS_SERVER = (
    KeyPair.generate(Replayed(f"the attacker's {what}"))
    for what in ("keys", "transient keys", "transient keys as a server")
)


class Goal(StrEnum):
    """What the attacker is after."""

    FORGE = "deliver what was never sent"
    REPLAY = "deliver a message again"
    REORDER = "deliver messages in another order"
    EARLY = "deliver before the handshake is complete"
    CLIENT = "be taken for the client"
    STRANGER = "be let in without being admitted"
    SERVER = "be taken for the server"
    AGAIN = "replay a whole connection"
    MISLEAD = "bring the client to a server that it never called"
    USURP = "go on with the connection of somebody else"
    METADATA = "change the metadata"
    AMPLIFY = "make the server send more than it got, before it knows from whom"
    STATE = "make the server keep state for nobody"
    READ = "read recorded traffic"
    IDENTIFY = "learn who the client is"
    OVERREAD = "make a peer read beyond the end of what came"
    PROPERTIES = "hand the application properties that are none"
    UNLAWFUL = "be heard with what no peer may send"
    ALTER = "have a command of the handshake taken that the other never sent"
    BACK = "throw an established connection back into its handshake"
    ROUND = "make a peer answer again and again on one connection"
    BLAME = "report an error in the name of a peer that is known"
    TWICE = "have two things sealed under one key and one nonce"


LESSER = frozenset(
    {
        Goal.OVERREAD,
        Goal.PROPERTIES,
        Goal.UNLAWFUL,
        Goal.ALTER,
        Goal.BACK,
        Goal.ROUND,
        Goal.BLAME,
        Goal.TWICE,
    }
)
"""Goals that break no promise by themselves; see the head of this module."""


@dataclass(frozen=True)
class Scene:
    """One scene.

    Attributes:
        name: short, for tables.
        roles: of the client and of the server.
        stolen: whether the attacker has the permanent secret of S.
        server_only: whether what the client believes is no goal: it wants to talk to him, or cannot know better.
        admitted: whether S lets the attacker in under his own name.
    """

    name: str
    roles: tuple[Role, Role]
    stolen: bool = False
    server_only: bool = False
    admitted: bool = False

    @property
    def mechanism(self) -> str:
        """Of both peers."""
        return self.roles[0].mechanism


def _named(role: Role, name: str) -> Role:
    return replace(role, identity=name.encode())


_CLIENT = Role("CURVE", False, "DEALER", permanent=CLIENT_KEYS, server_key=SERVER_KEYS.public, identity=b"client")
_SERVER = Role(
    "CURVE", True, "ROUTER", permanent=SERVER_KEYS, allowed=frozenset({CLIENT_KEYS.public}), identity=b"server"
)

WIRE = Scene("wire", (_CLIENT, _SERVER))
ROGUE = Scene("rogue server", (replace(_CLIENT, server_key=ATTACKER_KEYS.public), _SERVER), server_only=True)
THIEF = Scene("thief of s", (_CLIENT, _SERVER), stolen=True, server_only=True)
INSIDER = Scene(
    "insider",
    (_CLIENT, replace(_SERVER, allowed=frozenset({CLIENT_KEYS.public, ATTACKER_KEYS.public}))),
    admitted=True,
)
SCENES = (WIRE, ROGUE, THIEF, INSIDER)
"""The scenes of CURVE, the weakest attacker first."""

_PLAIN = Role("PLAIN", False, "DEALER", identity=b"client", username=b"admin", password=b"secret")
IN_CLEAR = (
    Scene(
        "NULL", (Role("NULL", False, "DEALER", identity=b"client"), Role("NULL", False, "ROUTER", identity=b"server"))
    ),
    Scene("PLAIN", (_PLAIN, Role("PLAIN", True, "ROUTER", identity=b"server", credentials={b"admin": b"secret"}))),
)
"""The mechanisms that promise nothing against him."""


def reached(scene: Scene, client: Node, server: Node, recording: Recording | None) -> Goal | None:
    """What the attacker has reached when the two are like this, or None."""
    if server.amplified and scene.mechanism == "CURVE":
        return Goal.AMPLIFY
    if (
        server.state == "expect-initiate"
        and server.ready is None
        and any(server.key(name) for name in ("C", "C'", "S'", "s'"))
    ):
        return Goal.STATE
    found = _believed_by_server(scene, client, server, recording)
    if found or scene.server_only:
        return found
    return _believed_by_client(scene, client, server, recording)


def _believed_by_server(scene: Scene, client: Node, server: Node, recording: Recording | None) -> Goal | None:
    if server.early:
        return Goal.EARLY
    if server.usurped:
        return Goal.USURP
    if server.ready is None:
        return None
    if scene.mechanism == "CURVE":
        transient = server.key("C'")
        if scene.admitted and server.ready.client_key == ATTACKER_KEYS.public:
            return None  # whoever is let in may say what he likes, in his own name
        if transient and transient != client.key("C'"):
            if recording and transient == recording.peers[0].mechanism.keys.get("C'"):
                return Goal.AGAIN
            return Goal.CLIENT if server.ready.client_key == CLIENT_KEYS.public else Goal.STRANGER
        if server.ready.client_key != CLIENT_KEYS.public:
            return Goal.STRANGER
        if scene.roles[0].server_key != SERVER_KEYS.public:
            return Goal.MISLEAD
    elif not any(one.name in ("READY", "INITIATE") for one in client.sent):
        return Goal.CLIENT
    return _changed(server, client, scene.roles[0])


def _believed_by_client(scene: Scene, client: Node, server: Node, recording: Recording | None) -> Goal | None:
    if client.early:
        return Goal.EARLY
    if client.ready is None:
        return None
    if scene.mechanism == "CURVE":
        if not any(
            client.key("S'") == one.item.natural["server_transient"] for one in server.sent if one.name == "WELCOME"
        ):
            recorded = recording and recording.find(1, "WELCOME")
            again = recorded and recorded.item.natural["server_transient"] == client.key("S'")
            return Goal.AGAIN if again else Goal.SERVER
    elif not any(one.name == "READY" for one in server.sent):
        return Goal.SERVER
    return _changed(client, server, scene.roles[1])


def _changed(hearer: Node, speaker: Node, role: Role) -> Goal | None:
    """What is wrong with what a peer heard of the other."""
    assert hearer.ready is not None
    if dict(hearer.ready.metadata) != {name.lower(): value for name, value in role.metadata()}:
        return Goal.METADATA
    return disorder(hearer.heard, speaker.said)


def disorder(heard: tuple[Parts, ...], said: tuple[Parts, ...]) -> Goal | None:
    """What is wrong with messages that were delivered; that some are missing is not: whoever has the wire can cut it."""
    at = -1
    for message in heard:
        if message not in said:
            return Goal.FORGE
        if said.index(message) <= at:
            return Goal.REPLAY if heard.count(message) > 1 else Goal.REORDER
        at = said.index(message)
    return None


def lesser(scene: Scene, client: Node, server: Node, recording: Recording) -> Goal | None:
    """Which of the lesser goals the attacker has reached, or None."""
    for hearer in (client, server):
        if hearer.ready is not None and hearer.state not in ("traffic", "closed"):
            return Goal.BACK
        if hearer.blamed:
            return Goal.BLAME
        if any(sum(one.name == name for one in hearer.sent) > 1 for name in ("HELLO", "WELCOME", "INITIATE", "READY")):
            return Goal.ROUND
        for one in hearer.taken:
            if one.short:
                return Goal.OVERREAD
            if any(breach.startswith("26/metadata/") for breach in one.breaches):
                return Goal.PROPERTIES
            if _never_sent(scene, one, hearer, client, server):
                return Goal.ALTER
            if one.breaches:
                return Goal.UNLAWFUL
    return Goal.TWICE if _sealed_twice(client, server, recording) else None


def _never_sent(scene: Scene, one: Weighed, hearer: Node, client: Node, server: Node) -> bool:
    """Whether a command of the handshake is taken for the other's that the other never sent."""
    if scene.stolen or scene.server_only or one.name in ("ERROR", "MESSAGE"):
        return False  # ERROR is in the clear, of MESSAGE other goals speak
    if hearer is client:
        speaker = server
    elif (one.client_transient or hearer.key("C'")) == client.key("C'"):
        speaker = client
    else:
        return False  # his own connection
    return all(item.body != one.octets for item in speaker.sent)


def _sealed_twice(client: Node, server: Node, recording: Recording) -> bool:
    seen: dict[tuple[bytes, bytes], bytes] = {}
    for one in (*client.sent, *server.sent, *recording.sent[0], *recording.sent[1]):
        for made in sealed(one.item, one.body):
            if seen.setdefault((made.key, made.nonce), made.box) != made.box:
                return True
    return False
