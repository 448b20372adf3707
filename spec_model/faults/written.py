"""Faults that no deletion from a table says, listed: what they do, what they break, and the deed or the tables
that do it.

A peer that does otherwise has a class in `deeds`; one that merely sends something else has a spoil in its tables;
one that looks less closely has a rule of its own. What is CURVE's alone is listed in `written_curve`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from spec_model.faults import deeds
from spec_model.faults.fault import Fault, Make, reading
from spec_model.grammar.command import Rule
from spec_model.grammar.metadata import metadata_octets, property_octets, read_metadata
from spec_model.machines import MACHINES
from spec_model.tables import STANDARD, Spoil, Tables

WITH_METADATA = ("NULL/READY", "PLAIN/INITIATE", "PLAIN/READY", "CURVE/INITIATE", "CURVE/READY")
"""The commands that carry metadata."""

NO_CRASH = ("23/connection/repeated", "23/close/other-errors")
"""What a crash breaks, whatever the octets were that led to it: nobody is served any more."""


def fault(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    make: Make,
    mechanism: str = "",
    as_server: bool | None = None,
    *,
    because: str = "",
) -> Fault:
    """A written fault, which can be seen unless a ruling forbids to hold it against anybody; `because` names that one."""
    return Fault(f"written.{name}", title, requirements, mechanism, as_server, not because, because, make)


def spoiling(spoils: Mapping[str, Spoil], tables: Tables = STANDARD) -> Make:
    """Peers that spoil what they send, by grammar key."""
    return reading(replace(tables, spoils={**tables.spoils, **spoils}))


def doing(machine: str, verbs: Mapping[str, str]) -> Make:
    """Peers whose machine does something else in some rows, by state and event."""
    rows = tuple(replace(row, do=verbs.get(row.key, row.do)) for row in MACHINES[machine].rows)
    return reading(STANDARD.with_machine(replace(MACHINES[machine], rows=rows)))


def judging(key: str, field: str, holds: Callable[[Any], bool]) -> Make:
    """Peers whose rule about a field that they receive looks less closely."""
    command = STANDARD.commands[key]

    def lax(rule: Rule) -> Rule:
        return replace(rule, holds=holds) if rule.receiver and field in rule.spoil else rule

    return reading(STANDARD.with_command(key, replace(command, rules=tuple(lax(rule) for rule in command.rules))))


def announcing(change: Callable[[bytes], bytes]) -> Make:
    """Peers that change the metadata that they send."""
    return spoiling({key: Spoil(given={"metadata": change}) for key in WITH_METADATA})


def refusals() -> tuple[str, ...]:
    """Every requirement that obliges a receiver to refuse something and close."""
    levels = [level for command in STANDARD.commands.values() for level in command.levels()]
    found = [rule.receiver for level in levels for rule in level.rules]
    found += [level.size_rule[0] for level in levels if level.size_rule[0] != level.size_rule[1]]
    found += [box.requirement for level in levels for box in level.boxes.values()]
    found += [machine.otherwise for machine in MACHINES.values()]
    found += ["23/handshake/failure-closes", "23/close/other-errors", "23/socket-type/enforced"]
    found += ["24/HELLO/refused", "26/INITIATE/unauthenticated", "26/cookie/expires", "26/MESSAGE/nonce-prefix"]
    return tuple(dict.fromkeys(filter(None, found)))


def _without_socket_type(octets: bytes) -> bytes:
    return metadata_octets([(name, value) for name, value in read_metadata(octets) if name != "Socket-Type"])


def _lower_socket_type(octets: bytes) -> bytes:
    return metadata_octets(
        [(name, value.lower() if name == "Socket-Type" else value) for name, value in read_metadata(octets)]
    )


def written() -> Iterator[Fault]:
    """Every written fault that is not CURVE's own."""
    yield from _of_greetings_and_frames()
    yield from _of_handshakes()
    yield from _of_messages()
    yield from _of_refusals()


