"""What is done by hand for speed says what the grammar says: the same octets, the same fields, the same breaches.

Two layers are fast: `spec_model.grammar.codec` reads and writes plain layouts, `spec_model.crypto.by_hand` whole commands
that have nothing odd. Each is held against the slow way that stands behind it, on legal and on illegal values.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pytest
from construct import ConstructError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_model.crypto import by_hand, sealing
from spec_model.crypto.boxes import Keyring
from spec_model.crypto.dissected import Dissected
from spec_model.crypto.keys import KeyPair
from spec_model.crypto.sealing import Tamper, assemble, dissect
from spec_model.events import Rejected
from spec_model.faults.derive import Level
from spec_model.faults.specimens import CLIENT_KEYS, SERVER_KEYS, Specimen, specimens
from spec_model.grammar.command import Command
from spec_model.grammar.greeting import mechanism_octets
from spec_model.grammar.metadata import PROPERTY, metadata_octets, property_octets, read_metadata
from spec_model.tables import STANDARD
from spec_model.tests.memory import byte_by_byte, talk, whole
from spec_model.tests.test_grammar import CUT_OFF, LEVELS, PROPERTIES, fields_of, plain

FAST = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


# --- layouts ------------------------------------------------------------------------------------------------------


def built_by_construct(command: Command, fields: Mapping[str, Any]) -> bytes | None:
    """The octets, or None where construct refuses."""
    try:
        octets: bytes = command.layout.build({**command.legal, **fields})
    except (ConstructError, TypeError, ValueError):
        return None
    return octets


def read_by_construct(command: Command, octets: bytes) -> dict[str, Any] | None:
    """The fields, or None where the octets do not fit."""
    smallest, largest = command.size
    if len(octets) < smallest or (largest is not None and len(octets) > largest):
        return None
    stream = BytesIO(octets)
    try:
        parsed = command.layout.parse_stream(stream)
    except ConstructError:
        return None
    return None if stream.read(1) else {name: plain(parsed[name]) for name in command.fields}


def attempt(what: Callable[[Any], Any], value: Any) -> Any:
    """What a call gives, or None where it raises what construct and `Command` raise."""
    try:
        return what(value)
    except (ConstructError, TypeError, ValueError):  # Malformed is a ValueError
        return None


ODD = st.one_of(st.binary(max_size=9), st.integers(-2, 2**65), st.none(), st.just("x"))


@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS)
def test_codecs_write_what_construct_writes(level: Level) -> None:
    command = level.command

    @FAST
    @given(fields_of(command), st.dictionaries(st.sampled_from(command.fields), ODD, max_size=2))
    def check(fields: dict[str, Any], odd: dict[str, Any]) -> None:
        for values in (fields, {**fields, **odd}):
            assert attempt(command.build, values) == built_by_construct(command, values)

    check()


@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS)
def test_codecs_read_what_construct_reads(level: Level) -> None:
    command = level.command
    smallest, largest = command.size
    sizes = st.integers(max(0, smallest - 2), (smallest + 60 if largest is None else largest) + 2)
    anything = sizes.flatmap(lambda size: st.binary(min_size=size, max_size=size))

    @FAST
    @given(anything | fields_of(command).map(command.build))
    def check(octets: bytes) -> None:
        fields = attempt(command.parse, octets)
        assert (fields and {name: plain(value) for name, value in fields.items()}) == read_by_construct(command, octets)

    check()


@FAST
@given(PROPERTIES, CUT_OFF, st.binary(max_size=40))
def test_metadata_by_hand(properties: list[dict[str, Any]], cut_off: bytes, anything: bytes) -> None:
    octets = b"".join(property_octets(entry["name"], entry["value"]) for entry in properties)
    assert octets == b"".join(PROPERTY.build(entry) for entry in properties)
    for tried in (octets + cut_off, anything):
        read = LEVELS["NULL/READY/metadata"].command.layout.parse(tried)["properties"]
        pairs = [(entry["name"].decode("ascii", "backslashreplace"), entry["value"]) for entry in read]
        assert list(read_metadata(tried)) == pairs
    assert metadata_octets([("Name", b"value")]) == property_octets("Name", b"value")


# --- whole commands -----------------------------------------------------------------------------------------------


def by_grammar(command: Command, octets: bytes, keys: Keyring | None, known: Mapping[str, Any] | None) -> Dissected:
    """What the grammar says, and nobody else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "READERS", {})
        return dissect(command, octets, keys, known)


