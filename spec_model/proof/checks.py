"""Every check of CURVE, and peers that leave it out.

A check is read out of the tables: a rule by which a receiver refuses, the size of a command, the authenticator of a box, a
pair of state and event without a row. What no table says is taken from the written faults: keys and nonces that are new
each time, nonce prefixes for each direction, who is let in. Leaving a check out means:

- a rule: it is gone;
- a size: what is missing is read as zeros, what is too much is not looked at, as by who reads past the end of a buffer;
- a box: it is decrypted without asking whether its authenticator is right; where nothing needs what is inside, it is not
  opened at all, and its inner rules are not asked either;
- an order: a command is taken in a state that has no row for it, as in the state that has; a key that is missing then is
  read as zeros, like octets that are missing: memory that was cleared.

Checks can be left out together, which shows which of them stand behind each other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from construct import SizeofError

from spec_model.connection import Connection
from spec_model.crypto.entropy import Entropy
from spec_model.crypto.sealing import Dissected
from spec_model.faults import faults
from spec_model.faults.derive import UNNEEDED_BOXES, Level, levels, receiving
from spec_model.faults.fault import Make, a, reading, slug
from spec_model.framing import COMMAND, Frame
from spec_model.grammar.command import Command, Rule
from spec_model.machines import Machine, Row
from spec_model.mechanisms import MECHANISMS
from spec_model.proof.rings import Credulous, Zeros
from spec_model.role import Role
from spec_model.tables import STANDARD, Tables

_AUTHENTICATOR = 16


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        id: kind, side and what is looked at.
        requirement: what asks for it.
        as_server: which side makes it.
        title: what is refused, or done.
        tables: the tables without it.
        credulous: nonce prefix of the box whose authenticator is not looked at.
        peer: the connection that leaves it out, where no table does; a faulty peer.
        early: whether it keeps off what comes when there is no key for it; what is not there is zeros then.
        both: whether both sides have to leave it out, lest they do not understand each other.
    """

    id: str
    requirement: str
    as_server: bool
    title: str
    tables: Callable[[Tables], Tables] = lambda tables: tables
    credulous: bytes = b""
    peer: Make | None = None
    early: bool = False
    both: bool = False


class Unmeasured(Command):
    """A command whose size is not looked at. `size` is what its layout can hold: a box has its authenticator at least."""

    def parse(self, octets: bytes) -> dict[str, Any]:
        """See `Command`."""
        smallest, largest = self.size
        return super().parse(octets.ljust(smallest, b"\x00")[:largest])


class TakesClearText(Connection):
    """Takes a frame that is no MESSAGE for a message in clear."""

    def _receive_frame(self, frame: Frame) -> None:
        if self.state == "traffic" and not frame.flags & COMMAND and frame.body[:8] != b"\x07MESSAGE":
            self._receive_part(frame.body, more=False)
        else:
            super()._receive_frame(frame)


class Hasty(Connection):
    """Opens a MESSAGE as if its handshake were complete, whatever its state."""

    def _do_open(self, what: str, judged: Dissected) -> None:
        self.state = "traffic"
        super()._do_open(what, judged)


def without(left_out: Sequence[Check]) -> Make:
    """Peers that leave out these checks, of which no more than one is a faulty peer but those that play a side badly."""
    played = [check.peer for check in left_out if check.peer]
    make = _joined(played) if len(played) > 1 else next(iter(played), None)
    if make is not None and not isinstance(make, type):
        return make
    tables = STANDARD
    for check in left_out:
        tables = check.tables(tables)
    prefixes = frozenset(check.credulous for check in left_out if check.credulous)
    kind: Callable[[Role, Entropy, Tables], Connection] = make or Connection

    def play(role: Role, entropy: Entropy) -> Connection:
        connection = kind(role, entropy, tables)
        if prefixes:
            connection.mechanism.keys = Credulous.of(connection.mechanism.keys, prefixes)
        elif any(check.early for check in left_out):
            connection.mechanism.keys = Zeros.of(connection.mechanism.keys)
        return connection

    return play


def _joined(makes: Sequence[Make]) -> Make:
    """Peers that play a side as badly as each of these."""
    mechanisms = dict(MECHANISMS)
    for key, sound in MECHANISMS.items():
        bad = [make.mechanisms[key] for make in makes if isinstance(make, type) and issubclass(make, Connection)]
        bad = [side for side in bad if side is not sound]
        mechanisms[key] = type(sound.__name__, tuple(bad), {}) if bad else sound

    class Joined(Connection):
        pass

    Joined.mechanisms = mechanisms
    return Joined


def checks() -> Iterator[Check]:
    """All of them: rules, sizes and boxes in the order of the commands, then orders, then what is written."""
    for level in levels():
        if level.key.startswith("CURVE/"):
            yield from _of_level(level)
    for name, server in (("curve_server", True), ("curve_client", False)):
        yield from _of_order(STANDARD.machines[name], server)
        yield _clear_text(server)
    yield from _written()