def _of_greetings_and_frames() -> Iterator[Fault]:
    yield fault(
        "greets-last",
        "sends its greeting only when the whole greeting of the peer has come",
        ("23/greeting/sends-whole", "23/greeting/full", "23/greeting/partial"),
        doing("greeting", {"open/start": "", "expect-greeting/greeting": "send greeting"}),
    )
    yield fault(
        "greeting-in-one-segment",
        "refuses a greeting that comes in several segments",
        ("23/greeting/expects-whole",),
        deeds.GreetingInOneSegment,
    )
    yield fault(
        "drops-behind-greeting",
        "loses what comes in one segment with the end of the greeting",
        ("23/greeting/expects-whole", "23/NULL/ready-sent", "23/NULL/ready-first", "23/connection/stages"),
        deeds.DropsBehindGreeting,
    )
    yield fault(
        "mechanism-in-any-case",
        "compares mechanisms without regard to the case of letters",
        ("23/greeting/mechanism-match",),
        judging("greeting", "mechanism", lambda it: it.mechanism.upper() == it.known.mechanism),
    )
    yield fault(
        "mechanism-up-to-null",
        "compares mechanisms only up to the first null octet",
        ("23/greeting/mechanism-match", "23/greeting/mechanism-padding"),
        judging(
            "greeting",
            "mechanism",
            lambda it: it.mechanism.partition(b"\x00")[0] == it.known.mechanism.partition(b"\x00")[0],
        ),
    )
    yield fault(
        "as-server-inverted",
        "announces the role of the other side",
        ("23/as-server/role",),
        spoiling({"greeting": Spoil(given={"as_server": lambda natural: 1 - natural})}),
        "CURVE",
    )
    yield fault(
        "frame-in-one-segment",
        "loses a frame that comes in several segments",
        ("23/frame/layout", "23/frame/short", "23/frame/long", "23/message/body"),
        deeds.FrameInOneSegment,
    )
    yield fault(
        "reads-little-endian",
        "reads the size of a long frame with the least significant octet first",
        ("23/frame/long", "23/message/body", "23/command/layout"),
        deeds.ReadsLittleEndian,
    )
    yield fault(
        "sends-little-endian",
        "sends the size of a long frame with the least significant octet first",
        ("23/frame/long", "23/command/long-size"),
        deeds.SendsLittleEndian,
    )
    yield fault(
        "signed-sizes",
        "refuses short frames of more than 127 octets",
        ("23/frame/short", "23/message/body"),
        deeds.SignedSizes,
    )
    yield fault(
        "bodies-up-to-64k",
        "refuses frames of more than 65,536 octets",
        ("23/frame/long", "23/message/body"),
        deeds.BodiesUpTo64K,
    )
    yield fault(
        "short-commands-only",
        "refuses a command of 255 octets or less in a long frame",
        ("23/command/accepts-either-size",),
        deeds.ShortCommandsOnly,
    )


def _of_handshakes() -> Iterator[Fault]:
    yield fault(
        "ready-last",
        "sends its READY only when the peer's has come",
        ("23/NULL/ready-first",),
        doing("null", {"greeted/start": "", "expect-ready/READY": "take metadata; send READY"}),
        "NULL",
    )
    yield fault(
        "ready-twice-null",
        "sends READY twice",
        ("23/NULL/grammar", "23/NULL/ready-sent", "23/handshake/metadata-last"),
        deeds.ReadyTwice,
        "NULL",
    )
    yield fault(
        "message-before-ready-null",
        "sends a message before its READY",
        ("23/connection/stages", "23/handshake/commands", "23/NULL/ready-sent"),
        deeds.MessageBeforeReady,
        "NULL",
    )
    yield fault(
        "takes-messages-before-ready",
        "delivers messages that come before READY",
        ("23/NULL/no-message-before-ready", "23/NULL/grammar"),
        deeds.TakesMessagesBeforeReady,
        "NULL",
    )
    yield fault(
        "no-socket-type",
        "sends no Socket-Type",
        ("23/metadata/socket-type-sent",),
        announcing(_without_socket_type),
    )
    yield fault(
        "lower-case-socket-type",
        "sends its socket type in small letters",
        ("23/socket-type/grammar",),
        announcing(_lower_socket_type),
    )
    yield fault(
        "duplicate-property",
        "sends each of its properties twice",
        ("23/metadata/duplicate",),
        announcing(lambda octets: octets + octets),
    )
    yield fault(
        "x-property",
        "sends a property whose name starts with X-",
        ("23/metadata/x-names",),
        announcing(lambda octets: octets + property_octets("X-Vendor", b"1")),
    )
    yield fault(
        "long-identity",
        "sends an Identity of 256 octets",
        ("23/identity/size",),
        announcing(lambda octets: octets + property_octets("Identity", b"i" * 256)),
    )
    yield fault(
        "any-socket-type",
        "serves a peer whose socket type does not go with its own",
        ("23/socket-type/enforced", "23/socket-type/error-then-disconnect"),
        deeds.AnySocketType,
    )
    yield fault(
        "same-socket-type-only",
        "refuses every socket type but its own",
        ("23/socket-type/legal-accepted",),
        deeds.SameSocketTypeOnly,
    )
    yield fault(
        "refuses-socket-type-in-silence",
        "closes without ERROR on a socket type that does not go with its own",
        ("23/socket-type/error-then-disconnect",),
        deeds.RefusesSocketTypeInSilence,
        "NULL",
    )
    yield fault(
        "refuses-identity",
        "refuses an Identity though nothing addresses by it",
        ("23/identity/ignored-elsewhere",),
        deeds.RefusesIdentity,
    )


