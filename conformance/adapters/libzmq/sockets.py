"""One libzmq socket: opened with the mechanism and options that were asked for, moving whole messages without waiting.

Theory of operation: no call here blocks. `turn` reads ZMQ_EVENTS, and that is what makes libzmq do its work in the
application's thread: new connections, subscriptions and closes are seen then. `send` does so first, because a
non-blocking send of libzmq looks at such news at most once a millisecond: a PUB would not yet know of a subscription
that arrived before, and drop the message. After the options have been set, the socket is asked which mechanism it will
speak: an option that libzmq accepts and reads differently would otherwise make every verdict about another mechanism.
"""

import ctypes
import errno
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.adapters.libzmq.library import Library
from conformance.adapters.protocol import Failed, Unsupported

TYPES: Mapping[str, int] = {
    "PAIR": 0,
    "PUB": 1,
    "SUB": 2,
    "REQ": 3,
    "REP": 4,
    "DEALER": 5,
    "ROUTER": 6,
    "PULL": 7,
    "PUSH": 8,
    "XPUB": 9,
    "XSUB": 10,
    "STREAM": 11,
}
# Without the draft API these open too, and abort the process in the first handshake: libzmq has no name for them then.
DRAFT_TYPES: Mapping[str, int] = {
    "SERVER": 12,
    "CLIENT": 13,
    "RADIO": 14,
    "DISH": 15,
    "GATHER": 16,
    "SCATTER": 17,
    "PEER": 19,
    "CHANNEL": 20,
}
NUMBERED, GROUPED = ("SERVER", "PEER"), ("RADIO", "DISH")  # their messages carry a 32-bit number, or a group

MECHANISMS = ("NULL", "PLAIN", "CURVE", "GSSAPI")  # in the order of ZMQ_MECHANISM's values
ROUTING_ID, SUBSCRIBE, UNSUBSCRIBE, FD, EVENTS, LAST_ENDPOINT = 5, 6, 7, 14, 15, 32
LINGER, RECONNECT_IVL, MECHANISM = 17, 18, 43
PLAIN_SERVER, PLAIN_USERNAME, PLAIN_PASSWORD = 44, 45, 46
CURVE_SERVER, CURVE_PUBLICKEY, CURVE_SECRETKEY, CURVE_SERVERKEY, ZAP_DOMAIN = 47, 48, 49, 50, 55
DONTWAIT, SNDMORE = 1, 2

OPTIONS: Mapping[str, tuple[int, Any]] = {
    "handshake_timeout_ms": (66, ctypes.c_int),
    "reconnect_interval_ms": (RECONNECT_IVL, ctypes.c_int),
    "heartbeat_interval_ms": (75, ctypes.c_int),
    "heartbeat_ttl_ms": (76, ctypes.c_int),
    "heartbeat_timeout_ms": (77, ctypes.c_int),
    "receive_limit": (24, ctypes.c_int),
    "send_limit": (23, ctypes.c_int),
    "receive_buffer": (12, ctypes.c_int),
    "send_buffer": (11, ctypes.c_int),
    "linger_ms": (LINGER, ctypes.c_int),
    "max_message_size": (22, ctypes.c_int64),
    "router_mandatory": (33, ctypes.c_int),
    "xpub_verbose": (40, ctypes.c_int),
    "zap_enforce_domain": (93, ctypes.c_int),
}
DEFAULTS: Mapping[str, int] = {"linger_ms": 0, "reconnect_interval_ms": 1}


