"""Layouts build and read back anything; rules tell the legal from the illegal; freedoms are let pass.

Values come from two sources: hypothesis walks the layouts, and two reference peers in memory yield a natural specimen
of everything that is sent. Of every rule it is measured that it was seen both true and false.
"""

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from construct import FormatField, GreedyBytes, GreedyRange, IfThenElse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_model.crypto.sealing import Dissected, dissect
from spec_model.faults.derive import Level, levels
from spec_model.faults.specimens import specimens
from spec_model.framing import COMMAND
from spec_model.grammar.command import Command, Fields, Freedom, Malformed, Rule, changed
from spec_model.grammar.frame import COMMAND_BODY, FRAME, LONG
from spec_model.grammar.metadata import metadata_octets, property_octets, read_metadata
from spec_model.grammar.null import READY
from spec_model.grammar.primitives import name_octets
from spec_model.tables import STANDARD

LEVELS = {f"{level.key}{'/' * bool(level.field)}{level.field}": level for level in levels()}
"""Every grammar of every depth, by key and the field that holds it."""

RULES = {f"{name}: {rule.title}": (level, rule) for name, level in LEVELS.items() for rule in level.command.rules}
FREEDOMS = {
    f"{name}: {freedom.title}": (level, freedom) for name, level in LEVELS.items() for freedom in level.command.freedoms
}

FAST = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

PROPERTIES = st.lists(
    st.builds(
        lambda name, value: {"name_size": len(name), "name": name, "value_size": len(value), "value": value},
        st.binary(max_size=20),
        st.binary(max_size=20),
    ),
    max_size=4,
)
CUT_OFF = st.sampled_from([b"", b"\x01", b"\x03ab", b"\x01a\x00\x00\x01", b"\x01a\x80\x00\x00\x00v"])
"""What can stand behind the last property and is not one."""


# --- layouts ------------------------------------------------------------------------------------------------------


def values_of(construct: Any, before: Fields) -> st.SearchStrategy[Any]:
    """Values that one field can hold behind the fields that were drawn already."""
    if isinstance(construct, FormatField):
        return st.integers(0, 2 ** (8 * construct.length) - 1)
    if isinstance(construct, IfThenElse):  # a frame's size
        return st.integers(0, 300 if before["flags"] & LONG else 255)
    if isinstance(construct, GreedyRange):
        return PROPERTIES
    if construct is GreedyBytes:
        return CUT_OFF if "properties" in before else st.binary(max_size=120)
    size = construct.length(before) if callable(construct.length) else construct.length
    return st.binary(min_size=size, max_size=size)


@st.composite
def fields_of(draw: st.DrawFn, command: Command) -> dict[str, Any]:
    """Fields of a command, legal or not; every second time a field has the value that is legal, if it says so."""
    fields: dict[str, Any] = {}
    for part in command.layout.subcons:
        fields[part.name] = draw(values_of(part.subcon, fields))
        follows = part.name == "size" or callable(getattr(part.subcon, "length", None))  # another field tells its size
        if part.name in command.legal and not follows and draw(st.booleans()):
            fields[part.name] = command.legal[part.name]
    return fields


def fits(command: Command, size: int) -> bool:
    """Whether the command can have so many octets."""
    smallest, largest = command.size
    return smallest <= size and (largest is None or size <= largest)


@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS)
def test_what_is_built_reads_back(level: Level) -> None:
    command = level.command

    @FAST
    @given(fields_of(command))
    def check(fields: dict[str, Any]) -> None:
        octets = command.build(fields)
        if fits(command, len(octets)):
            assert {name: plain(value) for name, value in command.parse(octets).items()} == {
                name: plain(value) for name, value in fields.items()
            }
        else:
            with pytest.raises(Malformed):
                command.parse(octets)

    check()


def plain(value: Any) -> Any:
    """A value without construct's containers."""
    if isinstance(value, (list, tuple)):
        return [{name: part for name, part in entry.items() if name != "_io"} for entry in value]
    return value


@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS)
def test_what_can_be_read_builds_the_same_octets(level: Level) -> None:
    command = level.command
    smallest, largest = command.size
    sizes = st.integers(max(0, smallest - 1), (smallest + 60 if largest is None else largest) + 1)
    any_octets = sizes.flatmap(lambda size: st.binary(min_size=size, max_size=size))
    read = Counter[bool]()

    @FAST
    @given(any_octets | fields_of(command).map(command.build))
    def check(octets: bytes) -> None:
        try:
            fields = command.parse(octets)
        except Malformed as error:
            assert error.requirement in command.size_rule
            read[False] += 1
        else:
            assert command.build(fields) == octets
            read[True] += 1

    check()
    assert read[True]


