"""Serve the adapter protocol on stdin and stdout for omq.rs, by its Python binding pyomq.

Theory of operation: one asyncio loop in one thread; omq works in threads of its own. All calls of pyomq are those that do
not wait. What cannot be done at once is a task of its socket, which tries again every millisecond until its time is up,
and ends with the socket. pyomq's own asyncio sockets are not used: they lose the errors of a send. This file needs nothing
but pyomq, so that it runs in an environment of its own.
"""

import asyncio
import json
import resource
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pyomq

KINDS = (
    *("REQ", "REP", "DEALER", "ROUTER", "PUB", "SUB", "XPUB", "XSUB", "PUSH", "PULL", "PAIR", "STREAM"),
    *("CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER", "PEER", "CHANNEL"),
)
MECHANISMS = ("NULL", *(name for name in ("PLAIN", "CURVE") if pyomq.has(name)))
# Not MAXMSGSIZE, with which 0.21 also stops messages that are half as long; nor XPUB_VERBOSE, which it takes and forgets.
OPTIONS = {
    "handshake_timeout_ms": pyomq.HANDSHAKE_IVL,
    "reconnect_interval_ms": pyomq.RECONNECT_IVL,
    "heartbeat_interval_ms": pyomq.HEARTBEAT_IVL,
    "heartbeat_timeout_ms": pyomq.HEARTBEAT_TIMEOUT,
    "heartbeat_ttl_ms": pyomq.HEARTBEAT_TTL,
    "receive_limit": pyomq.RCVHWM,
    "send_limit": pyomq.SNDHWM,
    "linger_ms": pyomq.LINGER,
    "router_mandatory": pyomq.ROUTER_MANDATORY,
}
UNLIMITED = ("ROUTER", "XPUB", "DISH", "PEER")  # take RCVHWM, and hold some 256 messages whatever it says
DEAF = ("PUB", "PUSH", "RADIO", "SCATTER")  # do not receive
Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
TICK, MOMENT = 0.001, 0.01  # seconds between two tries, and for all tries of what has no timeout

Fields = Mapping[str, Any]


class Unsupported(Exception):
    """omq cannot do it."""


class Failed(Exception):
    """It went wrong."""


class Socket:
    """One socket and the requests that wait for it."""

    def __init__(self, kind: str, zmq: pyomq.Socket) -> None:
        self.kind, self.zmq = kind, zmq
        self.sending, self.receiving = asyncio.Lock(), asyncio.Lock()  # first come, first served
        self.tasks: set[asyncio.Task[Fields]] = set()
        self.monitor: Any = None

    def start(self, id: int, work: Coroutine[None, None, Fields]) -> None:
        """Work at a request until it is answered or the socket is closed."""

        def done(task: asyncio.Task[Fields]) -> None:
            self.tasks.discard(task)
            if task.cancelled():
                refuse(id, Failed("the socket was closed"))
            elif reason := task.exception():
                refuse(id, reason)
            else:
                answer(id, "ok", task.result())

        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(done)

    async def send(self, request: Fields) -> Fields:
        """Send a message as soon as the socket takes it."""
        parts: list[Any] = [bytes.fromhex(part) for part in request["parts"]]
        if "routing_id" in request:
            parts.insert(0, bytes.fromhex(request["routing_id"]))
        if self.kind == "SERVER":  # which wants its peer's number beside the message, and a PEER before it
            number, *parts = parts
            parts = [pyomq.Frame(part) for part in parts]
            parts[0].routing_id = int.from_bytes(number[-4:], "big")
        async with self.sending:
            if not await tried(lambda: self.zmq.send_multipart(parts), request):
                raise Failed("timed out")
        return {}

    async def recv(self, request: Fields) -> Fields:
        """Take messages, until there are enough or the time is up."""
        if self.kind in DEAF:
            raise Failed(f"a {self.kind} does not receive")
        count, until, messages = request.get("count", 1), request.get("until"), list[list[str]]()

        def enough() -> bool:
            return bool(messages) and messages[-1][-1] == until if until is not None else len(messages) >= count

        def take() -> None:
            while not enough():
                frames = self.zmq.recv_multipart(copy=False)
                parts = [bytes(frame).hex() for frame in frames] or [""]  # what a REP has for a request of nothing
                number = [frames[0].routing_id.to_bytes(4, "big").hex()] if self.kind == "SERVER" else []
                messages.append(number + parts)

        async with self.receiving:
            await tried(take, request)
        return {"messages": messages}

    async def events(self, request: Fields) -> Fields:
        """What the monitor has reported since the last time."""
        deadline = asyncio.get_running_loop().time() + request.get("timeout_ms", 0) / 1000
        self.monitor = self.monitor or self.zmq.monitor()
        events: list[Fields] = []
        while not events:
            try:
                while True:
                    event = self.monitor.recv_nowait()
                    events.append({"event": event["event"], "value": 0, "endpoint": event.get("endpoint", "")})
            except pyomq.ZMQError:  # none, or none any more
                if asyncio.get_running_loop().time() >= deadline:
                    break
            if not events:
                await asyncio.sleep(0.005)
        return {"events": events}


async def tried(action: Callable[[], object], request: Fields) -> bool:
    """Try until pyomq does it or the time is up; whether it did."""
    now = asyncio.get_running_loop().time
    deadline = now() + max(request["timeout_ms"] / 1000, MOMENT)
    while True:
        try:
            action()
        except pyomq.Again:
            if now() >= deadline:
                return False
            await asyncio.sleep(TICK)
        else:
            return True


