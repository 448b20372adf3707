"""The shapes on the wire, one module per mechanism, and one table of all of them."""

from collections.abc import Mapping

from spec_model.grammar import curve, null, plain, traffic
from spec_model.grammar.command import Command
from spec_model.grammar.frame import COMMAND_BODY, FRAME
from spec_model.grammar.greeting import GREETING

COMMANDS: Mapping[str, Command] = {
    "greeting": GREETING,
    "frame": FRAME,
    "command-body": COMMAND_BODY,
    "NULL/READY": null.READY,
    "NULL/ERROR": null.ERROR,
    "PLAIN/HELLO": plain.HELLO,
    "PLAIN/WELCOME": plain.WELCOME,
    "PLAIN/INITIATE": plain.INITIATE,
    "PLAIN/READY": plain.READY,
    "PLAIN/ERROR": plain.ERROR,
    "CURVE/HELLO": curve.HELLO,
    "CURVE/WELCOME": curve.WELCOME,
    "CURVE/INITIATE": curve.INITIATE,
    "CURVE/READY": curve.READY,
    "CURVE/ERROR": curve.ERROR,
    "CURVE/MESSAGE/C": curve.MESSAGE_FROM_CLIENT,
    "CURVE/MESSAGE/S": curve.MESSAGE_FROM_SERVER,
    "traffic/PING": traffic.PING,
    "traffic/PONG": traffic.PONG,
}
"""Every grammar by mechanism and name. The connection, the faults, the vectors and the reports read this table."""
