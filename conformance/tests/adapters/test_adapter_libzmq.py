"""The libzmq adapter with the library of the pyzmq wheel, or the one that ZMTP_TEST_LIBZMQ names: real round trips."""

import os
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey

import conformance
from conformance.adapters.process import AdapterCrashed, AdapterNotStarted, AdapterProcess
from conformance.adapters.protocol import Reply

ENVIRONMENT = {"PYTHONPATH": str(Path(conformance.__file__).parents[1])}
LIBRARY = ["--library", os.environ["ZMTP_TEST_LIBZMQ"]] if "ZMTP_TEST_LIBZMQ" in os.environ else []
COMMAND = [sys.executable, "-m", "conformance.adapters.libzmq", *LIBRARY]
SOON, BRIEFLY = 5000, 60  # milliseconds: for what must come, and for what must not


class Driver:
    """The adapter with shorter words."""

    def __init__(self, adapter: AdapterProcess) -> None:
        self.adapter = adapter

    def ask(self, op: str, **fields: Any) -> Reply:
        return self.adapter.ask(op, 10, **fields)

    def do(self, op: str, **fields: Any) -> Reply:
        reply = self.ask(op, **fields)
        assert reply.ok, reply.reason
        return reply

    def open(self, kind: str, *, to: Reply | None = None, mechanism: str = "NULL", **fields: Any) -> Reply:
        """A socket that binds, or connects to another."""
        fields = {"as_server": to is None, "bind": to is None, **fields}
        opened = self.do("open", socket_type=kind, mechanism=mechanism, **fields)
        if to:
            self.do("connect", handle=opened["handle"], endpoint=to["endpoint"])
        return opened

    def send(self, where: Reply, *parts: str, within: int = SOON) -> Reply:
        return self.ask("send", handle=where["handle"], parts=list(parts), timeout_ms=within)

    def recv(self, where: Reply, within: int = SOON, **fields: Any) -> list[list[str]]:
        messages: list[list[str]] = self.do("recv", handle=where["handle"], timeout_ms=within, **fields)["messages"]
        return messages


def drive() -> Iterator[Driver]:
    with AdapterProcess(COMMAND, name="libzmq", environment=ENVIRONMENT) as adapter:
        adapter.start()
        yield Driver(adapter)


@pytest.fixture(scope="module")
def zmq() -> Iterator[Driver]:
    """One adapter for all that does not configure the process."""
    yield from drive()


@pytest.fixture
def fresh_zmq() -> Iterator[Driver]:
    """An adapter of one's own: a ZAP handler belongs to a process."""
    yield from drive()


def keys() -> dict[str, Any]:
    key = PrivateKey.generate()
    return {"public_key": bytes(key.public_key).hex(), "secret_key": bytes(key).hex()}


def test_hello_is_what_the_library_says(zmq: Driver) -> None:
    hello = zmq.do("hello")
    assert hello["name"] == "libzmq"
    assert int(hello["version"].split(".")[0]) >= 4
    assert os.path.isfile(hello["details"]["library"])
    assert {"REQ", "ROUTER", "XSUB"} < set(hello["socket_types"])


def test_request_and_reply(zmq: Driver) -> None:
    server = zmq.open("REP")
    client = zmq.open("REQ", to=server)
    for body in ("", "00", "ff" * 300):
        assert zmq.send(client, "aa", body).ok
        assert zmq.recv(server) == [["aa", body]]
        assert zmq.send(server, body).ok
        assert zmq.recv(client) == [[body]]


def test_router_addresses_by_its_first_part_or_by_routing_id(zmq: Driver) -> None:
    router = zmq.open("ROUTER")
    one, two = (zmq.open("DEALER", to=router, identity=name.encode().hex()) for name in ("one", "two"))
    assert zmq.send(one, "01").ok
    assert zmq.recv(router) == [[b"one".hex(), "01"]]
    assert zmq.send(two, "02").ok
    assert zmq.recv(router) == [[b"two".hex(), "02"]]
    assert zmq.send(router, b"one".hex(), "aa").ok
    zmq.do("send", handle=router["handle"], routing_id=b"two".hex(), parts=["bb"], timeout_ms=SOON)
    assert (zmq.recv(one), zmq.recv(two)) == ([["aa"]], [["bb"]])


def test_a_subscription_is_known_to_the_next_send(zmq: Driver) -> None:
    publisher = zmq.open("XPUB")
    subscriber = zmq.open("SUB", to=publisher, subscriptions=[b"a".hex()])
    assert zmq.recv(publisher) == [[b"\x01a".hex()]]
    zmq.do("subscribe", handle=subscriber["handle"], prefix=b"b".hex())
    assert zmq.recv(publisher) == [[b"\x01b".hex()]]
    zmq.do("unsubscribe", handle=subscriber["handle"], prefix=b"a".hex())
    assert zmq.recv(publisher) == [[b"\x00a".hex()]]
    for topic in ("a1", "b1", "c1"):
        assert zmq.send(publisher, topic.encode().hex()).ok
    assert zmq.recv(subscriber, until=b"b1".hex()) == [[b"b1".hex()]]


