"""ZAP: what a server asks, what a handler answers, what comes of each reply, through any number of proxies (RFC 27)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_model.connection import Connection
from spec_model.crypto.entropy import Replayed
from spec_model.events import CommandReceived
from spec_model.faults.specimens import CLIENT_KEYS
from spec_model.grammar.metadata import metadata_octets, property_octets
from spec_model.grammar.multipart import Frames
from spec_model.grammar.zap import REPLY, REQUEST, is_address
from spec_model.judging import judge_frames
from spec_model.role import Role
from spec_model.tests.memory import Talk, talk
from spec_model.tests.test_grammar import FAST
from spec_model.zap import (
    ADMIT,
    Answer,
    Decision,
    Handler,
    Request,
    Server,
    Status,
    back,
    credentials_of,
    forward,
    judge_reply,
    refuse,
)

KEY = bytes(range(32))


def users(request: Request) -> Decision:
    """A policy: one user, one key, and everybody without security from one address."""
    match request:
        case Request(mechanism="PLAIN", credentials=(b"admin", b"secret")):
            return Decision(Status.SUCCESS, "OK", "joe", (("X-Group", b"staff"),))
        case Request(mechanism="CURVE", credentials=(key,)) if key == KEY:
            return ADMIT
        case Request(mechanism="NULL", address="192.168.55.1"):
            return ADMIT
        case Request(domain="later"):
            return Decision(Status.TEMPORARY, "come again")
        case Request(domain="broken"):
            raise OSError("the disk is full")
    return refuse("No access")


# --- octet for octet ----------------------------------------------------------------------------------------------


def test_the_examples_of_the_rfc() -> None:
    """RFC 27 "Example Exchanges": the same frames, as they are on the wire."""
    null = REQUEST.build(
        {"request_id": b"0001", "domain": b"test", "address": b"192.168.55.1", "identity": b"BOB", "mechanism": b"NULL"}
    )
    assert null == (b"", b"1.0", b"0001", b"test", b"192.168.55.1", b"BOB", b"NULL")
    plain = (*null[:-1], b"PLAIN", b"admin", b"secret")
    assert REQUEST.build({**REQUEST.parse(null), "mechanism": b"PLAIN", "credentials": (b"admin", b"secret")}) == plain
    assert judge_frames(REQUEST, null).broken == judge_frames(REQUEST, plain).broken == ()
    assert Handler(users).handle(plain) == (
        *(b"", b"1.0", b"0001", b"200", b"OK", b"joe"),
        metadata_octets([("X-Group", b"staff")]),
    )


ASKED: list[tuple[str, bytes, Frames, Frames]] = [
    # mechanism, identity, credentials, the frames behind the domain
    ("NULL", b"", (), (b"10.0.0.1", b"", b"NULL")),
    ("NULL", b"\x00\xff", (), (b"10.0.0.1", b"\x00\xff", b"NULL")),
    ("PLAIN", b"", (b"", b""), (b"10.0.0.1", b"", b"PLAIN", b"", b"")),
    ("CURVE", b"me", (KEY,), (b"10.0.0.1", b"me", b"CURVE", KEY)),
]


@pytest.mark.parametrize(("mechanism", "identity", "credentials", "frames"), ASKED)
def test_what_a_server_asks(mechanism: str, identity: bytes, credentials: Frames, frames: Frames) -> None:
    for explicit, envelope in ((True, (b"",)), (False, ())):
        server = Server("global", explicit=explicit)
        for number in (b"1", b"2"):
            request = server.ask(mechanism, "10.0.0.1", identity, credentials)
            assert request == (*envelope, b"1.0", number, b"global", *frames)
        assert server.waiting == [b"1", b"2"]
    assert judge_frames(REQUEST, (b"", *request)).broken == ()


def test_a_domain_is_not_empty() -> None:
    with pytest.raises(ValueError, match="at least one character"):
        Server("")


CARRIERS = [
    # mechanism, identity of the client, the command that carries credentials, what the request says
    ("NULL", b"BOB", "READY", ("NULL", ()), b"BOB"),
    ("PLAIN", b"BOB", "HELLO", ("PLAIN", (b"admin", b"secret")), b""),  # HELLO comes before all metadata
    ("CURVE", b"BOB", "INITIATE", ("CURVE", (CLIENT_KEYS.public,)), b"BOB"),
    ("CURVE", None, "INITIATE", ("CURVE", (CLIENT_KEYS.public,)), b""),
]


@pytest.mark.parametrize(("mechanism", "identity", "name", "credentials", "shown"), CARRIERS)
def test_what_a_server_learns_of_a_client(
    mechanism: str, identity: bytes | None, name: str, credentials: tuple[str, Frames], shown: bytes
) -> None:
    def named(role: Role, entropy: Replayed) -> Connection:
        return Connection(Role(**{**vars(role), "identity": identity}), entropy)

    done: Talk = talk(mechanism, client=named).start()  # type: ignore[arg-type]  # Replayed is the entropy of all tests
    (judged,) = [event.judged for event in done.events[1] if isinstance(event, CommandReceived) and event.name == name]
    assert credentials_of(judged) == credentials
    request = REQUEST.parse(Server("global").ask_about(judged, "10.0.0.1"))
    assert (request["mechanism"].decode(), request["credentials"], request["identity"]) == (*credentials, shown)


def test_other_commands_carry_no_credentials() -> None:
    done = talk("CURVE").start()
    (hello,) = [
        event.judged for event in done.events[1] if isinstance(event, CommandReceived) and event.name == "HELLO"
    ]
    with pytest.raises(ValueError, match="HELLO carries no credentials"):
        credentials_of(hello)


# --- the handler --------------------------------------------------------------------------------------------------

GOOD = REQUEST.build({"address": b"192.168.55.1"})
PLAIN = (*GOOD[:-1], b"PLAIN", b"admin", b"secret")


def exchanged(frames: Frames, **places: bytes) -> Frames:
    """A message with some of its frames exchanged: `at3=b"x"` for the fourth."""
    return tuple(places.get(f"at{place}", frame) for place, frame in enumerate(frames))


HANDLED: list[tuple[str, Frames, bytes | None]] = [
    # request, the status of the reply, None for no reply
    ("NULL", GOOD, b"200"),
    ("NULL from elsewhere", exchanged(GOOD, at4=b"10.0.0.1"), b"400"),
    ("PLAIN", PLAIN, b"200"),
    ("another password", exchanged(PLAIN, at8=b"Secret"), b"400"),
    ("CURVE", (*GOOD[:-1], b"CURVE", KEY), b"200"),
    ("another key", (*GOOD[:-1], b"CURVE", bytes(32)), b"400"),
    ("a mechanism that nobody knows", (*GOOD[:-1], b"NOVEL", b"x", b"", b"y"), b"400"),
    ("come again", exchanged(GOOD, at3=b"later", at4=b"10.0.0.1"), b"300"),
    ("the policy breaks down", exchanged(GOOD, at3=b"broken", at4=b"10.0.0.1"), b"500"),
    ("version 2.0", exchanged(GOOD, at1=b"2.0"), b"400"),
    ("no version", exchanged(GOOD, at1=b""), b"400"),
    ("version 1.0 and more", exchanged(GOOD, at1=b"1.0\x00"), b"400"),
    ("an empty request id", exchanged(GOOD, at2=b""), b"200"),
    ("a binary request id", exchanged(GOOD, at2=b"\x00\xff\x00"), b"200"),
    ("no mechanism", GOOD[:-1], b"400"),
    ("nothing behind the version", GOOD[:2], b"400"),
    ("nothing behind the delimiter", GOOD[:1], b"400"),
    ("NULL with an empty frame of credentials", (*GOOD, b""), b"400"),
    ("PLAIN without password", PLAIN[:-1], b"400"),
    ("PLAIN with three frames", (*PLAIN, b""), b"400"),
    ("CURVE without a key", (*GOOD[:-1], b"CURVE"), b"400"),
    ("CURVE with 31 octets", (*GOOD[:-1], b"CURVE", KEY[:-1]), b"400"),
    ("no delimiter", exchanged(GOOD[1:], at4=b"x"), None),
    ("nothing", (), None),
]


@pytest.mark.parametrize(("frames", "status"), [row[1:] for row in HANDLED], ids=[row[0] for row in HANDLED])
@pytest.mark.parametrize("addresses", [(), (b"server",), (b"\x00\x01", b"proxy", b"1.0")], ids=len)
def test_what_a_handler_answers(frames: Frames, status: bytes | None, addresses: Frames) -> None:
    reply = Handler(users).handle((*addresses, *frames))
    if status is None:
        assert reply is None
        return
    assert reply is not None
    request_id = frames[2] if len(frames) > 2 else b""
    judged = judge_frames(REPLY, reply, {"request_id": request_id})
    assert judged.broken == (), "every reply follows RFC 27 to the letter"
    assert judged.fields["envelope"] == addresses
    assert judged.fields["status_code"] == status


def test_a_handler_whose_socket_keeps_the_envelope() -> None:
    reply = Handler(users, explicit=False).handle(GOOD[1:])
    assert reply == (b"1.0", b"1", b"200", b"OK", b"", b"")


DECISIONS: list[tuple[Callable[[], Decision], Frames]] = [
    (lambda: ADMIT, (b"200", b"OK", b"", b"")),
    (lambda: Decision(Status.SUCCESS, "", "j"), (b"200", b"", b"j", b"")),
    (lambda: Decision(Status.REFUSED, "no", "j", (("A", b"b"),)), (b"400", b"no", b"", b"")),
    (lambda: Decision(Status.SUCCESS, "t" * 300, "u" * 300), (b"200", b"t" * 255, b"u" * 255, b"")),
    (lambda: refuse("schön"), (b"400", b"sch?n", b"", b"")),
    (lambda: Decision(Status.SUCCESS, metadata=(("n" * 256, b""),)), (b"500", b"internal error", b"", b"")),
    (lambda: {"admin": ADMIT}["nobody"], (b"500", b"internal error", b"", b"")),
]


@pytest.mark.parametrize(("decide", "frames"), DECISIONS)
def test_what_a_decision_becomes(decide: Callable[[], Decision], frames: Frames) -> None:
    assert Handler(lambda request: decide()).handle(GOOD) == (b"", b"1.0", b"1", *frames)


@FAST
@given(st.lists(st.binary(max_size=10) | st.sampled_from([b"", b"1.0", b"NULL", b"PLAIN", b"CURVE"]), max_size=12))
def test_nothing_that_comes_hurts_either_side(frames: list[bytes]) -> None:
    server = Server("global")
    server.ask("NULL", "10.0.0.1")
    reply = Handler(users).handle(frames)
    assert reply is None or judge_frames(REPLY, reply).broken == ()
    answered = server.receive(frames)
    assert answered is None or not answered[1].admitted or b"200" in frames


# --- the answer ---------------------------------------------------------------------------------------------------

OK = REPLY.build({"user_id": b"joe", "metadata": property_octets("X-Group", b"staff")})
BROKEN = property_octets("A", b"b") + b"\x01"

ANSWERS: list[tuple[str, Frames, Answer | None]] = [
    # reply, what the server makes of it; None where it belongs to no request
    ("200", OK, Answer(True, "27/status/success", None, b"OK", b"joe", {"X-Group": b"staff"})),
    ("300", exchanged(OK, at3=b"300", at4=b"later"), Answer(False, "27/status/temporary", None, b"later")),
    ("400", exchanged(OK, at3=b"400", at4=b"no", at5=b""), Answer(False, "27/status/refused", b"400", b"no")),
    ("500", exchanged(OK, at3=b"500", at4=b"", at5=b""), Answer(False, "27/status/internal-error", b"500", b"")),
    ("400 with a user id", exchanged(OK, at3=b"400"), Answer(False, "27/status/refused", b"400", b"OK")),
    ("201", exchanged(OK, at3=b"201"), Answer(False, "27/status/other")),
    ("200 and a null octet", exchanged(OK, at3=b"200\x00"), Answer(False, "27/status/other")),
    ("no status", exchanged(OK, at3=b""), Answer(False, "27/status/other")),
    ("version 2.0", exchanged(OK, at1=b"2.0"), Answer(False, "27/status/malformed-reply")),
    ("no version", exchanged(OK, at1=b""), Answer(False, "27/status/malformed-reply")),
    ("without metadata", OK[:-1], Answer(False, "27/status/malformed-reply")),
    ("without user id and metadata", OK[:-2], Answer(False, "27/status/malformed-reply")),
    ("with a frame too many", (*OK, b""), Answer(False, "27/status/malformed-reply")),
    ("an address before the delimiter", (b"stray", *OK), Answer(False, "27/status/malformed-reply")),
    ("two delimiters", (b"", *OK), None),
    ("no delimiter", OK[1:], None),
    ("nothing behind the delimiter", (b"",), None),
    ("nothing", (), None),
    ("another request id", exchanged(OK, at2=b"2"), None),
    ("an empty request id", exchanged(OK, at2=b""), None),
    (
        "metadata that breaks off",
        exchanged(OK, at6=BROKEN),
        Answer(True, "27/status/success", None, b"OK", b"joe", {"A": b"b"}),
    ),
]


@pytest.mark.parametrize(("frames", "answer"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_what_a_server_makes_of_a_reply(frames: Frames, answer: Answer | None) -> None:
    server = Server("global")
    server.ask("NULL", "10.0.0.1")
    assert server.receive(frames) == (None if answer is None else (b"1", answer))
    assert server.waiting == ([b"1"] if answer is None else [])
    assert server.receive(OK) == (None if answer else (b"1", ANSWERS[0][2])), "what is answered is not answered again"


@pytest.mark.parametrize(("frames", "answer"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_a_server_whose_socket_keeps_the_envelope(frames: Frames, answer: Answer | None) -> None:
    server = Server("global", explicit=False)
    server.ask("NULL", "10.0.0.1")
    received = server.receive(frames[1:] if frames[:1] == (b"",) else frames)
    assert received is not None
    assert received[0] == b"1"
    assert received[1].admitted == ((answer is not None and answer.admitted) or frames == OK[1:])


def test_replies_in_any_order() -> None:
    server, handler = Server("global"), Handler(users)
    first, second = server.ask("NULL", "10.0.0.1"), server.ask("NULL", "192.168.55.1")
    answers = [server.receive(handler.handle(frames) or ()) for frames in (second, first)]
    assert [(one[0], one[1].admitted) for one in answers if one] == [(b"2", True), (b"1", False)]
    assert server.waiting == []


def test_judging_needs_no_server() -> None:
    assert judge_reply(OK, b"1").admitted
    assert judge_reply(OK, b"2") == Answer(False, "27/status/foreign-request-id")


# --- through proxies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proxies", range(4))
@pytest.mark.parametrize("identity", [b"\x00\x01\x02\x03\x04", b"1.0"])
def test_through_proxies(proxies: int, identity: bytes) -> None:
    """Each proxy's ROUTER puts the sender's address before the rest, and takes it off on the way back."""
    server, handler = Server("global"), Handler(users)
    asked = message = server.ask("PLAIN", "10.0.0.1", b"", (b"admin", b"secret"))
    addresses = [identity + bytes([number]) for number in range(proxies + 1)]  # the last is the handler's own ROUTER's
    for address in addresses:
        message = forward(address, message)
    assert message[proxies + 1 :] == asked
    reply = handler.handle(message)
    assert reply is not None
    for address in reversed(addresses):
        target, reply = back(reply)
        assert target == address
    answered = server.receive(reply)
    assert answered is not None and answered[1].user_id == b"joe"


# --- addresses ----------------------------------------------------------------------------------------------------

ADDRESSES: list[tuple[bytes, bool]] = [
    (b"127.0.0.1", True),
    (b"0.0.0.0", True),
    (b"255.255.255.255", True),
    (b"::", True),
    (b"::1", True),
    (b"2001:db8::1", True),
    (b"::ffff:10.0.0.1", True),
    (b"", False),
    (b"127.0.0.1:80", False),
    (b"127.0.0", False),
    (b"127.0.0.256", False),
    (b"127.0.0.01", False),
    (b"[::1]", False),
    (b"2001:DB8::1", False),  # canonical form has small letters
    (b"2001:db8:0:0:0:0:0:1", False),
    (b"localhost", False),
    (b"\xff", False),
    (b"127.0.0.1\x00", False),
]


@pytest.mark.parametrize(("octets", "good"), ADDRESSES)
def test_addresses(octets: bytes, good: bool) -> None:
    assert is_address(octets) == good
    accused: Any = judge_frames(REQUEST, REQUEST.build({"address": octets})).accused
    assert ("27/request/address" in accused) == (not good)
