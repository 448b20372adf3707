"""The scenes of the transcripts: what goes well, with each mechanism, and every handshake that one rule's breach ends.

The failing ones are a reading of the grammars: for each rule for which a receiver refuses, a peer that breaks just that one.
"""

from collections.abc import Iterator
from dataclasses import replace

from conformance.vectors.stage import Act, Commands, Leaves, Scene, Sends, Ticks
from spec_model.crypto.sealing import Alteration, Reseal, Tamper
from spec_model.faults.derive import levels, sending
from spec_model.faults.specimens import CLIENT_KEYS, roles
from spec_model.role import MECHANISMS, Role
from spec_model.tables import STANDARD, Spoil

LARGE = (255, 256, 1000, 65536)
TRAFFIC = ("23/traffic/commands",)


def scenes(mechanism: str) -> Iterator[Scene]:
    """All scenes of a mechanism."""
    yield from _well(mechanism)
    yield from _refused(mechanism)
    yield from _spoilt(mechanism)


def _said(title: str, pair: tuple[Role, Role], *acts: Act, about: str = "23/handshake/metadata-last") -> Scene:
    return Scene(f"{pair[0].mechanism}: {title}", pair, acts, (about,))


def _well(mechanism: str) -> Iterator[Scene]:
    pair = roles(mechanism)
    yield _said("a handshake and nothing else", pair)
    yield _said("one message each way", pair, Sends("client", (b"hello",)), Sends("server", (b"world",)))
    parts = tuple(b"part %d" % number for number in range(5))
    yield _said(
        "multipart messages, empty frames among them",
        pair,
        Sends("client", parts),
        Sends("server", (b"", b"", b"x", b"")),
        Sends("client", (b"",)),
    )
    for size in LARGE:
        body = bytes(number % 251 for number in range(size))
        yield _said(
            f"a message of {size} octets each way", pair, Sends("client", (body,)), Sends("server", (body, b"end"))
        )
    yield _said(
        "a hundred messages", pair, *(Sends("client" if n % 3 else "server", (b"number %d" % n,)) for n in range(100))
    )
    beating = (replace(pair[0], heartbeat_interval=1.0, heartbeat_timeout=2.0, heartbeat_ttl=3.0), pair[1])
    yield _said(
        "PING and PONG, three times",
        beating,
        *(Ticks(float(now)) for now in range(1, 4)),
        Sends("client", (b"end",)),
        about="37/PING/layout",
    )
    both = (beating[0], replace(pair[1], heartbeat_interval=1.5))
    yield _said("both sides send PING", both, *(Ticks(now / 2) for now in range(1, 7)), about="37/PONG/echoes-context")
    context = {"ttl": 10, "context": bytes(range(16))}
    yield _said(
        "a PING with a context of 16 octets",
        pair,
        Commands("client", "PING", context),
        Commands("server", "PING", context),
        about="37/PING/context-size",
    )
    patient = (pair[0], replace(pair[1], heartbeat_ttl=0.0))
    yield _said(
        "silence within and beyond the TTL of a PING",
        patient,
        Commands("client", "PING", {"ttl": 20, "context": b""}),
        Ticks(1.9, ("server",)),
        Ticks(2.1, ("server",)),
        about="37/PING/layout",
    )
    sub, pub = roles(mechanism, "SUB", "PUB")
    asked = tuple(
        Commands("client", verb, {"subscription": topic})
        for verb, topic in (("SUBSCRIBE", b"a"), ("SUBSCRIBE", b""), ("CANCEL", b""))
    )
    yield _said(
        "subscriptions and messages",
        (sub, pub),
        *asked,
        Sends("server", (b"a topic", b"body")),
        about="37/SUBSCRIBE/sent",
    )
    old = (replace(sub, version_minor=0), pub)
    yield _said(
        "a subscriber of ZMTP 3.0",
        old,
        Sends("client", (b"\x01a",)),
        Sends("server", (b"a topic",)),
        Sends("client", (b"\x00a",)),
        about="23/subscription/subscribe",
    )
    dish, radio = roles(mechanism, "DISH", "RADIO")
    joined = (
        Commands("client", "JOIN", {"group": b"group"}),
        Sends("server", (b"group", b"body")),
        Commands("client", "LEAVE", {"group": b"group"}),
    )
    yield _said("a group joined and left", (dish, radio), *joined, about="37/JOIN/sent")
    named = (
        replace(pair[0], identity=b"one", properties=(("X-Debug", b"\x00\xff"), ("Resource", b"service/one"))),
        replace(pair[1], identity=b""),
    )
    yield _said(
        "an identity, a resource and a property of the application",
        named,
        Sends("client", (b"x",)),
        about="23/metadata/other-properties",
    )
    bare = (replace(pair[0], socket_type=""), replace(pair[1], socket_type=""))
    yield _said("no metadata at all", bare, Sends("client", (b"x",)), about="23/metadata/socket-type-sent")
    for types in (
        ("REQ", "REP"),
        ("PUSH", "PULL"),
        ("PAIR", "PAIR"),
        ("CLIENT", "SERVER"),
        ("PEER", "PEER"),
        ("CHANNEL", "CHANNEL"),
        ("SCATTER", "GATHER"),
    ):
        yield _said(
            f"a {types[0]} and a {types[1]}",
            roles(mechanism, *types),
            Sends("client", (b"", b"x") if types[0] == "REQ" else (b"x",)),
            about="23/socket-type/legal-accepted",
        )
    yield _said("the client leaves after the handshake", pair, Leaves("client"))
    lower = (replace(pair[0], version_minor=0), replace(pair[1], version_minor=0))
    yield _said("both announce ZMTP 3.0", lower, Sends("client", (b"x",)), about="23/greeting/version-minor")


