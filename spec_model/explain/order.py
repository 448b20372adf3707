"""Whether what one side sends comes in its turn: the rows of the machine of whoever receives it.

A stream of one direction is enough: the rows whose events are the names of commands tell which command may come next, and
those that do something by themselves ("start") need nobody. After the first thing out of its turn there is nothing more
to judge, since the connection would be over.
"""

from collections.abc import Mapping

from spec_model.explain.parts import Breach
from spec_model.machines import MACHINES, Machine

RECEIVERS: Mapping[tuple[str, str], str] = {
    ("NULL", ""): "null",
    ("NULL", "client"): "null",
    ("NULL", "server"): "null",
    ("PLAIN", "client"): "plain_server",
    ("PLAIN", "server"): "plain_client",
    ("CURVE", "client"): "curve_server",
    ("CURVE", "server"): "curve_client",
}
"""The machine of the receiver, by mechanism and side of the sender."""


class Order:
    """What may come next from one side of one connection.

    Args:
        mechanism, sender: what the connection speaks, and the side whose octets are looked at; where either is not known
            nothing is ever out of its turn.
    """

    def __init__(self, mechanism: str, sender: str) -> None:
        name = RECEIVERS.get((mechanism, sender))
        self._machine: Machine | None = MACHINES[name] if name else None
        self._traffic = MACHINES["traffic"]
        self.state = ""
        if self._machine is not None:
            start = self._machine.step(self._machine.initial, "start")
            self.state = start.then if start is not None else ""

    def judge(self, event: str, *, inside: bool = False) -> tuple[Breach, ...]:
        """What is broken by this event coming now: a command's name, or "message" for a frame of one.

        Args:
            inside: it comes inside a MESSAGE, of which nothing but traffic is expected.
        """
        if self._machine is None or not self.state:
            return ()
        row = None if inside else self._machine.step(self.state, event)
        judge = self._machine
        if row is None and self.state == self._traffic.initial and (inside or not self._encrypts):
            judge = self._traffic
            row = judge.step(self.state, event) or judge.step(self.state, "unknown command")
        if row is None:
            before, self.state = self.state, ""
            return (Breach(judge.otherwise, "", f"it comes out of its turn: the receiver is in state {before}"),)
        self.state = row.then if row.then not in judge.final else ""
        return ()

    @property
    def _encrypts(self) -> bool:
        """Whether nothing may come in the open once the handshake is complete."""
        return self._machine is not None and any(row.state == self._traffic.initial for row in self._machine.rows)
