"""The walk finds nothing wrong with the reference, and finds what is wrong with others: rows of a fault and its trace."""

import pytest

from spec_model.connection import Connection
from spec_model.faults import faults
from spec_model.faults.fault import Make
from spec_model.faults.specimens import roles
from spec_model.proof.peer import Node, Peer, frozen, twin
from spec_model.proof.walk import Bound, Pair, pairs, walk
from spec_model.tests.memory import talk

ONE = Bound(1)
EVERY = {pair.title: pair for pair in pairs()}


@pytest.mark.parametrize("title", EVERY)
def test_two_references_do_nothing_that_they_must_not(title: str) -> None:
    done = walk(EVERY[title], ONE)
    assert done.complaints == []
    assert done.meets == EVERY[title].meets


def test_a_wider_bound_visits_more() -> None:
    one, two = walk(EVERY["CURVE"], ONE), walk(EVERY["CURVE"], Bound(2))
    assert one.states < two.states and one.transitions < two.transitions and one.rows == two.rows


FORBIDDEN = (
    # pair, fault of the client, fault of the server, bound, what the walk says
    ("NULL", "greets-last", "greets-last", ONE, "both wait for ever"),
    ("NULL", "ready-last", "ready-last", ONE, "both wait for ever"),
    ("CURVE, another server's key", "", "deaf-when-refusing", ONE, "both wait for ever"),
    ("CURVE, another server's key", "", "never-closes", ONE, "no way out"),
    ("NULL", "", "delivers-twice", ONE, "delivers ((b'client 1.1',), (b'client 1.1',))"),
    ("PLAIN", "delivers-twice", "", ONE, "delivers ((b'server 1.1',), (b'server 1.1',))"),
    ("NULL", "", "swaps-messages", Bound(3, 1, ()), "(b'client 3.1',), (b'client 2.1',)) where"),
    ("NULL", "", "delivers-parts", Bound(1, 2, ()), "delivers ((b'client 1.1',),)"),
    ("NULL", "message-before-ready-null", "takes-messages-before-ready", ONE, "before the handshake is complete"),
    ("NULL", "message-before-ready-null", "", ONE, "where the rows say"),
    ("CURVE", "message-before-ready-client", "", ONE, "where the rows say"),
    ("CURVE", "", "message-before-ready-server", ONE, "where the rows say"),
    ("CURVE", "", "ready-twice-server", ONE, "where the rows say"),
    ("CURVE", "", "redirects.curve_server.expect-hello.HELLO", ONE, "where the rows say"),
    ("PLAIN", "redirects.plain_client.expect-welcome.WELCOME", "", ONE, "where the rows say"),
    ("NULL", "", "forgets.greeting.open.start", ONE, "where the rows say"),
)


@pytest.mark.parametrize(("title", "client", "server", "bound", "trace"), FORBIDDEN, ids=lambda value: str(value)[:40])
def test_what_must_not_be_is_found(title: str, client: str, server: str, bound: Bound, trace: str) -> None:
    done = walk(EVERY[title], bound, (_make(client), _make(server)))
    assert any(trace in complaint for complaint in done.complaints), done.complaints


@pytest.mark.parametrize(
    ("title", "server"),
    [
        ("NULL, socket types that do not go together", "any-socket-type"),
        ("CURVE, client not admitted", "everybody-is-let-in"),
        ("CURVE", "nobody-is-let-in"),
        ("PLAIN", "forgets.plain_server.expect-hello.HELLO"),
    ],
)
def test_who_comes_to_traffic_is_seen(title: str, server: str) -> None:
    pair = EVERY[title]
    first = "any-socket-type" if server == "any-socket-type" else ""
    assert walk(pair, ONE, (_make(first), _make(server))).meets != pair.meets


def test_a_copy_goes_its_own_way() -> None:
    client, server = talk("CURVE").start().sides
    before, copy = frozen(client), twin(client)
    assert frozen(copy) == before
    copy.send(b"a message")
    copy.receive(b"\x00\x00")
    assert frozen(copy) != before and frozen(client) == before
    client.send(b"a message")
    server.receive(client.octets_to_send())
    assert client.state == server.state == "traffic" and copy.state == "closed"


@pytest.mark.parametrize("mechanism", ["NULL", "PLAIN", "CURVE"])
def test_a_peer_that_branches_says_what_a_connection_says(mechanism: str) -> None:
    live = talk(mechanism).start()
    peers = [Peer(role, f" {number}") for number, role in zip(("first", "second"), roles(mechanism), strict=True)]
    nodes: list[Node] = [peer.start for peer in peers]
    came = [0, 0]
    while came != [len(nodes[1].sent), len(nodes[0].sent)]:
        for side in (0, 1):
            for sent in nodes[1 - side].sent[came[side] :]:
                nodes[side] = peers[side].receives(nodes[side], sent.octets)
                came[side] += 1
    for side in (0, 1):
        assert b"".join(sent.octets for sent in nodes[side].sent) == bytes(live.octets[side])
        assert nodes[side].state == live.sides[side].state == "traffic"


def test_a_step_is_computed_once() -> None:
    peer = Peer(roles("NULL")[0], "once")
    first = peer.receives(peer.start, b"\x00" * 64)
    steps = peer.steps
    assert peer.receives(peer.start, b"\x00" * 64) is first and peer.steps == steps
    assert peer.receives(peer.start, b"\x01" * 64) is first and peer.steps == steps + 1


def _make(name: str) -> Make:
    if not name:
        return Connection
    return faults()[name if "." in name else f"written.{name}"].make


def test_pairs_are_all_of_both_sides() -> None:
    met = [pair for pair in pairs() if pair.meets]
    assert {pair.roles[0].mechanism for pair in met} == {"NULL", "PLAIN", "CURVE"}
    assert all(isinstance(pair, Pair) for pair in met) and len(EVERY) == len(list(pairs()))
