"""Faults read out of the machines: forget a row, stay where a row leads on, pass over what no row lists.

A forgotten row rejects what it should take ("forgets."); a row that does its work and stays in its state waits for
the same again ("redirects."); an event without a row is passed over in silence instead of being rejected
("ignores."). Where the machine does the same without the row, or a ruling lets both pass, `because` says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from spec_model.connection import Connection
from spec_model.faults.fault import Fault, Make, a, reading, slug
from spec_model.grammar import COMMANDS
from spec_model.machines import MACHINES, Machine, Row
from spec_model.machines.heartbeat import MANY
from spec_model.requirements import load
from spec_model.tables import STANDARD

PLAYERS: Mapping[str, tuple[str, bool | None]] = {
    "greeting": ("", None),
    "null": ("NULL", None),
    "plain_client": ("PLAIN", False),
    "plain_server": ("PLAIN", True),
    "curve_client": ("CURVE", False),
    "curve_server": ("CURVE", True),
    "traffic": ("", None),
    "heartbeat": ("", None),
    "lifetime": ("", None),
}
"""Mechanism and side of the peers that step a machine."""

UNHEARD_OF = "unknown command"
"""The event of a command of which nobody ever heard."""

_NOT_SERVED: Mapping[str, tuple[str, ...]] = {
    "": ("23/socket-type/legal-accepted", "23/traffic/commands", "23/message/body"),
    "NULL": ("23/socket-type/legal-accepted", "23/traffic/commands", "23/message/body"),
    "PLAIN": ("24/message/after-ready", "23/socket-type/legal-accepted", "23/traffic/commands", "23/message/body"),
    "CURVE": ("26/MESSAGE/after-ready", "26/MESSAGE/payload", "23/socket-type/legal-accepted", "23/traffic/commands"),
}
"""What a peer breaks besides that never gets to traffic, by mechanism."""

_BROKEN_WITH: Mapping[str, tuple[str, ...]] = {
    # What else goes with a row: several sentences for one step.
    "open/start": ("23/greeting/sends-whole", "23/connection/stages"),
    "expect-greeting/greeting": ("23/greeting/higher-version", *_NOT_SERVED[""]),
    "expect-welcome/ERROR": (
        "26/ERROR/client-accepts",
        "24/handshake/ends-with-error",
        "23/ERROR/fatal",
        "23/ERROR/no-reconnect",
    ),
    "expect-ready/ERROR": ("24/handshake/ends-with-error", "23/ERROR/fatal", "23/ERROR/no-reconnect"),
    "traffic/message": (*_NOT_SERVED[""], "26/MESSAGE/after-ready", "26/MESSAGE/payload"),
    "traffic/MESSAGE": _NOT_SERVED["CURVE"],
    "traffic/PING": ("37/PONG/echoes-context",),
    "off/sign of life": _NOT_SERVED[""],
    "unlimited/sign of life": _NOT_SERVED[""],
    "unlimited/PING with TTL": ("37/PONG/answers-ping", "37/PONG/echoes-context"),
    "unlimited/PING without TTL": ("37/PONG/answers-ping", "37/PONG/echoes-context"),
}


class Ignoring(Connection):
    """Passes over some commands, or message frames, in some state.

    Attributes:
        state_of: the state.
        event: the command's name, "message", or `UNHEARD_OF` for all that no grammar has.
    """

    state_of = ""
    event = ""

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        name = octets[1 : 1 + octets[0]].decode("ascii", "backslashreplace") if octets else ""
        known = f"{self.mechanism.prefix}/{name}" in COMMANDS or name == "MESSAGE"
        if self.state != self.state_of or inside or (name if known else UNHEARD_OF) != self.event:
            super()._receive_command(octets, flags, inside=inside)

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        if self.state != self.state_of or self.event != "message":
            super()._receive_part(part, more=more)


def ignoring(state: str, event: str) -> Make:
    """Peers that pass over this event in this state."""

    class This(Ignoring):
        pass

    This.state_of, This.event = state, event
    return This


def from_rows() -> Iterator[Fault]:
    """Every fault that follows from the machines."""
    for machine in MACHINES.values():
        for row in machine.rows:
            yield from _forgets(machine, row)
            yield from _redirects(machine, row)
        yield from _ignores(machine)


def _forgets(machine: Machine, row: Row) -> Iterator[Fault]:
    mechanism, as_server = PLAYERS[machine.name]
    because = ""
    fallback = machine.step(row.state, UNHEARD_OF) if row.on != UNHEARD_OF and machine.name == "traffic" else None
    if row.on == "start":
        if not row.do:
            return  # nothing is done on this event: there is nothing to forget
        # Nobody sends this event, so there is nobody to reject: what is forgotten is the deed.
        changed, title = machine.exchanging(row, replace(row, do="")), f"never gets to {row.do}"
    else:
        changed, title = machine.without(row), f"rejects {_event(row.on)} in state {row.state}"
        if fallback is not None and row.on != "message":
            title = f"treats {_event(row.on)} in state {row.state} as an unknown command"
            if (fallback.do, fallback.then) == (row.do, row.then):
                because = f"the row {fallback.key} does the same"
            elif "ignores" in load()[row.requirement].allows:
                because = f"the ruling of {row.requirement} lets it be ignored"
        elif row.do in ("reject", "expire"):
            because = "a rejection closes as well"
        elif row.on == MANY or row.key == "awaiting/interval":
            because = "the ruling of 37/heartbeat/no-reply lets a peer close that waits in vain for an answer"
        elif row.do == "fail":
            # Both close; but who was refused stays away, and who was cut off comes back.
            title = f"takes {_event(row.on)} in state {row.state} for any other trouble"
            if mechanism == "NULL":
                because = "both close, and the ruling of 23/ERROR/no-reconnect lets a NULL peer come back"
        elif "closes" in load()[row.requirement].allows and row.on == UNHEARD_OF:
            because = f"the ruling of {row.requirement} lets it be refused"
    yield Fault(
        f"forgets.{_key(machine, row)}",
        title,
        _lost(machine, row),
        mechanism,
        as_server,
        not because,
        because,
        reading(STANDARD.with_machine(changed)),
    )


def _redirects(machine: Machine, row: Row) -> Iterator[Fault]:
    if row.then == row.state:
        return
    mechanism, as_server = PLAYERS[machine.name]
    because = ""
    if row.then == "closed":
        # Closing is what the verb does: to stay is to do nothing.
        changed, title = replace(row, do="", then=row.state), f"goes on after {_event(row.on)} in state {row.state}"
        if "ignores" in load()[row.requirement].allows:
            because = f"the ruling of {row.requirement} lets it be ignored"
    else:
        changed, title = replace(row, then=row.state), f"stays in state {row.state} after {_event(row.on)}"
    yield Fault(
        f"redirects.{_key(machine, row)}",
        title,
        _lost(machine, row),
        mechanism,
        as_server,
        not because,
        because,
        reading(STANDARD.with_machine(machine.exchanging(row, changed))),
    )


def _ignores(machine: Machine) -> Iterator[Fault]:
    mechanism, as_server = PLAYERS[machine.name]
    if not mechanism:
        return  # a greeting has no name, and traffic has a row for everything
    names = dict.fromkeys(key.split("/")[1] for key in COMMANDS if key.startswith(f"{mechanism}/"))
    for state in machine.states:
        # A state that is left on "start" is left before anything can come, and in traffic in the open another machine rules.
        if state in machine.final or machine.step(state, "start") or mechanism != "CURVE" and state == "traffic":
            continue
        events = [*names, UNHEARD_OF] + ["message"] * (state != "traffic")
        for event in events:
            if machine.step(state, event) is None:
                cited, because = [machine.otherwise], ""
                if (event, state, as_server) == ("ERROR", "traffic", False):
                    because = "the ruling of 26/ERROR/after-ready leaves a client free"
                if event == "message" and mechanism == "NULL":
                    cited.append("23/NULL/no-message-before-ready")
                if event == "message" and mechanism == "PLAIN":
                    waits = ("24/handshake/no-skipping", "24/message/client-waits-for-ready")
                    cited += waits if as_server else ("24/message/server-waits-for-ready",)
                if event == UNHEARD_OF and mechanism == "CURVE":
                    cited.append("26/handshake/commands")
                yield Fault(
                    f"ignores.{machine.name}.{state}.{slug(event)}",
                    f"passes over {_event(event)} in state {state}",
                    tuple(cited),
                    mechanism,
                    as_server,
                    not because,
                    because,
                    ignoring(state, event),
                )


def _lost(machine: Machine, row: Row) -> tuple[str, ...]:
    """What a peer breaks that does not take this row, or does not get where it leads; each once."""
    mechanism, _ = PLAYERS[machine.name]
    behind: tuple[str, ...] = ()
    if row.then == "traffic" != row.state:
        behind = _NOT_SERVED[mechanism]
    elif row.then not in machine.final and row.then != row.state:
        steps = [step.requirement for step in machine.rows if step.state == row.then and step.then != "closed"]
        behind = tuple(steps)
    # Machines of several mechanisms have rows of one name, and each mechanism has sentences of its own.
    foreign = {"NULL": ("24/", "26/"), "PLAIN": ("26/",), "CURVE": ("24/",)}.get(mechanism, ())
    along = [name for name in _BROKEN_WITH.get(row.key, ()) if not name.startswith(foreign)]
    return tuple(dict.fromkeys((row.requirement, *along, *behind)))


def _event(event: str) -> str:
    return event if event == "start" else a(event)


def _key(machine: Machine, row: Row) -> str:
    return f"{machine.name}.{row.state}.{slug(row.on)}"
