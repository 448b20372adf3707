"""The permanent keys of a black box, as the user gives them: Z85 or hex."""

import re
from typing import TYPE_CHECKING

from conformance.cli.exits import Exit, Stop
from conformance.harness.keys import CLIENT, SERVER, Keys
from spec_model.crypto.keys import KeyPair, z85_decode

if TYPE_CHECKING:
    from conformance.harness.blackbox import Outside


def keys_for(target: "Outside", server_key: str | None, secret_key: str | None) -> Keys:
    """The permanent keys: of what the user does not give, those that the suite publishes."""
    if target.mechanism != "CURVE":
        if server_key or secret_key:
            raise Stop(Exit.USAGE, f"keys are for CURVE, not for {target.mechanism}")
        return Keys()
    if target.as_server and server_key is None:
        raise Stop(Exit.USAGE, "a CURVE server is only answered by who knows its public key: give it by --server-key")
    if not target.as_server and server_key is not None:
        raise Stop(Exit.USAGE, "--server-key is the key of a server under test; for our own server give --secret-key")
    own = KeyPair.from_secret(key("--secret-key", secret_key)) if secret_key else None
    if target.as_server:
        return Keys(client=own or CLIENT, server_public=key("--server-key", server_key or ""))
    server = own or SERVER
    return Keys(server=server, server_public=server.public)


def key(option: str, text: str) -> bytes:
    """A key of 32 octets from its Z85 or hex."""
    if re.fullmatch(r"[0-9A-Fa-f]{64}", text):
        return bytes.fromhex(text)
    try:
        octets = z85_decode(text)
    except ValueError:
        octets = b""
    if len(octets) != 32:
        raise Stop(
            Exit.USAGE, f"{option} takes 40 characters of Z85 or 64 hex digits, not these {len(text)} characters"
        )
    return octets
