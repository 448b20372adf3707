"""Versions other than one's own (RFC 23 "Version Negotiation", "Detecting ZMTP 2.0 Peers")."""

from conformance.api import Case, Client, Peer, Server, accepts, either, expect, holds, rejects, send

WENT_ON_AS_2_0 = holds(
    "it goes on as ZMTP 2.0: its socket type follows the version",
    lambda known: known.raw[11:12] == b"\x05",  # DEALER in the numbers of ZMTP 2.0; ZMTP 3 has a minor version here
)

HIGHER_MAJORS = {
    f"major_{major}": Case(
        title=f"a peer that announces version {major}.0 is served in ZMTP 3",
        checks=("23/greeting/higher-version", "23/greeting/own-version"),
        under_test=Peer(),
        script=(send("greeting", version_major=major, version_minor=0), expect(accepts())),
        note="It is the higher version that has to understand the lower one.",
    )
    for major in (4, 127, 128, 255)
}

HIGHER_MINORS = {
    f"minor_{minor}": Case(
        title=f"a peer that announces version 3.{minor} is served",
        checks=("23/greeting/higher-version", "23/greeting/own-version"),
        under_test=Peer(),
        script=(send("greeting", version_minor=minor), expect(accepts())),
    )
    for minor in (2, 127, 128, 255)
}

MINOR_0 = Case(
    title="a peer that announces version 3.0 is served or refused, not left alone",
    checks=("23/greeting/higher-version", "37/greeting/version-3.0"),
    under_test=Peer(),
    script=(send("greeting", version_minor=0), expect(either(accepts(), rejects()))),
    note="To a peer of 3.1 it is a lower version, with which it may refuse to work.",
)

HIGHER_WITH_CURVE = Case(
    title="a CURVE client that announces version 4.2 is served",
    checks=("23/greeting/higher-version", "23/greeting/own-version"),
    under_test=Server(),
    script=(send("greeting", version_major=4, version_minor=2), expect(accepts())),
)

HIGHER_SERVER_WITH_CURVE = Case(
    title="a CURVE server that announces version 4.2 is talked to",
    checks=("23/greeting/higher-version", "23/greeting/own-version"),
    under_test=Client(),
    script=(send("greeting", version_major=4, version_minor=2), expect(accepts())),
)

LOWER_MAJORS = {
    f"major_{major}": Case(
        title=f"with a peer of major version {major} a target downgrades or closes",
        checks=("23/greeting/lower-version", "23/legacy/detects-2.0", "23/greeting/may-downgrade"),
        under_test=Peer(),
        script=(send("greeting", version_major=major), expect(either(WENT_ON_AS_2_0, rejects()))),
        note="What it must not do is to go on with ZMTP 3, which such a peer does not speak.",
    )
    for major in (0, 1, 2)
}

LOWER_MAJORS_WITH_CURVE = {
    f"{target.role}_major_{major}": Case(
        title=f"a CURVE {target.role} closes on a peer of major version {major}",
        checks=("23/greeting/lower-version", "23/greeting/downgrade", "23/security/downgrade-header"),
        under_test=target,
        script=(send("greeting", version_major=major), expect(rejects(before=before))),
        note="Older versions know no security, so here there is nothing to downgrade to.",
        sensitive=True,
    )
    for target, before in ((Server(), "WELCOME"), (Client(), ""))
    for major in (0, 1, 2)
}
