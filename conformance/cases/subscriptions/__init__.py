"""Cases of subscriptions: how they are asked for, compared, counted and taken back (RFC 23, 29, 37)."""
