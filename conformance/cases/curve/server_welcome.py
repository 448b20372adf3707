"""WELCOME as a server sends it (RFC 26 "The WELCOME Command")."""

from conformance.api import (
    Case,
    Server,
    answers,
    differs,
    either,
    expect,
    handshake,
    holds,
    obeys,
    peer,
    rejects,
    send,
    until,
    withhold,
)

SERVER = Server()
THREE_CONNECTIONS = (until("WELCOME"), peer("second"), until("WELCOME"), peer("third"), until("WELCOME"))
SAME_HELLO_AGAIN = (until("WELCOME"), peer("second", like="first"), until("WELCOME"))

ANSWERS = Case(
    title="a server answers HELLO with WELCOME and nothing before it",
    checks=("26/WELCOME/answers-hello",),
    under_test=SERVER,
    script=(send("HELLO"), expect(answers("WELCOME"))),
)

SIZE = Case(
    title="a WELCOME has 168 octets",
    checks=("26/WELCOME/sends-size", "26/box/overhead", "26/box/key-and-nonce-size"),
    under_test=SERVER,
    script=(
        expect(obeys("WELCOME")),
        expect(
            holds("its box has 144 octets", lambda known: [len(box) for box in known.values("WELCOME", "box")] == [144])
        ),
    ),
)

BOX = Case(
    title="the box of a WELCOME opens with S and C' and the nonce before it",
    checks=("26/WELCOME/sends-box", "26/WELCOME/sends-nonce", "26/WELCOME/carries-both-keys"),
    under_test=SERVER,
    script=(expect(obeys("WELCOME")),),
)

COOKIE_LAYOUT = Case(
    title="a WELCOME holds S' and a cookie of 96 octets",
    checks=("26/cookie/layout", "26/WELCOME/carries-both-keys", "26/WELCOME/sends-box"),
    under_test=SERVER,
    script=(
        expect(obeys("WELCOME")),
        expect(
            holds(
                "there are 32 octets of key and 96 of cookie",
                lambda known: (
                    (
                        len(known.last("WELCOME").get("server_transient", b"")),
                        len(known.last("WELCOME").get("cookie", b"")),
                    )
                    == (32, 96)
                ),
            )
        ),
        handshake(),
    ),
)

NAME = Case(
    title="a WELCOME has a command frame, and starts with its name in capital letters, counted",
    checks=("26/command/name", "23/handshake/commands", "23/command/layout"),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        expect(
            holds(
                "the frame behind the greeting is a command of 168 octets that starts with 7 WELCOME",
                lambda known: known.raw[64:74] == b"\x04\xa8\x07WELCOME",
            )
        ),
    ),
)

NO_AMPLIFICATION = Case(
    title="what a server answers to a HELLO is not larger than the HELLO",
    checks=("26/WELCOME/amplification",),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        withhold(),
        expect(
            holds(
                "the answer is not larger than the question",
                lambda known: len(known.raw) - 64 <= len(dict(known.sent)["HELLO"]),
            )
        ),
    ),
)

NO_AMPLIFICATION_OF_BAD_HELLO = Case(
    title="what a server answers to a malformed HELLO is not larger than the HELLO",
    checks=("26/WELCOME/amplification",),
    under_test=SERVER,
    script=(
        send("HELLO", padding=b"\x01" * 72),
        withhold(),
        expect(either(answers("WELCOME"), rejects())),
        expect(
            holds(
                "the answer is not larger than the question",
                lambda known: len(known.raw) - 64 <= len(dict(known.sent)["HELLO"]),
            )
        ),
    ),
    note="That it should answer with no WELCOME is asked by other cases.",
)

UNIQUE_NONCE = Case(
    title="no two WELCOME of a server have the same long nonce",
    checks=("26/WELCOME/unique-nonce", "26/long-nonce/random", "26/WELCOME/random-nonce"),
    under_test=SERVER,
    script=(*THREE_CONNECTIONS, expect(differs("WELCOME", "nonce"))),
)

UNIQUE_COOKIE_NONCE = Case(
    title="no two cookies of a server have the same long nonce",
    checks=("26/WELCOME/unique-nonce", "26/long-nonce/random"),
    under_test=SERVER,
    script=(*THREE_CONNECTIONS, expect(differs("WELCOME", "cookie_nonce"))),
)

NONCES_APART = Case(
    title="the long nonce of a WELCOME is not that of the cookie in it",
    checks=("26/WELCOME/unique-nonce",),
    under_test=SERVER,
    script=(
        until("WELCOME"),
        expect(
            holds(
                "the two long nonces are different",
                lambda known: known.last("WELCOME")["nonce"] != known.last("WELCOME")["cookie_nonce"],
            )
        ),
    ),
)

FRESH_TRANSIENT_KEY = Case(
    title="a server makes another S' for each connection",
    checks=("26/WELCOME/fresh-transient-key",),
    under_test=SERVER,
    script=(*THREE_CONNECTIONS, expect(differs("WELCOME", "server_transient"))),
)

FRESH_COOKIE = Case(
    title="a server makes another cookie for each connection",
    checks=("26/WELCOME/unique-cookie",),
    under_test=SERVER,
    script=(*THREE_CONNECTIONS, expect(differs("WELCOME", "cookie"))),
)

SAME_HELLO_OTHER_NONCE = Case(
    title="a HELLO that is repeated gets a WELCOME with another long nonce",
    checks=("26/WELCOME/unique-nonce", "26/HELLO/repeatable"),
    under_test=SERVER,
    script=(*SAME_HELLO_AGAIN, expect(differs("WELCOME", "nonce"))),
    note="Under the same nonce and between the same keys two boxes would give their contents away.",
)

SAME_HELLO_OTHER_KEY = Case(
    title="a HELLO that is repeated gets a WELCOME with another S'",
    checks=("26/WELCOME/fresh-transient-key", "26/HELLO/repeatable"),
    under_test=SERVER,
    script=(*SAME_HELLO_AGAIN, expect(differs("WELCOME", "server_transient"))),
)

SAME_HELLO_OTHER_COOKIE = Case(
    title="a HELLO that is repeated gets a WELCOME with another cookie",
    checks=("26/WELCOME/unique-cookie", "26/HELLO/repeatable"),
    under_test=SERVER,
    script=(*SAME_HELLO_AGAIN, expect(differs("WELCOME", "cookie"))),
)

REPEATED_HELLO_IS_HARMLESS = Case(
    title="a HELLO that somebody repeats elsewhere does not disturb the client that made it",
    checks=("26/HELLO/repeatable",),
    under_test=SERVER,
    script=(*SAME_HELLO_AGAIN, peer("first"), handshake(), expect(obeys("READY"))),
)
