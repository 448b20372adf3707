"""ZMTP itself (RFC 23): greeting, versions, mechanisms, older peers, frames, messages, commands, heartbeats."""
