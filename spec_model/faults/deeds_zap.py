"""Connections that ask a ZAP handler wrongly, or make the wrong thing of its reply (RFC 27).

`Spoiling` asks as the reference does and changes a frame or several; `Lax` lets in more than the reply says. The rest does
something else than to ask and wait.
"""

from collections.abc import Callable, MutableMapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.crypto.entropy import Entropy
from spec_model.events import Asked, Event
from spec_model.faults.deeds import Crash
from spec_model.grammar.multipart import Frames
from spec_model.machines import Row
from spec_model.zap import Answer

Change = Callable[[Connection, Frames], Frames]
"""Makes other frames of a request; the connection is the one that asks. They begin with the delimiter."""

LetsIn = Callable[[Frames], bool]
"""Whether a reply lets in, by a judgement of one's own."""

ADMITTED = Answer(True, "27/status/success")


class Spoiling(Connection):
    """Changes its requests."""

    change: Change

    def _ask(self, judged: Dissected) -> None:
        super()._ask(judged)
        asked = self._events.pop()
        assert isinstance(asked, Asked)
        self._events.append(Asked(type(self).change(self, asked.frames)))


def spoiling(change: Change) -> type[Connection]:
    """Connections that change their requests so."""
    return type("This", (Spoiling,), {"change": staticmethod(change)})


class Lax(Connection):
    """Lets in by replies that it should not."""

    lets_in: LetsIn

    def _answered(self, frames: Sequence[bytes]) -> Answer | None:
        answer = super()._answered(frames)
        lax = answer is not None and not answer.admitted and type(self).lets_in(tuple(frames))
        return ADMITTED if lax else answer


def lax(lets_in: LetsIn) -> type[Connection]:
    """Connections that let in by such replies too."""
    return type("This", (Lax,), {"lets_in": staticmethod(lets_in)})


# --- asking -------------------------------------------------------------------------------------------------------


class AsksNobody(Connection):
    """Lets everybody in."""

    def start(self) -> tuple[Event, ...]:
        self._zap = None
        return super().start()


class AsksTwice(Connection):
    """Asks, and asks the same again."""

    def _ask(self, judged: Dissected) -> None:
        super()._ask(judged)
        self._events.append(self._events[-1])


class DoesNotWait(Connection):
    """Asks, and goes on at once; a refusal comes too late."""

    def _ask(self, judged: Dissected) -> None:
        super()._ask(judged)
        assert self._asking is not None
        (row, _), self._asking = self._asking, None
        self._take_row(row, judged)


_KNOWN: MutableMapping[Entropy, dict[str, Answer]] = WeakKeyDictionary()


class AsksOnce(Connection):
    """Asks about its first peer, and does with all others as it was told of that one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = _KNOWN.setdefault(self.mechanism.entropy, {})

    def _take_row(self, row: Row, judged: Dissected) -> None:
        if self.role.zap_domain and judged.name == self.mechanism.asks_about and self._zap is None:
            self._judge_answer(self._known[self.role.zap_domain])
        super()._take_row(row, judged)

    def start(self) -> tuple[Event, ...]:
        if self.role.zap_domain in self._known:
            self._zap = None
        return super().start()

    def _answered(self, frames: Sequence[bytes]) -> Answer | None:
        answer = super()._answered(frames)
        if answer is not None:
            self._known[self.role.zap_domain] = answer
        return answer


# --- what becomes of a reply ----------------------------------------------------------------------------------------


class RefusesUnlike(Connection):
    """Refuses a 200 that says more than that."""

    def _judge_answer(self, answer: Answer) -> None:
        if answer.admitted and (answer.user_id or answer.metadata or len(answer.text) > 3):
            answer = Answer(False, "27/status/success", b"400")
        super()._judge_answer(answer)


def _readable(metadata: bytes) -> bool:
    """Whether metadata is made of whole properties."""
    while metadata:
        name, size = metadata[0], metadata[1 + metadata[0] :][:4]
        end = 5 + name + int.from_bytes(size, "big")
        if len(size) < 4 or end > len(metadata):
            return False
        metadata = metadata[end:]
    return True


class DiesOfMetadata(Connection):
    """Reads metadata beyond its end."""

    def _answered(self, frames: Sequence[bytes]) -> Answer | None:
        if not _readable(b"".join(frames[6:7])):
            raise Crash("read beyond the metadata")
        return super()._answered(frames)


class DeafToMetadata(Connection):
    """Falls silent on metadata that it cannot read."""

    def _answered(self, frames: Sequence[bytes]) -> Answer | None:
        return super()._answered(frames) if _readable(b"".join(frames[6:7])) else None
