"""A vector as a script: what a tester does on the wire, in a session of its own, to put the same to a real implementation.

What lies open is sent as it stands in the file. What is sealed is made again with the keys of the session: the change is the
same, the octets are not. Some vectors cannot be put on the wire, or nothing could follow them; each has a reason here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.api import (
    Case,
    Client,
    Peer,
    Server,
    UnderTest,
    accepts,
    answers,
    app_sends,
    cancels,
    delivers,
    either,
    expect,
    frame,
    gets_nothing,
    handshake,
    in_force,
    inject,
    joins,
    leaves,
    metadata_octets,
    octets,
    peer,
    receives,
    rejects,
    send,
    subscribes,
    waits,
)
from conformance.api.script import Step
from conformance.vectors.record import Group, Test
from spec_model.grammar.greeting import GREETING
from spec_model.patterns.compatibility import PEERS

DEALER = metadata_octets([("Socket-Type", b"DEALER")])

AFTERWARDS = (
    "nonce",
    "client_transient",
    "client",
    "server_transient",
    "cookie",
    "cookie_nonce",
    "cookie_box",
    "flags",
)
"""Fields that what follows in a session has to go with: a legal value of another session, or a message that has more frames
or is a command, lets nothing that proves acceptance come behind it."""


@dataclass(frozen=True)
class Left:
    """A vector that is not played.

    Attributes:
        because: why.
    """

    because: str


def play(group: Group, test: Test) -> Case | Left:
    """The script of a vector."""
    if test.result == "acceptable":
        return Left("acceptable: whatever the target does is right")
    found = _script(group, test)
    if isinstance(found, Left):
        return found
    under_test, script = found
    return Case(test.comment, test.requirements or ("23/greeting/size",), under_test, script)


def _script(group: Group, test: Test) -> tuple[UnderTest, tuple[Step, ...]] | Left:
    valid = test.result == "valid"
    reaction = expect(accepts() if valid else rejects())
    peers, servers = Peer(sides=("binds",)), _PLACES
    match group.type:
        case "Greeting":
            fields, mechanism = GREETING.parse(test.inputs["octets"]), group.given["mechanism"]
            if "OlderVersion" in test.flags:
                return Left("it shows an older version, which the target may speak")
            if valid and fields["as_server"]:
                return Left("it is a server's, and the target is the server")
            return (peers if mechanism == "NULL" else Server(mechanism)), (send("greeting", **fields), reaction)
        case "Frame":
            return _frame(test, valid)
        case "CommandBody":
            if valid:
                return Left("it names no command")
            return peers, (send("READY", frame_body=test.inputs["octets"]), reaction)
        case "Metadata" if group.given["in"] in servers:
            under_test, name = servers[group.given["in"]]
            return under_test, (send(name, metadata=test.inputs["octets"]), reaction)
        case "NullReady" | "PlainHello" | "PlainInitiate" | "PlainReady" | "PlainWelcome":
            under_test, name = _OPEN[group.type]
            return under_test, (send(name, frame_body=test.inputs["octets"]), reaction)
        case "CurveHello" | "CurveWelcome" | "CurveInitiate" | "CurveReady" | "CurveMessage":
            return _sealed(group, test, reaction)
        case "Ping":
            context = test.inputs["octets"][7:]
            return peers, (
                handshake(),
                inject("PING", frame_body=test.inputs["octets"]),
                expect(answers("PONG", context=context)),
            )
        case "Subscribe" | "Cancel":
            publisher = Peer(socket_type="XPUB", tester_type="SUB", sides=("binds",))
            return publisher, (handshake(), inject(group.type.upper(), frame_body=test.inputs["octets"]), reaction)
        case "PropertyIdentity" | "PropertyResource":
            name = group.type.removeprefix("Property")
            properties = metadata_octets([("Socket-Type", b"DEALER"), (name, test.inputs["octets"])])
            return peers, (send("READY", metadata=properties), reaction)
        case "SocketTypes":
            return _types(group.given["version"], test.inputs, reaction)
        case "Subscriptions" | "Groups":
            return _matching(group.type, test.inputs, valid)
    return Left(_WHY.get(group.type, "no octets of a connection"))


_WHY = {
    "GreetingFields": "the same greetings are played with a mechanism",
    "Greeting20": "the tester speaks ZMTP 3",
    "Greeting10": "the tester speaks ZMTP 3",
    "Frame20": "the tester speaks ZMTP 3",
    "Frame10": "the tester speaks ZMTP 3",
    "Detection": "the tester speaks ZMTP 3",
    "FrameStream": "how octets come in segments shows in what comes out alone; cases cut every stream",
    "NullError": "an ERROR ends the connection whatever it is like",
    "PlainError": "an ERROR ends the connection whatever it is like",
    "CurveError": "an ERROR ends the connection whatever it is like",
    "Pong": "the target has to ask first",
    "Metadata": "it travels in a reply that does not go over the connection",
    "ZapRequest": "it does not go over the connection",
    "ZapReply": "it does not go over the connection",
    "Box": "a box alone; boxes are played within their commands",
    "SecretBox": "a box alone; boxes are played within their commands",
    "Join": "groups are played in whole",
    "Leave": "groups are played in whole",
    "GroupMessage": "groups are played in whole",
    "MessageSubscription": "a message of a subscriber of 3.0 says nothing by itself",
    "PropertySockettype": "socket types are played in pairs",
}
_PLACES: Mapping[str, tuple[UnderTest, str]] = {
    "NULL/READY": (Peer(sides=("binds",)), "READY"),
    "PLAIN/INITIATE": (Server("PLAIN"), "INITIATE"),
    "PLAIN/READY": (Client("PLAIN"), "READY"),
    "CURVE/INITIATE": (Server("CURVE"), "INITIATE"),
    "CURVE/READY": (Client("CURVE"), "READY"),
}
_OPEN: Mapping[str, tuple[UnderTest, str]] = {
    "NullReady": (Peer(sides=("binds",)), "READY"),
    "PlainHello": (Server("PLAIN"), "HELLO"),
    "PlainInitiate": (Server("PLAIN"), "INITIATE"),
    "PlainWelcome": (Client("PLAIN"), "WELCOME"),
    "PlainReady": (Client("PLAIN"), "READY"),
}


def _frame(test: Test, valid: bool) -> tuple[UnderTest, tuple[Step, ...]] | Left:
    peers, whole = Peer(sides=("binds",)), test.inputs["octets"]
    if not valid:
        return peers, (handshake(), octets(whole), expect(either(rejects(), waits())))
    assert test.expected is not None
    body: bytes = test.expected["body"]
    if test.expected["command"]:
        return Left("a command without a name that anybody knows")
    if test.expected["more"]:
        return peers, (handshake(), octets(whole), octets(frame(0, b"last")), expect(delivers((body, b"last"))))
    return peers, (handshake(), octets(whole), expect(delivers((body,))))


def _sealed(group: Group, test: Test, reaction: Step) -> tuple[UnderTest, tuple[Step, ...]] | Left:
    if test.play is None:
        return Left("cut or extended across fields that are numbers, or as the sender makes it")
    given, alterations = test.play
    if test.result == "valid" and (set(given) & set(AFTERWARDS) or any(one.field in AFTERWARDS for one in alterations)):
        return Left("what follows in the session would not go with it")
    name = group.type.removeprefix("Curve").upper()
    under_test = Server("CURVE") if group.given["receiver"] == "server" else Client("CURVE")
    # The sizes of the boxes are those of the vectors, so that what is turned over in them is there.
    same: Mapping[str, Any] = {"MESSAGE": {"data": b"a message"}, "HELLO": {}, "WELCOME": {}}.get(
        name, {"metadata": DEALER}
    )
    return under_test, (send(name, *alterations, **{**same, **given}), reaction)


def _types(version: list[int], inputs: Mapping[str, Any], reaction: Step) -> tuple[UnderTest, tuple[Step, ...]] | Left:
    if version[0] < 3:
        return Left("the tester speaks ZMTP 3")
    properties = [] if inputs["theirs"] is None else [("Socket-Type", inputs["theirs"])]
    ours, theirs = inputs["ours"], (inputs["theirs"] or b"").decode("latin-1")
    # The tester is what it says where that fits; else it fits, so that there is a control, and says something else.
    natural = theirs if theirs in PEERS[ours] else min(PEERS[ours])
    under_test = Peer(socket_type=ours, tester_type=natural, sides=("binds",))
    return under_test, (peer("first", minor=version[1]), send("READY", metadata=metadata_octets(properties)), reaction)


def _matching(kind: str, inputs: Mapping[str, Any], valid: bool) -> tuple[UnderTest, tuple[Step, ...]] | Left:
    verbs = {"subscribe": subscribes, "cancel": cancels, "join": joins, "leave": leaves}
    asked = tuple(verbs[one["verb"]](one["topic"]) for one in inputs["requests"])
    parts = tuple(inputs["message"])
    types = ("PUB", "SUB") if kind == "Subscriptions" else ("RADIO", "DISH")
    under_test = Peer(socket_type=types[0], tester_type=types[1], sides=("binds",))
    came = expect(receives(*parts)) if valid else expect(gets_nothing())
    return under_test, (peer("first"), *asked, expect(in_force()), app_sends(*parts), came)