def built_by_grammar(command: Command, natural: Mapping[str, Any], keys: Keyring) -> bytes:
    """What the grammar builds: an alteration that alters nothing is one that only the long way can make."""
    return assemble(command, natural, keys, alterations=(Tamper("no field at all"),))


KNOWN_BY_HAND = [one for one in specimens() if id(STANDARD.commands[one.item.grammar]) in by_hand.READERS]
NAMES = [f"{one.mechanism} {one.item.grammar} {number}" for number, one in enumerate(KNOWN_BY_HAND)]

ALICE = KeyPair.from_secret(bytes(range(32)))


def rings(one: Specimen) -> dict[str, Keyring | None]:
    """Keys that somebody who reads this specimen could have."""
    keys = vars(one.item.keys)["_keys"]
    of_client = {name: key for name, key in keys.items() if name in ("C", "c", "C'", "c'", "S")}
    of_server = {name: key for name, key in keys.items() if name in ("S", "s", "K")}
    in_traffic = {name: key for name, key in keys.items() if name in ("S", "s", "C'", "s'", "S'", "c'")}
    wrong = {name: ALICE.public if name.isupper() else ALICE.secret for name in ("S", "s", "K", "C'", "c'", "s'")}
    both = {"S": SERVER_KEYS.public, "s": SERVER_KEYS.secret, "C": CLIENT_KEYS.public, "c": CLIENT_KEYS.secret}
    some: dict[str, Keyring | None] = {
        "sender": one.item.keys,
        "client": Keyring(of_client),
        "client after WELCOME": Keyring({**of_client, **{n: k for n, k in keys.items() if n == "S'"}}),
        "server": Keyring({**of_server, "S": SERVER_KEYS.public, "s": SERVER_KEYS.secret}),
        "server with cookie key": Keyring({"S": SERVER_KEYS.public, "s": SERVER_KEYS.secret, "K": cookie_key()}),
        "server without its public key": Keyring({"s": SERVER_KEYS.secret, "K": cookie_key()}),
        "server that knows the client": Keyring({**both, "K": cookie_key()}),
        "traffic": Keyring(in_traffic),
        "both": Keyring({**both, **keys}),
        "wrong": Keyring(wrong),
        "none": Keyring(),
        "no ring": None,
    }
    return some


def cookie_key() -> bytes:
    """The key of the cookies of the specimens."""
    return next(one.item.keys["K"] for one in specimens() if one.item.grammar == "CURVE/WELCOME")


@pytest.mark.parametrize("one", KNOWN_BY_HAND, ids=NAMES)
def test_what_the_reference_sends_is_written_by_hand(one: Specimen) -> None:
    command, item = STANDARD.commands[one.item.grammar], one.item
    octets = assemble(command, item.natural, item.keys)
    assert octets == built_by_grammar(command, item.natural, item.keys)
    if command.name not in ("ERROR",) and id(command) in by_hand.WRITERS:
        assert by_hand.WRITERS[id(command)](item.natural, item.keys) == octets, "not left to the grammar"


@pytest.mark.parametrize("one", KNOWN_BY_HAND, ids=NAMES)
def test_what_the_reference_sends_is_read_by_hand(one: Specimen) -> None:
    command, octets = STANDARD.commands[one.item.grammar], one.item.body()
    judged = {name: by_hand.READERS[id(command)](octets, ring, one.known) for name, ring in rings(one).items()}
    for name, ring in rings(one).items():
        if judged[name] is not None:
            assert judged[name] == by_grammar(command, octets, ring, one.known), name
    assert any(judged.values()), "nobody could read it by hand"


