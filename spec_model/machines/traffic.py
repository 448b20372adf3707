"""What may come once a handshake is complete; every mechanism ends here (RFC 23 `traffic`, RFC 37 "Heartbeating")."""

from spec_model.machines.table import Machine, Row

#   state      on                 do                 then       requirement
TRAFFIC = Machine(
    "traffic",
    "traffic",
    (
        Row("traffic", "message", "deliver", "traffic", "23/NULL/traffic-after-ready"),
        Row("traffic", "PING", "send PONG", "traffic", "37/PONG/answers-ping"),
        Row("traffic", "PONG", "", "traffic", "37/heartbeat/any-traffic"),
        # The RFCs say nothing of a command that nobody knows; every deployed implementation lets it pass.
        Row("traffic", "unknown command", "", "traffic", "23/traffic/commands"),
        # ERROR is defined for the handshake only; afterwards closing and ignoring both conform.
        Row("traffic", "ERROR", "fail", "closed", "23/ERROR/after-handshake"),
    ),
    otherwise="23/traffic/commands",
)
