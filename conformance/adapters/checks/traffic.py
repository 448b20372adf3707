"""What an adapter moves: messages whole, in order, between the right sockets, within the time that was given.

Theory of operation: two sockets of the adapter itself talk to each other over TCP. That says nothing about the target's
protocol, since both ends could be wrong in the same way; it shows that the adapter hands on what it is given.
"""

import errno
import socket
import time
from collections.abc import Mapping
from contextlib import closing

from conformance.adapters.checks.bench import Bench, Check, Dishonest
from conformance.adapters.fields import brief

MESSAGES: tuple[tuple[bytes, ...], ...] = (
    (b"one part",),
    (b"",),
    (b"several", b"", b"parts", b""),
    (bytes(range(256)),),
    (b"\x00" * 70_000, b"\xff"),
    tuple(bytes([number]) for number in range(100)),
)
QUIET = 60  # milliseconds in which nothing must come


def _whole_messages(bench: Bench) -> str:
    with bench.pair() as (receiver, sender):
        for message in MESSAGES:
            bench.send(sender, *message)
            got = bench.receive(receiver)
            if got != [message]:
                raise Dishonest(f"sent {_shape(message)}; received {' and '.join(map(_shape, got)) or 'nothing'}")
            if bench.types() == ("REP", "REQ"):  # these take turns
                bench.send(receiver, b"next")
                bench.receive(sender)
    return f"{len(MESSAGES)} messages of 1 to 100 parts and 0 to 70,000 octets arrived as they were sent"


def _order(bench: Bench) -> str:
    if bench.types() == ("REP", "REQ"):
        return "REQ and REP take turns: there is no order to lose"
    with bench.pair() as (receiver, sender):
        sent = [(b"%d" % number,) for number in range(64)]
        for message in sent:
            bench.send(sender, *message)
        got = bench.receive(receiver, count=32)
        if got != sent[:32]:
            raise Dishonest(f"recv of 32 messages: expected the first 32 in order; saw {len(got)}: {brief(got)}")
        got = bench.receive(receiver, until=sent[-1][0].hex())
        if got != sent[32:]:
            raise Dishonest(f"recv until the last: expected the other 32 in order; saw {len(got)}: {brief(got)}")
        if left := bench.receive(receiver, QUIET):
            raise Dishonest(f"messages are there twice: {brief(left)}")
    return "64 messages, taken by count and by until, came in order and once"


def _handles_apart(bench: Bench) -> str:
    with bench.pair() as (receiver, sender), bench.pair() as (other_receiver, other_sender):
        bench.send(other_sender, b"for the other")
        bench.send(sender, b"for the one")
        for handle, message in ((receiver, b"for the one"), (other_receiver, b"for the other")):
            if (got := bench.receive(handle)) != [(message,)]:
                raise Dishonest(f"a socket that was sent {message!r} received {brief(got)}")
            if more := bench.receive(handle, QUIET):
                raise Dishonest(f"a socket received what was not sent to it: {brief(more)}")
    return "two pairs of sockets at once, each got its own"


def _receive_in_time(bench: Bench) -> str:
    with bench.socket(bench.types()[0], bind=True) as idle:
        before = time.monotonic()
        if got := bench.receive(idle["handle"], QUIET):
            raise Dishonest(f"recv on a socket without a peer gives {brief(got)}")
        took = (time.monotonic() - before) * 1000
    if took < QUIET * 0.9:
        raise Dishonest(f"recv with a timeout of {QUIET} ms: expected an answer then; saw one after {took:.0f} ms")
    return f"with nothing to receive, a timeout of {QUIET} ms took {took:.0f} ms"


def _several_at_once(bench: Bench) -> str:
    with bench.socket(bench.types()[0], bind=True) as idle:
        first = bench.adapter.post("recv", handle=idle["handle"], timeout_ms=bench.milliseconds)
        before = time.monotonic()
        bench.do("hello")
        took = (time.monotonic() - before) * 1000
        if took >= bench.milliseconds * 0.9:
            raise Dishonest(f"a waiting recv holds up other requests: hello took {took:.0f} ms")
        bench.do("close", handle=idle["handle"])
        reply = bench.adapter.wait(first, bench.deadline)
        if reply.ok and reply["messages"]:
            raise Dishonest(f"recv on a socket without a peer gives {brief(reply['messages'])}")
    return f"hello was answered within {took:.1f} ms while a recv waited, and that recv ended with its socket"


def _own_endpoints(bench: Bench) -> str:
    bench.need("roles", "bind")
    kind = bench.hello["socket_types"][0]
    with bench.socket(kind, bind=True) as one, bench.socket(kind, bind=True) as two:
        endpoints = [one["endpoint"], two["endpoint"]]
    if endpoints[0] == endpoints[1]:
        raise Dishonest(f"two sockets claim the same endpoint {endpoints[0]}")
    if not all(endpoint.startswith("tcp://127.0.0.1:") for endpoint in endpoints):
        raise Dishonest(f"expected endpoints on 127.0.0.1; saw {', '.join(endpoints)}")
    return f"{endpoints[0]} and {endpoints[1]}"


def _close_frees(bench: Bench) -> str:
    bench.need("roles", "bind")
    with bench.socket(bench.hello["socket_types"][0], bind=True) as opened:
        bench.do("close", handle=opened["handle"])
        bench.expect("error", "close of a closed handle", bench.ask("close", handle=opened["handle"]))
    host, port = opened["endpoint"].removeprefix("tcp://").rsplit(":", 1)
    before = time.monotonic()
    while time.monotonic() < before + bench.deadline:
        if _refused((host, int(port)), before + bench.deadline - time.monotonic()):
            return f"nobody listened {(time.monotonic() - before) * 1000:.1f} ms after the close"
    raise Dishonest(f"{opened['endpoint']} still listens {bench.deadline:g} s after its socket was closed")


def _refused(address: tuple[str, int], patience: float) -> bool:
    """Whether nobody listens; if somebody does, wait until that connection has ended too."""
    with closing(socket.socket()) as probe:
        probe.settimeout(max(patience, 0.001))
        try:
            if (reason := probe.connect_ex(address)) != 0:
                return reason == errno.ECONNREFUSED
            while probe.recv(4096):
                pass
        except OSError:
            pass
    return False


def _shape(message: tuple[bytes, ...]) -> str:
    return f"{len(message)} parts of {brief([len(part) for part in message])} octets"


TRAFFIC: Mapping[str, Check] = {
    "whole messages": _whole_messages,
    "order": _order,
    "handles apart": _handles_apart,
    "recv in time": _receive_in_time,
    "several at once": _several_at_once,
    "own endpoints": _own_endpoints,
    "close frees": _close_frees,
}
