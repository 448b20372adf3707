"""A keyring that seals and opens the boxes of the grammar.

Keys have the RFC's names: "C" is a public key, "c" its secret key, "C'" and "c'" the transient pair, "K" the cookie key. A
box from C' to S can be made and opened by whoever knows one of the two secret keys and the other public key.
"""

from collections.abc import Mapping

from nacl.bindings import (
    crypto_box_afternm,
    crypto_box_beforenm,
    crypto_box_open_afternm,
    crypto_secretbox,
    crypto_secretbox_open,
)
from nacl.exceptions import CryptoError

from spec_model.crypto.keys import KeyPair
from spec_model.grammar.command import Sealed

_FACTS = {"client_transient": "C'", "server": "S"}


class MissingKey(KeyError):
    """A box cannot be made or opened because neither side's secret key is known."""


class Unopened(ValueError):
    """A box does not open: altered, made with other keys, another nonce or prefix, or a key that libsodium refuses."""


class Keyring:
    """The keys that one peer knows of one connection; see the head of this module for their names."""

    def __init__(self, keys: Mapping[str, bytes] | None = None) -> None:
        self._keys = dict(keys or {})
        self._shared: dict[tuple[bytes, bytes], bytes] = {}
        self._found: dict[tuple[str, str], bytes] = {}  # of _shared, by the names that the keys have now
        self._held: Keyring | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    def __getitem__(self, name: str) -> bytes:
        return self._keys[name]

    def lacks(self, *names: str) -> bool:
        """Whether none of these keys is known."""
        return self._keys.keys().isdisjoint(names)

    def get(self, name: str) -> bytes | None:
        """The key of that name, if it is known."""
        return self._keys.get(name)

    def learn(self, name: str, public: bytes) -> None:
        """Keep a public key, or a secret one under its small letter."""
        self.learn_all({name: public})

    def learn_all(self, keys: Mapping[str, bytes]) -> None:
        """Keep several keys."""
        self._keys = {**self._keys, **keys}  # snapshots go on with the old ones
        self._found, self._held = {}, None

    def learn_pair(self, name: str, pair: KeyPair) -> None:
        """Keep both keys of a pair: "C'" and "c'", say."""
        self.learn_all({name: pair.public, name.lower(): pair.secret})

    def facts(self) -> dict[str, bytes]:
        """What the rules of the grammar may compare with, under the names that they use."""
        return {name: self._keys[key] for name, key in _FACTS.items() if key in self._keys}

    def forget(self, *names: str) -> None:
        """Drop keys, and everything computed from any."""
        keys = self._keys.copy()
        for name in names:
            gone = keys.pop(name, None)
            if gone is not None:
                self._keys, self._found, self._held = keys, {}, None
                self._shared = {pair: key for pair, key in self._shared.items() if gone not in pair}

    def snapshot(self) -> "Keyring":
        """A copy that later learning does not change."""
        copy = Keyring.__new__(Keyring)
        copy._keys, copy._found, copy._held = self._keys, self._found, None
        copy._shared = self._shared  # keyed by the keys themselves, so it can be shared
        return copy

    def held(self) -> "Keyring":
        """The same for whoever only seals and opens: it gets the same copy again as long as nothing is learned."""
        held = self._held
        if held is None:
            held = self._held = self.snapshot()
        return held

    def seal(self, box: Sealed, nonce: bytes, plaintext: bytes) -> bytes:
        """Make a box: 16 octets longer than its plaintext.

        Args:
            nonce: the octets of the nonce that go over the wire; the prefix comes before them.

        Raises:
            MissingKey: a key that is needed is not known.
        """
        if box.symmetric:
            return crypto_secretbox(plaintext, box.prefix + nonce, self._key(box.sender))
        return crypto_box_afternm(plaintext, box.prefix + nonce, self.between(box.sender, box.receiver))

    def open(self, box: Sealed, nonce: bytes, octets: bytes) -> bytes:
        """The plaintext of a box.

        Raises:
            MissingKey: a key that is needed is not known.
            Unopened: it does not open.
        """
        try:
            if box.symmetric:
                return crypto_secretbox_open(octets, box.prefix + nonce, self._key(box.sender))
            return crypto_box_open_afternm(octets, box.prefix + nonce, self.between(box.sender, box.receiver))
        except (CryptoError, ValueError, TypeError):
            raise Unopened(f"the box from {box.sender} to {box.receiver} does not open") from None

    def _key(self, name: str) -> bytes:
        try:
            return self._keys[name]
        except KeyError:
            raise MissingKey(name) from None

    def between(self, sender: str, receiver: str) -> bytes:
        """The key that both ends of a box compute.

        Raises:
            MissingKey: a key that is needed is not known.
        """
        found = self._found.get((sender, receiver))
        if found is None:
            keys = self._keys
            secret = keys.get(sender.lower())
            try:
                pair = (keys[sender], keys[receiver.lower()]) if secret is None else (keys[receiver], secret)
            except KeyError as missing:
                raise MissingKey(*missing.args) from None
            found = self._found[sender, receiver] = self.shared(*pair)
        return found

    def shared(self, public: bytes, secret: bytes) -> bytes:
        """The key that two keys make together, computed once; both are of the ring, or will be if all is well."""
        pair = public, secret
        found = self._shared.get(pair)
        if found is None:
            found = self._shared[pair] = crypto_box_beforenm(public, secret)
        return found
