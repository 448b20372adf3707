"""The clocks of one connection: when to send PING, when to give up, and when the peer wants us to.

The rows of `spec_model.machines.heartbeat` say what happens on which event; this says when the events happen. Time comes
from outside, in seconds from any origin, and only forwards; nothing goes off but by `tick`. A tick that comes late makes
one event of each kind, not one for each interval that went by.
"""

from collections.abc import Callable, Mapping
from typing import Any

from spec_model.machines.heartbeat import MANY
from spec_model.role import Role

MOST_UNANSWERED = 10
"""PINGs without a PONG behind which no other is sent; RFC 37 asks for a small number and gives none."""

TENTHS = 10
"""Tenths of a second in a second: the unit of a TTL."""

Step = Callable[[str, str, str, str], str]
"""Steps a machine that runs beside the others: its name, its state, the event, and words for the log; the next state.

Whoever tells the clocks of something hands it in: how the events come to the rows. A clock that kept it would hold its
owner, who holds the clock.
"""


class Heartbeat:
    """Both clocks; see the head of this module.

    Args:
        role: says interval, timeout and TTL in seconds; 0 for none of it.
        settled: whether it is known already that no sign of life changes anything now.

    Attributes:
        states: the state of each of the two machines.
        unanswered: PINGs that were sent and had no PONG.
        settled: nothing is limited and no PING goes out, so no sign of life changes anything, and none need be told.
    """

    def __init__(self, role: Role, settled: bool = False) -> None:
        self._role = role
        self.states = {"heartbeat": "off", "lifetime": "unlimited"}
        self.unanswered = 0
        self._interval: float | None = None
        self._timeout: float | None = None
        self._ttl: float | None = None
        self.settled = settled

    @property
    def deadline(self) -> float | None:
        """When something happens if nothing comes; None for never."""
        return min((due for due in (self._interval, self._timeout, self._ttl) if due is not None), default=None)

    def start(self, step: Step, now: float) -> None:
        """The handshake is complete, and the peer knows PING."""
        if self._role.heartbeat_interval:
            self.settled = False
            self._step(step, "heartbeat", "start")
            self._interval = now + self._role.heartbeat_interval

    def alive(self, step: Step) -> None:
        """Something came from the peer."""
        if self.settled:
            return
        before = tuple(self.states.values())
        self._step(step, "heartbeat", "sign of life")
        self._step(step, "lifetime", "sign of life")
        timed = self._interval, self._timeout, self._ttl
        self.settled = tuple(self.states.values()) == before and timed == (None, None, None)

    def pinged(self, step: Step, ttl: int, now: float) -> None:
        """A PING came whose time-to-live is so many tenths of a second."""
        self.settled = False
        self._step(step, "lifetime", "PING with TTL" if ttl else "PING without TTL")
        if self.states["lifetime"] == "limited":
            self._ttl = now + ttl / TENTHS

    def ponged(self) -> None:
        """A PONG came."""
        self.unanswered = max(0, self.unanswered - 1)

    def ping(self) -> Mapping[str, Any]:
        """The fields of the PING that is sent now."""
        self.unanswered += 1
        return {"ttl": round(self._role.heartbeat_ttl * TENTHS), "context": b""}

    def tick(self, step: Step, now: float) -> None:
        """It is `now`: what is due happens, in the order in which it became due."""
        while (due := self.deadline) is not None and due <= now:
            if due == self._ttl:
                self._ttl = None
                self._step(step, "lifetime", "end of TTL", "nothing came within the TTL of the peer's PING")
            elif due == self._timeout:
                self._timeout = None
                silence = f"nothing came for {self._role.heartbeat_timeout} s after PING"
                self._step(step, "heartbeat", "end of timeout", silence)
            else:
                self._interval = now + self._role.heartbeat_interval
                self._step(step, "heartbeat", MANY if self.unanswered >= MOST_UNANSWERED else "interval")
                if self.states["heartbeat"] == "awaiting" and self._timeout is None and self._role.heartbeat_timeout:
                    self._timeout = now + self._role.heartbeat_timeout
            if "closed" in self.states.values():
                self._interval = self._timeout = self._ttl = None

    def _step(self, step: Step, machine: str, event: str, detail: str = "") -> None:
        self.states[machine] = step(machine, self.states[machine], event, detail)
        if self.states["heartbeat"] != "awaiting":
            self._timeout = None
        if self.states["lifetime"] != "limited":
            self._ttl = None
