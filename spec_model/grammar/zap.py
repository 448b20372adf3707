"""The messages of ZAP: a request to a handler and its reply (RFC 27 "Message Format").

Both are messages of several frames behind an envelope: addresses of the proxies on the way, none where there are none,
and an empty frame. The rules for a request bind the server that asks; a handler has to refuse only what is no request
of version 1.0 at all, or has not the credentials of its mechanism. The rules for a reply bind the handler; a server
lets nobody in by a reply that is none, has another status, or answers what it has not asked.
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any

from spec_model.grammar.command import Freedom, Rule
from spec_model.grammar.metadata import metadata_command
from spec_model.grammar.multipart import Multipart

VERSION = b"1.0"
LARGEST_STRING = 255
LARGEST_IDENTITY = 255
STATUS_CODES = (b"200", b"300", b"400", b"500")

_ASPECTS = {
    "layout": "27/reply/metadata-format",
    "name-size": "27/reply/metadata-name",
    "name-chars": "27/reply/metadata-name",
    "value-size": "27/reply/metadata-value",
    "value-empty": "27/reply/metadata-value",
    "name-case": "23/metadata/name-case",
    "other-properties": "23/metadata/other-properties",
}


def is_string(octets: bytes) -> bool:
    """Whether octets are what RFC 27 calls a string: ASCII, at most 255 characters."""
    return octets.isascii() and len(octets) <= LARGEST_STRING


def is_address(octets: bytes) -> bool:
    """Whether octets are an IP address as RFC 27 wants it: dotted, or in the canonical form of version 6."""
    try:
        address = ip_address(octets.decode("ascii"))
    except ValueError:
        return False
    forms = {str(address)}
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        forms.add(f"::ffff:{address.ipv4_mapped}")
    return octets.decode("ascii") in forms


def _credentials(mechanism: bytes, fit: Callable[[Any], bool], wrong: tuple[bytes, ...], title: str) -> Rule:
    return Rule(
        lambda it: it.mechanism != mechanism or fit(it.credentials),
        spoil={"mechanism": mechanism, "credentials": wrong},
        sender=f"27/{mechanism.decode()}/credentials",
        receiver="27/request/handler-checks",
        title=title,
    )


REQUEST = Multipart(
    "ZAP request",
    frames=("version", "request_id", "domain", "address", "identity", "mechanism"),
    more="credentials",
    enveloped=True,
    legal={
        "version": VERSION,
        "request_id": b"1",
        "domain": b"global",
        "address": b"127.0.0.1",
        "identity": b"",
        "mechanism": b"NULL",
        "credentials": (),
    },
    frames_rule=("27/request/handler-checks", "27/request/frames"),
    delimiter_rule=("27/request/handler-checks", "27/request/delimiter"),
    rules=(
        Rule(
            lambda it: it.version == VERSION,
            spoil={"version": b"2.0"},
            sender="27/request/version",
            receiver="27/request/handler-checks",
            title="the version is 2.0",
        ),
        Rule(
            lambda it: it.domain != b"",
            spoil={"domain": b""},
            sender="27/request/domain",
            title="the domain is empty",
        ),
        Rule(
            lambda it: is_address(it.address),
            spoil={"address": b"127.0.0.1:80"},
            sender="27/request/address",
            title="the address has a port",
        ),
        Rule(
            lambda it: len(it.identity) <= LARGEST_IDENTITY,
            spoil={"identity": b"i" * 256},
            sender="27/request/identity-size",
            title="the identity has 256 octets",
        ),
        Rule(
            lambda it: it.mechanism != b"",
            spoil={"mechanism": b""},
            sender="27/request/mechanism-not-empty",
            title="the mechanism is empty",
        ),
        Rule(
            lambda it: all(map(is_string, (it.domain, it.address, it.mechanism))),
            spoil={"domain": b"\xe4"},
            sender="27/request/strings",
            title="the domain is not ASCII",
        ),
        _credentials(b"NULL", lambda frames: not frames, (b"",), "a request for NULL has a frame of credentials"),
        _credentials(b"PLAIN", lambda frames: len(frames) == 2, (b"admin",), "a request for PLAIN has no password"),
        _credentials(
            b"CURVE",
            lambda frames: len(frames) == 1 and len(frames[0]) == 32,
            (b"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",),
            "a request for CURVE has the key as text",
        ),
    ),
    freedoms=(
        Freedom(
            "27/terminal/takes-envelope",
            change={"envelope": (b"\x00\x01\x02\x03\x04", b"proxy")},
            strict=lambda it: not it.envelope,
            title="there are addresses before the delimiter",
        ),
        Freedom(
            "27/request/id",
            change={"request_id": b""},
            strict=lambda it: it.request_id != b"",
            title="the request id is empty",
        ),
        Freedom(
            "27/design/any-mechanism",
            change={"mechanism": b"NOVEL", "credentials": (b"one", b"", b"three")},
            strict=lambda it: it.mechanism in (b"NULL", b"PLAIN", b"CURVE"),
            title="the mechanism is an unknown one",
        ),
    ),
)

REPLY = Multipart(
    "ZAP reply",
    frames=("version", "request_id", "status_code", "status_text", "user_id", "metadata"),
    enveloped=True,
    legal={
        "version": VERSION,
        "request_id": b"1",
        "status_code": b"200",
        "status_text": b"OK",
        "user_id": b"",
        "metadata": b"",
    },
    frames_rule=("27/status/malformed-reply", "27/reply/frames"),
    delimiter_rule=("27/status/malformed-reply", "27/reply/delimiter"),
    rules=(
        Rule(
            lambda it: it.version == VERSION,
            spoil={"version": b"2.0"},
            sender="27/reply/version",
            receiver="27/status/malformed-reply",
            title="the version is 2.0",
        ),
        Rule(
            lambda it: it.request_id == it.known.request_id,
            spoil={"request_id": b"another"},
            sender="27/reply/request-id",
            receiver="27/status/foreign-request-id",
            needs=("request_id",),
            title="the request id is another one",
        ),
        Rule(
            lambda it: it.status_code in STATUS_CODES,
            spoil={"status_code": b"201"},
            sender="27/reply/status-code",
            receiver="27/status/other",
            title="the status is 201",
        ),
        Rule(
            lambda it: it.status_code == b"200" or it.user_id == b"",
            spoil={"status_code": b"400", "user_id": b"admin"},
            sender="27/reply/user-id-empty",
            title="there is a user id though the status is 400",
        ),
        Rule(
            lambda it: all(map(is_string, (it.status_text, it.user_id))),
            spoil={"status_text": b"t" * 256},
            sender="27/reply/strings",
            title="the status text has 256 characters",
        ),
    ),
    freedoms=(
        Freedom(
            "27/reply/status-text",
            change={"status_text": b""},
            strict=lambda it: it.status_text != b"",
            title="there is no status text",
        ),
        Freedom(
            "27/reply/user-id",
            change={"user_id": b"admin"},
            strict=lambda it: it.user_id == b"",
            title="there is a user id",
        ),
    ),
    # The server may refuse a client whose metadata it cannot read, or go on without it: it need not refuse.
    inside={"metadata": metadata_command("metadata", _ASPECTS.__getitem__, obliges=False)},
)
