"""The ZAP handler behind the target, as a script knows it: what it is told to answer, and what it was asked (RFC 27).

The handler belongs to the adapter's process and outlives a case. Each case that speaks of it has a domain of its own there,
named after the case, in which it gives its own replies and finds its own requests: so they all share one process.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from conformance.harness.effects import Answer, Effect
from conformance.harness.errors import CannotDo, Unmet
from conformance.harness.verdict import Ending
from spec_model.crypto.dissected import Dissected
from spec_model.grammar.zap import REQUEST
from spec_model.judging import judge_frames

POOL = "asking"
"""The adapter process whose handler these cases share."""

_TEXTS = ("status", "text", "user_id", "version")
_LONGEST = 200

Asking = Callable[..., Generator[Effect, Any, Answer]]


class Handler:
    """See the head of this module.

    Args:
        domain: the case's own domain.
        ask: asks the adapter.

    Attributes:
        requests: all that it was asked in this case, in order, as far as it was taken.
    """

    def __init__(self, domain: str, ask: Asking) -> None:
        self.domain, self._ask = domain[:_LONGEST], ask
        self.requests: list[tuple[bytes, ...]] = []

    def start(self) -> Generator[Effect, Any, None]:
        """Let everybody in, and forget what an earlier play was asked."""
        yield from self._zap(reply=_reply({}), take=True)
        self.requests.clear()

    def replies(self, given: Mapping[str, Any]) -> Generator[Effect, Any, None]:
        """Answer so from now on."""
        yield from self._zap(reply=_reply(given))

    def take(self) -> Generator[Effect, Any, None]:
        """Take the requests that have come."""
        answer = yield from self._zap(take=True)
        self.requests += [tuple(map(bytes.fromhex, request)) for request in answer.fields.get("requests", ())]

    def judge(self, values: Mapping[str, Any], times: int) -> Sequence[Dissected]:
        """What the requests say by the rules.

        Raises:
            Unmet: they are not as many, or the last has not these values.
        """
        if len(self.requests) != times:
            raise Unmet(f"expected {times} requests to the ZAP handler; saw {len(self.requests)}", Ending.ANSWERED)
        found = [judge_frames(REQUEST, (b"", *request)) for request in self.requests]
        for name, value in values.items():
            seen = found[-1].fields.get(name)
            if seen != value:
                raise Unmet(
                    f"expected a ZAP request with {name} {value!r:.80}; saw {name} {seen!r:.80}", Ending.ANSWERED
                )
        return found

    def _zap(self, **params: Any) -> Generator[Effect, Any, Answer]:
        answer = yield from self._ask("zap", domain=self.domain, **params)
        if answer.fields.get("domain") != self.domain:
            raise CannotDo("the target's adapter has one ZAP handler for all domains")
        return answer


def _reply(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The reply in the words of the adapter protocol."""
    whole = {"status": "200", "text": "OK", "user_id": "", "metadata": b"", **given}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in whole.items()}
