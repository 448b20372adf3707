"""Socket patterns: what ZeroMQ sockets do with messages over several connections.

`pattern` is the interface; `kinds` the table of socket types in the words of `kind`; `socket` the only implementation,
which reads the table, on top of `membership` (who the peers are), `subscribing` and `interest` (what they want), `pipe`
(their queues) and `envelope` (what stands before a message). `compatibility` says which types may talk to each other.
`faults` reads the table for faulty sockets; `faulty` and its neighbours are those that no table says.
"""