class Socket:
    """A libzmq socket of a given type in a context."""

    def __init__(self, library: Library, context: int, kind: str) -> None:
        """Open it; raises Unsupported where the library has no such type."""
        self.kind = kind
        self._library = library
        number = TYPES[kind] if kind in TYPES else DRAFT_TYPES[kind]
        self.address: int = library.socket(context, number)
        if not self.address:
            raise Unsupported(f"libzmq {library.version} opens no {kind} socket: {library.why()}")
        # A message and an out-parameter that every call uses again: making ctypes objects costs more than the calls.
        self._message = (ctypes.c_uint64 * 8)()
        self._value, self._size = ctypes.c_int(), ctypes.c_size_t(4)
        self._value_at, self._size_at = ctypes.byref(self._value), ctypes.byref(self._size)

    def close(self) -> None:
        """Close it; libzmq frees the port a moment later, in a thread of its own.

        libzmq refuses address 0 as it refuses nothing else: using a closed socket's address is a use after free.
        """
        self._library.close(self.address)
        self.address = 0

    def set(self, option: int, value: int | bytes, kind: Any = ctypes.c_int) -> bool:
        """Set an option; whether libzmq accepts that."""
        if isinstance(value, bytes):
            return bool(self._library.setsockopt(self.address, option, value, len(value)) == 0)
        number = kind(value)
        if number.value != value:  # ctypes wraps silently what does not fit
            ctypes.set_errno(errno.EINVAL)
            return False
        return bool(self._library.setsockopt(self.address, option, ctypes.byref(number), ctypes.sizeof(number)) == 0)

    def configure(self, fields: Mapping[str, Any]) -> None:
        """Set all that `open` asks for, before the socket is bound or connected; raises Failed and Unsupported."""
        for name, value in {**DEFAULTS, **fields.get("options", {})}.items():
            if name == "monitor":
                continue
            if name not in OPTIONS:
                raise Unsupported(f"libzmq has no option for {name}")
            self._insist(name, *OPTIONS[name], value)
        if identity := fields.get("identity"):  # an empty one is what libzmq sends anyway, and refuses to set
            self._insist("identity", ROUTING_ID, None, bytes.fromhex(identity))
        if domain := fields.get("zap_domain"):
            self._insist("zap_domain", ZAP_DOMAIN, None, domain.encode())
        match fields["mechanism"]:
            case "PLAIN":
                self._configure_plain(fields)
            case "CURVE":
                self._configure_curve(fields)
        speaks = MECHANISMS[self.get(MECHANISM)]
        if speaks != fields["mechanism"]:
            raise Failed(f"libzmq would speak {speaks}, not {fields['mechanism']}, with these options")
        for prefix in fields.get("subscriptions", ()):
            self.subscribe(bytes.fromhex(prefix))

    def _configure_plain(self, fields: Mapping[str, Any]) -> None:
        if fields["as_server"]:
            self._insist("as_server", PLAIN_SERVER, ctypes.c_int, 1)
            return
        self._insist("username", PLAIN_USERNAME, None, fields.get("username", "").encode())
        self._insist("password", PLAIN_PASSWORD, None, fields.get("password", "").encode())

    def _configure_curve(self, fields: Mapping[str, Any]) -> None:
        needed = ("secret_key",) if fields["as_server"] else ("public_key", "secret_key", "server_key")
        if missing := [name for name in needed if name not in fields]:
            raise Failed(f"a CURVE {'server' if fields['as_server'] else 'client'} needs its {', '.join(missing)}")
        if fields["as_server"]:
            self._insist("as_server", CURVE_SERVER, ctypes.c_int, 1)
        for name, option in (
            ("public_key", CURVE_PUBLICKEY),
            ("secret_key", CURVE_SECRETKEY),
            ("server_key", CURVE_SERVERKEY),
        ):
            # A server's server_key would make libzmq a client again.
            if name in fields and not (name == "server_key" and fields["as_server"]):
                self._insist(name, option, None, bytes.fromhex(fields[name]))

    def _insist(self, name: str, option: int, kind: Any, value: int | bytes) -> None:
        if not self.set(option, value, kind):
            raise Failed(f"libzmq {self._library.version} refuses {name}: {self._library.why()}")

    def get(self, option: int) -> int:
        """An option that is an int; -1 where libzmq refuses to tell."""
        self._size.value = 4
        if self._library.getsockopt(self.address, option, self._value_at, self._size_at) != 0:
            return -1
        return self._value.value

    def turn(self) -> None:
        """Let libzmq do what waits to be done in the application's thread."""
        self._library.getsockopt(self.address, EVENTS, self._value_at, self._size_at)

    def bind(self, endpoint: str) -> str:
        """Bind it and return the endpoint with the port that the system chose."""
        if self._library.bind(self.address, endpoint.encode()) != 0:
            raise Failed(f"cannot bind {endpoint}: {self._library.why()}")
        text, size = ctypes.create_string_buffer(256), ctypes.c_size_t(256)
        if self._library.getsockopt(self.address, LAST_ENDPOINT, text, ctypes.byref(size)) != 0:
            raise Failed(f"no last endpoint: {self._library.why()}")
        return text.value.decode()

    def connect(self, endpoint: str) -> bytes:
        """Connect it; the connection itself is made later, in libzmq's own thread. A PEER is told the new routing id."""
        if self.kind == "PEER" and self._library.connect_peer:
            number: int = self._library.connect_peer(self.address, endpoint.encode())
            if number:
                return number.to_bytes(4, "big")
        elif self._library.connect(self.address, endpoint.encode()) == 0:
            return b""
        raise Failed(f"cannot connect to {endpoint}: {self._library.why()}")

    def subscribe(self, prefix: bytes, *, cancel: bool = False) -> None:
        """Subscribe to a prefix or cancel that; an XSUB does so by a message. Raises Failed and Unsupported."""
        if self.kind == "XSUB":
            self.send([(b"\x00" if cancel else b"\x01") + prefix])
        elif self.kind != "SUB":
            raise Unsupported(f"a {self.kind} does not subscribe")
        elif not self.set(UNSUBSCRIBE if cancel else SUBSCRIBE, prefix):
            raise Failed(f"cannot subscribe: {self._library.why()}")

    def send(self, parts: Sequence[bytes], start: int = 0) -> int:
        """Send the parts from `start` on; the index of the first that libzmq does not take now, or their number."""
        self.turn()
        if self.kind in NUMBERED or self.kind in GROUPED:
            return self._send_addressed(parts)
        for index in range(start, len(parts)):
            flags = DONTWAIT if index == len(parts) - 1 else DONTWAIT | SNDMORE
            if self._library.send(self.address, parts[index], len(parts[index]), flags) < 0:
                self._unless_full()
                return index
        return len(parts)

    def receive(self) -> list[bytes] | None:
        """One whole message, or None if there is none now; raises Failed where this socket cannot receive now."""
        parts: list[bytes] = []
        library, message, more = self._library, self._message, True
        while more:
            library.msg_init(message)
            if library.msg_recv(message, self.address, DONTWAIT) < 0:
                self._unless_full()
                library.msg_close(message)
                return None
            if self.kind in NUMBERED:
                parts.append(library.msg_routing_id(message).to_bytes(4, "big"))
            elif self.kind in GROUPED:
                parts.append(library.msg_group(message))
            parts.append(ctypes.string_at(library.msg_data(message), library.msg_size(message)))
            more = library.msg_more(message)
            library.msg_close(message)
        return parts

    def _send_addressed(self, parts: Sequence[bytes]) -> int:
        if len(parts) != 2:
            raise Failed(f"a {self.kind} sends an address and one part, not {len(parts)} parts")
        library, message = self._library, self._message
        library.msg_init_size(message, len(parts[1]))
        ctypes.memmove(library.msg_data(message), parts[1], len(parts[1]))
        if self.kind in NUMBERED:
            library.msg_set_routing_id(message, int.from_bytes(parts[0][-4:], "big"))
        else:
            library.msg_set_group(message, parts[0])
        if library.msg_send(message, self.address, DONTWAIT) >= 0:
            return 2
        why = ctypes.get_errno()
        library.msg_close(message)
        ctypes.set_errno(why)
        self._unless_full()
        return 0

    def _unless_full(self) -> None:
        if ctypes.get_errno() not in (errno.EAGAIN, errno.EINTR):
            raise Failed(self._library.why())
