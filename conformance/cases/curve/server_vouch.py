"""The vouch in an INITIATE: proof that the client owns the permanent key it names (RFC 26 "The INITIATE Command")."""

from conformance.api import Case, Server, expect, rejects, reseal, send, tamper

SERVER = Server()
REJECTED = expect(rejects())
STRANGER = bytes(range(1, 33))
"""A secret key that nobody owns."""
BASE_POINT = b"\x09" + bytes(31)
"""A public key that is nobody's here."""

BOX_START_ALTERED = Case(
    title="an INITIATE with the first bit of its vouch box flipped is rejected",
    checks=("26/vouch/box",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouch_box", flip=0)), REJECTED),
    sensitive=True,
)

BOX_END_ALTERED = Case(
    title="an INITIATE with the last bit of its vouch box flipped is rejected",
    checks=("26/vouch/box",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouch_box", flip=-1)), REJECTED),
    sensitive=True,
)

NO_BOX = Case(
    title="an INITIATE with zeros in the place of its vouch box is rejected",
    checks=(
        "26/vouch/box",
        "26/keys/public-half-is-not-enough",
        "25/handshake/mutual-authentication",
    ),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouch_box", exchange=bytes(80))), REJECTED),
    sensitive=True,
)

MISSING_OCTET = Case(
    title="an INITIATE whose vouch box is one octet short is rejected",
    checks=("26/vouch/box",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouch_box", cut=1)), REJECTED),
)

OTHER_LONG_NONCE = Case(
    title="an INITIATE with another vouch nonce than the vouch was sealed under is rejected",
    checks=("26/vouch/nonce", "26/vouch/box"),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouch_nonce", flip=0)), REJECTED),
)

PREFIX_OF_WELCOME = Case(
    title="an INITIATE whose vouch was sealed under the prefix of WELCOME is rejected",
    checks=("26/vouch/nonce", "26/vouch/box"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("vouch_box", prefix=b"WELCOME-")), REJECTED),
)

OF_ANOTHER_CLIENT = Case(
    title="a client that knows only the public half of the key that it names is rejected",
    checks=("26/keys/public-half-is-not-enough", "26/vouch/box", "26/box/direction"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("vouch_box", secret=STRANGER)), REJECTED),
    note="Without this an eavesdropper who learns a public key could pass for its owner.",
    sensitive=True,
)

OF_THE_TRANSIENT_KEY = Case(
    title="an INITIATE whose vouch was made by C' in the place of C is rejected",
    checks=("26/vouch/box", "26/box/direction"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("vouch_box", sender="C'")), REJECTED),
    sensitive=True,
)

OTHER_KEY_NAMED = Case(
    title="an INITIATE that names a permanent key other than the one that vouches is rejected",
    checks=("26/vouch/box", "26/keys/public-half-is-not-enough"),
    under_test=SERVER,
    script=(send("INITIATE", client=BASE_POINT), REJECTED),
    sensitive=True,
)

NO_KEY_NAMED = Case(
    title="an INITIATE that names zero as the client's permanent key is rejected",
    checks=("26/vouch/box", "26/keys/public-half-is-not-enough"),
    under_test=SERVER,
    script=(send("INITIATE", client=bytes(32)), REJECTED),
    sensitive=True,
)

TO_THE_PERMANENT_KEY = Case(
    title="an INITIATE whose vouch is sealed to S, as in CurveCP, is rejected",
    checks=("26/vouch/box", "26/box/direction"),
    under_test=SERVER,
    script=(send("INITIATE", reseal("vouch_box", receiver="S")), REJECTED),
    note="CurveCP seals from C to S; the list of differences says why CurveZMQ does not.",
)

FOR_ANOTHER_TRANSIENT_KEY = Case(
    title="an INITIATE whose vouch is for another C' is rejected",
    checks=("26/vouch/client-key",),
    under_test=SERVER,
    script=(send("INITIATE", vouched_transient=BASE_POINT), REJECTED),
    sensitive=True,
)

TRANSIENT_KEY_ALTERED = Case(
    title="an INITIATE whose vouch is for a key one bit beside C' is rejected",
    checks=("26/vouch/client-key",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouched_transient", flip=-2)), REJECTED),
)

FOR_ANOTHER_SERVER = Case(
    title="an INITIATE whose vouch is for another server is rejected",
    checks=("26/vouch/server-key",),
    under_test=SERVER,
    script=(send("INITIATE", vouched_server=BASE_POINT), REJECTED),
    note="A server that a client trusts could else pass the vouch on and be that client elsewhere.",
    sensitive=True,
)

SERVER_KEY_ALTERED = Case(
    title="an INITIATE whose vouch is for a key one bit beside S is rejected",
    checks=("26/vouch/server-key",),
    under_test=SERVER,
    script=(send("INITIATE", tamper("vouched_server", flip=-2)), REJECTED),
)

KEYS_EXCHANGED = Case(
    title="an INITIATE whose vouch has S before C' is rejected",
    checks=("26/vouch/client-key", "26/vouch/server-key"),
    under_test=SERVER,
    script=(send("INITIATE", vouch_box=lambda plaintext: plaintext[32:] + plaintext[:32]), REJECTED),
)

NO_KEYS = Case(
    title="an INITIATE whose vouch holds zeros is rejected",
    checks=("26/vouch/client-key", "26/vouch/server-key"),
    under_test=SERVER,
    script=(send("INITIATE", vouch_box=bytes(64)), REJECTED),
    sensitive=True,
)
