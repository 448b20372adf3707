"""Mechanisms other than one's own (RFC 23 "Authentication and Confidentiality")."""

from conformance.api import Case, Client, Peer, Server, expect, mechanism_octets, rejects, send

OTHERS_THAN_NULL = {
    name: Case(
        title=f"a NULL peer closes on {what}",
        checks=("23/greeting/mechanism-match", "23/mechanism/same-for-socket"),
        under_test=Peer(),
        script=(send("greeting", mechanism=mechanism), expect(rejects())),
        note="All 20 octets count.",
    )
    for name, what, mechanism in (
        ("curve", "the mechanism CURVE", mechanism_octets("CURVE")),
        ("plain", "the mechanism PLAIN", mechanism_octets("PLAIN")),
        ("unheard_of", "a mechanism that nobody knows", mechanism_octets("CONFORMANCE")),
        ("longest", "a mechanism of 20 characters", mechanism_octets("ABCDEFGHIJ0123456789")),
        ("nothing", "a mechanism that is all zeros", bytes(20)),
        ("prefix", "the first three letters of its mechanism", mechanism_octets("NUL")),
        ("longer", "its mechanism with a letter behind it", mechanism_octets("NULLX")),
        ("lower_case", "its mechanism in small letters", mechanism_octets("null")),
        ("blanks", "its mechanism filled up with blanks", b"NULL".ljust(20)),
        ("shifted", "its mechanism behind a zero", b"\x00NULL".ljust(20, b"\x00")),
        ("tail", "its mechanism with something behind the zeros", b"NULL".ljust(19, b"\x00") + b"X"),
        ("two_names", "its mechanism and another behind a zero", b"NULL\x00CURVE".ljust(20, b"\x00")),
        ("high_bit", "its mechanism with a high bit set", b"NUL\xcc".ljust(20, b"\x00")),
    )
}

OTHERS_THAN_CURVE = {
    f"{target.role}_meets_{name}": Case(
        title=f"a CURVE {target.role} closes on {what}",
        checks=("23/greeting/mechanism-match", "23/security/weaker-mechanism", "23/mechanism/same-for-socket"),
        under_test=target,
        script=(send("greeting", mechanism=mechanism), expect(rejects(before=before))),
        note="Whoever asks for less security than the application wants is not to be met halfway.",
        sensitive=True,
    )
    for target, before in ((Server(), "WELCOME"), (Client(), ""))
    for name, what, mechanism in (
        ("null", "the mechanism NULL", mechanism_octets("NULL")),
        ("plain", "the mechanism PLAIN", mechanism_octets("PLAIN")),
        ("nothing", "a mechanism that is all zeros", bytes(20)),
        ("longer", "its mechanism with a letter behind it", mechanism_octets("CURVE1")),
        ("tail", "its mechanism with something behind the zeros", b"CURVE".ljust(19, b"\x00") + b"X"),
    )
}
