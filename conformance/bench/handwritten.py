"""The same work by hand: struct and bare PyNaCl calls, and nothing that could be altered, explained or put wrong.

This is what the reference is measured against. It checks what a careful implementation has to check (sizes, names,
versions, zeros, nonces, keys, flags; that no message goes out before the handshake is complete) and fails by an
AssertionError; it knows no requirement, keeps no record, and plays two well-behaved peers only: it drops commands in traffic
instead of answering them, which costs a message nothing.
"""

import struct
from collections.abc import Iterator

from nacl.bindings import (
    crypto_box_afternm,
    crypto_box_beforenm,
    crypto_box_open_afternm,
    crypto_scalarmult_base,
    crypto_secretbox,
    crypto_secretbox_open,
    randombytes,
)

MORE, LONG, COMMAND = 1, 2, 4
_SHORT, _LONG = struct.Struct(">BB"), struct.Struct(">BQ")
_GREETING = struct.Struct(">B8xBBB20sB31s")
_HELLO = struct.Struct(">6s2s72s32sQ80s")
_WELCOME = struct.Struct(">8s16s144s")
_NUMBERED = struct.Struct(">8sQ")


def frame(flags: int, body: bytes) -> bytes:
    """The octets of a frame."""
    if len(body) > 255:
        return _LONG.pack(flags | LONG, len(body)) + body
    return _SHORT.pack(flags, len(body)) + body


class Frames:
    """Cuts a stream into frames."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, octets: bytes) -> Iterator[tuple[int, bytes]]:
        """Flags and body of each frame that is complete."""
        buffer = self._buffer + octets if self._buffer else octets
        start, end = 0, len(buffer)
        while end - start >= 2:
            if buffer[start] & LONG:
                if end - start < 9:
                    break
                flags, size = _LONG.unpack_from(buffer, start)
                assert size < 2**63
                body = start + 9
            else:
                flags, size = buffer[start], buffer[start + 1]
                body = start + 2
            if end - body < size:
                break
            start = body + size
            yield flags, buffer[body:start]
        self._buffer = buffer[start:]


def metadata(*properties: tuple[bytes, bytes]) -> bytes:
    """The octets of properties."""
    return b"".join(struct.pack(">B", len(n)) + n + struct.pack(">I", len(v)) + v for n, v in properties)


def properties(octets: bytes) -> dict[bytes, bytes]:
    """Properties by name in small letters."""
    found: dict[bytes, bytes] = {}
    start = 0
    while start < len(octets):
        name = octets[start + 1 : start + 1 + octets[start]]
        start += 1 + len(name)
        (size,) = struct.unpack_from(">I", octets, start)
        found[name.lower()] = octets[start + 4 : start + 4 + size]
        start += 4 + size
    assert start == len(octets)
    return found


OWN = metadata((b"Socket-Type", b"DEALER"))


class Peer:
    """One peer; the subclasses are the mechanisms.

    Attributes:
        ready: whether the handshake is complete.
        out: octets that wait to be sent.
    """

    mechanism, as_server = b"NULL", 0

    def __init__(self) -> None:
        self.ready = False
        self.out: list[bytes] = [_GREETING.pack(0xFF, 0x7F, 3, 1, self.mechanism, self.as_server, b"")]
        self._greeting: bytes | None = b""
        self._frames, self._parts = Frames(), list[bytes]()

    def octets_to_send(self) -> bytes:
        """What waits to be sent."""
        octets = b"".join(self.out)
        self.out.clear()
        return octets

    def receive(self, octets: bytes) -> list[tuple[bytes, ...]]:
        """Octets came; returns the messages that are complete."""
        if self._greeting is not None:
            self._greeting += octets
            if len(self._greeting) < 64:
                return []
            start, end, major, _, mechanism, _, filler = _GREETING.unpack(self._greeting[:64])
            assert start == 0xFF
            assert end == 0x7F
            assert major >= 3
            assert mechanism == self.mechanism.ljust(20, b"\x00")
            assert filler == bytes(31)
            octets, self._greeting = self._greeting[64:], None
            self.greeted()
        messages: list[tuple[bytes, ...]] = []
        for flags, body in self._frames.feed(octets):
            if self.ready:
                part = self.part(flags, body)
                if part is not None:
                    self._parts.append(part[1])
                    if not part[0] & MORE:
                        messages.append(tuple(self._parts))
                        self._parts.clear()
            else:
                assert flags & COMMAND
                self.command(body)
        return messages

    def send(self, *parts: bytes) -> None:
        """Send a message; nobody may before the handshake is complete."""
        assert self.ready
        last = len(parts) - 1
        for number, part in enumerate(parts):
            self.out.append(frame(MORE if number < last else 0, part))

    def part(self, flags: int, body: bytes) -> tuple[int, bytes] | None:
        """Flags and octets of a part of a message, or None for a command."""
        return None if flags & COMMAND else (flags, body)

    def greeted(self) -> None:
        """The peer's greeting came."""
        self.out.append(frame(COMMAND, b"\x05READY" + OWN))

    def command(self, body: bytes) -> None:
        """A command of the handshake came."""
        assert body[:6] == b"\x05READY"
        assert properties(body[6:])[b"socket-type"] == b"DEALER"
        self.ready = True


