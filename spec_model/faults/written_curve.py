"""Written faults of CURVE: nonces, keys, cookies, vouches, and who may say what when.

What ought to be new on each connection is computed from a permanent secret instead, so that it is the same on every
connection and nothing needs to be kept. A side of the mechanism is exchanged by `playing`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair
from spec_model.crypto.sealing import Dissected, Tamper
from spec_model.errors import RemoteProtocolError
from spec_model.faults import deeds
from spec_model.faults.fault import Fault, Make, reading
from spec_model.faults.written import fault, judging, spoiling
from spec_model.framing import Frame
from spec_model.grammar.command import Command
from spec_model.grammar.metadata import metadata_octets
from spec_model.mechanisms import MECHANISMS, CurveClient, CurveServer, Null
from spec_model.role import Role
from spec_model.tables import STANDARD, Spoil, Tables


def playing(side: type[Null]) -> Make:
    """Peers one side of whose CURVE is played by this class."""

    class Miscast(Connection):
        mechanisms = {**MECHANISMS, ("CURVE", issubclass(side, CurveServer)): side}

    return Miscast


def _from_secret(role: Role, purpose: str, size: int = 32) -> bytes:
    """Octets that are the same on every connection of a peer."""
    assert role.permanent is not None
    return hashlib.sha256(purpose.encode() + role.permanent.secret).digest()[:size]


# --- nonces -------------------------------------------------------------------------------------------------------


def _of_message(side: type[CurveClient] | type[CurveServer], first: int, step: int) -> Make:
    """Peers whose MESSAGE nonces start with `first` and grow by `step`."""

    class Counts(side):  # type: ignore[valid-type, misc]
        count = first - step

        def natural(self, name: str) -> Mapping[str, Any]:
            if name != "MESSAGE":
                natural: Mapping[str, Any] = super().natural(name)
                return natural
            self.count += step
            return {"nonce": self.count}

    return playing(Counts)


class _SameHandshakeNonce(CurveClient):
    """INITIATE has the nonce of HELLO."""

    def natural(self, name: str) -> Mapping[str, Any]:
        natural = super().natural(name)
        return {**natural, "nonce": 1} if name == "INITIATE" else natural


def _same_long_nonce(side: type[CurveClient] | type[CurveServer], name: str) -> Make:
    """Peers whose long nonce of this name is the same on every connection."""

    class Same(side):  # type: ignore[valid-type, misc]
        def natural(self, what: str) -> Mapping[str, Any]:
            natural: Mapping[str, Any] = super().natural(what)
            if isinstance(natural.get(name), bytes):
                return {**natural, name: _from_secret(self.role, name, 16)}
            return natural

    return playing(Same)


class _OneLongNonce(CurveServer):
    """The welcome box and the cookie of one WELCOME have the same long nonce."""

    def natural(self, name: str) -> Mapping[str, Any]:
        natural = super().natural(name)
        return {**natural, "cookie_nonce": natural["nonce"]} if name == "WELCOME" else natural


def _sealed(keys: tuple[str, ...], field: str, **change: Any) -> Tables:
    """The tables in which a box is made and opened in another way."""

    def exchange(command: Command) -> Command:
        boxes = {
            name: replace(box, inner=exchange(box.inner), **(change if name == field else {}))
            for name, box in command.boxes.items()
        }
        return replace(command, boxes=boxes)

    tables = STANDARD
    for key in keys:
        tables = tables.with_command(key, exchange(tables.commands[key]))
    return tables


# --- keys and cookies ---------------------------------------------------------------------------------------------


class _SameClientTransient(CurveClient):
    """C' is the same on every connection."""

    def transient(self) -> KeyPair:
        return KeyPair.from_secret(_from_secret(self.role, "transient"))


class _SameServerTransient(CurveServer):
    """S' is the same on every connection."""

    def transient(self) -> KeyPair:
        return KeyPair.from_secret(_from_secret(self.role, "transient"))


class _CookieForEver(CurveServer):
    """The cookie key is never forgotten."""

    def expire(self) -> None:
        pass


