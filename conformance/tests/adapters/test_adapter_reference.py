"""The reference adapter: every socket type talks to its peers, its own and libzmq's; options do what they say."""

import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance.adapters.check import check_adapter
from conformance.adapters.process import AdapterProcess
from conformance.adapters.protocol import Reply

ENVIRONMENT = {"PYTHONPATH": str(Path(conformance.__file__).parents[1])}
SOON, BRIEFLY = 5000, 60  # milliseconds: for what must come, and for what must not


def command(target: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"conformance.adapters.{target}", *arguments]


class Socket:
    """A socket of an adapter, in short words; octets are text here."""

    def __init__(self, adapter: AdapterProcess, kind: str, *, bind: bool, **fields: Any) -> None:
        self.adapter = adapter
        fields = {"mechanism": "NULL", "as_server": bind, **fields}
        self.opened = self.do("open", socket_type=kind, bind=bind, **fields)
        self.handle = self.opened["handle"]

    def do(self, op: str, **fields: Any) -> Reply:
        reply = self.adapter.ask(op, 10, **fields)
        assert reply.ok, reply.reason
        return reply

    def connect(self, other: "Socket") -> "Socket":
        self.do("connect", handle=self.handle, endpoint=other.opened["endpoint"])
        return self

    def try_to_send(self, *parts: str, within: int = SOON) -> Reply:
        octets = [part.encode("latin-1").hex() for part in parts]
        return self.adapter.ask("send", 10, handle=self.handle, parts=octets, timeout_ms=within)

    def send(self, *parts: str) -> None:
        reply = self.try_to_send(*parts)
        assert reply.ok, reply.reason

    def recv(self, count: int = 1, within: int = SOON) -> list[tuple[str, ...]]:
        reply = self.do("recv", handle=self.handle, count=count, timeout_ms=within)
        return [tuple(bytes.fromhex(part).decode("latin-1") for part in message) for message in reply["messages"]]

    def get(self, *parts: str) -> None:
        assert self.recv() == [parts]

    def want(self, what: str, octets: str) -> None:
        field = "group" if what in ("join", "leave") else "prefix"
        self.do(what, handle=self.handle, **{field: octets.encode().hex()})

    def close(self) -> None:
        self.do("close", handle=self.handle)


@pytest.fixture(scope="module")
def adapters() -> Iterator[Mapping[str, AdapterProcess]]:
    with ExitStack() as stack:
        found = {}
        for name in ("reference", "libzmq"):
            found[name] = stack.enter_context(AdapterProcess(command(name), name=name, environment=ENVIRONMENT))
            found[name].start()
        yield found


@pytest.fixture
def reference(adapters: Mapping[str, AdapterProcess]) -> AdapterProcess:
    return adapters["reference"]


# --- who talks how ----------------------------------------------------------------------------------------------------


def both_ways(server: Socket, client: Socket) -> None:
    client.send("one", "", "two")
    server.get("one", "", "two")
    server.send("back")
    client.get("back")


def single_both_ways(server: Socket, client: Socket) -> None:
    client.send("one")
    server.get("one")
    server.send("back")
    client.get("back")


def one_way(server: Socket, client: Socket) -> None:
    client.send("one")
    server.get("one")


def the_other_way(server: Socket, client: Socket) -> None:
    server.send("one")
    client.get("one")


def in_turns(server: Socket, client: Socket) -> None:
    for question in ("first", "second"):
        client.send(question, "?")
        server.get(question, "?")
        server.send(question, "!")
        client.get(question, "!")


def by_address(server: Socket, client: Socket) -> None:
    client.send("who am I?")
    ((address, body),) = server.recv()
    assert body == "who am I?" and address
    server.send(address, "that")
    client.get("that")


def asked_by_address(server: Socket, client: Socket) -> None:
    client.send("who am I?")
    ((address, delimiter, body),) = server.recv()
    assert (delimiter, body) == ("", "who am I?")
    server.send(address, "", "that")
    client.get("that")


