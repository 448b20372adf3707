"""Frames whose size wraps an address when it is added to, with octets behind them (RFC 23 "Framing").

A receiver that asks whether "where I read plus size" lies in its buffer is lied to by a size near 2^64: it goes on writing
where the buffer ends. That shows only if octets follow, and more than a buffer holds.
"""

from conformance.api import (
    Case,
    Peer,
    delivers,
    either,
    expect,
    handshake,
    hang_up,
    message,
    octets,
    peer,
    rejects,
    waits,
)

LONG = 0x02

WRAPPING = {
    f"2_64_minus_{less}": Case(
        title=f"a frame that announces 2^64-{less} octets, of which 100,000 follow, breaks nothing",
        checks=("23/frame/long-size-limit", "23/frame/size"),
        under_test=Peer(sides=("binds",)),
        script=(
            handshake(),
            octets(bytes([LONG]) + (2**64 - less).to_bytes(8, "big") + b"\xa5" * 100_000),
            expect(either(rejects(), waits())),
            hang_up(),
            peer("second"),
            message(b"of another peer"),
            expect(delivers((b"of another peer",))),
        ),
        note="CVE-2019-6250 of libzmq was this.",
        sensitive=True,
    )
    for less in (1, 9, 1000, 8193)
}