def _of_messages() -> Iterator[Fault]:
    yield fault("delivers-twice", "delivers every message twice", ("23/message/once",), deeds.DeliversTwice)
    yield fault(
        "swaps-messages",
        "delivers the second message behind the third",
        ("23/message/order",),
        deeds.SwapsMessages,
    )
    yield fault(
        "delivers-parts",
        "delivers every frame as a message of its own",
        ("23/message/atomic", "23/message/layout"),
        deeds.DeliversParts,
        "NULL",
    )
    yield fault(
        "delivers-unfinished",
        "delivers what came of a message when the peer closes in the midst of it",
        ("23/message/atomic",),
        deeds.DeliversUnfinished,
    )
    yield fault(
        "drops-empty",
        "drops a message that is one empty frame",
        ("23/frame/empty", "23/message/body", "26/MESSAGE/empty-payload"),
        deeds.DropsEmpty,
    )
    yield fault(
        "cuts-at-zero",
        "takes a zero octet for the end of a frame",
        ("23/message/body", "26/MESSAGE/payload"),
        deeds.CutsAtZero,
    )
    yield fault(
        "delivers-commands",
        "delivers commands that come in traffic as messages",
        ("23/traffic/commands", "23/frame/command-bit", "26/MESSAGE/command-flag"),
        deeds.DeliversCommands,
    )
    yield fault(
        "sends-no-more",
        "never sets MORE",
        ("23/message/layout", "26/MESSAGE/sends-more"),
        deeds.SendsNoMore,
    )
    yield fault(
        "sends-more-always",
        "sets MORE on the last frame of a message too",
        ("23/message/layout", "26/MESSAGE/sends-more"),
        deeds.SendsMoreAlways,
    )
    yield fault(
        "pong-stale-memory",
        "answers PING with octets behind the context that nobody sent",
        ("37/PONG/echoes-context", "37/PONG/layout"),
        spoiling({"traffic/PONG": Spoil(given={"context": lambda context: context + b"\xde\xad\xbe\xef"})}),
    )
    yield fault(
        "pong-with-ttl",
        "puts a time-to-live into PONG",
        ("37/PONG/layout", "37/PONG/echoes-context"),
        spoiling({"traffic/PONG": Spoil(given={"context": lambda context: b"\x00\x0a" + context})}),
    )
    yield fault(
        "pong-without-context",
        "answers PING without its context",
        ("37/PONG/echoes-context",),
        spoiling({"traffic/PONG": Spoil(given={"context": b""})}),
    )


def _of_refusals() -> Iterator[Fault]:
    yield fault(
        "deaf-when-refusing",
        "goes silent instead of closing when it refuses something",
        refusals(),
        deeds.DeafWhenRefusing,
    )
    yield fault(
        "deaf-on-error",
        "goes silent instead of closing when ERROR comes",
        ("23/ERROR/fatal", "26/ERROR/client-accepts", "26/ERROR/fatal"),
        deeds.DeafOnError,
    )
    yield fault(
        "never-closes",
        "goes silent where it ought to close, whatever the occasion",
        (*refusals(), "23/ERROR/fatal", "26/ERROR/client-accepts"),
        deeds.NeverCloses,
    )
    yield fault(
        "passes-over-malformed",
        "drops what it ought to refuse and goes on as if nothing had come",
        refusals(),
        deeds.PassesOverMalformed,
    )
    yield fault(
        "heeds-only-reasons",
        "passes over an ERROR that gives no reason",
        ("23/ERROR/reason-without-meaning", "23/ERROR/fatal", "26/ERROR/client-accepts"),
        deeds.HeedsOnlyReasons,
    )
    yield fault(
        "crashes-on-empty-command",
        "dies of a command without a body",
        (*NO_CRASH, "23/command/name-size", "23/command/body", "23/NULL/grammar", "26/handshake/commands"),
        deeds.CrashesOnEmptyCommand,
    )
    yield fault(
        "crashes-on-huge-size",
        "dies of a frame that announces 2^63 octets",
        (*NO_CRASH, "23/frame/long-size-limit"),
        deeds.CrashesOnHugeSize,
    )
    yield fault(
        "crashes-on-empty-name",
        "dies of a property without a name",
        (*NO_CRASH, "23/metadata/name-size", "26/metadata/name-size", "26/READY/metadata", "23/NULL/ready-parsed"),
        deeds.CrashesOnEmptyName,
    )
