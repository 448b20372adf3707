"""MESSAGE as a server sends it (RFC 26 "The MESSAGE Command")."""

from conformance.api import Case, Server, app_sends, expect, handshake, holds, message, obeys, receives, repeat

SERVER = Server()
SECRET = b"nobody on the way may read this sentence"

BOX = Case(
    title="the box of a MESSAGE opens with S' and C' under the prefix of the server",
    checks=("26/MESSAGE/sends-box", "26/MESSAGE/sends-nonce-prefix", "26/keys/forward-secrecy"),
    under_test=SERVER,
    script=(handshake(), app_sends(b"hello"), expect(receives(b"hello")), expect(obeys("MESSAGE"))),
)

SIZE = Case(
    title="a MESSAGE has 33 octets and as many more as its data",
    checks=("26/MESSAGE/sends-size", "26/box/overhead", "26/MESSAGE/payload"),
    under_test=SERVER,
    script=(
        handshake(),
        app_sends(b""),
        expect(receives(b"")),
        app_sends(b"seventeen octets."),
        expect(receives(b"seventeen octets.")),
        expect(obeys("MESSAGE")),
        expect(
            holds(
                "the boxes are as long as flags, data and 16 octets",
                lambda known: [len(box) for box in known.values("MESSAGE", "box")] == [17, 34],
            )
        ),
    ),
)

FLAGS = Case(
    title="the flags of a message's parts are 1, and 0 in the last",
    checks=("26/MESSAGE/sends-more", "26/MESSAGE/sends-reserved-flags"),
    under_test=SERVER,
    script=(
        handshake(),
        app_sends(b"a", b"", b"c"),
        expect(receives(b"a", b"", b"c")),
        expect(obeys("MESSAGE")),
        expect(holds("the flags are 1, 1, 0", lambda known: known.values("MESSAGE", "flags") == [1, 1, 0])),
    ),
)

NONCES = Case(
    title="the nonces of 300 MESSAGE commands grow in network order",
    checks=("26/MESSAGE/sends-incrementing-nonces", "26/short-nonce/octet-order", "23/message/order"),
    under_test=SERVER,
    script=(
        handshake(),
        repeat(300, lambda number: (app_sends(b"number %d" % number),)),
        repeat(300, lambda number: (expect(receives(b"number %d" % number)),)),
        expect(obeys("MESSAGE")),
        expect(
            holds(
                "each nonce is higher than the one before",
                lambda known: known.values("MESSAGE", "nonce") == sorted(set(known.values("MESSAGE", "nonce"))),
            )
        ),
    ),
)

ABOVE_READY = Case(
    title="the nonce of a server's first MESSAGE is above that of its READY",
    checks=("26/short-nonce/handshake-counts", "26/MESSAGE/sends-incrementing-nonces"),
    under_test=SERVER,
    script=(
        handshake(),
        app_sends(b"first"),
        expect(receives(b"first")),
        expect(
            holds(
                "the first nonce of traffic is above that of READY",
                lambda known: known.values("MESSAGE", "nonce")[0] > known.last("READY")["nonce"],
            )
        ),
    ),
)

UNREADABLE = Case(
    title="no data of a message stands on the wire in clear",
    checks=(
        "23/message/encrypted-as-commands",
        "26/MESSAGE/sends-box",
        "25/traffic/confidential",
    ),
    under_test=SERVER,
    script=(
        handshake(),
        app_sends(SECRET),
        expect(receives(SECRET)),
        expect(holds("the data is sealed", lambda known: SECRET not in known.raw)),
    ),
)

FRAME = Case(
    title="a MESSAGE has its name in clear, and a frame without MORE",
    checks=(
        "23/commands/visible-names",
        "23/message/encrypted-as-commands",
        "26/command/name",
        "25/MESSAGE/sends-frame",
    ),
    under_test=SERVER,
    script=(
        handshake(),
        app_sends(b"named"),
        expect(receives(b"named")),
        expect(
            holds(
                "its flags are those of a message or of a command, and its name is readable",
                lambda known: known.flags[-1][0] == "MESSAGE" and known.flags[-1][1] in (0x00, 0x04),
            )
        ),
    ),
    note="By RFC 23 it is a command; every deployed implementation sends a message frame.",
)

LARGE = Case(
    title="a large message leaves as it was given",
    checks=("26/MESSAGE/payload", "26/MESSAGE/sends-size"),
    under_test=SERVER,
    script=(
        message(b"up"),
        app_sends(bytes(number % 251 for number in range(100_000))),
        expect(receives(bytes(number % 251 for number in range(100_000)))),
        expect(obeys("MESSAGE")),
    ),
)

SECRETS = Case(
    title="a server's secret key is nowhere in what it sends, in clear or in a box",
    checks=("26/keys/secrets-never-travel",),
    under_test=SERVER,
    script=(
        handshake(),
        app_sends(b"hello"),
        expect(receives(b"hello")),
        expect(
            holds(
                "its secret key is nowhere",
                lambda known: (
                    known.target_secret not in known.raw
                    and not any(
                        known.target_secret in value
                        for _, fields in known.received
                        for value in fields.values()
                        if isinstance(value, bytes)
                    )
                ),
            )
        ),
    ),
    sensitive=True,
)
