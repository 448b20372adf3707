"""Greetings with an unusual signature, padding, as-server or filler (RFC 23 "Formal Grammar")."""

from conformance.api import Case, Peer, Server, accepts, either, expect, rejects, send, waits

PADDING = {
    name: Case(
        title=f"a signature whose padding is {octets.hex(' ')} is as good as any",
        checks=("23/greeting/padding", "23/legacy/signature-found"),
        under_test=Peer(),
        script=(send("greeting", padding=octets), expect(accepts())),
        note="The padding has no meaning, and a receiver must not look at it.",
    )
    for name, octets in (
        ("ones", b"\xff" * 8),
        ("identity_length", (1).to_bytes(8, "big")),
        ("huge_identity_length", (2**63).to_bytes(8, "big")),
        ("even_last_octet", bytes(7) + b"\x7e"),
        ("random", bytes.fromhex("0123456789abcdef")),
    )
}

PADDING_WITH_CURVE = Case(
    title="a CURVE server does not mind the padding of the signature either",
    checks=("23/greeting/padding", "23/legacy/signature-found"),
    under_test=Server(),
    script=(send("greeting", padding=bytes.fromhex("7f03010102030405")), expect(accepts())),
)

FIRST_OCTETS = {
    f"octet_{octet:02x}": Case(
        title=f"a greeting that starts with {octet:02X} is not taken for ZMTP 3",
        checks=("23/greeting/signature-checked", "23/legacy/short-identity", "23/legacy/detects-1.0"),
        under_test=Peer(),
        script=(send("greeting", signature_start=octet), expect(either(rejects(), waits()))),
        note="The octet is the size of a ZMTP 1.0 identity: who knows ZMTP 1.0 may wait for the rest of it.",
    )
    for octet in (0x00, 0x01, 0x7F, 0xFE)
}

EVEN_TENTH_OCTETS = {
    f"octet_{octet:02x}": Case(
        title=f"a greeting whose tenth octet is {octet:02X} is not taken for ZMTP 3",
        checks=("23/greeting/signature-checked", "23/legacy/long-identity", "23/legacy/detects-1.0"),
        under_test=Peer(),
        script=(send("greeting", signature_end=octet), expect(either(rejects(), waits()))),
        note="An even octet there ends the size of a ZMTP 1.0 identity, not a signature.",
    )
    for octet in (0x00, 0x7E, 0x80)
}

ODD_TENTH_OCTETS = {
    f"octet_{octet:02x}": Case(
        title=f"a greeting whose tenth octet is {octet:02X} is refused or served, not left alone",
        checks=("23/greeting/signature-checked", "23/legacy/signature-found"),
        under_test=Peer(),
        script=(send("greeting", signature_end=octet), expect(either(rejects(), accepts()))),
        note="The grammar wants 7F; the detection of older versions takes every odd octet for a signature.",
    )
    for octet in (0x01, 0xFF)
}

AS_SERVERS = {
    f"value_{value}": Case(
        title=f"a NULL peer that announces as-server {value} is served or refused, not left alone",
        checks=("23/as-server/no-significance", "23/greeting/as-server-value"),
        under_test=Peer(),
        script=(send("greeting", as_server=value), expect(either(accepts(), rejects()))),
        note="With NULL the octet means nothing to the receiver, but its sender was not allowed to set it.",
    )
    for value in (1, 255)
}

FILLER = Case(
    title="a peer whose filler is not zero is served or refused, not left alone",
    checks=("23/greeting/filler",),
    under_test=Peer(),
    script=(send("greeting", filler=b"\xff" * 31), expect(either(accepts(), rejects()))),
    note="Only the sender is bound; a later version could use these octets.",
)
