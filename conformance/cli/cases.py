"""`cases`: what the suite asks, as a list or one case in full."""

from typing import Any

from conformance.cli import options
from conformance.cli.exits import Exit

DELIVERIES = {
    "octets": "octet by octet",
    "splits": "cut at every position in turn",
    "together": "in one segment, as far as no step waits for the target",
}
"""How the tester's octets come, where that is not a segment for each step."""


def cases(
    patterns: options.Patterns = None,
    requirement: options.Requirements = None,
    role: options.Roles = None,
    mechanism: options.Mechanisms = None,
    side: options.Sides = None,
    json: options.Json = False,
) -> Exit:
    """List cases, or show one: its title, its script in words, the requirements that it checks.

    What is asked of a CURVE server's HELLO:

        zmtp-conformance cases 'curve.server_hello.*'

    One case in full:

        zmtp-conformance cases curve.server_hello.first_padding_bit

    All cases that check a requirement:

        zmtp-conformance cases --requirement 26/HELLO/padding
    """
    from conformance.cli.console import columns, say, say_json
    from conformance.cli.wording import sentences

    chosen = options.selected(patterns, requirement, role, mechanism, side)
    sides: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for case, where in chosen:
        found[case.id] = case
        sides.setdefault(case.id, []).append(where)
    if json:
        say_json([_as_json(case, sides[name]) for name, case in found.items()])
    elif patterns and len(patterns) == 1 and len(found) == 1:
        (case,) = found.values()
        _show(case, sides[case.id], sentences(case.script))
    else:
        columns((name, case.title) for name, case in found.items())
        say(f"{len(found)} cases, {len(chosen)} with each on both its sides")
    return Exit.CONFORMS


def _as_json(case: Any, sides: list[str]) -> dict[str, Any]:
    from conformance.cli.wording import sentences

    under = case.under_test
    return {
        "id": case.id,
        "title": case.title,
        "checks": list(case.checks),
        "mechanism": under.mechanism,
        "role": under.role,
        "socket_type": under.socket_type,
        "sides": sides,
        "negative": case.negative,
        "slow": case.slow,
        "sensitive": case.sensitive,
        "delivery": case.delivery.value,
        "script": list(sentences(case.script)),
        "note": case.note,
    }


def _show(case: Any, sides: list[str], script: Any) -> None:
    from conformance.cli.console import say
    from spec_model.requirements import get

    under = case.under_test
    who = f"a {under.mechanism} {under.role}, {under.socket_type}"
    say(case.id)
    say(f"  {case.title}")
    say()
    say(f"  under test: {who}; it {' and '.join(sides)}")
    if case.delivery.value in DELIVERIES:
        say(f"  delivery: {DELIVERIES[case.delivery.value]}")
    say("  script:")
    for number, sentence in enumerate(script, 1):
        say(f"    {number}. {sentence}")
    say("  checks:")
    for name in case.checks:
        asked = get(name)
        say(f"    {name}: {asked.level} ({asked.where}): {asked.gist}")
        if asked.ruling:
            say(f"      ruling: {asked.ruling}")
    if case.note:
        say(f"  note: {case.note}")
