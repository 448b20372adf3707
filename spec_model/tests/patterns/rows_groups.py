"""Rows about groups: RADIO and DISH."""

from spec_model.patterns.pattern import TrafficCommand
from spec_model.tests.patterns.rows import Row
from spec_model.tests.patterns.stage import (
    attach,
    comes,
    command,
    detach,
    dropped,
    gets,
    leaves,
    nothing,
    refused,
    sends,
    wants,
    wire,
)

E, X = b"", b"x"
G, GG = b"g", b"gg"
JOIN_G, LEAVE_G = TrafficCommand("JOIN", G), TrafficCommand("LEAVE", G)

ROWS = (
    Row(
        "a dish that has joined a group gets its messages, group first", "RADIO",
        "attaches-group takes-join takes-leave filters-outgoing sends-to-members connects-to queue-on-accept "
        "exact-match outgoing-unmodified pattern/atomic-send 37/thread-safe/atomic-send 37/group/message 37/group/part "
        "37/group/radio-filters 37/JOIN/understood 37/LEAVE/understood pattern/transport-decides 37/group/exact "
        "23/message/* 37/message/*",
        (
            attach("a"), attach("b"), dropped(G, X), command("a", "JOIN", G), command("b", "JOIN", GG), sends(G, X),
            sends(GG, X), sends(G, E), dropped(E, X), dropped(b"G", X), dropped(b"ggg", X), wire("a", (G, X), (G, E)),
            wire("b", (GG, X)), command("a", "LEAVE", G), command("a", "LEAVE", b"never"), dropped(G, X), wire("a"),
        ),
    ),
    Row(
        "a message comes once, however often the group was joined; other commands join nothing", "RADIO",
        "takes-join takes-leave 37/group/radio-filters */message/once",
        (
            attach("a"), command("a", "SUBSCRIBE", G), command("a", "join", G), dropped(G, X), command("a", "JOIN", G),
            command("a", "JOIN", G), sends(G, X), wire("a", (G, X)), command("a", "LEAVE", G), dropped(G, X),
        ),
    ),
    Row(
        "groups are compared whole, and a group without octets is one", "RADIO",
        "exact-match 37/group/exact group/size",
        (
            attach("a"), attach("b"), command("a", "JOIN", E), command("b", "JOIN", GG), sends(E, X), dropped(G, X),
            wire("a", (E, X)), wire("b"), sends(GG, X), wire("b", (GG, X)), wire("a"),
        ),
    ),
    Row(
        "a group has at most 255 octets, none of them zero", "RADIO",
        "group/size group/chars 37/group/size 37/group/chars 37/group/part",
        (
            attach("a"), command("a", "JOIN", b"g" * 255), sends(b"g" * 255, X), refused(b"g" * 256, X,
            why="48/group/size"),
            refused(b"g\0", X, why="48/group/chars"), wire("a", (b"g" * 255, X)), command("a", "JOIN", b"h\0x"),
            dropped(b"h", X), refused(b"h\0x", X), wire("a"),
        ),
    ),
    Row(
        "memberships go with their connection", "RADIO", "queue-kept-unconnected 37/group/radio-filters",
        (
            attach("a", dialled=True), command("a", "JOIN", G), sends(G, X), wire("a", (G, X)), detach("a"),
            attach("a", dialled=True), dropped(G, X), command("a", "JOIN", G), sends(G, X), wire("a", (G, X)),
        ),
    ),
    Row("a RADIO shows its application nothing", "RADIO", "hides-commands sends-only pattern/atomic-receive "
        "37/thread-safe/atomic-receive", (attach("a"), command("a", "JOIN", G), comes("a", G, X), nothing)),
    Row(
        "a DISH tells its radios what it joins and leaves, also one that comes later", "DISH",
        "sends-commands 37/JOIN/sent 37/LEAVE/sent connects-to queue-on-accept",
        (
            attach("a"), wants(G), wants(G), wants(GG), wire("a", JOIN_G, TrafficCommand("JOIN", GG)), leaves(GG),
            leaves(GG), wire("a", TrafficCommand("LEAVE", GG)), attach("b"), wire("b", JOIN_G), leaves(G), wire("a",
            LEAVE_G),
            wire("b", LEAVE_G), wants(b"\0"), wants(b"g" * 256), wire("a"),
        ),
    ),
    Row(
        "a DISH delivers messages of its groups with their group, and no others", "DISH",
        "delivers shows-group attaches-group incoming-unmodified filters-incoming group/size group/chars 37/group/size "
        "37/group/chars",
        (attach("a"), wants(G), wants(b"\0"), comes("a", G, X), comes("a", GG, X), comes("a", E, X), comes("a", b"\0",
        X),
         gets(G, X), nothing),
    ),
    Row("a DISH sends nothing", "DISH", "receives-only pattern/atomic-send 37/thread-safe/atomic-send",
        (attach("a"), refused(G, X), wire("a"))),
)  # fmt: skip