@pytest.mark.parametrize("one", specimens(), ids=lambda one: f"{one.mechanism} {one.item.name}")
def test_specimens_read_back(one: Any) -> None:
    octets = one.item.body()
    command = STANDARD.commands[one.item.grammar]
    assert command.build(command.parse(octets)) == octets
    assert one.judge().broken == ()


SIZES = [
    # command, octets of the smallest one (RFC 26 "CurveZMQ Commands" names these sizes)
    ("CURVE/HELLO", 200, 200),
    ("CURVE/WELCOME", 168, 168),
    ("CURVE/INITIATE", 257, None),
    ("CURVE/READY", 30, None),
    ("CURVE/MESSAGE/C", 33, None),
    ("CURVE/MESSAGE/S", 33, None),
    ("CURVE/ERROR", 7, 262),
    ("greeting", 64, 64),
]


@pytest.mark.parametrize(("key", "smallest", "largest"), SIZES)
def test_sizes(key: str, smallest: int, largest: int | None) -> None:
    assert STANDARD.commands[key].size == (smallest, largest)


ILLEGAL = [
    # command, fields that no legal one has, octets that are built all the same
    ("CURVE/HELLO", {"padding": bytes(70), **dict.fromkeys(("client_transient", "signature"), b""), "nonce": 1}, 86),
    ("greeting", {"mechanism": b"A" * 30}, 74),
    ("NULL/READY", {"name": b"", "metadata": b"x"}, 1),
    ("frame", {"size": 2**8 - 1, "body": b""}, 2),
    ("command-body", {"name_size": 9, "name": b""}, 1),
]


@pytest.mark.parametrize(("key", "fields", "size"), ILLEGAL)
def test_a_layout_builds_what_is_illegal(key: str, fields: Fields, size: int) -> None:
    assert len(STANDARD.commands[key].build(fields)) == size


LEFT_OVER = [
    ("greeting", bytes(65)),
    ("frame", b"\x00\x01ab"),
    ("CURVE/HELLO", bytes(201)),
    ("CURVE/ERROR", b"\x05ERROR\xff" + bytes(256)),
]


@pytest.mark.parametrize(("key", "octets"), LEFT_OVER)
def test_octets_behind_the_end_do_not_parse(key: str, octets: bytes) -> None:
    with pytest.raises(Malformed, match=f"^{len(octets)} octets do not make a"):
        STANDARD.commands[key].parse(octets)


# --- rules --------------------------------------------------------------------------------------------------------


def natural_fields(level: Level) -> Iterator[Dissected]:
    """Each specimen of a level, taken apart; frames and bodies of commands are read off the other specimens."""
    for one in specimens():
        if one.item.grammar == level.key:
            yield one.judge()
        elif level.key == "frame" and one.item.name != "greeting":
            yield dissect(FRAME, one.item.encode())
        elif level.key == "command-body" and one.item.flags & COMMAND:
            yield dissect(COMMAND_BODY, one.item.body())


def spoilt_fields(level: Level, change: Fields) -> Iterator[tuple[Dissected, Dissected]]:
    """Each specimen of a level, natural and with some fields changed."""
    for one in specimens():
        if one.item.grammar == level.key:
            yield one.judge(), one.judge(given=change)
    if level.key in ("frame", "command-body"):
        for judged in natural_fields(level):
            yield judged, Dissected(judged.name, changed(judged.fields, change))


def knowledge(level: Level) -> Fields:
    """What a reader of a specimen knows."""
    for one in specimens():
        if one.item.grammar == level.key:
            return {**one.known, **one.item.keys.facts()}
    return {}


def holds(rule: Rule, fields: Fields, known: Fields) -> bool:
    """Whether the rule holds for these fields."""
    return rule.holds(SimpleNamespace(**fields, known=SimpleNamespace(**known)))


@pytest.mark.parametrize(("level", "rule"), RULES.values(), ids=RULES)
def test_a_rule_is_seen_true_and_false(level: Level, rule: Rule) -> None:
    seen, known, names = Counter[bool](), knowledge(level), (rule.sender, rule.receiver)

    @FAST
    @given(fields_of(level.command))
    def generated(fields: dict[str, Any]) -> None:
        seen[holds(rule, fields, known)] += 1

    generated()
    spoils = 0
    for natural, spoilt in spoilt_fields(level, rule.spoil):
        assert names not in natural.broken
        seen[True] += 1
        if level.key in ("frame", "command-body"):
            spoils += not holds(rule, spoilt.fields, known)
        else:
            spoils += names in spoilt.broken
    assert spoils, "its own spoil breaks it"
    seen[False] += spoils
    assert seen[True] and seen[False]