def _refused(mechanism: str) -> Iterator[Scene]:
    """Handshakes that fail although each octet is legal."""
    pair = roles(mechanism)
    for types in (("PUSH", "PUB"), ("REQ", "PULL"), ("CLIENT", "DEALER")):
        yield _said(
            f"a {types[0]} and a {types[1]}, which do not go together",
            roles(mechanism, *types),
            about="23/socket-type/enforced",
        )
    for other in (one for one in MECHANISMS if one != mechanism):
        yield _said(f"a server with {other}", (pair[0], roles(other)[1]), about="23/greeting/mechanism-match")
    if mechanism == "PLAIN":
        for says, users in (("another password", {b"admin": b"other"}), ("no such user", {b"somebody": b"secret"})):
            yield _said(
                f"refused by the server: {says}",
                (pair[0], replace(pair[1], credentials=users)),
                about="24/HELLO/refused",
            )
        yield _said(
            "let in by name and password",
            (pair[0], replace(pair[1], credentials={b"admin": b"secret"})),
            Sends("client", (b"x",)),
            about="24/HELLO/refused",
        )
    if mechanism == "CURVE":
        stranger = frozenset({bytes(32)})
        yield _said(
            "the server does not know the client",
            (pair[0], replace(pair[1], allowed=stranger)),
            about="26/INITIATE/unauthenticated",
        )
        known = frozenset({CLIENT_KEYS.public})
        yield _said(
            "the server knows the client",
            (pair[0], replace(pair[1], allowed=known)),
            Sends("client", (b"x",)),
            about="26/INITIATE/unauthenticated",
        )
        wrong = replace(pair[0], server_key=CLIENT_KEYS.public)
        yield _said("the client has another server's key", (wrong, pair[1]), about="26/HELLO/signature")


def _spoilt(mechanism: str) -> Iterator[Scene]:
    """Handshakes and traffic in which one side breaks one rule, and the other refuses."""
    for level in levels():
        if level.key not in _OF[mechanism]:
            continue
        _, side = sending(level.key)
        rules = [rule for rule in level.command.rules if rule.receiver and "mechanism" not in rule.needs]
        found = [(rule.title, rule.requirement, Spoil(given=rule.spoil)) for rule in rules]
        for name, box in level.command.boxes.items():
            # A client sends the cookie as it came, and never sees the box in it.
            spoilt = (
                Tamper("cookie", flip=8 * 16)
                if level.key == "CURVE/INITIATE" and box.symmetric
                else Tamper(name, flip=0)
            )
            changes: list[tuple[str, Alteration]] = [("a bit of its tag is turned over", spoilt)]
            changes += (
                []
                if box.symmetric
                else [("it is sealed under another nonce prefix", Reseal(name, prefix=b"X" + box.prefix[1:]))]
            )
            found += [
                (f"{name.replace('_', ' ')}: {says}", box.requirement, Spoil(alterations=(change,)))
                for says, change in changes
            ]
        for title, requirement, spoil in found:
            tables = STANDARD.with_spoil(level.key, spoil)
            both, sender = ((STANDARD, tables), "server") if side else ((tables, STANDARD), "client")
            acts = (Sends(sender, (b"first",)), Sends(sender, (b"second",))) if "MESSAGE" in level.key else ()
            where = level.key if not level.field else f"{level.key} {level.field}"
            yield Scene(f"{mechanism}: {where}: {title}", roles(mechanism), acts, (requirement,), both, title)


_OF = {
    "NULL": ("NULL/READY", "NULL/ERROR", "greeting"),
    "PLAIN": ("PLAIN/HELLO", "PLAIN/WELCOME", "PLAIN/INITIATE", "PLAIN/READY"),
    "CURVE": ("CURVE/HELLO", "CURVE/WELCOME", "CURVE/INITIATE", "CURVE/READY", "CURVE/MESSAGE/C", "CURVE/MESSAGE/S"),
}
