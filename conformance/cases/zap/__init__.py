"""Authentication: what a target asks a ZAP handler, and what it makes of the answer (RFC 27)."""
