"""The client's side of CurveZMQ (RFC 26 "CurveZMQ Commands")."""

from spec_model.machines.table import Machine, Row

#   state             on         do                              then              requirement
CURVE_CLIENT = Machine(
    "curve_client",
    "greeted",
    (
        Row("greeted", "start", "send HELLO", "expect-welcome", "26/HELLO/first"),
        Row("expect-welcome", "WELCOME", "take WELCOME; send INITIATE", "expect-ready", "26/INITIATE/answers-welcome"),
        Row("expect-welcome", "ERROR", "fail", "closed", "26/ERROR/fatal"),
        Row("expect-ready", "READY", "take metadata", "traffic", "26/READY/answers-initiate"),
        Row("expect-ready", "ERROR", "fail", "closed", "26/ERROR/fatal"),
        Row("traffic", "MESSAGE", "open payload", "traffic", "26/MESSAGE/after-ready"),
    ),
    otherwise="26/handshake/order",
)