def _of_level(level: Level) -> Iterator[Check]:
    server = receiving(level.key)[1] is True
    whose = "server" if server else "client"
    where = ".".join(filter(None, (level.name, slug(level.field))))
    command = level.command
    if command.size_rule[0] and not level.field:
        title = f"{a(level.name)} of {_size(command.size)}"
        yield Check(f"size.{whose}.{where}", command.size_rule[0], server, title, _put(level, _unmeasured))
    for rule in command.rules:
        if rule.receiver:
            aspect = ".".join(dict.fromkeys((*rule.receiver.split("/")[-1:], *(slug(name) for name in rule.spoil))))
            title = f"{a(level.name)} in which {rule.title}"
            yield Check(f"rule.{whose}.{where}.{aspect}", rule.receiver, server, title, _put(level, _lax(rule)))
    for name, box in command.boxes.items():
        title = f"{a(level.name)} whose {name.replace('_', ' ')} does not open"
        id = f"box.{whose}.{where}.{slug(name)}"
        if level.key == "CURVE/WELCOME" and box.symmetric:
            continue  # a client cannot open the cookie
        if name in UNNEEDED_BOXES:
            yield Check(id, box.requirement, server, title, _put(level, _unopened(name)))
        else:
            yield Check(id, box.requirement, server, title, credulous=box.prefix)


def _size(size: tuple[int, int | None]) -> str:
    smallest, largest = size
    return f"other than {smallest} octets" if smallest == largest else f"less than {smallest} octets"


def _put(level: Level, change: Callable[[Command], Command]) -> Callable[[Tables], Tables]:
    """Tables with the grammar of this level changed, whatever else has been changed in them before."""

    def put(tables: Tables) -> Tables:
        here = next((one for one in levels(tables) if (one.key, one.field) == (level.key, level.field)), None)
        return tables if here is None else here.change(change(here.command))  # gone with a box that nobody opens

    return put


def _unmeasured(command: Command) -> Command:
    """The command, and whatever lies in its boxes under the same requirement, without a look at the size."""
    known = {part.name: getattr(command, part.name) for part in fields(command)}
    boxes = {
        name: replace(box, inner=_unmeasured(box.inner)) if box.inner.size_rule == command.size_rule else box
        for name, box in command.boxes.items()
    }
    return Unmeasured(**{**known, "boxes": boxes, "size": (_least(command), command.size[1])})


def _least(command: Command) -> int:
    """How many octets its fields take, whatever its RFC asks for."""
    least = 0
    for part in command.layout.subcons:
        try:
            least += part.sizeof()
        except SizeofError:
            least += _AUTHENTICATOR if part.name in command.boxes else 0
    return least


def _lax(rule: Rule) -> Callable[[Command], Command]:
    return lambda command: replace(command, rules=tuple(kept for kept in command.rules if kept is not rule))


def _unopened(name: str) -> Callable[[Command], Command]:
    return lambda command: replace(command, boxes={kept: box for kept, box in command.boxes.items() if kept != name})


def _of_order(machine: Machine, server: bool) -> Iterator[Check]:
    whose = "server" if server else "client"
    for state, event, row in machine.pairs():
        if row is None and event != "start" and machine.step(state, "start") is None:
            taken = next(known for known in machine.rows if known.on == event)
            title = f"{a(event)} in state {state}"
            add = _adding(machine.name, replace(taken, state=state))
            peer = Hasty if event == "MESSAGE" else None
            id = f"order.{whose}.{state}.{event}"
            yield Check(id, machine.otherwise, server, title, add, peer=peer, early=True)
    for state in machine.states:
        if state != "traffic" and state not in machine.final and machine.step(state, "start") is None:
            row = Row(state, "message", "deliver", state, machine.otherwise)
            title = f"a message in clear in state {state}"
            yield Check(f"order.{whose}.{state}.message", machine.otherwise, server, title, _adding("traffic", row))


def _adding(name: str, row: Row) -> Callable[[Tables], Tables]:
    return lambda tables: tables.with_machine(tables.machines[name].adding(row))


def _clear_text(server: bool) -> Check:
    whose = "server" if server else "client"
    title = "a message in clear in state traffic"
    return Check(f"order.{whose}.traffic.message", "25/traffic/refuses-clear-text", server, title, peer=TakesClearText)


WRITTEN = (
    "everybody-is-let-in",
    "cookie-for-ever",
    "same-cookie-key",
    "same-welcome",
    "same-transient-server",
    "same-transient-client",
    "one-message-prefix",
    "curvecp-vouch",
    "permanent-key-ready",
    "reused-nonce-client",
    "reused-nonce-server",
    "same-vouch-nonce",
    "same-welcome-nonce",
    "same-cookie-nonce",
    "one-long-nonce",
    "client-key-in-the-open",
    "amplifying-welcome",
    "amplifying-error",
)
"""The written faults that leave out a care which keeps somebody off."""


def _written() -> Iterator[Check]:
    for name in WRITTEN:
        fault = faults()[f"written.{name}"]
        both = fault.as_server is None or name in ("permanent-key-ready",)
        whose = "both" if both else "server" if fault.as_server else "client"
        yield Check(
            f"care.{whose}.{name}",
            fault.requirements[0],
            fault.as_server is True,
            fault.title,
            peer=fault.make,
            both=both,
        )


def without_gaps() -> Make:
    """Peers that close where a nonce of MESSAGE is left out, as 26/short-nonce/gaps lets them."""
    tables = STANDARD
    for key in ("CURVE/MESSAGE/C", "CURVE/MESSAGE/S"):
        command = tables.commands[key]
        rules = tuple(
            replace(rule, holds=lambda it: it.nonce == it.known.last_nonce + 1) if "nonce" in rule.spoil else rule
            for rule in command.rules
        )
        tables = tables.with_command(key, replace(command, rules=rules))
    return reading(tables)


def with_zeros() -> Make:
    """Peers that leave out no check, but whose missing keys are zeros: what the orders keep off."""
    return without([Check("zeros", "", False, "", early=True)])
