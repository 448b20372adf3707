"""A script in words: one sentence for each step, for people who do not read Python."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from conformance.api import script as words
from conformance.api.script import Expectation, Step
from conformance.api.socket_expectations import SocketExpectation
from conformance.api.socket_steps import SocketStep
from spec_model.crypto.sealing import Alteration, Reseal, Tamper

LONGEST = 24
"""Octets of a value that are shown."""


def sentences(script: Iterable[Step]) -> Iterator[str]:
    """The steps in words, equal ones that follow each other as one."""
    for sentence, same in groupby(map(sentence_of, script)):
        times = len(list(same))
        yield sentence if times == 1 else f"{times} times: {sentence}"


def sentence_of(step: Step) -> str:
    """One step in words."""
    match step:
        case words.Send("message", given) if set(given) <= {"parts"} and not step.alterations and not step.frame:
            return f"the tester sends a message of {value(given.get('parts', (b'message',)))}"
        case words.Send(name, given, alterations, frame):
            return f"the tester sends {name}{_changes(given, alterations, frame)}"
        case words.Inject(name, given, alterations, frame):
            return f"the tester sends {name} out of turn{_changes(given, alterations, frame)}"
        case words.Octets(octets):
            return f"the tester sends the octets {value(octets)}"
        case words.Until("traffic"):
            return "both play on until the handshake is complete"
        case words.Until(name):
            return f"both play on until the target has sent {name}"
        case words.Withhold():
            return "the tester sends nothing more by itself"
        case words.HangUp(abort):
            return f"the tester closes the connection{' with RST' if abort else ''}"
        case words.Pause(seconds):
            return f"{seconds:g} s pass"
        case words.Peer(name, like, identity, minor):
            said = [f"whose random choices are those of {like!r}"] if like else []
            said += [f"which announces the identity {value(identity)}"] if identity is not None else []
            said += [f"which announces ZMTP 3.{minor}"] if minor != 1 else []
            return f"on the connection {', '.join((repr(name), *said))}:"
        case words.AppSends(parts, to):
            return f"the application behind the target sends {value(parts)}{f' to {to!r}' if to else ''}"
        case SocketStep():
            return step.sentence
        case words.Repeat(times, steps):
            return f"{times} times, at first: {'; '.join(sentences(steps(0)))}"
        case words.Expect(what):
            return f"the target {reaction(what)}"
    return _plain(step)


def reaction(what: Expectation) -> str:
    """What is expected of the target, as the end of a sentence."""
    match what:
        case words.Rejects(before):
            return f"closes{f' and does not answer {before}' if before else ''}"
        case words.Accepts():
            return "goes on: the handshake completes and a message gets through"
        case words.Ignores():
            return "ignores it: nothing of it is delivered, and a message afterwards gets through"
        case words.Waits():
            return "neither answers nor closes"
        case words.Answers(name, values):
            given = ", ".join(f"{field} = {value(expected)}" for field, expected in values.items())
            return f"answers {name}{f' with {given}' if given else ''}"
        case words.Obeys(name):
            return f"has sent {name} as the requirements ask"
        case words.Delivers(messages):
            return f"hands its application {' and then '.join(map(value, messages)) or 'nothing'}"
        case words.Receives(parts):
            return f"sends the message {value(parts)}"
        case words.Differs(command, field):
            return f"sends another {field} in each {command}"
        case words.Holds(statement):
            return f"shows that {statement}"
        case words.Reconnects(back):
            return "connects again" if back else "does not connect again"
        case words.Either(outcomes):
            return ", or ".join(map(reaction, outcomes))
        case SocketExpectation():
            return what.sentence
    return _plain(what)


def value(given: Any) -> str:
    """A value as it is shown: text in quotes, other octets in hex, long ones shortened, functions as such."""
    match given:
        case bytes() if len(given) <= LONGEST and re.fullmatch(rb"[ -~]+", given):
            return f'"{given.decode()}"'
        case bytes() if len(given) <= LONGEST:
            return given.hex(" ") or "no octets"
        case bytes():
            return f"{given[: LONGEST // 2].hex(' ')} ... ({len(given)} octets)"
        case tuple() | list():
            return " + ".join(map(value, given)) or "no frames"
    return "what a function makes of the natural value" if callable(given) else str(given)


def _changes(given: Mapping[str, Any], alterations: tuple[Alteration, ...], frame: Mapping[str, Any]) -> str:
    said = [f"{field} = {value(new)}" for field, new in given.items()]
    said += map(_altered, alterations)
    said += [f"frame {field} = {value(new)}" for field, new in frame.items()]
    return f" with {', '.join(said)}" if said else ""


def _altered(alteration: Alteration) -> str:
    match alteration:
        case Tamper(field, flip, cut, extend, exchange):
            said = [f"bit {flip} of {field} flipped"] if flip is not None else []
            said += [f"{cut} octets cut off {field}"] if cut else []
            said += [f"{value(extend)} behind {field}"] if extend else []
            said += [f"{value(exchange)} in the place of {field}"] if exchange is not None else []
            return ", ".join(said)
        case Reseal(field, prefix, _, sender, receiver):
            said = [f"the nonce prefix {value(prefix)}"] if prefix is not None else []
            said += ["another secret key"] if alteration.secret else []
            said += [f"the key {sender} of the sender"] if sender else []
            said += [f"the key {receiver} of the receiver"] if receiver else []
            return f"{field} sealed with {' and '.join(said)}"
    return _plain(alteration)


def _plain(record: object) -> str:
    """Any other record: its name and what it holds."""
    held = {
        name: entry for name, entry in vars(record).items() if not name.startswith("_") and entry not in (None, b"", ())
    }
    return f"{type(record).__name__.lower()}({', '.join(f'{name} {value(entry)}' for name, entry in held.items())})"
