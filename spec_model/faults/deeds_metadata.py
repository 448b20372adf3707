"""Connections that stumble over what a peer says of itself: odd properties, missing ones, odd credentials.

A receiver may serve such a peer, or refuse it; a sound one does one of the two, and lives.
"""

from spec_model.connection import Connection
from spec_model.crypto.dissected import Dissected
from spec_model.faults.deeds import Crash
from spec_model.grammar.metadata import read_metadata
from spec_model.grammar.primitives import NAME_CHARACTERS, VISIBLE

Properties = tuple[tuple[str, bytes], ...]


class _Dies(Connection):
    """Dies of some metadata that a sound peer lets pass."""

    def _complete(self, judged: Dissected) -> None:
        super()._complete(judged)
        if death := self._death(tuple(read_metadata(judged.fields["metadata"]))):
            raise Crash(death)

    def _death(self, properties: Properties) -> str:
        """What it dies of, or empty."""
        raise NotImplementedError


class DiesOfNoMetadata(_Dies):
    """Dies of a peer that has no property at all."""

    def _death(self, properties: Properties) -> str:
        return "" if properties else "an empty dictionary"


class DiesWithoutSocketType(_Dies):
    """Dies of a peer that does not say its socket type."""

    def _death(self, properties: Properties) -> str:
        return "" if any(name.lower() == "socket-type" for name, _ in properties) else "no key Socket-Type"


class DiesOfDuplicates(_Dies):
    """Dies of a property that comes twice."""

    def _death(self, properties: Properties) -> str:
        names = [name.lower() for name, _ in properties]
        return next((f"a second {name}" for number, name in enumerate(names) if name in names[:number]), "")


class DiesOfOddNames(_Dies):
    """Dies of a property name with a character that names do not have."""

    def _death(self, properties: Properties) -> str:
        odd = (name for name, _ in properties if not set(name.encode("latin-1", "replace")) <= NAME_CHARACTERS)
        return next((f"the name {name!r}" for name in odd), "")


class DiesOfReservedIdentities(_Dies):
    """Dies of an Identity that starts with a zero octet."""

    def _death(self, properties: Properties) -> str:
        names = (name.lower() for name, value in properties if value[:1] == b"\0")
        return "an identity of ours" if "identity" in names else ""


class RefusesResources(Connection):
    """Refuses a peer that asks for a resource."""

    def _complete(self, judged: Dissected) -> None:
        super()._complete(judged)
        if "resource" in self.peer_metadata:
            self._reject("37/resource/accepted", "a Resource")


class DiesOfOddCredentials(Connection):
    """Dies of credentials that are not all visible characters."""

    def _do_send(self, what: str, judged: Dissected) -> None:
        credentials = judged.fields.get("username", b"") + judged.fields.get("password", b"")
        if judged.name == "HELLO" and what == "WELCOME" and not set(credentials) <= VISIBLE:
            raise Crash("no text")
        super()._do_send(what, judged)