class Adapter:
    """All sockets of this process."""

    def __init__(self) -> None:
        self.context = pyomq.Context()
        self.sockets: dict[str, Socket] = {}
        self.opened = 0

    async def run(self) -> None:
        """Serve until stdin ends."""
        reader = asyncio.StreamReader(limit=1 << 28)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            id = None
            try:
                request = json.loads(line)
                if not isinstance(request, dict) or not isinstance(request.get("id"), int):
                    raise Failed("a request is an object with an id")
                id = request["id"]
                if request.get("op") == "quit":
                    break
                if (fields := self.serve(request)) is not None:
                    answer(id, "ok", fields)
            except Exception as reason:
                refuse(id, reason)
        else:
            return
        answer(id, "ok", {})

    def serve(self, request: Fields) -> Fields | None:
        """Do what is asked; None where a task of the socket will answer."""
        match op := request.get("op"):
            case "hello":
                return hello()
            case "open":
                return self.open(request)
            case "zap":
                raise Unsupported("omq has no ZAP: its servers ask a function of the application")
            case "connect" | "send" | "recv" | "subscribe" | "unsubscribe" | "join" | "leave" | "events" | "close":
                pass
            case _:
                raise Unsupported(f"omq cannot {op!a}")
        if (socket := self.sockets.get(request["handle"])) is None:
            raise Failed(f"no open socket has the handle {request['handle']!a}")
        match op:
            case "connect":
                socket.zmq.connect(request["endpoint"])
            case "subscribe" | "unsubscribe":
                if socket.kind not in ("SUB", "XSUB"):
                    raise Unsupported(f"a {socket.kind} does not subscribe")
                getattr(socket.zmq, op)(bytes.fromhex(request["prefix"]))
            case "join" | "leave":
                if socket.kind != "DISH":
                    raise Unsupported(f"a {socket.kind} joins no group")
                getattr(socket.zmq, op)(bytes.fromhex(request["group"]))
            case "close":
                del self.sockets[request["handle"]]
                for task in tuple(socket.tasks):
                    task.cancel()
                socket.zmq.close()
            case _:
                socket.start(request["id"], getattr(socket, op)(request))
                return None
        return {}

    def open(self, request: Fields) -> Fields:
        """Open, configure and bind a socket."""
        kind, mechanism, options = request["socket_type"], request["mechanism"], request.get("options", {})
        if kind not in KINDS:
            raise Unsupported(f"omq has no {kind}")
        if mechanism not in MECHANISMS:
            raise Unsupported(f"this build of omq does not implement {mechanism}")
        if unknown := [name for name in options if name not in OPTIONS and name != "monitor"]:
            raise Unsupported(f"omq has no option for {', '.join(unknown)}")
        if "receive_limit" in options and kind in UNLIMITED:
            raise Unsupported(f"a {kind} of omq does not follow its receive limit")
        if request.get("zap_domain"):
            raise Unsupported("omq has no ZAP")
        socket = Socket(kind, self.context.socket(getattr(pyomq, kind)))
        zmq = socket.zmq
        zmq.sndtimeo = zmq.rcvtimeo = 0  # with NOBLOCK a recv of 0.21 fails with EIO where there is nothing
        for name, value in {"linger_ms": 0, **options}.items():
            if name != "monitor":
                zmq.setsockopt(OPTIONS[name], int(value))
        if request.get("identity"):
            zmq.setsockopt(pyomq.IDENTITY, bytes.fromhex(request["identity"]))
        match mechanism, request["as_server"]:
            case "PLAIN", True:
                zmq.plain_server = 1
                zmq.set_plain_auth(lambda _: True)  # omq takes no decision of its own
            case "PLAIN", False:
                zmq.plain_username = request.get("username", "").encode()
                zmq.plain_password = request.get("password", "").encode()
            case "CURVE", True:
                zmq.curve_server = 1
                zmq.curve_secretkey, zmq.curve_publickey = keys(request, "secret_key", "public_key")
            case "CURVE", False:
                zmq.curve_secretkey, zmq.curve_publickey = keys(request, "secret_key", "public_key")
                (zmq.curve_serverkey,) = keys(request, "server_key")
        for prefix in request.get("subscriptions", ()):
            zmq.subscribe(bytes.fromhex(prefix))
        if options.get("monitor"):
            socket.monitor = zmq.monitor()
        bound = {"endpoint": zmq.bind("tcp://127.0.0.1:0")} if request["bind"] else {}
        self.opened += 1
        handle = f"{kind.lower()}-{self.opened}"
        self.sockets[handle] = socket
        return {"handle": handle, **bound}


def hello() -> Fields:
    """What omq is and can do."""
    return {
        "protocol": 1,
        "name": "omq",
        "version": pyomq.version(),  # what the native library reports
        "details": {"binding": "pyomq", "backend": pyomq.backend_name()},
        "roles": ["bind", "connect"],
        "mechanisms": MECHANISMS,
        "socket_types": KINDS,
        "options": [*OPTIONS, "monitor"],
    }


def keys(request: Fields, *names: str) -> list[bytes]:
    """Keys that the request must have."""
    if missing := [name for name in names if name not in request]:
        raise Failed(f"omq needs {', '.join(missing)} for CURVE")
    return [z85(bytes.fromhex(request[name])) for name in names]


def z85(octets: bytes) -> bytes:
    """A key as omq takes it (RFC 32)."""
    numbers = (int.from_bytes(octets[at : at + 4], "big") for at in range(0, len(octets), 4))
    return bytes(Z85[number // 85**place % 85] for number in numbers for place in (4, 3, 2, 1, 0))


def answer(id: int | None, status: str, fields: Fields) -> None:
    """Write a reply."""
    print(json.dumps({"id": id, "status": status, **fields}), flush=True)


def refuse(id: int | None, reason: BaseException) -> None:
    """Write why not."""
    status = "unsupported" if isinstance(reason, Unsupported) else "error"
    answer(id, status, {"reason": str(reason) or type(reason).__name__})


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(Adapter().run())
