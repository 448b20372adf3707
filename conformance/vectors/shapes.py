"""What the tests of each type of group have in them: inputs, what comes out, what the group has in common.

Each is a line of fields: `name:hex` for octets, `:int`, `:text`, `:bool`, a `*` behind for a list. The schemas are
made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_GREETING = (
    "signature_start:int padding:hex signature_end:int version_major:int version_minor:int mechanism:hex as_server:int "
    "filler:hex version:text"
)
_FRAME_OLD = "length:int long_length:int flags:int body:hex"
_METADATA = "name:hex metadata:hex excess:hex properties:property*"
_ERROR = "name:hex reason_size:int reason:hex"
_REST = "name:hex subscription:hex group:hex context:hex"
_KEYS = "keys:keys receiver:text last_nonce:int"
_BOX = "sender_public:hex sender_secret:hex receiver_public:hex receiver_secret:hex nonce:hex box:hex"
_ZAP = "envelope:hex* version:hex request_id:hex"


@dataclass(frozen=True)
class Shape:
    """One type of group.

    Attributes:
        inputs: all of them are there in every test.
        expected: what can come out; not every test has all of it.
        given: what the tests have in common; not every group has all of it.
    """

    inputs: str = "octets:hex"
    expected: str = ""
    given: str = ""


SHAPES: Mapping[str, Shape] = {
    "Greeting": Shape(expected=_GREETING, given="mechanism:text"),
    "GreetingFields": Shape(expected=_GREETING),
    "Greeting20": Shape(
        expected="signature_start:int padding:hex signature_end:int revision:int socket_type:int identity_flags:int "
        "identity_size:int identity:hex"
    ),
    "Greeting10": Shape(expected=_FRAME_OLD),
    "Detection": Shape(expected="version:text"),
    "Frame": Shape(expected="more:bool command:bool body:hex"),
    "FrameStream": Shape(expected="frames:frame* left:int"),
    "Frame20": Shape(expected="flags:int size:int body:hex"),
    "Frame10": Shape(expected=_FRAME_OLD),
    "CommandBody": Shape(expected="name_size:int name:hex data:hex"),
    "NullReady": Shape(expected=_METADATA),
    "NullError": Shape(expected=_ERROR),
    "PlainHello": Shape(expected="name:hex username_size:int username:hex password_size:int password:hex"),
    "PlainWelcome": Shape(expected="name:hex excess:hex"),
    "PlainInitiate": Shape(expected=_METADATA),
    "PlainReady": Shape(expected=_METADATA),
    "PlainError": Shape(expected=_ERROR),
    "Ping": Shape(expected="name:hex ttl:int context:hex"),
    "Pong": Shape(expected=_REST, given="context:hex"),
    "Subscribe": Shape(expected=_REST),
    "Cancel": Shape(expected=_REST),
    "Join": Shape(expected=_REST),
    "Leave": Shape(expected=_REST),
    "MessageSubscription": Shape(expected="kind:int subscription:hex"),
    "GroupMessage": Shape("frames:hex*", "group:hex body:hex"),
    "Metadata": Shape(expected="properties:property*", given="in:text"),
    "PropertySockettype": Shape(expected="value:hex"),
    "PropertyIdentity": Shape(expected="value:hex"),
    "PropertyResource": Shape(expected="value:hex"),
    "CurveHello": Shape(
        expected="name:hex version:hex padding:hex client_transient:hex nonce:int signature:hex zeros:hex", given=_KEYS
    ),
    "CurveWelcome": Shape(
        expected="name:hex nonce:hex box:hex server_transient:hex cookie:hex cookie_nonce:hex cookie_box:hex",
        given=_KEYS,
    ),
    "CurveInitiate": Shape(
        expected="name:hex cookie:hex nonce:int box:hex cookie_nonce:hex cookie_box:hex cookie_client_transient:hex "
        "cookie_server_transient_secret:hex client:hex vouch_nonce:hex vouch_box:hex metadata:hex vouched_transient:hex "
        "vouched_server:hex excess:hex properties:property*",
        given=_KEYS,
    ),
    "CurveReady": Shape(
        expected="name:hex nonce:int box:hex metadata:hex excess:hex properties:property*", given=_KEYS
    ),
    "CurveMessage": Shape(expected="name:hex nonce:int box:hex flags:int data:hex", given=_KEYS),
    "CurveError": Shape(expected=_ERROR, given=_KEYS),
    "Box": Shape(_BOX, "plaintext:hex", "prefix:hex algorithm:text"),
    "SecretBox": Shape("key:hex nonce:hex box:hex", "plaintext:hex", "prefix:hex algorithm:text"),
    "Z85Decode": Shape("text:hex", "octets:hex"),
    "Z85Encode": Shape("octets:hex", "text:hex"),
    "SocketTypes": Shape("ours:text theirs:hex?", given="version:int*"),
    "Subscriptions": Shape("requests:request* message:hex*"),
    "Groups": Shape("requests:request* message:hex*"),
    "ZapRequest": Shape("frames:hex*", f"{_ZAP} domain:hex address:hex identity:hex mechanism:hex credentials:hex*"),
    "ZapReply": Shape(
        "frames:hex*", f"{_ZAP} status_code:hex status_text:hex user_id:hex metadata:hex", "request_id:hex"
    ),
}
"""Every type of group."""
