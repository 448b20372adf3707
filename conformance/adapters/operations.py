"""The adapter protocol as one table: each operation, the fields of its request and of its reply, and what they mean.

Theory of operation: the harness writes one JSON object a line to the adapter's stdin, `{"id": 7, "op": "recv", ...}`,
and reads one JSON object a line from its stdout: `{"id": 7, "status": "ok", ...}`, or status `unsupported` or `error`
with a `reason`. Replies may come in any order; the id says which request each one answers, so that one process serves
many sockets at once. All octets are lower-case hexadecimal. The adapter's stderr is its log and nobody parses it. End
of file on stdin ends the adapter; end of file on its stdout is a crash, a reply that does not come a hang.

`unsupported` is said of what a target cannot do, and only of that: an adapter that answers `ok` to what it did not do
makes every verdict worthless. `error` is said of what went wrong, with the target's own words as the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.adapters.fields import (
    ANYTHING,
    COUNT,
    FLAG,
    HANDLE,
    HEX,
    INTEGER,
    KEY,
    MILLISECONDS,
    NATURAL,
    OR_NEVER,
    TCP,
    TEXT,
    Schema,
    array,
    choice,
    either,
    record,
)

PROTOCOL = 1  # the version of this table, which `hello` reports; raised when an old adapter would misunderstand

MECHANISMS = ("NULL", "PLAIN", "CURVE", "GSSAPI")
SOCKET_TYPES = (
    *("REQ", "REP", "DEALER", "ROUTER", "PUB", "SUB", "XPUB", "XSUB", "PUSH", "PULL", "PAIR", "STREAM"),
    *("CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER", "PEER", "CHANNEL"),
)

OPTIONS: Mapping[str, Schema] = {
    "handshake_timeout_ms?": MILLISECONDS,  # how long a peer may take for its handshake; 0: as long as it likes
    "reconnect_interval_ms?": OR_NEVER,  # the pause before a lost connection is tried again
    "heartbeat_interval_ms?": MILLISECONDS,  # the pause between PINGs that the target sends; 0: none
    "heartbeat_timeout_ms?": MILLISECONDS,  # how long it waits for an answer
    "heartbeat_ttl_ms?": MILLISECONDS,  # the TTL that its PINGs announce
    "receive_limit?": NATURAL,  # high-water mark, in messages; 0: none
    "send_limit?": NATURAL,
    "receive_buffer?": NATURAL,  # of the operating system, for a connection, in octets
    "send_buffer?": NATURAL,
    "linger_ms?": OR_NEVER,  # how long what is unsent outlives the socket
    "max_message_size?": OR_NEVER,  # in octets; a longer one costs its sender the connection
    "router_mandatory?": FLAG,  # a ROUTER refuses to send to a peer that it does not know
    "xpub_verbose?": FLAG,  # an XPUB hands every subscription to the application, not only the first of its kind
    "zap_enforce_domain?": FLAG,  # no connection without a ZAP handler's consent
    "monitor?": FLAG,  # watch the socket's events from the start
}

ZAP_REPLY: Schema = record(
    {
        "status": TEXT,
        "text": TEXT,
        "user_id": TEXT,
        "metadata": HEX,
        "version?": TEXT,  # "1.0" if it is left out
        "request_id?": either(choice("echo"), HEX),  # "echo" if it is left out
        "frames?": COUNT,  # so many from the version on: the first of the six, or with empty ones behind them
        "delimiter?": HEX,  # what stands in the frame before the version; empty if it is left out
        "silent?": FLAG,  # take the request and never answer it
    }
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; the names of fields that may be left out end in `?`."""

    name: str
    about: str
    request: Mapping[str, Schema] = field(default_factory=dict)
    reply: Mapping[str, Schema] = field(default_factory=dict)


_TABLE = (
    Operation(
        "hello",
        "Say what you are and what you can do; `version` is what the target itself reports, `options` those of `open` "
        "that it honours.",
        reply={
            "protocol": COUNT,
            "name": HANDLE,
            "version": TEXT,
            "details": ANYTHING,
            "roles": array(choice("bind", "connect")),
            "mechanisms": array(choice(*MECHANISMS)),
            "socket_types": array(choice(*SOCKET_TYPES)),
            "options": array(TEXT),
        },
    ),
    Operation(
        "open",
        "Make a socket. With `bind` it listens on a free port of the loopback interface, which the reply names. A "
        "CURVE server needs its secret_key; a CURVE client both of its keys and the server_key.",
        request={
            "socket_type": choice(*SOCKET_TYPES),
            "mechanism": choice(*MECHANISMS),
            "as_server": FLAG,
            "bind": FLAG,
            "identity?": HEX,
            "public_key?": KEY,
            "secret_key?": KEY,
            "server_key?": KEY,
            "username?": TEXT,
            "password?": TEXT,
            "zap_domain?": TEXT,
            "subscriptions?": array(HEX),
            "options?": record(OPTIONS),
        },
        reply={"handle": HANDLE, "endpoint?": TCP},
    ),
    Operation(
        "connect",
        "Connect a socket to an endpoint. A PEER's reply names the routing id of the new peer, as `recv` would show it.",
        {"handle": HANDLE, "endpoint": TCP},
        {"routing_id?": HEX},
    ),
    Operation(
        "send",
        "Send one message of one or more parts; ok as soon as the socket has taken it, error 'timed out' otherwise. "
        "Where a socket addresses its messages, the first part is the address: a ROUTER's, STREAM's, SERVER's or "
        "PEER's routing id, a RADIO's group. A `routing_id` goes before the parts.",
        {"handle": HANDLE, "parts": array(HEX, 1), "routing_id?": HEX, "timeout_ms": MILLISECONDS},
    ),
    Operation(
        "recv",
        "Take messages: answers once `count` (1) are there, or, if `until` is given, once a message whose last part "
        "equals it has come (it is included), or at the timeout with what there is. First parts as with `send`.",
        {"handle": HANDLE, "count?": COUNT, "until?": HEX, "timeout_ms": MILLISECONDS},
        {"messages": array(array(HEX, 1))},
    ),
    Operation("subscribe", "Subscribe a SUB or XSUB to a prefix.", {"handle": HANDLE, "prefix": HEX}),
    Operation("unsubscribe", "Take such a subscription back.", {"handle": HANDLE, "prefix": HEX}),
    Operation("join", "Join a DISH to a group.", {"handle": HANDLE, "group": HEX}),
    Operation("leave", "Leave such a group.", {"handle": HANDLE, "group": HEX}),
    Operation(
        "zap",
        "With `reply`, answer all ZAP requests of this process so from now on, and start the handler on first use. "
        "With `take`, hand over the requests since the last time, each as its frames from the version on, without "
        "the envelope; what comes without a delimiter is no request, and is dropped as a REP would. With `domain`, "
        "both are about the requests of that domain alone, and the reply names it; a reply for its domain goes "
        "before the one for all.",
        {"reply?": ZAP_REPLY, "take?": FLAG, "domain?": HANDLE},
        {"requests?": array(array(HEX)), "domain?": HANDLE},
    ),
    Operation(
        "events",
        "The events of a socket since the last time: at once if there are any, else at the timeout (0). The first use "
        "turns the watch on; the option `monitor` does so from the start.",
        {"handle": HANDLE, "timeout_ms?": MILLISECONDS},
        {"events": array(record({"event": TEXT, "value": INTEGER, "endpoint": TEXT}))},
    ),
    Operation("close", "Close a socket and forget its handle.", {"handle": HANDLE}),
    Operation("quit", "Answer, then exit with status 0."),
)

OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _TABLE}