@pytest.mark.parametrize("one", KNOWN_BY_HAND, ids=NAMES)
def test_whatever_is_done_to_it_both_ways_agree(one: Specimen) -> None:
    command, octets, ways = STANDARD.commands[one.item.grammar], one.item.body(), rings(one)
    others: tuple[Mapping[str, Any] | None, ...] = (
        {},
        None,
        {**one.known, "last_nonce": 2**64},
        {"mechanism": mechanism_octets("NULL")},
    )
    facts = st.sampled_from([one.known, *others])

    @FAST
    @given(
        st.sampled_from(sorted(ways)),
        facts,
        st.lists(st.integers(0, len(octets) * 8 - 1), max_size=2),
        st.integers(-3, 3),
    )
    def check(name: str, known: Mapping[str, Any] | None, flips: list[int], change: int) -> None:
        spoilt = bytearray(octets)
        for bit in flips:
            spoilt[bit // 8] ^= 1 << bit % 8
        tried = bytes(spoilt[: len(spoilt) + min(0, change)]) + bytes(max(0, change))
        assert dissect(command, tried, ways[name], known) == by_grammar(command, tried, ways[name], known)

    check()


METADATA = st.builds(
    lambda properties, cut_off: b"".join(property_octets(*entry) for entry in properties) + cut_off,
    st.lists(
        st.tuples(
            st.sampled_from([b"X-Name", b"x.Y_z+0", b"n" * 255, b"", b"X bad", b"X\xe9", b"X\n"]), st.binary(max_size=9)
        ),
        max_size=3,
    ),
    st.just(b"") | CUT_OFF,
)
"""Legal properties and others, with something behind them or nothing."""


@settings(FAST, max_examples=300)
@given(METADATA)
def test_metadata_is_judged_alike(metadata: bytes) -> None:
    command, octets = STANDARD.commands["NULL/READY"], b"\x05READY" + metadata
    assert dissect(command, octets) == by_grammar(command, octets, None, None)


@pytest.mark.parametrize(
    "one", [one for one in KNOWN_BY_HAND if one.item.name == "MESSAGE"], ids=lambda one: one.mechanism
)
@pytest.mark.parametrize("last", [-1, 0, 1, None])
@pytest.mark.parametrize("flags", [0, 1, 2, 3, 4, 8, 128])
def test_messages_are_judged_alike(one: Specimen, last: int | None, flags: int) -> None:
    command, item = STANDARD.commands[one.item.grammar], one.item
    octets = assemble(command, {**item.natural, "flags": flags}, item.keys)
    known = {} if last is None else {"last_nonce": item.natural["nonce"] + last}
    judged = dissect(command, octets, item.keys, known)
    assert judged == by_grammar(command, octets, item.keys, known)
    assert bool(judged.broken) == (flags > 3 or last in (0, 1))


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "nonce": st.integers(0, 2**64 - 1),
        "flags": st.integers(0, 5) | st.integers(0, 255),
        "data": st.binary(max_size=300),
        "metadata": st.binary(max_size=30) | METADATA,
        "padding": st.binary(max_size=72),
        "zeros": st.binary(min_size=64, max_size=64),
        "cookie": st.binary(max_size=96),
        "vouched_transient": st.binary(max_size=33),
        "vouched_server": st.binary(min_size=32, max_size=32),
        "version_minor": st.integers(0, 255),
        "as_server": st.integers(0, 255),
        "mechanism": st.binary(max_size=21),
    },
)


