"""What `open` asks for, as the reference needs it: a role for the connections, and settings of the socket."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.adapters.protocol import Failed, Unsupported
from spec_model.crypto.keys import KeyPair
from spec_model.patterns.kinds import KINDS
from spec_model.patterns.pattern import Options
from spec_model.role import MECHANISMS, Role

SOCKET_TYPES = tuple(KINDS)

OPTIONS = (
    *("reconnect_interval_ms", "heartbeat_interval_ms", "heartbeat_timeout_ms", "heartbeat_ttl_ms"),
    *("receive_limit", "send_limit", "linger_ms", "max_message_size", "router_mandatory", "xpub_verbose"),
)
"""The options of `open` that are honoured."""


@dataclass(frozen=True)
class Settings:
    """What a socket does beside its role and its pattern.

    Attributes:
        reconnect: seconds after which a lost connection is dialled again; endless for never.
        linger: seconds for which what is unsent outlives the socket; may be endless.
        largest: octets that a message may have.
        options: those of the pattern.
    """

    reconnect: float
    linger: float
    largest: float
    options: Options


def role_of(asked: Mapping[str, Any], *, lets_in: bool, asks: bool) -> Role:
    """The part that the socket plays on its connections.

    Args:
        asked: the fields of the request.
        lets_in: what is decided about clients where a ZAP domain is given and nobody is to be asked.
        asks: whether a handler is asked about clients where a ZAP domain is given.

    Raises:
        Unsupported: the reference does not do this.
        Failed: the fields do not go together.
    """
    if asked["mechanism"] not in MECHANISMS:
        raise Unsupported(f"the reference does not speak {asked['mechanism']}")
    if asked["socket_type"] not in SOCKET_TYPES:
        raise Unsupported(f"the reference has no {asked['socket_type']} socket")
    options = asked.get("options", {})
    secret, everybody = asked.get("secret_key", ""), lets_in or asks or "zap_domain" not in asked
    try:
        return Role(
            mechanism=asked["mechanism"],
            as_server=asked["as_server"],
            socket_type=asked["socket_type"],
            identity=bytes.fromhex(asked["identity"]) if "identity" in asked else None,
            permanent=KeyPair.from_secret(bytes.fromhex(secret)) if secret else None,
            server_key=bytes.fromhex(asked.get("server_key", "")),
            allowed=None if everybody else frozenset(),
            username=asked.get("username", "").encode(),
            password=asked.get("password", "").encode(),
            credentials=None if everybody else {},
            zap_domain=asked.get("zap_domain", "") if asks else "",
            heartbeat_interval=options.get("heartbeat_interval_ms", 0) / 1000,
            heartbeat_timeout=options.get("heartbeat_timeout_ms", 0) / 1000,
            heartbeat_ttl=options.get("heartbeat_ttl_ms", 0) / 1000,
        )
    except ValueError as refused:
        raise Failed(str(refused)) from None


def settings_of(asked: Mapping[str, Any]) -> Settings:
    """What the options of `open` ask for.

    Raises:
        Unsupported: one of them is not honoured.
    """
    options = asked.get("options", {})
    if unknown := [name for name in options if name not in OPTIONS]:
        raise Unsupported(f"the reference does not honour the option {', '.join(unknown)}")
    return Settings(
        reconnect=_or_endless(options.get("reconnect_interval_ms", 1)) / 1000,
        linger=_or_endless(options.get("linger_ms", 0)) / 1000,
        largest=_or_endless(options.get("max_message_size", -1)),
        options=Options(
            send_limit=options.get("send_limit", 1000) or sys.maxsize,
            receive_limit=options.get("receive_limit", 1000) or sys.maxsize,
            mandatory=options.get("router_mandatory", False),
            verbose=options.get("xpub_verbose", False),
        ),
    )


def _or_endless(value: int) -> float:
    return math.inf if value < 0 else value
