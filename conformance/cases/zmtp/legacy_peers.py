"""Peers of ZMTP 1.0 and 2.0, octet for octet (RFC 23 "Backwards Interoperability").

With NULL a target may work with them or close. With any other mechanism it must close: a header of an older version
would otherwise be the way around all security. Each peer here sends more than 64 octets, so that a target that reads a
whole greeting before it looks at the version has what it needs.
"""

from conformance.api import (
    Case,
    Client,
    Peer,
    Server,
    delivers,
    either,
    expect,
    frame,
    holds,
    message,
    octets,
    peer,
    rejects,
    send,
    withhold,
)

DEALER = b"\x05"
SMUGGLED = b"a message of an older version" * 2
ZMTP_2_0 = b"\xff" + bytes(7) + b"\x01\x7f\x01" + DEALER + frame(0, b"") + frame(0, SMUGGLED)
ZMTP_1_0 = b"\x01\x00" + bytes([len(SMUGGLED) + 1, 0]) + SMUGGLED + b"\x03\x00hi"
ZMTP_1_0_LONG = b"\xff" + (1).to_bytes(8, "big") + b"\x00" + bytes([len(SMUGGLED) + 1, 0]) + SMUGGLED

PEER_OF_2_0 = Case(
    title="with a peer of ZMTP 2.0 a target downgrades or closes",
    checks=(
        "23/greeting/lower-version",
        "23/legacy/speaks-2.0",
        "15/greeting/socket-type",
        "15/greeting/layout",
        "15/legacy/signature-found",
        "15/greeting/signature",
        "15/greeting/revision",
    ),
    under_test=Peer(),
    script=(
        withhold(),
        octets(ZMTP_2_0),
        expect(
            either(
                holds(
                    "it goes on as ZMTP 2.0: socket type and identity follow the version",
                    lambda known: known.raw[11:14] == DEALER + frame(0, b""),
                ),
                rejects(),
            )
        ),
    ),
)

WITH_CURVE = {
    f"{target.role}_meets_{name}": Case(
        title=f"a CURVE {target.role} closes on a peer of {version}",
        checks=(
            "23/greeting/downgrade",
            "23/security/downgrade-header",
            sign,
            "15/legacy/short-identity",
            "15/legacy/long-identity",
        ),
        under_test=target,
        script=(withhold(), octets(stream), expect(rejects())),
        sensitive=True,
    )
    for target in (Server(), Client())
    for name, version, sign, stream in (
        ("zmtp_2_0", "ZMTP 2.0", "23/greeting/lower-version", ZMTP_2_0),
        ("zmtp_1_0", "ZMTP 1.0", "23/greeting/signature-checked", ZMTP_1_0),
        ("zmtp_1_0_long", "ZMTP 1.0 with a long identity", "23/greeting/signature-checked", ZMTP_1_0_LONG),
    )
}

NOTHING_DELIVERED = {
    name: Case(
        title=f"a CURVE server gives its application nothing of what a peer of {version} sent",
        checks=("23/security/downgrade-header", "23/greeting/downgrade", sign),
        under_test=Server(),
        script=(
            withhold(),
            octets(stream),
            expect(rejects()),
            peer("second"),
            message(b"sealed"),
            expect(delivers((b"sealed",))),
        ),
        sensitive=True,
    )
    for name, version, sign, stream in (
        ("zmtp_2_0", "ZMTP 2.0", "23/greeting/lower-version", ZMTP_2_0),
        ("zmtp_1_0", "ZMTP 1.0", "23/greeting/signature-checked", ZMTP_1_0),
    )
}

HEADER_OF_1_0 = {
    f"{target.role}_meets_{name}": Case(
        title=f"a CURVE {target.role} closes when {what}, whatever follows",
        checks=("23/greeting/downgrade", "23/security/downgrade-header", "23/greeting/signature-checked"),
        under_test=target,
        script=(send("greeting", **change), expect(rejects(before=before))),
        note="In every other respect it is a greeting of ZMTP 3, so that nothing else can be the reason.",
        sensitive=True,
    )
    for target, before in ((Server(), "WELCOME"), (Client(), ""))
    for name, what, change in (
        ("first_octet_01", "the first octet is 01", {"signature_start": 0x01}),
        ("even_tenth_octet", "the tenth octet is even", {"signature_end": 0x7E}),
    )
}
