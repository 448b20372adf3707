"""Written faults of those who stumble over what a peer says of itself; the deeds are in `deeds_metadata`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from spec_model.faults import deeds_metadata as deeds
from spec_model.faults.fault import Fault, Make, reading
from spec_model.faults.written import NO_CRASH, fault
from spec_model.grammar.command import Rule
from spec_model.tables import STANDARD


def demanding(key: str, holds: Callable[[Any], bool], requirement: str) -> Make:
    """Peers that refuse what does not fit one more rule; `requirement` is what lets it pass."""
    command = STANDARD.commands[key]
    stricter = replace(command, rules=(*command.rules, Rule(holds, {}, receiver=requirement)))
    return reading(STANDARD.with_command(key, stricter))


def written_metadata() -> Iterator[Fault]:
    """Properties and credentials that are odd, and no reason to die."""
    yield from _of_properties()
    yield from _of_credentials()


def _of_properties() -> Iterator[Fault]:
    yield fault(
        "dies-of-no-metadata",
        "dies of a peer that has no property at all",
        (
            *NO_CRASH,
            "23/metadata/socket-type-sent",
            "24/INITIATE/empty-metadata",
            "26/INITIATE/size",
            "26/READY/size",
        ),
        deeds.DiesOfNoMetadata,
    )
    yield fault(
        "dies-without-socket-type",
        "dies of a peer that does not say its socket type",
        (*NO_CRASH, "23/metadata/socket-type-sent", "23/READY/layout", "24/INITIATE/socket-type"),
        deeds.DiesWithoutSocketType,
    )
    yield fault(
        "dies-of-duplicates",
        "dies of a property that comes twice",
        (*NO_CRASH, "23/metadata/duplicate"),
        deeds.DiesOfDuplicates,
    )
    yield fault(
        "dies-of-odd-names",
        "dies of a property name with a character that names do not have",
        (*NO_CRASH, "23/metadata/name-chars", "23/NULL/ready-validated"),
        deeds.DiesOfOddNames,
    )
    yield fault(
        "dies-of-reserved-identities",
        "dies of an Identity that starts with a zero octet",
        (*NO_CRASH, "37/identity/first-octet"),
        deeds.DiesOfReservedIdentities,
    )
    yield fault(
        "refuses-resources",
        "refuses a peer that asks for a resource",
        ("37/resource/accepted", "23/metadata/other-properties"),
        deeds.RefusesResources,
    )


def _of_credentials() -> Iterator[Fault]:
    yield fault(
        "plain-dies-of-odd-credentials",
        "dies of a user name or a password that is not all visible characters",
        (*NO_CRASH, "24/HELLO/username-char", "24/HELLO/password-char"),
        deeds.DiesOfOddCredentials,
        "PLAIN",
        True,
    )
    yield fault(
        "plain-wants-two-characters",
        "refuses a user name of one character",
        ("24/WELCOME/answers-hello",),
        demanding("PLAIN/HELLO", lambda it: it.username_size != 1, "24/WELCOME/answers-hello"),
        "PLAIN",
        True,
    )
