"""What may come once a handshake is complete; every mechanism ends here (RFC 23 `traffic`, RFC 37 "Heartbeating").

A connection does nothing on the commands of the patterns: it tells its owner of them, who knows the socket type.
"""

from spec_model.machines.table import Machine, Row

#   state      on                 do                 then       requirement
TRAFFIC = Machine(
    "traffic",
    "traffic",
    (
        Row("traffic", "message", "deliver", "traffic", "23/NULL/traffic-after-ready"),
        Row("traffic", "PING", "send PONG; limit lifetime", "traffic", "37/PONG/answers-ping"),
        Row("traffic", "PONG", "count PONG", "traffic", "37/heartbeat/few-unanswered"),
        Row("traffic", "SUBSCRIBE", "", "traffic", "37/SUBSCRIBE/understood"),
        Row("traffic", "CANCEL", "", "traffic", "37/CANCEL/understood"),
        Row("traffic", "JOIN", "", "traffic", "37/JOIN/understood"),
        Row("traffic", "LEAVE", "", "traffic", "37/LEAVE/understood"),
        # The RFCs say nothing of a command that nobody knows; every deployed implementation lets it pass.
        Row("traffic", "unknown command", "", "traffic", "23/traffic/commands"),
        # ERROR is defined for the handshake only; afterwards closing and ignoring both conform.
        Row("traffic", "ERROR", "fail", "closed", "23/ERROR/after-handshake"),
    ),
    otherwise="23/traffic/commands",
)
