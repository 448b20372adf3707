"""Measurements, side by side in one run: the suite against a bare replay, the reference against hand-written code."""
