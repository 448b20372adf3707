"""What a case is: a title, the requirements it checks, what is under test, and a script."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Literal

from conformance.api.handler import HandlerReplies, HandlerSaw
from conformance.api.script import (
    Accepts,
    AppSends,
    Either,
    Expect,
    HangUp,
    Inject,
    Octets,
    Pause,
    Repeat,
    Send,
    Step,
    Withhold,
)

Side = Literal["binds", "connects"]


class Delivery(StrEnum):
    """How the tester's octets are cut into segments.

    Attributes:
        WHOLE: a segment for each step.
        OCTETS: a segment for each octet.
        SPLITS: the script again for every octet of its stream, which is cut there; of a long command's middle, for some.
        TOGETHER: one segment for all steps up to the next that waits for the target.
    """

    WHOLE = "whole"
    OCTETS = "octets"
    SPLITS = "splits"
    TOGETHER = "together"


@dataclass(frozen=True)
class UnderTest:
    """What the implementation under test has to be.

    Attributes:
        mechanism: NULL or CURVE.
        as_server: whether it is the server of the handshake; None where the mechanism has no sides.
        socket_type: its socket type.
        tester_type: the socket type that the tester plays.
        sides: whether it binds, connects, or is tried both ways.
        refuses_clients: its authentication refuses every client (by ZAP, or what the implementation has).
        identity: its Identity; None for none.
        options: options of the adapter protocol's `open`, such as queue limits.
    """

    mechanism: str
    as_server: bool | None = None
    socket_type: str = "DEALER"
    tester_type: str = "DEALER"
    sides: tuple[Side, ...] = ("binds", "connects")
    refuses_clients: bool = False
    identity: bytes | None = None
    options: Mapping[str, int | bool] = field(default_factory=dict, hash=False)

    @property
    def role(self) -> str:
        """server, client or peer: its side of the handshake."""
        return {True: "server", False: "client", None: "peer"}[self.as_server]


def Server(mechanism: str = "CURVE", *, sides: tuple[Side, ...] = ("binds",), **more: object) -> UnderTest:
    """The implementation under test is the server of the handshake."""
    return replace(UnderTest(mechanism, as_server=True, sides=sides), **more)  # type: ignore[arg-type]


def Client(mechanism: str = "CURVE", *, sides: tuple[Side, ...] = ("connects",), **more: object) -> UnderTest:
    """The implementation under test is the client of the handshake."""
    return replace(UnderTest(mechanism, as_server=False, sides=sides), **more)  # type: ignore[arg-type]


def Peer(mechanism: str = "NULL", *, sides: tuple[Side, ...] = ("binds", "connects"), **more: object) -> UnderTest:
    """The implementation under test is a peer of a mechanism without sides."""
    return replace(UnderTest(mechanism, sides=sides), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    """A question to an implementation, and the answers that conform.

    Attributes:
        title: a sentence that is true of an implementation that conforms.
        checks: ids of the requirements that a breach would break; the first decides the verdict's weight.
        under_test: what the implementation has to be.
        script: the steps.
        note: what a reader who wonders "why?" should know.
        delivery: how the tester's octets are cut.
        sensitive: a failure could be an unpublished vulnerability: published reports withhold its trace.
        id: set by the catalogue from module and name.
    """

    title: str
    checks: tuple[str, ...]
    under_test: UnderTest
    script: tuple[Step, ...]
    note: str = ""
    delivery: Delivery = Delivery.WHOLE
    sensitive: bool = False
    id: str = ""

    @cached_property
    def negative(self) -> bool:
        """Whether the tester does anything that its own natural part would not."""
        return any(
            isinstance(step, (Inject, Octets))
            or isinstance(step, Send)
            and altered(step)
            or isinstance(step, HandlerReplies)
            and step.given
            for step in unrolled(self.script)
        )

    @cached_property
    def asks_handler(self) -> bool:
        """Whether it speaks of a ZAP handler."""
        return any(_of_handler(step) for step in unrolled(self.script))

    @cached_property
    def slow(self) -> bool:
        """Whether it needs more than a second of real time over TCP."""
        return sum(step.seconds for step in unrolled(self.script) if isinstance(step, Pause)) > 1

    @cached_property
    def timed(self) -> bool:
        """Whether it waits for a timer: such cases run first and beside everything else."""
        beats = "heartbeat_interval_ms" in self.under_test.options
        return beats or any(isinstance(step, Pause) for step in unrolled(self.script))

    def control(self) -> "Case":
        """The same script without anything unusual: it must be accepted, or the case says nothing."""
        # The natural peer of a ROUTER has no name: who sends to a name may be told that nobody has it.
        named = self.under_test.socket_type == "ROUTER"
        script = tuple(
            _natural(step)
            for step in unrolled(self.script)
            if not isinstance(step, (Inject, Octets, Expect, Pause, Withhold))
            and not (named and isinstance(step, AppSends) and not step.to)
        )
        while script and isinstance(script[-1], HangUp):
            script = script[:-1]  # nothing can be accepted on a connection that the tester has closed
        ending = (Expect(Accepts()),) if not self.under_test.refuses_clients else ()
        return replace(self, id=f"control of {self.id}", script=(*script, *ending), delivery=Delivery.WHOLE)


def _natural(step: Step) -> Step:
    """A step without what is unusual about it."""
    if isinstance(step, Send):
        return Send(step.name, step.given if step.name == "message" else {})
    return HandlerReplies() if isinstance(step, HandlerReplies) else step


def _of_handler(step: Step) -> bool:
    if isinstance(step, Expect):
        wanted = step.what.outcomes if isinstance(step.what, Either) else (step.what,)
        return any(isinstance(one, HandlerSaw) for one in wanted)
    return isinstance(step, HandlerReplies)


def altered(step: Send) -> bool:
    """Whether a step sends anything but what the peer would send by itself."""
    return bool(step.alterations or step.frame or set(step.given) - ({"parts"} if step.name == "message" else set()))


def unrolled(script: tuple[Step, ...]) -> Iterator[Step]:
    """The steps with repetitions written out."""
    for step in script:
        if isinstance(step, Repeat):
            for round_number in range(step.times):
                yield from unrolled(step.steps(round_number))
        else:
            yield step