class _SameCookieKey(_CookieForEver):
    """The cookie key is the same on every connection."""

    def cookie_key(self) -> bytes:
        return _from_secret(self.role, "cookie")


class _SameWelcome(CurveServer):
    """The same HELLO gets the same WELCOME, cookie and all."""

    def natural(self, name: str) -> Mapping[str, Any]:
        if name == "WELCOME":
            seed = _from_secret(self.role, "welcome") + self.keys["C'"]
            kept, self.entropy = self.entropy, Replayed(seed.hex())
            natural = super().natural(name)
            self.entropy = kept
            return natural
        return super().natural(name)


class _Everybody(CurveServer):
    """Everybody is let in, whoever is allowed."""

    def refuses(self, judged: Dissected) -> str:
        refused = super().refuses(judged)
        return "" if refused == "26/INITIATE/unauthenticated" else refused


class _Nobody(CurveServer):
    """Without a list of clients nobody is let in."""

    def refuses(self, judged: Dissected) -> str:
        refused = super().refuses(judged)
        return refused or ("26/INITIATE/unauthenticated" if judged.name == "INITIATE" and not self.role.allowed else "")


class _KeyInTheOpen(CurveClient):
    """HELLO has the client's permanent key in its padding."""

    def natural(self, name: str) -> Mapping[str, Any]:
        natural = super().natural(name)
        return {**natural, "padding": bytes(40) + self.keys["C"]} if name == "HELLO" else natural


# --- who says what when -------------------------------------------------------------------------------------------


class _ClientMessageBeforeReady(Connection):
    """A MESSAGE follows INITIATE at once."""

    def _do_send(self, what: str, judged: Dissected) -> None:
        super()._do_send(what, judged)
        if what == "INITIATE":
            self.push_frame(b"too early", more=False)


class _RefusesMessagesInWords(deeds.RefusesInWords):
    """An invalid MESSAGE is answered with ERROR."""

    def _reject(self, requirement: str, detail: str) -> None:
        if self.state == "traffic":
            super()._reject(requirement, detail)
        else:
            Connection._reject(self, requirement, detail)


class _AmplifyingError(deeds.RefusesInWords):
    """A bad HELLO is answered with an ERROR that is longer than HELLO."""

    def _reject(self, requirement: str, detail: str) -> None:
        if self.state == "expect-hello":
            self._say(b"x" * 255)
        Connection._reject(self, requirement, detail)


class _PassesOverBadMessages(Connection):
    """A MESSAGE that ought to be refused is dropped, and the connection goes on."""

    def _receive_frame(self, frame: Frame) -> None:
        in_traffic = self.state == "traffic"
        try:
            super()._receive_frame(frame)
        except RemoteProtocolError:
            if not in_traffic:
                raise


# --- the list -----------------------------------------------------------------------------------------------------


def written_curve() -> Iterator[Fault]:
    """Every written fault of CURVE."""
    yield from _of_nonces()
    yield from _of_secrets()
    yield from _of_keys()
    yield from _of_order()
    yield from _of_checks()


def _giving_away(side: type[Null]) -> type[Null]:
    def metadata(self: Null) -> bytes:
        assert self.role.permanent is not None
        return metadata_octets((*self.role.metadata(), ("X-Key", self.role.permanent.secret)))

    return type("GivesAway", (side,), {"metadata": metadata})


def _of_secrets() -> Iterator[Fault]:
    for name, side in (("client", CurveClient), ("server", CurveServer)):
        yield fault(
            f"gives-away-secret-{name}",
            "gives its permanent secret key away in its metadata",
            ("26/keys/secrets-never-travel",),
            playing(_giving_away(side)),
            "CURVE",
            side is CurveServer,
        )


