"""Tests of messages of several frames: the request and the reply of ZAP, and a RADIO's message to a group."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.vectors.metadata import candidates
from conformance.vectors.plainly import edges, outcome
from conformance.vectors.policy import one_thing
from conformance.vectors.record import Group, Test, distinct
from conformance.vectors.values import EDGES, SIZES, Variant
from spec_model.grammar import MESSAGES
from spec_model.grammar.command import Fields
from spec_model.grammar.multipart import Frames, Multipart
from spec_model.judging import judge_frames

KEY = bytes(range(1, 33))
NATURALS: Mapping[str, Mapping[str, Fields]] = {
    "ZAP/request": {
        "about a peer with NULL": {},
        "about a client with PLAIN": {"mechanism": b"PLAIN", "credentials": (b"admin", b"secret")},
        "about a client with CURVE": {"mechanism": b"CURVE", "credentials": (KEY,)},
        "about a client without a name or password": {"mechanism": b"PLAIN", "credentials": (b"", b"")},
        "with an identity": {"identity": b"\x00\x80one"},
        "with an address of version 6": {"address": b"2001:db8::1"},
        "with an address of version 4 within one of version 6": {"address": b"::ffff:192.0.2.1"},
        "with a long request id": {"request_id": b"r" * 300},
    },
    "ZAP/reply": {
        "success": {},
        **{
            f"status {status.decode()}": {"status_code": status, "status_text": text}
            for status, text in ((b"300", b"busy"), (b"400", b"no"), (b"500", b"broken"))
        },
        "with metadata": {"metadata": b"\x05X-One\x00\x00\x00\x011"},
    },
    "RADIO": {
        "to a group": {"group": b"group", "body": b"body"},
        "to the group without a name": {"group": b"", "body": b""},
    },
}
KNOWN: Mapping[str, Fields] = {"ZAP/reply": {"request_id": b"1"}}
ADDRESSES = (
    b"", b"localhost", b"127.0.0.1 ", b"127.1", b"127.0.0.01", b"256.0.0.1", b"127.0.0.1:80", b"2001:DB8::1",
    b"2001:db8:0:0:0:0:0:1", b"[2001:db8::1]", b"fe80::1%eth0", b"tcp://127.0.0.1",
)  # fmt: skip


def groups_of(*keys: str) -> Iterator[Group]:
    """A group for each kind of message."""
    types = {"ZAP/request": "ZapRequest", "ZAP/reply": "ZapReply", "RADIO": "GroupMessage"}
    for key in keys:
        message = MESSAGES[key]
        words = f"{message.name[0].upper()}{message.name[1:]}: its frames, in order"
        envelope = ", from the delimiter on or with addresses before it" if message.enveloped else ""
        yield Group(types[key], f"{words}{envelope}.", distinct(_tests(key, message)), dict(KNOWN.get(key, {})))


def _tests(key: str, message: Multipart) -> Iterator[Test]:
    for number, (words, natural) in enumerate(NATURALS[key].items()):
        whole = {**message.legal, **natural}
        yield from _one(key, message, message.build(whole), words, ("Ordinary",))
        if number:
            continue
        for rule in message.rules:
            yield from _one(
                key, message, message.build(rule.spoilt(whole)), rule.title, ("BrokenRule",), (rule.requirement,)
            )
        for freedom in message.freedoms:
            changed = {**whole, **freedom.change}
            yield from _one(key, message, message.build(changed), freedom.title, ("Freedom",), (freedom.requirement,))
        for change in _telling(key, message, whole):
            yield from _one(key, message, message.build({**whole, **change.given}), change.says, change.flags)
        yield from _miscounted(key, message, message.build(whole))


def _telling(key: str, message: Multipart, natural: Fields) -> Iterator[Variant]:
    """The changes, of sizes and characters only those that tell."""
    rows: dict[tuple[str, str], list[Variant]] = {}
    for change in _changes(message, natural):
        if change.flags in (("Characters",), ("Size",)) and not change.says.startswith("metadata"):
            rows.setdefault((change.field, change.flags[0]), []).append(change)
        else:
            yield change
    for row in rows.values():
        built = [message.build({**natural, **one.given}) for one in row]
        yield from edges(row, [judge_frames(message, frames, KNOWN.get(key, {})).broken for frames in built])


def _changes(message: Multipart, natural: Fields) -> Iterator[Variant]:
    for name in message.frames:
        if name == "metadata":
            for says, octets, flags, _ in candidates(b"\x00 \x7f"):
                if len(octets) < 300:
                    yield Variant(f"metadata: {says}", {name: octets}, name, flags)
            continue
        for size in SIZES:
            yield Variant(f"{name} has {size} octets", {name: b"a" * size}, name, ("Size",))
        if name not in ("body", "group", "request_id", "identity"):
            for octet in EDGES[-4:]:
                yield Variant(
                    f"{name} ends in the octet {octet:02x}",
                    {name: natural[name] + bytes([octet])},
                    name,
                    ("Characters",),
                )
        if name == "group":
            for octet in EDGES:
                yield Variant(
                    f"{name} holds the octet {octet:02x}", {name: b"a" + bytes([octet]) + b"b"}, name, ("Characters",)
                )
    if "version" in natural:
        for version in (b"1", b"1.0 ", b"1.1", b"0.9", b"01.0", b"1.00", b"10"):
            yield Variant(f"the version is {version.decode()}", {"version": version}, "version", ("Version",))
    if "address" in natural:
        for address in ADDRESSES:
            yield Variant(
                f"the address is {address.decode() or 'empty'}", {"address": address}, "address", ("Address",)
            )
        for mechanism, credentials in (
            (b"NULL", ((b"x",), (b"", b""))),
            (b"PLAIN", ((), (b"a",), (b"a", b"b", b"c"))),
            (b"CURVE", ((), (KEY[:31],), (KEY + b"\x00",), (KEY, KEY), (KEY.hex().encode(),))),
        ):
            for given in credentials:
                sizes = " + ".join(str(len(one)) for one in given) or "none"
                says = f"{mechanism.decode()} with credentials of {sizes} octets"
                yield Variant(says, {"mechanism": mechanism, "credentials": given}, "credentials", ("Credentials",))
    if "status_code" in natural:
        for status in (
            b"",
            b"0",
            b"100",
            b"199",
            b"2",
            b"20",
            b"200 ",
            b"2000",
            b"299",
            b"400\x00",
            b"404",
            b"600",
            b" 200",
        ):
            yield Variant(
                f"the status is {status!r}"[:-1].replace("b'", ""), {"status_code": status}, "status_code", ("Status",)
            )
        for user in (b"u" * 255, b"u" * 256, b"\xe4", b"admin\x00"):
            yield Variant(
                f"the user id has {len(user)} octets and ends in {user[-1]:02x}",
                {"user_id": user},
                "user_id",
                ("Boundary",),
            )


def _miscounted(key: str, message: Multipart, frames: Frames) -> Iterator[Test]:
    for count in range(len(frames)):
        yield from _one(key, message, frames[:count], f"only the first {count} of {len(frames)} frames", ("Truncated",))
    yield from _one(key, message, (*frames, b""), "an empty frame behind the last", ("Overlong",))
    yield from _one(key, message, (*frames, b"x", b"y"), "two more frames behind the last", ("Overlong",))
    if message.enveloped:
        yield from _one(key, message, frames[1:], "no delimiter", ("Envelope",))
        for count in (1, 2, 10) if key == "ZAP/request" else ():
            addresses = tuple(b"address %d" % number for number in range(count))
            yield from _one(key, message, addresses + frames, f"{count} addresses before the delimiter", ("Envelope",))
        yield from _one(key, message, (b"x", *frames[1:]), "a delimiter that is not empty", ("Envelope",))


def _one(
    key: str, message: Multipart, frames: Frames, says: str, flags: tuple[str, ...], about: tuple[str, ...] = ()
) -> Iterator[Test]:
    judged = judge_frames(message, frames, KNOWN.get(key, {}))
    if not one_thing(judged.broken):
        return
    about = about or tuple(name for name in message.frames_rule if name)[:1]
    expected: dict[str, Any] = {name: value for name, value in judged.fields.items() if name != "delimiter"}
    yield outcome(says, {"frames": frames}, judged.broken, key, flags, about, expected)