def by_request(server: Socket, client: Socket) -> None:
    """The subscriber binds: it is known to be heard once a message of a kind that it wants comes."""
    server.want("subscribe", "news")
    server.want("subscribe", "old")
    server.want("unsubscribe", "old")
    while not (got := server.recv(within=BRIEFLY)):
        client.send("old hat")
        client.send("news", "today")
    assert got == [("news", "today")]


def by_request_unfiltered(server: Socket, client: Socket) -> None:
    """The same with an XSUB, which delivers what its publishers send it."""
    server.want("subscribe", "news")
    while not (got := server.recv(within=BRIEFLY)):
        client.send("old hat")
        client.send("news", "today")
    assert got == [("news", "today")]


def by_shown_request(server: Socket, client: Socket) -> None:
    client.want("subscribe", "news")
    server.get("\x01news")
    server.send("olds")
    server.send("news", "today")
    client.get("news", "today")
    client.want("unsubscribe", "news")
    server.get("\x00news")


def by_group(server: Socket, client: Socket) -> None:
    """The dish binds, as in `by_request`."""
    server.want("join", "friends")
    server.want("join", "others")
    server.want("leave", "others")
    while not (got := server.recv(within=BRIEFLY)):
        client.send("others", "hear")
        client.send("friends", "listen")
    assert got == [("friends", "listen")]


Conversation = Callable[[Socket, Socket], None]
PAIRS: list[tuple[str, str, Conversation]] = [
    ("DEALER", "DEALER", both_ways),
    ("PAIR", "PAIR", both_ways),
    ("PULL", "PUSH", one_way),
    ("PUSH", "PULL", the_other_way),
    ("REP", "REQ", in_turns),
    ("ROUTER", "REQ", asked_by_address),
    ("ROUTER", "DEALER", by_address),
    ("SUB", "PUB", by_request),
    ("SUB", "XPUB", by_request),
    ("XSUB", "PUB", by_request_unfiltered),
    ("XPUB", "SUB", by_shown_request),
    ("XPUB", "XSUB", by_shown_request),
]
THREAD_SAFE: list[tuple[str, str, Conversation]] = [
    ("SERVER", "CLIENT", by_address),
    ("GATHER", "SCATTER", one_way),
    ("CHANNEL", "CHANNEL", single_both_ways),
    ("DISH", "RADIO", by_group),
]
ROWS = [
    *(("reference", "reference", *pair) for pair in (*PAIRS, *THREAD_SAFE)),
    # An XSUB of libzmq sends its requests as messages, also with ZMTP 3.1, where 37/SUBSCRIBE/sent wants commands.
    *(("libzmq", "reference", *pair) for pair in PAIRS if pair[0] != "XSUB"),
    *(("reference", "libzmq", *pair) for pair in PAIRS if pair[1] != "XSUB"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:4]))
def test_types_that_talk(adapters: Mapping[str, AdapterProcess], row: tuple[str, str, str, str, Conversation]) -> None:
    binds, connects, server_type, client_type, talk = row
    server = Socket(adapters[binds], server_type, bind=True)
    client = Socket(adapters[connects], client_type, bind=False).connect(server)
    talk(server, client)
    client.close()
    server.close()


def test_a_peer_answers_a_peer(reference: AdapterProcess) -> None:
    """PEER names whom it dialled too; the number of its first peer is 1."""
    server = Socket(reference, "PEER", bind=True)
    client = Socket(reference, "PEER", bind=False).connect(server)
    client.send("\x01", "hello")
    ((address, body),) = server.recv()
    assert body == "hello"
    server.send(address, "back")
    client.get("\0\0\0\x01", "back")


