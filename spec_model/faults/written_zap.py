"""Faults of those who ask a ZAP handler (RFC 27): read out of the rules for its messages, and written.

A rule that binds the asking side makes a peer that spoils its requests so ("spoils.zap."): `from_requests`. What a reply
says beyond its rules, and what else a peer does instead of asking and waiting, is listed; the deeds are in `deeds_zap`.
"""

from collections.abc import Callable, Iterator

from spec_model.connection import Connection
from spec_model.faults import deeds_zap as deeds
from spec_model.faults.fault import Fault, slug
from spec_model.faults.written import NO_CRASH, fault
from spec_model.grammar.command import Fields, Rule
from spec_model.grammar.multipart import Frames
from spec_model.grammar.zap import REQUEST

NOT_ADMITTED = ("27/status/temporary", "27/status/refused", "27/status/internal-error", "27/status/other")
VERSION, STATUS, IDENTITY, MECHANISM, CREDENTIALS = 1, 3, 5, 6, 7
"""Where these stand in a message, counted from the delimiter."""


def written_zap() -> Iterator[Fault]:
    """Every written fault of a side that asks."""
    yield from _of_requests()
    yield from _of_asking()
    yield from _of_replies()


def from_requests() -> Iterator[Fault]:
    """Every fault that follows from the rules for a request."""
    for rule in REQUEST.rules:
        mechanism = rule.spoil.get("mechanism", b"").decode() if "credentials" in rule.spoil else ""
        change = {name: value for name, value in rule.spoil.items() if name != "mechanism" or not mechanism}
        yield Fault(
            f"spoils.zap.{slug(rule.sender.removeprefix('27/').replace('/', '.'))}",
            f"asks a ZAP handler though {rule.title}",
            tuple(
                dict.fromkeys(
                    (rule.sender, *(f"27/request/{name}" for name in ("domain", "mechanism") if name in change))
                )
            ),
            mechanism,
            None,
            True,
            "",
            deeds.spoiling(_spoils(rule, change)),
        )


def _spoils(rule: Rule, change: Fields) -> deeds.Change:
    return lambda _, frames: REQUEST.build({**REQUEST.parse(frames), **change})


def _asks(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    change: Callable[[Connection, Frames], Frames],
    mechanism: str = "",
) -> Fault:
    return fault(f"zap-{name}", title, requirements, deeds.spoiling(change), mechanism, True if mechanism else None)


def _at(position: int, frames: Frames, *others: bytes) -> Frames:
    """The frames with that one exchanged."""
    return (*frames[:position], *others, *frames[position + 1 :])


def _of_requests() -> Iterator[Fault]:
    layout = ("27/request/frames", "27/request/version", "27/request/delimiter")
    yield _asks("no-delimiter", "asks without a delimiter", layout, lambda _, it: it[1:])
    yield _asks("odd-delimiter", "asks with a delimiter that is not empty", layout, lambda _, it: (b"x", *it[1:]))
    yield _asks("two-delimiters", "asks with two delimiters", layout, lambda _, it: (b"", *it))
    yield _asks(
        "drops-empty-frames",
        "leaves empty frames out of a request",
        ("27/request/all-frames-present", "27/request/frames"),
        lambda _, it: (b"", *filter(None, it[1:])),
    )
    yield _asks(
        "no-identity",
        "tells the handler no Identity, though the client's is there",
        ("27/request/identity",),
        lambda _, it: _at(IDENTITY, it, b""),
        "CURVE",
    )
    yield _asks(
        "own-identity",
        "tells the handler its own Identity for the client's",
        ("27/request/identity",),
        lambda peer, it: _at(IDENTITY, it, peer.role.identity or b""),
    )
    yield _asks(
        "lower-case-mechanism",
        "names the mechanism in small letters",
        ("27/request/mechanism", "27/NULL/mechanism", "27/PLAIN/mechanism", "27/CURVE/mechanism"),
        lambda _, it: _at(MECHANISM, it, it[MECHANISM].lower()),
    )
    credentials = ("27/PLAIN/credentials", "27/request/credentials")
    yield _asks(
        "swaps-credentials",
        "tells the handler the password before the user name",
        credentials,
        lambda _, it: (*it[:CREDENTIALS], *it[:-3:-1]),
        "PLAIN",
    )
    yield _asks(
        "credentials-up-to-zero",
        "cuts user name and password off at a zero",
        credentials,
        lambda _, it: (*it[:CREDENTIALS], *(part.split(b"\x00")[0] for part in it[CREDENTIALS:])),
        "PLAIN",
    )
    yield _asks(
        "credentials-as-text",
        "reads user name and password as text",
        credentials,
        lambda _, it: (*it[:CREDENTIALS], *(part.decode("utf-8", "replace").encode() for part in it[CREDENTIALS:])),
        "PLAIN",
    )
    yield _asks(
        "transient-key",
        "tells the handler another key than the one that the client proved to own",
        ("27/CURVE/credentials", "27/request/credentials"),
        lambda peer, it: _at(CREDENTIALS, it, peer.mechanism.keys["S"]),
        "CURVE",
    )


