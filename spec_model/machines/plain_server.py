"""The server's side of PLAIN: nobody gets a WELCOME whose credentials do not pass (RFC 24 "Implementation").

That a HELLO is well formed and in its turn is not enough: whether the server lets its sender in is asked behind the
grammar and before the row is taken, since no table knows the users.
"""

from spec_model.machines.table import Machine, Row

#   state               on          do                           then                requirement
PLAIN_SERVER = Machine(
    "plain_server",
    "greeted",
    (
        Row("greeted", "start", "", "expect-hello", "24/HELLO/server-waits"),
        Row("expect-hello", "HELLO", "take HELLO; send WELCOME", "expect-initiate", "24/WELCOME/answers-hello"),
        Row("expect-initiate", "INITIATE", "send READY", "traffic", "24/READY/answers-initiate"),
    ),
    otherwise="24/handshake/order",
    final=("closed", "traffic"),  # messages in the open are the business of the traffic machine
)