def test_an_xsub_subscribes_by_the_same_words(zmq: Driver) -> None:
    publisher = zmq.open("XPUB")
    subscriber = zmq.open("XSUB", to=publisher, subscriptions=[""])
    zmq.do("subscribe", handle=subscriber["handle"], prefix="aa")
    assert zmq.recv(publisher, count=2) == [["01"], ["01aa"]]
    zmq.do("unsubscribe", handle=subscriber["handle"], prefix="aa")
    assert zmq.recv(publisher) == [["00aa"]]


def test_a_publisher_that_nobody_asks_sees_subscriptions(zmq: Driver) -> None:
    publisher = zmq.open("PUB")
    with dialled(publisher) as peer:
        peer.sendall(greeting() + ready("SUB"))
        read_until(peer, b"READY")
        peer.sendall(b"\x00\x01\x01")  # subscribe to everything
        # PUB tells nobody of its subscribers: the first message that arrives does.
        peer.setblocking(False)
        deadline = time.monotonic() + 5
        while not select.select([peer], [], [], 0)[0]:
            assert time.monotonic() < deadline
            assert zmq.send(publisher, "aa").ok
        assert peer.recv(3) == b"\x00\x01\xaa"


def test_until_takes_all_before_and_leaves_all_after(zmq: Driver) -> None:
    server = zmq.open("PULL")
    client = zmq.open("PUSH", to=server)
    for number in range(10):
        assert zmq.send(client, f"{number:02x}").ok
    assert zmq.recv(server, until="04") == [[f"0{number}"] for number in range(5)]
    assert zmq.recv(server, count=2) == [["05"], ["06"]]
    assert zmq.recv(server, within=BRIEFLY, count=99) == [["07"], ["08"], ["09"]]


def test_requests_wait_side_by_side_and_in_order(zmq: Driver) -> None:
    server = zmq.open("PULL")
    waiting = [zmq.adapter.post("recv", handle=server["handle"], timeout_ms=SOON) for _ in range(2)]
    client = zmq.open("PUSH", to=server)
    assert zmq.send(client, "01").ok
    assert zmq.send(client, "02").ok
    assert [zmq.adapter.wait(id, 5)["messages"] for id in waiting] == [[["01"]], [["02"]]]


def test_timeouts(zmq: Driver) -> None:
    server = zmq.open("PUSH")
    before = time.monotonic()
    assert zmq.send(server, "00", within=BRIEFLY).reason == "timed out"
    assert (time.monotonic() - before) * 1000 >= BRIEFLY * 0.9
    late = zmq.adapter.post("send", handle=server["handle"], parts=["aa"], timeout_ms=SOON)
    client = zmq.open("PULL", to=server)
    assert zmq.recv(client) == [["aa"]]
    assert zmq.adapter.wait(late, 5).ok


@pytest.mark.parametrize(
    ("op", "fields", "status", "reason"),
    [
        ("recv", {"timeout_ms": 0}, "error", "not supported"),
        ("subscribe", {"prefix": ""}, "unsupported", "a PUSH does not subscribe"),
        ("join", {"group": "61"}, "unsupported", "no draft API"),
    ],
)
def test_what_a_socket_cannot_do(zmq: Driver, op: str, fields: Mapping[str, Any], status: str, reason: str) -> None:
    if op == "join" and zmq.do("hello")["details"]["draft"]:
        pytest.skip("this library has the draft API")
    reply = zmq.ask(op, handle=zmq.open("PUSH")["handle"], **fields)
    assert reply.status == status
    assert reason in reply.reason


def test_a_req_out_of_turn_is_an_error(zmq: Driver) -> None:
    client = zmq.open("REQ")
    assert "current state" in zmq.ask("recv", handle=client["handle"], timeout_ms=SOON).reason


def test_who_waits_for_a_socket_hears_of_its_end(zmq: Driver) -> None:
    server = zmq.open("PULL")
    waiting = zmq.adapter.post("recv", handle=server["handle"], timeout_ms=SOON)
    zmq.do("close", handle=server["handle"])
    assert zmq.adapter.wait(waiting, 5).reason == "the socket was closed"


