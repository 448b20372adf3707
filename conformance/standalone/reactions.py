"""Whether what a script saw is what a reason says: one row for each form of words.

The verdict is not asked again. A row knows the fact that a reason rests on, and looks for it in the transcript.
"""

import ast
import re
from collections.abc import Callable

from conformance.standalone.transcript import Transcript

Test = Callable[[re.Match[str], Transcript], bool]
_STARTS = {b"\x01": 1, b"\x00": -1}


def seen(reason: str, transcript: Transcript) -> bool | None:
    """Whether the transcript shows what the reason says; None if no row knows the reason."""
    for pattern, test in ROWS:
        if found := re.search(pattern, reason):
            return test(found, transcript)
    return None


def _went_on(_: re.Match[str], it: Transcript) -> bool:
    """It answers a PING behind the stimulus, or, where the script could not go on, the handshake's next command."""
    fenced = any("whether" in turn.what for turn in it.turns if turn.kind == "sent")
    return not it.closed and (it.has("PONG") if fenced else it.has("READY") or it.has("HELLO") or bool(it.app))


def _open(_: re.Match[str], it: Transcript) -> bool:
    return any(turn.kind == "came" for turn in it.turns) and not it.closed


def _answered(found: re.Match[str], it: Transcript) -> bool:
    return it.has(found[1]) and not it.closed


def _not_as_server(_: re.Match[str], it: Transcript) -> bool:
    return bool(it.greetings) and all(greeting[32] == 0 for greeting in it.greetings)


def _name_too_long(_: re.Match[str], it: Transcript) -> bool:
    return any(turn.octets[0] & 4 and turn.body and turn.body[0] >= len(turn.body) for turn in it.came)


def _literal(text: str) -> tuple[bytes, ...]:
    value = ast.literal_eval(text)
    return value if isinstance(value, tuple) else (value,)


def _message(found: re.Match[str], it: Transcript) -> bool:
    """The message that came in the place of another."""
    wanted = _literal(found[1])
    return len(wanted) == 1 and wanted[0] in it.messages()


def _another(found: re.Match[str], it: Transcript) -> bool:
    missing, wrong = _literal(found[1])[0], _literal(found[2])[0]
    came = it.messages()
    return wrong in came and missing not in came[: came.index(wrong)]


def _left_in_force(found: re.Match[str], it: Transcript) -> bool:
    left = ast.literal_eval(found[1])
    return all(_count(topic, it) > 0 for topic in left)


def _count(topic: bytes, it: Transcript) -> int:
    count = 0
    for turn in it.came:
        if turn.what == "SUBSCRIBE" and turn.body[10:] == topic:
            count += 1
        elif turn.what == "CANCEL" and turn.body[7:] == topic:
            count -= 1
        elif turn.what == "a message frame" and turn.body[1:] == topic:
            count += _STARTS.get(turn.body[:1], 0)
    return count


def _never_cancelled(_: re.Match[str], it: Transcript) -> bool:
    return it.closed and not it.has("CANCEL") and not any(body[:1] == b"\x00" for body in it.messages())


def _closed_without(found: re.Match[str], it: Transcript) -> bool:
    return it.closed and not it.has(found[1])


def _identity(found: re.Match[str], it: Transcript) -> bool:
    wanted = _literal(found[1])[0]
    return bool(it.requests) and all(request[4] == wanted for request in it.requests)


def _other_number(found: re.Match[str], it: Transcript) -> bool:
    """Octet 11 of what came: it follows the version. No greeting of 64 octets is there for a script to read."""
    start = b"".join(turn.octets for turn in it.turns if turn.kind == "came")
    return len(start) > 11 and start[11] != {"PUB": 1, "SUB": 2}[found[1]]


def _torn(found: re.Match[str], it: Transcript) -> bool:
    return list(ast.literal_eval(f"[{found[1]}]")) == it.app[: len(ast.literal_eval(f"[{found[1]}]"))]


def _all_wait(found: re.Match[str], it: Transcript) -> bool:
    return len([message for message in it.app if len(b"".join(message)) > 1000]) >= int(found[1])


def _never_came(found: re.Match[str], it: Transcript) -> bool:
    return not it.closed and _literal(found[1])[0] not in it.messages()


ROWS: tuple[tuple[str, Test], ...] = (
    (r"saw that it went on", _went_on),
    (r"saw nothing for .* still open", _open),
    (r"saw ([A-Z]+) after", _answered),
    (r"expected that as-server is 1", _not_as_server),
    (r"a command whose name does not fit into it", _name_too_long),
    (r"in the form of .*; saw the message (.+)$", _message),
    (r"expected the message (.+); saw (\(.+)$", _another),
    (r"expected the message (.+); none came", _never_came),
    (r"is left in force; (\[.*\]) is$", _left_in_force),
    (r"waited for CANCEL; the target closed", _never_cancelled),
    (r"expected that an (ERROR) came before the close", _closed_without),
    (r"saw identity (b.+)$", _identity),
    (r"no other number than that of (\w+) follows", _other_number),
    (r"messages as sent; it got (.+)$", _torn),
    (r"all (\d+) messages wait", _all_wait),
)
