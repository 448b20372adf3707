"""The NULL handshake: both peers send READY at once, in either order of arrival (RFC 23 "The NULL Security Mechanism")."""

from spec_model.machines.table import Machine, Row

#   state           on        do                 then            requirement
NULL = Machine(
    "null",
    "greeted",
    (
        Row("greeted", "start", "send READY", "expect-ready", "23/NULL/ready-first"),
        Row("expect-ready", "READY", "take metadata", "traffic", "23/NULL/ready-sent"),
        Row("expect-ready", "ERROR", "fail", "closed", "23/ERROR/fatal"),
    ),
    otherwise="23/NULL/grammar",
    final=("closed", "traffic"),  # messages in the open are the business of the traffic machine
)
