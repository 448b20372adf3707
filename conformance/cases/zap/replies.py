"""What becomes of a client by the status of the reply (RFC 27 "Message Format", status code)."""

from conformance.api import (
    Case,
    Expectation,
    Known,
    Peer,
    Server,
    answers,
    delivers,
    either,
    expect,
    frame,
    handler_replies,
    handler_saw,
    holds,
    mechanism_octets,
    message,
    metadata_octets,
    octets,
    peer,
    rejects,
    send,
    waits,
    withhold,
)

MECHANISMS = {
    # the target, the command after which it asks, the command that would let the client in
    "null": (Peer(), "READY", ""),
    "plain": (Server("PLAIN", sides=("binds", "connects")), "HELLO", "WELCOME"),
    "curve": (Server(), "INITIATE", "READY"),
}
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01"
DEALER = metadata_octets([("Socket-Type", b"DEALER")])
SMUGGLED = frame(0x00, b"smuggled")
OF_KEYS = (
    "26/keys/clients-known",
    "26/keys/clients-distinguished",
    "26/keys/shared-client-key",
    "26/INITIATE/may-authenticate",
)
"""What a server does by its handler that lets clients in by their keys."""

SUCCESS = {
    name: Case(
        title=f"a {target.mechanism} peer that the handler lets in is served",
        checks=("27/status/success", "27/dialogue/one-request"),
        under_test=target,
        script=(handler_replies("200"), message(b"let in"), expect(delivers((b"let in",))), expect(handler_saw())),
    )
    for name, (target, _, _) in MECHANISMS.items()
}


def turned_away(welcome: str) -> tuple[Expectation, ...]:
    """What shows that the client stays outside: an answer that does not let it in, or a close.

    Args:
        welcome: the command that would let it in; empty for READY of NULL, which both sides send at once.
    """
    if not welcome:
        return answers("ERROR"), rejects()
    before = len(("greeting", "WELCOME")) if welcome == "READY" else 1

    def answered(known: Known) -> bool:
        commands = [name for name, _ in known.received] + [name for name, _ in known.flags]
        return welcome not in commands and len(known.flags) >= before

    return holds(f"it answers, and not by {welcome}", answered), rejects(before=welcome)


NOT_LET_IN = {
    f"{name}_{code}": Case(
        title=f"a {target.mechanism} peer is not let in by a handler that answers {code}",
        checks=(requirement, "27/dialogue/one-request", *OF_KEYS * (name == "curve")),
        under_test=target,
        script=(
            handler_replies(code, text="no"),
            send(command),
            expect(either(*turned_away(welcome), *silently)),
            expect(handler_saw()),
        ),
        note="With an ERROR or without one: what the client is told, and in which octets, is the mechanism's business.",
        sensitive=True,
    )
    for name, (target, command, welcome) in MECHANISMS.items()
    for code, requirement, silently in (
        ("300", "27/status/temporary", (waits(),)),
        ("400", "27/status/refused", ()),
        ("500", "27/status/internal-error", ()),
    )
}

OTHER_STATUS = {
    f"{name}_{slug}": Case(
        title=f"a {target.mechanism} peer is not let in by {what}",
        checks=("27/status/other",),
        under_test=target,
        script=(
            handler_replies(code),
            send(command),
            expect(either(*turned_away(welcome), waits())),
        ),
        note="One string stands for success.",
        sensitive=True,
    )
    for name, (target, command, welcome) in MECHANISMS.items()
    for slug, what, code in (
        ("empty", "an empty status", ""),
        ("201", "a status of 201", "201"),
        ("20", "a status of 20", "20"),
        ("2000", "a status of 2000", "2000"),
        ("zero_behind", "a 200 with a zero behind it", "200\0"),
        ("blank", "a 200 behind a blank", " 200"),
        ("long", "a status of 300 digits", "200" * 100),
    )
}

TEXTS = {
    name: Case(
        title=f"a 200 with {what} lets in",
        checks=("27/status/success", "27/dialogue/one-request"),
        under_test=Server("PLAIN"),
        script=(reply, message(b"let in"), expect(delivers((b"let in",)))),
    )
    for name, what, reply in (
        ("no_text", "no text", handler_replies(text="")),
        ("longest_text", "a text of 255 characters", handler_replies(text="t" * 255)),
        ("user", "a user id", handler_replies(user_id="joe")),
        ("longest_user", "a user id of 255 characters", handler_replies(user_id="u" * 255)),
    )
}

AFTER_REFUSAL = {
    name: Case(
        title=f"a {target.mechanism} peer is let in once the handler has changed its mind",
        checks=("27/status/success", "27/dialogue/one-request", "27/server/several"),
        under_test=target,
        script=(
            handler_replies("400"),
            send(command),
            expect(either(*turned_away(welcome))),
            handler_replies("200"),
            peer("second"),
            message(b"let in"),
            expect(delivers((b"let in",))),
            expect(handler_saw(times=2)),
        ),
        note="What was decided about a client before says nothing about its next connection.",
    )
    for name, (target, command, welcome) in (
        ("null", (Peer(sides=("binds",)), "READY", "")),
        ("plain", (Server("PLAIN"), "HELLO", "WELCOME")),
        ("curve", (Server(), "INITIATE", "READY")),
    )
}

SILENCE = {
    name: Case(
        title=f"a {target.mechanism} peer is not let in as long as the handler is silent",
        checks=("27/dialogue/one-request", "27/status/success"),
        under_test=target,
        script=(
            handler_replies(silent=True),
            send(command),
            expect(handler_saw()),
            expect(either(waits(), rejects(before=welcome))),
        ),
    )
    for name, (target, command, welcome) in MECHANISMS.items()
    if welcome
}

SMUGGLES = {
    name: Case(
        title=f"what a {target.mechanism} peer sends before the handler has answered waits, and is lost with a {code}",
        checks=("27/dialogue/one-request", "27/status/refused", "27/status/success"),
        under_test=target,
        script=(
            reply,
            withhold(),
            octets(GREETING + mechanism_octets(target.mechanism) + bytes(32) + hello + SMUGGLED),
            expect(either(handler_saw(), rejects())),
            handler_replies("200"),
            peer("second"),
            message(b"let in"),
            expect(delivers((b"let in",))),
        ),
        note="All comes in one segment. A target may find that its READY should have been awaited, and never ask.",
        sensitive=True,
    )
    for target, mechanism, hello in (
        (Peer(sides=("binds",)), "null", frame(0x04, b"\x05READY" + DEALER)),
        (
            Server("PLAIN"),
            "plain",
            frame(0x04, b"\x05HELLO\x04user\x04pass") + frame(0x04, b"\x08INITIATE" + DEALER),
        ),
    )
    for name, code, reply in (
        (f"{mechanism}_400", "400", handler_replies("400")),
        (f"{mechanism}_silence", "silence", handler_replies(silent=True)),
    )
}
