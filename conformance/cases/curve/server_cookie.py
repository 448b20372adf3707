"""The cookie as it comes back to the server (RFC 26 "The WELCOME Command", "The INITIATE Command")."""

from conformance.api import (
    Case,
    Server,
    expect,
    message,
    octets,
    pause,
    peer,
    rejects,
    send,
    tamper,
    until,
    withhold,
)

SERVER = Server()
REJECTED = expect(rejects(before="READY"))

NONCE_ALTERED = Case(
    title="an INITIATE with the first bit of its cookie flipped is rejected",
    checks=("26/cookie/opens",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("cookie", flip=0)), REJECTED),
)

BOX_START_ALTERED = Case(
    title="an INITIATE with the first bit of the cookie's box flipped is rejected",
    checks=("26/cookie/opens",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("cookie", flip=16 * 8)), REJECTED),
)

BOX_END_ALTERED = Case(
    title="an INITIATE with the last bit of its cookie flipped is rejected",
    checks=("26/cookie/opens",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("cookie", flip=-1)), REJECTED),
)

ZERO = Case(
    title="an INITIATE with zeros in the place of its cookie is rejected",
    checks=("26/cookie/opens",),
    under_test=SERVER,
    script=(send("INITIATE", cookie=bytes(96)), REJECTED),
)

MADE_UP = Case(
    title="an INITIATE with a cookie that no server made is rejected",
    checks=("26/cookie/opens",),
    under_test=SERVER,
    script=(send("INITIATE", cookie=bytes(range(96))), REJECTED),
    sensitive=True,
)

MISSING_OCTET = Case(
    title="an INITIATE whose cookie is one octet short is rejected",
    checks=("26/cookie/opens", "26/INITIATE/box"),
    under_test=SERVER,
    script=(send("INITIATE", tamper("cookie", cut=1)), REJECTED),
)

MISSING = Case(
    title="an INITIATE without its cookie is rejected",
    checks=("26/cookie/opens", "26/INITIATE/size"),
    under_test=SERVER,
    script=(send("INITIATE", cookie=b""), REJECTED),
)

EXCESS_OCTET = Case(
    title="an INITIATE whose cookie is one octet long is rejected",
    checks=("26/cookie/opens", "26/INITIATE/box"),
    under_test=SERVER,
    script=(send("INITIATE", tamper("cookie", extend=b"\x00")), REJECTED),
)

EXPIRED = Case(
    title="a cookie that is older than two minutes leads to no READY",
    checks=("26/cookie/expires",),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        pause(121),
        send("INITIATE"),
        REJECTED,
    ),
    note="60 seconds are an example; two minutes stand in the part on CurveCP. Closing earlier passes.",
)

TAKEN_ELSEWHERE = Case(
    title="the INITIATE of one connection leads to no READY on another one",
    checks=("26/cookie/client-key", "26/cookie/expires", "26/box/replay"),
    under_test=SERVER,
    script=(
        message(b"once"),
        peer("second"),
        until("WELCOME"),
        withhold(),
        octets(lambda known: dict(known.others["first"].sent)["INITIATE"]),
        REJECTED,
    ),
    note="Its cookie holds the C' of the first client, and its key is gone with the first INITIATE.",
    sensitive=True,
)

REPLAYED = Case(
    title="HELLO and INITIATE of one connection, sent again on another, lead to no READY",
    checks=("26/box/replay", "26/cookie/expires"),
    under_test=SERVER,
    script=(
        message(b"once"),
        peer("second", like="first"),
        until("WELCOME"),
        withhold(),
        octets(lambda known: dict(known.others["first"].sent)["INITIATE"]),
        REJECTED,
    ),
    note="The same HELLO as before gets a WELCOME; what comes behind it must be of no use.",
    sensitive=True,
)

REPLAYED_IN_ONE_GO = Case(
    title="a whole connection that somebody recorded and sends again leads to nothing",
    checks=("26/box/replay", "26/cookie/expires"),
    under_test=SERVER,
    script=(
        message(b"once"),
        peer("second", like="first"),
        withhold(),
        send("greeting"),
        until("greeting"),
        octets(lambda known: b"".join(sent for name, sent in known.others["first"].sent if name != "greeting")),
        REJECTED,
    ),
    sensitive=True,
)
