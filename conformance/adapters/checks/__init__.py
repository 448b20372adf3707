"""The checks that prove an adapter honest: what it refuses, what it moves, what its options do, how it ends."""
