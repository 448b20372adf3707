"""The second path: a small reader of ZMTP that shares nothing with the model, and computes every result again.

It knows `struct`, slices and libsodium's bare functions, and says of each input what is wrong with it, each wrong thing with
the requirement and with whether a receiver has to refuse. It was written from the RFCs and the rulings, not from the tables,
and import-linter keeps it from looking there. Where it disagrees with a vector, one of the two is wrong.
"""

from conformance.vectors.reading.shared import Reading
from conformance.vectors.reading.table import READERS

__all__ = ["READERS", "Reading"]
