"""The reference proven against itself: exhaustive walks of two peers, with and without an attacker between them.

    zmtp-conformance proof              prints what was visited, and which attack each check of CURVE prevents
    zmtp-conformance proof --write DIR  writes the same to DIR/proof.md

`peer` makes a connection a process that branches, `reactions` compares what it does with the rows of the machines,
`weighed` what it took with the rules. `walk` takes two of them through every interleaving. `attacker` is everybody
between them, `forger` what he makes himself, `scene` where he stands and what he is after, and `siege` the walk with
him. `checks` takes every check of CURVE out of the tables, one by one; `attacks` lets the siege find what each of them
prevents. `listener` is the attacker who only records. No clock and no chance: a walk that is repeated is the same
walk.
"""
