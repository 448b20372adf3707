"""The shapes on the wire, one module per mechanism, and tables of all of them.

`COMMANDS` is what a connection judges by itself. `SHAPES` and `MESSAGES` are what has a shape besides: values of
properties, bodies of messages, and whole messages of several frames; sockets and handlers judge those.
"""

from collections.abc import Mapping

from spec_model.grammar import curve, legacy, null, plain, properties, subscription, traffic, zap
from spec_model.grammar.command import Command
from spec_model.grammar.frame import COMMAND_BODY, FRAME
from spec_model.grammar.greeting import GREETING
from spec_model.grammar.multipart import Multipart

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
    "traffic/SUBSCRIBE": traffic.SUBSCRIBE,
    "traffic/CANCEL": traffic.CANCEL,
    "traffic/JOIN": traffic.JOIN,
    "traffic/LEAVE": traffic.LEAVE,
}
"""Every grammar by mechanism and name. The connection, the faults, the vectors and the reports read this table."""

SHAPES: Mapping[str, Command] = {
    "property/Socket-Type": properties.SOCKET_TYPE,
    "property/Identity": properties.IDENTITY,
    "property/Resource": properties.RESOURCE,
    "message/subscription": subscription.SUBSCRIPTION,
    "ZMTP 1.0/greeting": legacy.GREETING_1_0,
    "ZMTP 1.0/frame": legacy.FRAME_1_0,
    "ZMTP 2.0/greeting": legacy.GREETING_2_0,
    "ZMTP 2.0/frame": legacy.FRAME_2_0,
}
"""Shapes that no connection judges, by what they are part of. Their `legal` fields are a whole specimen."""

MESSAGES: Mapping[str, Multipart] = {
    "RADIO": subscription.TO_GROUP,
    "ZAP/request": zap.REQUEST,
    "ZAP/reply": zap.REPLY,
}
"""Messages of several frames that mean something to a protocol, by its name. Their `legal` fields are a whole
specimen."""
