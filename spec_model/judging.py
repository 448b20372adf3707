"""Judge what no connection judges: messages of several frames, and the values of properties.

The same record comes out as for a command (`spec_model.crypto.sealing.Dissected`): the fields that could be read, what
the sender broke, and what obliges a receiver to refuse.
"""

from collections.abc import Sequence

from spec_model.crypto.dissected import Dissected
from spec_model.crypto.sealing import dissect
from spec_model.grammar.command import Fields
from spec_model.grammar.metadata import read_metadata
from spec_model.grammar.multipart import Misframed, Multipart
from spec_model.grammar.properties import PROPERTIES


def judge_frames(message: Multipart, frames: Sequence[bytes], known: Fields | None = None) -> Dissected:
    """A message of several frames, taken apart and judged by its rules.

    Args:
        frames: the bodies of its frames, addresses and delimiter included where the message has an envelope.
        known: what the rules may compare with.
    """
    try:
        fields = message.parse(frames)
    except Misframed as error:
        receiver, sender = error.rule
        return Dissected(message.name, {}, ((sender, receiver),))
    broken = tuple((rule.sender, rule.receiver) for rule in message.broken(fields, known))
    return Dissected(message.name, fields, broken)


def judge_properties(metadata: bytes, version_minor: int | None = None) -> tuple[Dissected, ...]:
    """The values of all properties that ZMTP defines, each judged by its grammar.

    Args:
        metadata: properties as they stand on the wire; what cannot be read is left out.
        version_minor: the minor version that their sender announced, if it is known.
    """
    known = {} if version_minor is None else {"version_minor": version_minor}
    return tuple(
        dissect(PROPERTIES[name.lower()], value, None, known)
        for name, value in read_metadata(metadata)
        if name.lower() in PROPERTIES
    )