class _Curve(Peer):
    mechanism = b"CURVE"
    sends, takes = b"", b""

    def __init__(self) -> None:
        super().__init__()
        self.nonce, self.last, self.key = 0, 0, b""

    def counted(self) -> bytes:
        """The next short nonce."""
        self.nonce += 1
        return self.nonce.to_bytes(8, "big")

    def send(self, *parts: bytes) -> None:
        assert self.ready
        last = len(parts) - 1
        for number, part in enumerate(parts):
            nonce = self.counted()
            payload = (b"\x01" if number < last else b"\x00") + part
            box = crypto_box_afternm(payload, self.sends + nonce, self.key)
            self.out.append(frame(0, b"\x07MESSAGE" + nonce + box))

    def part(self, flags: int, body: bytes) -> tuple[int, bytes] | None:
        name, nonce = _NUMBERED.unpack_from(body)
        assert name == b"\x07MESSAGE"
        assert nonce > self.last
        payload = crypto_box_open_afternm(body[16:], self.takes + body[8:16], self.key)
        assert payload[0] & 0xFC == 0
        self.last = nonce
        return None if payload[0] & 2 else (payload[0], payload[1:])


class CurveClient(_Curve):
    """The client.

    Args:
        public, secret: its permanent keys.
        server: the server's permanent public key.
    """

    sends, takes = b"CurveZMQMESSAGEC", b"CurveZMQMESSAGES"

    def __init__(self, public: bytes, secret: bytes, server: bytes) -> None:
        super().__init__()
        self._public, self._secret, self._server = public, secret, server

    def greeted(self) -> None:
        self._transient_secret = randombytes(32)
        self._transient = crypto_scalarmult_base(self._transient_secret)
        self._hello_key = crypto_box_beforenm(self._server, self._transient_secret)
        nonce = self.counted()
        box = crypto_box_afternm(bytes(64), b"CurveZMQHELLO---" + nonce, self._hello_key)
        number = int.from_bytes(nonce, "big")
        self.out.append(frame(COMMAND, _HELLO.pack(b"\x05HELLO", b"\x01\x00", b"", self._transient, number, box)))

    def command(self, body: bytes) -> None:
        if body[:8] == b"\x07WELCOME":
            self._welcomed(body)
            return
        assert body[:6] == b"\x05READY"
        octets = crypto_box_open_afternm(body[14:], b"CurveZMQREADY---" + body[6:14], self.key)
        assert properties(octets)[b"socket-type"] == b"DEALER"
        self.last = int.from_bytes(body[6:14], "big")
        self.ready = True

    def _welcomed(self, body: bytes) -> None:
        _, nonce, box = _WELCOME.unpack(body)
        octets = crypto_box_open_afternm(box, b"WELCOME-" + nonce, self._hello_key)
        server, cookie = octets[:32], octets[32:]
        self.key = crypto_box_beforenm(server, self._transient_secret)
        vouch_nonce = randombytes(16)
        vouch_key = crypto_box_beforenm(server, self._secret)
        vouch = crypto_box_afternm(self._transient + self._server, b"VOUCH---" + vouch_nonce, vouch_key)
        number = self.counted()
        inner = self._public + vouch_nonce + vouch + OWN
        box = crypto_box_afternm(inner, b"CurveZMQINITIATE" + number, self.key)
        self.out.append(frame(COMMAND, b"\x08INITIATE" + cookie + number + box))


class CurveServer(_Curve):
    """The server.

    Args:
        public, secret: its permanent keys.
    """

    as_server = 1
    sends, takes = b"CurveZMQMESSAGES", b"CurveZMQMESSAGEC"

    def __init__(self, public: bytes, secret: bytes) -> None:
        super().__init__()
        self._public, self._secret, self._cookie_key = public, secret, b""

    def greeted(self) -> None:
        pass

    def command(self, body: bytes) -> None:
        if self._cookie_key:
            self._initiated(body)
            return
        name, version, padding, client, number, box = _HELLO.unpack(body)
        assert name == b"\x05HELLO"
        assert version == b"\x01\x00"
        assert padding == bytes(72)
        key = crypto_box_beforenm(client, self._secret)
        assert crypto_box_open_afternm(box, b"CurveZMQHELLO---" + number.to_bytes(8, "big"), key) == bytes(64)
        secret, self._cookie_key = randombytes(32), randombytes(32)
        public, cookie_nonce, nonce = crypto_scalarmult_base(secret), randombytes(16), randombytes(16)
        cookie = cookie_nonce + crypto_secretbox(client + secret, b"COOKIE--" + cookie_nonce, self._cookie_key)
        box = crypto_box_afternm(public + cookie, b"WELCOME-" + nonce, key)
        self.out.append(frame(COMMAND, _WELCOME.pack(b"\x07WELCOME", nonce, box)))

    def _initiated(self, body: bytes) -> None:
        assert body[:9] == b"\x08INITIATE"
        cookie = crypto_secretbox_open(body[25:105], b"COOKIE--" + body[9:25], self._cookie_key)
        transient, secret = cookie[:32], cookie[32:]
        self.key = crypto_box_beforenm(transient, secret)
        inner = crypto_box_open_afternm(body[113:], b"CurveZMQINITIATE" + body[105:113], self.key)
        vouch_key = crypto_box_beforenm(inner[:32], secret)
        vouch = crypto_box_open_afternm(inner[48:128], b"VOUCH---" + inner[32:48], vouch_key)
        assert vouch == transient + self._public
        assert properties(inner[128:])[b"socket-type"] == b"DEALER"
        self.last = int.from_bytes(body[105:113], "big")
        nonce = self.counted()
        box = crypto_box_afternm(OWN, b"CurveZMQREADY---" + nonce, self.key)
        self.out.append(frame(COMMAND, b"\x05READY" + nonce + box))
        self.ready = True
