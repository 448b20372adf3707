"""Play a case in memory and note what the tester does: what it sends, after what, and how each box was sealed.

Nobody is judged here. The reference plays the target; where it refuses what a faulty target lets pass, the script has come
to its end anyway, and a PING is added by which a script can see that a target went on.
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any

from nacl.bindings import crypto_box_open_afternm
from nacl.exceptions import CryptoError

from conformance.api import Case, Delivery
from conformance.api.case import Side
from conformance.api.script import AppSends, Expect, HangUp, Pause, Peer, Step
from conformance.api.socket_expectations import Publishes
from conformance.api.socket_steps import AppAsks, AppCloses, SocketStep
from conformance.cli.wording import sentence_of
from conformance.harness.effects import Effect
from conformance.harness.memory import MemoryWorld
from conformance.harness.peer import TestPeer
from conformance.harness.player import Player, Settings
from conformance.harness.verdict import Result, Verdict
from spec_model.connection import Connection
from spec_model.crypto.boxes import Keyring
from spec_model.grammar.command import Sealed
from spec_model.mechanisms import CurveClient

FENCE = b"went on?"
NAME = b"\x07MESSAGE"
_PREFIX = {True: b"CurveZMQMESSAGEC", False: b"CurveZMQMESSAGES"}


@dataclass(frozen=True)
class SealedBox:
    """A box, and what it was made of; `public` is None where one secret key seals it."""

    octets: bytes
    plaintext: bytes
    nonce: bytes
    public: bytes | None
    secret: bytes


@dataclass(frozen=True)
class Act:
    """One thing that the tester does.

    Attributes:
        kind: send, close, abort, pause, say, or app: the target's application has to do something.
        peer: on which connection.
        what: the name of what is sent, or the sentence that is said.
        octets: what is sent.
        after: how many things (greeting, frames) had come on the connection before.
        boxes, values: what the octets may be made of, of this connection.
        seconds: of a pause.
        step: what the application has to do.
    """

    kind: str
    peer: str
    what: str = ""
    octets: bytes = b""
    after: int = 0
    boxes: tuple[SealedBox, ...] = ()
    values: tuple[tuple[str, bytes], ...] = ()
    seconds: float = 0.0
    step: Step | None = None


class _Watched(Keyring):
    """A keyring that notes each box that it seals."""

    log: list[SealedBox]

    @classmethod
    def of(cls, ring: Keyring) -> "_Watched":
        ring.__class__ = cls
        assert isinstance(ring, cls)
        ring.log = []
        return ring

    def snapshot(self) -> Keyring:
        copy = super().snapshot()
        copy.__class__ = _Watched
        assert isinstance(copy, _Watched)
        copy.log = self.log
        return copy

    def seal(self, box: Sealed, nonce: bytes, plaintext: bytes) -> bytes:
        octets = super().seal(box, nonce, plaintext)
        if box.symmetric:
            self.log.append(SealedBox(octets, plaintext, box.prefix + nonce, None, self[box.sender]))
        else:
            secret = self.get(box.sender.lower())
            public = self[box.receiver] if secret is not None else self[box.sender]
            by = secret if secret is not None else self[box.receiver.lower()]
            self.log.append(SealedBox(octets, plaintext, box.prefix + nonce, public, by))
        return octets


class Recorder(Player):
    """A player that notes what it does."""

    def __init__(self, case: Case, side: Side, settings: Settings) -> None:
        super().__init__(case, side, settings)
        self.acts: list[Act] = []
        self.peers: dict[str, TestPeer] = {}

    def _connection(self, wanted: Peer) -> Generator[Effect, Any, TestPeer]:
        peer = yield from super()._connection(wanted)
        mechanism = peer.connection.mechanism
        mechanism.keys = _Watched.of(mechanism.keys)
        self.peers[peer.name] = peer
        return peer

    def _write(self, what: str, octets: bytes, fields: Any = None) -> Any:
        self.acts.append(self._sending(self.peer, what, octets))
        yield from super()._write(what, octets, fields)

    def _do(self, step: Step) -> Any:
        match step:
            case Pause(seconds):
                self.acts.append(Act("pause", "", seconds=seconds))
            case AppSends() | AppAsks() | AppCloses() | Expect(what=Publishes()):
                sentence = sentence_of(step)
                self.acts.append(Act("app", self._peer.name if self._peer else "", sentence, step=step))
            case SocketStep() | Expect():
                self.acts.append(Act("say", self._peer.name if self._peer else "", sentence_of(step)))
        yield from super()._do(step)
        if isinstance(step, HangUp):
            self.acts.append(Act("abort" if step.abort else "close", self.peer.name))

    def _sending(self, peer: TestPeer, what: str, octets: bytes) -> Act:
        mechanism = peer.connection.mechanism
        ring = mechanism.keys
        values: list[tuple[str, bytes]] = []
        if mechanism.encrypts:
            if isinstance(mechanism, CurveClient):
                values = [("server_transient", ring.get("S'") or b""), ("cookie", mechanism.cookie)]
            else:
                values = [("client_transient", ring.get("C'") or b"")]
        boxes = list(ring.log) if isinstance(ring, _Watched) else []
        if mechanism.encrypts and peer.ready:
            boxes += self._message_boxes(peer, octets)
        came = bool(len(peer.known.raw) >= 64) + len(peer.known.flags)
        return Act(
            "send",
            peer.name,
            what,
            octets,
            came,
            tuple(boxes),
            (*((name, value) for name, value in values if value), ("received", peer.known.raw)),
        )

    def _message_boxes(self, peer: TestPeer, octets: bytes) -> list[SealedBox]:
        """What a hand-written codec has sealed past the keyring: ordinary MESSAGEs."""
        ring, client = peer.connection.mechanism.keys, isinstance(peer.connection.mechanism, CurveClient)
        own, other = ("c'", "S'") if client else ("s'", "C'")
        secret, public = ring.get(own), ring.get(other)
        found: list[SealedBox] = []
        at = octets.find(NAME)
        while at >= 0 and secret is not None and public is not None:
            behind = octets.find(NAME, at + 1)
            nonce = _PREFIX[client] + octets[at + 8 : at + 16]
            for end in range(behind if behind >= 0 else len(octets), at + 16, -1):  # less the header of the next frame
                sealed = octets[at + 16 : end]
                try:
                    plaintext = crypto_box_open_afternm(sealed, nonce, ring.shared(public, secret))
                except (CryptoError, ValueError, TypeError):
                    if end + 9 < (behind if behind >= 0 else len(octets)):
                        break
                    continue
                found.append(SealedBox(sealed, plaintext, nonce, public, secret))
                break
            at = behind
        return found

    def fence(self) -> None:
        """Add a PING on the connection that the script ended on, if its handshake was complete."""
        peer = self._peer or next(iter(self.peers.values()), None)
        if peer is None or not peer.ready or any(act.kind in ("close", "abort") for act in self.acts[-1:]):
            return
        while peer.natural() is not None:
            peer.take()
        peer.connection.send_command("PING", {"ttl": 0, "context": FENCE})
        octets = peer.take().encode()
        self.acts.append(self._sending(peer, "PING, to see whether the target goes on", octets))


@dataclass(frozen=True)
class Recording:
    """A case as it was played in memory.

    Attributes:
        acts: what the tester did.
        result: what became of it.
        secrets: the tester's own secret key of each connection that opens what the target sends, by name; may be empty.
    """

    acts: tuple[Act, ...]
    result: Result
    secrets: dict[str, bytes] = field(default_factory=dict)


def record(case: Case, side: Side, seed: int, target: int) -> Recording:
    """Play a case in memory against the reference, whose randomness `target` decides.

    Without an application to ask where the case can do without one: then a PING is the fence, which anybody can see.
    """
    if case.delivery is Delivery.SPLITS:
        case = replace(case, delivery=Delivery.WHOLE)  # a script plays one cut, and is told which
    result = None
    for driven in (False, True):
        settings = Settings(seed=seed, driven=driven, real_time=False, witness=False)
        recorder = Recorder(case, side, settings)
        result = MemoryWorld(Connection, target).run(recorder.play())
        if result.verdict is not Verdict.UNSUPPORTED:
            break
    assert result is not None
    recorder.fence()
    secrets = {}
    for name, peer in recorder.peers.items():
        mechanism = peer.connection.mechanism
        own = "c'" if isinstance(mechanism, CurveClient) else "s'"
        secrets[name] = mechanism.keys.get(own) or b""
    return Recording(tuple(recorder.acts), result, secrets)


__all__ = ["Act", "Recording", "SealedBox", "record"]