def _of_asking() -> Iterator[Fault]:
    asked = ("27/dialogue/one-request",)
    yield fault("zap-asks-nobody", "asks no handler and lets everybody in", (*asked, *NOT_ADMITTED), deeds.AsksNobody)
    yield fault("zap-asks-twice", "asks a handler twice about one client", asked, deeds.AsksTwice)
    yield fault("zap-does-not-wait", "lets a client in before the handler has answered", asked, deeds.DoesNotWait)
    yield fault("zap-asks-once", "does with all clients as it was told of the first", asked, deeds.AsksOnce)


def _of_replies() -> Iterator[Fault]:
    malformed, foreign = ("27/status/malformed-reply",), ("27/status/foreign-request-id",)

    def says(status: bytes) -> deeds.LetsIn:
        return lambda it: it[STATUS : STATUS + 1] == (status,)

    def whole(it: Frames) -> bool:
        return len(it) == len(("", *REQUEST.frames)) and it[0] == b"" and it[STATUS] == b"200"

    for status, requirement in ((b"300", NOT_ADMITTED[0]), (b"400", NOT_ADMITTED[1]), (b"500", NOT_ADMITTED[2])):
        yield fault(
            f"zap-lets-in-{status.decode()}",
            f"lets in whom the handler answers {status.decode()}",
            (requirement,),
            deeds.lax(says(status)),
        )
    for name, title, lets_in in (
        ("first-digit", "lets in by any status that begins with a 2", lambda it: it[STATUS : STATUS + 1] >= (b"2",)),
        ("status-prefix", "lets in by any status that begins with 200", lambda it: it[STATUS][:3] == b"200"),
        ("trims-status", "lets in by a 200 with blanks around it", lambda it: it[STATUS].strip() == b"200"),
        ("empty-status", "lets in by an empty status", says(b"")),
    ):
        yield fault(f"zap-{name}", title, NOT_ADMITTED[3:], deeds.lax(_if_status(lets_in)))
    for name, title, cited, lets_in in (
        ("any-version", "lets in by a reply of any version", malformed, lambda it: whole(it) and it[2] != b""),
        ("version-prefix", "looks at the first octet of a version", malformed, lambda it: it[VERSION][:1] == b"1"),
        ("missing-frames", "takes missing frames of a reply for empty", malformed, lambda it: len(it) < 7),
        ("more-frames", "passes over frames too many in a reply", malformed, lambda it: len(it) > 7),
        ("any-delimiter", "lets in by a reply without a delimiter", malformed, lambda it: it[0] != b""),
        ("any-request-id", "lets in by a reply to any request", foreign, whole),
    ):
        yield fault(f"zap-{name}", title, cited, deeds.lax(_if_success(lets_in)))
    yield fault(
        "zap-refuses-unlike",
        "refuses whom a 200 with a user id, metadata or a longer text lets in",
        ("27/status/success",),
        deeds.RefusesUnlike,
    )
    unread = ("27/status/bad-metadata",)
    yield fault("zap-dies-of-metadata", "reads metadata beyond its end", (*unread, *NO_CRASH), deeds.DiesOfMetadata)
    yield fault("zap-deaf-to-metadata", "falls silent on metadata without sense", unread, deeds.DeafToMetadata)


def _if_status(lets_in: deeds.LetsIn) -> deeds.LetsIn:
    return lambda it: len(it) > STATUS and it[STATUS] not in (b"300", b"400", b"500") and lets_in(it)


def _if_success(lets_in: deeds.LetsIn) -> deeds.LetsIn:
    return lambda it: b"200" in it and lets_in(it)
