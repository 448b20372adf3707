"""The adapter for JeroMQ, built with Maven: skipped by name where it cannot be built here."""

import socket
from collections.abc import Iterator

import pytest

from conformance.adapters.build import CannotMake, make
from conformance.adapters.check import check_adapter
from conformance.adapters.process import AdapterProcess
from conformance.adapters.registry import Registry, Target


@pytest.fixture(scope="module")
def jeromq() -> Target:
    """The target, built if need be; it takes Maven, Java and Maven Central."""
    target = Registry.load().resolve("jeromq")
    assert target.build
    if missing := target.build.missing():
        pytest.skip(f"jeromq needs {', '.join(missing)}, which is not on the PATH")
    try:
        make(target, {}, lambda _: None)
    except CannotMake as reason:
        if "resolve" in str(reason):  # Maven's word for a library that it does not get
            pytest.skip(f"jeromq cannot be built without a registry: {reason}")
        raise
    return target


@pytest.fixture
def adapter(jeromq: Target) -> Iterator[AdapterProcess]:
    with AdapterProcess(jeromq.command, name="jeromq") as process:
        process.start()
        yield process


def test_it_is_honest(jeromq: Target) -> None:
    """Nothing that check-adapter looks at fails; all that JeroMQ claims is there."""
    findings = {finding.name: finding for finding in check_adapter(jeromq.command)}
    assert [finding for finding in findings.values() if finding.verdict == "failed"] == []
    assert findings["CURVE"].verdict == findings["ZAP"].verdict == "ok"


def test_the_version_is_what_the_library_says(adapter: AdapterProcess) -> None:
    """JeroMQ's own, and not that of the libzmq whose interface it has."""
    assert adapter.hello
    assert adapter.hello["version"] == "0.6.0"
    assert adapter.hello["details"]["libzmq"].startswith("4.")


def test_every_connection_is_polled(adapter: AdapterProcess) -> None:
    """In an idle process one in thirty would not be: each of these speaks."""
    for _ in range(60):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(10)
            fields = {"socket_type": "DEALER", "mechanism": "NULL", "as_server": False, "bind": False}
            handle = adapter.ask("open", 10, **fields)["handle"]
            adapter.ask("connect", 10, handle=handle, endpoint=f"tcp://127.0.0.1:{listener.getsockname()[1]}")
            peer, _ = listener.accept()
            with peer:
                peer.settimeout(10)
                assert peer.recv(10)[:1] == b"\xff"
            adapter.ask("close", 10, handle=handle)


def test_a_zap_handler_answers_by_domain(adapter: AdapterProcess) -> None:
    """One domain is refused, another let in, and each has its own requests."""
    reply = {"status": "200", "text": "OK", "user_id": "u", "metadata": ""}
    adapter.ask("zap", 10, reply={**reply, "status": "400"}, domain="closed")
    adapter.ask("zap", 10, reply=reply, domain="open")
    for domain, arrives in (("closed", 0), ("open", 1)):
        common = {"socket_type": "DEALER", "mechanism": "PLAIN", "zap_domain": domain}
        server = adapter.ask("open", 10, as_server=True, bind=True, **common)
        client = adapter.ask("open", 10, as_server=False, bind=False, username=domain, password="p", **common)
        adapter.ask("connect", 10, handle=client["handle"], endpoint=server["endpoint"])
        adapter.ask("send", 10, handle=client["handle"], parts=["01"], timeout_ms=100)
        taken = adapter.ask("recv", 10, handle=server["handle"], timeout_ms=5000 if arrives else 300)["messages"]
        assert len(taken) == arrives
        requests = adapter.ask("zap", 10, take=True, domain=domain)["requests"]
        assert {bytes.fromhex(request[2]).decode() for request in requests} == {domain}
