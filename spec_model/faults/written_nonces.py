"""Written faults of CURVE where a text leaves something open: short nonces, and the frame around a MESSAGE.

A peer may take such a thing or refuse it. One that passes over it in silence leaves its own peer waiting.
"""

from collections.abc import Iterator

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.faults.fault import Fault
from spec_model.faults.written import fault
from spec_model.faults.written_metadata import demanding
from spec_model.framing import COMMAND, MORE, Frame


class _PassedOver(Exception):
    """Unwinds to where a command is taken, which is forgotten."""


class _DropsBehindGaps(Connection):
    """A MESSAGE whose nonce is not the next one is dropped."""

    def _do_open(self, what: str, judged: Dissected) -> None:
        if judged.fields["nonce"] == self.mechanism.peer_nonce + 1:
            super()._do_open(what, judged)


class _PassesOverLowInitiates(Connection):
    """An INITIATE whose nonce is not above HELLO's is passed over."""

    _hello_nonce = 0

    def _receive_command(self, octets: bytes, flags: int, *, inside: bool) -> None:
        try:
            super()._receive_command(octets, flags, inside=inside)
        except _PassedOver:
            return

    def _do_take(self, what: str, judged: Dissected) -> None:
        if judged.name == "HELLO":
            self._hello_nonce = judged.fields["nonce"]
        elif judged.name == "INITIATE" and judged.fields["nonce"] <= self._hello_nonce:
            raise _PassedOver
        super()._do_take(what, judged)


class _BelievesOuterMore(Connection):
    """A part has others behind it if the frame around its MESSAGE says so."""

    _outer_more = False

    def _receive_frame(self, frame: Frame) -> None:
        self._outer_more = bool(frame.flags & MORE)
        super()._receive_frame(frame)

    def _receive_part(self, part: bytes, *, more: bool) -> None:
        super()._receive_part(part, more=more or self._outer_more)


class _BackToHandshake(Connection):
    """A command frame in traffic is taken for the handshake, whose end is awaited from then on."""

    _in_handshake = False

    def _receive_frame(self, frame: Frame) -> None:
        self._in_handshake = self._in_handshake or self.state == "traffic" and bool(frame.flags & COMMAND)
        if not self._in_handshake:
            super()._receive_frame(frame)


def written_nonces() -> Iterator[Fault]:
    """Every such fault."""
    for name, key, server, requirement in (
        ("client", "CURVE/READY", False, "26/READY/answers-initiate"),
        ("server", "CURVE/HELLO", True, "26/WELCOME/answers-hello"),
    ):
        yield fault(
            f"wants-nonces-from-one-{name}",
            "refuses a peer that counts its short nonces from zero",
            ("26/short-nonce/first-value", requirement),
            demanding(key, lambda it: it.nonce > 0, "26/short-nonce/first-value"),
            "CURVE",
            server,
        )
    yield fault(
        "drops-behind-gaps",
        "drops every MESSAGE behind a gap in the nonces and does not close",
        ("26/short-nonce/gaps", "26/MESSAGE/after-ready"),
        _DropsBehindGaps,
        "CURVE",
    )
    yield fault(
        "passes-over-low-initiates",
        "passes over an INITIATE whose nonce is not above that of HELLO",
        ("26/INITIATE/nonce-increments", "26/short-nonce/handshake-counts"),
        _PassesOverLowInitiates,
        "CURVE",
        True,
    )
    yield fault(
        "believes-outer-more",
        "takes a part for an earlier one because the frame around its MESSAGE has MORE",
        ("26/MESSAGE/more",),
        _BelievesOuterMore,
        "CURVE",
    )
    yield fault(
        "back-to-handshake",
        "takes a MESSAGE in a command frame for the handshake, and waits for its end",
        ("23/message/encrypted-as-commands", "26/MESSAGE/after-ready"),
        _BackToHandshake,
        "CURVE",
    )