def _of_nonces() -> Iterator[Fault]:
    for name, side in (("client", CurveClient), ("server", CurveServer)):
        server = side is CurveServer
        yield fault(
            f"reused-nonce-{name}",
            "seals every MESSAGE with the same nonce",
            ("26/MESSAGE/sends-incrementing-nonces",),
            _of_message(side, first=8, step=0),
            "CURVE",
            server,
        )
        yield fault(
            f"decreasing-nonce-{name}",
            "counts the nonces of its MESSAGE commands down",
            ("26/MESSAGE/sends-incrementing-nonces",),
            _of_message(side, first=2**40, step=-1),
            "CURVE",
            server,
        )
    yield fault(
        "reused-handshake-nonce",
        "sends INITIATE with the nonce of HELLO",
        ("26/short-nonce/handshake-counts",),
        playing(_SameHandshakeNonce),
        "CURVE",
        False,
    )
    for name, field, side, requirement in (
        ("welcome", "nonce", CurveServer, "26/WELCOME/unique-nonce"),
        ("cookie", "cookie_nonce", CurveServer, "26/WELCOME/unique-nonce"),
        ("vouch", "vouch_nonce", CurveClient, "26/vouch/unique-nonce"),
    ):
        random = "26/vouch/random-nonce" if name == "vouch" else "26/WELCOME/random-nonce"
        yield fault(
            f"same-{name}-nonce",
            f"uses the same long nonce for every {name}",
            (requirement, "26/long-nonce/random", random),
            _same_long_nonce(side, field),
            "CURVE",
            side is CurveServer,
        )
    yield fault(
        "one-long-nonce",
        "uses one long nonce for a welcome box and for the cookie in it",
        ("26/WELCOME/unique-nonce", "26/long-nonce/random"),
        playing(_OneLongNonce),
        "CURVE",
        True,
    )
    yield fault(
        "one-message-prefix",
        "has one nonce prefix for MESSAGE in both directions",
        ("26/MESSAGE/sends-nonce-prefix", "26/MESSAGE/nonce-prefix", "26/MESSAGE/after-ready"),
        reading(_sealed(("CURVE/MESSAGE/C", "CURVE/MESSAGE/S"), "box", prefix=b"CurveZMQMESSAGE-")),
        "CURVE",
    )


def _of_keys() -> Iterator[Fault]:
    yield fault(
        "same-transient-client",
        "has the same transient key on every connection",
        ("26/HELLO/unique-transient-key",),
        playing(_SameClientTransient),
        "CURVE",
        False,
    )
    yield fault(
        "same-transient-server",
        "has the same transient key on every connection",
        ("26/WELCOME/fresh-transient-key",),
        playing(_SameServerTransient),
        "CURVE",
        True,
    )
    yield fault(
        "cookie-for-ever",
        "never forgets the key of a cookie",
        ("26/cookie/expires",),
        playing(_CookieForEver),
        "CURVE",
        True,
    )
    yield fault(
        "same-cookie-key",
        "takes a cookie that it gave on another connection",
        ("26/cookie/expires", "26/cookie/client-key", "26/box/replay"),
        playing(_SameCookieKey),
        "CURVE",
        True,
    )
    yield fault(
        "same-welcome",
        "answers a HELLO that comes again with the same WELCOME",
        ("26/WELCOME/unique-cookie", "26/WELCOME/fresh-transient-key", "26/WELCOME/unique-nonce"),
        playing(_SameWelcome),
        "CURVE",
        True,
    )
    yield fault(
        "cookie-altered",
        "gives the cookie back with a bit flipped",
        ("26/cookie/returned",),
        spoiling({"CURVE/INITIATE": Spoil(alterations=(Tamper("cookie", flip=-1),))}),
        "CURVE",
        False,
    )
    yield fault(
        "curvecp-vouch",
        "seals and opens the vouch with the server's permanent key, as CurveCP does",
        ("26/vouch/sends-box", "26/vouch/box"),
        reading(_sealed(("CURVE/INITIATE",), "vouch_box", receiver="S")),
        "CURVE",
    )
    yield fault(
        "permanent-key-ready",
        "seals READY with the server's permanent key",
        ("26/READY/sends-box", "26/keys/forward-secrecy"),
        reading(_sealed(("CURVE/READY",), "box", sender="S")),
        "CURVE",
        True,
    )
    yield fault(
        "client-key-in-the-open",
        "shows the client's permanent key in HELLO",
        ("26/keys/permanent-hidden", "26/HELLO/sends-padding"),
        playing(_KeyInTheOpen),
        "CURVE",
        False,
    )
    yield fault(
        "everybody-is-let-in",
        "lets in a client that is not allowed",
        ("26/INITIATE/unauthenticated", "26/ERROR/authentication-failure", "26/keys/shared-client-key"),
        playing(_Everybody),
        "CURVE",
        True,
    )
    yield fault(
        "nobody-is-let-in",
        "refuses every client where no list says who is allowed",
        ("26/keys/any-client", "26/READY/answers-initiate"),
        playing(_Nobody),
        "CURVE",
        True,
    )