def test_what_a_type_does_not_do(reference: AdapterProcess) -> None:
    server = Socket(reference, "PUSH", bind=True)
    refused = reference.ask("subscribe", 10, handle=server.handle, prefix="00")
    assert (refused.status, refused.reason) == ("unsupported", "a PUSH has no subscriptions")
    assert reference.ask("recv", 10, handle=server.handle, timeout_ms=0).status == "error"
    dish = Socket(reference, "DISH", bind=True)
    refused = reference.ask("join", 10, handle=dish.handle, group="00")
    assert (refused.status, refused.reason) == ("error", "not allowed by 48/group/chars")
    refused = Socket(reference, "REP", bind=True).try_to_send("answer to nothing")
    assert (refused.status, refused.reason) == ("error", "a REP does not: 28/REP/lock-step")


# --- options ----------------------------------------------------------------------------------------------------------


def test_it_is_honest() -> None:
    findings = check_adapter(command("reference"), environment=ENVIRONMENT)
    assert [finding for finding in findings if finding.verdict == "failed"] == []
    unclaimed = {finding.name for finding in findings if finding.verdict == "unsupported"}
    assert unclaimed == {"ZAP", "handshake_timeout_ms", "monitor"}


def test_what_lingers_is_sent_to_who_comes_later(reference: AdapterProcess) -> None:
    """With time to linger a closed socket dials on until its message is away; without, the message is lost."""
    with closing(socket.create_server(("127.0.0.1", 0))) as place:
        port = place.getsockname()[1]
    sender = {linger: Socket(reference, "PUSH", bind=False, options={"linger_ms": linger}) for linger in (0, -1)}
    for linger, one in sender.items():
        one.do("connect", handle=one.handle, endpoint=f"tcp://127.0.0.1:{port}")
        one.send(str(linger))
        one.close()
    with closing(socket.create_server(("127.0.0.1", port))) as listener:
        listener.settimeout(SOON / 1000)
        peer, _ = listener.accept()
        with closing(peer):
            peer.settimeout(SOON / 1000)
            metadata = b"\x0bSocket-Type\x00\x00\x00\x04PULL"
            peer.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"NULL".ljust(52, b"\0"))
            peer.sendall(b"\x04" + bytes((6 + len(metadata),)) + b"\x05READY" + metadata)
            seen = b""
            while chunk := peer.recv(4096):
                seen += chunk
        assert seen.endswith(b"\x00\x02-1")
        listener.settimeout(BRIEFLY / 1000)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_what_lingers_is_sent_whole(reference: AdapterProcess) -> None:
    receiver = Socket(reference, "PULL", bind=True)
    sender = Socket(reference, "PUSH", bind=False, options={"linger_ms": -1}).connect(receiver)
    large = "x" * 4_000_000
    for number in range(3):
        sender.send(large, str(number))
    sender.close()
    assert receiver.recv(3) == [(large, str(number)) for number in range(3)]


def test_a_peer_that_does_not_read_fills_its_queue(reference: AdapterProcess) -> None:
    """With a send limit of 2, what the transport does not take waits, and then the sender does."""
    options = {"send_limit": 2, "receive_limit": 1}
    receiver = Socket(reference, "PULL", bind=True, options=options)
    sender = Socket(reference, "PUSH", bind=False, options=options).connect(receiver)
    large = "x" * 1_000_000
    taken = 0
    while sender.try_to_send(large, str(taken), within=BRIEFLY).ok:
        taken += 1
        assert taken < 60, "neither the queue nor the transport is ever full"
    assert taken >= 2
    got = [int(message[1]) for message in receiver.recv(taken)]
    assert got == list(range(taken))
    sender.send("more")
    receiver.get("more")


# --- faults of patterns -----------------------------------------------------------------------------------------------


def test_a_fault_of_a_pattern_shows() -> None:
    with AdapterProcess(command("reference", "--fault", "PULL.delivers-twice"), environment=ENVIRONMENT) as adapter:
        assert adapter.start()["name"] == "faulty:PULL.delivers-twice"
        receiver = Socket(adapter, "PULL", bind=True)
        Socket(adapter, "PUSH", bind=False).connect(receiver).send("once")
        assert receiver.recv(2) == [("once",), ("once",)]
