"""Z85, socket types that go together, subscriptions: what is a table or a few lines of arithmetic."""

from conformance.vectors.reading.shared import Json, Reading, number, octets_of

ALPHABET = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


def z85_decode(inputs: Json, given: Json) -> Reading:
    """Five characters to four octets."""
    text, found = octets_of(inputs["text"]), Reading()
    if not text:
        return Reading([("32/decode/length", False, False)], {"octets": ""})
    if len(text) % 5:
        return found.refuse("32/decode/length", sender=False)
    octets = b""
    for start in range(0, len(text), 5):
        digits = [ALPHABET.find(text[start + place : start + place + 1]) for place in range(5)]
        if min(digits) < 0:
            return found.refuse("32/decode/other-characters", sender=False)
        value = sum(digit * weight for digit, weight in zip(digits, (52200625, 614125, 7225, 85, 1), strict=True))
        if value > 0xFFFFFFFF:
            return found.free("32/decode/overflow", sender=False)
        octets += value.to_bytes(4, "big")
    found.expected = {"octets": octets.hex()}
    return found


def z85_encode(inputs: Json, given: Json) -> Reading:
    """Four octets to five characters."""
    octets, found = octets_of(inputs["octets"]), Reading()
    if not octets:
        return Reading([("32/encode/length", False, False)], {"text": ""})
    if len(octets) % 4:
        return found.refuse("32/encode/length", sender=False)
    text = bytearray()
    for start in range(0, len(octets), 4):
        value, digits = number(octets[start : start + 4]), bytearray()
        for _ in range(5):
            value, digit = divmod(value, 85)
            digits.insert(0, ALPHABET[digit])
        text += digits
    found.expected = {"text": text.hex()}
    return found


TOGETHER = {
    # RFC 37 "The Socket-Type Property", one line for each type
    "REQ": "REP ROUTER",
    "REP": "REQ DEALER",
    "DEALER": "REP DEALER ROUTER",
    "ROUTER": "REQ DEALER ROUTER",
    "PUB": "SUB XSUB",
    "XPUB": "SUB XSUB",
    "SUB": "PUB XPUB",
    "XSUB": "PUB XPUB",
    "PUSH": "PULL",
    "PULL": "PUSH",
    "PAIR": "PAIR",
    "CLIENT": "SERVER",
    "SERVER": "CLIENT",
    "RADIO": "DISH",
    "DISH": "RADIO",
    "SCATTER": "GATHER",
    "GATHER": "SCATTER",
    "PEER": "PEER",
    "CHANNEL": "CHANNEL",
}
OLD = 11
"""How many of them ZMTP 3.0 has; 2.0 has them too, but XPUB and XSUB announce themselves as PUB and SUB."""


def socket_types(inputs: Json, given: Json) -> Reading:
    """Whether two types go together in a version."""
    ours, theirs, version = inputs["ours"], inputs["theirs"], given["version"]
    rfc = {2: 15, 3: 37 if version[1] else 23}[version[0]]
    if theirs is None:
        return Reading().free(f"{rfc}/metadata/socket-type-sent", sender=False)
    name = octets_of(theirs).decode("latin-1")
    names = list(TOGETHER)[: OLD if rfc != 37 else None]
    known = {one: {"XPUB": "PUB", "XSUB": "SUB"}.get(one, one) if rfc == 15 else one for one in names}
    if name in {known[one] for one in TOGETHER[ours].split()}:
        return Reading()
    if name and name.isalpha() and name.islower():
        return Reading().free(f"{rfc}/socket-type/grammar")
    return Reading().refuse(f"{rfc}/socket-type/enforced", sender=name not in names)


def subscriptions(inputs: Json, given: Json) -> Reading:
    """Whether a message goes to a subscriber: topics match its beginning, and are cancelled as often as they were
    asked for."""
    wanted: list[str] = []
    for asked in inputs["requests"]:
        if asked["verb"] == "subscribe":
            wanted.append(asked["topic"])
        elif asked["topic"] in wanted:
            wanted.remove(asked["topic"])
        else:
            return Reading().free("37/CANCEL/understood", sender=False)
    first: str = inputs["message"][0]
    return Reading() if any(map(first.startswith, wanted)) else Reading().refuse("", sender=False)


def groups(inputs: Json, given: Json) -> Reading:
    """Whether a message goes to a dish: the group is exactly one of those that it is in."""
    joined: set[str] = set()
    for asked in inputs["requests"]:
        (joined.add if asked["verb"] == "join" else joined.discard)(asked["topic"])
    return Reading() if inputs["message"][0] in joined else Reading().refuse("", sender=False)
