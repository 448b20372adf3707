"""What an adapter claims has an effect: its mechanisms guard something, its options change what the target does.

Theory of operation: a target that accepts an option and ignores it makes cases wait for what never comes, so every
claim is probed by its effect. Some effects show between two sockets of the adapter; timers show to a bare TCP socket
that says nothing, or no more than a greeting and a READY. Where the proof is that something does not come, something
else that was sent later and came, or a lapse of time, is the fence.
"""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from nacl.public import PrivateKey

from conformance.adapters.checks.bench import Bench, Check, Dishonest, Skipped
from conformance.adapters.fields import brief

SHORT = 100  # milliseconds: the timers that are set here
QUIET = 150  # milliseconds in which nothing must come
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + bytes(32)  # ZMTP 3.1, as a client
PING = b"\x04PING"
ZAP_OK = {"status": "200", "text": "OK", "user_id": "somebody", "metadata": ""}


def _curve(bench: Bench) -> str:
    bench.need("mechanisms", "CURVE")
    server, stranger = _keys(), _keys()
    with bench.socket(bench.types()[0], bind=True, mechanism="CURVE", **server) as bound:
        for key, welcome in ((stranger, False), (server, True)):
            fields = {**_keys(), "server_key": key["public_key"], "mechanism": "CURVE"}
            with bench.socket(bench.types()[1], bind=False, **fields) as client:
                bench.do("connect", handle=client["handle"], endpoint=bound["endpoint"])
                if welcome:
                    bench.send(client["handle"], b"sealed")
                    _expect_only(bench, bound["handle"], b"sealed")
                else:
                    _expect_stopped(bench, client["handle"], bound["handle"])
    return "a client with the server's key is served, one with another key is not"


def _zap(bench: Bench) -> str:
    if "PLAIN" not in bench.hello["mechanisms"]:
        raise Skipped("without PLAIN nobody is asked for a password")
    reply = bench.ask("zap", reply={**ZAP_OK, "status": "400"}, take=True)
    if reply.status == "unsupported":
        raise Skipped(reply.reason)
    bench.expect("ok", "zap", reply)
    fields: dict[str, Any] = {"mechanism": "PLAIN", "zap_domain": "test"}
    with bench.socket(bench.types()[0], bind=True, **fields) as bound:
        for name, status in (("mallory", "400"), ("alice", "200")):
            bench.do("zap", reply={**ZAP_OK, "status": status})
            known = {**fields, "username": name, "password": "secret"}
            with bench.socket(bench.types()[1], bind=False, **known) as client:
                bench.do("connect", handle=client["handle"], endpoint=bound["endpoint"])
                if status == "400":
                    _expect_stopped(bench, client["handle"], bound["handle"])
                else:
                    bench.send(client["handle"], b"known")
                    _expect_only(bench, bound["handle"], b"known")
        _zap_of_a_domain(bench, bound["handle"], bound["endpoint"], fields)
    requests = bench.do("zap", take=True)["requests"]
    if not all(any(name.hex() in request for request in requests) for name in (b"mallory", b"alice")):
        raise Dishonest(f"zap take: expected the requests for both names; saw {brief(requests, 200)}")
    return f"the handler refused one name and let the other pass, in {len(requests)} requests"


def _zap_of_a_domain(bench: Bench, server: str, endpoint: str, fields: Mapping[str, Any]) -> None:
    """An adapter that names the domain in its reply keeps a reply for it, which goes before the one for all."""
    told = bench.ask("zap", reply={**ZAP_OK, "status": "400"}, domain=fields["zap_domain"])
    if not told.ok or told.fields.get("domain") != fields["zap_domain"]:
        return
    with bench.socket(bench.types()[1], bind=False, **fields, username="trudy", password="secret") as client:
        bench.do("connect", handle=client["handle"], endpoint=endpoint)
        _expect_stopped(bench, client["handle"], server)
    requests = bench.do("zap", take=True, domain="another domain")["requests"]
    if requests:
        raise Dishonest(f"zap take: expected no requests of a domain that no socket has; saw {brief(requests, 200)}")


def _handshake_timeout(bench: Bench) -> str:
    with _bound(bench, handshake_timeout_ms=SHORT) as address, closing(_dial(address, bench.deadline)) as peer:
        before = time.monotonic()
        if not _drain(peer):
            raise Dishonest(f"a peer that says nothing is not closed {bench.deadline:g} s after it came")
        took = (time.monotonic() - before) * 1000
    if took < SHORT * 0.5:
        raise Dishonest(f"a peer that says nothing is closed after {took:.0f} ms, not {SHORT}")
    return f"a peer that says nothing is closed after {took:.0f} ms"


