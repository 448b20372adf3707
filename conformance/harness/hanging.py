"""A process that hangs: it lives and its adapter answers, and nobody is served any more (oracles 1 and 2).

Theory of operation: where a play ends without an answer, a plain peer comes to a fresh socket of the same process. That is
done beside whatever else is played and takes a millisecond where the target is well. Who is not served in many times the
patience, neither with a handshake nor with a close, has met a process that hangs: it is as good as dead, and is ended.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from conformance.api import Case
from conformance.harness.application import Application
from conformance.harness.effects import AdapterFault, Connect, Effect, Post, Seen, Shut, TargetDied, Wait, Write
from conformance.harness.stage import Settings
from conformance.harness.verdict import BAD, Ending, Result
from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.role import Role

ANSWER = 20.0
"""Seconds that the adapter has for opening a socket; one that takes longer is at fault itself."""

SERVED_NOBODY = "the target's process lives, and served nobody afterwards"

_PLAIN = {"socket_type": "DEALER", "mechanism": "NULL", "as_server": False, "bind": True, "options": {}}


@dataclass(frozen=True)
class Probe:
    """Whether the process of a pool serves a plain peer.

    Attributes:
        pool: which process.
        seconds: how long the peer waits for each thing that the target has to send.
    """

    pool: str
    seconds: float

    def play(self) -> Generator[Effect, Any, bool]:
        """Come to a fresh socket; gives False if nothing at all came of it. What cannot be tried accuses nobody."""
        try:
            seen = yield Wait(None, (yield Post("open", _PLAIN, self.pool)), ANSWER)
            if seen.answer is None or seen.answer.status != "ok":
                return True
            handle, endpoint = seen.answer.fields["handle"], seen.answer.fields["endpoint"]
            link = yield Connect(endpoint)
            if link is None:
                return True
            peer = Connection(Role("NULL", socket_type="DEALER"), Replayed("probe"))
            peer.start()
            served = True
            while served and peer.state not in ("traffic", "closed"):
                if octets := peer.octets_to_send():
                    yield Write(link, (octets,))
                seen = yield Wait(link, None, self.seconds)
                if seen.seen is Seen.OCTETS:
                    peer.receive(seen.octets)
                elif seen.seen is Seen.TIMEOUT:
                    served = False
                else:
                    break
            yield Shut(link)
            yield Post("close", {"handle": handle}, self.pool)
        except (TargetDied, AdapterFault):
            return True  # the process is gone, and whoever had to do with it is told
        return served


def speechless(result: Result) -> bool:
    """Whether a play may have met a process that hangs."""
    return result.verdict in BAD and result.ending in (Ending.SILENT, Ending.NONE)


def pool_of(case: Case, settings: Settings) -> str:
    """The process that a case is played against."""
    return Application(case.under_test, "binds", settings, case.id if case.asks_handler else "").pool
