"""Written faults of those who stumble over a stream; the deeds are in `deeds_streams`."""

from collections.abc import Iterator

from spec_model.faults import deeds_streams as deeds
from spec_model.faults.fault import Fault
from spec_model.faults.written import NO_CRASH, fault, spoiling
from spec_model.tables import Spoil


def written_streams() -> Iterator[Fault]:
    """Greetings, frames, ends and heartbeats that are odd and no reason to fall silent or to die."""
    yield from _of_frames()
    yield from _of_ends()
    yield from _of_heartbeats()


def _of_frames() -> Iterator[Fault]:
    yield fault(
        "deaf-to-odd-greetings",
        "goes silent on a greeting whose minor version, as-server or filler is odd",
        (
            "23/greeting/higher-version",
            "37/greeting/version-3.0",
            "23/as-server/no-significance",
            "23/greeting/as-server-value",
            "23/greeting/filler",
        ),
        deeds.DeafToOddGreetings,
        "NULL",
    )
    yield fault(
        "deaf-to-older-versions",
        "falls silent on a peer of ZMTP 1.0 or 2.0",
        ("23/greeting/lower-version", "23/greeting/signature-checked", "23/greeting/downgrade"),
        deeds.DeafToOlderVersions,
    )
    yield fault(
        "deaf-to-reserved-flags",
        "goes silent on a frame that has a reserved flag set",
        ("23/frame/reserved-bits", "23/message/body"),
        deeds.DeafToReservedFlags,
    )
    yield fault(
        "joins-frames-of-commands",
        "takes the frame behind a command with MORE for its rest, and waits for it",
        ("23/frame/more-on-command", "23/command/single-frame"),
        deeds.JoinsFramesOfCommands,
    )
    yield fault(
        "passes-over-rests",
        "takes the frame behind a command with MORE for its rest, and passes over it",
        ("23/frame/more-on-command", "23/command/single-frame", "23/message/body"),
        deeds.PassesOverRests,
    )
    yield fault(
        "sizes-of-32-bits",
        "reads the last 32 bits of the size of a frame",
        ("23/frame/long", "23/frame/size", "23/frame/long-size-limit"),
        deeds.SizesOf32Bits,
    )
    yield fault(
        "sets-memory-aside",
        "dies of a frame that announces more than there is memory for",
        (*NO_CRASH, "23/frame/long", "23/frame/size"),
        deeds.SetsMemoryAside,
    )
    yield fault(
        "one-command-a-segment",
        "loses what comes in one segment with a command of the handshake, behind it",
        (
            "23/message/body",
            "23/NULL/traffic-after-ready",
            "24/handshake/order",
            "24/READY/answers-initiate",
            "24/message/client-waits-for-ready",
            "26/MESSAGE/after-ready",
        ),
        deeds.OneCommandASegment,
    )


def _of_ends() -> Iterator[Fault]:
    yield fault(
        "dies-of-early-ends",
        "dies when the peer closes in the midst of a greeting or a frame",
        ("23/connection/repeated", "23/close/temporary", "23/connection/close-anytime", "23/close/reconnect"),
        deeds.DiesOfEarlyEnds,
    )
    yield fault(
        "delivers-cut-frames",
        "delivers what came of a frame when the peer closes in its midst",
        ("23/message/atomic",),
        deeds.DeliversCutFrames,
    )
    yield fault(
        "one-place-for-parts",
        "keeps the frames of unfinished messages of all peers in one place",
        ("23/message/atomic",),
        deeds.OnePlaceForParts,
    )


def _of_heartbeats() -> Iterator[Fault]:
    yield fault(
        "smallest-ttl-for-none",
        "takes a time-to-live of zero for the smallest there is",
        ("37/heartbeat/ttl-zero",),
        deeds.SmallestTtlForNone,
    )
    yield fault(
        "dies-of-context",
        "dies of a PING that has a context",
        (*NO_CRASH, "37/PONG/answers-ping", "37/PONG/echoes-context", "26/MESSAGE/command-flag"),
        deeds.DiesOfContext,
    )
    for name, title, deed in (
        ("little-endian-ttl", "reads the octets of a time-to-live in the wrong order", deeds.LittleEndianTtl),
        ("signed-ttl", "takes a large time-to-live for one that is over", deeds.SignedTtl),
    ):
        yield fault(name, title, ("37/heartbeat/ttl-expires", "37/PING/ttl"), deed)
    yield fault(
        "pings-early",
        "sends PING before the handshake is over",
        ("37/PING/sent", "37/connection/stages", "37/NULL/grammar"),
        deeds.PingsEarly,
        "NULL",
    )
    yield fault(
        "never-enough-pings",
        "sends PING after PING though none has a PONG",
        ("37/heartbeat/few-unanswered",),
        deeds.NeverEnoughPings,
        because="the ruling of 37/heartbeat/few-unanswered lets any number pass",
    )
    yield fault(
        "wants-pongs",
        "takes a peer for dead that sends anything but PONG",
        ("37/heartbeat/any-traffic",),
        deeds.WantsPongs,
        "NULL",
    )
    yield fault(
        "stays-away-after-silence",
        "does not come back to a peer that it took for dead",
        ("37/heartbeat/reconnect",),
        deeds.StaysAwayAfterSilence,
    )
    yield fault(
        "ttl-in-milliseconds",
        "writes the time-to-live of its PINGs in milliseconds",
        ("37/PING/ttl",),
        spoiling({"traffic/PING": Spoil(given={"ttl": lambda ttl: min(100 * ttl, 0xFFFF)})}),
    )
