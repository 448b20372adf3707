"""Two kinds of error: ours, and the peer's."""


class ProtocolError(Exception):
    """A breach of the protocol.

    Attributes:
        requirement: id of what was broken.
    """

    def __init__(self, requirement: str, detail: str) -> None:
        super().__init__(f"{requirement}: {detail}")
        self.requirement = requirement
        self.detail = detail


class LocalProtocolError(ProtocolError):
    """The caller asked the connection to do what the protocol does not allow now."""


class RemoteProtocolError(ProtocolError):
    """The peer sent what the protocol does not allow."""
