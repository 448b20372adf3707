"""The sans-IO reference: octets in, events out, octets out.

    connection = Connection(Role("NULL"), Replayed(7))
    connection.start()
    events = connection.receive(octets_from_the_peer)
    octets_for_the_peer = connection.octets_to_send()

The connection steps the rows of its machines and judges what comes with the grammars of its `Tables`; it knows no rule of
its own. What it wants to send waits as `Outgoing` items, structured and unencoded, so that a tester may alter one on its way
out. Time comes by `tick`, randomness by the entropy.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Entropy
from spec_model.crypto.sealing import Alteration, Dissected, Value, assemble, dissect
from spec_model.errors import LocalProtocolError, RemoteProtocolError
from spec_model.events import (
    Asked,
    Closed,
    CommandReceived,
    Event,
    Failed,
    Greeted,
    MessageReceived,
    Ready,
    Rejected,
    TimedOut,
)
from spec_model.framing import COMMAND, MORE, Frame, FrameReader, encode
from spec_model.grammar.curve import COMMAND as PAYLOAD_COMMAND
from spec_model.grammar.greeting import GREETING_SIZE, SIGNATURE_SIZE, mechanism_octets
from spec_model.grammar.metadata import LAYOUT
from spec_model.grammar.traffic import LARGEST_CONTEXT
from spec_model.heartbeat import Heartbeat
from spec_model.machines.table import Row
from spec_model.mechanisms import COOKIE_LIFETIME, MECHANISMS, UNAUTHENTICATED, Null
from spec_model.patterns.compatibility import compatible
from spec_model.role import Role
from spec_model.tables import STANDARD, Spoil, Tables
from spec_model.zap import Answer, Server, judge_reply


class Outgoing(NamedTuple):
    """Something that is to be sent, not encoded yet.

    Attributes:
        name: "greeting", "message", or a command's name.
        grammar: key of its grammar; empty for a message frame in the open.
        natural: the fields that the peer chose.
        keys: what its boxes are sealed with.
        flags: flags of its frame.
        tables: where its grammar and its spoils are looked up.
    """

    name: str
    grammar: str
    natural: Mapping[str, Any]
    keys: Keyring
    flags: int
    tables: Tables

    def body(self, given: Mapping[str, Value] | None = None, alterations: tuple[Alteration, ...] = ()) -> bytes:
        """The octets without the frame; see `assemble` for the arguments."""
        if not self.grammar:
            body: bytes = (given or {}).get("body", self.natural["body"])
            return body
        spoil = self.tables.spoils.get(self.grammar, Spoil())
        return assemble(
            self.tables.commands[self.grammar],
            self.natural,
            self.keys,
            {**spoil.given, **(given or {})},
            (*spoil.alterations, *alterations),
        )

    def encode(
        self,
        given: Mapping[str, Value] | None = None,
        alterations: tuple[Alteration, ...] = (),
        frame: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The octets for the wire.

        Args:
            given, alterations: see `assemble`.
            frame: fields of the frame to replace: `flags`, `size`, and `body` for a message.
        """
        name, grammar, natural, keys, flags, tables = self
        if not (given or alterations or frame or tables.spoils):  # nothing is odd about it
            if not grammar:
                return encode(flags, natural["body"])
            body = assemble(tables.commands[grammar], natural, keys)
            return body if name == "greeting" else encode(flags, body)
        body = self.body(given, alterations)
        if name == "greeting":
            return body
        spoil = tables.spoils.get(grammar or "message", Spoil())
        whole = {**spoil.frame, **(frame or {})}
        return frame_octets(tables, body, flags, whole) if whole else encode(flags, body)


def frame_octets(tables: Tables, body: bytes, flags: int, given: Mapping[str, Any]) -> bytes:
    """A frame of which some fields are given: flags, size, body; the others follow from the body."""
    body = given.get("body", body)
    natural = encode(flags, body)[0]
    flags = given.get("flags", natural)
    flags = flags(natural) if callable(flags) else flags
    size = given.get("size", len(body))
    return tables.commands["frame"].build({"flags": flags, "size": size, "body": body})


def _properties_of(judged: Dissected) -> list[tuple[bytes, bytes]]:
    """Name, in small letters, and value of each property that can be read."""
    read = judged.fields.get("properties")
    if read is None:
        read = LAYOUT.codec.parse(judged.fields["metadata"])["properties"]
    return [(entry["name"].lower(), entry["value"]) for entry in read]


_A_MESSAGE, _NO_KEYS = Dissected("message", {}), Keyring()
_new = tuple.__new__  # on the hot path: what calling a NamedTuple does, without its detour


