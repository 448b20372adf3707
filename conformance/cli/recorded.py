"""Explain what was said in a case of a run: both directions of each connection, moment by moment.

Theory of operation: a trace has the octets of each moment, sent by the tester or received from the target. Each direction of
each connection has a reader, both share a session, so that a WELCOME opens with what the HELLO before it brought. The
tester's transient keys are in no trace, but they come from the seed and the names of case and connection; those that fit
a public key on the wire are taken, so that a run explains itself to the last box.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.cli.console import say, say_json
from conformance.cli.exits import Exit, Stop, near
from conformance.cli.explained import broken_json, part_json, parts
from conformance.harness.keys import CLIENT, SERVER
from conformance.report import ReportError, inert, read_events, read_results
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair
from spec_model.explain import Part, Reader, Session, keys_of

if TYPE_CHECKING:
    from conformance.cli.explain import Manner

_RUN = re.compile(rb'\s*\{\s*"')
_DRAWS = 4
"""How many of the first random keys of a connection may be its transient one: a script can draw others before."""


def is_run(data: bytes) -> bool:
    """Whether a file that starts so is meant to be a run."""
    return _RUN.match(data) is not None


def explain(path: Path | None, data: bytes, wanted: str, manner: "Manner") -> None:
    """Explain the cases of a run that are wanted.

    Args:
        path: where the run is; None for standard input.
        data: its content.
        wanted: id of a case, with or without its side; may be left out where there is only one.
    """
    run = _load(path, data)
    chosen = _choose(run["cases"], wanted)
    if manner.json:
        say_json([_as_json(case, run["seed"], manner) for case in chosen])
        return
    for case in chosen:
        say(inert(f"{case['id']}: {case['verdict']}; {case['reason']}"))
        if not case["trace"]:
            say("  it has no trace")
        for moment, found in _moments(case, run["seed"], manner):
            who = {"sent": "the tester", "received": "the target"}.get(moment["direction"], "note:")
            verb = " sent" if moment["octets"] else ""
            say()
            say(inert(f"{moment['at'] * 1000:8.1f} ms  {moment['peer']}  {who}{verb} {moment['what']}"))
            parts(found, "  ")


def _load(path: Path | None, data: bytes) -> Mapping[str, Any]:
    read = read_events if b'"event"' in data[: data.find(b"\n") + 1 or None] else read_results
    try:
        if path is not None:
            return read(path)
        with tempfile.NamedTemporaryFile(prefix="standard-input-") as copy:
            copy.write(data)
            copy.flush()
            return read(Path(copy.name))
    except ReportError as error:
        raise Stop(Exit.USAGE, str(error)) from None


def _choose(cases: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    found = [case for case in cases if wanted in (case["id"], case["case"]) or not wanted]
    if not found and wanted:
        raise Stop(Exit.USAGE, f"the run has no case {wanted!r}{near(wanted, (case['id'] for case in cases))}")
    if not found:
        raise Stop(Exit.USAGE, "the run has no case")
    if not wanted and len(found) > 1:
        failing = [case["id"] for case in found if case["verdict"] == "fail"]
        hint = f"; those that fail: {', '.join(failing[:5])}{' ...' if len(failing) > 5 else ''}" if failing else ""
        raise Stop(Exit.USAGE, f"the run has {len(found)} cases; name one with --case{hint}")
    return found


def _as_json(case: Mapping[str, Any], seed: int, manner: "Manner") -> dict[str, Any]:
    moments = [
        {
            "at": moment["at"],
            "peer": moment["peer"],
            "direction": moment["direction"],
            "what": moment["what"],
            "parts": [part_json(part) for part in found],
            "broken": list(broken_json(found)),
        }
        for moment, found in _moments(case, seed, manner)
    ]
    return {"id": case["id"], "verdict": case["verdict"], "reason": case["reason"], "moments": moments}


def _moments(
    case: Mapping[str, Any], seed: int, manner: "Manner"
) -> Iterator[tuple[Mapping[str, Any], tuple[Part, ...]]]:
    """Each moment with what its octets complete; what is cut off at the end comes with the last of its direction."""
    peers = list(dict.fromkeys(moment["peer"] for moment in case["trace"]))
    sides = _sides(case)
    talks = {peer: _Talk(case, seed, peers, manner, sides) for peer in peers}
    last = {(moment["peer"], moment["direction"]): number for number, moment in enumerate(case["trace"])}
    for number, moment in enumerate(case["trace"]):
        peer, direction = moment["peer"], moment["direction"]
        octets = bytes.fromhex(moment["octets"]) if direction in sides else b""
        found = talks[peer].feed(direction, octets)
        if direction in sides and last[peer, direction] == number:
            found += tuple(talks[peer].readers[direction].rest())
        yield moment, found


def _sides(case: Mapping[str, Any]) -> dict[str, str]:
    """The sides of the handshake by direction; the role is the target's."""
    other = {"server": "client", "client": "server"}
    return {"sent": other.get(case["role"], ""), "received": case["role"] if case["role"] in other else ""}


class _Talk:
    """One connection of a case."""

    def __init__(
        self, case: Mapping[str, Any], seed: int, peers: Iterable[str], manner: "Manner", sides: Mapping[str, str]
    ) -> None:
        self.session = Session(manner.mechanism or case["mechanism"], True, _ring(case, manner))
        self.readers = {direction: Reader(self.session, side) for direction, side in sides.items()}
        self._candidates = [pair for peer in peers for pair in _pairs(f"{seed} {case['case']} {peer}")]
        self._candidates += _pairs(f"{case['case']} witness")

    def feed(self, direction: str, octets: bytes) -> tuple[Part, ...]:
        """What these octets of a direction complete."""
        if not octets:
            return ()
        found: list[Part] = []
        for part in self.readers[direction].feed(octets):
            found.append(part)
            self._recover()
        return tuple(found)

    def _recover(self) -> None:
        """Take the tester's secret key of a pair whose public one has been seen."""
        keys = self.session.keys
        for name in ("C'", "S'"):
            if name in keys and name.lower() not in keys:
                for pair in self._candidates:
                    if pair.public == keys[name]:
                        keys.learn(name.lower(), pair.secret)


def _ring(case: Mapping[str, Any], manner: "Manner") -> Keyring:
    """The keys that were given; those of the suite too where the target was driven, for then it was given them."""
    ring = manner.keys.snapshot()
    if case["replay"].startswith("zmtp-conformance run ") and not manner.test_keys:
        suite = keys_of({"c": CLIENT.secret, "s": SERVER.secret})
        ring.learn_all({name: suite[name] for name in ("C", "c", "S", "s") if name not in ring})
    return ring


def _pairs(seed: str) -> list[KeyPair]:
    """The first key pairs that a tester's connection draws; see `conformance.harness.player`."""
    entropy = Replayed(seed)
    return [KeyPair.generate(entropy) for _ in range(_DRAWS)]