@pytest.mark.parametrize("kind", ["DEALER", "REQ"])
def test_curve_serves_who_has_its_key_and_nobody_else(zmq: Driver, kind: str) -> None:
    pair = keys()
    server = zmq.open("ROUTER", mechanism="CURVE", **pair)
    stranger = zmq.open(kind, to=server, mechanism="CURVE", **keys(), server_key=keys()["public_key"])
    client = zmq.open(kind, to=server, mechanism="CURVE", **keys(), server_key=pair["public_key"])
    assert zmq.send(stranger, "ee").ok  # libzmq takes it before it has shaken hands, and keeps it
    assert zmq.send(client, "aa", "").ok
    ((routing_id, *message),) = zmq.recv(server)
    assert message[-2:] == ["aa", ""]
    assert zmq.send(server, routing_id, *message).ok
    assert zmq.recv(client) == [["aa", ""]]
    assert zmq.recv(server, within=BRIEFLY) == []


def test_the_connecting_side_can_be_the_curve_server(zmq: Driver) -> None:
    pair = keys()
    client = zmq.open("PULL", mechanism="CURVE", as_server=False, **keys(), server_key=pair["public_key"])
    server = zmq.open("PUSH", to=client, mechanism="CURVE", as_server=True, secret_key=pair["secret_key"])
    assert zmq.send(server, "aa").ok
    assert zmq.recv(client) == [["aa"]]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"mechanism": "CURVE", "as_server": True}, "a CURVE server needs its secret_key"),
        ({"mechanism": "CURVE", "as_server": False}, "needs its public_key, secret_key, server_key"),
        ({"mechanism": "PLAIN", "as_server": False, "username": "x" * 256}, "refuses username: Invalid argument"),
        ({"mechanism": "NULL", "as_server": False, "identity": "aa" * 256}, "refuses identity: Invalid argument"),
        ({"mechanism": "NULL", "as_server": False, "options": {"linger_ms": 2**40}}, "refuses linger_ms"),
        ({"mechanism": "NULL", "as_server": False, "options": {"xpub_verbose": True}}, "refuses xpub_verbose"),
    ],
)
def test_what_cannot_be_configured_is_an_error(zmq: Driver, fields: Mapping[str, Any], reason: str) -> None:
    reply = zmq.ask("open", socket_type="DEALER", bind=False, **fields)
    assert reply.status == "error"
    assert reason in reply.reason


def test_zap_decides_and_its_requests_can_be_read(fresh_zmq: Driver) -> None:
    zmq = fresh_zmq
    assert zmq.do("zap", take=True)["requests"] == []
    refusal = {"status": "400", "text": "no", "user_id": "", "metadata": ""}
    zmq.do("zap", reply=refusal)
    plain: dict[str, Any] = {"mechanism": "PLAIN", "zap_domain": "lair"}
    server = zmq.open("PULL", **plain)
    denied = zmq.open("PUSH", to=server, **plain, username="mallory", password="guess")
    request = take_one(zmq)
    assert (request[0], request[2], request[5]) == (b"1.0", b"lair", b"PLAIN")
    assert request[6:] == [b"mallory", b"guess"]
    zmq.send(denied, "ee", within=BRIEFLY)  # taken or not: that depends on whether the ERROR has arrived yet
    assert zmq.recv(server, within=BRIEFLY) == []
    zmq.do("close", handle=denied["handle"])
    zmq.do("zap", reply={**refusal, "status": "200"})
    known = zmq.open("PUSH", to=server, **plain, username="alice", password="secret")
    assert zmq.send(known, "aa").ok
    assert zmq.recv(server, until="aa") == [["aa"]]
    assert take_one(zmq)[6:] == [b"alice", b"secret"]


def test_each_domain_has_its_own_reply_and_its_own_requests(fresh_zmq: Driver) -> None:
    zmq = fresh_zmq
    admission = {"status": "200", "text": "OK", "user_id": "", "metadata": ""}
    assert "domain" not in zmq.do("zap", reply={**admission, "status": "400"}).fields
    assert zmq.do("zap", reply=admission, domain="lair")["domain"] == "lair"
    for domain, arrives in (("lair", [["aa"]]), ("den", [])):
        plain: dict[str, Any] = {"mechanism": "PLAIN", "zap_domain": domain}
        server = zmq.open("PULL", **plain)
        client = zmq.open("PUSH", to=server, **plain, username="alice", password="secret")
        zmq.send(client, "aa", within=BRIEFLY)
        assert zmq.recv(server, within=BRIEFLY) == arrives
    taken = {domain: zmq.do("zap", take=True, domain=domain)["requests"] for domain in ("lair", "den", "cave")}
    assert {domain: {request[2] for request in requests} for domain, requests in taken.items()} == {
        "lair": {b"lair".hex()},
        "den": {b"den".hex()},
        "cave": set(),
    }


