"""Measurements side by side: the suite against a bare replay of its octets, the reference against hand-written code."""
