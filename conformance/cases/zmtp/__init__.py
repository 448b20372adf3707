"""ZMTP itself (RFC 23): greeting, versions, mechanism, older peers, framing, messages, commands, heartbeats, connections."""