def _reconnect_interval(bench: Bench) -> str:
    bench.need("options", "reconnect_interval_ms")
    bench.need("roles", "connect")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(bench.deadline)
        options = {"reconnect_interval_ms": 1}
        with bench.socket(bench.types()[0], bind=False, options=options) as client:
            endpoint = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
            bench.do("connect", handle=client["handle"], endpoint=endpoint)
            try:
                listener.accept()[0].close()
                before = time.monotonic()
                listener.accept()[0].close()
            except TimeoutError:
                raise Dishonest("a connection that was closed is not made again") from None
    return f"a closed connection was made again after {(time.monotonic() - before) * 1000:.0f} ms"


def _heartbeat_interval(bench: Bench) -> str:
    options = {"heartbeat_interval_ms": SHORT}
    with _bound(bench, **options) as address, closing(_dial(address, bench.deadline)) as peer:
        peer.sendall(GREETING + _ready(bench.types()[1]))
        seen = b""
        try:
            while PING not in seen:
                if not (octets := peer.recv(4096)):
                    raise Dishonest("the connection is closed before a PING comes")
                seen += octets
        except OSError as reason:
            raise Dishonest(f"no PING with heartbeats every {SHORT} ms: {reason}") from None
    return "a PING comes"


def _max_message_size(bench: Bench) -> str:
    bench.need("options", "max_message_size")
    server, sender = bench.types()
    with (
        bench.socket(server, bind=True, options={"max_message_size": 100}) as bound,
        bench.socket(sender, bind=False) as big,
        bench.socket(sender, bind=False) as small,
    ):
        for client, size in ((big, 101), (small, 100)):
            bench.do("connect", handle=client["handle"], endpoint=bound["endpoint"])
            bench.send(client["handle"], b"x" * size)
        got = bench.receive(bound["handle"])
        got += bench.receive(bound["handle"], QUIET)
    if got != [(b"x" * 100,)]:
        raise Dishonest(f"of 101 and 100 octets expected the 100; saw {brief([list(map(len, m)) for m in got])}")
    return "of 101 and 100 octets, with a limit of 100, only the 100 arrived"


def _monitor(bench: Bench) -> str:
    bench.need("options", "monitor")
    with bench.pair(options={"monitor": True}) as (receiver, sender):
        bench.send(sender, b"now both are connected")
        for handle in (receiver, sender):
            if not bench.do("events", handle=handle, timeout_ms=bench.milliseconds)["events"]:
                raise Dishonest("a watched socket that has a connection reports no event")
    return "both ends of a connection report events"


def _ready(socket_type: str) -> bytes:
    """The NULL mechanism's READY command as a frame, with the one property that is needed."""
    name = socket_type.encode()
    body = b"\x05READY\x0bSocket-Type" + len(name).to_bytes(4, "big") + name
    return b"\x04" + bytes([len(body)]) + body


def _keys() -> dict[str, str]:
    key = PrivateKey.generate()
    return {"public_key": bytes(key.public_key).hex(), "secret_key": bytes(key).hex()}


def _expect_stopped(bench: Bench, sender: str, receiver: str) -> None:
    """A message from this sender does not arrive, whether or not its own socket takes it."""
    bench.ask("send", handle=sender, parts=[b"stray".hex()], timeout_ms=QUIET)
    if got := bench.receive(receiver, QUIET):
        raise Dishonest(f"a client that must not get in got in: {brief(got)}")


def _expect_only(bench: Bench, handle: str, message: bytes) -> None:
    """The message arrives and nothing besides it, also not a little later."""
    got = bench.receive(handle, until=message.hex())
    got += bench.receive(handle, QUIET)
    if got != [(message,)]:
        raise Dishonest(f"expected {message!r} alone; saw {brief(got)}")


@contextmanager
def _bound(bench: Bench, **options: int) -> Iterator[tuple[str, int]]:
    """The address of a bound NULL socket with options that the adapter must claim."""
    bench.need("options", *options)
    bench.need("roles", "bind")
    with bench.socket(bench.types()[0], bind=True, options=options) as opened:
        host, port = opened["endpoint"].removeprefix("tcp://").rsplit(":", 1)
        yield host, int(port)


def _dial(address: tuple[str, int], patience: float) -> socket.socket:
    return socket.create_connection(address, timeout=patience)


def _drain(peer: socket.socket) -> bool:
    """Read to the end; whether that came before the socket's timeout."""
    try:
        while peer.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


EFFECTS: Mapping[str, Check] = {
    "CURVE": _curve,
    "ZAP": _zap,
    "handshake_timeout_ms": _handshake_timeout,
    "reconnect_interval_ms": _reconnect_interval,
    "heartbeat_interval_ms": _heartbeat_interval,
    "max_message_size": _max_message_size,
    "monitor": _monitor,
}