@pytest.mark.parametrize("one", KNOWN_BY_HAND, ids=NAMES)
def test_whatever_the_fields_are_both_ways_build_the_same(one: Specimen) -> None:
    command, item = STANDARD.commands[one.item.grammar], one.item
    read, natural_octets = by_hand.READERS[id(command)], one.item.body()
    readers = [item.keys, *(ring for ring in rings(one).values() if read(natural_octets, ring, one.known) is not None)]

    @FAST
    @given(CHANGES)
    def check(changes: dict[str, Any]) -> None:
        known = {name for level in command.levels() for name in level.fields}
        natural = {**item.natural, **{name: value for name, value in changes.items() if name in known}}
        if isinstance(natural.get("nonce"), int) and isinstance(item.natural.get("nonce"), bytes):
            natural["nonce"] = item.natural["nonce"]  # a long nonce is no number
        octets = assemble(command, natural, item.keys)
        assert octets == built_by_grammar(command, natural, item.keys)
        for ring in readers:
            assert dissect(command, octets, ring, one.known) == by_grammar(command, octets, ring, one.known)

    check()


@pytest.mark.parametrize("mechanism", ["NULL", "PLAIN", "CURVE"])
@pytest.mark.parametrize("cut", [whole, byte_by_byte])
def test_a_connection_is_the_same_without_what_is_done_by_hand(
    mechanism: str, cut: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def conversation() -> tuple[Any, ...]:
        done = talk(mechanism, cut=cut, seed="by hand").start()
        for parts in ((b"one",), (b"", b"two", bytes(300))):
            for side in done.sides:
                side.send(*parts)
        done.run()
        assert done.states == ("traffic", "traffic")
        assert len(done.delivered(0)) == len(done.delivered(1)) == 2
        return done.octets, done.events

    quick = conversation()
    nothing_by_hand(monkeypatch)
    assert conversation() == quick


def nothing_by_hand(patch: pytest.MonkeyPatch) -> None:
    """Leave everything to construct and the grammars, and tell the clocks of every sign of life."""
    patch.setattr(sealing, "READERS", {})
    patch.setattr(sealing, "WRITERS", {})
    patch.setattr(Command, "_codec", property(lambda command: None))  # it hides what was found before
    patch.setitem(vars(STANDARD), "settled", False)


def spoilt_conversation(mechanism: str, sender: int, bit: int) -> tuple[Any, ...]:
    """All that two peers say and are told when one bit of what one of them sends is turned over on its way."""
    done, place = talk(mechanism, seed="spoilt"), 0
    for side in done.sides:
        side.start()
    for number in range(12):
        one = number % 2
        if number >= 8 and done.sides[one].state == "traffic":
            done.sides[one].send(b"one", bytes(300))
        octets = bytearray(done.sides[one].octets_to_send())
        done.octets[one].extend(octets)
        if one == sender:
            if place <= bit // 8 < place + len(octets):
                octets[bit // 8 - place] ^= 1 << bit % 8
            place += len(octets)
        done.events[1 - one].extend(done.sides[1 - one].receive(bytes(octets)))
    return done.octets, done.events, done.states


@pytest.mark.parametrize("mechanism", ["NULL", "PLAIN", "CURVE"])
@pytest.mark.parametrize("sender", [0, 1])
def test_a_connection_refuses_the_same_without_what_is_done_by_hand(mechanism: str, sender: int) -> None:
    legal, refused = spoilt_conversation(mechanism, sender, -1), set[str]()
    assert legal[2] == ("traffic", "traffic")

    @FAST
    @given(st.integers(0, len(legal[0][sender]) * 8 - 1))
    def check(bit: int) -> None:
        quick = spoilt_conversation(mechanism, sender, bit)
        with pytest.MonkeyPatch.context() as patch:
            nothing_by_hand(patch)
            assert spoilt_conversation(mechanism, sender, bit) == quick
        refused.update(event.requirement for event in quick[1][1 - sender] if isinstance(event, Rejected))

    check()
    assert len(refused) > 1, "what was spoilt was not always the same, nor always let pass"