ALONG = {
    # What breaks together with a rule, because the same octets mean something else too.
    "23/metadata/value-size": {
        "23/READY/layout",
        "24/INITIATE/sends-metadata",
        "24/READY/sends-metadata",
    },  # a value of 2^31 octets is not there, so it breaks off
    "26/metadata/sends-value-size": {"26/metadata/sends-layout"},
    "23/greeting/mechanism-chars": {"23/greeting/mechanism-match"},  # another name is another mechanism
    "23/greeting/mechanism-padding": {"23/greeting/mechanism-match"},
    "23/greeting/as-server-value": {"23/NULL/as-server"},
}


@pytest.mark.parametrize(("level", "rule"), RULES.values(), ids=RULES)
def test_a_spoil_breaks_its_rule_alone(level: Level, rule: Rule) -> None:
    for _, spoilt in spoilt_fields(level, rule.spoil):
        others = {
            sender or receiver
            for sender, receiver in spoilt.broken
            if (sender, receiver) != (rule.sender, rule.receiver)
        }
        assert others <= ALONG.get(rule.sender, set())


@pytest.mark.parametrize(("level", "rule"), RULES.values(), ids=RULES)
def test_a_rule_cites_somebody(level: Level, rule: Rule) -> None:
    assert rule.requirement in (rule.sender, rule.receiver) and rule.requirement
    assert rule.title


def test_a_rule_that_needs_more_than_is_known_is_left_out() -> None:
    command = STANDARD.commands["CURVE/MESSAGE/C"]
    replayed = {"name": name_octets("MESSAGE"), "nonce": 7, "box": b""}
    assert command.broken(replayed) == ()
    assert command.broken(replayed, {"last_nonce": 7}) == command.rules


EDGES = [
    # grammar, fields that are not natural, what is known, the requirements that the sender breaks
    ("greeting", {"version_major": 3}, {}, ()),
    ("greeting", {"version_major": 255, "version_minor": 255}, {}, ()),
    ("greeting", {"signature_start": 0x7F}, {}, ("23/greeting/signature",)),
    ("greeting", {"signature_end": 0xFF}, {}, ("23/greeting/signature",)),
    ("greeting", {"padding": b"\xff" * 8}, {}, ()),
    ("greeting", {"mechanism": b"X" * 20}, {}, ()),
    ("greeting", {"mechanism": b"A-B_C.D+9".ljust(20, b"\x00")}, {}, ()),
    ("greeting", {"mechanism": b"null".ljust(20, b"\x00")}, {}, ("23/greeting/mechanism-chars",)),
    ("greeting", {"mechanism": bytes(20)}, {}, ("23/greeting/mechanism-padding",)),
    ("greeting", {"as_server": 1, "mechanism": b"CURVE".ljust(20, b"\x00")}, {}, ()),
    ("greeting", {"as_server": 1}, {}, ("23/NULL/as-server",)),
    ("greeting", {"filler": b"\x01" + bytes(30)}, {}, ("23/greeting/filler",)),
    ("frame", {"flags": 0x07, "size": 256}, {}, ("23/frame/more-on-command",)),
    ("frame", {"flags": 0x06, "size": 255}, {}, ("23/command/short-size",)),
    ("frame", {"flags": 0x06, "size": 256}, {}, ()),
    ("frame", {"flags": 0x02, "size": 0}, {}, ()),
    ("frame", {"flags": 0x02, "size": 2**63 - 1}, {}, ()),
    ("frame", {"flags": 0x02, "size": 2**63}, {}, ("23/frame/long-size-limit",)),
    ("frame", {"flags": 0x80}, {}, ("23/frame/reserved-bits",)),
    ("command-body", {"name_size": 1, "name": b"a"}, {}, ()),
    ("command-body", {"name_size": 0, "name": b""}, {}, ("23/command/name-size",)),
    ("command-body", {"name_size": 1, "name": b"1"}, {}, ("23/command/name-chars",)),
    ("NULL/ERROR", {"reason_size": 4, "reason": b"a ~!"}, {}, ()),
    ("NULL/ERROR", {"reason_size": 1, "reason": b"\x7f"}, {}, ("23/ERROR/reason",)),
    ("NULL/ERROR", {"reason_size": 1, "reason": b"\x80"}, {}, ("23/ERROR/reason",)),
    ("NULL/ERROR", {"reason_size": 1, "reason": b""}, {}, ("23/ERROR/layout",)),
    ("NULL/ERROR", {"reason_size": 0, "reason": b"a"}, {}, ("23/ERROR/layout",)),
    ("CURVE/HELLO", {"version": b"\x01\x01"}, {}, ("26/HELLO/sends-version",)),
    ("CURVE/HELLO", {"padding": b"\x01" + bytes(71)}, {}, ("26/HELLO/sends-padding",)),
    ("CURVE/MESSAGE/C", {"nonce": 8}, {"last_nonce": 7}, ()),
    ("CURVE/MESSAGE/C", {"nonce": 2**64 - 1}, {"last_nonce": 7}, ()),
    ("CURVE/MESSAGE/C", {"nonce": 7}, {"last_nonce": 7}, ("26/MESSAGE/sends-incrementing-nonces",)),
    ("CURVE/MESSAGE/S", {"nonce": 0}, {"last_nonce": 7}, ("26/MESSAGE/sends-incrementing-nonces",)),
    ("traffic/PING", {"context": bytes(16), "ttl": 65535}, {}, ()),
    ("traffic/PING", {"context": bytes(17)}, {}, ("37/PING/context-size",)),
    ("traffic/PONG", {"context": b""}, {"context": b""}, ()),
    ("traffic/PONG", {"context": b"a"}, {"context": b""}, ("37/PONG/echoes-context",)),
]


