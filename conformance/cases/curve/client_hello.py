"""HELLO as a client sends it (RFC 26 "The HELLO Command")."""

from conformance.api import Case, Client, differs, expect, handshake, hang_up, holds, obeys, peer, until, withhold

CLIENT = Client()

SIZE = Case(
    title="a HELLO has 200 octets",
    checks=(
        "26/HELLO/sends-size",
        "26/box/key-and-nonce-size",
        "25/command/binary-fields",
    ),
    under_test=CLIENT,
    script=(
        expect(obeys("HELLO")),
        withhold(),
        expect(holds("64 octets of greeting and 202 of frame came", lambda known: len(known.raw) == 64 + 2 + 200)),
    ),
)

VERSION = Case(
    title="a HELLO is of version 1.0",
    checks=("26/HELLO/sends-version",),
    under_test=CLIENT,
    script=(expect(obeys("HELLO")),),
)

PADDING = Case(
    title="the padding of a HELLO is 72 zero octets",
    checks=("26/HELLO/sends-padding",),
    under_test=CLIENT,
    script=(expect(obeys("HELLO")),),
)

SIGNATURE = Case(
    title="the signature of a HELLO opens with C' and S and the nonce before it, and holds zeros",
    checks=(
        "26/HELLO/sends-signature",
        "26/HELLO/sends-client-key",
        "26/HELLO/sends-nonce",
        "26/box/overhead",
        "26/keys/server-known",
    ),
    under_test=CLIENT,
    script=(expect(obeys("HELLO")),),
)

NAME = Case(
    title="a HELLO has a command frame, and starts with its name in capital letters, counted",
    checks=("26/command/name", "23/handshake/commands", "23/command/layout"),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        expect(
            holds(
                "the frame behind the greeting is a command of 200 octets that starts with 5 HELLO",
                lambda known: known.raw[64:72] == b"\x04\xc8\x05HELLO",
            )
        ),
    ),
)

FRESH_TRANSIENT_KEY = Case(
    title="a client that comes back has another C'",
    checks=("26/HELLO/unique-transient-key",),
    under_test=CLIENT,
    script=(
        until("HELLO"),
        hang_up(),
        peer("second"),
        until("HELLO"),
        hang_up(),
        peer("third"),
        until("HELLO"),
        expect(differs("HELLO", "client_transient")),
    ),
)

FRESH_TRANSIENT_KEY_AFTER_TRAFFIC = Case(
    title="a client that comes back from traffic has another C'",
    checks=("26/HELLO/unique-transient-key",),
    under_test=CLIENT,
    script=(
        handshake(),
        hang_up(),
        peer("second"),
        handshake(),
        expect(differs("HELLO", "client_transient")),
    ),
)

FRESH_FOR_EACH_SOCKET = Case(
    title="two connections that live beside each other have two C'",
    checks=("26/HELLO/unique-transient-key",),
    under_test=CLIENT,
    script=(handshake(), peer("second"), handshake(), expect(differs("HELLO", "client_transient"))),
)

NOT_THE_PERMANENT_KEY = Case(
    title="the key in a HELLO is not the client's permanent one",
    checks=("26/keys/permanent-hidden", "26/HELLO/sends-client-key"),
    under_test=CLIENT,
    script=(
        handshake(),
        expect(
            holds(
                "C' and C are different",
                lambda known: known.last("HELLO")["client_transient"] != known.last("INITIATE")["client"],
            )
        ),
    ),
)
