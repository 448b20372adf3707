"""The signature of a HELLO and the key it was sealed with, as a server checks them (RFC 26 "The HELLO Command")."""

from conformance.api import Case, Server, expect, rejects, reseal, send, tamper

SERVER = Server()
REJECTED = expect(rejects(before="WELCOME"))
STRANGER = bytes(range(1, 33))
"""A secret key that nobody owns."""

FIRST_OCTET_ALTERED = Case(
    title="a HELLO with the first bit of its signature flipped is rejected",
    checks=("26/HELLO/signature",),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", flip=0)), REJECTED),
)

LAST_OCTET_ALTERED = Case(
    title="a HELLO with the last bit of its signature flipped is rejected",
    checks=("26/HELLO/signature",),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", flip=-1)), REJECTED),
)

NO_BOX = Case(
    title="a HELLO with 80 zero octets in the place of a signature is rejected",
    checks=("26/HELLO/signature",),
    under_test=SERVER,
    script=(send("HELLO", tamper("signature", exchange=bytes(80))), REJECTED),
)

FIRST_ZERO_MISSING = Case(
    title="a HELLO whose signature holds a one bit in the first octet is rejected",
    checks=("26/HELLO/signature",),
    under_test=SERVER,
    script=(send("HELLO", signature=b"\x80" + bytes(63)), REJECTED),
)

LAST_ZERO_MISSING = Case(
    title="a HELLO whose signature holds a one bit in the last octet is rejected",
    checks=("26/HELLO/signature",),
    under_test=SERVER,
    script=(send("HELLO", signature=bytes(63) + b"\x01"), REJECTED),
)

OF_ANOTHER_KEY = Case(
    title="a HELLO whose signature was made with another key than the one it names is rejected",
    checks=("26/HELLO/client-key", "26/HELLO/signature", "26/box/direction"),
    under_test=SERVER,
    script=(send("HELLO", reseal("signature", secret=STRANGER)), REJECTED),
)

OF_THE_PERMANENT_KEY = Case(
    title="a HELLO whose signature was made with the client's permanent key is rejected",
    checks=("26/HELLO/client-key", "26/HELLO/signature", "26/box/direction"),
    under_test=SERVER,
    script=(send("HELLO", reseal("signature", sender="C")), REJECTED),
)

PREFIX_OF_INITIATE = Case(
    title="a HELLO whose signature was sealed under the prefix of INITIATE is rejected",
    checks=("26/HELLO/nonce", "26/HELLO/signature"),
    under_test=SERVER,
    script=(send("HELLO", reseal("signature", prefix=b"CurveZMQINITIATE")), REJECTED),
)

PREFIX_OF_NOBODY = Case(
    title="a HELLO whose signature was sealed under a prefix of zeros is rejected",
    checks=("26/HELLO/nonce", "26/HELLO/signature"),
    under_test=SERVER,
    script=(send("HELLO", reseal("signature", prefix=bytes(16))), REJECTED),
)

KEY_ALTERED = Case(
    title="a HELLO with a bit of its C' flipped is rejected",
    checks=("26/HELLO/client-key", "26/HELLO/signature"),
    under_test=SERVER,
    script=(send("HELLO", tamper("client_transient", flip=0)), REJECTED),
)

LOW_ORDER_KEYS = {
    name: Case(
        title=f"a HELLO whose C' is {what}, not the key that signed, is rejected",
        checks=("26/HELLO/client-key", "26/HELLO/signature"),
        under_test=SERVER,
        script=(send("HELLO", client_transient=point), REJECTED),
        note="Such a point makes one and the same shared key with every secret, so nobody is proven by it.",
    )
    for name, what, point in (
        ("zero", "zero", bytes(32)),
        ("one", "one", b"\x01" + bytes(31)),
        (
            "order_8",
            "a point of order 8",
            bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        ),
        ("minus_one", "one less than the field's prime", b"\xec" + b"\xff" * 30 + b"\x7f"),
        ("prime", "the field's prime", b"\xed" + b"\xff" * 30 + b"\x7f"),
    )
}
