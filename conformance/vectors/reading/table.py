"""Which reader reads which type of group."""

from collections.abc import Mapping

from conformance.vectors.reading import commands, curve, frames, greetings, metadata, tables, zap
from conformance.vectors.reading.commands import Reader

READERS: Mapping[str, Reader] = {
    "Greeting": greetings.greeting,
    "GreetingFields": greetings.greeting,
    "Greeting20": greetings.greeting_2_0,
    "Greeting10": greetings.greeting_1_0,
    "Detection": greetings.detection,
    "Frame": frames.frame,
    "FrameStream": frames.stream,
    "Frame20": frames.frame_2_0,
    "Frame10": frames.frame_1_0,
    "CommandBody": frames.command_body,
    "NullReady": commands.with_metadata("NULL/READY", b"\x05READY", "23/READY/name"),
    "NullError": commands.error("23/ERROR/layout", "23/ERROR/reason", sized=False),
    "PlainHello": commands.plain_hello,
    "PlainWelcome": commands.plain_welcome,
    "PlainInitiate": commands.with_metadata("PLAIN/INITIATE", b"\x08INITIATE", "24/command/name"),
    "PlainReady": commands.with_metadata("PLAIN/READY", b"\x05READY", "24/command/name"),
    "PlainError": commands.error("24/ERROR/layout", "23/ERROR/reason", sized=False),
    "Ping": commands.ping,
    "Pong": commands.pong,
    "Subscribe": commands.with_rest(b"\x09SUBSCRIBE", "subscription", "37/SUBSCRIBE/sent"),
    "Cancel": commands.with_rest(b"\x06CANCEL", "subscription", "37/CANCEL/sent"),
    "Join": commands.with_rest(b"\x04JOIN", "group", "37/JOIN/sent", group=True),
    "Leave": commands.with_rest(b"\x05LEAVE", "group", "37/LEAVE/sent", group=True),
    "MessageSubscription": commands.subscription,
    "GroupMessage": zap.to_group,
    "Metadata": metadata.metadata,
    "PropertySockettype": metadata.socket_type,
    "PropertyIdentity": metadata.identity,
    "PropertyResource": metadata.resource,
    "CurveHello": curve.hello,
    "CurveWelcome": curve.welcome,
    "CurveInitiate": curve.initiate,
    "CurveReady": curve.ready,
    "CurveMessage": curve.message,
    "CurveError": commands.error("26/ERROR/size", "26/ERROR/reason", sized=True),
    "Box": curve.box,
    "SecretBox": curve.secret_box,
    "Z85Decode": tables.z85_decode,
    "Z85Encode": tables.z85_encode,
    "SocketTypes": tables.socket_types,
    "Subscriptions": tables.subscriptions,
    "Groups": tables.groups,
    "ZapRequest": zap.request,
    "ZapReply": zap.reply,
}
"""A reader gets the inputs of a test and what its group has in common, both as they stand in the file."""
