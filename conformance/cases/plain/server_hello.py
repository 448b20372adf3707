"""HELLO as a server receives it: which it cannot read, which it has to (RFC 24 "Implementation", `hello`)."""

from conformance.api import Case, Server, accepts, either, expect, rejects, send

SERVER = Server("PLAIN")
REJECTED = expect(rejects(before="WELCOME"))
NAME = b"\x05HELLO"


def counted(octets: bytes, size: int | None = None) -> bytes:
    """Octets behind the octet that counts them, or that says something else."""
    return bytes([len(octets) if size is None else size]) + octets


CUT_SHORT = {
    name: Case(
        title=f"a HELLO {what} is rejected",
        checks=("24/HELLO/layout",),
        under_test=SERVER,
        script=(send("HELLO", frame_body=NAME + body), REJECTED),
        note="From what cannot be read whole no credentials can be accepted.",
        sensitive=True,
    )
    for name, what, body in (
        ("name_alone", "that is nothing but its name", b""),
        ("no_user", "that ends after the size of a user name", b"\x05"),
        ("user_cut", "that ends within the user name", counted(b"admi", 5)),
        ("user_one_octet", "whose user name of 255 characters has one", counted(b"a", 255)),
        ("no_password_size", "that ends behind the user name", counted(b"admin")),
        ("no_user_nor_password_size", "that ends behind an empty user name", counted(b"")),
        ("no_password", "whose password of one character is missing", counted(b"admin") + b"\x01"),
        ("password_cut", "that ends within the password", counted(b"admin") + counted(b"secre", 6)),
        ("password_255", "whose password of 255 characters has six", counted(b"admin") + counted(b"secret", 255)),
        ("password_128", "whose password of 128 characters has 127", counted(b"admin") + counted(b"s" * 127, 128)),
        ("longest_cut", "that is as long as can be, less an octet", counted(b"a" * 255) + counted(b"s" * 254, 255)),
    )
}

SIZES_LIE = {
    name: Case(
        title=f"a HELLO {what} is rejected",
        checks=("24/HELLO/layout",),
        under_test=SERVER,
        script=(send("HELLO", frame_body=NAME + body), REJECTED),
        sensitive=True,
    )
    for name, what, body in (
        ("user_one_more", "whose user name takes in the password's size", counted(b"admin", 6) + counted(b"secret")),
        ("user_one_less", "whose user name leaves a letter over", counted(b"admin", 4) + counted(b"secret")),
        ("user_zero", "whose user name is said to be empty and is not", counted(b"admin", 0) + counted(b"secret")),
        ("user_takes_all", "whose user name goes to its end", counted(b"admin\x06secret")),
        ("user_beyond", "whose user name goes one octet beyond its end", counted(b"admin\x06secret", 13)),
        ("password_one_less", "whose password leaves a letter over", counted(b"admin") + counted(b"secret", 5)),
        ("password_zero", "whose password is said to be empty and is not", counted(b"admin") + counted(b"secret", 0)),
        ("password_one_more", "whose password is said to go beyond its end", counted(b"admin") + counted(b"secret", 7)),
        ("no_sizes", "whose credentials end with null octets, uncounted", b"admin\x00secret\x00"),
        ("sizes_of_two_octets", "that counts in two octets", b"\x00\x05admin\x00\x06secret"),
        ("sizes_of_four_octets", "that counts in four octets", b"\x00\x00\x00\x05admin\x00\x00\x00\x06secret"),
        ("digits", "that counts in digits", b"5admin6secret"),
    )
}

EXCESS = {
    name: Case(
        title=f"a HELLO with {what} behind the password is rejected",
        checks=("24/HELLO/layout",),
        under_test=SERVER,
        script=(send("HELLO", password=lambda natural, excess=excess: natural + excess), REJECTED),
    )
    for name, what, excess in (
        ("null", "a null octet", b"\x00"),
        ("line_feed", "a line feed", b"\n"),
        ("second_password", "another password", counted(b"another")),
        ("metadata", "metadata", b"\x0bSocket-Type\x00\x00\x00\x06DEALER"),
        ("octets_300", "300 octets", bytes(300)),
        ("octets_64k", "64 KiB", bytes(65536)),
    )
}

LONGEST_AND_ONE = Case(
    title="a HELLO with an octet behind the longest of credentials is rejected",
    checks=("24/HELLO/layout",),
    under_test=SERVER,
    script=(
        send("HELLO", frame_body=NAME + counted(b"u" * 255) + counted(b"p" * 255) + b"p"),
        REJECTED,
    ),
    sensitive=True,
)

EMPTY = {
    name: Case(
        title=f"a HELLO whose {what} is checked like any other",
        checks=("24/HELLO/empty-credentials", "24/WELCOME/answers-hello"),
        under_test=SERVER,
        script=(
            send("HELLO", username_size=len(user), username=user, password_size=len(password), password=password),
            expect(accepts()),
        ),
        note="The target lets in whoever can be read.",
    )
    for name, what, user, password in (
        ("user", "user name is empty", b"", b"secret"),
        ("password", "password is empty", b"admin", b""),
        ("both", "user name and password are empty", b"", b""),
    )
}

SIZES = {
    f"{user}_and_{password}": Case(
        title=f"a user name of {user} and a password of {password} characters are read",
        checks=("24/WELCOME/answers-hello",),
        under_test=SERVER,
        script=(
            send(
                "HELLO",
                username_size=user,
                username=b"u" * user,
                password_size=password,
                password=b"p" * password,
            ),
            expect(accepts()),
        ),
        note="The target lets in whoever can be read. With 247 characters in all a HELLO just fits into a short frame.",
    )
    for user, password in ((1, 1), (127, 120), (127, 121), (255, 1), (1, 255), (255, 255))
}

ALL_VISIBLE = Case(
    title="credentials may have every visible character",
    checks=("24/WELCOME/answers-hello", "24/HELLO/username-char", "24/HELLO/password-char"),
    under_test=SERVER,
    script=(
        send(
            "HELLO",
            username_size=94,
            username=bytes(range(0x21, 0x7F)),
            password_size=94,
            password=bytes(range(0x7E, 0x20, -1)),
        ),
        expect(accepts()),
    ),
)

CHARACTERS = {
    f"{field}_{name}": Case(
        title=f"a {title} with {what} is handed on or refused, and does no harm",
        checks=(f"24/HELLO/{field}-char",),
        under_test=SERVER,
        script=(
            send("HELLO", **{f"{field}_size": len(octets), field: octets}),
            expect(either(accepts(), rejects())),
        ),
        note="VCHAR binds the client; what a server does about other octets is not said.",
        sensitive=True,
    )
    for field, title in (("username", "user name"), ("password", "password"))
    for name, what, octets in (
        ("blank", "a blank", b"a b"),
        ("null_inside", "a null octet in it", b"admin\x00other"),
        ("null_alone", "nothing but a null octet", b"\x00"),
        ("high_bits", "octets above 7F", b"\x80\xc3\x28\xff"),
        ("every_octet", "255 octets of every kind", bytes(range(1, 256))),
    )
}
