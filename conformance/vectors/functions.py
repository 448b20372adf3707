"""Functions of a script as data: what they do is found out by trying them, and nothing is claimed that was not tried.

A value in a script can be a function of what the peer itself would have sent. Such a function only ever takes pieces of that
value, puts constant octets between them, turns bits over, or adds to a number. Given values whose octets are all different,
each octet of the result tells where it came from; two further values of other sizes prove the finding. Octets that a script
sends again are found the same way: by what a made-up past has to offer. What cannot be told so has no data form.
"""

from collections.abc import Callable, Mapping
from typing import Any

from conformance.api import Known

Json = Any

_FIRST = bytes(range(200))
_SECOND = bytes((7 * place + 13) % 256 for place in range(200))
_PROOFS = (bytes((3 * place + 5) % 256 for place in range(240)), bytes((11 * place + 1) % 256 for place in range(160)))
_NUMBERS = (1000, 7000, 123456)


def of_natural(function: Callable[[Any], Any]) -> Json | None:
    """A function of a natural value as data; None where it has no such form."""
    return _arithmetic(function) or _pieces(function) or _credentials(function)


def _credentials(function: Callable[[Any], Any]) -> Json | None:
    known = Known()
    known.credentials = (b"<the first>", b"<the second>")
    try:
        return {"known": "credentials"} if function(known) == known.credentials else None
    except Exception:  # it is a function of something else
        return None


def _arithmetic(function: Callable[[Any], Any]) -> Json | None:
    try:
        results = [function(number) for number in _NUMBERS]
    except Exception:  # it is not for numbers
        return None
    if not all(isinstance(result, int) for result in results):
        return None
    added = {result - number for result, number in zip(results, _NUMBERS, strict=True)}
    if len(added) == 1:
        return {"naturalPlus": added.pop()}
    every = 0
    for result, number in zip(results, _NUMBERS, strict=True):
        every |= result & ~number
    return {"naturalOr": every} if all(n | every == r for n, r in zip(_NUMBERS, results, strict=True)) else None


def _pieces(function: Callable[[Any], Any]) -> Json | None:
    try:
        first, second = bytes(function(_FIRST)), bytes(function(_SECOND))
        proofs = [bytes(function(proof)) for proof in _PROOFS]
    except Exception:  # it wants a value of another form
        return None
    if len(first) != len(second):
        return None
    pieces: list[dict[str, Any]] = []
    for place, pair in enumerate(zip(first, second, strict=True)):
        _add(pieces, _source(place, *pair))
    for piece in pieces:
        if piece.get("to") == len(_FIRST):
            piece["to"] = None
    if all(apply(pieces, natural) == result for natural, result in zip(_PROOFS, proofs, strict=True)):
        return {"pieces": pieces}
    return None


def _source(place: int, first: int, second: int) -> dict[str, Any]:
    start = _FIRST.find(first)
    if start >= 0 and _SECOND[start] == second:
        return {"from": start, "to": start + 1}
    if place < len(_FIRST) and first ^ _FIRST[place] == second ^ _SECOND[place]:
        return {"from": place, "to": place + 1, "xor": f"{first ^ _FIRST[place]:02x}"}
    return {"octets": f"{first:02x}"}


def _add(pieces: list[dict[str, Any]], piece: dict[str, Any]) -> None:
    last = pieces[-1] if pieces else {}
    if "octets" in piece and "octets" in last:
        last["octets"] += piece["octets"]
    elif "from" in piece and last.get("to") == piece["from"] and "xor" not in piece and "xor" not in last:
        last["to"] = piece["to"]
    else:
        pieces.append(piece)


def apply(pieces: list[dict[str, Any]], natural: bytes) -> bytes:
    """What the pieces make of a natural value: how a consumer reads them."""
    made = b""
    for piece in pieces:
        if "octets" in piece:
            made += bytes.fromhex(piece["octets"])
            continue
        part = natural[piece["from"] : piece["to"]]
        made += bytes([part[0] ^ int(piece["xor"], 16)]) if "xor" in piece else part
    return made


# --- octets that were sent before -------------------------------------------------------------------------------------

SENT = ("greeting", "HELLO", "WELCOME", "INITIATE", "READY", "message", "message", "MESSAGE", "PING", "ERROR")


class _Past(Mapping[str, Known]):
    """The other connections of a script, whichever are asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, Known] = {}

    def __getitem__(self, name: str) -> Known:
        return self.asked.setdefault(name, _known(name))

    def __iter__(self) -> Any:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


def _known(name: str) -> Known:
    known = Known()
    known.sent = [(sent, f"<{name} {sent} {place}>".encode()) for place, sent in enumerate(SENT)]
    return known


def of_known(function: Callable[[Known], bytes]) -> Json | None:
    """Octets that were sent before, as data: which items of which connection, in order; None for anything else."""
    here = _known("")
    here.others = _Past()
    try:
        made = function(here)
    except Exception:  # it looks at what the target sent
        return None
    found: list[Json] = []
    rest = made
    while rest:
        for connection, past in (("", here), *here.others.items()):
            for place, (name, octets) in enumerate(past.sent):
                if rest.startswith(octets):
                    which = "first" if SENT.index(name) == place and SENT.count(name) > 1 else "last"
                    found.append({"connection": connection or None, "name": name, "which": which})
                    rest = rest[len(octets) :]
                    break
            else:
                continue
            break
        else:
            return None
    return {"sentAgain": found} if found else None
