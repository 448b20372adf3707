"""The table of socket types: how each one routes, queues, wraps, filters, blocks and drops, with the requirements.

Theory of operation: each row is read by `spec_model.patterns.socket.Socket`; see `spec_model.patterns.kind` for the
words. A type of the thread-safe family is its older sibling with single-part messages, and is written so. A cell
without aspects rests on nothing: the texts are silent there, or leave the choice free.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from spec_model.patterns.kind import (
    Asks,
    Choice,
    Envelope,
    Flood,
    Kind,
    Lack,
    Match,
    Multipart,
    Peers,
    Queues,
    Requests,
    Sends,
    Strays,
    Takes,
    Turn,
    say,
)

_MANY = say(Peers.MANY, "connects-to", "queue-on-accept")
_KEPT = say(Queues.KEPT, "queue-on-connect", "queue-kept-unconnected")
_KEPT_ONLY = say(Queues.KEPT, "queue-kept-unconnected")  # until the peer is known nothing can be meant for it
_IN_TURN = say(Sends.TURN, "round-robin")
_FAIRLY = say(Takes.TURN, "fair-queuing")
_ANY_ORDER = say(Turn.ANY, "sends-and-receives")
_WAITS = say(Lack.BLOCK, "blocks-without-peer", "accepts-no-more", "keeps-unqueued")
_WAITS_FOR_ROOM = say(Lack.BLOCK, "available", "accepts-no-more", "keeps-unqueued")
_NEVER_WAITS = say(Lack.DROP, "never-blocks")
_NOTHING_LOST = say(Flood.PAUSE, "delivers")
_UNMODIFIED = say(Envelope.NONE, "outgoing-unmodified", "incoming-unmodified")
_SENT_UNMODIFIED = say(Envelope.NONE, "outgoing-unmodified")
_TAKEN_UNMODIFIED = say(Envelope.NONE, "incoming-unmodified")

_MESSAGES = (
    *(f"{rfc}/{aspect}" for rfc in (23, 37) for aspect in ("socket/binds-and-connects", "message/queued-until-final")),
    *(f"{rfc}/message/{aspect}" for rfc in (23, 37) for aspect in ("atomic", "atomic-sending", "once", "order")),
)  # fmt: skip
_QUEUES = ("queue-per-peer", "queue-limit", "disconnect-discards", "queue-destroyed", *_MESSAGES)

REQ = Kind(
    "REQ", 28,
    peers=say(Peers.MANY, "connects-to"),
    queues=say(Queues.CONNECTED, "blocks-without-peer"),
    sends=_IN_TURN,
    takes=say(Takes.ASKED, "accepts-from-last-peer", "discards-from-others"),
    turn=say(Turn.ASKS, "lock-step", "one-in-flight"),
    envelope=say(Envelope.DELIMITER, "delimiter", "strips-delimiter", "reply-without-delimiter", "13/envelope/request"),
    unreachable=say(Lack.BLOCK, "blocks-without-peer", "keeps-unsent"),
    full=say(Lack.BLOCK, "keeps-unsent"),
    besides=("data-frames", "13/envelope/delimiter", *_MESSAGES),
)  # fmt: skip

REP = Kind(
    "REP", 28,
    peers=say(Peers.MANY, "connects-to"),
    queues=say(Queues.CONNECTED, "originator-gone"),
    sends=say(Sends.ASKER, "replies-to-originator"),
    takes=_FAIRLY,
    turn=say(Turn.ANSWERS, "lock-step", "one-at-a-time", "waits-for-reply"),
    envelope=say(
        Envelope.STACK, "envelope", "stores-envelope", "restores-envelope", "request-without-delimiter",
        "delivers-data", "13/envelope/layout", "13/envelope/reply",
    ),
    unreachable=say(Lack.DROP, "originator-gone", "never-blocks"),
    full=say(Lack.DROP, "never-blocks"),
    besides=("incoming-unmodified", "outgoing-unmodified", *_MESSAGES),
)  # fmt: skip

DEALER = Kind(
    "DEALER", 28,
    peers=_MANY, queues=_KEPT, sends=_IN_TURN, takes=_FAIRLY, turn=_ANY_ORDER, envelope=_UNMODIFIED,
    unreachable=_WAITS, full=_WAITS_FOR_ROOM, flood=_NOTHING_LOST,
    besides=_QUEUES,
)  # fmt: skip

ROUTER = Kind(
    "ROUTER", 28,
    peers=_MANY, queues=_KEPT_ONLY, takes=_FAIRLY, turn=_ANY_ORDER, flood=_NOTHING_LOST,
    sends=say(Sends.NAMED, "routes-by-identity"),
    envelope=say(
        Envelope.IDENTITY, "23/identity/addresses", "37/identity/addresses", "identity-from-metadata",
        "prefixes-identity", "removes-identity", "13/envelope/forward",
    ),
    unreachable=say(Lack.DROP, "unroutable", "never-blocks"),
    full=say(Lack.DROP, "full", "never-blocks"),
    besides=("identity-unique", "identity-clash", "queue-on-connect", "37/identity/first-octet", *_QUEUES),
)  # fmt: skip

PUB = Kind(
    "PUB", 29,
    peers=_MANY, queues=_KEPT_ONLY, envelope=_SENT_UNMODIFIED, unreachable=_NEVER_WAITS,
    sends=say(Sends.MATCHING, "sends-to-matching", *(f"{rfc}/subscription/publisher-filters" for rfc in (23, 37))),
    takes=say(Takes.NONE, "sends-only", "discards-messages"),
    full=say(Lack.DROP, "drops-when-full", "never-blocks"),
    match=say(Match.PREFIX, "prefix-match", "23/subscription/prefix", "37/subscription/prefix"),
    hears=say(Asks.SUBSCRIPTIONS, "23/subscription/counted", "37/subscription/counted"),
    requests=say(Requests.HIDDEN, "hides-requests"),
    besides=(
        "filters-outgoing", "takes-subscribe", "takes-unsubscribe", "pattern/transport-decides",
        "37/SUBSCRIBE/understood", "37/CANCEL/understood",
        *(f"{rfc}/subscription/{aspect}" for rfc in (23, 37) for aspect in ("empty", "binary", "additive")),
        "13/content/publisher-sends", "queue-per-subscriber", "queue-limit", "disconnect-discards", *_MESSAGES,
    ),
)  # fmt: skip

XPUB = replace(
    PUB, name="XPUB", takes=_FAIRLY, turn=_ANY_ORDER, flood=say(Flood.PAUSE, "delivers-messages"),
    requests=say(Requests.SHOWN, "delivers-requests", "disconnect-unsubscribes"),
    besides=("delivers-messages", "normalizes-requests", *PUB.besides[1:]),
)  # fmt: skip

SUB = Kind(
    "SUB", 29,
    peers=_MANY, takes=_FAIRLY, envelope=_TAKEN_UNMODIFIED,
    sends=say(Sends.NONE, "receives-only", "13/content/subscriber-silent"),
    flood=say(Flood.DROP, "drops-when-full"),
    match=say(Match.PREFIX, "delivers", "filters-incoming"),
    asks=say(Asks.SUBSCRIPTIONS, "23/subscription/counted", "37/subscription/counted"),
    strays=say(Strays.DROPPED, "filters-incoming", "13/content/recipient-filters"),
    besides=(
        "sends-requests", "23/subscription/subscribe", "23/subscription/unsubscribe", "37/SUBSCRIBE/sent",
        "37/CANCEL/sent", "15/subscription/messages", "queue-kept-unconnected", "queue-per-publisher", "queue-limit",
        "disconnect-discards", *_MESSAGES,
    ),
)  # fmt: skip

XSUB = replace(
    SUB, name="XSUB", turn=_ANY_ORDER, envelope=_UNMODIFIED, unreachable=_NEVER_WAITS,
    sends=say(Sends.ALL, "sends-to-all"),
    full=say(Lack.DROP, "drops-outgoing-when-full", "never-blocks"),
    match=say(Match.PREFIX),
    requests=say(Requests.SHOWN, "takes-requests"),
    strays=say(Strays.DELIVERED, "filters-incoming"),
    besides=("delivers", "queue-on-connect", "cancels-on-close", *SUB.besides),
)  # fmt: skip

PUSH = Kind(
    "PUSH", 30,
    peers=_MANY, queues=_KEPT, sends=_IN_TURN, envelope=_SENT_UNMODIFIED, unreachable=_WAITS, full=_WAITS_FOR_ROOM,
    takes=say(Takes.NONE, "sends-only"),
    besides=("pattern/reliable", "pattern/joins-any-time", *_QUEUES),
)  # fmt: skip

PULL = Kind(
    "PULL", 30,
    peers=_MANY, takes=_FAIRLY, envelope=_TAKEN_UNMODIFIED, flood=say(Flood.PAUSE, "delivers", "pattern/reliable"),
    sends=say(Sends.NONE, "receives-only"),
    besides=(
        "pattern/joins-any-time", "queue-kept-unconnected", "queue-per-peer", "queue-limit", "disconnect-discards",
        *_MESSAGES,
    ),
)  # fmt: skip

PAIR = Kind(
    "PAIR", 31,
    peers=say(Peers.ONE, "one-peer", "connects-to"),
    queues=_KEPT, turn=_ANY_ORDER, envelope=_UNMODIFIED, unreachable=_WAITS, full=_WAITS_FOR_ROOM, flood=_NOTHING_LOST,
    sends=say(Sends.ONE),
    takes=say(Takes.ONE, "receives"),
    besides=("queue-on-accept", *_QUEUES),
)  # fmt: skip

_ATOMIC = tuple(f"{whose}/atomic-{what}" for whose in ("pattern", "37/thread-safe") for what in ("send", "receive"))
_REFUSES = ("37/thread-safe/no-multipart-sent", "pattern/no-multipart")
_DISCARDS = ("37/thread-safe/multipart-discarded", "discards-multipart")
_SINGLE_OUT = say(Multipart.REFUSED, *_REFUSES, "sends-single-part")
_SINGLE_IN = say(Multipart.REFUSED, *_DISCARDS, "pattern/no-multipart")
_SINGLE = say(Multipart.REFUSED, *_REFUSES, "sends-single-part", *_DISCARDS)


def _safe(sibling: Kind, name: str, rfc: int, multipart: Choice[Multipart]) -> Kind:
    """The thread-safe sibling of a type."""
    return replace(sibling, name=name, rfc=rfc, multipart=multipart, besides=(*_ATOMIC, *sibling.besides))


CLIENT = _safe(DEALER, "CLIENT", 41, _SINGLE)
SCATTER = _safe(PUSH, "SCATTER", 49, _SINGLE_OUT)
GATHER = _safe(PULL, "GATHER", 49, _SINGLE_IN)
CHANNEL = _safe(PAIR, "CHANNEL", 52, _SINGLE)

SERVER = Kind(
    "SERVER", 41,
    peers=_MANY, queues=_KEPT_ONLY, takes=_FAIRLY, turn=_ANY_ORDER, flood=_NOTHING_LOST, multipart=_SINGLE,
    sends=say(Sends.NAMED, "routes-by-id", "routing-id-set"),
    envelope=say(Envelope.NUMBER, "routing-id-shown", "routing-id-not-chosen", "routing-id"),
    unreachable=say(Lack.REFUSE, "unroutable"),
    full=say(Lack.BLOCK, "blocks-when-full", "keeps-unqueued"),
    besides=(
        "pattern/client-first", "outgoing-unmodified", "incoming-unmodified", "23/identity/ignored-elsewhere",
        "37/identity/ignored-elsewhere", *_ATOMIC, *_QUEUES,
    ),
)  # fmt: skip
PEER = replace(SERVER, name="PEER", rfc=51, queues=_KEPT, besides=("connect-returns-id", *SERVER.besides[1:]))

RADIO = Kind(
    "RADIO", 48,
    peers=_MANY, queues=_KEPT_ONLY, unreachable=_NEVER_WAITS,
    sends=say(Sends.MATCHING, "sends-to-members", "37/group/radio-filters", "pattern/transport-decides"),
    takes=say(Takes.NONE, "sends-only", "discards-messages"),
    envelope=say(Envelope.GROUP, "attaches-group", "37/group/message", "37/group/part"),
    full=say(Lack.DROP, "drops-when-full", "never-blocks"),
    multipart=say(Multipart.REFUSED, *_REFUSES),
    match=say(Match.EXACT, "exact-match", "37/group/exact"),
    hears=say(Asks.GROUPS, "takes-join", "takes-leave", "37/JOIN/understood", "37/LEAVE/understood"),
    requests=say(Requests.HIDDEN, "hides-commands"),
    besides=(
        "filters-outgoing", "outgoing-unmodified", "group/size", "group/chars", "37/group/size", "37/group/chars",
        "queue-per-dish", "queue-limit", "disconnect-discards", *_ATOMIC, *_MESSAGES,
    ),
)  # fmt: skip

DISH = Kind(
    "DISH", 48,
    peers=_MANY, takes=_FAIRLY,
    sends=say(Sends.NONE, "receives-only"),
    envelope=say(Envelope.GROUP, "shows-group", "attaches-group"),
    flood=say(Flood.DROP, "drops-when-full"),
    multipart=say(Multipart.REFUSED, *_DISCARDS),
    match=say(Match.EXACT),
    asks=say(Asks.GROUPS, "sends-commands", "37/JOIN/sent", "37/LEAVE/sent"),
    strays=say(Strays.DROPPED, "filters-incoming"),
    besides=(
        "delivers", "incoming-unmodified", "group/size", "group/chars", "37/group/size", "37/group/chars",
        "queue-kept-unconnected", "queue-per-radio", "queue-limit", "disconnect-discards", *_ATOMIC, *_MESSAGES,
    ),
)  # fmt: skip

_ALL = (REQ, REP, DEALER, ROUTER, PUB, XPUB, SUB, XSUB, PUSH, PULL, PAIR, CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in (*_ALL, PEER, CHANNEL)})
"""Every socket type by its name."""