@pytest.mark.parametrize("spoiled", [{"version": "9.9"}, {"request_id": "ee"}, {"silent": True}, {"status": "299"}])
def test_a_malformed_or_missing_zap_reply_lets_nobody_in(fresh_zmq: Driver, spoiled: Mapping[str, Any]) -> None:
    zmq, pair = fresh_zmq, keys()
    zmq.do("zap", reply={"status": "200", "text": "OK", "user_id": "", "metadata": "", **spoiled})
    server = zmq.open("PULL", mechanism="CURVE", zap_domain="lair", **pair)
    client = zmq.open("PUSH", to=server, mechanism="CURVE", **(mine := keys()), server_key=pair["public_key"])
    assert take_one(zmq)[5:] == [b"CURVE", bytes.fromhex(mine["public_key"])]
    zmq.send(client, "ee", within=BRIEFLY)
    assert zmq.recv(server, within=BRIEFLY) == []


def take_one(zmq: Driver) -> list[bytes]:
    """The first ZAP request that comes."""
    deadline = time.monotonic() + 5
    while not (requests := zmq.do("zap", take=True)["requests"]):
        assert time.monotonic() < deadline
    return [bytes.fromhex(frame) for frame in requests[0]]


@pytest.mark.parametrize("from_the_start", [True, False])
def test_events(zmq: Driver, from_the_start: bool) -> None:
    server = zmq.open("PULL", options={"monitor": from_the_start})
    if not from_the_start:
        assert zmq.do("events", handle=server["handle"]).fields == {"events": []}
    waiting = None
    if from_the_start:
        assert zmq.do("events", handle=server["handle"])["events"][0]["event"] == "listening"
        waiting = zmq.adapter.post("events", handle=server["handle"], timeout_ms=SOON)
    client = zmq.open("PUSH", to=server)
    assert zmq.send(client, "aa").ok
    assert zmq.recv(server) == [["aa"]]
    if waiting is None:
        events = zmq.do("events", handle=server["handle"], timeout_ms=SOON)["events"]
    else:
        events = zmq.adapter.wait(waiting, 5)["events"]
    assert events[0]["event"] == "accepted"
    assert events[0]["value"] > 0
    assert events[0]["endpoint"].startswith("tcp://127.0.0.1:")


def test_a_socket_can_be_closed_while_others_have_news(zmq: Driver) -> None:
    servers = [zmq.open("PULL", options={"monitor": True}) for _ in range(20)]
    clients = [zmq.open("PUSH", to=server) for server in servers]
    for client in clients:
        zmq.adapter.post("send", handle=client["handle"], parts=["aa"], timeout_ms=SOON)
    for opened in [*servers, *clients]:
        zmq.adapter.post("close", handle=opened["handle"])
    assert zmq.do("hello")["name"] == "libzmq"
    zmq.adapter.pump()


def test_max_message_size_counts_octets(zmq: Driver) -> None:
    server = zmq.open("PULL", options={"max_message_size": 100})  # libzmq measures READY by it too
    for size in (101, 100):
        assert zmq.send(zmq.open("PUSH", to=server), "aa" * size).ok
    assert zmq.recv(server, until="aa" * 100) == [["aa" * 100]]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/no/such/libzmq.so", "no such library: /no/such/libzmq.so"),
        (__file__, "cannot load "),
        ("libc.so.6", "not a libzmq"),
    ],
)
def test_a_library_that_cannot_be_used_is_one_line_and_exit_3(path: str, reason: str) -> None:
    command = [sys.executable, "-m", "conformance.adapters.libzmq", "--library", path]
    adapter = AdapterProcess(command, name="libzmq", environment=ENVIRONMENT)
    with adapter, pytest.raises(AdapterNotStarted) as caught:
        adapter.start()
    assert f"did not start: exit status 3: {reason}" in str(caught.value)
    assert adapter.stderr_tail.count("\n") == 1


def test_quit_ends_also_what_lingers(fresh_zmq: Driver) -> None:
    stuck = fresh_zmq.open("PUSH", options={"linger_ms": -1}, bind=False)
    fresh_zmq.do("connect", handle=stuck["handle"], endpoint="tcp://127.0.0.1:9")
    assert fresh_zmq.send(stuck, "aa").ok
    fresh_zmq.do("quit")
    assert fresh_zmq.adapter.wait_exit(5) == 0
    with pytest.raises(AdapterCrashed):
        fresh_zmq.adapter.pump()


# What a bare peer says and hears


def dialled(opened: Reply) -> socket.socket:
    host, port = opened["endpoint"].removeprefix("tcp://").rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=5)


def greeting() -> bytes:
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)


def ready(socket_type: str) -> bytes:
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(socket_type)) + socket_type.encode()
    return b"\x04" + bytes([len(body)]) + body


def read_until(peer: socket.socket, word: bytes) -> None:
    """Read the target's greeting and READY, to the end of the latter's frame."""
    seen = b""
    while word not in seen:
        seen += peer.recv(4096)
    frame = seen[64:]
    while len(frame) < 2 + frame[1]:
        frame += peer.recv(4096)
