"""The server's side of CurveZMQ. Between WELCOME and INITIATE it keeps the cookie key and nothing else (RFC 26)."""

from spec_model.machines.table import Machine, Row

#   state               on          do                           then                requirement
CURVE_SERVER = Machine(
    "curve_server",
    "greeted",
    (
        Row("greeted", "start", "", "expect-hello", "26/HELLO/first"),
        Row("expect-hello", "HELLO", "take HELLO; send WELCOME", "expect-initiate", "26/WELCOME/answers-hello"),
        Row("expect-initiate", "INITIATE", "take INITIATE; send READY", "traffic", "26/READY/answers-initiate"),
        Row("traffic", "MESSAGE", "open payload", "traffic", "26/MESSAGE/after-ready"),
    ),
    otherwise="26/handshake/order",
)