class Connection:
    """One peer of one connection.

    Args:
        role: what it is.
        entropy: where it takes keys and long nonces from.
        tables: the specification, or a faulty version of it.

    Attributes:
        address: the peer's IP address, for a ZAP handler; the owner sets it before anything is received.
        peer_user_id, peer_properties: what a ZAP handler said of the peer.
    """

    mechanisms: Mapping[tuple[str, bool], type[Null]] = MECHANISMS

    def __init__(self, role: Role, entropy: Entropy, tables: Tables = STANDARD) -> None:
        self.role, self.tables = role, tables
        self.mechanism = self.mechanisms[role.mechanism, role.as_server](role, entropy, tables)
        self.state = tables.machines["greeting"].initial
        self.peer_greeting: Mapping[str, Any] = {}
        self.peer_metadata: Mapping[str, bytes] = {}
        self.address = "127.0.0.1"
        self.peer_user_id = b""
        self.peer_properties: Mapping[str, bytes] = {}
        self._zap = Server(role.zap_domain) if role.zap_domain else None
        self._asking: tuple[Row, Dissected] | None = None  # a command that waits for the handler's reply
        self._greeting = bytearray()
        self._reader = FrameReader()
        self._parts: list[bytes] = []
        self._out: deque[Outgoing] = deque()
        self._events: list[Event] = []
        self._now = 0.0
        self._heartbeat = Heartbeat(role, tables.settled)
        self._traffic, self._commands = tables.machines["traffic"], tables.commands
        self._own_machine = tables.machines[self.mechanism.machine]
        self._message_in, self._message_out = (self.mechanism.grammar("MESSAGE", sending=way) for way in (False, True))
        self._frame_rules = tables.commands["frame"].refusing

    # --- what the owner calls -------------------------------------------------------------------------------------

    def start(self) -> tuple[Event, ...]:
        """The transport is connected: the greeting goes out."""
        self._step("greeting", "start")
        return self._flush()

    def receive(self, octets: bytes) -> tuple[Event, ...]:
        """Octets came from the peer; returns what follows from them, in order."""
        try:
            if self.state == "expect-greeting":
                octets = self._receive_greeting(octets)
            if octets and self.state not in ("expect-greeting", "closed"):
                reader, heartbeat = self._reader, self._heartbeat
                reader.feed(octets)
                for frame in reader.frames() if self._asking is None else ():
                    if not heartbeat.settled:
                        heartbeat.alive(self._step_beside)
                        if self.state == "closed":
                            break
                    self._receive_frame(frame)
                    if self.state != "traffic" and (self.state == "closed" or self._asking is not None):
                        break
                if not heartbeat.settled and reader.waiting and self.state != "closed":
                    heartbeat.alive(self._step_beside)  # a frame that is not complete yet is a sign of life too
        except RemoteProtocolError as breach:
            self._reject(breach.requirement, breach.detail)
        return self._flush()

    def authenticated(self, frames: Sequence[bytes]) -> tuple[Event, ...]:
        """A ZAP handler replied, delimiter included; whatever is no reply to what was asked leaves the peer waiting."""
        answer = self._answered(frames)
        if answer is None or self._asking is None or self.state == "closed":
            return self._flush()
        (row, judged), self._asking = self._asking, None
        try:
            self._judge_answer(answer)
            self._take_row(row, judged)
            for frame in self._reader.frames():  # what came meanwhile
                if self.state != "closed":
                    self._receive_frame(frame)
        except RemoteProtocolError as breach:
            self._reject(breach.requirement, breach.detail)
        return self._flush()

    def end(self) -> tuple[Event, ...]:
        """The peer closed the transport."""
        if self.state != "closed":
            self.state = "closed"
            self._parts.clear()  # an unfinished message is never delivered
            self._events.append(Closed(by_peer=True))
        return self._flush()

    def tick(self, now: float) -> tuple[Event, ...]:
        """It is `now`, in seconds from any origin; timers that are due go off. Before the first tick it is 0."""
        self._now = now
        expires = self.mechanism.cookie_expires
        if expires is not None and now >= expires:
            self.mechanism.cookie_expires = None
            self.mechanism.expire()
        if self.state != "closed":
            self._heartbeat.tick(self._step_beside, now)
        return self._flush()

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do if nothing comes before, in its seconds; None for never."""
        due = (self.mechanism.cookie_expires, self._heartbeat.deadline)
        return None if self.state == "closed" else min((when for when in due if when is not None), default=None)

    def send(self, *parts: bytes) -> None:
        """Send a message of these frames.

        Raises:
            LocalProtocolError: the handshake is not complete, or the connection is over.
        """
        if self.state != "traffic":
            raise LocalProtocolError("23/NULL/no-message-before-ready", f"no message can be sent in state {self.state}")
        for part in parts[:-1]:
            self.push_frame(part, more=True)
        for part in parts[-1:]:
            self.push_frame(part, more=False)

    def push_frame(self, part: bytes, *, more: bool) -> None:
        """Send one frame of a message; the caller sees to it that the last has no more."""
        mechanism, flags = self.mechanism, MORE if more else 0
        if mechanism.encrypts:
            natural = {**mechanism.natural("MESSAGE"), "flags": flags, "data": part}
            # RFC 23 wants encrypted messages as commands; every deployed implementation uses a message frame.
            item = "MESSAGE", self._message_out, natural, mechanism.keys.held(), 0, self.tables
        else:
            item = "message", "", {"body": part}, _NO_KEYS, flags, self.tables
        self._out.append(_new(Outgoing, item))

    def send_command(self, name: str, natural: Mapping[str, Any]) -> None:
        """Send a traffic command such as PING; under CURVE it travels inside a MESSAGE."""
        grammar = f"traffic/{name}"
        if self.mechanism.encrypts:
            spoil = self.tables.spoils.get(grammar, Spoil())
            body = assemble(self.tables.commands[grammar], natural, self.mechanism.keys, spoil.given, spoil.alterations)
            inner = {**self.mechanism.natural("MESSAGE"), "flags": PAYLOAD_COMMAND, "data": body}
            self._push("MESSAGE", self.mechanism.grammar("MESSAGE", sending=True), inner, 0)
        else:
            self._push(name, grammar, natural, COMMAND)

    def outgoing(self) -> Outgoing | None:
        """The next item that waits to be sent, taken out; None if there is none."""
        return self._out.popleft() if self._out else None

    def octets_to_send(self) -> bytes:
        """The octets of everything that waits to be sent."""
        octets: list[bytes] = []
        while (item := self.outgoing()) is not None:
            octets.append(item.encode())
        return b"".join(octets)

    # --- receiving ------------------------------------------------------------------------------------------------

    def _receive_greeting(self, octets: bytes) -> bytes:
        self._greeting += octets
        seen = self._greeting
        # Without the signature the peer speaks ZMTP 1.0 or nothing that we know; we do not downgrade.
        no_start = seen and seen[0] != 0xFF and self._judges("signature_start")
        no_end = len(seen) >= SIGNATURE_SIZE and not seen[SIGNATURE_SIZE - 1] & 1 and self._judges("signature_end")
        if no_start or no_end:
            raise RemoteProtocolError("23/greeting/signature-checked", "the greeting has no signature")
        if len(seen) > SIGNATURE_SIZE and seen[SIGNATURE_SIZE] < 3 and self._judges("version_major"):
            self._step("greeting", "older greeting", detail=f"the peer's major version is {seen[SIGNATURE_SIZE]}")
            return b""
        if len(seen) < GREETING_SIZE:
            return b""
        own, rest = bytes(seen[:GREETING_SIZE]), bytes(seen[GREETING_SIZE:])
        judged = dissect(self._commands["greeting"], own, None, {"mechanism": mechanism_octets(self.role.mechanism)})
        self.peer_greeting = judged.fields
        self._events.append(_new(Greeted, (judged.fields, judged)))
        if judged.refused:
            raise RemoteProtocolError(judged.refused, "the greeting is refused")
        self._step("greeting", "greeting")
        self._step(self.mechanism.machine, "start")
        return rest

    def _judges(self, field: str) -> bool:
        """Whether a rule obliges us to refuse what is wrong in this field of the greeting."""
        return any(rule.receiver and field in rule.spoil for rule in self.tables.commands["greeting"].rules)

    def _receive_frame(self, frame: Frame) -> None:
        flags, body = frame
        for rule in self._frame_rules:  # the specification has none: RFC 23 binds only the sender of a frame
            if not rule.holds(SimpleNamespace(flags=flags, size=len(body), body=body)):
                raise RemoteProtocolError(rule.receiver, rule.title)
        if flags & COMMAND or self.mechanism.encrypts and self.state == "traffic":
            self._receive_command(body, flags, inside=False)
        else:
            self._receive_part(body, more=flags & MORE != 0)

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        row = self._traffic.moves.get((self.state, "message"))
        if row is None:
            raise RemoteProtocolError(self._own_machine.otherwise, f"a message in state {self.state}")
        self._parts.append(part)
        if not more:
            if row.do == "deliver":
                self._do_deliver("", _A_MESSAGE)
            else:
                self._perform(row, _A_MESSAGE)
            if self.state != "closed":
                self.state = row.then

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        mechanism, state, grammar = self.mechanism, self.state, None
        in_traffic = inside or state == "traffic" and not mechanism.encrypts
        machine = self._traffic if in_traffic else self._own_machine
        if octets[:8] == b"\x07MESSAGE":  # the hot path
            name, key = "MESSAGE", self._message_in
        else:
            size = octets[0] if octets else 0
            # A name that goes beyond the body is no name.
            name = octets[1 : 1 + size].decode("ascii", "backslashreplace") if size < len(octets) else ""
            key = mechanism.grammar(name, sending=False)
        if in_traffic:
            grammar = self._commands.get(f"traffic/{name}")
        if grammar is None:
            grammar = self._commands.get(key)
        if grammar is not None:
            judged = dissect(grammar, octets, mechanism.keys, mechanism.known(name))
        else:
            judged = Dissected(name, {}, (("23/command/name-size", ""),) if not name else ())
        row = machine.moves.get((state, name))
        if row is None and in_traffic:
            row = machine.step(state, "unknown command")
        self._events.append(_new(CommandReceived, (name, octets, judged, flags, inside)))
        if row is None:
            called = name or "a command whose name does not fit into it"
            raise RemoteProtocolError(machine.otherwise, f"{called} in state {state}")
        if grammar is not None and not judged.fields:
            breach = grammar.size_rule[0] or grammar.size_rule[1]
            raise RemoteProtocolError(breach, f"{name} of {len(octets)} octets")
        if refused := judged.broken and judged.refused or mechanism.refuses(judged):
            if refused in UNAUTHENTICATED:
                # One place wants a silent close, another ERROR (RFC 24, 26); ERROR tells the client not to come back.
                self._push_error(b"not authenticated")
            raise RemoteProtocolError(refused, f"{name} is refused")
        if row.do == "open payload":  # the hot path, which need not be taken apart
            self._do_open("payload", judged)
            if self.state != "closed":
                self.state = row.then
        elif self._zap is not None and name == mechanism.asks_about and not in_traffic:
            self._asking = row, judged
            self._ask(judged)
        else:
            self._take_row(row, judged)

    def _take_row(self, row: Row, judged: Dissected) -> None:
        self._perform(row, judged)
        if self.state != "closed":
            self.state = row.then

    # --- a ZAP handler --------------------------------------------------------------------------------------------

    def _ask(self, judged: Dissected) -> None:
        """Ask about the peer from which this command came."""
        assert self._zap is not None
        self._events.append(Asked(self._zap.ask_about(judged, self.address)))

    def _answered(self, frames: Sequence[bytes]) -> Answer | None:
        """What a reply means; None where nothing was asked. Each connection has its own dialogue, so it answers the one."""
        if self._zap is None or not self._zap.waiting:
            return None
        return judge_reply(frames, self._zap.waiting.pop(0))

    def _judge_answer(self, answer: Answer) -> None:
        """Keep what is said of a peer that is let in, and refuse any other."""
        if not answer.admitted:
            if answer.reason is not None:
                self._push_error(answer.reason)
            raise RemoteProtocolError(answer.requirement, "the ZAP handler does not let it in")
        self.peer_user_id, self.peer_properties = answer.user_id, answer.metadata

    # --- the verbs of the rows ------------------------------------------------------------------------------------

    def _step(self, machine: str, event: str, detail: str = "") -> None:
        row = self.tables.machines[machine].step(self.state, event)
        if row is None:
            raise RemoteProtocolError(self.tables.machines[machine].otherwise, f"{event} in state {self.state}")
        if row.do:
            self._perform(row, _new(Dissected, (event, {}, (), (), ())), detail)
        if self.state != "closed":
            self.state = row.then

    def _step_beside(self, machine: str, state: str, event: str, detail: str) -> str:
        """Step a machine that has a state of its own beside the connection's; returns its next state."""
        row = self.tables.machines[machine].step(state, event)
        if row is None:
            self._reject(self.tables.machines[machine].otherwise, f"{event} in state {state} of {machine}")
            return "closed"
        if row.do:
            self._perform(row, Dissected(event, {}), detail)
        return row.then

    def _perform(self, row: Row, judged: Dissected, detail: str = "") -> None:
        for verb, what in row.verbs:
            if verb == "send":
                self._do_send(what, judged)
            elif verb == "take":
                self._do_take(what, judged)
            elif verb == "reject":
                self._reject(row.requirement, detail)
            elif verb == "expire":
                self._events.append(TimedOut(row.requirement, detail))
                self._close()
            else:
                getattr(self, f"_do_{verb}")(what, judged)
            if self.state == "closed":
                return

    def _do_send(self, what: str, judged: Dissected) -> None:
        if what == "greeting":
            natural: Mapping[str, Any] = {
                "version_minor": self.role.version_minor,
                "mechanism": mechanism_octets(self.role.mechanism),
                "as_server": int(self.role.as_server),
            }
            self._push("greeting", "greeting", natural, 0)
        elif what == "PING":
            self.send_command("PING", self._heartbeat.ping())
        elif what == "PONG":
            self.send_command("PONG", {"context": judged.fields["context"][:LARGEST_CONTEXT]})
        else:
            if what == "READY":
                self._enforce_socket_type(judged)
            if self.state != "closed":
                mechanism = self.mechanism
                self._push(what, mechanism.grammar(what, sending=True), mechanism.natural(what), COMMAND)
                mechanism.sent(what)
                if what == "WELCOME" and mechanism.encrypts:
                    mechanism.cookie_expires = self._now + COOKIE_LIFETIME
                if what == "READY" and judged.name == "INITIATE":
                    self._complete(judged)

    def _do_take(self, what: str, judged: Dissected) -> None:
        self.mechanism.take(judged)
        if what == "metadata":
            self._enforce_socket_type(judged)
            if self.state != "closed":
                self._complete(judged)

    def _do_open(self, what: str, judged: Dissected) -> None:
        self.mechanism.take(judged)
        fields = judged.fields
        flags, data = fields["flags"], fields["data"]
        if flags & PAYLOAD_COMMAND:
            self._receive_command(data, flags, inside=True)
        else:
            self._receive_part(data, more=flags & MORE != 0)

    def _do_deliver(self, what: str, judged: Dissected) -> None:
        parts = self._parts
        self._events.append(_new(MessageReceived, (tuple(parts),)))
        parts.clear()

    def _do_limit(self, what: str, judged: Dissected) -> None:
        self._heartbeat.pinged(self._step_beside, judged.fields["ttl"], self._now)

    def _do_count(self, what: str, judged: Dissected) -> None:
        self._heartbeat.ponged()

    def _do_fail(self, what: str, judged: Dissected) -> None:
        self._events.append(Failed(judged.fields.get("reason", b"")))
        self._close()

    def _complete(self, judged: Dissected) -> None:
        self.peer_metadata = {n.decode("ascii", "backslashreplace"): value for n, value in _properties_of(judged)}
        mechanism = self.mechanism
        told = self.peer_metadata, mechanism.client_key, mechanism.username, self.peer_user_id
        self._events.append(_new(Ready, told))
        greeting = self.peer_greeting
        if self.role.version_minor and (greeting["version_major"], greeting["version_minor"]) >= (3, 1):
            self._heartbeat.start(self._step_beside, self._now)  # a peer of 3.0 knows no PING

    def _enforce_socket_type(self, judged: Dissected) -> None:
        """Refuse a peer whose socket type does not go with ours; say so with ERROR where the mechanism lets us."""
        own = self.role.socket_type
        if "metadata" not in judged.fields or not own:
            return
        for name, value in _properties_of(judged):
            if name == b"socket-type" and not compatible(own, value.decode("ascii", "replace")):
                if self.role.mechanism == "NULL" or self.role.as_server:
                    self._push_error(b"Invalid socket type")
                self._reject("23/socket-type/enforced", f"{value!r} is no peer for {own}")
                return

    # --- small tools ----------------------------------------------------------------------------------------------

    def _push(self, name: str, grammar: str, natural: Mapping[str, Any], flags: int) -> None:
        self._out.append(_new(Outgoing, (name, grammar, natural, self.mechanism.keys.held(), flags, self.tables)))

    def _push_error(self, reason: bytes) -> None:
        natural = {"reason_size": len(reason), "reason": reason}
        self._push("ERROR", self.mechanism.grammar("ERROR", sending=True), natural, COMMAND)

    def _reject(self, requirement: str, detail: str) -> None:
        if self.state != "closed":
            self._events.append(Rejected(requirement, detail))
            self._close()

    def _close(self) -> None:
        self.state = "closed"
        self._parts.clear()
        self._events.append(Closed(by_peer=False))

    def _flush(self) -> tuple[Event, ...]:
        events, self._events = tuple(self._events), []
        return events
