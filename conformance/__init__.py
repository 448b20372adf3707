"""The conformance suite for ZMTP: cases, the harness that plays them, and the adapters that drive what is judged."""
