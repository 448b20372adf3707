"""Cases of socket patterns: RFC 28 to 31, 41, 48, 49, 51, 52."""
