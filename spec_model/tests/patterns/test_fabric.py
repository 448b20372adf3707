"""Several sockets together: a proxy, pipelines, a broker of subscriptions, radios; nothing lost or doubled."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_model.patterns.interest import Interest
from spec_model.patterns.kind import Asks, Match
from spec_model.patterns.pattern import Message, Options, Outcome, Parts
from spec_model.patterns.socket import pattern
from spec_model.tests.patterns.fabric import Fabric


def test_requests_travel_through_a_proxy_and_find_their_way_back() -> None:
    fabric = Fabric(identities={"REQ-1": b"one"})
    fabric.open("REQ-1", "REQ-2", "ROUTER", "DEALER", "REP-1", "REP-2")
    fabric.connect("REQ-1", "ROUTER").connect("REQ-2", "ROUTER").connect("DEALER", "REP-1", "REP-2")
    for name in ("REQ-1", "REQ-2"):
        fabric.send(name, name.encode(), b"")
    stacks = []
    for request in fabric.inbox("ROUTER"):
        stacks.append(request[:2])
        fabric.send("DEALER", *request)
    assert stacks == [(b"one", b""), (b"\x00\x00\x00\x00\x01", b"")]
    for name, asked in (("REP-1", b"REQ-1"), ("REP-2", b"REQ-2")):
        assert fabric.sockets[name].receive() == (asked, b"")
        fabric.send(name, b"to " + asked)
    for reply in fabric.inbox("DEALER"):
        fabric.send("ROUTER", *reply)
    assert [fabric.sockets[name].receive() for name in ("REQ-1", "REQ-2")] == [(b"to REQ-1",), (b"to REQ-2",)]


@pytest.mark.parametrize(("source", "sink"), [("PUSH", "PULL"), ("SCATTER", "GATHER"), ("DEALER", "ROUTER")])
@given(st.lists(st.integers(0, 5), max_size=40))
@settings(max_examples=30, deadline=None)
def test_while_connections_stay_every_message_arrives_once(source: str, sink: str, script: list[int]) -> None:
    fabric = Fabric().open(f"{source}-1", f"{source}-2", f"{sink}-1", f"{sink}-2", options=Options(2, 3))
    for name in (f"{source}-1", f"{source}-2"):
        fabric.connect(name, f"{sink}-1", f"{sink}-2")
    sent: list[bytes] = []
    got: list[Parts] = []
    for number, choice in enumerate(script):
        if choice < 4:
            body = b"%d" % number
            if fabric.send(f"{source}-{choice % 2 + 1}", body).outcome is Outcome.ACCEPTED:
                sent.append(body)
        elif (parts := fabric.sockets[f"{sink}-{choice - 3}"].receive()) is not None:
            got.append(parts)
            fabric.run()
    got += fabric.inbox(f"{sink}-1") + fabric.inbox(f"{sink}-2") + fabric.inbox(f"{sink}-1") + fabric.inbox(f"{sink}-2")
    assert Counter(parts[-1] for parts in got) == Counter(sent)


def test_a_slow_sink_stops_its_source_and_no_other() -> None:
    fabric = Fabric().open("PUSH-1", "PUSH-2", "PULL-1", "PULL-2", options=Options(2, 2))
    fabric.connect("PUSH-1", "PULL-1").connect("PUSH-2", "PULL-2")
    outcomes = [fabric.send("PUSH-1", b"%d" % number).outcome for number in range(6)]
    assert outcomes == [Outcome.ACCEPTED] * 4 + [Outcome.WOULD_BLOCK] * 2
    assert fabric.send("PUSH-2", b"x").outcome is Outcome.ACCEPTED
    assert fabric.inbox("PULL-2") == [(b"x",)]
    assert fabric.inbox("PULL-1") == [(b"0",), (b"1",)]
    assert fabric.inbox("PULL-1") == [(b"2",), (b"3",)]


@pytest.mark.parametrize("minor", [0, 1])
def test_a_broker_forwards_subscriptions_up_and_messages_down(minor: int) -> None:
    fabric = Fabric().open("PUB-1", "PUB-2", "XSUB", "XPUB", "SUB-1", "SUB-2")
    fabric.connect("XSUB", "PUB-1", minor=minor)
    fabric.connect("SUB-1", "XPUB", minor=minor).connect("SUB-2", "XPUB", minor=1)

    def turn() -> None:
        fabric.run()
        for request in fabric.inbox("XPUB"):
            fabric.send("XSUB", *request)
        for message in fabric.inbox("XSUB"):
            fabric.send("XPUB", *message)

    for name, topic in (("SUB-1", b"A"), ("SUB-2", b"A"), ("SUB-2", b"B")):
        assert fabric.sockets[name].subscribe(topic).outcome is Outcome.ACCEPTED
    turn()
    fabric.connect("PUB-2", "XSUB", minor=minor)  # a late publisher learns what is wanted
    assert [fabric.send(name, b"A1").outcome for name in ("PUB-1", "PUB-2")] == [Outcome.ACCEPTED] * 2
    assert fabric.send("PUB-1", b"C").outcome is Outcome.DROPPED
    assert fabric.send("PUB-1", b"B1", b"more").outcome is Outcome.ACCEPTED
    turn()
    assert fabric.inbox("SUB-1") == [(b"A1",), (b"A1",)]
    assert sorted(fabric.inbox("SUB-2")) == [(b"A1",), (b"A1",), (b"B1", b"more")]
    fabric.cut("SUB-2", "XPUB")
    turn()
    assert fabric.send("PUB-1", b"B2").outcome is Outcome.DROPPED
    assert fabric.send("PUB-1", b"A2").outcome is Outcome.ACCEPTED
    fabric.sockets["SUB-1"].unsubscribe(b"A")
    turn()
    assert [fabric.send(name, b"A3").outcome for name in ("PUB-1", "PUB-2")] == [Outcome.DROPPED] * 2


def test_radios_reach_the_dishes_of_their_group() -> None:
    fabric = Fabric().open("RADIO-1", "RADIO-2", "DISH-1", "DISH-2")
    fabric.connect("DISH-1", "RADIO-1", "RADIO-2").connect("RADIO-1", "DISH-2")
    for name, group in (("DISH-1", b"news"), ("DISH-2", b"news"), ("DISH-2", b"new")):
        assert fabric.sockets[name].join(group).outcome is Outcome.ACCEPTED
    fabric.run()
    fabric.send("RADIO-1", b"news", b"1")
    fabric.send("RADIO-1", b"new", b"2")
    fabric.send("RADIO-2", b"news", b"3")
    assert sorted(fabric.inbox("DISH-1")) == [(b"news", b"1"), (b"news", b"3")]
    assert fabric.inbox("DISH-2") == [(b"news", b"1"), (b"new", b"2")]
    fabric.sockets["DISH-2"].leave(b"new")
    fabric.run()
    assert fabric.send("RADIO-1", b"new", b"4").outcome is Outcome.DROPPED


def test_clients_and_servers_and_peers_talk_by_number() -> None:
    fabric = Fabric(identities={"CLIENT-1": b"ignored"}).open("CLIENT-1", "CLIENT-2", "SERVER", "PEER-1", "PEER-2")
    fabric.connect("CLIENT-1", "SERVER").connect("CLIENT-2", "SERVER").connect("PEER-1", "PEER-2")
    fabric.send("CLIENT-2", b"hello")
    fabric.send("CLIENT-1", b"hi")
    for number, body in sorted(fabric.inbox("SERVER")):
        fabric.send("SERVER", number, body + b" " + number)
    assert fabric.inbox("CLIENT-1") == [(b"hi \x00\x00\x00\x01",)]
    assert fabric.inbox("CLIENT-2") == [(b"hello \x00\x00\x00\x02",)]
    assert fabric.send("PEER-1", b"\x00\x00\x00\x01", b"x").outcome is Outcome.ACCEPTED
    ((number, _),) = fabric.inbox("PEER-2")
    fabric.send("PEER-2", number, b"y")
    assert fabric.inbox("PEER-1") == [(b"\x00\x00\x00\x01", b"y")]


@pytest.mark.parametrize("socket_type", ["PAIR", "CHANNEL"])
def test_pairs_are_full_duplex(socket_type: str) -> None:
    fabric = Fabric().open(f"{socket_type}-1", f"{socket_type}-2").connect(f"{socket_type}-1", f"{socket_type}-2")
    for ours, theirs in pairwise((f"{socket_type}-1", f"{socket_type}-2", f"{socket_type}-1")):
        assert fabric.send(ours, b"to " + theirs.encode()).outcome is Outcome.ACCEPTED
    for name in (f"{socket_type}-1", f"{socket_type}-2"):
        assert fabric.inbox(name) == [(b"to " + name.encode(),)]


TOPICS = st.binary(max_size=3).map(lambda octets: bytes(octet & 1 for octet in octets))


@given(st.lists(st.tuples(st.booleans(), TOPICS), max_size=20), TOPICS)
@settings(max_examples=100, deadline=None)
def test_interest_is_what_a_list_of_subscriptions_would_be(changes: list[tuple[bool, bytes]], message: bytes) -> None:
    naive: list[bytes] = []
    interest = Interest(Asks.SUBSCRIPTIONS, Match.PREFIX)
    for wanted, topic in changes:
        if wanted:
            naive.append(topic)
            assert interest.add(topic)
        else:
            assert interest.remove(topic) is (topic in naive)
            if topic in naive:
                naive.remove(topic)
    assert interest.matches(message) is any(message.startswith(topic) for topic in naive)
    assert sorted(interest.topics()) == sorted(naive)


def test_what_is_not_taken_out_stays() -> None:
    """`outgoing` may be left early: the rest waits."""
    socket = pattern("DEALER")
    socket.attached("a", {}, 1, outbound=False)
    for body in (b"1", b"2"):
        socket.send((body,))
    assert next(socket.outgoing()) == ("a", Message((b"1",)))
    assert list(socket.outgoing()) == [("a", Message((b"2",)))]
    assert list(socket.outgoing()) == []


def test_there_is_no_socket_of_another_type() -> None:
    with pytest.raises(ValueError, match="unknown socket type 'STREAM'"):
        pattern("STREAM")


@pytest.mark.parametrize(("socket_type", "call"), [("PULL", "subscribe"), ("DISH", "unsubscribe"), ("SUB", "join")])
def test_types_without_subscriptions_or_groups_say_so(socket_type: str, call: str) -> None:
    with pytest.raises(TypeError, match=f"a {socket_type} has no"):
        getattr(pattern(socket_type), call)(b"A")
