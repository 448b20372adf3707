"""Test vectors: what the tables say, written down as data that any language can read without us.

Theory of operation: `kinds` reads the tables (grammars, crypto, patterns, connections, cases) and yields groups of tests;
`store` writes them as JSON in one canonical form, so that generating twice gives the same octets. Each test has one thing
that is special about it, and a result for a receiver: valid, invalid, or acceptable by a ruling. `check` reads the files
back and has every result computed a second time by `reading`, which knows neither construct nor the model, and by the
RFCs' own ABNF where the text is at hand.
"""

FORMAT = 1
"""The version of the envelope; it grows when a consumer would have to change."""
