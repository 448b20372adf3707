"""What can go wrong with a report, as one line that a person can act on."""


class ReportError(Exception):
    """A result file cannot be written, read or understood; the text is one line that names the file and the cause."""
