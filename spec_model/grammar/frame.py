"""Frames: flags, size, body (RFC 23 "Framing"). The hand-written codec of `spec_model.framing` is proven equal to this."""

from construct import GreedyBytes, IfThenElse, Int8ub, Int64ub, Struct, this

from spec_model.grammar.command import Command, Freedom, Rule
from spec_model.grammar.primitives import LETTERS, Octets

MORE, LONG, COMMAND = 0x01, 0x02, 0x04
LARGEST_SHORT = 255
LARGEST_LONG = 2**63 - 1

FRAME = Command(
    "frame",
    layout=Struct(
        "flags" / Int8ub,
        "size" / IfThenElse(this.flags & LONG, Int64ub, Int8ub),
        "body" / Octets(this.size),
    ),
    legal={"flags": 0, "body": b"", "size": 0},
    size=(2, None),
    size_rule=("", "23/frame/size"),
    rules=(
        Rule(
            lambda it: it.flags & 0xF8 == 0,
            spoil={"flags": lambda natural: (natural or 0) | 0x08},
            sender="23/frame/reserved-bits",
            title="a reserved flag bit is set",
        ),
        Rule(
            lambda it: not (it.flags & COMMAND and it.flags & MORE),
            spoil={"flags": lambda natural: (natural or 0) | COMMAND | MORE},
            sender="23/frame/more-on-command",
            title="MORE is set on a command",
        ),
        Rule(
            lambda it: it.size <= LARGEST_LONG,
            spoil={"flags": lambda natural: (natural or 0) | LONG, "size": 2**63},
            sender="23/frame/long-size-limit",
            title="the size is 2^63",
        ),
        Rule(
            lambda it: not (it.flags & COMMAND and it.flags & LONG and it.size <= LARGEST_SHORT),
            spoil={"flags": lambda natural: (natural or 0) | COMMAND | LONG},
            sender="23/command/short-size",
            title="a short command has a long size",
        ),
    ),
    freedoms=(
        Freedom(
            "23/frame/long-with-small-body",
            change={"flags": LONG, "size": 1, "body": b"x"},
            strict=lambda it: not (it.flags & LONG and it.size <= LARGEST_SHORT and not it.flags & COMMAND),
            title="a short body has a long size",
        ),
        Freedom(
            "23/frame/empty",
            change={"flags": 0, "size": 0, "body": b""},
            strict=lambda it: it.size > 0 or bool(it.flags & COMMAND),
            title="the body is empty",
        ),
    ),
)

COMMAND_BODY = Command(
    "command-body",
    layout=Struct(
        "name_size" / Int8ub,
        "name" / Octets(this.name_size),
        "data" / GreedyBytes,
    ),
    legal={"data": b""},
    size=(1, None),
    size_rule=("", "23/command/name-size"),
    rules=(
        Rule(
            lambda it: it.name_size >= 1,
            spoil={"name_size": 0, "name": b""},
            sender="23/command/name-size",
            title="the command has an empty name",
        ),
        Rule(
            lambda it: set(it.name) <= LETTERS,
            spoil={"name_size": 2, "name": b"P\x00"},
            sender="23/command/name-chars",
            title="the command's name has an octet that is no letter",
        ),
    ),
)
