"""What an adapter process can do wrong, one exception for each; the text is always one printable line."""


class AdapterError(Exception):
    """An adapter is at fault; the text is one line, `stderr` the last of what the adapter logged."""

    def __init__(self, text: str, stderr: str = "") -> None:
        super().__init__(text)
        self.stderr = stderr


class AdapterNotStarted(AdapterError):
    """The command cannot be run, or ended before it said hello, or speaks another version of the protocol."""


class AdapterCrashed(AdapterError):
    """The process ended, or closed its stdout, without being asked to.

    `status` is its exit status, negative for a signal, None if it runs on without a stdout.
    """

    def __init__(self, text: str, stderr: str = "", status: int | None = None) -> None:
        super().__init__(text, stderr)
        self.status = status


class AdapterHung(AdapterError):
    """A reply did not come in time, or the process no longer reads its requests."""


class AdapterRubbish(AdapterError):
    """A line is not JSON, breaks the protocol, or answers what nobody asked."""


class AdapterFlood(AdapterError):
    """The adapter writes more than anybody could have asked for."""
