"""INITIATE as a server receives it, but for vouch, cookie and metadata (RFC 26 "The INITIATE Command")."""

from conformance.api import (
    Case,
    Server,
    accepts,
    answers,
    either,
    expect,
    holds,
    metadata_octets,
    rejects,
    reseal,
    send,
    tamper,
)

SERVER = Server()
REFUSING = Server(refuses_clients=True)
STRANGER = bytes(range(1, 33))
"""A secret key that nobody owns."""
PROPER_ERROR = expect(
    holds(
        "every ERROR has a whole reason of visible characters and spaces",
        lambda known: all(
            fields.get("reason_size") == len(fields["reason"]) and all(0x20 <= c < 0x7F for c in fields["reason"])
            for name, fields in known.received
            if name == "ERROR"
        ),
    )
)

LOWER_CASE_NAME = Case(
    title="an INITIATE whose name is in small letters is no INITIATE",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=SERVER,
    script=(send("INITIATE", name=b"\x08initiate"), expect(rejects())),
)

NAME_WITHOUT_LENGTH = Case(
    title="an INITIATE whose name stands without its length is no INITIATE",
    checks=("26/handshake/commands", "26/handshake/order"),
    under_test=SERVER,
    script=(send("INITIATE", name=b"INITIATE"), expect(rejects())),
    note="It fills the eight octets of General Design exactly; the grammar is the ruling.",
)

SMALLEST = Case(
    title="an INITIATE of 257 octets, without metadata, is let in or refused",
    checks=("26/INITIATE/size", "26/metadata/layout"),
    under_test=SERVER,
    script=(send("INITIATE", metadata=b""), expect(either(accepts(), rejects()))),
    note="An empty list is valid metadata, but leaves a socket nothing to judge the other's type by.",
)

ONE_OCTET_SHORT = Case(
    title="an INITIATE of 256 octets is rejected",
    checks=("26/INITIATE/size",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("box", cut=1), metadata=b""), expect(rejects())),
)

NAME_ALONE = Case(
    title="an INITIATE that is nothing but its name is rejected",
    checks=("26/INITIATE/size",),
    under_test=SERVER,
    script=(send("INITIATE", frame_body=b"\x08INITIATE"), expect(rejects())),
)

WITHOUT_BOX = Case(
    title="an INITIATE that ends behind its nonce is rejected",
    checks=("26/INITIATE/size",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("box", exchange=b"")), expect(rejects())),
)

SHORT_PLAINTEXT = Case(
    title="an INITIATE whose box holds C and nothing else is rejected",
    checks=("26/INITIATE/size", "26/vouch/box"),
    under_test=SERVER,
    script=(send("INITIATE", box=lambda plaintext: plaintext[:32]), expect(rejects())),
)

BOX_ENDS_IN_VOUCH = Case(
    title="an INITIATE whose box ends one octet before the end of the vouch is rejected",
    checks=("26/INITIATE/size", "26/vouch/box"),
    under_test=SERVER,
    script=(send("INITIATE", box=lambda plaintext: plaintext[:127]), expect(rejects())),
)

BOX_START_ALTERED = Case(
    title="an INITIATE with the first bit of its box flipped is rejected",
    checks=("26/INITIATE/box",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("box", flip=0)), expect(rejects())),
    sensitive=True,
)

BOX_END_ALTERED = Case(
    title="an INITIATE with the last bit of its box flipped is rejected",
    checks=("26/INITIATE/box",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("box", flip=-1)), expect(rejects())),
)

BOX_WITH_EXCESS = Case(
    title="an INITIATE with an octet behind its box is rejected",
    checks=("26/INITIATE/box", "26/command/size-from-outside"),
    under_test=SERVER,
    script=(send("INITIATE", tamper("box", extend=b"\x00")), expect(rejects())),
)

BOX_OF_ANOTHER_KEY = Case(
    title="an INITIATE whose box was made by another key than C' is rejected",
    checks=("26/INITIATE/box", "26/box/direction"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("box", secret=STRANGER)), expect(rejects())),
    sensitive=True,
)

BOX_OF_THE_PERMANENT_KEY = Case(
    title="an INITIATE whose box was made by C in the place of C' is rejected",
    checks=("26/INITIATE/box", "26/box/direction"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("box", sender="C")), expect(rejects())),
)

BOX_TO_THE_PERMANENT_KEY = Case(
    title="an INITIATE whose box was made for S in the place of S' is rejected",
    checks=("26/INITIATE/box", "26/box/direction"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("box", receiver="S")), expect(rejects())),
)

PREFIX_OF_HELLO = Case(
    title="an INITIATE whose box was sealed under the prefix of HELLO is rejected",
    checks=("26/INITIATE/nonce", "26/INITIATE/box"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("box", prefix=b"CurveZMQHELLO---")), expect(rejects())),
)

OTHER_SHORT_NONCE = Case(
    title="an INITIATE with another nonce than its box was sealed under is rejected",
    checks=("26/INITIATE/nonce", "26/INITIATE/box"),
    under_test=SERVER,
    script=(send("INITIATE", tamper("nonce", flip=-5)), expect(rejects())),
)

NONCE_OF_HELLO = Case(
    title="an INITIATE with the nonce of HELLO is refused or let in",
    checks=("26/INITIATE/nonce-increments", "26/short-nonce/handshake-counts"),
    under_test=SERVER,
    script=(send("INITIATE", nonce=1), expect(either(rejects(), accepts()))),
    note="A server that keeps no state from HELLO on has nothing to compare with.",
)

NONCE_BELOW_HELLO = Case(
    title="an INITIATE with a nonce below that of HELLO is refused or let in",
    checks=("26/INITIATE/nonce-increments", "26/short-nonce/handshake-counts"),
    under_test=SERVER,
    script=(send("HELLO", nonce=7), send("INITIATE", nonce=2), expect(either(rejects(), accepts()))),
)

IN_A_MESSAGE_FRAME = Case(
    title="an INITIATE in a message frame is rejected, or taken for an INITIATE",
    checks=("23/handshake/commands",),
    under_test=SERVER,
    script=(send("INITIATE", frame_flags=0x02), expect(either(rejects(), accepts()))),
)

UNAUTHENTICATED = Case(
    title="a client that does not pass authentication gets no READY",
    checks=("26/INITIATE/unauthenticated", "26/ERROR/authentication-failure", "26/ERROR/rejects-explicitly"),
    under_test=REFUSING,
    script=(send("INITIATE"), expect(either(answers("ERROR"), rejects(before="READY")))),
    note="One section asks for a close without an answer, another for ERROR; both pass.",
    sensitive=True,
)

ERROR_FOR_REFUSAL = Case(
    title="an ERROR for a client that failed authentication has a whole reason of ASCII characters",
    checks=("26/ERROR/reason", "26/ERROR/size"),
    under_test=REFUSING,
    script=(send("INITIATE"), expect(either(answers("ERROR"), rejects(before="READY"))), PROPER_ERROR),
)

ERROR_FOR_SOCKET_TYPE = Case(
    title="an ERROR for a wrong socket type has a whole reason of ASCII characters",
    checks=("26/ERROR/reason", "26/ERROR/size", "26/ERROR/other-failures"),
    under_test=SERVER,
    script=(
        send("INITIATE", metadata=metadata_octets([("Socket-Type", b"PUB")])),
        expect(either(answers("ERROR"), rejects())),
        PROPER_ERROR,
    ),
    note="Closing without an ERROR passes.",
)
