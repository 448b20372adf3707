"""The permanent keys of all CURVE cases. Test keys: public knowledge, never to be used for anything else."""

from spec_model.crypto.entropy import Replayed
from spec_model.crypto.keys import KeyPair

CLIENT = KeyPair.generate(Replayed("the client of all cases"))
SERVER = KeyPair.generate(Replayed("the server of all cases"))
