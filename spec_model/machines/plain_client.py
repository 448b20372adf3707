"""The client's side of PLAIN: it names itself, then introduces itself (RFC 24 "Implementation")."""

from spec_model.machines.table import Machine, Row

#   state             on         do                              then              requirement
PLAIN_CLIENT = Machine(
    "plain_client",
    "greeted",
    (
        Row("greeted", "start", "send HELLO", "expect-welcome", "24/HELLO/first"),
        Row("expect-welcome", "WELCOME", "send INITIATE", "expect-ready", "24/INITIATE/answers-welcome"),
        Row("expect-welcome", "ERROR", "fail", "closed", "24/ERROR/client-accepts"),
        Row("expect-ready", "READY", "take metadata", "traffic", "24/message/after-ready"),
        Row("expect-ready", "ERROR", "fail", "closed", "24/ERROR/client-accepts"),
    ),
    otherwise="24/handshake/order",
    final=("closed", "traffic"),  # messages in the open are the business of the traffic machine
)
