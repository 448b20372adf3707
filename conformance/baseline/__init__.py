"""Baselines: the deviations of a target that are known, explained and expected, so that a run shows what is new.

`known` reads the file, `reasons` says which part of a reason is the same in every run, `compare` holds results against it,
`update` writes it. Nothing here knows how results come about.
"""
