"""A bystander: a peer that was connected before the stimulus and has nothing to do with it (oracle 3).

Theory of operation: where the target binds, a second connection of the same kind is made to the very socket under test
before anything odd is sent, and completes its handshake. When the script is over it must still be there, and a message
through it must reach the application. It sends nothing else, so what the application gets for the script stays what it was.

It stands by only where it cannot be part of the play: a socket that serves one peer has no place for it, and one whose
application sends, or that shares what it sends among its peers, would give it what the script's own peers are to get.
"""

from collections.abc import Generator
from typing import Any

from conformance.api import Case
from conformance.api.case import Side, unrolled
from conformance.api.script import AppSends
from conformance.api.socket_steps import SocketStep
from conformance.harness.application import ONE_PEER, RECEIVING
from conformance.harness.effects import Connect, Effect, Seen, Shut, Write
from conformance.harness.errors import Harmed, Stuck
from conformance.harness.peer import TestPeer
from conformance.harness.stage import ENDINGS, Stage
from conformance.harness.verdict import Ending
from spec_model.crypto.entropy import Replayed

Play = Generator[Effect, Any, Any]

NAME = "bystander"


def stands_by(case: Case, side: Side) -> bool:
    """Whether a bystander has a place beside this case."""
    under_test = case.under_test
    return (
        case.negative
        and side == "binds"
        and not under_test.refuses_clients
        and under_test.socket_type in RECEIVING - ONE_PEER
        and not case.asks_handler
        and "heartbeat_interval_ms" not in under_test.options  # whoever says nothing would be taken for dead
        and not any(isinstance(step, (AppSends, SocketStep)) for step in unrolled(case.script))
    )


class WithBystander(Stage):
    """A stage on which somebody stands by; see the head of this module."""

    _bystander: TestPeer | None = None

    def _stand_by(self) -> Play:
        """Before the script's own peer comes: let the bystander connect, and complete its handshake."""
        self._bystander = None
        settings = self.settings
        if not (settings.driven and settings.witness and self._cut is None and stands_by(self.case, self.side)):
            return
        peer = TestPeer(NAME, self._role(), Replayed(f"{settings.seed} {self.case.id} {NAME}"), lambda: self._time)
        link = yield Connect(self.app.endpoint)
        if link is None:
            raise Stuck("the target refuses the connection of a bystander", Ending.NONE)
        peer.link = link
        self._peer = peer
        yield from self._until("traffic")
        yield from self._let_go()  # the handshake may be complete for us before our own last part of it is out
        self._peer, self._bystander = None, peer

    def _judge_bystander(self) -> Play:
        """After the script: the bystander is still connected, and its message is delivered."""
        peer = self._bystander
        if peer is None:
            return
        before, self._peer = self._peer, peer
        try:
            peer.connection.send(*self.app.marker(NAME))
            while peer.natural() is not None:
                yield Write(peer.link, (peer.take().encode(),))
            inbox = self.app.inbox
            while not inbox.has(NAME):
                seen = yield from self._read(inbox)
                if seen in (Seen.CLOSED, Seen.RESET):
                    raise Harmed(
                        f"expected that a bystander is undisturbed; its connection was {seen.value}", ENDINGS[seen]
                    )
                if seen is Seen.TIMEOUT:
                    raise Harmed(
                        "expected that a bystander is undisturbed; its message is not delivered", ENDINGS[seen]
                    )
        finally:
            self._peer = before
        yield Shut(peer.link)


__all__ = ["NAME", "WithBystander", "stands_by"]
