"""ROUTER: peers have names, messages go by name, what leads nowhere is dropped (RFC 28 "The ROUTER Socket Type")."""

from typing import Any

from conformance.api import (
    Case,
    Peer,
    UnderTest,
    app_sends,
    cannot_send,
    comes,
    delivers,
    expect,
    floods,
    hang_up,
    message,
    peer,
    reads,
    receives,
    returns_at_once,
    some_come,
    stops_reading,
    takes,
    takes_part,
)
from conformance.api.scenes import BIG, FEW, staged
from conformance.api.scenes_receiving import FAIR, MULTIPART, RECEIVERS

RECEIVING = staged("28/ROUTER", "DEALER", RECEIVERS + MULTIPART)
PEERS = staged("28/ROUTER", "DEALER", FAIR)


def _router(**more: Any) -> UnderTest:
    return Peer(socket_type="ROUTER", **more)


BY_NAME = Case(
    title="a ROUTER sends each message to the peer of that name, without the name, and to no other",
    checks=(
        *("28/ROUTER/routes-by-identity", "28/ROUTER/removes-identity", "28/ROUTER/prefixes-identity"),
        *("28/ROUTER/connects-to", "28/ROUTER/queue-on-accept", "28/ROUTER/identity-from-metadata"),
        *("23/identity/addresses", "37/identity/addresses", "23/identity/announced", "37/identity/announced"),
        *("28/ROUTER/sends-and-receives", "13/envelope/forward"),
    ),
    under_test=_router(),
    script=(
        peer("first", identity=b"alpha"),
        expect(takes_part()),
        peer("second", identity=b"alpha2", shared=True),
        expect(takes_part()),
        peer("third", identity=b"\xff\x00z", shared=True),
        expect(takes_part()),
        app_sends(b"alpha2", b"for the second"),
        app_sends(b"\xff\x00z", b"for the third"),
        app_sends(b"alpha", b"for the first"),
        app_sends(b"alpha", b"for the first again"),
        peer("first"),
        expect(receives(b"for the first")),
        expect(receives(b"for the first again")),
        peer("second"),
        expect(receives(b"for the second")),
        peer("third"),
        expect(receives(b"for the third")),
    ),
)

ANSWERS = Case(
    title="a ROUTER answers by the name under which it showed a message, in whatever order",
    checks=(
        *("28/ROUTER/routes-by-identity", "28/ROUTER/prefixes-identity", "28/ROUTER/identity-unique"),
        *("23/identity/addresses", "28/ROUTER/delivers", "23/message/once", "37/message/once", "23/message/order"),
        *("37/message/order", "13/envelope/forward", "23/socket/binds-and-connects", "37/socket/binds-and-connects"),
    ),
    under_test=_router(),
    script=(
        message(b"", b"of the first"),
        expect(delivers((b"", b"of the first"))),
        peer("second", shared=True),
        message(b"", b"of the second"),
        expect(delivers((b"", b"of the second"))),
        app_sends(b"", b"for the second", to="second"),
        app_sends(b"", b"for the first", to="first"),
        app_sends(b"", b"for the second again", to="second"),
        expect(receives(b"", b"for the second")),
        expect(receives(b"", b"for the second again")),
        peer("first"),
        expect(receives(b"", b"for the first")),
    ),
)

FRAMES = Case(
    title="a ROUTER sends the frames behind the name together and as they are, also empty ones",
    checks=(
        *("28/ROUTER/removes-identity", "23/message/atomic-sending", "37/message/atomic-sending"),
        *("23/message/queued-until-final", "37/message/queued-until-final"),
    ),
    under_test=_router(),
    script=(
        expect(takes_part()),
        app_sends(b"", b"x", b"", b"\x00y", b"", to="first"),
        app_sends(b"next", to="first"),
        expect(receives(b"", b"x", b"", b"\x00y", b"")),
        expect(receives(b"next")),
    ),
)

UNROUTABLE = Case(
    title="a message for a name that nobody has is dropped whole, or refused with an error",
    checks=("28/ROUTER/unroutable", "28/ROUTER/never-blocks", "28/ROUTER/routes-by-identity"),
    under_test=_router(),
    script=(
        expect(takes_part()),
        expect(returns_at_once(b"nobody", b"lost")),
        expect(returns_at_once(b"nobody", b"lost", b"too")),
        app_sends(b"found", to="first"),
        expect(receives(b"found")),
    ),
)

