"""Faults of PLAIN that no deletion from a table says: who is let in, who speaks out of turn, how a command is named."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.faults import deeds
from spec_model.faults.fault import Fault, Make, reading
from spec_model.faults.written import doing, fault, spoiling
from spec_model.framing import COMMAND
from spec_model.machines import MACHINES
from spec_model.mechanisms import MECHANISMS, PlainServer
from spec_model.tables import STANDARD, Spoil


class _Everybody(PlainServer):
    """Everybody is let in, whatever the credentials."""

    def refuses(self, judged: Dissected) -> str:
        return ""


class _Nobody(PlainServer):
    """Where the server knows no users, nobody is let in."""

    def refuses(self, judged: Dissected) -> str:
        if judged.name == "HELLO" and self.role.credentials is None:
            return "24/HELLO/refused"
        return super().refuses(judged)


def _served_by(side: type[PlainServer]) -> Make:
    """Peers whose server's side of PLAIN is played by this class."""

    class Miscast(Connection):
        mechanisms = {**MECHANISMS, ("PLAIN", True): side}

    return Miscast


class _WelcomesServers(Connection):
    """A peer that says that it is a server gets a WELCOME."""

    def _step(self, machine: str, event: str, detail: str = "") -> None:
        super()._step(machine, event, detail)
        if machine == "plain_server" and self.peer_greeting["as_server"]:
            self._push("WELCOME", "PLAIN/WELCOME", {}, COMMAND)


class _MessageBehindInitiate(Connection):
    """A message follows INITIATE at once."""

    def _do_send(self, what: str, judged: Dissected) -> None:
        super()._do_send(what, judged)
        if what == "INITIATE":
            self.push_frame(b"too early", more=False)


def _leading_on(state: str, event: str, **changes: Any) -> Make:
    """Clients whose machine does otherwise in one row."""
    machine = MACHINES["plain_client"]
    row = next(row for row in machine.rows if (row.state, row.on) == (state, event))
    return reading(STANDARD.with_machine(machine.exchanging(row, replace(row, **changes))))


_PADDED: Mapping[str, Spoil] = {
    f"PLAIN/{name}": Spoil(given={"name": name.encode().ljust(8)}) for name in ("HELLO", "WELCOME", "INITIATE", "READY")
}
"""Names as one sentence of RFC 24 has them: eight characters, filled up with blanks, and no count before them."""


def written_plain() -> Iterator[Fault]:
    """Every written fault of PLAIN."""
    yield from _of_credentials()
    yield from _of_order()


def _of_credentials() -> Iterator[Fault]:
    yield fault(
        "plain-everybody-is-let-in",
        "lets in whoever comes, whatever the credentials",
        ("24/HELLO/refused", "24/HELLO/checked", "24/goals/independent-identity"),
        _served_by(_Everybody),
        "PLAIN",
        True,
    )
    yield fault(
        "plain-nobody-is-let-in",
        "refuses every client where nothing says who is allowed",
        ("24/WELCOME/answers-hello", "24/READY/answers-initiate", "24/HELLO/empty-credentials"),
        _served_by(_Nobody),
        "PLAIN",
        True,
    )
    yield fault(
        "plain-as-server-inverted",
        "announces the role of the other side",
        ("24/as-server/client", "24/as-server/server"),
        spoiling({"greeting": Spoil(given={"as_server": lambda natural: 1 - natural})}),
        "PLAIN",
    )
    yield fault(
        "plain-padded-names",
        "fills the names of its commands up to eight characters and does not count them",
        ("24/command/name",),
        spoiling(_PADDED),
        "PLAIN",
    )


def _of_order() -> Iterator[Fault]:
    yield fault(
        "plain-welcomes-unasked",
        "sends a WELCOME before any HELLO",
        ("24/HELLO/server-waits", "24/handshake/order"),
        doing("plain_server", {"greeted/start": "send WELCOME"}),
        "PLAIN",
        True,
    )
    yield fault(
        "plain-welcomes-servers",
        "sends a WELCOME to a peer that says that it is a server too",
        ("24/as-server/same-role", "24/HELLO/server-waits"),
        _WelcomesServers,
        "PLAIN",
        True,
    )
    yield fault(
        "plain-initiates-at-once",
        "sends INITIATE behind its HELLO and does not wait for WELCOME",
        ("24/INITIATE/answers-welcome", "24/handshake/order"),
        doing("plain_client", {"greeted/start": "send HELLO; send INITIATE", "expect-welcome/WELCOME": ""}),
        "PLAIN",
        False,
    )
    yield fault(
        "plain-goes-on-after-error",
        "takes an ERROR for a WELCOME and goes on with INITIATE",
        ("24/handshake/ends-with-error", "24/ERROR/client-accepts", "23/ERROR/fatal"),
        _leading_on("expect-welcome", "ERROR", do="send INITIATE", then="expect-ready"),
        "PLAIN",
        False,
    )
    yield fault(
        "plain-message-before-ready-server",
        "sends a message before READY",
        ("24/message/server-waits-for-ready", "24/handshake/order"),
        deeds.MessageBeforeReady,
        "PLAIN",
        True,
    )
    yield fault(
        "plain-message-before-ready-client",
        "sends a message before READY has come",
        ("24/message/client-waits-for-ready", "24/handshake/order"),
        _MessageBehindInitiate,
        "PLAIN",
        False,
    )
    yield fault(
        "plain-takes-messages-before-ready",
        "delivers messages of a client that has not been let in",
        ("24/handshake/no-skipping", "24/handshake/order", "24/message/client-waits-for-ready"),
        deeds.TakesMessagesBeforeReady,
        "PLAIN",
        True,
    )
    yield fault(
        "plain-ready-twice",
        "sends READY twice",
        ("24/handshake/order", "24/READY/answers-initiate"),
        deeds.ReadyTwice,
        "PLAIN",
        True,
    )
