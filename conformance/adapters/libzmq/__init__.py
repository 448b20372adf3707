"""The adapter for libzmq: any shared library of it, driven through ctypes, by default the one in the pyzmq wheel.

`library` finds and loads it, `sockets` opens and moves messages, `watch` and `zap` are its monitor and its ZAP handler,
`adapter` is the loop that serves the protocol. Run as `python -m conformance.adapters.libzmq [--library PATH]`.
"""