def _of_order() -> Iterator[Fault]:
    yield fault(
        "message-before-ready-server",
        "sends a MESSAGE before READY",
        ("26/MESSAGE/server-waits-for-ready", "26/handshake/order"),
        deeds.MessageBeforeReady,
        "CURVE",
        True,
    )
    yield fault(
        "message-before-ready-client",
        "sends a MESSAGE before READY has come",
        ("26/MESSAGE/client-waits-for-ready", "26/handshake/order"),
        _ClientMessageBeforeReady,
        "CURVE",
        False,
    )
    yield fault(
        "ready-twice-server",
        "sends READY twice",
        ("26/handshake/order", "26/READY/answers-initiate"),
        deeds.ReadyTwice,
        "CURVE",
        True,
    )
    yield fault(
        "error-from-client",
        "refuses the server with ERROR",
        ("26/ERROR/client-never-sends",),
        deeds.RefusesInWords,
        "CURVE",
        False,
    )
    yield fault(
        "error-after-message",
        "answers an invalid MESSAGE with ERROR",
        ("26/MESSAGE/no-error-reply", "26/ERROR/after-ready"),
        _RefusesMessagesInWords,
        "CURVE",
        True,
    )
    yield fault(
        "amplifying-welcome",
        "sends a WELCOME that is longer than HELLO",
        ("26/WELCOME/amplification", "26/WELCOME/sends-size"),
        spoiling({"CURVE/WELCOME": Spoil(alterations=(Tamper("box", extend=bytes(64)),))}),
        "CURVE",
        True,
    )
    yield fault(
        "amplifying-error",
        "answers a bad HELLO with an ERROR that is longer than HELLO",
        ("26/WELCOME/amplification",),
        _AmplifyingError,
        "CURVE",
        True,
    )


def _of_checks() -> Iterator[Fault]:
    yield fault(
        "payload-more-ignored",
        "takes every MESSAGE for a message of its own, whatever its flags say",
        ("26/MESSAGE/more", "23/message/atomic"),
        deeds.DeliversParts,
        "CURVE",
    )
    yield fault(
        "passes-over-bad-messages",
        "drops a MESSAGE that it ought to refuse, and goes on",
        (
            "26/MESSAGE/box",
            "26/MESSAGE/size",
            "26/MESSAGE/nonce-prefix",
            "26/MESSAGE/nonce-increments",
            "26/MESSAGE/nonce-reuse",
            "26/MESSAGE/reserved-flags",
            "26/handshake/order",
        ),
        _PassesOverBadMessages,
        "CURVE",
    )
    yield fault(
        "hello-padding-of-70",
        "looks at 70 of the 72 octets of padding",
        ("26/HELLO/padding",),
        judging("CURVE/HELLO", "padding", lambda it: it.padding[:70] == bytes(70)),
        "CURVE",
        True,
    )
    yield fault(
        "hello-padding-of-70-sent",
        "sends a HELLO with 70 octets of padding",
        ("26/HELLO/sends-size", "26/HELLO/sends-padding"),
        spoiling({"CURVE/HELLO": Spoil(given={"padding": bytes(70)})}),
        "CURVE",
        False,
    )
    yield fault(
        "hello-minor-version",
        "looks only at the first octet of the version",
        ("26/HELLO/version",),
        judging("CURVE/HELLO", "version", lambda it: it.version[:1] == b"\x01"),
        "CURVE",
        True,
    )
