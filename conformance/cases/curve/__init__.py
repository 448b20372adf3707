"""CURVE: the handshake and the encrypted traffic of CurveZMQ (RFC 26), a file for each command and side of the target."""
