"""From what is broken to what a receiver makes of it: valid, invalid or acceptable, and by which ruling.

A rule of the grammar names the sender's requirement and the receiver's. Where a receiver is bound and the catalogue allows
it nothing but to refuse, the result is invalid. Where only the sender is bound, or the ruling lets a receiver go on, the
result is acceptable: a test that demanded a refusal would accuse an implementation of what no text forbids.
"""

from dataclasses import dataclass

from spec_model.requirements import Level, load

Pairs = tuple[tuple[str, str], ...]
"""What is broken: the sender's requirement and the receiver's of each rule."""

REFUSING = frozenset(
    {
        "answers ERROR",
        "answers ERROR and closes",
        "closes",
        "ignores a request",
        "rejects",
        "rejects an empty frame",
        "rejects an empty string",
        "replies 300",
        "replies 400",
        "replies 500",
        "waits",
    }
)
"""Outcomes that a ruling can allow and by which nobody has accepted anything."""

SENDER_ONLY, ADVICE = "house/sender-only", "house/advice"
HOUSE_RULES = {
    SENDER_ONLY: "The text binds the sender alone. What a receiver does with it is not said: accepting and refusing pass.",
    ADVICE: "The text advises a receiver to refuse, by SHOULD. Not to follow it is a warning and no failure.",
}
"""Rulings that hold for every requirement of a sort."""

BINDING = {
    # The metadata of a READY is judged by the rules of INITIATE, and another sentence binds the client.
    "CURVE/READY": {
        name: "26/READY/metadata"
        for name in ("26/metadata/layout", "26/metadata/name-size", "26/metadata/name-char", "26/metadata/value-size")
    },
}


@dataclass(frozen=True)
class Judgement:
    """What a receiver makes of something; see `Test` for the names."""

    result: str
    sender: str
    requirements: tuple[str, ...]
    ruling: str = ""

    @property
    def level(self) -> str:
        """The level of the first requirement."""
        return str(load()[self.requirements[0]].level) if self.requirements else ""


IMPLIES_LAYOUT = ("23/metadata/value-size", "26/metadata/sends-value-size", "27/reply/metadata-value")
"""A value that announces 2^31 octets breaks off as well, unless somebody sends them all: that is still one thing wrong."""

STRICTEST = ("invalid", "acceptable")


def one_thing(broken: Pairs) -> bool:
    """Whether at most one thing is wrong."""
    return len(broken) <= 1 or (len(broken) == 2 and any(sender in IMPLIES_LAYOUT for sender, _ in broken))


def judge_all(broken: Pairs, grammar: str = "") -> Judgement:
    """What becomes of something that breaks this, and what it implies."""
    ordered = sorted(broken, key=lambda pair: pair[0] not in IMPLIES_LAYOUT)
    found = [judge(sender, receiver, grammar) for sender, receiver in ordered]
    strictest = min(found, key=lambda one: STRICTEST.index(one.result))
    requirements = tuple(dict.fromkeys(name for one in found for name in one.requirements))
    return Judgement(strictest.result, found[0].sender, requirements, strictest.ruling)


def judge(sender: str, receiver: str, grammar: str = "") -> Judgement:
    """What becomes of something that breaks these requirements; either can be empty.

    Args:
        grammar: the key of the grammar, for a reader that is bound by another sentence.
    """
    receiver = BINDING.get(grammar, {}).get(receiver, receiver)
    requirements = tuple(dict.fromkeys(name for name in (receiver, sender) if name))
    sent = "illegal" if sender else "legal"
    binding = load()[receiver or sender]
    allowed = {
        outcome if binding.rfc != 27 or outcome != "ignores" else "ignores a request" for outcome in binding.allows
    }
    refuses = bool(allowed) and allowed <= REFUSING
    if receiver and binding.level in (Level.SHOULD, Level.SHOULD_NOT):
        return Judgement("acceptable", sent, requirements, receiver if binding.ruling else ADVICE)
    if (receiver and not allowed) or refuses:
        return Judgement("invalid", sent, requirements)
    return Judgement("acceptable", sent, requirements, binding.id if binding.ruling else SENDER_ONLY)


def ruling_text(name: str) -> str:
    """The words of a ruling."""
    return HOUSE_RULES[name] if name in HOUSE_RULES else load()[name].ruling
