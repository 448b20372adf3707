"""Keyrings of peers that are not careful: one that believes a box unseen, and one whose missing keys are zeros."""

from typing import ClassVar

from spec_model.crypto.boxes import Keyring, MissingKey, Unopened
from spec_model.grammar.command import Sealed

_AUTHENTICATOR = 16
_PERMANENT = ("C", "c", "S", "s")


class Credulous(Keyring):
    """Opens some boxes without asking whether they are whole.

    The cipher is a key stream that is added by exclusive or: sealing zeros shows the stream.
    """

    prefixes: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, keys: Keyring, prefixes: frozenset[bytes]) -> "Credulous":
        """A keyring with the permanent keys of another.

        Args:
            prefixes: nonce prefixes of the boxes that are believed.
        """
        ring = cls({name: keys[name] for name in _PERMANENT if name in keys})
        ring.prefixes = prefixes
        return ring

    def snapshot(self) -> Keyring:
        """See `Keyring`."""
        ring = Credulous.__new__(Credulous)
        ring.__dict__ = {**super().snapshot().__dict__, "prefixes": self.prefixes}
        return ring

    def open(self, box: Sealed, nonce: bytes, octets: bytes) -> bytes:
        """See `Keyring`."""
        try:
            return super().open(box, nonce, octets)
        except Unopened:
            if box.prefix not in self.prefixes or len(octets) < _AUTHENTICATOR:
                raise
            sealed = octets[_AUTHENTICATOR:]
            stream = self.seal(box, nonce, bytes(len(sealed)))[_AUTHENTICATOR:]
            return bytes(one ^ other for one, other in zip(sealed, stream, strict=True))


class Zeros(Keyring):
    """A key that is not there yet, or not any more, is zeros: memory that was cleared and is read all the same."""

    _nothing: ClassVar[bytes] = bytes(32)

    @classmethod
    def of(cls, keys: Keyring) -> "Zeros":
        """A keyring with the permanent keys of another."""
        return cls({name: keys[name] for name in _PERMANENT if name in keys})

    def snapshot(self) -> Keyring:
        """See `Keyring`."""
        ring = Zeros.__new__(Zeros)
        ring.__dict__ = dict(super().snapshot().__dict__)
        return ring

    def _key(self, name: str) -> bytes:
        return super()._key(name) if name in self or name != "K" else self._nothing

    def between(self, sender: str, receiver: str) -> bytes:
        """See `Keyring`."""
        try:
            return super().between(sender, receiver)
        except MissingKey:
            return self._nothing
