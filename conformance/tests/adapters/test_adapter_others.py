"""The adapters for zmq4 (Go), zmq.rs (Rust) and omq (pyomq): each is skipped by name where it cannot be built here."""

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from conformance.adapters.build import CannotMake, make
from conformance.adapters.check import check_adapter
from conformance.adapters.process import AdapterProcess
from conformance.adapters.protocol import Reply
from conformance.adapters.registry import Registry, Target

VERSIONS = {"zmq4": "v0.17.0", "zmq-rs": "0.7.0", "omq": "0.21.0"}
UNREACHED = ("dial tcp", "lookup", "registry", "network", "No matching distribution", "connection")
"""What go, cargo and pip say where they do not reach what they download."""
SOON = 5000  # milliseconds


@pytest.fixture(scope="module", params=VERSIONS)
def target(request: pytest.FixtureRequest) -> Target:
    """One of them, built if need be."""
    found = Registry.load().resolve(request.param)
    assert found.build
    if missing := found.build.missing():
        pytest.skip(f"{found.name} needs {', '.join(missing)}, which is not on the PATH")
    try:
        make(found, {}, lambda _: None)
    except CannotMake as reason:
        if any(word in str(reason) for word in UNREACHED):
            pytest.skip(f"{found.name} cannot be built without a registry: {reason}")
        raise
    return found


@pytest.fixture
def adapter(target: Target) -> Iterator[AdapterProcess]:
    with AdapterProcess(target.command, name=target.name) as process:
        process.start()
        yield process


def opened(adapter: AdapterProcess, kind: str, *, bind: bool = True, **fields: Any) -> Reply:
    """A socket, or why not."""
    return adapter.ask("open", 10, **{"mechanism": "NULL", "as_server": bind, **fields}, socket_type=kind, bind=bind)


def pair(adapter: AdapterProcess, binds: str, connects: str) -> tuple[str, str]:
    """The handles of two connected sockets."""
    one, other = opened(adapter, binds), opened(adapter, connects, bind=False)
    assert adapter.ask("connect", 10, handle=other["handle"], endpoint=one["endpoint"]).ok
    return one["handle"], other["handle"]


def send(adapter: AdapterProcess, handle: str, *parts: str) -> Reply:
    return adapter.ask("send", 10, handle=handle, parts=list(parts), timeout_ms=SOON)


def recv(adapter: AdapterProcess, handle: str, within: int = SOON) -> Any:
    return adapter.ask("recv", 10, handle=handle, timeout_ms=within)["messages"]


def test_it_is_honest(target: Target) -> None:
    """Nothing that check-adapter looks at fails, and much of it is there."""
    findings = check_adapter(target.command)
    assert [finding for finding in findings if finding.verdict == "failed"] == []
    assert len([finding for finding in findings if finding.verdict == "ok"]) >= 15


def test_the_version_is_that_of_the_library(adapter: AdapterProcess) -> None:
    """What is pinned is what was built in."""
    assert adapter.hello
    assert adapter.hello["version"] == VERSIONS[adapter.name]


def test_claims_no_more_than_the_registry(adapter: AdapterProcess, target: Target) -> None:
    """What hello says and what the table says agree."""
    assert adapter.hello
    assert {*adapter.hello["mechanisms"]} == {*target.mechanisms}
    assert {*adapter.hello["socket_types"]} == {*target.socket_types}


def test_a_request_and_its_reply(adapter: AdapterProcess) -> None:
    """REQ and REP take turns, twice."""
    rep, req = pair(adapter, "REP", "REQ")
    for round in ("01", "02"):
        assert send(adapter, req, round).ok
        assert recv(adapter, rep) == [[round]]
        assert send(adapter, rep, "aa", round).ok
        assert recv(adapter, req) == [["aa", round]]


def test_a_reply_before_a_request_does_not_arrive(adapter: AdapterProcess) -> None:
    """That the adapter looks ahead for nobody: a REP that was not asked to receive has nothing to answer."""
    rep, req = pair(adapter, "REP", "REQ")
    assert send(adapter, req, "01").ok
    send(adapter, rep, "bb")
    assert recv(adapter, req, 200) == []


def test_a_router_names_who_spoke_and_answers_by_name(adapter: AdapterProcess) -> None:
    """The first part is the address, both ways."""
    router, dealer = opened(adapter, "ROUTER"), opened(adapter, "DEALER", bind=False, identity="616c696365")
    assert adapter.ask("connect", 10, handle=dealer["handle"], endpoint=router["endpoint"]).ok
    assert send(adapter, dealer["handle"], "01").ok
    assert recv(adapter, router["handle"]) == [["616c696365", "01"]]
    assert send(adapter, router["handle"], "616c696365", "02").ok
    assert recv(adapter, dealer["handle"]) == [["02"]]


def test_a_subscriber_gets_what_it_asked_for(adapter: AdapterProcess) -> None:
    """And only that: the other prefix was sent before."""
    pub = opened(adapter, "PUB")
    sub = opened(adapter, "SUB", bind=False, subscriptions=["61"])
    assert adapter.ask("connect", 10, handle=sub["handle"], endpoint=pub["endpoint"]).ok
    for _ in range(200):
        assert send(adapter, pub["handle"], "6263").ok
        assert send(adapter, pub["handle"], "6162").ok
        if got := recv(adapter, sub["handle"], 50):
            break
    assert got == [["6162"]]


def test_what_it_cannot_do_it_says(adapter: AdapterProcess) -> None:
    """ZAP is in none of them; GSSAPI neither."""
    reply = {"status": "200", "text": "OK", "user_id": "", "metadata": ""}
    assert adapter.ask("zap", 10, reply=reply).status == "unsupported"
    assert opened(adapter, "DEALER", mechanism="GSSAPI").status == "unsupported"
    assert opened(adapter, "DEALER", zap_domain="test").status == "unsupported"


def test_a_socket_that_is_closed_closes_its_connections(adapter: AdapterProcess) -> None:
    """Also those whose handshake has not ended."""
    if adapter.name == "zmq-rs":
        pytest.skip("zmq.rs goes on with a handshake that has begun, whatever becomes of its socket")
    bound = opened(adapter, "DEALER")
    host, port = bound["endpoint"].removeprefix("tcp://").rsplit(":", 1)
    with closing(socket.create_connection((host, int(port)), 10)) as peer:
        assert peer.recv(10)[:1] == b"\xff"
        assert adapter.ask("close", 10, handle=bound["handle"]).ok
        try:
            while peer.recv(4096):
                pass
        except ConnectionResetError:
            pass
