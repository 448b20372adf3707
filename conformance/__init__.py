"""The conformance suite for ZMTP: cases, the harness that plays them, and the adapters that drive what is judged."""

__version__ = "0.1.0"
