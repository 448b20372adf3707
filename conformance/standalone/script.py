"""Write a case as a script of its own: the template with the case's steps, its requirement, and what was seen."""

from collections.abc import Mapping
from functools import cache

import jinja2

from conformance.api import Case
from conformance.api.case import Side
from conformance.harness.keys import CLIENT, PASSWORD, SERVER, USERNAME
from conformance.report import inert
from conformance.standalone.expressions import Box, Pair, Unexplained, Value, expression
from conformance.standalone.recording import Act, Recording, record
from spec_model.crypto.keys import z85_encode
from spec_model.requirements import get

_KEYS = {
    CLIENT.secret: "CLIENT_SECRET",
    CLIENT.public: "CLIENT_PUBLIC",
    SERVER.secret: "SERVER_SECRET",
    SERVER.public: "SERVER_PUBLIC",
}


def script(case: Case, side: Side, seed: int, seen: str, requirement: str = "", target: str = "", cut: int = 0) -> str:
    """The text of a script that plays a case.

    Args:
        seed: of the run in which it was seen: the script sends the same octets.
        seen: what was seen, in a line; text of the target in it may be hostile.
        requirement: the one that is broken; the case's first, if empty.
        target: name and version of what was judged.
        cut: where the first connection's stream is cut in two; 0 for nowhere.

    Raises:
        Unexplained: the case does something that a script cannot do alone.
    """
    plays = record(case, side, seed, 0), record(case, side, seed, 1)
    steps = _steps(*plays)
    under_test, asked = case.under_test, get(requirement or case.checks[0])
    return _template().render(
        case=case,
        side=side,
        steps=steps,
        seen=_line(seen),
        target=_line(target),
        asked=asked,
        gist=_line(asked.gist),
        title=_line(case.title),
        note=_line(case.note),
        expected=[_line(step["what"]) for step in steps if step["kind"] in ("say", "app")],
        asks=any(step["kind"] == "app" for step in steps),
        wanted=_wanted(case),
        curve=under_test.mechanism == "CURVE",
        keys={name: key.hex() for key, name in _KEYS.items()},
        secrets={name: secret.hex() for name, secret in plays[0].secrets.items()},
        delivery=case.delivery.value,
        cut=cut,
    )


def _wanted(case: Case) -> Mapping[str, str]:
    """How the implementation has to be set up."""
    under_test = case.under_test
    wanted = {"socket type": under_test.socket_type, "mechanism": under_test.mechanism}
    if under_test.as_server is not None:
        wanted["role"] = f"the {under_test.role} of the handshake"
    if under_test.mechanism == "PLAIN":
        wanted |= {"username": USERNAME, "password": PASSWORD}
    if under_test.mechanism == "CURVE":
        own = SERVER if under_test.as_server else CLIENT
        wanted |= {"its public key": z85_encode(own.public), "its secret key": z85_encode(own.secret)}
        if not under_test.as_server:
            wanted["server key"] = z85_encode(SERVER.public)
    if under_test.identity is not None:
        wanted["identity"] = repr(under_test.identity)
    if under_test.refuses_clients:
        wanted["authentication"] = "refuses every client"
    wanted |= {name: str(value) for name, value in under_test.options.items()}
    return wanted


def _steps(left: Recording, right: Recording) -> list[dict[str, object]]:
    """What the tester does, step by step, with the expression for what it sends."""
    if [(act.kind, act.peer, act.what) for act in left.acts] != [(act.kind, act.peer, act.what) for act in right.acts]:
        raise Unexplained("what the tester does depends on the target's keys")
    steps: list[dict[str, object]] = []
    sent: list[Value] = []
    for one, other in zip(left.acts, right.acts, strict=True):
        step: dict[str, object] = {"kind": one.kind, "peer": one.peer, "what": one.what, "seconds": one.seconds}
        if one.kind == "send":
            step |= {"after": one.after, "octets": _named(_octets(one, other, sent), left.secrets)}
            sent.append(Value(Pair(one.octets, other.octets), f"SENT[{len(sent)}]"))
        steps.append(step)
    return steps


def _named(source: str, secrets: Mapping[str, bytes]) -> str:
    """An expression with the names of the keys in it that have one."""
    for peer, secret in secrets.items():
        if secret:
            source = source.replace(f'fromhex("{secret.hex()}")', f"SECRETS[{peer!r}]")
    for key, name in _KEYS.items():
        source = source.replace(f'fromhex("{key.hex()}")', name)
    return source


def _octets(left: Act, right: Act, sent: list[Value]) -> str:
    if len(left.boxes) != len(right.boxes) or len(left.values) != len(right.values):
        raise Unexplained("what is sealed depends on the target's keys")
    boxes = [
        Box(
            Pair(one.octets, other.octets),
            Pair(one.plaintext, other.plaintext),
            one.nonce,
            None if one.public is None or other.public is None else Pair(one.public, other.public),
            one.secret,
        )
        for one, other in zip(left.boxes, right.boxes, strict=True)
    ]
    chosen = [
        Value(Pair(one, other), f"it.{name}") for (name, one), (_, other) in zip(left.values, right.values, strict=True)
    ]
    again = [value for value in sent if not value.octets.fixed]
    return expression(Pair(left.octets, right.octets), boxes, [*chosen[:-1], *again, *chosen[-1:]])


def _line(text: object) -> str:
    return " ".join(inert(str(text), 1000).split())


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("conformance.standalone"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["source"] = repr
    return environment.get_template("script.py.j2")


__all__ = ["Unexplained", "script"]
