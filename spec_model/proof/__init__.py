"""The reference proven against itself: exhaustive walks of two peers, with and without an attacker between them.

    python -m spec_model.proof              prints what was visited, and which attack each check of CURVE prevents
    python -m spec_model.proof --write DIR  writes the same to DIR/proof.md

`peer` makes a connection a process that branches, `reactions` compares what it does with the rows of the machines.
`walk` takes two of them through every interleaving. `attacker` is everybody between them, `goals` what he is after, and
`siege` the walk with him. `checks` takes every check of CURVE out of the tables, one by one; `attacks` lets the siege find
what each of them prevents. `listener` is the attacker who only records. No clock and no chance: a walk that is repeated is
the same walk.
"""