MANDATORY = Case(
    title="a ROUTER that is told to refuse a message for a name that nobody has returns an error",
    checks=("28/ROUTER/unroutable",),
    under_test=_router(options={"router_mandatory": True}),
    script=(
        expect(takes_part()),
        expect(cannot_send(b"nobody", b"lost", by_error=True)),
        app_sends(b"found", to="first"),
        expect(receives(b"found")),
    ),
)

GONE = Case(
    title="the name of a peer that has left leads nowhere, and not to whoever comes next",
    checks=("28/ROUTER/queue-destroyed", "28/ROUTER/unroutable", "28/ROUTER/disconnect-discards"),
    under_test=_router(sides=("binds",)),
    script=(
        peer("first", identity=b"alpha"),
        expect(takes_part()),
        hang_up(),
        peer("second", identity=b"beta"),
        expect(takes_part()),
        expect(returns_at_once(b"alpha", b"lost")),
        peer("third", identity=b"alpha"),
        expect(takes_part()),
        app_sends(b"alpha", b"for the third"),
        expect(receives(b"for the third")),
        app_sends(b"beta", b"for the second"),
        peer("second"),
        expect(receives(b"for the second")),
    ),
)

GONE_MANDATORY = Case(
    title="a ROUTER that is told to refuse returns an error for the name of a peer that has left",
    checks=("28/ROUTER/queue-destroyed", "28/ROUTER/unroutable"),
    under_test=_router(sides=("binds",), options={"router_mandatory": True}),
    script=(
        peer("first", identity=b"alpha"),
        expect(takes_part()),
        hang_up(),
        peer("second", identity=b"beta"),
        expect(takes_part()),
        expect(cannot_send(b"alpha", b"lost", by_error=True)),
        app_sends(b"beta", b"for the second"),
        expect(receives(b"for the second")),
    ),
)

NOBODY_INHERITS = Case(
    title="what was queued for a peer that left is not sent to the next one of the same name",
    checks=("28/ROUTER/disconnect-discards",),
    under_test=_router(sides=("binds",), options=FEW),
    script=(
        peer("first", identity=b"alpha"),
        expect(takes_part()),
        expect(floods(BIG, 28, to="first")),
        hang_up(abort=True),
        peer("second", identity=b"alpha"),
        expect(takes_part()),
        app_sends(b"after", to="second"),
        expect(receives(b"after")),
    ),
)

FULL = Case(
    title="a ROUTER drops whole messages for a peer that does not read, without blocking, and serves the others",
    checks=(
        *("28/ROUTER/full", "28/ROUTER/never-blocks", "28/ROUTER/queue-per-peer", "28/ROUTER/queue-limit"),
        *("23/message/once", "37/message/once"),
    ),
    under_test=_router(sides=("binds",), options=FEW),
    script=(
        expect(takes_part()),
        expect(floods(BIG, 28, to="first")),
        peer("second"),
        expect(takes_part()),
        app_sends(b"beside", to="second"),
        expect(receives(b"beside")),
        peer("first"),
        stops_reading(),
        message(b"still heard"),
        expect(delivers((b"still heard",))),
    ),
)

FULL_THEN_READ = Case(
    title="of too many messages for a peer some come, whole and in order, and then later ones",
    checks=("28/ROUTER/full", "28/ROUTER/queue-limit", "23/message/order", "37/message/order"),
    under_test=_router(sides=("binds",), options=FEW),
    script=(
        expect(takes_part()),
        expect(floods(BIG, 28, to="first")),
        reads(),
        app_sends(b"end", to="first"),
        expect(some_come(b"end")),
    ),
)

KEPT = Case(
    title="what a ROUTER is given for a peer whose connection was lost is sent when the same name is back",
    checks=("28/ROUTER/queue-kept-unconnected",),
    under_test=_router(sides=("connects",)),
    script=(
        peer("first", identity=b"alpha"),
        expect(takes_part()),
        hang_up(),
        peer("second", identity=b"alpha"),
        expect(takes(b"alpha", b"gap")),
        expect(receives(b"gap")),
    ),
)

BEFORE_CONNECTION = Case(
    title="what a ROUTER is given for a peer that it does not know yet is dropped, refused or sent later",
    checks=("28/ROUTER/queue-on-connect", "28/ROUTER/never-blocks"),
    under_test=_router(sides=("connects",)),
    script=(
        peer("first", identity=b"alpha"),
        expect(returns_at_once(b"alpha", b"early")),
        expect(takes_part()),
        app_sends(b"alpha", b"late"),
        expect(comes(b"late")),
    ),
)
