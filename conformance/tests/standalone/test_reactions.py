"""What a stand-alone script printed, and whether it shows what a reason says: rows, each seen true and false."""

import pytest

from conformance.standalone.reactions import seen
from conformance.standalone.transcript import Transcript

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(48)
CAME = "first      the target sends {}: {}"
SENT = "first      we send {}: {}"
FENCE = SENT.format("PING, to see whether the target goes on", "0400")
CLOSED = "first      the target closes the connection (closed)"
A_SERVER = GREETING[:32] + b"\x01" + GREETING[33:]


def _frame(what: str, octets: bytes) -> str:
    return CAME.format(what, octets.hex())


def _message(body: bytes) -> str:
    return _frame("a message frame", bytes([0, len(body)]) + body)


SUBSCRIBE = _frame("SUBSCRIBE", b"\x04\x0b\x09SUBSCRIBEA")
CANCEL = _frame("CANCEL", b"\x04\x08\x06CANCELA")
PONG = _frame("PONG", b"\x04\x05\x04PONG")
WENT_ON = "expected close; saw that it went on: the application got a message 3 ms later"
INSTEAD = "expected the message (b'A',); saw (b'B',)"
LEFT = "expected that [] is left in force; [b'A'] is"
FORM = "expected a request in the form of a command; saw the message (b'\\x01A',)"
NO_ERROR = "expected that an ERROR came before the close; it does not hold"
NUMBER = "expected that no other number than that of PUB follows the version; it does not hold"
WELCOMED = "expected close; saw WELCOME after 1 ms"
ERROR = _frame("ERROR", b"\x04\x00")
ROWS = [
    ("a PONG behind the fence", WENT_ON, [SENT.format("READY", "04"), FENCE, PONG], True),
    ("no PONG", WENT_ON, [SENT.format("READY", "04"), FENCE], False),
    ("closed", WENT_ON, [SENT.format("READY", "04"), FENCE, PONG, CLOSED], False),
    ("answered", WELCOMED, [SENT.format("HELLO", "04"), _frame("WELCOME", b"\x04\x00")], True),
    ("not answered", WELCOMED, [SENT.format("HELLO", "04"), CLOSED], False),
    ("open", "saw nothing for 9 ms, and the connection is still open", [_frame("greeting", GREETING)], True),
    ("over", "saw nothing for 9 ms, and the connection is still open", [SENT.format("x", "00"), CLOSED], False),
    ("no as-server", "expected that as-server is 1; it does not hold", [_frame("greeting", GREETING)], True),
    ("as-server", "expected that as-server is 1; it does not hold", [_frame("greeting", A_SERVER)], False),
    ("long name", "a command whose name does not fit into it", [_frame("RROR", b"\x04\x05^RROR")], True),
    ("a name", "a command whose name does not fit into it", [_frame("ERROR", b"\x04\x06\x05ERROR")], False),
    ("the message", FORM, [_message(b"\x01A")], True),
    ("a command", FORM, [SUBSCRIBE], False),
    ("another", INSTEAD, [_message(b"B")], True),
    ("behind it", INSTEAD, [_message(b"A"), _message(b"B")], False),
    ("one left", LEFT, [SUBSCRIBE, SUBSCRIBE, CANCEL], True),
    ("one left, by messages", LEFT, [_message(b"\x01A")], True),
    ("none left", LEFT, [SUBSCRIBE, CANCEL], False),
    ("never cancelled", "waited for CANCEL; the target closed", [SENT.format("x", "00"), SUBSCRIBE, CLOSED], True),
    ("cancelled", "waited for CANCEL; the target closed", [SENT.format("x", "00"), CANCEL, CLOSED], False),
    ("no ERROR", NO_ERROR, [SENT.format("READY", "04"), CLOSED], True),
    ("an ERROR", NO_ERROR, [SENT.format("x", "04"), ERROR, CLOSED], False),
    ("its own number", NUMBER, [_frame("octets", b"\xff" + bytes(9) + b"\x01\x09")], True),
    ("that of PUB", NUMBER, [_frame("octets", b"\xff" + bytes(9) + b"\x01\x01")], False),
    ("not known", "something else", [], None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reason", "lines", "shown"), ROWS, ids=[row[0] for row in ROWS])
def test_a_transcript_shows_what_a_reason_says(name: str, reason: str, lines: list[str], shown: bool | None) -> None:
    assert seen(reason, Transcript.of(lines)) is shown


def test_what_the_application_and_the_handler_saw() -> None:
    reason = "expected that the application gets 2 messages as sent; it got (b'a',), (b'',)"
    assert seen(reason, Transcript(app=[(b"a",), (b"",)])) is True
    assert seen(reason, Transcript(app=[(b"a", b"")])) is False
    asked = "expected a ZAP request with identity b''; saw identity b'own'"
    assert seen(asked, Transcript(requests=[(b"1.0", b"1", b"d", b"a", b"own", b"NULL")])) is True
    assert seen(asked, Transcript(requests=[(b"1.0", b"1", b"d", b"a", b"", b"NULL")])) is False


def test_a_peer_may_have_a_name_of_two_words() -> None:
    (turn,) = Transcript.of(["try 1      we send HELLO: 0401ff"]).turns
    assert (turn.peer, turn.kind, turn.what, turn.body) == ("try 1", "sent", "HELLO", b"\xff")
