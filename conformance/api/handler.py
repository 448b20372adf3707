"""The words of a script for ZAP (RFC 27): what the handler behind a target is asked, and what it answers.

The handler is the tester's; the target asks it about each client, or about each peer where the mechanism is NULL. In a case
that speaks of the handler it lets everybody in until a step says otherwise, and is asked in a domain of its own, so that
cases of different answers go on side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.api.socket_expectations import SocketExpectation
from conformance.api.socket_steps import SocketStep


@dataclass(frozen=True)
class HandlerReplies(SocketStep):
    """From now on the handler gives this reply.

    Attributes:
        given: what differs from the reply that lets in; none of it makes that reply again.
    """

    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        said = ", ".join(f"{name} {value!r}" for name, value in self.given.items())
        return f"from now on the ZAP handler answers {f'with {said}' if said else '200'}"


@dataclass(frozen=True)
class HandlerSaw(SocketExpectation):
    """The handler was asked so many times in this case, the last time with these values, each time by the rules.

    Attributes:
        values: frames of the last request by name; a tuple for the credentials. A function gets what the tester knows.
        times: how many requests there were; 0 for none.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1

    @property
    def sentence(self) -> str:
        said = " and ".join(
            f"the {name} of this peer" if callable(value) else f"{name} {value!r}"
            for name, value in self.values.items()
        )
        return f"has asked its ZAP handler {self.times} times{f', the last time with {said}' if said else ''}"


def handler_replies(
    status: str = "200",
    *,
    text: str = "OK",
    user_id: str = "",
    metadata: bytes = b"",
    version: str = "1.0",
    request_id: bytes | None = None,
    frames: int = 6,
    delimiter: bytes = b"",
    silent: bool = False,
) -> HandlerReplies:
    """The handler answers so from now on.

    Args:
        request_id: in the place of that of the request.
        frames: how many frames from the version on, six being right; there are empty ones behind the sixth.
        delimiter: what stands in the frame before the version, where an empty one belongs.
        silent: it never answers.
    """
    natural: Mapping[str, Any] = handler_replies.__kwdefaults__ or {}
    told = {
        "text": text,
        "user_id": user_id,
        "metadata": metadata,
        "version": version,
        "request_id": request_id,
        "frames": frames,
        "delimiter": delimiter,
        "silent": silent,
    }
    given = {name: value for name, value in told.items() if value != natural[name]}
    return HandlerReplies({**({"status": status} if status != "200" else {}), **given})


def handler_saw(*, times: int = 1, **values: Any) -> HandlerSaw:
    """The handler was asked so often, and the last time with these values: version, address, identity, mechanism ..."""
    return HandlerSaw(values, times)
