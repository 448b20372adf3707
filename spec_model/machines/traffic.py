"""What may come once a handshake is complete; every mechanism ends here (RFC 23 `traffic`, RFC 37 "Heartbeating")."""

from spec_model.machines.table import Machine, Row

#   state      on                 do                 then       requirement
TRAFFIC = Machine(
    "traffic",
    "traffic",
    (
        Row("traffic", "message", "deliver", "traffic", "23/NULL/traffic-after-ready"),
        Row("traffic", "PING", "send PONG", "traffic", "37/PING/answered"),
        Row("traffic", "PONG", "", "traffic", "37/PONG/sign-of-life"),
        # The RFCs say nothing of a command that nobody knows; every deployed implementation lets it pass.
        Row("traffic", "unknown command", "", "traffic", "23/command/unknown"),
        # ERROR is defined for the handshake only; afterwards closing and ignoring both conform.
        Row("traffic", "ERROR", "fail", "closed", "23/ERROR/fatal"),
    ),
    otherwise="23/traffic/grammar",
)
