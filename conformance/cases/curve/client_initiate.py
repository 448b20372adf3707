"""INITIATE as a client sends it, with vouch and metadata (RFC 26 "The INITIATE Command")."""

from conformance.api import (
    Case,
    Client,
    answers,
    app_sends,
    differs,
    expect,
    handshake,
    hang_up,
    holds,
    obeys,
    peer,
    receives,
    send,
    until,
)

CLIENT = Client()

ANSWERS = Case(
    title="a client answers WELCOME with INITIATE",
    checks=("26/INITIATE/answers-welcome",),
    under_test=CLIENT,
    script=(until("HELLO"), send("WELCOME"), expect(answers("INITIATE"))),
)

SIZE = Case(
    title="an INITIATE has 257 octets and as many more as its metadata",
    checks=(
        "26/INITIATE/sends-size",
        "26/INITIATE/nothing-more",
        "26/box/overhead",
        "25/command/binary-fields",
    ),
    under_test=CLIENT,
    script=(
        expect(obeys("INITIATE")),
        expect(
            holds(
                "its box is as long as key, vouch, metadata and 16 octets",
                lambda known: (
                    len(known.last("INITIATE")["box"]) == 144 + len(known.last("INITIATE").get("metadata", b""))
                ),
            )
        ),
    ),
)

BOX = Case(
    title="the box of an INITIATE opens with C' and S' and the nonce before it",
    checks=("26/INITIATE/sends-box", "26/INITIATE/sends-nonce"),
    under_test=CLIENT,
    script=(expect(obeys("INITIATE")),),
)

COOKIE_RETURNED = Case(
    title="the cookie comes back as it was given",
    checks=("26/cookie/returned",),
    under_test=CLIENT,
    script=(expect(obeys("INITIATE")), handshake()),
    note="A cookie with any octet altered does not open.",
)

VOUCH = Case(
    title="the vouch opens with C and S' and the nonce before it, and holds C' and S",
    checks=("26/vouch/sends-box", "26/vouch/sends-nonce", "26/vouch/layout"),
    under_test=CLIENT,
    script=(expect(obeys("INITIATE")),),
)

VOUCH_NONCE = Case(
    title="no two vouches of a client have the same long nonce",
    checks=("26/vouch/unique-nonce", "26/vouch/random-nonce", "26/long-nonce/random"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        hang_up(),
        peer("second"),
        until("INITIATE"),
        hang_up(),
        peer("third"),
        until("INITIATE"),
        expect(differs("INITIATE", "vouch_nonce")),
    ),
)

METADATA = Case(
    title="the metadata of an INITIATE is a list of whole properties",
    checks=(
        "26/metadata/sends-layout",
        "26/metadata/sends-name-size",
        "26/metadata/sends-name-char",
        "26/metadata/sends-value-size",
    ),
    under_test=CLIENT,
    script=(expect(obeys("INITIATE")),),
)

SOCKET_TYPE = Case(
    title="the metadata of an INITIATE says the socket type",
    checks=("23/metadata/socket-type-sent", "23/handshake/metadata-last"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "there is a Socket-Type of DEALER",
                lambda known: b"\x00\x00\x00\x06DEALER" in known.last("INITIATE").get("metadata", b""),
            )
        ),
    ),
)

NAME = Case(
    title="an INITIATE has a command frame, and starts with its name in capital letters, counted",
    checks=("26/command/name", "23/handshake/commands", "23/command/layout"),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "it has its name, and a long command frame",
                lambda known: (
                    known.last("INITIATE")["name"] == b"\x08INITIATE" and dict(known.flags)["INITIATE"] == 0x06
                ),
            )
        ),
    ),
)

NONCE_ABOVE_HELLO = Case(
    title="the short nonce of an INITIATE is above that of the HELLO",
    checks=("26/short-nonce/handshake-counts",),
    under_test=CLIENT,
    script=(
        until("INITIATE"),
        expect(
            holds(
                "the nonce has grown",
                lambda known: known.last("INITIATE")["nonce"] > known.last("HELLO")["nonce"],
            )
        ),
    ),
)

PERMANENT_KEY_HIDDEN = Case(
    title="a client's permanent public key stands nowhere on the wire in clear",
    checks=("26/keys/permanent-hidden",),
    under_test=CLIENT,
    script=(
        handshake(),
        app_sends(b"a message"),
        expect(receives(b"a message")),
        expect(
            holds(
                "no eight octets of C are among all that came",
                lambda known: all(
                    known.last("INITIATE")["client"][start : start + 8] not in known.raw for start in range(25)
                ),
            )
        ),
    ),
)

FORM_OF_SIZE = Case(
    title="the size of HELLO's frame is one octet, that of INITIATE's eight",
    checks=("25/command/size", "23/command/short-size"),
    under_test=CLIENT,
    script=(
        expect(obeys("INITIATE")),
        expect(
            holds(
                "HELLO has the flags 04, INITIATE 06",
                lambda known: (dict(known.flags).get("HELLO"), dict(known.flags).get("INITIATE")) == (0x04, 0x06),
            )
        ),
    ),
    note="200 octets fit into a short frame, 257 do not.",
)