@pytest.mark.parametrize(("key", "fields", "known", "broken"), EDGES)
def test_the_edges_of_the_rules(key: str, fields: Fields, known: Fields, broken: tuple[str, ...]) -> None:
    command = STANDARD.commands[key]
    found = command.broken({**command.legal, **fields}, known)
    assert tuple(rule.sender for rule in found) == broken


@pytest.mark.parametrize(("flags", "legal"), [(0, True), (1, True), (2, True), (3, True), (4, False), (0x80, False)])
def test_payload_flags(flags: int, legal: bool) -> None:
    payload = LEVELS["CURVE/MESSAGE/C/box"].command
    assert (payload.broken({"flags": flags, "data": b""}) == ()) == legal


# --- freedoms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "freedom"), FREEDOMS.values(), ids=FREEDOMS)
def test_a_freedom_is_let_pass_and_is_unusual(level: Level, freedom: Freedom) -> None:
    unusual = []
    for natural, changed_ in spoilt_fields(level, freedom.change):
        assert changed_.refused == "", "no rule obliges a receiver to refuse it"
        if level.key != "frame" or not natural.fields["flags"] & COMMAND:
            assert freedom.strict(view(natural.fields)), "what is usual would satisfy who is too strict"
        unusual.append(not freedom.strict(view(changed_.fields)))
    assert any(unusual)


def view(fields: Fields) -> SimpleNamespace:
    """Fields as the rules see them."""
    return SimpleNamespace(**fields, known=SimpleNamespace())


# --- metadata -----------------------------------------------------------------------------------------------------


METADATA = [
    # octets, what can be read of them, the requirements that RFC 23 and RFC 26 have the sender break
    ("none", b"", [], ()),
    ("one", property_octets("A", b"b"), [("A", b"b")], ()),
    ("an empty value", property_octets("A", b""), [("A", b"")], ()),
    ("a name of 255", property_octets("A" * 255, b"b"), [("A" * 255, b"b")], ()),
    ("the same twice", property_octets("A", b"b") * 2, [("A", b"b")] * 2, ()),
    ("an empty name", property_octets("", b"b"), [("", b"b")], ("name-size",)),
    ("a name with a slash", property_octets("A/", b""), [("A/", b"")], ("name-chars",)),
    ("a name beyond ASCII", property_octets(b"\xff", b""), [("\\xff", b"")], ("name-chars",)),
    ("cut off in a name", b"\x02A", [], ("layout",)),
    ("cut off in a size", b"\x01A\x00\x00", [], ("layout",)),
    ("cut off in a value", property_octets("A", b"b", value_size=2), [], ("layout",)),
    ("a value of 2^31-1 that is not there", property_octets("A", b"b", value_size=2**31 - 1), [], ("layout",)),
    ("a value of 2^31 that is not there", property_octets("A", b"b", value_size=2**31), [], ("layout", "value-size")),
    ("good, then cut off", property_octets("A", b"b") + b"\x00", [("A", b"b")], ("layout",)),
]


@pytest.mark.parametrize(("octets", "read", "broken"), [row[1:] for row in METADATA], ids=[row[0] for row in METADATA])
def test_metadata(octets: bytes, read: list[tuple[str, bytes]], broken: tuple[str, ...]) -> None:
    ids = {"layout": "23/READY/layout"}
    assert list(read_metadata(octets)) == read
    judged = dissect(READY, READY.build({"metadata": octets}))
    assert judged.accused == tuple(ids.get(aspect, f"23/metadata/{aspect}") for aspect in broken)
    # RFC 23 obliges a receiver to parse, and lets it validate.
    assert judged.refused == ("23/NULL/ready-parsed" if "layout" in broken else "")


@FAST
@given(st.lists(st.tuples(st.text("ABCxyz019-_.+", min_size=1, max_size=255), st.binary(max_size=300)), max_size=5))
def test_metadata_reads_back(properties: list[tuple[str, bytes]]) -> None:
    assert list(read_metadata(metadata_octets(properties))) == properties
