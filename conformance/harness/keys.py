"""The permanent keys of all CURVE cases. Test keys: public knowledge, never to be used for anything else.

A target that is driven is given these. Of a black box only some are known; the user then says which.
"""

from dataclasses import dataclass

from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair

CLIENT = KeyPair.generate(Replayed("the client of all cases"))
SERVER = KeyPair.generate(Replayed("the server of all cases"))

USERNAME, PASSWORD = "user-of-all-cases", "no-secret"
"""The credentials of all PLAIN cases, no secret either."""


@dataclass(frozen=True)
class Keys:
    """The permanent keys of a run.

    Attributes:
        client: the client's pair: the tester's where the target is the server.
        server: the server's pair; its secret half is only needed where the tester is the server.
        server_public: the server's public key.
    """

    client: KeyPair = CLIENT
    server: KeyPair = SERVER
    server_public: bytes = SERVER.public


TEST_KEYS = Keys()
"""What a driven target is given."""
