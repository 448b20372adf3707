"""The executable specification of ZMTP and CurveZMQ: requirements, grammars, machines and a sans-IO reference.

Nothing here reads a clock, a socket or the system's randomness: octets come in by `Connection.receive`, events and octets
go out, time comes by `Connection.tick` and randomness by the entropy that is handed in.
"""
