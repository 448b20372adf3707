"""Socket patterns: what ZeroMQ sockets do with messages over several connections."""
